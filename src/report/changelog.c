#include "changelog.h"

#include "clock.h"
#include "components.h"
#include "range.h"
#include "template.h"

#include <string.h>

/* Newest first; of equal times, what was found first stays first, as in git. */
struct waiting {
    guint node;
    gint64 time;
    guint turn;
};

static gint compare_waiting(gconstpointer a, gconstpointer b, gpointer user)
{
    const struct waiting *left = a, *right = b;
    (void)user;
    if (left->time != right->time)
        return left->time > right->time ? -1 : 1;
    return left->turn < right->turn ? -1 : 1;
}

static void wait_for(const struct book *book, GSequence *queue, guint node, guint *turn)
{
    struct waiting *waiting = g_new(struct waiting, 1);
    *waiting = (struct waiting){node, book_time(book, node, false), (*turn)++};
    g_sequence_insert_sorted(queue, waiting, compare_waiting, NULL);
}

static guint take_first(GSequence *queue)
{
    GSequenceIter *first = g_sequence_get_begin_iter(queue);
    guint node = ((const struct waiting *)g_sequence_get(first))->node;
    g_sequence_remove(first);
    return node;
}

GArray *changelog_order(const struct book *book, const guint8 *set, guint tip, bool merges)
{
    const struct graph *graph = book_graph(book);
    GArray *order = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autofree guint8 *seen = graph_set_new(graph);
    GSequence *queue = g_sequence_new(g_free);
    guint turn = 0;
    seen[tip] = 1;
    if (set[tip])
        wait_for(book, queue, tip, &turn);
    while (!g_sequence_is_empty(queue)) {
        guint node = take_first(queue);
        if (merges || !book_is_merge(book, node))
            g_array_append_val(order, node);
        for (guint i = 0; i < graph_parent_count(graph, node); i++) {
            gint parent = graph_parent(graph, node, i);
            if (parent < 0 || seen[parent] || !set[parent])
                continue;
            seen[parent] = 1;
            wait_for(book, queue, (guint)parent, &turn);
        }
    }
    g_sequence_free(queue);
    return order;
}

static json_t *valid_string(const char *bytes)
{
    g_autofree char *valid = g_utf8_make_valid(bytes, -1);
    return json_string(valid);
}

/* Links lead to the main repository, not to its companions. */
static bool set_link(const struct home *home, const struct book *book, json_t *row, GError **error)
{
    bool companion = book_repository(book)->pin_file != NULL;
    const char *pattern = companion ? NULL : home->releases.link_commit;
    g_autofree char *link =
        pattern == NULL ? NULL : template_render(pattern, row, TEMPLATE_NONE, NULL, NULL, error);
    if (pattern != NULL && link == NULL) {
        g_prefix_error(error, "barograph.conf: [releases] link-commit: ");
        return false;
    }
    json_object_set_new(row, "link", link != NULL ? json_string(link) : json_null());
    return true;
}

/* How many hex digits two ids share at their start. */
static guint alike(const guint8 *a, const guint8 *b)
{
    guint digits = 0;
    for (guint i = 0; i < 20; i++, digits += 2)
        if (a[i] != b[i])
            return digits + (a[i] >> 4 == b[i] >> 4);
    return digits;
}

/* At least as many digits as are wanted, and as many as no other commit of the history has. */
static bool shorten(struct store *history, const struct home *home, gint64 commit_id, json_t *row,
                    GError **error)
{
    struct store_statement *query = store_statement(history, "changelog_alike");
    guint digits = home->releases.digits;
    bool there = false;
    gsize length = 0, other = 0;
    store_bind_int(query, 1, commit_id);
    if (!store_step(query, &there, error) || !there)
        return false;
    const guint8 *hash = store_blob(query, 1, &length);
    for (int column = 0; column <= 2; column += 2) {
        const guint8 *neighbour = store_blob(query, column, &other);
        if (length == 20 && other == 20)
            digits = MAX(digits, alike(hash, neighbour) + 1);
    }
    const char *hex = json_string_value(json_object_get(row, "commit"));
    json_object_set_new(row, "short", json_stringn(hex, MIN(digits, strlen(hex))));
    return store_run(query, error);
}

static json_t *commit_row(struct store *history, const struct home *home, gint64 commit_id,
                          GError **error)
{
    struct store_statement *query = store_statement(history, "changelog_commit");
    bool row = false;
    store_bind_int(query, 1, commit_id);
    if (!store_step(query, &row, error) || !row)
        return NULL;
    g_autofree char *day = clock_format_day(store_int(query, 4));
    const char *hex = store_text(query, 0), *name = store_text(query, 2);
    json_t *object = json_object();
    json_object_set_new(object, "commit", json_string(hex));
    json_object_set_new(object, "subject", valid_string(store_text(query, 1)));
    json_object_set_new(object, "author",
                        valid_string(*name != '\0' ? name : store_text(query, 3)));
    json_object_set_new(object, "date", json_string(day));
    if (store_run(query, error) && shorten(history, home, commit_id, object, error))
        return object;
    json_decref(object);
    return NULL;
}

static bool add_advisories(struct store *history, gint64 commit_id, json_t *row, GError **error)
{
    struct store_statement *query = store_statement(history, "changelog_advisories");
    json_t *names = json_array();
    bool more = false;
    json_object_set_new(row, "advisories", names);
    store_bind_int(query, 1, commit_id);
    while (true) {
        if (!store_step(query, &more, error))
            return false;
        if (!more)
            return true;
        json_array_append_new(names, valid_string(store_text(query, 0)));
    }
}

static bool add_component(struct store *history, const struct home *home, gint64 commit_id,
                          json_t *row, GError **error)
{
    g_autofree char *component = NULL;
    const char *subject = json_string_value(json_object_get(row, "subject"));
    if (!component_of(history, home, commit_id, subject, &component, error))
        return false;
    json_object_set_new(row, "component", valid_string(component));
    return true;
}

static json_t *whole_row(struct book *book, const struct home *home, guint node, GError **error)
{
    struct store *history = book_store(book);
    gint64 commit_id = graph_commit_id(book_graph(book), node);
    json_t *row = commit_row(history, home, commit_id, error);
    if (row != NULL && add_advisories(history, commit_id, row, error) &&
        add_component(history, home, commit_id, row, error) && set_link(home, book, row, error))
        return row;
    json_decref(row);
    return NULL;
}

static gint compare_groups(gconstpointer a, gconstpointer b)
{
    const json_t *left = *(json_t *const *)a, *right = *(json_t *const *)b;
    json_int_t order = json_integer_value(json_object_get(right, "commits")) -
                       json_integer_value(json_object_get(left, "commits"));
    if (order != 0)
        return order < 0 ? -1 : 1;
    return strcmp(json_string_value(json_object_get(left, "name")),
                  json_string_value(json_object_get(right, "name")));
}

/* Groups in the order of their first row; then sorted. */
json_t *changelog_groups(const json_t *changelog)
{
    const json_t *rows = json_object_get(changelog, "rows");
    g_autoptr(GPtrArray) order = g_ptr_array_new();
    json_t *by_name = json_object(), *groups = json_array();
    for (gsize i = 0; i < json_array_size(rows); i++) {
        json_t *row = json_array_get(rows, i);
        json_t *name = json_object_get(row, "component");
        json_t *group = json_object_get(by_name, json_string_value(name));
        if (group == NULL) {
            group = json_pack("{s:O, s:i, s:[]}", "name", name, "commits", 0, "rows");
            json_object_set_new(by_name, json_string_value(name), group);
            g_ptr_array_add(order, group);
        }
        json_array_append(json_object_get(group, "rows"), row);
        json_object_set_new(
            group, "commits",
            json_integer((json_int_t)json_array_size(json_object_get(group, "rows"))));
    }
    g_ptr_array_sort(order, compare_groups);
    for (guint i = 0; i < order->len; i++)
        json_array_append(groups, g_ptr_array_index(order, i));
    json_decref(by_name);
    return groups;
}

static json_t *count_components(const json_t *changelog)
{
    json_t *groups = changelog_groups(changelog), *counts = json_array();
    for (gsize i = 0; i < json_array_size(groups); i++) {
        const json_t *group = json_array_get(groups, i);
        json_array_append_new(counts,
                              json_pack("{s:O, s:O}", "name", json_object_get(group, "name"),
                                        "commits", json_object_get(group, "commits")));
    }
    json_decref(groups);
    return counts;
}

/* The node of the reading's end: the newest of its commits, which all others lead to. */
static gint tip_of(const struct book *book, const guint8 *set)
{
    for (gint node = (gint)graph_size(book_graph(book)) - 1; node >= 0; node--)
        if (set[node])
            return node;
    return -1;
}

static bool add_rows(struct book *book, const struct home *home, const GArray *order, json_t *rows,
                     GError **error)
{
    for (guint i = 0; i < order->len; i++) {
        json_t *row = whole_row(book, home, g_array_index(order, guint, i), error);
        if (row == NULL)
            return false;
        json_array_append_new(rows, row);
    }
    return true;
}

json_t *changelog_build(struct book *book, const struct home *home, const struct reading *reading,
                        GError **error)
{
    g_autofree guint8 *set = range_set(book, reading, error);
    if (set == NULL)
        return NULL;
    gint tip = tip_of(book, set);
    g_autoptr(GArray) order = tip < 0 ? g_array_new(FALSE, FALSE, sizeof(guint))
                                      : changelog_order(book, set, (guint)tip, reading->merges);
    json_t *rows = json_array();
    json_t *changelog = json_pack("{s:i, s:o, s:s}", "total", (int)order->len, "rows", rows, "rule",
                                  component_rule(home));
    if (!add_rows(book, home, order, rows, error)) {
        json_decref(changelog);
        return NULL;
    }
    json_object_set_new(changelog, "components", count_components(changelog));
    return changelog;
}
