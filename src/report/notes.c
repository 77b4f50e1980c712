#include "notes.h"

#include "as_of.h"
#include "changelog.h"
#include "clock.h"
#include "fault.h"
#include "notes_parts.h"

#include <string.h>

static void release_free(gpointer pointer)
{
    struct notes_release *release = pointer;
    json_decref(release->notes);
    if (release->companions != NULL)
        g_ptr_array_unref(release->companions);
    g_free(release);
}

/* The newest release of a branch: of its line where its name has one. */
static const struct release *newest_on(const struct book *book, const struct release_list *list,
                                       const struct book_ref *branch)
{
    const struct release *newest = NULL;
    struct version version;
    bool line = branch_parse_version(branch->name, &version);
    g_autofree guint8 *set = graph_set_new(book_graph(book));
    graph_add_ancestors(book_graph(book), branch->node, set);
    for (guint i = 0; i < list->releases->len; i++) {
        const struct release *release = g_ptr_array_index(list->releases, i);
        if (set[release->node] &&
            (!line || version_compare_parts(&release->parsed, &version, version.count) == 0))
            newest = release;
    }
    return newest;
}

/* Branches come first: NULL when only a tag, or nothing, has that name. */
static const struct book_ref *find_branch(const struct book *book, const char *name)
{
    const struct book_ref *branch = NULL;
    const GArray *refs = book_refs(book);
    for (guint i = 0; i < refs->len; i++) {
        const struct book_ref *ref = &g_array_index(refs, struct book_ref, i);
        if (g_str_equal(ref->name, name))
            branch = ref->tag ? NULL : ref;
    }
    return branch;
}

/* "stable-4.10" could be read as 4.10.0, which nobody means by it. */
static const struct release *find_release(struct book *book, const struct release_list *list,
                                          const char *name, GError **error)
{
    const struct book_ref *branch = find_branch(book, name);
    if (branch == NULL)
        return releases_find(list, name, error);
    const struct release *newest = newest_on(book, list, branch);
    if (newest == NULL)
        fault_raise(error, FAULT_NOINPUT,
                    "%s is a branch without a release yet: notes are made once it is tagged", name);
    else
        fault_raise(error, FAULT_NOINPUT,
                    "%s is a branch: name one of its releases, the newest is %s", name,
                    newest->version);
    return NULL;
}

static bool is_there(const GPtrArray *releases, const struct release *release)
{
    for (guint i = 0; i < releases->len; i++)
        if (((const struct notes_release *)g_ptr_array_index(releases, i))->release == release)
            return true;
    return false;
}

static GPtrArray *find_releases(struct notes_making *making, const struct release_list *list,
                                const char *const *versions, GError **error)
{
    g_autoptr(GPtrArray) releases = g_ptr_array_new_with_free_func(release_free);
    for (; *versions != NULL; versions++) {
        const struct release *release = find_release(making->book, list, *versions, error);
        if (release == NULL)
            return NULL;
        if (is_there(releases, release))
            continue;
        struct notes_release *one = g_new0(struct notes_release, 1);
        one->release = release;
        one->before = release->predecessor < 0
                          ? NULL
                          : g_ptr_array_index(list->releases, (guint)release->predecessor);
        one->notes = json_object();
        g_ptr_array_add(releases, one);
    }
    return g_steal_pointer(&releases);
}

static bool add_windows(struct selection *selection, const GPtrArray *releases, GError **error)
{
    for (guint i = 0; i < releases->len; i++) {
        struct notes_release *one = g_ptr_array_index(releases, i);
        g_autoptr(Reading) reading = reading_new();
        reading->window = READING_RELEASE;
        reading->branches = READING_ANY;
        reading->release = g_strdup(one->release->tag);
        if (!selection_add(selection, reading, &one->window, error))
            return false;
    }
    return selection_fill(selection, releases->len, error);
}

static bool add_changes(struct notes_making *making, struct selection *selection,
                        const struct notes_release *release, bool by_component, GError **error)
{
    const struct reading *reading = selection_reading(selection, release->window);
    json_t *changes = changelog_build(making->book, making->home, reading, error);
    if (changes == NULL)
        return false;
    json_object_set_new(changes, "reading", notes_reading(making, reading));
    if (by_component)
        json_object_set_new(changes, "groups", changelog_groups(changes));
    json_object_set_new(changes, "grouped", json_boolean(by_component));
    json_object_set_new(release->notes, "changes", changes);
    return true;
}

static bool add_companions(struct notes_making *making, struct notes_release *release,
                           GError **error)
{
    release->companions = companions_load(making, release, error);
    json_t *companions =
        release->companions == NULL ? NULL : companions_json(making, release, error);
    if (companions == NULL)
        return false;
    json_object_set_new(release->notes, "companions", companions);
    return true;
}

static bool add_advisories(struct notes_making *making, const struct notes_release *release,
                           GError **error)
{
    json_t *advisories = notes_advisories(making, release, error);
    if (advisories == NULL)
        return false;
    json_object_set(advisories, "reading", json_object_get(release->notes, "reading"));
    json_object_set_new(release->notes, "advisories", advisories);
    return true;
}

/* What nobody should announce unread. */
static void remark_parts(json_t *remarks, const json_t *notes)
{
    const json_t *rows = json_object_get(json_object_get(notes, "advisories"), "rows");
    for (gsize i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        const char *name = json_string_value(json_object_get(row, "advisory"));
        if (!notes_is_whole(row))
            json_array_append_new(
                remarks, json_sprintf("%s is not fixed whole, or it is not known: see what "
                                      "--explain %s says before this is announced.",
                                      name, name));
    }
}

/* Others that were tagged at the same time would be in the same announcement. */
static void add_remarks(struct notes_making *making, const struct release_list *list,
                        const GPtrArray *releases, const struct notes_release *release)
{
    json_t *remarks = json_array();
    gint64 span = (gint64)making->home->releases.together_days * 86400;
    json_object_set_new(release->notes, "remarks", remarks);
    remark_parts(remarks, release->notes);
    for (guint i = 0; i < list->releases->len; i++) {
        const struct release *other = g_ptr_array_index(list->releases, i);
        gint64 apart = as_of_release(other) - as_of_release(release->release);
        if (ABS(apart) <= span && !is_there(releases, other))
            json_array_append_new(
                remarks, json_sprintf("%s was tagged within %u days of %s: name both to announce "
                                      "them together.",
                                      other->version, making->home->releases.together_days,
                                      release->release->version));
    }
}

static bool fill_releases(struct notes_making *making, const struct notes_request *request,
                          const struct release_list *list, GPtrArray *releases, GError **error)
{
    g_autoptr(Selection) selection = selection_new(making->book);
    if (!add_windows(selection, releases, error))
        return false;
    for (guint i = 0; i < releases->len; i++) {
        struct notes_release *one = g_ptr_array_index(releases, i);
        if (!notes_add_line(making, list, one, error) ||
            !notes_add_weather(making, selection, one, error) ||
            !add_changes(making, selection, one, request->by_component, error) ||
            !add_companions(making, one, error) || !add_advisories(making, one, error))
            return false;
        add_remarks(making, list, releases, one);
    }
    return true;
}

static json_t *whole(struct notes_making *making, const GPtrArray *releases)
{
    g_autofree char *now = clock_format_time(making->now);
    g_autofree char *project = g_utf8_make_valid(making->home->project, -1);
    json_t *list = json_array();
    for (guint i = 0; i < releases->len; i++)
        json_array_append(list, ((struct notes_release *)g_ptr_array_index(releases, i))->notes);
    return json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:o, s:o, s:O}", "format", "barograph-notes",
                     "version", 1, "project", project, "product", making->home->releases.product,
                     "repository", book_repository(making->book)->name, "made_at", now,
                     "announcements", notes_announcements(making, releases), "releases", list,
                     "readings", making->readings);
}

static json_t *build(struct notes_making *making, const struct notes_request *request,
                     GError **error)
{
    const struct release_list *list = book_releases(making->book, error);
    g_autoptr(GPtrArray) releases =
        list == NULL ? NULL : find_releases(making, list, request->versions, error);
    if (releases == NULL || !fill_releases(making, request, list, releases, error))
        return NULL;
    return whole(making, releases);
}

json_t *notes_build(struct store *history, const struct home *home,
                    const struct notes_request *request, GError **error)
{
    struct notes_making making;
    json_t *notes = NULL;
    if (notes_making_init(&making, history, home, request->repository, request->now, error))
        notes = build(&making, request, error);
    notes_making_clear(&making);
    return notes;
}
