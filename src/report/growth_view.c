#include "growth_view.h"

#include "clock.h"
#include "figures.h"
#include "growth.h"
#include "monsters.h"

#include <math.h>

#define MOST_COLUMNS 32

static bool for_people(enum table_format format)
{
    return format == TABLE_TEXT || format == TABLE_MARKDOWN;
}

static const char *const row_titles[] = {
    [SPLITS_BY_WINDOW] = "Window",
    [SPLITS_BY_YEARS] = "Year",
    [SPLITS_BY_RELEASES] = "Release",
    [SPLITS_BY_COMPONENTS] = "Component",
};
static const char *const series[] = {
    [SPLITS_BY_WINDOW] = NULL,
    [SPLITS_BY_YEARS] = "each calendar year",
    [SPLITS_BY_RELEASES] = "each release since its predecessor",
    [SPLITS_BY_COMPONENTS] = NULL,
};

static const struct split *row_at(const GPtrArray *splits, gint row)
{
    return row < 0 ? NULL : g_ptr_array_index(splits, row);
}

static void add_growth(struct table *table, gint64 now, const gint64 *before)
{
    double percent = 0;
    if (before != NULL && growth_percent(*before, now, &percent))
        table_real(table, percent);
    else
        table_none(table);
}

/* The columns that everybody gets; machines get shares of all kinds and the reading behind them. */
static guint make_columns(enum splits_by by, bool whole, struct table_column *columns)
{
    const struct table_column head[] = {
        {"name", row_titles[by], TABLE_KIND_STRING},
        {"commits", "Commits", TABLE_KIND_INT},
        {"growth_percent", "Growth, %", TABLE_KIND_REAL, 1},
        {"unique", "Unique", TABLE_KIND_INT},
        {"new", "New work", TABLE_KIND_INT},
        {"new_growth_percent", "Growth, %", TABLE_KIND_REAL, 1},
        {"new_share_percent", "Share, %", TABLE_KIND_REAL, 1},
    };
    static const char *const shares[MAKEUP_KINDS] = {
        [MAKEUP_BACKPORT] = "backport_share_percent", [MAKEUP_SECURITY] = "security_share_percent",
        [MAKEUP_REVERT] = "revert_share_percent",     [MAKEUP_TREE] = "tree_share_percent",
        [MAKEUP_MERGE] = "merge_share_percent",
    };
    guint count = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(head); i++)
        columns[count++] = head[i];
    for (guint kind = MAKEUP_BACKPORT; kind < MAKEUP_KINDS; kind++) {
        enum makeup_kind which = (enum makeup_kind)kind;
        columns[count++] =
            (struct table_column){makeup_name(which), makeup_label(which), TABLE_KIND_INT, 0};
        if (whole)
            columns[count++] = (struct table_column){shares[kind], "Share, %", TABLE_KIND_REAL, 1};
    }
    if (whole) {
        columns[count++] = (struct table_column){"partial", "Partial", TABLE_KIND_BOOL, 0};
        columns[count++] = (struct table_column){"reading", "Reading", TABLE_KIND_STRING, 0};
    }
    return count;
}

/* Nothing of nothing is no share. */
static void add_share(struct table *table, const struct split *split, guint kind)
{
    if (split->counts.commits == 0)
        table_none(table);
    else
        table_real(table, share_percent(split->counts.kinds[kind], split->counts.commits));
}

/* Merges that the reading leaves out are not none: they were not looked at. */
static void add_kind(struct table *table, const struct split *split, guint kind, bool whole)
{
    bool left_out = kind == MAKEUP_MERGE && !split->reading->merges;
    if (left_out)
        table_none(table);
    else
        table_int(table, split->counts.kinds[kind]);
    if (whole && left_out)
        table_none(table);
    else if (whole)
        add_share(table, split, kind);
}

static void add_row(struct table *table, const GPtrArray *splits, const struct split *split,
                    bool whole)
{
    const struct split *before = row_at(splits, split->before);
    gint64 work_before = before == NULL ? 0 : split_work(before);
    g_autofree char *reading = reading_describe(split->reading);
    g_autofree char *name =
        split->partial && !whole ? g_strconcat(split->name, " so far", NULL) : NULL;
    table_string(table, name != NULL ? name : split->name);
    table_int(table, split->counts.commits);
    add_growth(table, split->counts.commits, before == NULL ? NULL : &before->counts.commits);
    table_int(table, split->counts.unique);
    table_int(table, split_work(split));
    add_growth(table, split_work(split), before == NULL ? NULL : &work_before);
    add_share(table, split, MAKEUP_NEW);
    for (guint kind = MAKEUP_BACKPORT; kind < MAKEUP_KINDS; kind++)
        add_kind(table, split, kind, whole);
    if (whole) {
        table_bool(table, split->partial);
        table_string(table, reading);
    }
}

static struct table *make_table(const GPtrArray *splits, enum splits_by by, bool whole)
{
    struct table_column columns[MOST_COLUMNS];
    struct table *table = table_new(columns, make_columns(by, whole, columns));
    for (guint i = 0; i < splits->len; i++)
        add_row(table, splits, g_ptr_array_index(splits, i), whole);
    return table;
}

/* The last row that can be compared, in words. */
static char *sentence(const GPtrArray *splits)
{
    double all = 0, work = 0;
    for (guint i = splits->len; i > 0; i--) {
        const struct split *now = g_ptr_array_index(splits, i - 1);
        const struct split *before = row_at(splits, now->before);
        if (before == NULL || !growth_percent(before->counts.commits, now->counts.commits, &all) ||
            !growth_percent(split_work(before), split_work(now), &work))
            continue;
        if (g_str_has_prefix(now->name, "from "))
            return g_strdup_printf("Against the days before, all commits changed by %+.1f %%, new "
                                   "work by %+.1f %%.\n",
                                   all, work);
        return g_strdup_printf("From %s to %s all commits changed by %+.1f %%, new work by "
                               "%+.1f %%.\n",
                               before->name, now->name, all, work);
    }
    return g_strdup("");
}

/* A component's rows share all but the component. */
static char *describe(const GPtrArray *splits, enum splits_by by)
{
    const struct split *last = g_ptr_array_index(splits, splits->len - 1);
    g_autoptr(Reading) reading = reading_copy(last->reading);
    if (by == SPLITS_BY_COMPONENTS)
        g_clear_pointer(&reading->component, g_free);
    return reading_describe_series(reading, series[by]);
}

static char *as_text(const GPtrArray *splits, enum splits_by by, enum table_format format,
                     bool colour)
{
    g_autoptr(Table) table = make_table(splits, by, false);
    g_autofree char *rows = table_format(table, format, colour);
    g_autofree char *grown = sentence(splits);
    g_autofree char *reading = describe(splits, by);
    GString *text = g_string_new(rows);
    const char *item = format == TABLE_MARKDOWN ? "- " : "  ";
    g_string_append_printf(text, "\n%s%sReading: %s.\n", grown,
                           format == TABLE_MARKDOWN && *grown != '\0' ? "\n" : "", reading);
    g_string_append(text, format == TABLE_MARKDOWN ? "\nWhat counts:\n\n" : "\nWhat counts\n");
    for (guint kind = 0; kind < MAKEUP_KINDS; kind++)
        g_string_append_printf(text, "%s%s: %s\n", item, makeup_label((enum makeup_kind)kind),
                               makeup_rule((enum makeup_kind)kind));
    g_string_append_printf(text, "%sUnique: %s\n", item, makeup_unique_rule());
    return g_string_free(text, FALSE);
}

static json_t *kinds_json(void)
{
    json_t *list = json_array();
    for (guint kind = 0; kind < MAKEUP_KINDS; kind++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "kind",
                                              makeup_name((enum makeup_kind)kind), "label",
                                              makeup_label((enum makeup_kind)kind), "counts",
                                              makeup_rule((enum makeup_kind)kind)));
    return list;
}

static char *as_json(const GPtrArray *splits, enum splits_by by)
{
    g_autoptr(Table) table = make_table(splits, by, true);
    json_t *rows = table_json(table);
    for (guint i = 0; i < splits->len; i++) {
        const struct split *split = g_ptr_array_index(splits, i);
        json_object_set_new(json_array_get(rows, i), "reading", reading_json(split->reading));
    }
    json_t *all = json_pack("{s:s, s:o, s:s, s:o}", "by", splits_by_name(by), "kinds", kinds_json(),
                            "unique", makeup_unique_rule(), "rows", rows);
    g_autofree char *text = json_dumps(all, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    json_decref(all);
    return g_strconcat(text, "\n", NULL);
}

char *growth_view(const GPtrArray *splits, enum splits_by by, enum table_format format, bool colour)
{
    if (format == TABLE_JSON)
        return as_json(splits, by);
    if (for_people(format))
        return as_text(splits, by, format, colour);
    g_autoptr(Table) table = make_table(splits, by, true);
    return table_format(table, format, colour);
}

static bool add_monster(struct table *table, struct book *book, const struct monster *monster,
                        bool renames, bool whole, GError **error)
{
    struct store_statement *query = store_statement(book_store(book), "monsters_commit");
    bool row = false;
    store_bind_int(query, 1, monster->commit_id);
    if (!store_step(query, &row, error))
        return false;
    g_autofree char *hex = g_strndup(row ? store_text(query, 0) : "", whole ? 40 : 12);
    g_autofree char *time = row ? (whole ? clock_format_time(store_int(query, 1))
                                         : clock_format_day(store_int(query, 1)))
                                : g_strdup("");
    table_string(table, hex);
    table_string(table, time);
    table_int(table, renames ? monster->added : monster->plain_added);
    table_int(table, renames ? monster->removed : monster->plain_removed);
    table_int(table, monster->files);
    table_string(table, row ? store_text(query, 2) : "");
    return store_run(query, error);
}

static struct table *monsters_table(struct book *book, const GArray *monsters, bool renames,
                                    bool whole, GError **error)
{
    static const struct table_column columns[] = {
        {"commit", "Commit", TABLE_KIND_STRING, 0},  {"time", "Date", TABLE_KIND_STRING, 0},
        {"added", "Added", TABLE_KIND_INT, 0},       {"removed", "Removed", TABLE_KIND_INT, 0},
        {"files", "Whole files", TABLE_KIND_INT, 0}, {"subject", "Subject", TABLE_KIND_STRING, 0},
    };
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < monsters->len; i++)
        if (!add_monster(table, book, &g_array_index(monsters, struct monster, i), renames, whole,
                         error))
            return NULL;
    return g_steal_pointer(&table);
}

/* The line figures with the monsters, and without. */
struct moved {
    gint64 with[2], without[2];
};

/* Windows 0 and 1 of the selection. */
static bool count_moved(struct selection *selection, struct moved *moved, GError **error)
{
    g_autoptr(GArray) figures = figures_count(selection, 0, 1, FIGURE_LINES, error);
    if (figures == NULL)
        return false;
    for (guint i = 0; i < 2; i++) {
        moved->with[i] = g_array_index(figures, struct figures, 0).value[FIGURE_LINES_ADDED + i];
        moved->without[i] = g_array_index(figures, struct figures, 1).value[FIGURE_LINES_ADDED + i];
    }
    return true;
}

static char *monsters_json(const struct table *table, const struct moved *moved,
                           const struct reading *reading)
{
    json_t *all = json_pack("{s:s, s:{s:I, s:I}, s:{s:I, s:I}, s:o, s:o}", "counts", monster_rule(),
                            "lines_added", "with", (json_int_t)moved->with[0], "without",
                            (json_int_t)moved->without[0], "lines_removed", "with",
                            (json_int_t)moved->with[1], "without", (json_int_t)moved->without[1],
                            "monsters", table_json(table), "reading", reading_json(reading));
    g_autofree char *text = json_dumps(all, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    json_decref(all);
    return g_strconcat(text, "\n", NULL);
}

static char *monsters_text(const struct table *table, const struct moved *moved,
                           const struct reading *reading, enum table_format format, bool colour)
{
    g_autofree char *rows = table_format(table, format, colour);
    g_autofree char *sentence = reading_describe(reading);
    if (!for_people(format))
        return g_steal_pointer(&rows);
    return g_strdup_printf("%s\nLines added: %" G_GINT64_FORMAT ", without these %" G_GINT64_FORMAT
                           "; lines removed: %" G_GINT64_FORMAT ", without these %" G_GINT64_FORMAT
                           ".\n%sCounted are %s.\n%sReading: %s.\n",
                           table_rows(table) == 0 ? "No commit here adds or drops a whole tree.\n"
                                                  : rows,
                           moved->with[0], moved->without[0], moved->with[1], moved->without[1],
                           format == TABLE_MARKDOWN ? "\n" : "", monster_rule(),
                           format == TABLE_MARKDOWN ? "\n" : "", sentence);
}

char *growth_view_monsters(struct book *book, const struct reading *reading,
                           enum table_format format, bool colour, GError **error)
{
    g_autoptr(Selection) selection = selection_new(book);
    g_autoptr(Reading) with = reading_copy(reading);
    g_autoptr(Reading) without = reading_copy(reading);
    struct moved moved;
    guint window = 0;
    with->monsters = true;
    without->monsters = false;
    if (!selection_add(selection, with, &window, error) ||
        !selection_add(selection, without, &window, error) ||
        !selection_fill(selection, 0, error) || !count_moved(selection, &moved, error))
        return NULL;
    g_autoptr(GArray) monsters = monsters_of_windows(book, 0, 0, error);
    g_autoptr(Table) table = monsters == NULL ? NULL
                                              : monsters_table(book, monsters, reading->renames,
                                                               !for_people(format), error);
    if (table == NULL)
        return NULL;
    const struct reading *resolved = selection_reading(selection, 0);
    return format == TABLE_JSON ? monsters_json(table, &moved, resolved)
                                : monsters_text(table, &moved, resolved, format, colour);
}
