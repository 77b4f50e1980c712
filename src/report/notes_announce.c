#include "as_of.h"
#include "notes_parts.h"

#define DAY 86400

static gint by_date(gconstpointer a, gconstpointer b)
{
    const struct notes_release *left = *(struct notes_release *const *)a;
    const struct notes_release *right = *(struct notes_release *const *)b;
    gint64 order = as_of_release(left->release) - as_of_release(right->release);
    if (order != 0)
        return order < 0 ? -1 : 1;
    return version_compare(&left->release->parsed, &right->release->parsed);
}

static gint by_version(gconstpointer a, gconstpointer b)
{
    const struct notes_release *left = *(struct notes_release *const *)a;
    const struct notes_release *right = *(struct notes_release *const *)b;
    return version_compare(&right->release->parsed, &left->release->parsed);
}

static bool together(const struct home *home, const struct release *a, const struct release *b)
{
    gint64 apart = as_of_release(a) - as_of_release(b);
    return ABS(apart) <= (gint64)home->releases.together_days * DAY;
}

/* What an announcement says of a release; the rest is in its notes. */
static const char *const told[] = {
    "version",   "line",  "tag",     "branch",         "commit",  "date", "predecessor",
    "candidate", "point", "ordinal", "ordinal_word",   "skipped", "days", "out_of_band",
    "support",   "last",  "late",    "security_ahead", "links"};

static json_t *names_json(const json_t *notes, bool whole)
{
    const json_t *rows = json_object_get(json_object_get(notes, "advisories"), "rows");
    json_t *names = json_array();
    for (gsize i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        if (notes_is_whole(row) == whole)
            json_array_append_new(names, json_pack("{s:O, s:O}", "advisory",
                                                   json_object_get(row, "advisory"), "link",
                                                   json_object_get(row, "link")));
    }
    return names;
}

static json_t *release_json(const json_t *notes)
{
    json_t *release = json_object();
    for (gsize i = 0; i < G_N_ELEMENTS(told); i++)
        json_object_set(release, told[i], json_object_get(notes, told[i]));
    json_object_set_new(release, "fixes", names_json(notes, true));
    json_object_set_new(release, "parts", names_json(notes, false));
    return release;
}

/* The releases of an announcement, the newest version first, each with its place for a template's
 * commas. */
static json_t *announcement_json(const struct home *home, GPtrArray *group)
{
    json_t *releases = json_array();
    g_ptr_array_sort(group, by_version);
    for (guint i = 0; i < group->len; i++) {
        const struct notes_release *one = g_ptr_array_index(group, i);
        json_array_append_new(releases, release_json(one->notes));
    }
    return json_pack("{s:s, s:b, s:s?, s:o}", "product", home->releases.product, "several",
                     group->len > 1, "signed_by", home->releases.signed_by, "releases", releases);
}

json_t *notes_announcements(struct notes_making *making, const GPtrArray *releases)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    g_autoptr(GPtrArray) group = g_ptr_array_new();
    json_t *announcements = json_array();
    for (guint i = 0; i < releases->len; i++)
        g_ptr_array_add(sorted, g_ptr_array_index(releases, i));
    g_ptr_array_sort(sorted, by_date);
    for (guint i = 0; i < sorted->len; i++) {
        const struct notes_release *one = g_ptr_array_index(sorted, i);
        const struct notes_release *first = group->len == 0 ? one : g_ptr_array_index(group, 0);
        if (!together(making->home, one->release, first->release)) {
            json_array_append_new(announcements, announcement_json(making->home, group));
            g_ptr_array_set_size(group, 0);
        }
        g_ptr_array_add(group, g_ptr_array_index(sorted, i));
    }
    if (group->len > 0)
        json_array_append_new(announcements, announcement_json(making->home, group));
    return announcements;
}
