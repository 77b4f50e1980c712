#include "as_of.h"
#include "fixes.h"
#include "notes_parts.h"
#include "template.h"

#include <string.h>

/* A repository of the table, as the release has it. */
struct column {
    const struct home_repository *repository;
    struct fixes *fixes;
    gint node, node_before; /* -1: no commit of it is pinned */
    GPtrArray *cover;       /* struct fixes_advisory *; NULL when nothing is pinned, and then */
    GPtrArray *named;       /* char *: what its main branch claims to fix */
};

static void column_free(gpointer pointer)
{
    struct column *column = pointer;
    if (column->cover != NULL)
        g_ptr_array_unref(column->cover);
    if (column->named != NULL)
        g_ptr_array_unref(column->named);
    g_free(column);
}

static const struct companion *find_companion(const struct notes_release *release,
                                              const struct home_repository *repository)
{
    for (guint i = 0; i < release->companions->len; i++) {
        const struct companion *companion = g_ptr_array_index(release->companions, i);
        if (companion->repository == repository)
            return companion;
    }
    return NULL;
}

static bool name_claims(struct notes_making *making, struct column *column, GError **error)
{
    struct book *book = notes_companion_book(making, column->repository->name, error);
    if (book == NULL)
        return false;
    const GArray *refs = book_refs(book);
    for (guint i = 0; i < refs->len && column->named == NULL; i++) {
        const struct book_ref *ref = &g_array_index(refs, struct book_ref, i);
        if (!ref->tag && g_str_equal(ref->name, book_main_branch(book)))
            column->named = fixes_claimed(column->fixes, -1, ref->node);
    }
    return true;
}

/* Where the release stands in the column's repository, and the advisories it covers there. */
static bool place_column(struct notes_making *making, const struct notes_release *release,
                         struct column *column, GError **error)
{
    const char *where[] = {release->release->version, release->release->line,
                           json_string_value(json_object_get(release->notes, "branch")), NULL};
    const struct companion *companion = find_companion(release, column->repository);
    column->node = column->node_before = -1;
    if (column->repository == book_repository(making->book)) {
        column->node = (gint)release->release->node;
        column->node_before = release->before == NULL ? -1 : (gint)release->before->node;
    } else if (companion != NULL) {
        column->node = companion->node;
        column->node_before = companion->node_before;
    }
    column->fixes = notes_fixes(making, column->repository->name, error);
    if (column->fixes == NULL)
        return false;
    if (column->node < 0)
        return name_claims(making, column, error);
    column->cover =
        fixes_cover(column->fixes, (guint)column->node, as_of_release(release->release), error);
    if (column->cover != NULL)
        fixes_waive(column->cover, making->home, where);
    return column->cover != NULL;
}

static bool add_column(struct notes_making *making, const struct notes_release *release,
                       const struct home_repository *repository, GPtrArray *columns, GError **error)
{
    struct column *column = g_new0(struct column, 1);
    column->repository = repository;
    g_ptr_array_add(columns, column);
    return place_column(making, release, column, error);
}

static bool add_named_columns(struct notes_making *making, const struct notes_release *release,
                              GPtrArray *columns, GError **error)
{
    for (char **name = making->home->releases.columns; *name != NULL; name++) {
        const struct home_repository *repository = home_repository_find(making->home, *name, error);
        if (repository == NULL) {
            g_prefix_error(error, "barograph.conf: [releases] advisory-columns: ");
            return false;
        }
        if (!add_column(making, release, repository, columns, error))
            return false;
    }
    return true;
}

static GPtrArray *load_columns(struct notes_making *making, const struct notes_release *release,
                               GError **error)
{
    g_autoptr(GPtrArray) columns = g_ptr_array_new_with_free_func(column_free);
    bool done = true;
    if (making->home->releases.columns != NULL)
        return add_named_columns(making, release, columns, error) ? g_steal_pointer(&columns)
                                                                  : NULL;
    done = add_column(making, release, book_repository(making->book), columns, error);
    for (guint i = 0; i < release->companions->len && done; i++) {
        const struct companion *companion = g_ptr_array_index(release->companions, i);
        done = companion->book == NULL ||
               add_column(making, release, companion->repository, columns, error);
    }
    return done ? g_steal_pointer(&columns) : NULL;
}

static guint64 number_of(const char *advisory)
{
    const char *digits = advisory + strlen(advisory);
    while (digits > advisory && g_ascii_isdigit(digits[-1]))
        digits--;
    return g_ascii_strtoull(digits, NULL, 10);
}

static gint by_number(gconstpointer a, gconstpointer b)
{
    const char *left = *(char *const *)a, *right = *(char *const *)b;
    guint64 first = number_of(left), second = number_of(right);
    return first != second ? (first < second ? -1 : 1) : strcmp(left, right);
}

/* What any of the repositories claims to fix since the predecessor. */
static GPtrArray *claimed(const GPtrArray *columns)
{
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < columns->len; i++) {
        const struct column *column = g_ptr_array_index(columns, i);
        if (column->node < 0)
            continue;
        g_autoptr(GPtrArray) here =
            fixes_claimed(column->fixes, column->node_before, (guint)column->node);
        for (guint j = 0; j < here->len; j++) {
            if (g_hash_table_contains(known, g_ptr_array_index(here, j)))
                continue;
            char *name = g_strdup(g_ptr_array_index(here, j));
            g_ptr_array_add(names, name);
            g_hash_table_add(known, name);
        }
    }
    g_ptr_array_sort(names, by_number);
    return names;
}

static json_t *part_json(const struct home *home, const struct fixes_part *part)
{
    int digits = (int)home->releases.digits;
    const char *evidence = fixes_evidence_name(part->evidence);
    return json_pack("{s:s, s:o, s:s, s:s, s:b, s:o, s:o}", "commit", part->commit, "short",
                     json_stringn(part->commit, (gsize)digits), "subject", part->subject,
                     "evidence", evidence, "present", fixes_is_present(part->evidence), "found",
                     *part->found != '\0' ? json_string(part->found) : json_null(), "found_short",
                     *part->found != '\0' ? json_stringn(part->found, (gsize)digits) : json_null());
}

/* Of a repository without a pinned commit: whether it ever claims to fix the advisory. */
static bool is_named(const struct column *column, const char *name)
{
    for (guint i = 0; column->named != NULL && i < column->named->len; i++)
        if (g_str_equal(g_ptr_array_index(column->named, i), name))
            return true;
    return false;
}

/* One clause; what each part says is beside it. */
static char *why(const struct column *column, const struct fixes_advisory *advisory,
                 const char *name)
{
    if (column->cover == NULL && is_named(column, name))
        return g_strdup("nothing says which of its commits the release is made with");
    if (advisory == NULL)
        return g_strdup("no commit of this repository claims to fix it");
    guint parts = advisory->parts->len;
    if (advisory->state == FIXES_WAIVED)
        return g_strdup_printf("waived in barograph.conf: %s", advisory->reason);
    if (advisory->state == FIXES_NONE_NEEDED)
        return g_strdup("not affected: what its fixes mend is not in this line");
    if (advisory->state == FIXES_UNKNOWN)
        return g_strdup("no part of it is in this line, and nothing shows that none is needed");
    if (parts == 0)
        return g_strdup_printf("fixed in this line by %u commit%s; the main branch has none",
                               advisory->claims->len, advisory->claims->len == 1 ? "" : "s");
    return g_strdup_printf("%u of %u part%s of the main branch %s in this line", advisory->present,
                           parts, parts == 1 ? "" : "s", advisory->present == 1 ? "is" : "are");
}

static json_t *claims_json(const struct home *home, const struct fixes_advisory *advisory)
{
    json_t *claims = json_array();
    for (guint i = 0; advisory != NULL && i < advisory->claims->len; i++) {
        const char *hex = g_ptr_array_index(advisory->claims, i);
        json_array_append_new(claims, json_pack("{s:s, s:o}", "commit", hex, "short",
                                                json_stringn(hex, home->releases.digits)));
    }
    return claims;
}

static char *cell_text(const struct column *column, const struct fixes_advisory *advisory,
                       const char *name)
{
    if (column->cover != NULL)
        return fixes_cell(advisory);
    return g_strdup(is_named(column, name) ? "Unknown" : "N/A");
}

static const char *cell_state(const struct column *column, const struct fixes_advisory *advisory,
                              const char *name)
{
    if (advisory != NULL)
        return fixes_state_name(advisory->state);
    return column->cover == NULL && is_named(column, name) ? "not pinned" : "not named";
}

static json_t *parts_json(const struct home *home, const struct fixes_advisory *advisory)
{
    json_t *parts = json_array();
    for (guint i = 0; advisory != NULL && i < advisory->parts->len; i++)
        json_array_append_new(parts, part_json(home, g_ptr_array_index(advisory->parts, i)));
    return parts;
}

static json_t *cell_json(const struct home *home, const struct column *column, const char *name)
{
    const struct fixes_advisory *advisory =
        column->cover == NULL ? NULL : fixes_find(column->cover, name);
    bool waived = advisory != NULL && advisory->state == FIXES_WAIVED;
    g_autofree char *cell = cell_text(column, advisory, name);
    g_autofree char *reason = why(column, advisory, name);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:o, s:o}", "repository",
                     column->repository->name, "title", column->repository->title, "cell", cell,
                     "state", cell_state(column, advisory, name), "why", reason, "missing",
                     advisory == NULL || waived ? 0 : (int)advisory->missing, "parts",
                     parts_json(home, advisory), "claims", claims_json(home, advisory));
}

static json_t *link_json(const struct home *home, json_t *row, GError **error)
{
    const char *pattern = home->releases.link_advisory;
    if (pattern == NULL)
        return json_null();
    g_autofree char *link = template_render(pattern, row, TEMPLATE_NONE, NULL, NULL, error);
    if (link == NULL)
        g_prefix_error(error, "barograph.conf: [releases] link-advisory: ");
    return link == NULL ? NULL : json_string(link);
}

static json_t *row_json(const struct home *home, const GPtrArray *columns, const char *name,
                        GError **error)
{
    json_t *cells = json_array();
    json_t *row = json_pack("{s:s, s:I, s:o}", "advisory", name, "number",
                            (json_int_t)number_of(name), "cells", cells);
    for (guint i = 0; i < columns->len; i++)
        json_array_append_new(cells, cell_json(home, g_ptr_array_index(columns, i), name));
    json_t *link = link_json(home, row, error);
    if (link == NULL) {
        json_decref(row);
        return NULL;
    }
    json_object_set_new(row, "link", link);
    return row;
}

bool notes_is_whole(const json_t *row)
{
    const json_t *cells = json_object_get(row, "cells");
    for (gsize i = 0; i < json_array_size(cells); i++) {
        const json_t *cell = json_array_get(cells, i);
        if (json_integer_value(json_object_get(cell, "missing")) > 0 ||
            g_str_equal(json_string_value(json_object_get(cell, "cell")), "Unknown"))
            return false;
    }
    return true;
}

static json_t *titles_json(const GPtrArray *columns)
{
    json_t *titles = json_array();
    for (guint i = 0; i < columns->len; i++) {
        const struct column *column = g_ptr_array_index(columns, i);
        json_array_append_new(titles,
                              json_pack("{s:s, s:s}", "repository", column->repository->name,
                                        "title", column->repository->title));
    }
    return titles;
}

json_t *notes_advisories(struct notes_making *making, const struct notes_release *release,
                         GError **error)
{
    g_autoptr(GPtrArray) columns = load_columns(making, release, error);
    if (columns == NULL)
        return NULL;
    g_autoptr(GPtrArray) names = claimed(columns);
    json_t *rows = json_array();
    json_t *table = json_pack(
        "{s:i, s:o, s:o, s:s}", "total", (int)names->len, "columns", titles_json(columns), "rows",
        rows, "rule",
        "advisories that a commit since the predecessor claims to fix, or to fix a part of");
    for (guint i = 0; i < names->len; i++) {
        json_t *row = row_json(making->home, columns, g_ptr_array_index(names, i), error);
        if (row == NULL) {
            json_decref(table);
            return NULL;
        }
        json_array_append_new(rows, row);
    }
    return table;
}
