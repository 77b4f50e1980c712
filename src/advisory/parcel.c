#include "parcel.h"

#include "fault.h"
#include "ledger.h"
#include "stages.h"

#include <string.h>

void parcel_free(struct parcel *parcel)
{
    if (parcel == NULL)
        return;
    record_advisory_free(parcel->advisory);
    g_clear_pointer(&parcel->versions, g_ptr_array_unref);
    g_clear_pointer(&parcel->patches, g_ptr_array_unref);
    g_free(parcel->text_name);
    g_free(parcel);
}

/* The newest one meant for that audience. Members may also have what is meant for everybody, but
 * not while there is a text for them. */
static const struct record_version *newest_for(const struct parcel *parcel,
                                               enum embargo_audience audience)
{
    const struct record_version *found = NULL;
    for (guint i = 0; i < parcel->versions->len; i++) {
        const struct record_version *version = parcel->versions->pdata[i];
        bool meant = version->public_text == (audience == EMBARGO_PUBLIC);
        if (meant || (audience == EMBARGO_MEMBERS && (found == NULL || found->public_text)))
            found = version;
    }
    return found;
}

static const struct record_version *version_of(const struct parcel *parcel, gint64 number)
{
    for (guint i = 0; i < parcel->versions->len; i++) {
        const struct record_version *version = parcel->versions->pdata[i];
        if (version->version == number)
            return version;
    }
    return NULL;
}

static bool find_version(struct parcel *parcel, const struct parcel_given *given, GError **error)
{
    parcel->version = given->version == 0 ? newest_for(parcel, given->audience)
                                          : version_of(parcel, given->version);
    if (parcel->version == NULL && given->version != 0)
        return fault_raise(error, FAULT_NOINPUT,
                           "advisory %s has no version %" G_GINT64_FORMAT " in the record",
                           given->number, given->version);
    if (parcel->version == NULL)
        return fault_raise(error, FAULT_DATA,
                           "advisory %s has no version for the public: barograph advisory revise "
                           "%s begins one",
                           given->number, given->number);
    return !parcel->version->imported ||
           fault_raise(error, FAULT_DATA,
                       "advisory %s was not signed here: barograph advisory render %s --signed "
                       "prints it",
                       given->number, given->number);
}

static void note_earlier(void *user, gint64 id, const struct ledger_entry *entry)
{
    gint64 *least = user;
    bool left = entry->verdict == LEDGER_PERMIT || entry->verdict == LEDGER_OVERRIDE;
    (void)id;
    if (left && g_str_equal(entry->audience, embargo_audience_name(EMBARGO_PUBLIC)))
        *least = MIN(*least, entry->version);
}

/* Whether the public got an earlier version before. */
static bool find_step(struct store *store, const struct parcel *parcel,
                      enum embargo_audience audience, enum stage_step *ret_step, GError **error)
{
    gint64 least = G_MAXINT64;
    if (!ledger_each(store, parcel->advisory->number, note_earlier, &least, error))
        return false;
    *ret_step = audience == EMBARGO_MEMBERS        ? STAGE_MEMBERS
                : least < parcel->version->version ? STAGE_UPDATE
                                                   : STAGE_PUBLIC;
    return true;
}

static GArray *files_of(const struct parcel *parcel)
{
    GArray *files = g_array_new(FALSE, FALSE, sizeof(struct embargo_file));
    gsize length = 0;
    const void *text = g_bytes_get_data(parcel->version->signed_bytes, &length);
    struct embargo_file file = embargo_file("", text, length);
    g_array_append_val(files, file);
    for (guint i = 0; i < parcel->patches->len; i++) {
        const struct record_patch *patch = parcel->patches->pdata[i];
        const void *bytes = g_bytes_get_data(patch->bytes, &length);
        file = embargo_file(patch->name, bytes, length);
        g_array_append_val(files, file);
    }
    return files;
}

static struct embargo_question question_of(const struct parcel *parcel,
                                           const struct parcel_given *given, const GArray *files)
{
    return (struct embargo_question){.advisory = given->number,
                                     .version = parcel->version->version,
                                     .audience = given->audience,
                                     .files = (const struct embargo_file *)(gpointer)files->data,
                                     .count = files->len,
                                     .who = given->who,
                                     .now = given->now,
                                     .newest_commit = given->newest_commit,
                                     .clock_confirmed = given->clock_confirmed,
                                     .override = given->override};
}

struct permit *parcel_ask(struct store *store, const struct parcel *parcel,
                          const struct parcel_given *given, GError **error)
{
    g_autoptr(GArray) files = files_of(parcel);
    const struct embargo_question question = question_of(parcel, given, files);
    return embargo_ask(store, &question, error);
}

bool parcel_foresee(struct store *store, const struct parcel *parcel,
                    const struct parcel_given *given, char **ret_refusal, GError **error)
{
    g_autoptr(GArray) files = files_of(parcel);
    const struct embargo_question question = question_of(parcel, given, files);
    return embargo_foresee(store, &question, ret_refusal, error);
}

static bool pack(struct store *store, const struct parcel_given *given, struct parcel *parcel,
                 GError **error)
{
    enum stage_step step = given->audience == EMBARGO_MEMBERS ? STAGE_MEMBERS : STAGE_PUBLIC;
    parcel->advisory = record_find(store, given->number, error);
    if (parcel->advisory == NULL ||
        stage_after(given->number, parcel->advisory->state, step, error) == NULL)
        return false;
    parcel->versions = record_versions(store, parcel->advisory->id, error);
    if (parcel->versions == NULL || !find_version(parcel, given, error) ||
        !find_step(store, parcel, given->audience, &step, error))
        return false;
    parcel->patches = record_patches(store, parcel->version->id, error);
    parcel->text_name = g_strdup_printf("advisory-%s.txt", given->number);
    parcel->state = stage_after(given->number, parcel->advisory->state, step, error);
    return parcel->patches != NULL && parcel->state != NULL;
}

struct parcel *parcel_pack(struct store *store, const struct parcel_given *given, GError **error)
{
    g_autoptr(Parcel) parcel = g_new0(struct parcel, 1);
    return pack(store, given, parcel, error) ? g_steal_pointer(&parcel) : NULL;
}

bool parcel_note(struct store *store, const struct parcel *parcel, const struct parcel_given *given,
                 const char *how, GError **error)
{
    g_autofree char *detail = g_strdup_printf(
        "version %" G_GINT64_FORMAT " to %s, %u files%s%s", parcel->version->version,
        given->audience == EMBARGO_PUBLIC ? "the public" : "members", parcel->patches->len + 1,
        given->override == NULL ? "" : ", overridden: ",
        given->override == NULL ? "" : given->override);
    struct record_event event = {given->now, (char *)(gsize)given->who, (char *)(gsize)how, detail};
    bool done = store_begin(store, error) &&
                record_set_state(store, parcel->advisory->id, parcel->state, error) &&
                record_add_event(store, parcel->advisory->id, &event, error) &&
                store_commit(store, error);
    if (!done)
        store_rollback(store);
    return done;
}
