/* barograph publish: the site of what is public, for a web server. */
#include "casefile.h"
#include "fault.h"
#include "folder.h"
#include "layouts.h"
#include "ledger.h"
#include "newest.h"
#include "parcel.h"
#include "resolve_room.h"
#include "stated.h"

#include <stdio.h>
#include <string.h>

extern const struct command command_publish;

static gboolean confirm_clock_option;
static char *into_option;

static const GOptionEntry options[] = {
    {"into", 0, 0, G_OPTION_ARG_FILENAME, &into_option,
     "The folder of the site (default: [publish] folder of barograph.conf)", "FOLDER"},
    {"confirm-clock", 0, 0, G_OPTION_ARG_NONE, &confirm_clock_option,
     "The clock is right although something newer is known", NULL},
    G_OPTION_ENTRY_NULL};

/* Who makes what, in the order of the making. */
static const site_make_one makers[] = {originals_make, csaf_make};
static const site_make_all finishers[] = {csaf_provider_make};

struct publishing {
    struct context *context;
    struct layout *layout;
    struct desk *desk;
    GPtrArray *policies;
    GPtrArray *resolvers;
    GPtrArray *remarks;  /* of the repositories */
    GPtrArray *entries;  /* struct resolve_entry *: they own the places of publications */
    GPtrArray *released; /* char *: numbers that were asked for, and may go out now */
    char *who;
    gint64 newest_commit;
    struct site site;
    guint failed;
};

static void publishing_clear(struct publishing *publishing)
{
    g_clear_pointer(&publishing->site.publications, g_ptr_array_unref);
    g_clear_pointer(&publishing->site.documents, g_ptr_array_unref);
    g_clear_pointer(&publishing->entries, g_ptr_array_unref);
    g_clear_pointer(&publishing->released, g_ptr_array_unref);
    g_clear_pointer(&publishing->resolvers, g_ptr_array_unref);
    g_clear_pointer(&publishing->remarks, g_ptr_array_unref);
    g_clear_pointer(&publishing->policies, g_ptr_array_unref);
    layout_free(publishing->layout);
    desk_close(publishing->desk);
    g_free(publishing->who);
}

static bool open_all(struct context *context, struct publishing *publishing, GError **error)
{
    const struct home *home = context->home;
    g_autofree char *policies = g_build_filename(home->folder, "policies", NULL);
    struct ledger_state state;
    *publishing = (struct publishing){.context = context, .who = desk_user()};
    publishing->remarks = g_ptr_array_new_with_free_func(g_free);
    publishing->released = g_ptr_array_new_with_free_func(g_free);
    publishing->entries = g_ptr_array_new_with_free_func(resolve_entry_free);
    publishing->site = (struct site){
        .home = home,
        .now = context->now,
        .publications = g_ptr_array_new_with_free_func((GDestroyNotify)publication_free),
        .documents = g_ptr_array_new_with_free_func(site_document_free),
        .previous = into_option != NULL ? into_option : home->publish.folder};
    publishing->policies = policies_load(policies, error);
    publishing->layout = layouts_load(home->templates_path, home->advisory_prefix, error);
    if (publishing->policies == NULL || publishing->layout == NULL)
        return false;
    publishing->desk = desk_open(home->folder, DESK_WRITE, error);
    if (publishing->desk == NULL || !ledger_verify(desk_store(publishing->desk), &state, error))
        return false;
    publishing->resolvers = resolve_open_all(context, publishing->remarks, error);
    return publishing->resolvers != NULL &&
           newest_commit(context->history, &publishing->newest_commit, error);
}

/* What the history says of it; from the record as it is now, when it may just have gone out. */
static bool join(struct publishing *publishing, const struct record_advisory *advisory,
                 struct publication *publication, GError **error)
{
    struct casefile *casefile = casefile_open(publishing->desk, desk_store(publishing->desk),
                                              publishing->layout, advisory, error);
    struct resolve_entry *entry = casefile == NULL ? NULL
                                                   : resolve_one(publishing->resolvers, casefile,
                                                                 publishing->newest_commit, error);
    if (entry == NULL)
        return false;
    g_ptr_array_add(publishing->entries, entry);
    for (guint i = 0; i < entry->places->len; i++)
        g_ptr_array_add(publication->places, entry->places->pdata[i]);
    publication->public_at = casefile->public_at;
    stated_settle(publication, publishing->context->home);
    return true;
}

static bool is_asked(const struct publishing *publishing, char **numbers, const char *number)
{
    for (char **word = numbers; *word != NULL; word++) {
        const char *asked = layout_read_number(publishing->layout->prefix, *word, NULL);
        if (asked != NULL && g_str_equal(asked, number))
            return true;
    }
    return false;
}

static bool add_one(struct publishing *publishing, const struct record_advisory *advisory,
                    bool release, GError **error)
{
    struct publication *publication = NULL;
    const struct publication_given given = {.desk = publishing->desk,
                                            .layout = publishing->layout,
                                            .policies = publishing->policies,
                                            .release = release,
                                            .who = publishing->who,
                                            .now = publishing->context->now,
                                            .newest_commit = publishing->newest_commit,
                                            .clock_confirmed = confirm_clock_option};
    if (!publication_open(&given, advisory, &publication, error))
        return false;
    if (publication == NULL)
        return true;
    if (!publication->embargoed && !join(publishing, advisory, publication, error)) {
        publication_free(publication);
        return false;
    }
    g_ptr_array_add(publishing->site.publications, publication);
    if (release)
        g_ptr_array_add(publishing->released, g_strdup(advisory->number));
    return true;
}

/* One that fails leaves the others. */
static void say_failed(struct publishing *publishing, const char *number, const GError *reason)
{
    g_autofree char *id = layout_id(publishing->layout, number);
    g_autofree char *sentence = fault_sentence(reason);
    fprintf(stderr, "barograph: %s is not published: %s\n", id, sentence);
    publishing->failed++;
}

static int by_number(gconstpointer a, gconstpointer b)
{
    const struct publication *left = *(struct publication *const *)a;
    const struct publication *right = *(struct publication *const *)b;
    g_autofree char *one = g_utf8_collate_key_for_filename(left->number, -1);
    g_autofree char *other = g_utf8_collate_key_for_filename(right->number, -1);
    return strcmp(one, other);
}

static bool add_advisories(struct publishing *publishing, char **numbers, GError **error)
{
    g_autoptr(GPtrArray) all = record_advisories(desk_store(publishing->desk), error);
    for (guint i = 0; all != NULL && i < all->len; i++) {
        const struct record_advisory *advisory = all->pdata[i];
        g_autoptr(GError) reason = NULL;
        if (!add_one(publishing, advisory, is_asked(publishing, numbers, advisory->number),
                     &reason))
            say_failed(publishing, advisory->number, reason);
    }
    if (all == NULL)
        return false;
    g_ptr_array_sort(publishing->site.publications, by_number);
    return true;
}

static void forget_documents(struct publishing *publishing, guint from)
{
    g_ptr_array_set_size(publishing->site.documents, (gint)from);
}

static void make_documents(struct publishing *publishing)
{
    for (guint i = 0; i < publishing->site.publications->len; i++) {
        const struct publication *publication = publishing->site.publications->pdata[i];
        guint from = publishing->site.documents->len;
        for (gsize j = 0; j < G_N_ELEMENTS(makers); j++) {
            g_autoptr(GError) reason = NULL;
            if (makers[j](&publishing->site, publication, &reason))
                continue;
            forget_documents(publishing, from);
            say_failed(publishing, publication->number, reason);
            break;
        }
    }
}

/* What is about all of them. */
static bool finish_documents(struct publishing *publishing, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(finishers); i++)
        if (!finishers[i](&publishing->site, error))
            return false;
    return true;
}

/* The record says that they are out. */
static bool note_released(struct publishing *publishing, GError **error)
{
    struct store *store = desk_store(publishing->desk);
    for (guint i = 0; i < publishing->released->len; i++) {
        const struct parcel_given given = {.number = publishing->released->pdata[i],
                                           .audience = EMBARGO_PUBLIC,
                                           .who = publishing->who,
                                           .now = publishing->context->now,
                                           .newest_commit = publishing->newest_commit,
                                           .clock_confirmed = confirm_clock_option};
        g_autoptr(Parcel) parcel = parcel_pack(store, &given, error);
        if (parcel == NULL || !parcel_note(store, parcel, &given, "published", error))
            return false;
    }
    return true;
}

static bool check_numbers(const struct publishing *publishing, char **numbers, GError **error)
{
    for (char **word = numbers; *word != NULL; word++) {
        const char *number = layout_read_number(publishing->layout->prefix, *word, error);
        g_autoptr(RecordAdvisory) advisory =
            number == NULL ? NULL : record_find(desk_store(publishing->desk), number, error);
        if (advisory == NULL)
            return false;
    }
    return true;
}

static bool publish(struct publishing *publishing, char **numbers, GError **error)
{
    struct folder_tally tally = {0};
    if (!check_numbers(publishing, numbers, error) || !add_advisories(publishing, numbers, error))
        return false;
    make_documents(publishing);
    if (!finish_documents(publishing, error))
        return false;
    if (!folder_write(publishing->site.previous, publishing->site.documents, &tally, error) ||
        !note_released(publishing, error))
        return false;
    if (publishing->context->verbosity >= 0)
        printf("%s: %u advisories, %u documents written, %u as they were, %u removed\n",
               publishing->site.previous, publishing->site.publications->len, tally.written,
               tally.kept, tally.removed);
    return publishing->failed == 0 ||
           fault_raise(error, FAULT_PERMISSION,
                       "%u of the advisories were not published: see above", publishing->failed);
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    struct publishing publishing = {0};
    (void)argc;
    bool done = open_all(context, &publishing, error) && publish(&publishing, argv + 1, error);
    publishing_clear(&publishing);
    return done;
}

const struct command command_publish = {
    .name = "publish",
    .arguments = "[N…]",
    .summary = "Make the public site: pages, feeds and records of all public advisories",
    .description =
        "Everything that the public already has is there, with what the history says of it: which "
        "releases are affected and which are fixed. Numbers are those that go out now: the gate is "
        "asked for them, and nothing of them is written when it refuses. What is under embargo "
        "appears as far as its policies allow, if at all.\n\n"
        "Examples:\n"
        "  barograph publish\n"
        "  barograph publish 501 502 --into /srv/www/xsa",
    .needs = NEEDS_HISTORY,
    .options = options,
    .run = run,
};
