/* barograph figure: one number and the reading it was counted by; for scripts, and for checking. */
#include "claims.h"
#include "command.h"
#include "fault.h"

#include <stdio.h>

extern const struct command command_figure;

static struct reading_words words;
static char *format_option;

static const GOptionEntry options[] = {READING_OPTIONS(words),
                                       {"format", 0, 0, G_OPTION_ARG_STRING, &format_option,
                                        "A number, or an object with the reading (text)",
                                        "text|json"},
                                       {.long_name = NULL}};

struct request {
    guint count;
    struct claim *claims;
    bool json;
};

static bool parse_request(int argc, char **argv, struct request *request, GError **error)
{
    request->json = format_option != NULL && g_str_equal(format_option, "json");
    if (format_option != NULL && !request->json && !g_str_equal(format_option, "text"))
        return fault_raise(error, FAULT_USAGE, "--format is \"%s\": it is one of text, json",
                           format_option);
    if (argc < 2)
        return fault_raise(error, FAULT_USAGE, "which figure? barograph figure --help lists them");
    request->count = (guint)argc - 1;
    request->claims = g_new0(struct claim, request->count);
    for (guint i = 0; i < request->count; i++)
        if (!claim_parse(argv[i + 1], &request->claims[i], error))
            return false;
    return true;
}

static json_t *figure_json(struct claim claim, double value, const struct reading *reading)
{
    g_autofree char *name = claim_name(claim);
    return json_pack("{s:s, s:o, s:s, s:s, s:o}", "figure", name, "value", claim_json(claim, value),
                     "unit", claim_is_percent(claim) ? "percent" : "count", "counts",
                     claim_rule(claim), "reading", reading_json(reading));
}

static void print_json(const struct request *request, const double *values,
                       const struct claims *claims)
{
    json_t *list = json_array();
    for (guint i = 0; i < request->count; i++)
        json_array_append_new(
            list, figure_json(request->claims[i], values[i], claims_reading(claims, i)));
    json_t *shown = request->count == 1 ? json_array_get(list, 0) : list;
    g_autofree char *text = json_dumps(shown, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    puts(text);
    json_decref(list);
}

static void print_text(const struct request *request, const double *values)
{
    for (guint i = 0; i < request->count; i++) {
        g_autofree char *name = claim_name(request->claims[i]);
        g_autofree char *text = claim_text(request->claims[i], values[i]);
        if (request->count > 1)
            printf("%s\t", name);
        puts(text);
    }
}

static bool count_and_print(struct context *context, const struct request *request, GError **error)
{
    g_autoptr(Reading) reading = reading_parse(&words, error);
    if (reading == NULL)
        return false;
    g_autoptr(Book) book = book_open_as_of(context->history, context->home, reading->repository,
                                           reading->as_of, error);
    if (book == NULL)
        return false;
    g_autoptr(Claims) claims = claims_new(book);
    g_autofree double *values = g_new0(double, request->count);
    guint number = 0;
    for (guint i = 0; i < request->count; i++)
        if (!claims_add(claims, request->claims[i], reading, &number, error))
            return false;
    if (!claims_count(claims, error))
        return false;
    for (guint i = 0; i < request->count; i++)
        if (!claims_value(claims, i, &values[i], error))
            return false;
    if (request->json)
        print_json(request, values, claims);
    else
        print_text(request, values);
    return true;
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    struct request request = {0};
    bool done =
        parse_request(argc, argv, &request, error) && count_and_print(context, &request, error);
    g_free(request.claims);
    return done;
}

const struct command command_figure = {
    .name = "figure",
    .arguments = "NAME…",
    .summary = "Print one number, for scripts and for checking us",
    .description =
        "NAME is commits, people, employers, newcomers, lines-added, lines-removed,\n"
        "reviews, acks, tests or reports; growth (of commits, against the window before),\n"
        "people-growth and so on, average-growth (of three years), share (of --employer)\n"
        "or top-six (employers), all in percent. Several names give one line each.\n"
        "\n"
        "Without --range, --release, --from or --to all of the main branch counts. Days\n"
        "are UTC and half-open: --from 2012-01-01 --to 2013-01-01 is the year 2012. With\n"
        "--employer, commits and lines are those its people wrote, reviews, acks, tests\n"
        "and reports those its people gave.\n"
        "\n"
        "Examples:\n"
        "  barograph figure commits --range RELEASE-4.8.0..4.9.0-rc9\n"
        "  barograph figure people --release 4.9.0 --people raw --format json\n"
        "  barograph figure lines-added --from 2017-01-01 --to 2018-01-01 --path xen/arch/arm",
    .needs = NEEDS_HISTORY,
    .options = options,
    .run = run,
};
