#include "affected.h"

#include "template.h"
#include "unified.h"

#include <string.h>

static void forget_span(gpointer pointer)
{
    struct affected_span *span = pointer;
    g_ptr_array_unref(span->begins);
}

static void affected_free(gpointer pointer)
{
    struct affected *affected = pointer;
    g_array_unref(affected->runs);
    g_array_unref(affected->spans);
    g_ptr_array_unref(affected->begins);
    g_free(affected);
}

/* --- releases --- */

static bool is_told(enum resolve_standing standing)
{
    return standing == RESOLVE_STANDING_AFFECTED || standing == RESOLVE_STANDING_UNKNOWN;
}

static void add_runs(struct affected *affected, const struct resolve_line *line)
{
    const struct affected_run none = {.line = NULL};
    struct affected_run run = none;
    for (guint i = 0; i < line->releases->len; i++) {
        const struct resolve_release *release = line->releases->pdata[i];
        if (run.line != NULL && run.standing != release->standing) {
            run.next = release;
            g_array_append_val(affected->runs, run);
            run = none;
        }
        if (run.line == NULL && is_told(release->standing))
            run = (struct affected_run){line, release->standing, release, release, NULL};
        run.last = release;
        affected->certain = affected->certain && release->standing != RESOLVE_STANDING_UNKNOWN;
    }
    if (run.line != NULL)
        g_array_append_val(affected->runs, run);
}

/* --- commits --- */

static bool is_known(const struct affected *affected, const char *fixed)
{
    for (guint i = 0; i < affected->spans->len; i++)
        if (g_str_equal(g_array_index(affected->spans, struct affected_span, i).fixed, fixed))
            return true;
    return false;
}

static bool is_good(const struct resolve_line *line)
{
    return line->state == RESOLVE_FIXED || line->state == RESOLVE_NOT_AFFECTED;
}

/* The newest line before this one that is not affected, by what the history or the text says. */
static const struct resolve_line *floor_of(const struct resolve_place *place,
                                           const struct resolve_line *line)
{
    const struct resolve_line *below = NULL;
    for (guint i = 0; i < place->lines->len && place->lines->pdata[i] != line; i++) {
        const struct resolve_line *other = place->lines->pdata[i];
        if (other->state == RESOLVE_NOT_AFFECTED)
            below = other;
    }
    return below;
}

/* Where a line that is not affected has what the problem could begin with, it began later: with
 * something that this line lacks. */
static GPtrArray *begins_of(const struct affected *affected, const struct resolve_line *line)
{
    const struct resolve_line *below = floor_of(affected->place, line);
    GPtrArray *begins = g_ptr_array_new();
    for (guint i = 0; i < line->begins->len; i++)
        if (below == NULL || !g_ptr_array_find_with_equal_func(
                                 below->begins, line->begins->pdata[i], g_str_equal, NULL))
            g_ptr_array_add(begins, line->begins->pdata[i]);
    if (begins->len == 0 && below != NULL && below->after[0] != '\0')
        g_ptr_array_add(begins, (char *)(gsize)below->after);
    return begins;
}

static bool has_affected(const struct resolve_line *line)
{
    for (guint i = 0; i < line->releases->len; i++) {
        const struct resolve_release *release = line->releases->pdata[i];
        if (release->standing == RESOLVE_STANDING_AFFECTED)
            return true;
    }
    return false;
}

static void add_begins(struct affected *affected, const struct resolve_line *line)
{
    if (line->state == RESOLVE_NOT_AFFECTED ||
        (line->state != RESOLVE_FIXED && !has_affected(line)))
        return;
    g_autoptr(GPtrArray) begins = begins_of(affected, line);
    affected->always = affected->always || begins->len == 0;
    for (guint i = 0; i < begins->len; i++)
        if (!g_ptr_array_find_with_equal_func(affected->begins, begins->pdata[i], g_str_equal,
                                              NULL))
            g_ptr_array_add(affected->begins, begins->pdata[i]);
}

/* Nodes of a graph are numbered parents before children: the last part completes the fix. */
static void add_span(struct affected *affected, const struct resolve_line *line)
{
    const struct resolve_fix *last = NULL;
    for (guint i = 0; i < line->fixes->len; i++) {
        const struct resolve_fix *fix = line->fixes->pdata[i];
        if (fix->present && (last == NULL || fix->node > last->node))
            last = fix;
    }
    if (last == NULL || is_known(affected, last->commit))
        return;
    const struct affected_span span = {line, last->commit, begins_of(affected, line)};
    g_array_append_val(affected->spans, span);
}

static const struct home_repository *find(const struct home *home, const char *name)
{
    for (guint i = 0; i < home->repositories->len; i++) {
        const struct home_repository *repository = home->repositories->pdata[i];
        if (g_str_equal(repository->name, name))
            return repository;
    }
    return NULL;
}

static struct affected *affected_new(const struct home_repository *repository,
                                     const struct resolve_place *place)
{
    struct affected *affected = g_new0(struct affected, 1);
    affected->repository = repository;
    affected->place = place;
    affected->certain = affected->closed = true;
    affected->runs = g_array_new(FALSE, FALSE, sizeof(struct affected_run));
    affected->spans = g_array_new(FALSE, FALSE, sizeof(struct affected_span));
    g_array_set_clear_func(affected->spans, forget_span);
    affected->begins = g_ptr_array_new();
    for (guint i = 0; i < place->lines->len; i++) {
        const struct resolve_line *line = place->lines->pdata[i];
        add_runs(affected, line);
        add_begins(affected, line);
        if (line->state == RESOLVE_FIXED)
            add_span(affected, line);
        affected->murky = affected->murky || (line->main && line->state == RESOLVE_UNKNOWN);
        affected->certain = affected->certain && line->state != RESOLVE_UNKNOWN;
        affected->closed = affected->closed && is_good(line);
        affected->settled = affected->settled || (line->main && is_good(line));
    }
    affected->closed = affected->closed && affected->certain && affected->settled;
    return affected;
}

GPtrArray *affected_all(const struct home *home, const struct publication *publication)
{
    GPtrArray *all = g_ptr_array_new_with_free_func(affected_free);
    for (guint i = 0; i < publication->places->len; i++) {
        const struct resolve_place *place = publication->places->pdata[i];
        const struct home_repository *repository = find(home, place->name);
        if (repository != NULL)
            g_ptr_array_add(all, affected_new(repository, place));
    }
    return all;
}

/* --- files --- */

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_files(GHashTable *paths, GBytes *patch)
{
    g_autoptr(Unified) unified = unified_parse(patch, NULL);
    for (guint i = 0; unified != NULL && i < unified->files->len; i++) {
        const struct unified_file *file = unified->files->pdata[i];
        const char *path = file->kind == UNIFIED_NEW ? file->to : file->from;
        if (path != NULL && *path != '\0')
            g_hash_table_add(paths, g_utf8_make_valid(path, -1));
    }
}

GPtrArray *affected_files(const struct publication *publication)
{
    const struct publication_version *newest = publication_newest(publication);
    g_autoptr(GHashTable) paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iter;
    void *path = NULL;
    for (guint i = 0; newest != NULL && i < newest->files->len; i++) {
        const struct publication_file *file = newest->files->pdata[i];
        if (file->patch && file->bytes != NULL)
            add_files(paths, file->bytes);
    }
    g_hash_table_iter_init(&iter, paths);
    while (g_hash_table_iter_next(&iter, &path, NULL))
        g_ptr_array_add(files, g_strdup(path));
    g_ptr_array_sort(files, by_name);
    return files;
}

/* --- links --- */

bool affected_link(const struct home *home, const struct affected *affected, const char *commit,
                   char **ret_link, GError **error)
{
    const char *pattern = home->releases.link_commit;
    *ret_link = NULL;
    if (pattern == NULL || affected->repository != home->repositories->pdata[0])
        return true;
    json_t *data = json_pack("{s:s}", "commit", commit);
    *ret_link = template_render(pattern, data, TEMPLATE_NONE, NULL, NULL, error);
    json_decref(data);
    if (*ret_link == NULL)
        g_prefix_error(error, "barograph.conf: [releases] link-commit: ");
    return *ret_link != NULL;
}
