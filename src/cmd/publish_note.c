/* publish: the record says what is on the page, and since when. */
#include "publish_room.h"

#include <string.h>

/* Whether the record lacks the event that this version is on the page. Texts that were imported
 * were out before they came here. */
static bool lacks_note(struct store *store, const struct record_advisory *advisory, gint64 version,
                       bool *ret_lacks, GError **error)
{
    g_autofree char *start =
        g_strdup_printf("version %" G_GINT64_FORMAT " to the public,", version);
    g_autoptr(GPtrArray) versions = record_versions(store, advisory->id, error);
    g_autoptr(GPtrArray) events =
        versions == NULL ? NULL : record_events(store, advisory->id, error);
    bool ours = false, noted = false;
    if (events == NULL)
        return false;
    for (guint i = 0; i < versions->len; i++) {
        const struct record_version *row = versions->pdata[i];
        ours = ours || (row->version == version && !row->imported);
    }
    for (guint i = 0; i < events->len; i++) {
        const struct record_event *event = events->pdata[i];
        noted = noted ||
                (g_str_equal(event->what, "published") && g_str_has_prefix(event->detail, start));
    }
    *ret_lacks = ours && !noted;
    return true;
}

/* The folder was written first: a note that is missing says less than there is, and the next run
 * adds it. One that came first could say that something is out which is not. */
static bool note_one(struct publishing *publishing, const struct publication *publication,
                     GError **error)
{
    struct store *store = desk_store(publishing->desk);
    struct parcel_given what = publishing_parcel(publishing, publication->number);
    g_autoptr(RecordAdvisory) advisory = record_find(store, publication->number, error);
    bool lacks = false;
    what.version = publication_newest(publication)->number;
    if (advisory == NULL || !lacks_note(store, advisory, what.version, &lacks, error))
        return false;
    if (!lacks)
        return true;
    g_autoptr(Parcel) parcel = parcel_pack(store, &what, error);
    return parcel != NULL && parcel_note(store, parcel, &what, "published", error);
}

static bool is_released(const struct publishing *publishing, const char *number)
{
    for (guint i = 0; i < publishing->released->len; i++)
        if (g_str_equal(publishing->released->pdata[i], number))
            return true;
    return false;
}

/* A trial in another folder is no publication, but of what was asked for by its number. */
bool publishing_note(struct publishing *publishing, GError **error)
{
    for (guint i = 0; i < publishing->site.publications->len; i++) {
        const struct publication *publication = publishing->site.publications->pdata[i];
        bool counts =
            publishing->given->into == NULL || is_released(publishing, publication->number);
        if (counts && !publication->embargoed && !note_one(publishing, publication, error))
            return false;
    }
    return true;
}
