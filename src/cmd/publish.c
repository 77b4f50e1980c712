/* barograph publish: the site of what is public, for a web server. */
#include "fault.h"
#include "publish_room.h"
#include "stated.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

extern const struct command command_publish;

static struct publish_given given = {.passphrase_fd = -1};

static const GOptionEntry options[] = {
    {"into", 0, 0, G_OPTION_ARG_FILENAME, &given.into,
     "The folder of the site (default: [publish] folder of barograph.conf)", "FOLDER"},
    {"dry-run", 0, 0, G_OPTION_ARG_NONE, &given.dry_run,
     "Say what would change, and change nothing", NULL},
    {"force", 0, 0, G_OPTION_ARG_NONE, &given.force,
     "Write over documents of ours that somebody edited", NULL},
    {"passphrase-fd", 0, 0, G_OPTION_ARG_INT, &given.passphrase_fd,
     "Read the signing key's passphrase from there, instead of letting gpg's agent ask", "FD"},
    {"confirm-clock", 0, 0, G_OPTION_ARG_NONE, &given.confirm_clock,
     "The clock is right although something newer is known", NULL},
    {"check", 0, 0, G_OPTION_ARG_STRING, &given.check,
     "Compare what is served at that address with what was published last", "URL"},
    {"lag", 0, 0, G_OPTION_ARG_NONE, &given.lag,
     "How long after each other mail, page, CVE record and fix were there", NULL},
    {"format", 0, 0, G_OPTION_ARG_STRING, &given.format, "How a table is printed (text)",
     "text|md|tsv|csv|json"},
    G_OPTION_ENTRY_NULL};

/* Who makes what, in the order of the making. */
static const site_make_one makers[] = {originals_make, csaf_make, cve_records_make, osv_make,
                                       pages_make};
/* And then, of all that are left. */
static const site_make_all gatherers[] = {csaf_provider_make, atom_make, catalogue_make,
                                          statistics_make, overview_make};

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
    publication->documents = casefile->documents;
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

/* A rehearsal asks the gate without its ledger, and shows nothing of what is still kept. */
static bool foresee(const struct publishing *publishing, const char *number, GError **error)
{
    struct store *store = desk_store(publishing->desk);
    const struct parcel_given what = publishing_parcel(publishing, number);
    g_autofree char *refusal = NULL;
    g_autofree char *id = layout_id(publishing->layout, number);
    g_autoptr(Parcel) parcel = parcel_pack(store, &what, error);
    if (parcel == NULL || !parcel_foresee(store, parcel, &what, &refusal, error))
        return false;
    if (refusal != NULL)
        return fault_raise(error, FAULT_PERMISSION, "%s", refusal);
    return printf("%s version %" G_GINT64_FORMAT
                  " would go out, with documents of its own that are not listed here\n",
                  id, parcel->version->version) > 0;
}

static bool open_one(struct publishing *publishing, const struct record_advisory *advisory,
                     bool release, GError **error)
{
    struct publication *publication = NULL;
    const struct publication_given what = {.desk = publishing->desk,
                                           .layout = publishing->layout,
                                           .policies = publishing->policies,
                                           .release = release,
                                           .who = publishing->who,
                                           .now = publishing->context->now,
                                           .newest_commit = publishing->newest_commit,
                                           .clock_confirmed = publishing->given->confirm_clock};
    if (!publication_open(&what, advisory, &publication, error))
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
static void say_failed(struct publishing *publishing, const char *number, const char *what,
                       const GError *reason)
{
    g_autofree char *id = layout_id(publishing->layout, number);
    g_autofree char *sentence = fault_sentence(reason);
    fprintf(stderr, "barograph: %s %s: %s\n", id, what, sentence);
    if (publishing->failed++ == 0)
        publishing->kind = reason->domain == FAULT_DOMAIN ? reason->code : FAULT_INTERNAL;
}

/* What may not go out now stays as the public had it before; what cannot be read stays as it was
 * published, to the byte. */
static void add_one(struct publishing *publishing, const struct record_advisory *advisory,
                    bool release)
{
    g_autoptr(GError) refusal = NULL, reason = NULL;
    if (release && publishing->given->dry_run && !foresee(publishing, advisory->number, &refusal))
        say_failed(publishing, advisory->number, "would not be published", refusal);
    else if (release && !publishing->given->dry_run &&
             open_one(publishing, advisory, true, &refusal))
        return;
    else if (refusal != NULL)
        say_failed(publishing, advisory->number, "is not published", refusal);
    if (open_one(publishing, advisory, false, &reason))
        return;
    bool there = folder_has(publishing->folder, advisory->number);
    if (there)
        g_ptr_array_add(publishing->closed, g_strdup(advisory->number));
    if (refusal == NULL || there)
        say_failed(publishing, advisory->number,
                   there ? "stays as it was published, and so do the lists of all"
                         : "is not published",
                   reason);
}

static int by_number(gconstpointer a, gconstpointer b)
{
    const struct publication *left = *(struct publication *const *)a;
    const struct publication *right = *(struct publication *const *)b;
    g_autofree char *one = g_utf8_collate_key_for_filename(left->number, -1);
    g_autofree char *other = g_utf8_collate_key_for_filename(right->number, -1);
    return strcmp(one, other);
}

/* A run that is short shows nothing. */
static void show_progress(struct publishing *publishing, guint done, guint total)
{
    if (publishing->progress == NULL && isatty(STDERR_FILENO) == 1 &&
        g_get_monotonic_time() - publishing->started > G_USEC_PER_SEC)
        publishing->progress =
            progress_start(publishing->context->verbosity, "publishing", "advisories", total);
    progress_step(publishing->progress, done);
}

static bool add_advisories(struct publishing *publishing, char **numbers, GError **error)
{
    g_autoptr(GPtrArray) all = record_advisories(desk_store(publishing->desk), error);
    for (guint i = 0; all != NULL && i < all->len; i++) {
        const struct record_advisory *advisory = all->pdata[i];
        add_one(publishing, advisory, is_asked(publishing, numbers, advisory->number));
        show_progress(publishing, i + 1, all->len);
    }
    progress_end(publishing->progress, all == NULL ? 0 : all->len);
    if (all == NULL)
        return false;
    g_ptr_array_sort(publishing->site.publications, by_number);
    return true;
}

/* --- making --- */

static void forget_documents(struct publishing *publishing, guint from)
{
    g_ptr_array_set_size(publishing->site.documents, (gint)from);
}

static bool make_one(struct publishing *publishing, const struct publication *publication,
                     GError **error)
{
    guint from = publishing->site.documents->len;
    for (gsize i = 0; i < G_N_ELEMENTS(makers); i++)
        if (!makers[i](&publishing->site, publication, error))
            return false;
    return sealing_add(&publishing->sealing, &publishing->site, from, error) &&
           site_check(&publishing->site, from, error);
}

static void forget_publication(struct publishing *publishing, guint index)
{
    const struct publication *publication = publishing->site.publications->pdata[index];
    for (guint i = publishing->entries->len; i-- > 0;) {
        const struct resolve_entry *entry = publishing->entries->pdata[i];
        if (g_str_equal(entry->casefile->id, publication->id))
            g_ptr_array_remove_index(publishing->entries, i);
    }
    g_ptr_array_remove_index(publishing->site.publications, index);
}

/* Of one that fails, what was published before stays; one that never was is in no list either. */
static bool make_each(struct publishing *publishing, GError **error)
{
    GPtrArray *publications = publishing->site.publications;
    for (guint i = 0; i < publications->len;) {
        const struct publication *publication = publications->pdata[i];
        guint from = publishing->site.documents->len;
        g_autoptr(GError) reason = NULL;
        bool made = make_one(publishing, publication, &reason);
        bool there = !made && folder_has(publishing->folder, publication->number);
        if (!made) {
            forget_documents(publishing, from);
            say_failed(publishing, publication->number,
                       there ? "stays as it was published" : "is not published", reason);
        }
        if (there && !folder_keep(publishing->folder, publication->number,
                                  publishing->site.documents, error))
            return false;
        if (made || there)
            i++;
        else
            forget_publication(publishing, i);
    }
    return true;
}

static bool make_lists(struct publishing *publishing, GError **error)
{
    guint from = publishing->site.documents->len;
    publishing->site.report = resolve_report_json(publishing->entries);
    for (gsize i = 0; i < G_N_ELEMENTS(gatherers); i++)
        if (!gatherers[i](&publishing->site, error))
            return false;
    return sealing_add(&publishing->sealing, &publishing->site, from, error) &&
           site_check(&publishing->site, from, error);
}

/* Lists without one that was published would say that it is gone: they stay as they were. */
static bool make_documents(struct publishing *publishing, GError **error)
{
    if (!make_each(publishing, error))
        return false;
    for (guint i = 0; i < publishing->closed->len; i++)
        if (!folder_keep(publishing->folder, publishing->closed->pdata[i],
                         publishing->site.documents, error))
            return false;
    return publishing->closed->len > 0
               ? folder_keep(publishing->folder, NULL, publishing->site.documents, error)
               : make_lists(publishing, error);
}

/* --- the whole --- */

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

static bool print_plan(const struct publishing *publishing, const GPtrArray *plan, GError **error)
{
    static const struct table_column columns[] = {
        {"change", "Change", TABLE_KIND_STRING, 0},
        {"path", "Document", TABLE_KIND_STRING, 0},
        {"advisory", "Advisory", TABLE_KIND_STRING, 0},
        {"edited", "Edited by others", TABLE_KIND_BOOL, 0},
    };
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < plan->len; i++) {
        const struct folder_change *change = plan->pdata[i];
        table_string(table, folder_verb_name(change->verb));
        table_string(table, change->path);
        table_string(table, change->advisory);
        table_bool(table, change->edited);
    }
    return publish_print(publishing->context, publishing->given, table, error);
}

static void say_plan(const GPtrArray *plan)
{
    for (guint i = 0; i < plan->len; i++) {
        const struct folder_change *change = plan->pdata[i];
        if (change->edited || change->verb == FOLDER_RESTORED)
            fprintf(stderr, "barograph: %s was %s by somebody: it is %s\n", change->path,
                    change->edited ? "edited" : "removed",
                    change->document == NULL ? "removed" : "again what it should be");
    }
}

static void say_done(const struct publishing *publishing, const struct folder_tally *tally)
{
    const struct sealing *sealing = &publishing->sealing;
    if (publishing->context->verbosity < 0)
        return;
    guint count = publishing->site.publications->len;
    printf("%s: %u advisor%s, %u documents written, %u as they were, %u removed\n",
           publishing->site.previous, count, count == 1 ? "y" : "ies", tally->written, tally->kept,
           tally->removed);
    if (csaf_lacks(publishing->site.home) != NULL)
        printf("no CSAF documents are made: barograph.conf has no %s in [publish]\n",
               csaf_lacks(publishing->site.home));
    if (publishing->site.home->publish.cve_organisation == NULL)
        printf("no CVE records are made: there is no cve-organisation in [publish]\n");
    for (guint i = 0; sealing->fingerprint == NULL && i < publishing->site.documents->len; i++) {
        const struct site_document *document = publishing->site.documents->pdata[i];
        if (!document->seal)
            continue;
        printf("nothing is signed: barograph.conf names no signing-key in [publish]\n");
        return;
    }
}

static bool write_folder(struct publishing *publishing, const GPtrArray *plan, GError **error)
{
    struct folder_tally tally = {0};
    if (!folder_write(publishing->folder, publishing->site.documents, plan, &tally, error) ||
        !publishing_note(publishing, error))
        return false;
    say_plan(plan);
    say_done(publishing, &tally);
    return true;
}

static bool publish(struct publishing *publishing, char **numbers, GError **error)
{
    if (!check_numbers(publishing, numbers, error) || !add_advisories(publishing, numbers, error) ||
        !make_documents(publishing, error))
        return false;
    g_autoptr(GPtrArray) plan =
        folder_plan(publishing->folder, publishing->site.documents,
                    publishing->given->force || publishing->given->dry_run, error);
    if (plan == NULL || !(publishing->given->dry_run ? print_plan(publishing, plan, error)
                                                     : write_folder(publishing, plan, error)))
        return false;
    return publishing->failed == 0 ||
           fault_raise(error, (enum fault)publishing->kind, "%u advisor%s not published: see above",
                       publishing->failed, publishing->failed == 1 ? "y was" : "ies were");
}

/* Neither of them publishes anything. */
static bool look(struct context *context, int argc, GError **error)
{
    if (argc > 1 || given.dry_run || given.force || (given.check != NULL && given.lag))
        return fault_raise(error, FAULT_USAGE,
                           "--check and --lag look at what is published: give one of them, and no "
                           "numbers");
    return given.check != NULL ? publish_check(context, &given, error)
                               : publish_lag(context, &given, error);
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    struct publishing publishing = {0};
    if (given.check != NULL || given.lag)
        return look(context, argc, error);
    bool done = publishing_open(&publishing, context, &given, error) &&
                publish(&publishing, argv + 1, error);
    publishing_close(&publishing);
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
        "  barograph publish --dry-run\n"
        "  barograph publish --check https://security.example.org/xsa/\n"
        "  barograph publish --lag --format tsv\n"
        "  barograph publish 501 502 --into /srv/www/xsa",
    .needs = NEEDS_HISTORY,
    .options = options,
    .run = run,
};
