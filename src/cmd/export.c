/* barograph export: the rows behind the figures, for scripts and spreadsheets. */
#include "command.h"
#include "fault.h"
#include "rows.h"

#include <stdio.h>

extern const struct command command_export;

static struct reading_words words;
static char *format_option;

static const GOptionEntry options[] = {READING_OPTIONS(words),
                                       {"format", 0, 0, G_OPTION_ARG_STRING, &format_option,
                                        "How rows are written (tsv)", "tsv|csv|json"},
                                       {.long_name = NULL}};

static bool parse_format(enum table_format *ret_format, GError **error)
{
    static const struct {
        const char *name;
        enum table_format format;
    } formats[] = {{"tsv", TABLE_TSV}, {"csv", TABLE_CSV}, {"json", TABLE_JSON}};
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
        if (format_option == NULL || g_str_equal(formats[i].name, format_option)) {
            *ret_format = formats[i].format;
            return true;
        }
    return fault_raise(error, FAULT_USAGE, "--format is \"%s\": it is one of tsv, csv, json",
                       format_option);
}

static bool write_out(const char *text, void *user, GError **error)
{
    if (fputs(text, user) >= 0)
        return true;
    return fault_raise(error, FAULT_IO,
                       "the output could not be written whole: is the disk full or the reader "
                       "gone?");
}

/* The rows leave no room for their reading: it goes where messages go. */
static void tell_reading(const struct context *context, const struct reading *reading,
                         const char *what, guint64 count)
{
    g_autofree char *text = reading_describe(reading);
    if (context->verbosity >= 0)
        fprintf(stderr, "barograph: %" G_GUINT64_FORMAT " %s: %s\n", count, what, text);
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    enum rows rows = ROWS_COMMITS;
    enum table_format format = TABLE_TSV;
    guint window = 0;
    guint64 count = 0;
    if (argc != 2)
        return fault_raise(error, FAULT_USAGE,
                           "export what? one of commits, changes, trailers, releases, people, "
                           "employers");
    if (!rows_parse(argv[1], &rows, error) || !parse_format(&format, error))
        return false;
    g_autoptr(Reading) reading = reading_parse(&words, error);
    if (reading == NULL)
        return false;
    g_autoptr(Book) book = book_open_as_of(context->history, context->home, reading->repository,
                                           reading->as_of, error);
    if (book == NULL)
        return false;
    g_autoptr(Selection) selection = selection_new(book);
    if (!selection_add(selection, reading, &window, error) ||
        !selection_fill(selection, 0, error) ||
        !rows_stream(selection, window, rows, format, write_out, stdout, &count, error))
        return false;
    tell_reading(context, selection_reading(selection, window), argv[1], count);
    return true;
}

const struct command command_export = {
    .name = "export",
    .arguments = "commits|changes|trailers|releases|people|employers",
    .summary = "Print the rows behind the figures",
    .description =
        "One row a commit; a commit and path with its lines; a credit line of a message;\n"
        "a release; a person; an employer. The columns are described in docs/json.md. The\n"
        "window and the rules are chosen as for barograph figure; without any, all of the\n"
        "main branch. The reading is told on standard error.\n"
        "\n"
        "Examples:\n"
        "  barograph export commits --release 4.9.0 > commits.tsv\n"
        "  barograph export changes --from 2017-01-01 --to 2018-01-01 --format csv\n"
        "  barograph export trailers --release 4.9.0 --employer Arm --format json",
    .needs = NEEDS_HISTORY,
    .options = options,
    .run = run,
};
