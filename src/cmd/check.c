/* barograph check: green or red before the tag. */
#include "checks.h"
#include "command.h"
#include "fault.h"

#include <stdio.h>

extern const struct command command_check;

/* What a screen has room for. */
#define LINES_OF_EVIDENCE 10

static gboolean tags_option, json_option;
static char *format_option, *repository_option;

static const GOptionEntry options[] = {
    {"all-tags", 0, 0, G_OPTION_ARG_NONE, &tags_option,
     "The signature of every tag there is, verified, as a table", NULL},
    {"repository", 0, 0, G_OPTION_ARG_STRING, &repository_option,
     "The repository (default: the first)", "NAME"},
    {"format", 0, 0, G_OPTION_ARG_STRING, &format_option,
     "text, md, tsv, csv or json (default: text)", "FORMAT"},
    {"json", 0, 0, G_OPTION_ARG_NONE, &json_option, "The same as --format json", NULL},
    {.long_name = NULL}};

static bool parse_format(enum table_format *ret_format, GError **error)
{
    *ret_format = json_option ? TABLE_JSON : TABLE_TEXT;
    if (format_option != NULL && json_option && !g_str_equal(format_option, "json"))
        return fault_raise(error, FAULT_USAGE, "--json and --format %s: give one of them",
                           format_option);
    return format_option == NULL || table_format_parse(format_option, ret_format, error);
}

static void print_results(const struct context *context, const struct checking *checking,
                          const GPtrArray *results, enum table_format format)
{
    g_autofree char *text = NULL;
    if (format == TABLE_TEXT) {
        text = checks_text(checking, results, context->verbosity > 0 ? 0 : LINES_OF_EVIDENCE);
    } else if (format == TABLE_JSON) {
        json_t *value = checks_json(checking, results);
        g_autofree char *dumped = json_dumps(value, JSON_INDENT(2));
        text = g_strconcat(dumped, "\n", NULL);
        json_decref(value);
    } else {
        g_autoptr(Table) table = checks_table(results);
        text = table_format(table, format, false);
    }
    fputs(text, stdout);
}

static bool check_one(struct context *context, const char *name, enum table_format format,
                      GError **error)
{
    static const int statuses[] = {[CHECK_OK] = 0, [CHECK_WARN] = 1, [CHECK_FAIL] = 2};
    g_autoptr(Checking) checking =
        checks_open(context->history, context->home, repository_option, name, context->now, error);
    g_autoptr(GPtrArray) results = checking == NULL ? NULL : checks_run(checking, error);
    if (results == NULL)
        return false;
    print_results(context, checking, results, format);
    context->status = statuses[checks_level(results)];
    return true;
}

static bool list_tags(const struct context *context, enum table_format format, GError **error)
{
    g_autoptr(Table) table = checks_tags(context->history, context->home, repository_option, error);
    if (table == NULL)
        return false;
    g_autofree char *text = table_format(table, format, context->colour);
    fputs(text, stdout);
    return true;
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    enum table_format format = TABLE_TEXT;
    if (!parse_format(&format, error))
        return false;
    if (tags_option && argc > 1)
        return fault_raise(error, FAULT_USAGE, "--all-tags takes no release beside it");
    if (tags_option)
        return list_tags(context, format, error);
    if (argc != 2)
        return fault_raise(error, FAULT_USAGE,
                           argc < 2 ? "check what? name a release or a branch, such as stable-4.6"
                                    : "check takes one release or branch");
    return check_one(context, argv[1], format, error);
}

const struct command command_check = {
    .name = "check",
    .arguments = "VERSION|BRANCH",
    .summary = "Green or red before the tag: what a release lacks",
    .description =
        "Looks for the parts of every advisory in a release, or in a branch that shall become\n"
        "one, and in what it pins of other repositories; for mistakes among its commits; into\n"
        "the files that must name it; and at its tag and the signature.\n"
        "Exits with 0 when all is well, 1 with warnings, 2 with failures.\n\n"
        "Examples:\n"
        "  barograph check stable-4.21               before the tag\n"
        "  barograph check 4.6.1                     after it\n"
        "  barograph check RELEASE-4.6.1 --format json\n"
        "  barograph check --all-tags                the signatures of all tags",
    .needs = NEEDS_HISTORY,
    .options = options,
    .run = run,
};
