#include "changelog.h"
#include "notes_parts.h"
#include "range.h"

#include <string.h>

static void companion_free(gpointer pointer)
{
    struct companion *companion = pointer;
    pin_clear(&companion->now);
    pin_clear(&companion->before);
    g_free(companion);
}

static gint node_of(const struct companion *companion, const struct pin *pin)
{
    guint node = 0;
    bool known = companion->book != NULL && pin->commit_id != 0 &&
                 graph_node(book_graph(companion->book), pin->commit_id, &node);
    return known ? (gint)node : -1;
}

static bool load_companion(struct notes_making *making, const struct notes_release *release,
                           struct companion *companion, GError **error)
{
    struct source *source = notes_source(making, error);
    if (source == NULL || !source_pin(source, release->release->commit, companion->repository,
                                      &companion->now, error))
        return false;
    if (release->before != NULL && !source_pin(source, release->before->commit,
                                               companion->repository, &companion->before, error))
        return false;
    if (companion->now.written == NULL && companion->before.written == NULL)
        return true;
    companion->book = notes_companion_book(making, companion->repository->name, error);
    companion->node = node_of(companion, &companion->now);
    companion->node_before = node_of(companion, &companion->before);
    return companion->book != NULL;
}

GPtrArray *companions_load(struct notes_making *making, const struct notes_release *release,
                           GError **error)
{
    g_autoptr(GPtrArray) companions = g_ptr_array_new_with_free_func(companion_free);
    const GPtrArray *repositories = making->home->repositories;
    for (guint i = 0; i < repositories->len; i++) {
        const struct home_repository *repository = g_ptr_array_index(repositories, i);
        if (repository->pin_file == NULL || repository == book_repository(making->book))
            continue;
        struct companion *companion = g_new0(struct companion, 1);
        companion->repository = repository;
        companion->node = companion->node_before = -1;
        g_ptr_array_add(companions, companion);
        if (!load_companion(making, release, companion, error))
            return NULL;
    }
    return g_steal_pointer(&companions);
}

static const char *state_of(const struct companion *companion)
{
    if (companion->now.written == NULL)
        return companion->before.written == NULL ? "none" : "dropped";
    if (companion->before.written == NULL)
        return "new";
    return g_str_equal(companion->now.commit, companion->before.commit) ? "unchanged" : "moved";
}

/* Named as the pins are written, which may be a branch or a short id; the commits are the pins'. */
static bool range_between(struct companion *companion, struct reading *reading, GError **error)
{
    reading->window = READING_RANGE;
    reading->branches = READING_ANY;
    reading->from = g_strdup(companion->before.commit);
    reading->to = g_strdup(companion->now.commit);
    if (!range_resolve(companion->book, reading, error))
        return false;
    g_free(reading->from);
    g_free(reading->to);
    reading->from = g_strdup(companion->before.written);
    reading->to = g_strdup(companion->now.written);
    return true;
}

static json_t *changes_json(struct notes_making *making, struct companion *companion,
                            GError **error)
{
    g_autoptr(Reading) reading = reading_new();
    if (!range_between(companion, reading, error))
        return NULL;
    json_t *changes = changelog_build(companion->book, making->home, reading, error);
    if (changes != NULL)
        json_object_set_new(changes, "reading", notes_reading(making, reading));
    return changes;
}

static json_t *companion_json(struct notes_making *making, struct companion *companion,
                              GError **error)
{
    const char *state = state_of(companion);
    json_t *changes = json_null();
    if (g_str_equal(state, "moved"))
        changes = changes_json(making, companion, error);
    if (changes == NULL)
        return NULL;
    const struct pin *now = &companion->now, *before = &companion->before;
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:s, s:o}", "repository",
        companion->repository->name, "title", companion->repository->title, "file",
        companion->repository->pin_file, "variable",
        now->variable != NULL ? now->variable : before->variable, "pinned", now->written, "commit",
        now->written != NULL ? now->commit : NULL, "before", before->written, "before_commit",
        before->written != NULL ? before->commit : NULL, "state", state, "changes", changes);
    return object;
}

json_t *companions_json(struct notes_making *making, const struct notes_release *release,
                        GError **error)
{
    json_t *companions = json_array();
    for (guint i = 0; i < release->companions->len; i++) {
        json_t *one = companion_json(making, g_ptr_array_index(release->companions, i), error);
        if (one == NULL) {
            json_decref(companions);
            return NULL;
        }
        json_array_append_new(companions, one);
    }
    return companions;
}
