#include "silence.h"

#include <string.h>

/* The newest release of the line that leads to the branch's tip. */
static const struct release *last_release(const struct silence_line *line, GError **error)
{
    const struct release_list *list = book_releases(line->book, error);
    const struct release *last = NULL;
    for (guint i = 0; list != NULL && i < list->releases->len; i++) {
        const struct release *release = g_ptr_array_index(list->releases, i);
        if (line->there[release->node] && g_str_equal(release->line, line->name))
            last = release;
    }
    return last;
}

static bool has_fixes(const struct silence_line *line, gint64 commit_id, bool *ret_has,
                      GError **error)
{
    struct store_statement *query = store_statement(book_store(line->book), "backports_fixes");
    gint64 one = 0;
    store_bind_int(query, 1, commit_id);
    return store_single(query, ret_has, &one, error);
}

static struct backport_silence *meter(GArray *rows, const char *area)
{
    for (guint i = 0; i < rows->len; i++) {
        struct backport_silence *row = &g_array_index(rows, struct backport_silence, i);
        if (g_str_equal(row->area, area))
            return row;
    }
    struct backport_silence fresh = {.area = area};
    g_array_append_val(rows, fresh);
    return &g_array_index(rows, struct backport_silence, rows->len - 1);
}

static char *subject_of(const struct silence_line *line, gint64 commit_id, GError **error)
{
    struct store_statement *query = store_statement(book_store(line->book), "backports_commit");
    bool row = false;
    store_bind_int(query, 1, commit_id);
    if (!store_step(query, &row, error))
        return NULL;
    g_autofree char *subject = g_utf8_make_valid(row ? store_text(query, 1) : "", -1);
    return store_run(query, error) ? g_steal_pointer(&subject) : NULL;
}

static bool measure_commit(const struct silence_line *line, guint node, bool since,
                           struct silence *found, GError **error)
{
    gint64 commit_id = graph_commit_id(book_graph(line->book), node);
    g_autofree char *subject = subject_of(line, commit_id, error);
    const char *area = NULL;
    bool fixes = false;
    if (subject == NULL || !areas_of(line->areas, commit_id, subject, &area, NULL, error) ||
        !has_fixes(line, commit_id, &fixes, error))
        return false;
    struct backport_silence *row = meter(found->rows, area);
    row->all++;
    row->since += since;
    row->last = MAX(row->last, book_time(line->book, node, false));
    found->taken++;
    found->since += since;
    found->with_fixes += fixes;
    return true;
}

static gint compare_silence(gconstpointer a, gconstpointer b)
{
    const struct backport_silence *left = a, *right = b;
    if (left->since != right->since)
        return left->since > right->since ? -1 : 1;
    if (left->all != right->all)
        return left->all > right->all ? -1 : 1;
    return strcmp(left->area, right->area);
}

static void silence_clear(struct silence *silence)
{
    g_clear_pointer(&silence->rows, g_array_unref);
    g_clear_pointer(&silence->release, g_free);
}

typedef struct silence Silence;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Silence, silence_clear)

bool silence_measure(const struct silence_line *line, struct silence *ret_silence, GError **error)
{
    g_autoptr(GError) reason = NULL;
    const guint8 *on_main = lineage_main(line->lineage);
    const struct release *release = last_release(line, &reason);
    if (reason != NULL) {
        g_propagate_error(error, g_steal_pointer(&reason));
        return false;
    }
    g_auto(Silence) found = {.rows = g_array_new(FALSE, FALSE, sizeof(struct backport_silence))};
    g_autofree guint8 *before =
        release == NULL ? NULL : lineage_ancestry(line->lineage, release->node);
    found.release = release == NULL ? NULL : g_strdup(release->version);
    for (guint node = 0; node <= line->tip; node++) {
        bool own = line->there[node] && !on_main[node] && !book_is_merge(line->book, node);
        if (own && !measure_commit(line, node, before == NULL || !before[node], &found, error))
            return false;
    }
    g_array_sort(found.rows, compare_silence);
    *ret_silence = found;
    found = (struct silence){NULL};
    return true;
}
