#include "clock.h"
#include "monsters.h"
#include "weather_parts.h"

#define NAMED 3 /* in a sentence */

static json_t *monster_rows(const struct weather_plan *plan, guint window, GError **error)
{
    struct store_statement *query = store_statement(book_store(plan->book), "weather_monsters");
    json_t *rows = json_array();
    bool row = false;
    store_bind_int(query, 1, window);
    while (true) {
        if (!store_step(query, &row, error)) {
            json_decref(rows);
            return NULL;
        }
        if (!row)
            return rows;
        g_autofree char *subject = g_utf8_make_valid(store_text(query, 1), -1);
        json_array_append_new(
            rows, json_pack("{s:s, s:s}", "commit", store_text(query, 0), "subject", subject));
    }
}

static char *named(const json_t *rows)
{
    GString *text = g_string_new(NULL);
    gsize count = json_array_size(rows);
    for (gsize i = 0; i < count && i < NAMED; i++) {
        const char *hex = json_string_value(json_object_get(json_array_get(rows, i), "commit"));
        g_string_append_printf(text, "%s%.12s", i == 0 ? "" : ", ", hex);
    }
    if (count > NAMED)
        g_string_append_printf(text, " and %d more", (int)(count - NAMED));
    return g_string_free(text, FALSE);
}

/* By how much a window's line figures would be others. */
static void add_footnote(const struct weather_plan *plan, guint window, json_t *part,
                         json_t *remarks)
{
    const json_t *rows = json_object_get(part, "rows");
    g_autofree char *name = reading_window_name(selection_reading(plan->selection, window));
    g_autofree char *commits = named(rows);
    gint64 lines[4];
    static const char *const keys[] = {"lines_added", "added_with", "lines_removed",
                                       "removed_with"};
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
        lines[i] = json_integer_value(json_object_get(part, keys[i]));
    json_array_append_new(
        remarks,
        json_sprintf(
            "The lines %s%s leave out %d commit%s that add%s or drop%s a whole tree (%s): "
            "with %s, %" G_GINT64_FORMAT " lines added instead of %" G_GINT64_FORMAT
            " and %" G_GINT64_FORMAT " removed instead of %" G_GINT64_FORMAT " (--monsters yes).",
            g_str_has_prefix(name, "from ") ? "" : "of ", name, (int)json_array_size(rows),
            json_array_size(rows) == 1 ? "" : "s", json_array_size(rows) == 1 ? "s" : "",
            json_array_size(rows) == 1 ? "s" : "", commits,
            json_array_size(rows) == 1 ? "it" : "them", lines[1], lines[0], lines[3], lines[2]));
}

/* Takes the rows. NULL on failure. */
static json_t *part_json(const struct weather_plan *plan, guint window, json_t *rows,
                         GError **error)
{
    g_autoptr(GArray) without = figures_count(plan->selection, window, window, FIGURE_LINES, error);
    g_autoptr(GArray) with =
        without != NULL && selection_count_monsters(plan->selection, window, true, error)
            ? figures_count(plan->selection, window, window, FIGURE_LINES, error)
            : NULL;
    if (with == NULL || !selection_count_monsters(plan->selection, window, false, error)) {
        json_decref(rows);
        return NULL;
    }
    const gint64 *less = g_array_index(without, struct figures, 0).value;
    const gint64 *more = g_array_index(with, struct figures, 0).value;
    g_autofree char *name = reading_window_name(selection_reading(plan->selection, window));
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:o}", "window", name, "lines_added",
                     (json_int_t)less[FIGURE_LINES_ADDED], "added_with",
                     (json_int_t)more[FIGURE_LINES_ADDED], "lines_removed",
                     (json_int_t)less[FIGURE_LINES_REMOVED], "removed_with",
                     (json_int_t)more[FIGURE_LINES_REMOVED], "rows", rows);
}

bool weather_add_monsters(struct weather_making *making, json_t *report, GError **error)
{
    const struct weather_plan *plan = making->plan;
    const guint windows[] = {plan->subject, plan->against};
    json_t *parts = json_array();
    json_object_set_new(report, "monsters",
                        json_pack("{s:s, s:o}", "counts", monster_rule(), "windows", parts));
    for (gsize i = 0; i < G_N_ELEMENTS(windows); i++) {
        if (windows[i] == WEATHER_NO_WINDOW ||
            selection_reading(plan->selection, windows[i])->monsters)
            continue;
        json_t *rows = monster_rows(plan, windows[i], error);
        if (rows != NULL && json_array_size(rows) == 0) {
            json_decref(rows);
            continue;
        }
        json_t *part = rows == NULL ? NULL : part_json(plan, windows[i], rows, error);
        if (part == NULL)
            return false;
        json_array_append_new(parts, part);
        add_footnote(plan, windows[i], part, json_object_get(report, "remarks"));
    }
    return true;
}
