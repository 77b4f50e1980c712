#include "figures.h"
#include "growth.h"
#include "notes_parts.h"

#include <string.h>

#define FIGURES                                                                                    \
    (FIGURE_BIT(FIGURE_COMMITS) | FIGURE_BIT(FIGURE_PEOPLE) | FIGURE_BIT(FIGURE_EMPLOYERS) |       \
     FIGURE_BIT(FIGURE_NEWCOMERS))

static const enum figure shown[] = {FIGURE_COMMITS, FIGURE_PEOPLE, FIGURE_EMPLOYERS,
                                    FIGURE_NEWCOMERS};

static bool count_security(struct notes_making *making, guint window, gint64 *ret_count,
                           GError **error)
{
    struct store_statement *query = store_statement(making->history, "changelog_security");
    bool row = false;
    store_bind_int(query, 1, window);
    return store_single(query, &row, ret_count, error);
}

static json_t *figures_json(const struct figures *figures, const json_t *reading)
{
    json_t *object = json_object();
    for (gsize i = 0; i < G_N_ELEMENTS(shown); i++)
        json_object_set_new(object, figure_name(shown[i]), json_integer(figures->value[shown[i]]));
    json_object_set(object, "reading", (json_t *)(guintptr)reading);
    return object;
}

static json_t *employers_json(const GArray *employers)
{
    json_t *rows = json_array();
    for (guint i = 0; i < employers->len; i++) {
        const struct contributor *one = &g_array_index(employers, struct contributor, i);
        if (one->value[FIGURE_COMMITS] > 0)
            json_array_append_new(rows, json_pack("{s:s, s:I, s:b}", "name", one->name, "commits",
                                                  (json_int_t)one->value[FIGURE_COMMITS],
                                                  "employer", one->who > 0));
    }
    return rows;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    const struct contributor *left = *(struct contributor *const *)a;
    const struct contributor *right = *(struct contributor *const *)b;
    g_autofree char *first = g_utf8_casefold(left->name, -1);
    g_autofree char *second = g_utf8_casefold(right->name, -1);
    int order = strcmp(first, second);
    return order != 0 ? order : strcmp(left->name, right->name);
}

static bool is_new(const GArray *seen, gint64 who)
{
    for (guint i = 0; i < seen->len; i++)
        if (g_array_index(seen, struct contributor, i).who == who)
            return true;
    return false;
}

/* Authors in the order of their names; whoever is new is marked. */
static json_t *thanks_json(const GArray *people, const GArray *seen, const json_t *reading)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    json_t *rows = json_array();
    for (guint i = 0; i < people->len; i++) {
        struct contributor *one = &g_array_index(people, struct contributor, i);
        if (one->value[FIGURE_COMMITS] > 0)
            g_ptr_array_add(sorted, one);
    }
    g_ptr_array_sort(sorted, by_name);
    for (guint i = 0; i < sorted->len; i++) {
        const struct contributor *one = g_ptr_array_index(sorted, i);
        json_array_append_new(rows, json_pack("{s:s, s:I, s:b}", "name", one->name, "commits",
                                              (json_int_t)one->value[FIGURE_COMMITS], "newcomer",
                                              is_new(seen, one->who)));
    }
    return json_pack("{s:i, s:i, s:o, s:s, s:O}", "total", (int)sorted->len, "newcomers",
                     (int)seen->len, "rows", rows, "rule", figure_rule(FIGURE_NEWCOMERS), "reading",
                     reading);
}

static bool add_people(struct selection *selection, const struct notes_release *release,
                       const json_t *reading, GError **error)
{
    guint window = release->window;
    g_autoptr(GArray) people = figures_contributors(selection, window, FIGURES_BY_PERSON,
                                                    FIGURE_BIT(FIGURE_COMMITS), error);
    g_autoptr(GArray) employers = people == NULL
                                      ? NULL
                                      : figures_contributors(selection, window, FIGURES_BY_EMPLOYER,
                                                             FIGURE_BIT(FIGURE_COMMITS), error);
    g_autoptr(GArray) seen =
        employers == NULL ? NULL : figures_first_seen(selection, window, FIGURES_BY_PERSON, error);
    if (seen == NULL)
        return false;
    json_object_set_new(release->notes, "thanks", thanks_json(people, seen, reading));
    json_object_set_new(json_object_get(release->notes, "weather"), "by_employer",
                        employers_json(employers));
    return true;
}

bool notes_add_weather(struct notes_making *making, struct selection *selection,
                       const struct notes_release *release, GError **error)
{
    guint window = release->window;
    gint64 security = 0;
    g_autoptr(GArray) counted = figures_count(selection, window, window, FIGURES, error);
    if (counted == NULL || !count_security(making, window, &security, error))
        return false;
    json_t *reading = notes_reading(making, selection_reading(selection, window));
    const struct figures *figures = &g_array_index(counted, struct figures, 0);
    json_t *weather = figures_json(figures, reading);
    json_object_set_new(
        weather, "security",
        json_pack("{s:I, s:f, s:s, s:O}", "commits", (json_int_t)security, "share_percent",
                  share_percent(security, figures->value[FIGURE_COMMITS]), "rule",
                  "commits whose message claims to fix an advisory, or a part of it", "reading",
                  reading));
    json_object_set_new(release->notes, "weather", weather);
    json_object_set(release->notes, "reading", reading);
    bool done = add_people(selection, release, reading, error);
    json_decref(reading);
    return done;
}
