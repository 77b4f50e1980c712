/* barograph ledger: what the gate let through and refused, and whether the list is whole. */
#include "ledger.h"

#include "command.h"
#include "desk.h"
#include "fault.h"
#include "plan.h"
#include "table.h"

#include <stdio.h>

extern const struct command command_ledger;

static char *format_option;

static const GOptionEntry options[] = {{"format", 0, 0, G_OPTION_ARG_STRING, &format_option,
                                        "How list prints (text)", "text|md|tsv|csv|json"},
                                       {NULL}};

static const struct table_column columns[] = {
    {"row", "Row", TABLE_KIND_INT},           {"at", "At", TABLE_KIND_STRING},
    {"who", "Who", TABLE_KIND_STRING},        {"advisory", "Advisory", TABLE_KIND_STRING},
    {"version", "Version", TABLE_KIND_INT},   {"file", "File", TABLE_KIND_STRING},
    {"audience", "To", TABLE_KIND_STRING},    {"verdict", "Verdict", TABLE_KIND_STRING},
    {"rule", "Rule", TABLE_KIND_STRING},      {"reason", "Reason", TABLE_KIND_STRING},
    {"sha256", "SHA-256", TABLE_KIND_STRING},
};

static void add_row(void *user, gint64 id, const struct ledger_entry *entry)
{
    struct table *table = user;
    g_autofree char *at = plan_time(entry->at);
    g_autofree char *digest = ledger_hex(entry->digest);
    table_int(table, id);
    table_string(table, at);
    table_string(table, entry->who);
    table_string(table, entry->advisory);
    table_int(table, entry->version);
    table_string(table, *entry->name == '\0' ? "(text)" : entry->name);
    table_string(table, entry->audience);
    table_string(table, ledger_verdict_name(entry->verdict));
    table_string(table, entry->rule);
    table_string(table, entry->reason);
    table_string(table, digest);
}

static bool list(struct context *context, struct desk *desk, const char *advisory, GError **error)
{
    enum table_format format = TABLE_TEXT;
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    if ((format_option != NULL && !table_format_parse(format_option, &format, error)) ||
        !ledger_each(desk_store(desk), advisory, add_row, table, error))
        return false;
    g_autofree char *text = table_format(table, format, context->colour);
    fputs(text, stdout);
    return true;
}

static bool verify(struct desk *desk, GError **error)
{
    struct ledger_state state;
    if (!ledger_verify(desk_store(desk), &state, error))
        return false;
    g_autofree char *newest = plan_time(state.newest);
    g_autofree char *head = ledger_hex(state.head);
    if (state.rows == 0)
        puts("the ledger is whole, and empty");
    else
        printf("the ledger is whole: %" G_GINT64_FORMAT " row%s, the newest of %s\nhead %s\n",
               state.rows, state.rows == 1 ? "" : "s", newest, head);
    return true;
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    bool verifies = argc == 2 && g_str_equal(argv[1], "verify");
    bool lists = (argc == 2 || argc == 3) && g_str_equal(argv[1], "list");
    if (!verifies && !lists)
        return fault_raise(error, FAULT_USAGE, "ledger what? verify, or list [N]");
    g_autoptr(Desk) desk = desk_open(context->home->folder, DESK_READ, error);
    if (desk == NULL)
        return false;
    return verifies ? verify(desk, error) : list(context, desk, argc == 3 ? argv[2] : NULL, error);
}

const struct command command_ledger = {
    .name = "ledger",
    .arguments = "verify|list [N]",
    .summary = "What the embargo gate let through and refused",
    .description = "verify reads the whole chain and says whether a row was changed, removed or\n"
                   "moved; note the head it prints in another place, and compare. list prints the\n"
                   "rows, of all advisories or of number N.\n"
                   "\n"
                   "Examples:\n"
                   "  barograph ledger verify\n"
                   "  barograph ledger list 501 --format tsv",
    .needs = NEEDS_HOME,
    .options = options,
    .run = run,
};
