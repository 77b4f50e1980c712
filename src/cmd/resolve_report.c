/* What resolve found of all advisories, summed up: counts, and the data of a security page. */
#include "clock.h"
#include "resolve_room.h"

#include <stdlib.h>
#include <string.h>

#define DAY ((gint64)24 * 60 * 60)

static gint64 days_between(gint64 from, gint64 to)
{
    return to / DAY - from / DAY;
}

/* Of every line of every advisory. */
typedef void (*line_visit)(const struct resolve_entry *entry, const struct resolve_place *place,
                           const struct resolve_line *line, void *user);

static void each_line(const struct resolve_entry *entry, line_visit visit, void *user)
{
    for (guint i = 0; i < entry->places->len; i++) {
        const struct resolve_place *place = entry->places->pdata[i];
        for (guint j = 0; j < place->lines->len; j++)
            visit(entry, place, place->lines->pdata[j], user);
    }
}

/* --- one row an advisory --- */

struct summary {
    GString *releases, *open;
};

static void take_line(const struct resolve_entry *entry, const struct resolve_place *place,
                      const struct resolve_line *line, void *user)
{
    struct summary *summary = user;
    (void)entry;
    (void)place;
    if (line->main || line->inherited)
        return;
    if (line->first_release != NULL)
        g_string_append_printf(summary->releases, "%s%s", summary->releases->len > 0 ? " " : "",
                               line->first_release);
    if (line->state == RESOLVE_OPEN || line->state == RESOLVE_PARTLY)
        g_string_append_printf(summary->open, "%s%s", summary->open->len > 0 ? " " : "",
                               line->line);
}

/* A main branch's first release stands before those of the lines. */
static void take_main(const struct resolve_entry *entry, const struct resolve_place *place,
                      const struct resolve_line *line, void *user)
{
    GString *releases = user;
    (void)entry;
    (void)place;
    if (line->main && line->first_release != NULL)
        g_string_append_printf(releases, "%s%s", releases->len > 0 ? " " : "", line->first_release);
}

static char *join_evidence(const struct resolve_entry *entry, guint *ret_commits, guint *ret_parts)
{
    bool had[RESOLVE_EVIDENCES] = {false};
    GString *words = g_string_new(NULL);
    for (guint i = 0; i < entry->places->len; i++) {
        const struct resolve_place *place = entry->places->pdata[i];
        *ret_commits += place->matches->len;
        *ret_parts += place->parts->len;
        for (guint j = 0; j < place->matches->len; j++) {
            const struct resolve_match *match = place->matches->pdata[j];
            had[match->evidence] = true;
        }
    }
    for (guint i = 0; i < RESOLVE_EVIDENCES; i++)
        if (had[i])
            g_string_append_printf(words, "%s%s", words->len > 0 ? ", " : "",
                                   resolve_evidence_name((enum resolve_evidence)i));
    return g_string_free(words, FALSE);
}

static void add_summary(struct table *table, const struct resolve_entry *entry)
{
    guint commits = 0, parts = 0;
    g_autofree char *evidence = join_evidence(entry, &commits, &parts);
    g_autofree char *day = entry->casefile->public_at == G_MININT64
                               ? NULL
                               : clock_format_day(entry->casefile->public_at);
    g_autoptr(GString) releases = g_string_new(NULL);
    g_autoptr(GString) open = g_string_new(NULL);
    struct summary summary = {releases, open};
    each_line(entry, take_main, releases);
    each_line(entry, take_line, &summary);
    table_string(table, entry->casefile->id);
    table_string(table, day);
    table_int(table, entry->casefile->patches->len);
    table_int(table, parts);
    table_int(table, commits);
    table_string(table, *evidence == '\0' ? NULL : evidence);
    table_string(table, releases->len == 0 ? NULL : releases->str);
    table_string(table, open->len == 0 ? NULL : open->str);
    table_paint(table, TABLE_RED);
}

struct table *resolve_summary_table(const GPtrArray *entries)
{
    static const struct table_column columns[] = {
        {"advisory", "Advisory", TABLE_KIND_STRING},
        {"public", "Public", TABLE_KIND_STRING},
        {"patches", "Patches", TABLE_KIND_INT},
        {"parts", "Parts", TABLE_KIND_INT},
        {"commits", "Commits", TABLE_KIND_INT},
        {"evidence", "Evidence", TABLE_KIND_STRING},
        {"first_releases", "First releases", TABLE_KIND_STRING},
        {"open", "Open lines", TABLE_KIND_STRING},
    };
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < entries->len; i++)
        add_summary(table, entries->pdata[i]);
    return table;
}

struct table *resolve_evidence_table(const GPtrArray *entries)
{
    static const struct table_column columns[] = {{"evidence", "Evidence", TABLE_KIND_STRING},
                                                  {"commits", "Commits", TABLE_KIND_INT},
                                                  {"advisories", "Advisories", TABLE_KIND_INT}};
    guint commits[RESOLVE_EVIDENCES] = {0}, advisories[RESOLVE_EVIDENCES] = {0};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < entries->len; i++) {
        const struct resolve_entry *entry = entries->pdata[i];
        bool had[RESOLVE_EVIDENCES] = {false};
        for (guint j = 0; j < entry->places->len; j++) {
            const struct resolve_place *place = entry->places->pdata[j];
            for (guint k = 0; k < place->matches->len; k++) {
                const struct resolve_match *match = place->matches->pdata[k];
                commits[match->evidence]++;
                advisories[match->evidence] += !had[match->evidence];
                had[match->evidence] = true;
            }
        }
    }
    for (guint i = 0; i < RESOLVE_EVIDENCES; i++) {
        table_string(table, resolve_evidence_name((enum resolve_evidence)i));
        table_int(table, commits[i]);
        table_int(table, advisories[i]);
    }
    return table;
}

struct table *resolve_unresolved_table(const GPtrArray *entries)
{
    static const struct table_column columns[] = {{"advisory", "Advisory", TABLE_KIND_STRING},
                                                  {"why", "Why", TABLE_KIND_STRING}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < entries->len; i++) {
        const struct resolve_entry *entry = entries->pdata[i];
        if (entry->why == NULL)
            continue;
        table_string(table, entry->casefile->id);
        table_string(table, entry->why);
    }
    return table;
}

/* --- the security page --- */

static int compare_numbers(gconstpointer a, gconstpointer b)
{
    gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;
    return (left > right) - (left < right);
}

static void add_median(struct table *table, GArray *numbers)
{
    g_array_sort(numbers, compare_numbers);
    if (numbers->len == 0) {
        table_none(table);
        return;
    }
    guint below = (numbers->len - 1) / 2, above = numbers->len / 2;
    table_real(table, (double)(g_array_index(numbers, gint64, below) +
                               g_array_index(numbers, gint64, above)) /
                          2);
}

struct year {
    const char *name;
    guint advisories, resolved, missing;
    GArray *embargo, *release; /* days */
};

static void take_delay(const struct resolve_entry *entry, const struct resolve_place *place,
                       const struct resolve_line *line, void *user)
{
    struct year *year = user;
    (void)place;
    if (line->state == RESOLVE_OPEN || line->state == RESOLVE_PARTLY)
        year->missing += line->needed - line->present;
    if (line->main || line->inherited || line->first_release == NULL ||
        entry->casefile->public_at == G_MININT64)
        return;
    gint64 days = days_between(entry->casefile->public_at, line->first_time);
    g_array_append_val(year->release, days);
}

static char *year_of(const struct resolve_entry *entry)
{
    g_autofree char *day = entry->casefile->public_by == G_MININT64
                               ? g_strdup("unknown")
                               : clock_format_day(entry->casefile->public_by);
    return g_strndup(day, g_ascii_isdigit(*day) ? 4 : strlen(day));
}

static void add_year(struct table *table, const GPtrArray *entries, const char *name)
{
    g_autoptr(GArray) embargo = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(GArray) release = g_array_new(FALSE, FALSE, sizeof(gint64));
    struct year year = {.name = name, .embargo = embargo, .release = release};
    for (guint i = 0; i < entries->len; i++) {
        const struct resolve_entry *entry = entries->pdata[i];
        const struct casefile *casefile = entry->casefile;
        g_autofree char *own = year_of(entry);
        if (!g_str_equal(own, name))
            continue;
        year.advisories++;
        year.resolved += entry->why == NULL;
        each_line(entry, take_delay, &year);
        if (casefile->reported_at == G_MININT64 || casefile->public_at == G_MININT64)
            continue;
        gint64 days = days_between(casefile->reported_at, casefile->public_at);
        g_array_append_val(embargo, days);
    }
    table_string(table, name);
    table_int(table, year.advisories);
    table_int(table, year.resolved);
    add_median(table, embargo);
    add_median(table, release);
    table_int(table, year.missing);
}

static int compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct table *years_table(const GPtrArray *entries)
{
    static const struct table_column columns[] = {
        {"year", "Year", TABLE_KIND_STRING},
        {"advisories", "Advisories", TABLE_KIND_INT},
        {"resolved", "Resolved", TABLE_KIND_INT},
        {"days_to_public", "Days from report to public (median)", TABLE_KIND_REAL, 1},
        {"days_to_release", "Days from public to a line's release (median)", TABLE_KIND_REAL, 1},
        {"parts_missing", "Parts missing", TABLE_KIND_INT},
    };
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    g_autoptr(GPtrArray) years = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < entries->len; i++) {
        char *name = year_of(entries->pdata[i]);
        if (g_ptr_array_find_with_equal_func(years, name, g_str_equal, NULL))
            g_free(name);
        else
            g_ptr_array_add(years, name);
    }
    g_ptr_array_sort(years, compare_texts);
    for (guint i = 0; i < years->len; i++)
        add_year(table, entries, years->pdata[i]);
    return table;
}

/* One release of one repository, and the advisories that it is the first of its line to fix. */
struct fixing {
    const char *repository, *release;
    gint64 day;
    guint count;
    GString *advisories;
};

static void fixing_free(gpointer pointer)
{
    struct fixing *fixing = pointer;
    g_string_free(fixing->advisories, TRUE);
    g_free(fixing);
}

static void take_release(const struct resolve_entry *entry, const struct resolve_place *place,
                         const struct resolve_line *line, void *user)
{
    GPtrArray *releases = user;
    struct fixing *fixing = NULL;
    if (line->inherited || line->first_release == NULL)
        return;
    for (guint i = 0; fixing == NULL && i < releases->len; i++) {
        struct fixing *known = releases->pdata[i];
        if (g_str_equal(known->repository, place->name) &&
            g_str_equal(known->release, line->first_release))
            fixing = known;
    }
    if (fixing == NULL) {
        fixing = g_new0(struct fixing, 1);
        fixing->repository = place->name;
        fixing->release = line->first_release;
        fixing->day = line->first_time;
        fixing->advisories = g_string_new(NULL);
        g_ptr_array_add(releases, fixing);
    }
    fixing->count++;
    g_string_append_printf(fixing->advisories, "%s%s", fixing->advisories->len > 0 ? " " : "",
                           entry->casefile->id);
}

static int compare_fixings(gconstpointer a, gconstpointer b)
{
    const struct fixing *left = *(struct fixing *const *)a, *right = *(struct fixing *const *)b;
    int by_name = strcmp(left->repository, right->repository);
    if (by_name != 0)
        return by_name;
    if (left->day != right->day)
        return left->day > right->day ? 1 : -1;
    return strcmp(left->release, right->release);
}

static struct table *releases_table(const GPtrArray *entries)
{
    static const struct table_column columns[] = {{"repository", "Repository", TABLE_KIND_STRING},
                                                  {"release", "Release", TABLE_KIND_STRING},
                                                  {"day", "Day", TABLE_KIND_STRING},
                                                  {"count", "Fixes", TABLE_KIND_INT},
                                                  {"advisories", "Advisories", TABLE_KIND_STRING}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    g_autoptr(GPtrArray) releases = g_ptr_array_new_with_free_func(fixing_free);
    for (guint i = 0; i < entries->len; i++)
        each_line(entries->pdata[i], take_release, releases);
    g_ptr_array_sort(releases, compare_fixings);
    for (guint i = 0; i < releases->len; i++) {
        const struct fixing *fixing = releases->pdata[i];
        g_autofree char *day = clock_format_day(fixing->day);
        table_string(table, fixing->repository);
        table_string(table, fixing->release);
        table_string(table, day);
        table_int(table, fixing->count);
        table_string(table, fixing->advisories->str);
    }
    return table;
}

/* --- waiting, and what is missing --- */

static void add_delay(const struct resolve_entry *entry, const struct resolve_place *place,
                      const struct resolve_line *line, void *user)
{
    const struct casefile *casefile = entry->casefile;
    struct table *table = user;
    if (line->main || line->inherited || line->first_release == NULL)
        return;
    g_autofree char *day = clock_format_day(line->first_time);
    table_string(table, casefile->id);
    table_string(table, place->name);
    table_string(table, line->line);
    table_string(table, line->first_release);
    table_string(table, day);
    if (casefile->reported_at == G_MININT64 || casefile->public_at == G_MININT64)
        table_none(table);
    else
        table_int(table, days_between(casefile->reported_at, casefile->public_at));
    if (casefile->public_at == G_MININT64)
        table_none(table);
    else
        table_int(table, days_between(casefile->public_at, line->first_time));
}

static struct table *delays_table(const GPtrArray *entries)
{
    static const struct table_column columns[] = {
        {"advisory", "Advisory", TABLE_KIND_STRING},
        {"repository", "Repository", TABLE_KIND_STRING},
        {"line", "Line", TABLE_KIND_STRING},
        {"first_release", "First release", TABLE_KIND_STRING},
        {"day", "Day", TABLE_KIND_STRING},
        {"days_to_public", "Days from report to public", TABLE_KIND_INT},
        {"days_to_release", "Days from public to release", TABLE_KIND_INT},
    };
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < entries->len; i++)
        each_line(entries->pdata[i], add_delay, table);
    return table;
}

static void add_missing(const struct resolve_entry *entry, const struct resolve_place *place,
                        const struct resolve_line *line, void *user)
{
    struct table *table = user;
    if (line->state != RESOLVE_OPEN && line->state != RESOLVE_PARTLY)
        return;
    for (guint i = 0; i < line->fixes->len; i++) {
        const struct resolve_fix *fix = line->fixes->pdata[i];
        const struct resolve_part *part = place->parts->pdata[fix->part];
        if (fix->present || !fix->needed)
            continue;
        g_autofree char *commit = g_strndup(part->commit, 12);
        table_string(table, entry->casefile->id);
        table_string(table, place->name);
        table_string(table, line->line);
        table_int(table, line->present);
        table_int(table, line->needed);
        table_string(table, *commit == '\0' ? NULL : commit);
        table_string(table, part->subject);
        table_string(table, fix->reverted ? "reverted" : NULL);
    }
}

static struct table *missing_table(const GPtrArray *entries)
{
    static const struct table_column columns[] = {
        {"advisory", "Advisory", TABLE_KIND_STRING},
        {"repository", "Repository", TABLE_KIND_STRING},
        {"line", "Line", TABLE_KIND_STRING},
        {"parts_present", "Parts", TABLE_KIND_INT},
        {"parts_needed", "of", TABLE_KIND_INT},
        {"commit", "Missing", TABLE_KIND_STRING},
        {"subject", "Subject", TABLE_KIND_STRING},
        {"remark", "Remark", TABLE_KIND_STRING},
    };
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < entries->len; i++)
        each_line(entries->pdata[i], add_missing, table);
    return table;
}

const struct resolve_report_table resolve_report_tables[] = {
    {"years", "Advisories by year", years_table},
    {"releases", "Advisories by the release that fixes them", releases_table},
    {"delays", "From report to public, from public to a release", delays_table},
    {"missing", "Parts still missing", missing_table},
    {"unresolved", "Not resolved", resolve_unresolved_table},
    {NULL, NULL, NULL},
};

json_t *resolve_report_json(const GPtrArray *entries)
{
    json_t *report = json_object();
    for (const struct resolve_report_table *part = resolve_report_tables; part->key != NULL;
         part++) {
        g_autoptr(Table) table = part->make(entries);
        json_object_set_new(report, part->key, table_json(table));
    }
    return report;
}
