/* barograph advisory: the advisories of the record. Here are its options and the table of its
 * verbs, which are in advisory_*.c beside this file. */
#include "advisory_room.h"
#include "layouts.h"
#include "verbs.h"

extern const struct command command_advisory;

struct advisory_given advisory_given = {.passphrase_fd = -1};

static const GOptionEntry options[] = {
    {"title", 0, 0, G_OPTION_ARG_STRING, &advisory_given.title,
     "new: its title, one line; - reads it from standard input, unseen by others", "TITLE"},
    {"number", 0, 0, G_OPTION_ARG_STRING, &advisory_given.number,
     "new: this number (the next free one)", "N"},
    {"cve", 0, 0, G_OPTION_ARG_STRING_ARRAY, &advisory_given.cves,
     "new: a CVE of it; - reads them from standard input, a line each", "CVE"},
    {"key", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &advisory_given.keys,
     "import: first take the public keys in this file into the desk", "FILE"},
    {"version", 0, 0, G_OPTION_ARG_INT64, &advisory_given.version,
     "show, render, lint: this version instead of the newest", "V"},
    {"signed", 0, 0, G_OPTION_ARG_NONE, &advisory_given.with_signature,
     "render: with the signature around it", NULL},
    {"for", 0, 0, G_OPTION_ARG_STRING, &advisory_given.to,
     "new, revise: whom the version is meant for; disclose: whom it goes to", "members|public"},
    {"into", 0, 0, G_OPTION_ARG_FILENAME, &advisory_given.into, "disclose: the folder to be made",
     "FOLDER"},
    {"passphrase-fd", 0, 0, G_OPTION_ARG_INT, &advisory_given.passphrase_fd,
     "freeze: read the key's passphrase from there, instead of letting gpg's agent ask", "FD"},
    {"reason", 0, 0, G_OPTION_ARG_STRING, &advisory_given.reason,
     "waive, vacate, withdraw: why; kept for ever, so nothing embargoed", "REASON"},
    {"confirm-clock", 0, 0, G_OPTION_ARG_NONE, &advisory_given.confirm_clock,
     "disclose: somebody looked at the clock, and it is right", NULL},
    {"override", 0, 0, G_OPTION_ARG_STRING, &advisory_given.override,
     "disclose: before its moment, for this reason; kept for ever", "REASON"},
    {"format", 0, 0, G_OPTION_ARG_STRING, &advisory_given.format, "How tables are printed (text)",
     "text|md|tsv|csv|json"},
    {NULL}};

static const struct {
    const char *name;
    advisory_verb run;
} verbs[] = {
    {"new", verb_new},           /* a draft begins */
    {"edit", verb_edit},         /* its files in an editor */
    {"import", verb_import},     /* texts that were signed elsewhere come in */
    {"list", verb_list},         /* all of them */
    {"show", verb_show},         /* what is known of one */
    {"render", verb_render},     /* its text */
    {"diff", verb_diff},         /* what changed between two versions */
    {"lint", verb_lint},         /* what is wrong with it */
    {"waive", verb_waive},       /* and what of that is set aside */
    {"freeze", verb_freeze},     /* drafts are signed and sealed */
    {"take", verb_take},         /* dates of record.conf count */
    {"revise", verb_revise},     /* the next version begins */
    {"disclose", verb_disclose}, /* what is frozen leaves, when the gate lets it */
    {"vacate", verb_vacate},     /* the embargo falls early */
    {"withdraw", verb_withdraw}, /* it was no issue after all */
    {"prove", verb_prove},       /* how long everybody waited, afterwards */
    {"log", verb_log},           /* what happened to it */
};

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    struct room room = {.context = context};
    gsize verb = 0;
    if (!verbs_find(VERBS(verbs), argc, argv, &verb, error))
        return false;
    room.layout =
        layouts_load(context->home->templates_path, context->home->advisory_prefix, error);
    bool done = room.layout != NULL && verbs[verb].run(&room, argc - 2, argv + 2, error);
    desk_close(room.desk);
    layout_free(room.layout);
    return done;
}

const struct command command_advisory = {
    .name = "advisory",
    .arguments = "new|edit N|import FILE…|list|show N|render N|diff N V V|lint N|FILE|waive N "
                 "RULE|freeze N…|"
                 "take N|revise N|disclose N|vacate N|withdraw N|prove N|log N",
    .summary = "The record of security advisories",
    .description =
        "new begins an advisory: a folder with the files to fill in; edit opens them.\n"
        "import verifies clearsigned advisories, or whole mails with their patches, and\n"
        "keeps them as rows. list and show tell what the record has; render writes a text,\n"
        "as it was or would be signed; diff tells what changed between two versions; lint\n"
        "checks one of the record, a draft with its patches or a file; waive sets a rule\n"
        "aside; log says what happened to it; prove, once it is public, who knew when.\n"
        "freeze signs drafts, with the passphrase asked for once, and keeps their bytes;\n"
        "revise begins the next version; take brings changed dates into the record.\n"
        "disclose writes a frozen version for members or the public, when its moment has\n"
        "come. vacate ends an embargo early; withdraw ends the advisory.\n"
        "\n"
        "Examples:\n"
        "  barograph advisory new --title - --cve -\n"
        "  barograph advisory new --title 'frobs outlive their guest' --cve CVE-2026-99999\n"
        "  barograph advisory import --key team-key.asc advisory-480.txt advisory-481.eml\n"
        "  barograph advisory list --format json\n"
        "  barograph advisory render 480 --version 3 --signed | gpg --verify\n"
        "  barograph advisory diff 480 2 3\n"
        "  barograph advisory lint 501\n"
        "  barograph advisory waive 501 long-line --reason 'a command has to stay whole'\n"
        "  barograph advisory freeze 501 502 503\n"
        "  barograph advisory disclose 501 --for members --into out/xsa-501",
    .needs = NEEDS_HOME,
    .options = options,
    .run = run,
};
