#include "standing.h"

#include "clock.h"
#include "page.h"
#include "template.h"

#include <string.h>

enum { SHORT = 12 };

/* What is said of a state, and how it looks: "good", "bad", "quiet". */
static const struct {
    const char *kind, *words;
} states[] = {
    [RESOLVE_FIXED] = {"good", "fixed"},
    [RESOLVE_PARTLY] = {"bad", "partly fixed"},
    [RESOLVE_NOT_AFFECTED] = {"quiet", "not affected"},
    [RESOLVE_OPEN] = {"bad", "not fixed"},
    [RESOLVE_UNKNOWN] = {"quiet", "not known"},
    [RESOLVE_UNSUPPORTED] = {"quiet", "out of support, not fixed"},
};

static const struct home_repository *repository_of(const struct site *site, const char *name)
{
    for (guint i = 0; i < site->home->repositories->len; i++) {
        const struct home_repository *repository = site->home->repositories->pdata[i];
        if (g_str_equal(repository->name, name))
            return repository;
    }
    return NULL;
}

static const char *product_of(const struct site *site, const struct resolve_place *place)
{
    const struct home_repository *repository = repository_of(site, place->name);
    return repository == NULL ? place->name : repository->product;
}

/* --- one line --- */

/* Where commits can be looked at; [releases] says it of the main repository. */
static json_t *commit_link(const struct site *site, const struct resolve_place *place,
                           json_t *commit, GError **error)
{
    const struct home_repository *main = site->home->repositories->pdata[0];
    const char *pattern = site->home->releases.link_commit;
    if (pattern == NULL || !g_str_equal(main->name, place->name))
        return json_null();
    g_autofree char *link = template_render(pattern, commit, TEMPLATE_NONE, NULL, NULL, error);
    if (link == NULL)
        g_prefix_error(error, "barograph.conf: [releases] link-commit: ");
    return link == NULL ? NULL : json_string(link);
}

static bool add_commit(const struct site *site, const struct resolve_place *place, json_t *commits,
                       const char *id, GError **error)
{
    g_autofree char *brief = g_strndup(id, SHORT);
    for (gsize i = 0; i < json_array_size(commits); i++) {
        const json_t *known = json_object_get(json_array_get(commits, i), "commit");
        if (g_str_equal(json_string_value(known), id))
            return true;
    }
    json_t *commit = json_object();
    json_object_set_new(commit, "commit", json_string(id));
    json_object_set_new(commit, "short", json_string(brief));
    json_t *link = commit_link(site, place, commit, error);
    if (link != NULL)
        json_object_set_new(commit, "commit_link", link);
    json_array_append_new(commits, commit);
    return link != NULL;
}

/* NULL when a link cannot be made. */
static json_t *commits_of(const struct site *site, const struct resolve_place *place,
                          const struct resolve_line *line, GError **error)
{
    json_t *commits = json_array();
    for (guint i = 0; i < line->fixes->len; i++) {
        const struct resolve_fix *fix = line->fixes->pdata[i];
        if (fix->present && fix->needed && !add_commit(site, place, commits, fix->commit, error)) {
            json_decref(commits);
            return NULL;
        }
    }
    return commits;
}

static json_t *affected_of(const struct resolve_line *line)
{
    if (line->main || line->affected_from == NULL)
        return json_null();
    if (line->affected_to == NULL || g_str_equal(line->affected_from, line->affected_to))
        return page_line(line->affected_from);
    g_autofree char *range = g_strdup_printf("%s – %s", line->affected_from, line->affected_to);
    return page_line(range);
}

static char *state_words(const struct resolve_line *line)
{
    if (line->state == RESOLVE_PARTLY)
        return g_strdup_printf("partly fixed: %u of %u parts", line->present, line->needed);
    if (line->state == RESOLVE_FIXED && line->inherited)
        return g_strdup("had the fix from the beginning");
    if (line->state == RESOLVE_FIXED && line->first_release == NULL)
        return g_strdup("fixed, no release has it yet");
    return g_strdup(states[line->state].words);
}

static json_t *line_of(const struct site *site, const struct resolve_place *place,
                       const struct resolve_line *line, GError **error)
{
    json_t *commits = commits_of(site, place, line, error);
    if (commits == NULL)
        return NULL;
    g_autofree char *state = state_words(line);
    json_t *object = json_object();
    json_object_set_new(object, "line", page_line(line->line));
    json_object_set_new(object, "main", json_boolean(line->main));
    json_object_set_new(object, "kind", json_string(states[line->state].kind));
    json_object_set_new(object, "state", page_line(state));
    json_object_set_new(object, "affected", affected_of(line));
    json_object_set_new(object, "first_release", page_line(line->first_release));
    json_object_set_new(object, "first_day",
                        line->first_release == NULL || line->first_time == 0
                            ? json_null()
                            : page_time(line->first_time));
    json_object_set_new(object, "reason", page_line(line->reason));
    json_object_set_new(object, "commits", commits);
    return object;
}

/* --- the table of a repository --- */

static json_t *lines_of(const struct site *site, const struct resolve_place *place, bool told,
                        GError **error)
{
    json_t *lines = json_array();
    for (guint i = place->lines->len; i-- > 0;) { /* the newest first */
        const struct resolve_line *line = place->lines->pdata[i];
        if (resolve_is_told(line) != told)
            continue;
        json_t *object = line_of(site, place, line, error);
        if (object == NULL) {
            json_decref(lines);
            return NULL;
        }
        json_array_append_new(lines, object);
    }
    return lines;
}

static json_t *others_of(const struct site *site, const struct resolve_place *place, GError **error)
{
    json_t *lines = lines_of(site, place, false, error);
    gsize count = lines == NULL ? 0 : json_array_size(lines);
    if (lines == NULL)
        return NULL;
    json_t *others = json_object();
    json_object_set_new(others, "count", json_integer((json_int_t)count));
    json_object_set_new(others, "one", json_boolean(count == 1));
    json_object_set_new(others, "lines", lines);
    if (count > 0)
        return others;
    json_decref(others);
    return json_null();
}

static json_t *remarks_of(const struct resolve_place *place)
{
    json_t *remarks = json_array();
    for (guint i = 0; place->remarks != NULL && i < place->remarks->len; i++)
        json_array_append_new(remarks, page_line(place->remarks->pdata[i]));
    return remarks;
}

static json_t *place_of(const struct site *site, const struct resolve_place *place, GError **error)
{
    json_t *lines = lines_of(site, place, true, error);
    json_t *others = lines == NULL ? NULL : others_of(site, place, error);
    if (others == NULL) {
        json_decref(lines);
        return NULL;
    }
    json_t *object = json_object();
    json_object_set_new(object, "product", page_line(product_of(site, place)));
    json_object_set_new(object, "several_parts", json_boolean(place->parts->len > 1));
    json_object_set_new(object, "parts", json_integer(place->parts->len));
    json_object_set_new(object, "lines", lines);
    json_object_set_new(object, "others", others);
    json_object_set_new(object, "remarks", remarks_of(place));
    return object;
}

json_t *standing_places(const struct site *site, const struct publication *publication,
                        GError **error)
{
    json_t *places = publication->places->len == 0 ? json_null() : json_array();
    for (guint i = 0; i < publication->places->len; i++) {
        json_t *place = place_of(site, publication->places->pdata[i], error);
        if (place == NULL) {
            json_decref(places);
            return NULL;
        }
        json_array_append_new(places, place);
    }
    return places;
}

/* --- at a glance --- */

/* Whether a line that is told has the release, or any line is told when it is NULL. */
static bool has_told(const struct resolve_place *place, const char *release)
{
    for (guint i = 0; i < place->lines->len; i++) {
        const struct resolve_line *line = place->lines->pdata[i];
        if (!line->main && resolve_is_told(line) &&
            (release == NULL || g_strcmp0(line->first_release, release) == 0))
            return true;
    }
    return false;
}

/* The main branch's release is often that of a line, too; and while it has none, those of the lines
 * say enough. */
static bool is_marked(const struct resolve_place *place, const struct resolve_line *line)
{
    bool main_is_said =
        line->main && line->state == RESOLVE_FIXED && has_told(place, line->first_release);
    return resolve_is_told(line) && !main_is_said;
}

static void add_mark(json_t *marks, const struct resolve_line *line)
{
    g_autofree char *state = state_words(line);
    g_autofree char *title =
        line->state == RESOLVE_FIXED && line->first_release != NULL
            ? g_strdup_printf("%s: fixed in %s", line->line, line->first_release)
            : g_strdup_printf("%s: %s", line->line, state);
    bool done = line->state == RESOLVE_FIXED && line->first_release != NULL;
    json_t *mark = json_object();
    json_object_set_new(mark, "text", page_line(done ? line->first_release : line->line));
    json_object_set_new(mark, "note",
                        done ? json_null()
                             : json_string(line->state == RESOLVE_FIXED
                                               ? "fixed, not released"
                                               : states[line->state].words));
    json_object_set_new(mark, "kind", json_string(states[line->state].kind));
    json_object_set_new(mark, "title", page_line(title));
    json_array_append_new(marks, mark);
}

json_t *standing_marks(const struct site *site, const struct publication *publication)
{
    json_t *places = json_array();
    for (guint i = 0; i < publication->places->len; i++) {
        const struct resolve_place *place = publication->places->pdata[i];
        json_t *marks = json_array(), *object = json_object();
        for (guint j = place->lines->len; j-- > 0;)
            if (is_marked(place, place->lines->pdata[j]))
                add_mark(marks, place->lines->pdata[j]);
        json_object_set_new(object, "product",
                            publication->places->len > 1 ? page_line(product_of(site, place))
                                                         : json_null());
        json_object_set_new(object, "marks", marks);
        json_array_append_new(places, object);
    }
    if (json_array_size(places) > 0)
        return places;
    json_decref(places);
    return json_null();
}
