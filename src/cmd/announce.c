/* barograph announce: a frozen advisory goes to the public lists. */
#include "fault.h"
#include "mailroom.h"

#include <stdlib.h>

extern const struct command command_announce;

static struct mailroom_given given;

static const GOptionEntry options[] = {
    {"version", 0, 0, G_OPTION_ARG_INT64, &given.version,
     "This version instead of the newest for the public", "V"},
    {"dry-run", 0, 0, G_OPTION_ARG_NONE, &given.dry_run,
     "Write every message as a file below security/ and send nothing", NULL},
    {"confirm-clock", 0, 0, G_OPTION_ARG_NONE, &given.confirm_clock,
     "The clock is right, although it seems to have run backwards", NULL},
    {"override", 0, 0, G_OPTION_ARG_STRING, &given.override,
     "Send before the moment, for this reason; it stays in the ledger", "REASON"},
    {"format", 0, 0, G_OPTION_ARG_STRING, &given.format, "How the list is printed (text)",
     "text|md|tsv|csv|json"},
    {NULL}};

/* "2026-9" comes before "2026-10". */
static int compare_numbers(const void *a, const void *b)
{
    const char *left = *(const char *const *)a, *right = *(const char *const *)b;
    char *left_rest = NULL, *right_rest = NULL;
    guint64 x = g_ascii_strtoull(left, &left_rest, 10),
            y = g_ascii_strtoull(right, &right_rest, 10);
    if (x != y)
        return x < y ? -1 : 1;
    x = *left_rest == '-' ? g_ascii_strtoull(left_rest + 1, NULL, 10) : 0;
    y = *right_rest == '-' ? g_ascii_strtoull(right_rest + 1, NULL, 10) : 0;
    return (x > y) - (x < y);
}

/* A batch goes out in the order of its numbers. */
static bool announce_all(struct mailroom *room, char **numbers, GError **error)
{
    qsort(numbers, g_strv_length(numbers), sizeof *numbers, compare_numbers);
    return mailroom_send(room, MAILING_PUBLIC, numbers, error);
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    if (argc < 2)
        return fault_raise(error, FAULT_USAGE, "announce which advisories?");
    return mailroom_run(context, &given, argv + 1, announce_all, error);
}

const struct command command_announce = {
    .name = "announce",
    .arguments = "N…",
    .summary = "Send a frozen advisory to the public lists",
    .description =
        "The clearsigned text goes inline and its patches attached, to the lists that [mail]\n"
        "names, as an answer to the version before. Not one second before the public moment:\n"
        "until then no connection is opened. Several go out in the order of their numbers.\n"
        "\n"
        "Examples:\n"
        "  barograph announce 501 --dry-run\n"
        "  barograph announce 501 502 503",
    .needs = NEEDS_HOME,
    .options = options,
    .run = run,
};
