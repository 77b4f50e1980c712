/* barograph member: who hears of a vulnerability before the public. Here are its options and the
 * table of its verbs, which are in member_*.c beside this file. */
#include "fault.h"
#include "member_room.h"
#include "verbs.h"

extern const struct command command_member;

static const GOptionEntry options[] = {
    {"state", 0, 0, G_OPTION_ARG_STRING, &member_given.state,
     "list: only those in this state; add: applied instead of active", "STATE"},
    {"public", 0, 0, G_OPTION_ARG_NONE, &member_given.public_only,
     "list, history: what the project publishes, names only", NULL},
    {"reason", 0, 0, G_OPTION_ARG_STRING, &member_given.reason,
     "accept, decline, suspend, resume, remove: why; it is kept", "TEXT"},
    {"on", 0, 0, G_OPTION_ARG_STRING, &member_given.on,
     "doctor: who can be reached on that day, instead of today", "DATE"},
    {"fingerprint", 0, 0, G_OPTION_ARG_STRING, &member_given.fingerprint,
     "key: the one key to use, where there are several", "FINGERPRINT"},
    {"published", 0, 0, G_OPTION_ARG_NONE, &member_given.published_key,
     "key: look for it where the domain publishes its keys (WKD); goes out to the network", NULL},
    {"version", 0, 0, G_OPTION_ARG_INT64, &member_given.version,
     "ack: this version of the advisory, instead of the newest that was sent", "V"},
    {"heading", 0, 0, G_OPTION_ARG_STRING, &member_given.heading,
     "import: a piece of the page's heading above the list", "TEXT"},
    {"items", 0, 0, G_OPTION_ARG_STRING, &member_given.items,
     "apply: what an application must hold (xen)", "NAME"},
    {"addresses", 0, 0, G_OPTION_ARG_NONE, &member_given.addresses,
     "apply: show the mail addresses that were found", NULL},
    {"write", 0, 0, G_OPTION_ARG_NONE, &member_given.write,
     "import of a page: take in what is new, as listed; apply: keep it as applied", NULL},
    {"format", 0, 0, G_OPTION_ARG_STRING, &member_given.format, "How tables are printed (text)",
     "text|md|tsv|csv|json|html"},
    {NULL}};

static const struct {
    const char *name;
    enum desk_mode mode;
    member_verb run;
} verbs[] = {
    {"form", DESK_READ, member_verb_form},       /* what is to be filled in */
    {"add", DESK_WRITE, member_verb_add},        /* a member from such a form */
    {"edit", DESK_WRITE, member_verb_edit},      /* the same, over the one there is */
    {"key", DESK_WRITE, member_verb_key},        /* its key, pinned */
    {"apply", DESK_WRITE, member_verb_apply},    /* a mail that asks to become one */
    {"accept", DESK_WRITE, member_verb_step},    /* decisions, each kept */
    {"decline", DESK_WRITE, member_verb_step},   /**/
    {"suspend", DESK_WRITE, member_verb_step},   /**/
    {"resume", DESK_WRITE, member_verb_step},    /**/
    {"remove", DESK_WRITE, member_verb_step},    /**/
    {"list", DESK_READ, member_verb_list},       /* all of them */
    {"show", DESK_READ, member_verb_show},       /* one, with its history */
    {"history", DESK_READ, member_verb_history}, /* what was decided */
    {"doctor", DESK_READ, member_verb_doctor},   /* who cannot be reached */
    {"ack", DESK_WRITE, member_verb_ack},        /* it got an advisory, and said so */
    {"export", DESK_READ, member_verb_export},   /* everything, as rows */
    {"import", DESK_WRITE, member_verb_import},  /* such rows again, or a published page */
};

/* argv[0] is the verb, for those that share a function. */
static bool run(struct context *context, int argc, char **argv, GError **error)
{
    struct member_room room = {.context = context};
    gsize verb = 0;
    if (!verbs_find(VERBS(verbs), argc, argv, &verb, error))
        return false;
    bool needs_desk = verbs[verb].run != member_verb_form;
    if (needs_desk)
        room.desk = desk_open(context->home->folder, verbs[verb].mode, error);
    if (needs_desk && room.desk == NULL)
        return false;
    room.who = desk_user();
    bool done = verbs[verb].run(&room, argc - 1, argv + 1, error);
    g_free(room.who);
    desk_close(room.desk);
    return done;
}

const struct command command_member = {
    .name = "member",
    .arguments = "form|add FILE|edit NAME FILE|key NAME FILE|list|show NAME|doctor|…",
    .summary = "The members of the predisclosure list",
    .description =
        "form prints an empty form; add takes one that is filled in, from a file or (-) from\n"
        "standard input, for the address in it is a secret that no argument should hold. key\n"
        "takes in the member's key and pins it. apply FILE looks through an application, a mail, "
        "for\n"
        "what the policy asks, and keeps it with --write; nobody is admitted by that. accept NAME, "
        "decline, suspend, resume and remove\n"
        "are decisions, which are kept with who, when and --reason. list, show NAME and history\n"
        "tell what there is; with --public only what a project publishes. doctor says who cannot\n"
        "be reached. ack NAME N notes that a member acknowledged an advisory. export and import "
        "FILE carry all of them as rows; import of a published page\n"
        "(HTML) tells who is new there and who is gone, and with --write takes in the new ones.\n"
        "\n"
        "Examples:\n"
        "  barograph member form > example.conf\n"
        "  barograph member add example.conf\n"
        "  barograph member key 'Example Corp' example.asc\n"
        "  barograph member doctor --on 2026-12-08\n"
        "  barograph member ack 'Example Corp' 501\n"
        "  barograph member suspend 'Example Corp' --reason 'address bounces'\n"
        "  barograph member apply application.eml --write\n"
        "  barograph member list --public --format html\n"
        "  barograph member import security-policy.html",
    .needs = NEEDS_HOME,
    .options = options,
    .run = run,
};
