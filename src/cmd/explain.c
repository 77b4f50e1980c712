/* barograph explain: a figure, its reading, and what it would be by the neighbouring readings. */
#include "explain.h"

#include "command.h"
#include "fault.h"
#include "table.h"

#include <stdio.h>

extern const struct command command_explain;

static struct reading_words words;
static char *format_option;

static const GOptionEntry options[] = {READING_OPTIONS(words),
                                       {"format", 0, 0, G_OPTION_ARG_STRING, &format_option,
                                        "text, md, tsv, csv or json (default: text)", "FORMAT"},
                                       {.long_name = NULL}};

/* Readings are long: they are for programs, beside the command that repeats them. */
#define COLUMNS_FOR_PEOPLE 4
#define COLUMNS 6

static char *command_of(const struct explanation *explanation, const struct explained *one)
{
    return claims_command(&explanation->claim, 1, words.repository, one->reading);
}

static void add_number(struct table *table, struct claim claim, double value)
{
    if (claim_is_percent(claim))
        table_real(table, value);
    else
        table_int(table, (gint64)value);
}

static void add_row(struct table *table, const struct explanation *explanation, guint place,
                    bool whole)
{
    const struct explained *first = g_ptr_array_index(explanation->readings, 0);
    const struct explained *one = g_ptr_array_index(explanation->readings, place);
    g_autofree char *command = command_of(explanation, one);
    g_autofree char *text = reading_describe(one->reading);
    table_string(table, one->what == NULL ? "as asked" : one->what);
    if (one->reason == NULL) {
        add_number(table, explanation->claim, one->value);
        add_number(table, explanation->claim, one->value - first->value);
        table_string(table, command);
    } else {
        table_none(table);
        table_none(table);
        table_string(table, whole ? NULL : one->reason);
    }
    if (whole) {
        table_string(table, one->reason);
        table_string(table, text);
    }
}

static struct table *make_table(const struct explanation *explanation, bool whole)
{
    enum table_kind kind = claim_is_percent(explanation->claim) ? TABLE_KIND_REAL : TABLE_KIND_INT;
    const struct table_column columns[COLUMNS] = {
        {"what", "Counted", TABLE_KIND_STRING},  {"value", "Value", kind, 1},
        {"difference", "Differs by", kind, 1},   {"command", "Command", TABLE_KIND_STRING},
        {"reason", "Reason", TABLE_KIND_STRING}, {"reading", "Reading", TABLE_KIND_STRING},
    };
    struct table *table = table_new(columns, whole ? COLUMNS : COLUMNS_FOR_PEOPLE);
    for (guint i = 0; i < explanation->readings->len; i++)
        add_row(table, explanation, i, whole);
    return table;
}

static json_t *explained_json(const struct explanation *explanation, const struct explained *one)
{
    g_autofree char *command = command_of(explanation, one);
    bool known = one->reason == NULL;
    return json_pack("{s:s?, s:o, s:s?, s:s?, s:o}", "what", one->what, "value",
                     known ? claim_json(explanation->claim, one->value) : json_null(), "reason",
                     one->reason, "command", known ? command : NULL, "reading",
                     reading_json(one->reading));
}

static void print_json(const struct explanation *explanation)
{
    const struct explained *first = g_ptr_array_index(explanation->readings, 0);
    struct claim claim = explanation->claim;
    g_autofree char *name = claim_name(claim);
    json_t *neighbours = json_array(), *all = explained_json(explanation, first);
    json_object_del(all, "what");
    json_object_del(all, "reason");
    for (guint i = 1; i < explanation->readings->len; i++)
        json_array_append_new(
            neighbours, explained_json(explanation, g_ptr_array_index(explanation->readings, i)));
    json_object_set_new(all, "figure", json_string(name));
    json_object_set_new(all, "unit", json_string(claim_is_percent(claim) ? "percent" : "count"));
    json_object_set_new(all, "counts", json_string(claim_rule(claim)));
    json_object_set_new(all, "lowest", claim_json(claim, explanation->lowest));
    json_object_set_new(all, "highest", claim_json(claim, explanation->highest));
    json_object_set_new(all, "sign_flips", json_boolean(explanation->flips));
    json_object_set_new(all, "neighbours", neighbours);
    g_autofree char *text = json_dumps(all, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    puts(text);
    json_decref(all);
}

static void print_head(const struct explanation *explanation)
{
    const struct explained *first = g_ptr_array_index(explanation->readings, 0);
    g_autofree char *name = claim_name(explanation->claim);
    g_autofree char *value = claim_text(explanation->claim, first->value);
    g_autofree char *reading = reading_describe(first->reading);
    g_autofree char *span = explanation_span(explanation);
    g_autofree char *command = command_of(explanation, first);
    printf("%s: %s%s, %s.\n", name, value, claim_is_percent(explanation->claim) ? " %" : "", span);
    printf("It counts %s.\nReading: %s.\nRepeat it: %s\n\n", claim_rule(explanation->claim),
           reading, command);
}

static void print(const struct context *context, const struct explanation *explanation,
                  enum table_format format)
{
    bool whole = format != TABLE_TEXT && format != TABLE_MARKDOWN;
    if (format == TABLE_JSON) {
        print_json(explanation);
        return;
    }
    g_autoptr(Table) table = make_table(explanation, whole);
    g_autofree char *text = table_format(table, format, context->colour);
    if (!whole)
        print_head(explanation);
    fputs(text, stdout);
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    enum table_format format = TABLE_TEXT;
    struct claim claim;
    if (argc != 2)
        return fault_raise(error, FAULT_USAGE,
                           argc < 2 ? "which figure? barograph figure --help lists them"
                                    : "explain one figure at a time");
    if (!claim_parse(argv[1], &claim, error) ||
        (format_option != NULL && !table_format_parse(format_option, &format, error)))
        return false;
    g_autoptr(Reading) reading = reading_parse(&words, error);
    g_autoptr(Book) book = reading == NULL
                               ? NULL
                               : book_open_as_of(context->history, context->home,
                                                 reading->repository, reading->as_of, error);
    g_autoptr(Explanation) explanation = book == NULL ? NULL : explain(book, claim, reading, error);
    if (explanation == NULL)
        return false;
    print(context, explanation, format);
    return true;
}

const struct command command_explain = {
    .name = "explain",
    .arguments = "FIGURE",
    .summary = "Say by which rule a figure was counted, and what others give",
    .description = "FIGURE is any that barograph figure knows. Prints its value, the reading in\n"
                   "words, the shortest command that repeats it, and the same figure by each\n"
                   "neighbouring reading: merges in or out, other branches, the other date, a\n"
                   "release to its tag, to its last candidate or from fork to fork, renames, who\n"
                   "counts as one, and without each --merge.\n"
                   "\n"
                   "Examples:\n"
                   "  barograph explain growth --year 2017\n"
                   "  barograph explain commits --release 4.9.0\n"
                   "  barograph explain share --employer Arm --merge Linaro=Arm --year 2017",
    .needs = NEEDS_HISTORY,
    .options = options,
    .run = run,
};
