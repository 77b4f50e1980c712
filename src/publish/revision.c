#include "revision.h"

#include "clock.h"

json_t *revision_time(gint64 time)
{
    g_autofree char *text = clock_format_time(time);
    return json_string(text);
}

static json_t *holder_of(json_t *document, const char *group)
{
    return group == NULL ? document : json_object_get(document, group);
}

/* The time that the document has, which is taken out of it; G_MININT64: none that can be read. */
static gint64 take_time(json_t *document, const char *group, const char *key)
{
    json_t *holder = holder_of(document, group);
    const char *text = json_string_value(json_object_get(holder, key));
    gint64 time = G_MININT64;
    if (text != NULL && !clock_parse_time(text, &time, NULL))
        time = G_MININT64;
    json_object_del(holder, key);
    return time;
}

static gint64 decide(const struct site *site, gint64 newest, json_t *previous,
                     const json_t *document, const char *group, const char *key)
{
    json_t *bare = json_deep_copy(document);
    gint64 before = take_time(previous, group, key);
    take_time(bare, group, key);
    bool same = json_equal(previous, bare);
    json_decref(bare);
    if (before == G_MININT64 || (!same && newest > before))
        return newest;
    return same ? before : site->now;
}

void revision_date(const struct site *site, const struct publication *publication, const char *path,
                   json_t *document, const char *group, const char *key)
{
    gint64 time = publication_newest(publication)->time;
    json_t *previous = site_previous_json(site, path);
    if (previous != NULL)
        time = decide(site, time, previous, document, group, key);
    json_decref(previous);
    json_object_set_new(holder_of(document, group), key, revision_time(time));
}
