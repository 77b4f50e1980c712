/* barograph advisory: the advisories of the record, taken in, shown, checked and written again. */
#include "armour.h"
#include "command.h"
#include "desk.h"
#include "draft.h"
#include "fault.h"
#include "intake.h"
#include "layouts.h"
#include "lint.h"
#include "plan.h"
#include "record.h"
#include "record_text.h"
#include "record_versions.h"
#include "table.h"

#include <stdio.h>
#include <string.h>

#define KEYRING "keyring"

extern const struct command command_advisory;

static char *title_option, *number_option;
static char **cve_option;
static char **key_option;
static gint64 version_option;
static gboolean signed_option;
static char *format_option;

static const GOptionEntry options[] = {
    {"title", 0, 0, G_OPTION_ARG_STRING, &title_option, "new: its title, one line", "TITLE"},
    {"number", 0, 0, G_OPTION_ARG_STRING, &number_option, "new: this number (the next free one)",
     "N"},
    {"cve", 0, 0, G_OPTION_ARG_STRING_ARRAY, &cve_option, "new: a CVE of it", "CVE"},
    {"key", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &key_option,
     "import: first take the public keys in this file into the desk", "FILE"},
    {"version", 0, 0, G_OPTION_ARG_INT64, &version_option,
     "show, render, lint: this version instead of the newest", "V"},
    {"signed", 0, 0, G_OPTION_ARG_NONE, &signed_option, "render: with the signature around it",
     NULL},
    {"format", 0, 0, G_OPTION_ARG_STRING, &format_option, "How tables are printed (text)",
     "text|md|tsv|csv|json"},
    {NULL}};

/* What every verb needs. */
struct room {
    struct context *context;
    struct layout *layout;
    struct desk *desk;
};

static bool print_table(const struct room *room, const struct table *table, GError **error)
{
    enum table_format format = TABLE_TEXT;
    if (format_option != NULL && !table_format_parse(format_option, &format, error))
        return false;
    g_autofree char *text = table_format(table, format, room->context->colour);
    return fputs(text, stdout) >= 0;
}

static bool open_desk(struct room *room, enum desk_mode mode, GError **error)
{
    room->desk = desk_open(room->context->home->folder, mode, error);
    return room->desk != NULL;
}

/* "480" and "XSA-480" are the same. */
static const char *bare_number(const struct room *room, const char *word)
{
    gsize length = strlen(room->layout->prefix);
    bool prefixed =
        g_ascii_strncasecmp(word, room->layout->prefix, length) == 0 && word[length] == '-';
    const char *number = prefixed ? word + length + 1 : word;
    return layout_good_number(number) ? number : NULL;
}

/* One advisory and one of its versions, read from the record. */
struct choice {
    struct record_advisory *advisory;
    GPtrArray *versions;
    const struct record_version *version;
    struct text *text;
};

static void choice_clear(struct choice *choice)
{
    record_advisory_free(choice->advisory);
    g_clear_pointer(&choice->versions, g_ptr_array_unref);
    text_free(choice->text);
}

static bool find_version(struct choice *choice, GError **error)
{
    for (guint i = 0; i < choice->versions->len; i++) {
        const struct record_version *version = choice->versions->pdata[i];
        if (version_option == 0 || version->version == version_option)
            choice->version = version;
    }
    if (choice->version != NULL)
        return true;
    if (version_option == 0)
        return fault_raise(error, FAULT_NOINPUT, "advisory %s has no version yet",
                           choice->advisory->number);
    return fault_raise(error, FAULT_NOINPUT,
                       "advisory %s has no version %" G_GINT64_FORMAT " in the record",
                       choice->advisory->number, version_option);
}

static bool choose(struct room *room, const char *word, struct choice *choice, GError **error)
{
    const char *number = bare_number(room, word);
    if (number == NULL)
        return fault_raise(error, FAULT_USAGE,
                           "an advisory is named by its number: 480, %s-480 or 2026-01",
                           room->layout->prefix);
    if (!open_desk(room, DESK_READ, error))
        return false;
    struct store *store = desk_store(room->desk);
    choice->advisory = record_find(store, number, error);
    choice->versions =
        choice->advisory == NULL ? NULL : record_versions(store, choice->advisory->id, error);
    if (choice->versions == NULL || !find_version(choice, error))
        return false;
    choice->text = record_load_text(store, choice->version->id, error);
    return choice->text != NULL;
}

static bool takes_one(const char *verb, int argc, GError **error)
{
    return argc == 1 || fault_raise(error, FAULT_USAGE, "advisory %s takes one number", verb);
}

static char *hex(const guint8 *digest)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < RECORD_DIGEST; i++)
        g_string_append_printf(text, "%02x", digest[i]);
    return g_string_free(text, FALSE);
}

/* --- new --- */

static bool run_new(struct room *room, int argc, char **argv, GError **error)
{
    const struct draft_given given = {
        .number = number_option == NULL ? NULL : bare_number(room, number_option),
        .title = title_option,
        .cves = (const char *const *)cve_option,
        .policies = (const char *const *)room->context->home->advisory_policies,
        .now = room->context->now};
    (void)argv;
    if (argc > 0 || title_option == NULL)
        return fault_raise(error, FAULT_USAGE,
                           "advisory new takes no argument, and needs a --title");
    if (number_option != NULL && given.number == NULL)
        return fault_raise(error, FAULT_USAGE,
                           "--number is up to six digits, or 2026-01 and the like");
    g_autofree char *number = NULL;
    g_autofree char *policies = g_build_filename(room->context->home->folder, "policies", NULL);
    g_autoptr(GPtrArray) known = policies_load(policies, error);
    for (guint i = 0; known != NULL && given.policies != NULL && given.policies[i] != NULL; i++)
        if (policies_find(known, given.policies[i], error) == NULL)
            return false;
    if (known == NULL || !open_desk(room, DESK_WRITE, error) ||
        !draft_make(room->desk, room->layout, &given, &number, error))
        return false;
    g_autofree char *id = layout_id(room->layout, number);
    g_autofree char *folder = draft_folder(room->layout, number);
    return printf("%s: write its advisory.txt and record.conf in security/%s\n", id, folder) > 0;
}

/* --- import --- */

/* The desk's own keyring when there is one, else gpg's. */
static struct pgp *open_keyring(const struct room *room, GError **error)
{
    g_autofree char *folder = g_build_filename(desk_folder(room->desk), KEYRING, NULL);
    bool own = g_file_test(folder, G_FILE_TEST_IS_DIR);
    if (!own && key_option != NULL && !desk_make_folder(room->desk, KEYRING, error))
        return NULL;
    g_autoptr(Pgp) pgp = pgp_open(own || key_option != NULL ? folder : NULL, error);
    for (char **path = key_option; pgp != NULL && path != NULL && *path != NULL; path++) {
        guint count = 0;
        gsize length = 0;
        g_autoptr(GBytes) bytes = intake_read(*path, error);
        const void *data = bytes == NULL ? NULL : g_bytes_get_data(bytes, &length);
        if (bytes == NULL || !pgp_import(pgp, data, length, &count, error)) {
            g_prefix_error(error, "%s: ", *path);
            return NULL;
        }
    }
    return g_steal_pointer(&pgp);
}

static const struct table_column import_columns[] = {
    {"file", "File", TABLE_KIND_STRING},           {"advisory", "Advisory", TABLE_KIND_STRING},
    {"version", "Version", TABLE_KIND_INT},        {"result", "Result", TABLE_KIND_STRING},
    {"signature", "Signature", TABLE_KIND_STRING}, {"digest", "Digest", TABLE_KIND_STRING},
    {"signed_at", "Signed", TABLE_KIND_STRING},    {"signer", "Signer", TABLE_KIND_STRING},
};

static void add_import(const struct room *room, struct table *table, const char *path,
                       const struct intake *intake)
{
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *id = layout_id(room->layout, intake->number);
    g_autofree char *digest =
        g_strconcat(intake->signature.digest, intake->signature.weak ? " (weak)" : "", NULL);
    g_autofree char *at = plan_time(intake->signature.time);
    table_string(table, name);
    table_string(table, id);
    table_int(table, intake->version);
    table_string(table, intake->known ? "already there" : "imported");
    table_string(table, pgp_verdict_words(intake->signature.verdict));
    table_string(table, digest);
    table_string(table, at);
    table_string(table, intake->signature.fingerprint);
}

static void add_refusal(struct table *table, const char *path, const GError *reason)
{
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *sentence = fault_sentence(reason);
    g_autofree char *result = g_strconcat("refused: ", sentence, NULL);
    table_string(table, name);
    table_none(table);
    table_none(table);
    table_string(table, result);
    for (guint i = 4; i < G_N_ELEMENTS(import_columns); i++)
        table_none(table);
}

static bool import_file(const struct room *room, struct pgp *pgp, const char *path,
                        struct table *table, GError **error)
{
    struct intake intake = {0};
    g_autoptr(GBytes) bytes = intake_read(path, error);
    if (bytes == NULL ||
        !intake_text(room->desk, pgp, room->layout, bytes, room->context->now, &intake, error))
        return false;
    add_import(room, table, path, &intake);
    intake_clear(&intake);
    return true;
}

/* One file that is refused holds up no other. */
static bool run_import(struct room *room, int argc, char **argv, GError **error)
{
    guint refused = 0;
    g_autoptr(GError) first = NULL;
    g_autoptr(Table) table = table_new(import_columns, G_N_ELEMENTS(import_columns));
    if (argc == 0)
        return fault_raise(error, FAULT_USAGE, "import which files?");
    g_autoptr(Pgp) pgp = open_desk(room, DESK_WRITE, error) ? open_keyring(room, error) : NULL;
    if (pgp == NULL)
        return false;
    for (int i = 0; i < argc; i++) {
        g_autoptr(GError) reason = NULL;
        if (import_file(room, pgp, argv[i], table, &reason))
            continue;
        refused++;
        add_refusal(table, argv[i], reason);
        if (first == NULL)
            first = g_steal_pointer(&reason);
    }
    if (refused == 1 && argc == 1) {
        g_propagate_prefixed_error(error, g_steal_pointer(&first), "%s: ", argv[0]);
        return false;
    }
    return print_table(room, table, error) &&
           (refused == 0 ||
            fault_raise(error, FAULT_DATA, "%u of %d files were refused", refused, argc));
}

/* --- list, show, log --- */

static bool add_listed(const struct room *room, const struct record_advisory *advisory,
                       struct table *table, GError **error)
{
    struct store *store = desk_store(room->desk);
    g_autoptr(GPtrArray) versions = record_versions(store, advisory->id, error);
    g_autoptr(GPtrArray) cves = versions == NULL ? NULL : record_cves(store, advisory->id, error);
    if (cves == NULL)
        return false;
    const struct record_version *newest =
        versions->len == 0 ? NULL : versions->pdata[versions->len - 1];
    g_autoptr(Text) text = newest == NULL ? NULL : record_load_text(store, newest->id, error);
    if (newest != NULL && text == NULL)
        return false;
    g_ptr_array_add(cves, NULL);
    g_autofree char *id = layout_id(room->layout, advisory->number);
    g_autofree char *joined = g_strjoinv(",", (char **)cves->pdata);
    g_autofree char *title = text == NULL
                                 ? draft_title(room->desk, room->layout, advisory->number, NULL)
                                 : text_title(text);
    gint64 public = advisory->at[POLICY_PUBLIC];
    table_string(table, id);
    if (newest == NULL)
        table_none(table);
    else
        table_int(table, newest->version);
    table_string(table, advisory->state);
    if (public == POLICY_UNKNOWN || public < room->context->now)
        table_none(table);
    else
        table_int(table, (public - room->context->now) / WORKDAYS_DAY);
    table_string(table, joined);
    table_string(table, title);
    return true;
}

static bool run_list(struct room *room, int argc, char **argv, GError **error)
{
    static const struct table_column columns[] = {
        {"advisory", "Advisory", TABLE_KIND_STRING}, {"version", "Version", TABLE_KIND_INT},
        {"state", "State", TABLE_KIND_STRING},       {"days_to_public", "Days", TABLE_KIND_INT},
        {"cves", "CVEs", TABLE_KIND_STRING},         {"title", "Title", TABLE_KIND_STRING}};
    (void)argv;
    if (argc > 0)
        return fault_raise(error, FAULT_USAGE, "advisory list takes no number: show N does");
    g_autoptr(GPtrArray) all =
        open_desk(room, DESK_READ, error) ? record_advisories(desk_store(room->desk), error) : NULL;
    if (all == NULL)
        return false;
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < all->len; i++)
        if (!add_listed(room, all->pdata[i], table, error))
            return false;
    return print_table(room, table, error);
}

static void add_fact(struct table *table, const char *name, const char *value)
{
    table_string(table, name);
    table_string(table, value);
}

static void add_dates(struct table *table, const struct record_advisory *advisory)
{
    for (guint event = 0; event < POLICY_EVENTS; event++) {
        g_autofree char *time = plan_time(advisory->at[event]);
        if (advisory->at[event] != POLICY_UNKNOWN)
            add_fact(table, policy_event_name((enum policy_event)event), time);
    }
}

static void add_seal(struct table *table, const struct record_version *version)
{
    g_autofree char *frozen = plan_time(version->frozen_at);
    g_autofree char *made = plan_time(version->signature_at);
    g_autofree char *sum = hex(version->signed_sha256);
    add_fact(table, "audience", version->public_text ? "public" : "members");
    add_fact(table, "origin", version->imported ? "imported" : "here");
    add_fact(table, "frozen", frozen);
    add_fact(table, "signer", version->signer);
    add_fact(table, "digest", version->digest);
    add_fact(table, "signed", made);
    add_fact(table, "sha256", sum);
}

static bool show(const struct room *room, const struct choice *choice, GError **error)
{
    static const struct table_column columns[] = {{"field", "Field", TABLE_KIND_STRING},
                                                  {"value", "Value", TABLE_KIND_STRING}};
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    g_autofree char *id = layout_id(room->layout, choice->advisory->number);
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, choice->version->version);
    g_autofree char *title = text_title(choice->text);
    add_fact(table, "advisory", id);
    add_fact(table, "title", title);
    add_fact(table, "state", choice->advisory->state);
    add_fact(table, "version", number);
    for (guint i = 0; i < choice->text->cves->len; i++)
        add_fact(table, "cve", choice->text->cves->pdata[i]);
    add_dates(table, choice->advisory);
    add_seal(table, choice->version);
    for (guint i = 0; i < choice->text->sections->len; i++) {
        const struct text_section *section = choice->text->sections->pdata[i];
        if (section->heading != NULL)
            add_fact(table, "section", section->heading);
    }
    return print_table(room, table, error);
}

static bool run_show(struct room *room, int argc, char **argv, GError **error)
{
    struct choice choice = {0};
    bool done = takes_one("show", argc, error) && choose(room, argv[0], &choice, error) &&
                show(room, &choice, error);
    choice_clear(&choice);
    return done;
}

static bool run_log(struct room *room, int argc, char **argv, GError **error)
{
    static const struct table_column columns[] = {{"at", "At", TABLE_KIND_STRING},
                                                  {"who", "Who", TABLE_KIND_STRING},
                                                  {"what", "What", TABLE_KIND_STRING},
                                                  {"detail", "Detail", TABLE_KIND_STRING}};
    struct choice choice = {0};
    g_autoptr(GPtrArray) events = NULL;
    if (takes_one("log", argc, error) && choose(room, argv[0], &choice, error))
        events = record_events(desk_store(room->desk), choice.advisory->id, error);
    choice_clear(&choice);
    if (events == NULL)
        return false;
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < events->len; i++) {
        const struct record_event *event = events->pdata[i];
        g_autofree char *at = plan_time(event->at);
        table_string(table, at);
        table_string(table, event->who);
        table_string(table, event->what);
        table_string(table, event->detail);
    }
    return print_table(room, table, error);
}

/* --- render --- */

/* An imported text is put into its armour again; what was signed here is kept as it was. */
static char *signed_text(const struct record_version *version, const char *plain)
{
    gsize length = 0;
    if (version->signed_bytes != NULL) {
        const char *bytes = g_bytes_get_data(version->signed_bytes, &length);
        return g_strndup(bytes, length);
    }
    const char *hashes[] = {version->digest, NULL};
    return armour_write(plain, hashes, version->armour);
}

/* What is not the text that was signed is not given out as if it were. */
static char *render(const struct room *room, const struct choice *choice, GError **error)
{
    guint8 digest[RECORD_DIGEST];
    g_autofree char *plain = text_render(choice->text, room->layout, error);
    if (plain == NULL)
        return NULL;
    record_digest(plain, strlen(plain), digest);
    if (choice->version->frozen_at == POLICY_UNKNOWN ||
        memcmp(digest, choice->version->plain_sha256, RECORD_DIGEST) == 0)
        return g_steal_pointer(&plain);
    fault_raise(error, FAULT_CONFIG,
                "the text is not what was signed: was a wording or the layout changed since?");
    return NULL;
}

static bool run_render(struct room *room, int argc, char **argv, GError **error)
{
    struct choice choice = {0};
    g_autofree char *plain = NULL;
    if (takes_one("render", argc, error) && choose(room, argv[0], &choice, error))
        plain = render(room, &choice, error);
    bool done = plain != NULL;
    if (done && signed_option) {
        g_autofree char *whole = signed_text(choice.version, plain);
        fputs(whole, stdout);
    } else if (done) {
        fputs(plain, stdout);
    }
    choice_clear(&choice);
    return done;
}

/* --- lint --- */

static bool report(const struct room *room, const struct lint_case *lint, unsigned first,
                   GError **error)
{
    static const struct table_column columns[] = {{"line", "Line", TABLE_KIND_INT},
                                                  {"severity", "Severity", TABLE_KIND_STRING},
                                                  {"rule", "Rule", TABLE_KIND_STRING},
                                                  {"finding", "Finding", TABLE_KIND_STRING}};
    g_autoptr(GPtrArray) findings = lint_check(lint, error);
    if (findings == NULL)
        return false;
    guint errors = 0;
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < findings->len; i++) {
        const struct lint_finding *finding = findings->pdata[i];
        bool grave = finding->rule->severity == LINT_ERROR;
        errors += grave;
        if (finding->line == 0)
            table_none(table);
        else
            table_int(table, finding->line + first - 1);
        table_string(table, grave ? "error" : "warning");
        table_string(table, finding->rule->id);
        table_string(table, finding->sentence);
    }
    if (findings->len == 0 && format_option == NULL)
        puts("nothing found");
    else if (!print_table(room, table, error))
        return false;
    return errors == 0 ||
           fault_raise(error, FAULT_DATA, "lint found %u error%s", errors, errors == 1 ? "" : "s");
}

static bool lint_record(struct room *room, const char *number, GError **error)
{
    struct choice choice = {0};
    g_autofree char *plain =
        choose(room, number, &choice, error) ? render(room, &choice, error) : NULL;
    choice_clear(&choice);
    if (plain == NULL)
        return false;
    const struct lint_case lint = {plain, strlen(plain), TEXT_WHOLE, room->layout, NULL};
    return report(room, &lint, 1, error);
}

/* Signed or not, whole or the sections alone; line numbers are those of the file. */
static bool lint_file(const struct room *room, const char *path, GError **error)
{
    gsize length = 0;
    g_autoptr(GBytes) bytes = intake_read(path, error);
    if (bytes == NULL)
        return false;
    const char *data = g_bytes_get_data(bytes, &length);
    struct lint_case lint = {data == NULL ? "" : data, length, TEXT_WHOLE, room->layout, NULL};
    bool is_signed =
        g_strstr_len(lint.bytes, (gssize)length, "-----BEGIN PGP SIGNED MESSAGE-----") != NULL;
    g_autoptr(Armour) armour = is_signed ? armour_read(lint.bytes, length, error) : NULL;
    if (is_signed && armour == NULL)
        return false;
    if (is_signed) {
        lint.bytes = armour->text;
        lint.length = armour->length;
    }
    g_autoptr(Text) whole = text_parse(lint.bytes, lint.length, TEXT_WHOLE, room->layout, NULL);
    lint.form = whole == NULL ? TEXT_DRAFT : TEXT_WHOLE;
    return report(room, &lint, is_signed ? armour->first : 1, error);
}

static bool run_lint(struct room *room, int argc, char **argv, GError **error)
{
    if (argc != 1)
        return fault_raise(error, FAULT_USAGE, "advisory lint takes one number or one file");
    return bare_number(room, argv[0]) != NULL ? lint_record(room, argv[0], error)
                                              : lint_file(room, argv[0], error);
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    static const struct {
        const char *name;
        bool (*run)(struct room *room, int argc, char **argv, GError **error);
    } verbs[] = {{"new", run_new},   {"import", run_import}, {"list", run_list},
                 {"show", run_show}, {"render", run_render}, {"lint", run_lint},
                 {"log", run_log}};
    for (gsize i = 0; argc > 1 && i < G_N_ELEMENTS(verbs); i++) {
        if (!g_str_equal(argv[1], verbs[i].name))
            continue;
        struct room room = {.context = context};
        room.layout =
            layouts_load(context->home->templates_path, context->home->advisory_prefix, error);
        bool done = room.layout != NULL && verbs[i].run(&room, argc - 2, argv + 2, error);
        desk_close(room.desk);
        layout_free(room.layout);
        return done;
    }
    return fault_raise(error, FAULT_USAGE,
                       "advisory what? one of new, import, list, show, render, lint, log");
}

const struct command command_advisory = {
    .name = "advisory",
    .arguments = "new|import FILE…|list|show N|render N|lint N|FILE|log N",
    .summary = "The record of security advisories",
    .description =
        "new begins an advisory: a folder with the files to fill in.\n"
        "import verifies clearsigned advisories and keeps them as rows. list and show tell\n"
        "what the record has; render writes a text again, byte for byte; lint checks one of\n"
        "the record or a file; log says what happened to it.\n"
        "\n"
        "Examples:\n"
        "  barograph advisory new --title 'frobs outlive their guest' --cve CVE-2026-99999\n"
        "  barograph advisory import --key team-key.asc advisory-480.txt\n"
        "  barograph advisory list --format json\n"
        "  barograph advisory render 480 --version 3 --signed | gpg --verify\n"
        "  barograph advisory lint draft.txt",
    .needs = NEEDS_HOME,
    .options = options,
    .run = run,
};
