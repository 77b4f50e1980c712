/* barograph community: who came, who went, what became of programmes, from where. */
#include "command.h"
#include "fault.h"
#include "journeys.h"
#include "verbs.h"

#include <stdio.h>

extern const struct command command_community;

#define MONTHS 6
#define SILENT 12
#define LONGEST 1200 /* months that can be asked for */

static struct reading_words words;
static char *format_option, *months_option, *silent_option;
static gboolean each_option, regions_option;

static const GOptionEntry options[] = {
    READING_OPTIONS(words),
    {"months", 0, 0, G_OPTION_ARG_STRING, &months_option,
     "With quiet: a regular is there in so many months of some twelve, 2 to 12 (6)", "N"},
    {"silent", 0, 0, G_OPTION_ARG_STRING, &silent_option,
     "With quiet: and then not for so many months (12)", "N"},
    {"each", 0, 0, G_OPTION_ARG_NONE, &each_option, "With programmes: person by person", NULL},
    {"regions", 0, 0, G_OPTION_ARG_NONE, &regions_option, "With countries: by region", NULL},
    {"format", 0, 0, G_OPTION_ARG_STRING, &format_option,
     "text, md, tsv, csv or json (default: text)", "FORMAT"},
    {.long_name = NULL}};

enum { FOR_NEWCOMERS = 1, FOR_QUIET = 2, FOR_PROGRAMMES = 4, FOR_COUNTRIES = 8 };

static const struct part {
    const char *name;
    guint bit;
    bool (*tell)(const struct journeys_question *question, struct journeys_answer *ret_answer,
                 GError **error);
} parts[] = {{"newcomers", FOR_NEWCOMERS, newcomers_tell},
             {"quiet", FOR_QUIET, quiet_tell},
             {"programmes", FOR_PROGRAMMES, programmes_tell},
             {"countries", FOR_COUNTRIES, countries_tell}};

/* An option that was given must mean something. */
static bool check_options(const struct part *part, GError **error)
{
    const struct {
        const char *name;
        bool given;
        guint parts;
    } rules[] = {
        {"release", words.release != NULL, FOR_NEWCOMERS | FOR_COUNTRIES},
        {"range", words.range != NULL, FOR_COUNTRIES},
        {"ends", words.ends != NULL, FOR_COUNTRIES},
        {"year", words.year != NULL, FOR_COUNTRIES},
        {"from", words.from != NULL, FOR_COUNTRIES},
        {"to", words.to != NULL, FOR_COUNTRIES},
        {"branches", words.branches != NULL, FOR_COUNTRIES},
        {"date", words.date != NULL, FOR_COUNTRIES},
        {"merges", words.merges != NULL, FOR_COUNTRIES},
        {"renames", words.renames != NULL, FOR_COUNTRIES},
        {"people", words.people != NULL, FOR_COUNTRIES},
        {"merge", words.joins != NULL, FOR_COUNTRIES},
        {"employer", words.employer != NULL, FOR_COUNTRIES},
        {"path", words.path != NULL, FOR_COUNTRIES},
        {"component", words.component != NULL, FOR_COUNTRIES},
        {"monsters", words.monsters != NULL, FOR_COUNTRIES},
        {"months", months_option != NULL, FOR_QUIET},
        {"silent", silent_option != NULL, FOR_QUIET},
        {"each", each_option, FOR_PROGRAMMES},
        {"as-of", words.as_of != NULL, FOR_NEWCOMERS | FOR_QUIET | FOR_COUNTRIES},
        {"regions", regions_option, FOR_COUNTRIES},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++)
        if (rules[i].given && (rules[i].parts & part->bit) == 0)
            return fault_raise(error, FAULT_USAGE,
                               "--%s does not go with community %s: barograph help community says "
                               "what does",
                               rules[i].name, part->name);
    return true;
}

static bool parse_months(const char *option, const char *text, guint least, guint most,
                         guint *ret_months, GError **error)
{
    guint64 months = 0;
    if (text == NULL)
        return true;
    if (!g_ascii_string_to_unsigned(text, 10, least, most, &months, NULL))
        return fault_raise(error, FAULT_USAGE, "--%s is \"%s\": write a number of months, %u to %u",
                           option, text, least, most);
    *ret_months = (guint)months;
    return true;
}

static void print_json(const char *name, const char *told, const struct table *table)
{
    json_t *page =
        json_pack("{s:s, s:s, s:o}", "part", name, "text", told, "rows", table_json(table));
    g_autofree char *text = json_dumps(page, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    puts(text);
    json_decref(page);
}

static void print(const struct context *context, const char *name,
                  const struct journeys_answer *answer, enum table_format format)
{
    if (format == TABLE_JSON) {
        print_json(name, answer->told, answer->table);
        return;
    }
    g_autofree char *text = table_format(answer->table, format, context->colour);
    fputs(text, stdout);
    if (format == TABLE_TEXT || format == TABLE_MARKDOWN)
        printf("\n%s\n", answer->told);
    else if (context->verbosity >= 0)
        fprintf(stderr, "%s\n", answer->told);
}

static bool run_part(struct context *context, const struct part *part, GError **error)
{
    struct journeys_question question = {.home = context->home,
                                         .now = context->now,
                                         .release = words.release,
                                         .months = MONTHS,
                                         .silent = SILENT,
                                         .each = each_option,
                                         .regions = regions_option};
    struct journeys_answer answer = {.table = NULL};
    enum table_format format = TABLE_TEXT;
    if (!check_options(part, error) ||
        !parse_months("months", months_option, 2, 12, &question.months, error) ||
        !parse_months("silent", silent_option, 1, LONGEST, &question.silent, error) ||
        (format_option != NULL && !table_format_parse(format_option, &format, error)))
        return false;
    g_autoptr(Reading) reading = reading_parse(&words, error);
    g_autoptr(Book) book = reading == NULL
                               ? NULL
                               : book_open_as_of(context->history, context->home,
                                                 reading->repository, reading->as_of, error);
    if (book == NULL)
        return false;
    question.reading = reading;
    question.book = book;
    if (!part->tell(&question, &answer, error))
        return false;
    print(context, part->name, &answer, format);
    journeys_answer_clear(&answer);
    return true;
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    gsize part = 0;
    if (argc > 2)
        return fault_raise(error, FAULT_USAGE, "\"%s\" is one word too many", argv[2]);
    return verbs_find(VERBS(parts), argc, argv, &part, error) &&
           run_part(context, &parts[part], error);
}

const struct command command_community = {
    .name = "community",
    .arguments = "newcomers|quiet|programmes|countries",
    .summary = "Say who came, who went, and from where",
    .description =
        "newcomers: how many came in each release that opens a line, how many came back in\n"
        "the next, and who reviewed them; with --release each of them, with their first\n"
        "patch, first review and first file maintained.\n"
        "quiet: regulars of whom nothing was seen lately.\n"
        "programmes: what became of the people of people/programmes.tsv, by programme and\n"
        "year.\n"
        "countries: commits, people, shares and growth by country, as the ninth column of\n"
        "people/employers.tsv has them.\n"
        "\n"
        "Examples:\n"
        "  barograph community newcomers --release 4.9.0\n"
        "  barograph community quiet --months 9\n"
        "  barograph community countries --year 2017 --regions",
    .needs = NEEDS_HISTORY,
    .options = options,
    .run = run,
};
