#include "map_diff.h"

#include "fault.h"
#include "figures.h"
#include "growth.h"

#include <stdlib.h>
#include <string.h>

#define TOP 6

static const enum figure told[] = {FIGURE_PEOPLE, FIGURE_EMPLOYERS, FIGURE_NEWCOMERS};

/* The figures by one map. */
struct counted {
    struct figures figures;
    gint64 top_six;
    GHashTable *by[2]; /* name -> commits: employers and groups, people */
};

void map_files_clear(struct map_files *files)
{
    g_clear_pointer(&files->employers, g_free);
    g_clear_pointer(&files->mailmap, g_free);
}

static char *file_in(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    return g_file_test(path, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer(&path) : NULL;
}

static void look_in(const char *folder, struct map_files *files)
{
    files->employers = file_in(folder, "employers.tsv");
    files->mailmap = file_in(folder, "mailmap");
}

bool map_files_find(const struct home *home, const char *path, struct map_files *ret_files,
                    GError **error)
{
    struct map_files files = {NULL, NULL};
    g_autofree char *people = g_build_filename(path, "people", NULL);
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return fault_raise(error, FAULT_NOINPUT, "%s is not there", path);
    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        look_in(g_file_test(people, G_FILE_TEST_IS_DIR) ? people : path, &files);
        if (files.employers == NULL && files.mailmap == NULL)
            return fault_raise(error, FAULT_NOINPUT,
                               "%s has neither an employers.tsv nor a mailmap", path);
    } else if (g_str_has_suffix(path, "mailmap")) {
        files.mailmap = g_strdup(path);
    } else {
        files.employers = g_strdup(path);
    }
    if (files.employers == NULL)
        files.employers = g_strdup(home->employers_path);
    if (files.mailmap == NULL)
        files.mailmap = g_strdup(home->mailmap_path);
    *ret_files = files;
    return true;
}

static void counted_clear(struct counted *counted)
{
    for (gsize i = 0; i < G_N_ELEMENTS(counted->by); i++)
        g_clear_pointer(&counted->by[i], g_hash_table_unref);
}

/* People of one name go together: which of them is which, the maps may see differently. */
static GHashTable *by_name(const GArray *contributors)
{
    GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < contributors->len; i++) {
        const struct contributor *one = &g_array_index(contributors, struct contributor, i);
        gint64 before = GPOINTER_TO_INT(g_hash_table_lookup(table, one->name));
        if (one->value[FIGURE_COMMITS] > 0)
            g_hash_table_insert(table, g_strdup(one->name),
                                GINT_TO_POINTER((gint)(before + one->value[FIGURE_COMMITS])));
    }
    return table;
}

/* They come by commits. */
static gint64 sum_top(const GArray *employers)
{
    gint64 sum = 0;
    guint found = 0;
    for (guint i = 0; i < employers->len && found < TOP; i++) {
        const struct contributor *one = &g_array_index(employers, struct contributor, i);
        if (one->who <= 0)
            continue;
        sum += one->value[FIGURE_COMMITS];
        found++;
    }
    return sum;
}

static bool count_selected(struct selection *selection, struct counted *counted, GError **error)
{
    const guint commits = FIGURE_BIT(FIGURE_COMMITS);
    g_autoptr(GArray) figures = figures_count(selection, 0, 0, FIGURE_EVERY, error);
    g_autoptr(GArray) employers =
        figures == NULL ? NULL
                        : figures_contributors(selection, 0, FIGURES_BY_EMPLOYER, commits, error);
    g_autoptr(GArray) people =
        employers == NULL ? NULL
                          : figures_contributors(selection, 0, FIGURES_BY_PERSON, commits, error);
    if (people == NULL)
        return false;
    counted->figures = g_array_index(figures, struct figures, 0);
    counted->top_six = sum_top(employers);
    counted->by[0] = by_name(employers);
    counted->by[1] = by_name(people);
    return true;
}

static bool count(struct store *history, const struct home *home, const struct map_files *files,
                  const struct reading *reading, struct counted *counted,
                  struct reading **ret_reading, GError **error)
{
    struct home mapped = *home;
    mapped.employers_path = files->employers;
    mapped.mailmap_path = files->mailmap;
    guint window = 0;
    g_autoptr(Book) book =
        book_open_as_of(history, &mapped, reading->repository, reading->as_of, error);
    if (book == NULL)
        return false;
    g_autoptr(Selection) selection = selection_new(book);
    if (!selection_add(selection, reading, &window, error) ||
        !selection_fill(selection, 1, error) || !count_selected(selection, counted, error))
        return false;
    reading_free(*ret_reading);
    *ret_reading = reading_copy(selection_reading(selection, window));
    return true;
}

static void row_free(gpointer pointer)
{
    g_free(((struct map_row *)pointer)->name);
    g_free(pointer);
}

static void add_row(GPtrArray *rows, struct map_row row)
{
    if (row.before == row.now) {
        g_free(row.name);
        return;
    }
    struct map_row *kept = g_new(struct map_row, 1);
    *kept = row;
    g_ptr_array_add(rows, kept);
}

static struct map_row share_row(enum map_row_kind kind, const char *name, gint64 before, gint64 now,
                                gint64 whole)
{
    return (struct map_row){.kind = kind,
                            .name = g_strdup(name),
                            .before = before,
                            .now = now,
                            .share = true,
                            .share_before = share_percent(before, whole),
                            .share_now = share_percent(now, whole)};
}

static void add_figures(GPtrArray *rows, const struct counted *old, const struct counted *new)
{
    for (gsize i = 0; i < G_N_ELEMENTS(told); i++)
        add_row(rows, (struct map_row){.kind = MAP_FIGURE,
                                       .name = g_strdup(figure_name(told[i])),
                                       .before = old->figures.value[told[i]],
                                       .now = new->figures.value[told[i]]});
    add_row(rows, share_row(MAP_FIGURE, "top-six", old->top_six, new->top_six,
                            new->figures.value[FIGURE_COMMITS]));
}

static void add_named(GPtrArray *rows, enum map_row_kind kind, GHashTable *old, GHashTable *new,
                      gint64 whole)
{
    GHashTableIter iter;
    gpointer name = NULL, commits = NULL;
    g_hash_table_iter_init(&iter, old);
    while (g_hash_table_iter_next(&iter, &name, &commits))
        add_row(rows, share_row(kind, name, GPOINTER_TO_INT(commits),
                                GPOINTER_TO_INT(g_hash_table_lookup(new, name)), whole));
    g_hash_table_iter_init(&iter, new);
    while (g_hash_table_iter_next(&iter, &name, &commits))
        if (!g_hash_table_contains(old, name))
            add_row(rows, share_row(kind, name, 0, GPOINTER_TO_INT(commits), whole));
}

static int compare_rows(gconstpointer a, gconstpointer b)
{
    const struct map_row *left = *(struct map_row *const *)a;
    const struct map_row *right = *(struct map_row *const *)b;
    gint64 more = llabs(left->now - left->before), less = llabs(right->now - right->before);
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    if (left->kind == MAP_FIGURE)
        return 0;
    if (more != less)
        return more > less ? -1 : 1;
    return strcmp(left->name, right->name);
}

static GPtrArray *compare(const struct counted *old, const struct counted *new)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(row_free);
    gint64 whole = new->figures.value[FIGURE_COMMITS];
    add_figures(rows, old, new);
    add_named(rows, MAP_EMPLOYER, old->by[0], new->by[0], whole);
    add_named(rows, MAP_PERSON, old->by[1], new->by[1], whole);
    g_ptr_array_sort(rows, compare_rows);
    return rows;
}

GPtrArray *map_diff(struct store *history, const struct home *home, const struct map_files *old,
                    const struct map_files *new, const struct reading *reading,
                    struct reading **ret_reading, GError **error)
{
    struct counted before = {.top_six = 0}, now = {.top_six = 0};
    g_autoptr(Reading) resolved = NULL;
    bool done = count(history, home, old, reading, &before, &resolved, error) &&
                count(history, home, new, reading, &now, &resolved, error);
    GPtrArray *rows = done ? compare(&before, &now) : NULL;
    counted_clear(&before);
    counted_clear(&now);
    if (done)
        *ret_reading = g_steal_pointer(&resolved);
    return rows;
}
