/* barograph predisclose: a frozen advisory goes to the members, a mail each. */
#include "fault.h"
#include "mailroom.h"

extern const struct command command_predisclose;

static struct mailroom_given given;

static const GOptionEntry options[] = {
    {"version", 0, 0, G_OPTION_ARG_INT64, &given.version,
     "This version instead of the newest for members", "V"},
    {"list", 0, 0, G_OPTION_ARG_STRING, &given.list, "Only the members on this list", "NAME"},
    {"dry-run", 0, 0, G_OPTION_ARG_NONE, &given.dry_run,
     "Write every message as a file below security/ and send nothing", NULL},
    {"confirm-clock", 0, 0, G_OPTION_ARG_NONE, &given.confirm_clock,
     "The clock is right, although it seems to have run backwards", NULL},
    {"override", 0, 0, G_OPTION_ARG_STRING, &given.override,
     "Send before the moment, for this reason; it stays in the ledger", "REASON"},
    {"format", 0, 0, G_OPTION_ARG_STRING, &given.format, "How the list is printed (text)",
     "text|md|tsv|csv|json"},
    {NULL}};

static bool send_all(struct mailroom *room, char **numbers, GError **error)
{
    return mailroom_send(room, MAILING_PREDISCLOSURE, numbers, error);
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    if (argc < 2)
        return fault_raise(error, FAULT_USAGE, "predisclose which advisories?");
    return mailroom_run(context, &given, argv + 1, send_all, error);
}

const struct command command_predisclose = {
    .name = "predisclose",
    .arguments = "N…",
    .summary = "Send a frozen advisory to the members",
    .description =
        "Each active member gets one message, encrypted to the one key that is pinned, or plain\n"
        "over verified TLS, as its record says, and nothing of the others. Messages are in the\n"
        "outbox before the network is touched, and there is never a second one for a version.\n"
        "Who could not be reached is named, and the exit status is 76; barograph outbox send\n"
        "goes on after a stop or when a server has put something off.\n"
        "\n"
        "Examples:\n"
        "  barograph predisclose 501 --dry-run\n"
        "  barograph predisclose 501 502 503\n"
        "  barograph outbox who 501",
    .needs = NEEDS_HOME,
    .options = options,
    .run = run,
};
