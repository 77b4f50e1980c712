/* What publish has open: the desk, the history, the folder and the key. */
#include "publish_room.h"

#include "layouts.h"
#include "ledger.h"
#include "newest.h"
#include "output.h"
#include "pgp_keys.h"
#include "prompt.h"

#include <stdio.h>

void publishing_close(struct publishing *publishing)
{
    GPtrArray **lists[] = {
        &publishing->site.publications, &publishing->site.documents, &publishing->entries,
        &publishing->released,          &publishing->closed,         &publishing->resolvers,
        &publishing->remarks,           &publishing->policies};
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        g_clear_pointer(lists[i], g_ptr_array_unref);
    json_decref(publishing->site.report);
    g_clear_pointer(&publishing->site.public_key, g_bytes_unref);
    g_clear_error(&publishing->sealing.trouble);
    folder_close(publishing->folder);
    pgp_close(publishing->pgp);
    layout_free(publishing->layout);
    desk_close(publishing->desk);
    g_free(publishing->who);
}

const char *publish_folder(const struct context *context, const struct publish_given *given)
{
    return given->into != NULL ? given->into : context->home->publish.folder;
}

bool publish_print(const struct context *context, const struct publish_given *given,
                   const struct table *table, GError **error)
{
    enum table_format format = TABLE_TEXT;
    if (given->format != NULL && !table_format_parse(given->format, &format, error))
        return false;
    g_autofree char *text = table_format(table, format, context->colour);
    return output_write(NULL, text, error);
}

/* The public key is given out whether something is signed this time or not. */
static bool open_pgp(struct publishing *publishing, GError **error)
{
    const char *fingerprint = publishing->context->home->publish.signing_key;
    publishing->sealing = (struct sealing){.folder = publishing->folder,
                                           .fingerprint = fingerprint,
                                           .dry_run = publishing->given->dry_run};
    if (fingerprint == NULL)
        return true;
    publishing->pgp = publishing->sealing.pgp = pgp_open(NULL, error);
    if (publishing->pgp == NULL)
        return false;
    if (publishing->given->passphrase_fd >= 0)
        pgp_set_ask(publishing->pgp, prompt_descriptor,
                    (void *)(gsize)&publishing->given->passphrase_fd);
    else if (prompt_possible())
        pgp_set_last_resort(publishing->pgp, prompt_passphrase, NULL);
    publishing->site.key_fingerprint = fingerprint;
    publishing->site.public_key = pgp_key_export(publishing->pgp, fingerprint, NULL);
    return true;
}

static bool open_folder(struct publishing *publishing, GError **error)
{
    publishing->folder = folder_open(
        publishing->site.previous, publishing->given->dry_run ? FOLDER_LOOK : FOLDER_WRITE, error);
    if (publishing->folder != NULL && folder_was_interrupted(publishing->folder))
        fprintf(stderr, "barograph: a publication that was stopped in its middle was completed\n");
    return publishing->folder != NULL;
}

bool publishing_open(struct publishing *publishing, struct context *context,
                     const struct publish_given *given, GError **error)
{
    const struct home *home = context->home;
    g_autofree char *policies = g_build_filename(home->folder, "policies", NULL);
    struct ledger_state state;
    *publishing = (struct publishing){.context = context, .given = given, .who = desk_user()};
    publishing->started = g_get_monotonic_time();
    publishing->remarks = g_ptr_array_new_with_free_func(g_free);
    publishing->released = g_ptr_array_new_with_free_func(g_free);
    publishing->closed = g_ptr_array_new_with_free_func(g_free);
    publishing->entries = g_ptr_array_new_with_free_func(resolve_entry_free);
    publishing->site = (struct site){
        .home = home,
        .now = context->now,
        .publications = g_ptr_array_new_with_free_func((GDestroyNotify)publication_free),
        .documents = g_ptr_array_new_with_free_func(site_document_free),
        .previous = publish_folder(context, given)};
    publishing->policies = policies_load(policies, error);
    publishing->layout = layouts_load(home->templates_path, home->advisory_prefix, error);
    if (publishing->policies == NULL || publishing->layout == NULL)
        return false;
    publishing->site.layout = publishing->layout;
    publishing->desk = desk_open(home->folder, given->dry_run ? DESK_READ : DESK_WRITE, error);
    if (publishing->desk == NULL || !ledger_verify(desk_store(publishing->desk), &state, error) ||
        !open_folder(publishing, error) || !open_pgp(publishing, error))
        return false;
    publishing->resolvers = resolve_open_all(context, publishing->remarks, error);
    return publishing->resolvers != NULL &&
           newest_commit(context->history, &publishing->newest_commit, error);
}

struct parcel_given publishing_parcel(const struct publishing *publishing, const char *number)
{
    return (struct parcel_given){.number = number,
                                 .audience = EMBARGO_PUBLIC,
                                 .who = publishing->who,
                                 .now = publishing->context->now,
                                 .newest_commit = publishing->newest_commit,
                                 .clock_confirmed = publishing->given->confirm_clock};
}
