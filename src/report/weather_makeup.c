#include "growth.h"
#include "makeup.h"
#include "weather_parts.h"

/* `before` NULL: nothing to grow from. Merges that are not looked at are null, not none. */
static json_t *counts_json(const struct makeup_counts *counts, const struct makeup_counts *before,
                           bool merges)
{
    json_t *row = json_pack("{s:I, s:I}", "commits", (json_int_t)counts->commits, "unique",
                            (json_int_t)counts->unique);
    for (guint kind = 0; kind < MAKEUP_KINDS; kind++)
        json_object_set_new(row, makeup_name((enum makeup_kind)kind),
                            kind == MAKEUP_MERGE && !merges ? json_null()
                                                            : json_integer(counts->kinds[kind]));
    json_object_set_new(row, "share_percent",
                        json_real(share_percent(counts->kinds[MAKEUP_NEW], counts->commits)));
    json_object_set_new(row, "growth_percent",
                        before == NULL
                            ? json_null()
                            : growth_json(before->kinds[MAKEUP_NEW], counts->kinds[MAKEUP_NEW]));
    return row;
}

/* Rows beside those of `part`, which have `key` and in the same order. A year that is not over has
 * nothing to grow from. */
static json_t *series_json(const struct makeup *makeup, const struct weather_plan *plan,
                           const json_t *part, const char *key, guint first, GError **error)
{
    const json_t *rows = json_object_get(part, "rows");
    guint count = (guint)json_array_size(rows);
    json_t *made = json_array();
    g_autoptr(GArray) counts =
        count == 0 ? NULL : makeup_count(makeup, plan->selection, first, first + count - 1, error);
    for (guint i = 0; counts != NULL && i < count; i++) {
        const json_t *like = json_array_get(rows, i);
        const struct makeup_counts *own = &g_array_index(counts, struct makeup_counts, i);
        bool grown = i > 0 && !json_is_true(json_object_get(like, "partial"));
        json_t *row = counts_json(own, grown ? own - 1 : NULL,
                                  selection_reading(plan->selection, first + i)->merges);
        json_object_set(row, key, json_object_get(like, key));
        json_array_append_new(made, row);
    }
    if (count > 0 && counts == NULL) {
        json_decref(made);
        return NULL;
    }
    json_t *reading = json_object_get(part, "reading");
    return json_pack("{s:O, s:o}", "reading", reading == NULL ? json_null() : reading, "rows",
                     made);
}

static json_t *kinds_json(void)
{
    json_t *list = json_array();
    for (guint kind = 0; kind < MAKEUP_KINDS; kind++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "kind",
                                              makeup_name((enum makeup_kind)kind), "label",
                                              makeup_label((enum makeup_kind)kind), "counts",
                                              makeup_rule((enum makeup_kind)kind)));
    return list;
}

bool weather_add_makeup(struct weather_making *making, json_t *report, GError **error)
{
    const struct weather_plan *plan = making->plan;
    g_autoptr(Makeup) makeup = makeup_load(plan->book, error);
    json_t *all = json_pack("{s:o, s:s}", "kinds", kinds_json(), "unique", makeup_unique_rule());
    json_object_set_new(all, "merges",
                        json_boolean(selection_reading(plan->selection, plan->subject)->merges));
    json_object_set_new(report, "makeup", all);
    json_t *releases = makeup == NULL
                           ? NULL
                           : series_json(makeup, plan, json_object_get(report, "releases"),
                                         "version", plan->first_release_window, error);
    json_t *years = releases == NULL ? NULL
                                     : series_json(makeup, plan, json_object_get(report, "years"),
                                                   "year", plan->first_year_window, error);
    if (releases != NULL)
        json_object_set_new(all, "releases", releases);
    if (years != NULL)
        json_object_set_new(all, "years", years);
    return years != NULL;
}
