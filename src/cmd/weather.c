/* barograph weather: the report of a release, a year or a span of days. */
#include "weather.h"

#include "clock.h"
#include "command.h"
#include "fault.h"
#include "output.h"

#define DAY 86400

extern const struct command command_weather;

static char *repository_option, *release_option, *year_option, *since_option, *until_option;
static char *format_option, *output_option, *together_option;
static gboolean spans_option, makeup_option, components_option;
static struct reading_words words;

static const GOptionEntry options[] = {
    {"release", 0, 0, G_OPTION_ARG_STRING, &release_option,
     "Report on this release (default: the newest), against the one before it", "R"},
    {"year", 0, 0, G_OPTION_ARG_STRING, &year_option,
     "Report on this calendar year, against the year before", "Y"},
    {"since", 0, 0, G_OPTION_ARG_STRING, &since_option, "Report on the days from this one on, UTC",
     "D"},
    {"until", 0, 0, G_OPTION_ARG_STRING, &until_option, "... and before this one (default: today)",
     "D"},
    {"repository", 0, 0, G_OPTION_ARG_STRING, &repository_option,
     "Report on this repository (default: the first of barograph.conf)", "NAME"},
    READING_RULE_OPTIONS(words),
    {"spans", 0, 0, G_OPTION_ARG_NONE, &spans_option,
     "Also say between what the headlines lie however one counts", NULL},
    {"makeup", 0, 0, G_OPTION_ARG_NONE, &makeup_option,
     "Also say what years and releases are made of: new work, backports, ...", NULL},
    {"components", 0, 0, G_OPTION_ARG_NONE, &components_option,
     "Also a line for each component: what changed in it", NULL},
    {"together", 0, 0, G_OPTION_ARG_STRING, &together_option,
     "Also the share of these employers together", "A,B,..."},
    {"format", 0, 0, G_OPTION_ARG_STRING, &format_option, "How it is written (text)",
     "text|md|html|json"},
    {"output", 0, 0, G_OPTION_ARG_FILENAME, &output_option,
     "Write to this file, whole or not at all", "FILE"},
    {NULL}};

static bool parse_year(int *ret_year, GError **error)
{
    guint64 year = 0;
    if (year_option == NULL)
        return true;
    if (!g_ascii_string_to_unsigned(year_option, 10, 1970, 9998, &year, NULL))
        return fault_raise(error, FAULT_USAGE, "--year is \"%s\": write a year such as 2018",
                           year_option);
    *ret_year = (int)year;
    return true;
}

static bool parse_days(const struct context *context, struct weather_request *request,
                       GError **error)
{
    if (since_option == NULL && until_option == NULL)
        return true;
    if (since_option == NULL)
        return fault_raise(error, FAULT_USAGE, "--until needs --since: the first day");
    request->dates = true;
    request->until = context->now - context->now % DAY;
    if (!clock_parse_day(since_option, &request->since, error) ||
        (until_option != NULL && !clock_parse_day(until_option, &request->until, error)))
        return false;
    if (request->since < request->until)
        return true;
    return fault_raise(error, FAULT_USAGE,
                       "nothing is between --since %s and --until %s: --until is the day after the "
                       "last",
                       since_option, until_option != NULL ? until_option : "today");
}

static bool parse_request(const struct context *context, const struct reading *rules,
                          struct weather_request *request, GError **error)
{
    int kinds = (release_option != NULL) + (year_option != NULL) +
                (since_option != NULL || until_option != NULL);
    *request = (struct weather_request){
        .repository = repository_option,
        .release = release_option,
        .now = context->now,
        .rules = rules,
        .spans = spans_option,
        .makeup = makeup_option,
        .components = components_option,
        .together = together_option,
    };
    if (components_option && rules->component != NULL)
        return fault_raise(error, FAULT_USAGE,
                           "--components shows all of them: leave out --component");
    if (kinds > 1)
        return fault_raise(error, FAULT_USAGE,
                           "choose one window: --release, --year, or --since and --until");
    return parse_year(&request->year, error) && parse_days(context, request, error);
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    struct weather_request request;
    enum weather_format format = WEATHER_TEXT;
    if (argc > 1)
        return fault_raise(error, FAULT_USAGE, "weather takes options only, not \"%s\"", argv[1]);
    g_autoptr(Reading) rules = reading_parse(&words, error);
    /* One of them would outweigh all else: reports leave them out, and say so. */
    if (rules != NULL && words.monsters == NULL)
        rules->monsters = false;
    if (rules == NULL || !parse_request(context, rules, &request, error) ||
        (format_option != NULL && !weather_format_parse(format_option, &format, error)))
        return false;
    json_t *weather = weather_build(context->history, context->home, &request, error);
    if (weather == NULL)
        return false;
    g_autofree char *text = weather_render(weather, context->home, format, error);
    json_decref(weather);
    if (text == NULL)
        return false;
    return output_write(output_option, text, error);
}

const struct command command_weather = {
    .name = "weather",
    .arguments = NULL,
    .summary = "Print the weather report of a release, a year or some days",
    .description =
        "Who contributes, how much, and how that grows: the window beside the one before\n"
        "it, then releases, years, the last twelve months and all time. Every figure\n"
        "carries its reading. Templates in the home's templates/ replace the built-in\n"
        "weather.txt, weather.md and weather.html.\n"
        "\n"
        "--branches and --date choose what days mean; with --merges, --people and the like\n"
        "they give the report as somebody else would have counted it.\n"
        "\n"
        "Examples:\n"
        "  barograph weather\n"
        "  barograph weather --release 4.9.0 --format html --output weather.html\n"
        "  barograph weather --year 2017 --format md --spans\n"
        "  barograph weather --since 2017-06-01 --until 2018-06-01 --branches all \\\n"
        "    --merge Linaro=Arm --together Citrix,SUSE,AMD,Arm,Intel,Oracle --spans",
    .needs = NEEDS_HISTORY,
    .options = options,
    .run = run,
};
