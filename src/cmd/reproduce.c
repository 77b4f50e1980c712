/* barograph reproduce: by which reading was a printed number counted? */
#include "reproduce.h"

#include "command.h"
#include "fault.h"
#include "table.h"

#include <stdio.h>
#include <string.h>

#define MOST 10

extern const struct command command_reproduce;

static struct reading_words words;
static char *format_option;
static char **with_option;
static int limit_option = MOST;

static const GOptionEntry options[] = {
    {"with", 0, 0, G_OPTION_ARG_STRING_ARRAY, &with_option,
     "Another number that was printed beside it; may be given several times", "FIGURE=NUMBER"},
    {"limit", 0, 0, G_OPTION_ARG_INT, &limit_option, "Print so many readings at most (10)", "N"},
    READING_OPTIONS(words),
    {"format", 0, 0, G_OPTION_ARG_STRING, &format_option,
     "text, md, tsv, csv or json (default: text)", "FORMAT"},
    {.long_name = NULL}};

struct task {
    GArray *printed;
    struct reading *asked;
    enum table_format format;
};

static bool add_printed(struct task *task, const char *text, GError **error)
{
    struct printed printed;
    if (!printed_parse(text, &printed, error))
        return false;
    g_array_append_val(task->printed, printed);
    return true;
}

static bool parse_task(int argc, char **argv, struct task *task, GError **error)
{
    g_autofree char *first = g_strjoinv(" ", argv + 1);
    if (argc < 2)
        return fault_raise(error, FAULT_USAGE,
                           "which number? write one and what it counts: barograph reproduce "
                           "\"1316 commits\"");
    if (limit_option < 1)
        return fault_raise(error, FAULT_USAGE, "--limit is %d: ask for one reading at least",
                           limit_option);
    if (!add_printed(task, first, error) ||
        (format_option != NULL && !table_format_parse(format_option, &task->format, error)))
        return false;
    for (char **with = with_option; with != NULL && *with != NULL; with++)
        if (!add_printed(task, *with, error))
            return false;
    task->asked = reading_parse(&words, error);
    return task->asked != NULL;
}

static const struct printed *printed_at(const struct task *task, guint i)
{
    return &g_array_index(task->printed, struct printed, i);
}

static char *command_of(const struct task *task, const struct reading *reading)
{
    g_autofree struct claim *claims = g_new(struct claim, task->printed->len);
    for (guint i = 0; i < task->printed->len; i++)
        claims[i] = printed_at(task, i)->claim;
    return claims_command(claims, task->printed->len, words.repository, reading);
}

static bool whole_table(enum table_format format)
{
    return format != TABLE_TEXT && format != TABLE_MARKDOWN;
}

/* One column a number, then how far it is off, and how to have it again. */
static struct table *new_table(const struct task *task, GStringChunk *strings)
{
    g_autoptr(GArray) columns = g_array_new(FALSE, TRUE, sizeof(struct table_column));
    for (guint i = 0; i < task->printed->len; i++) {
        struct claim claim = printed_at(task, i)->claim;
        g_autofree char *name = claim_name(claim);
        struct table_column column = {
            .digits = 1, .kind = claim_is_percent(claim) ? TABLE_KIND_REAL : TABLE_KIND_INT};
        column.title = g_string_chunk_insert(strings, name);
        column.key = g_string_chunk_insert(strings, g_strdelimit(name, "-", '_'));
        g_array_append_val(columns, column);
    }
    static const struct table_column last[] = {
        {"off_percent", "Off, %", TABLE_KIND_REAL},
        {"window", "Window", TABLE_KIND_STRING},
        {"command", "Command", TABLE_KIND_STRING},
        {"reading", "Reading", TABLE_KIND_STRING},
    };
    g_array_append_vals(columns, last, G_N_ELEMENTS(last) - (whole_table(task->format) ? 0 : 1));
    return table_new((const struct table_column *)(const void *)columns->data, columns->len);
}

static void add_row(struct table *table, const struct task *task, const struct reproduced *found)
{
    g_autofree char *window = reading_window_name(found->reading);
    g_autofree char *command = command_of(task, found->reading);
    for (guint i = 0; i < task->printed->len; i++) {
        if (claim_is_percent(printed_at(task, i)->claim))
            table_real(table, found->values[i]);
        else
            table_int(table, (gint64)found->values[i]);
    }
    table_real(table, found->merit.distance);
    table_string(table, window);
    table_string(table, command);
    if (!whole_table(task->format))
        return;
    g_autofree char *text = reading_describe(found->reading);
    table_string(table, text);
}

static json_t *found_json(const struct task *task, const struct reproduced *found)
{
    json_t *values = json_object();
    g_autofree char *command = command_of(task, found->reading);
    for (guint i = 0; i < task->printed->len; i++) {
        struct claim claim = printed_at(task, i)->claim;
        g_autofree char *name = claim_name(claim);
        json_object_set_new(values, name, claim_json(claim, found->values[i]));
    }
    return json_pack("{s:o, s:b, s:f, s:s, s:o}", "values", values, "exact",
                     found->merit.misses == 0, "off_percent", found->merit.distance, "command",
                     command, "reading", reading_json(found->reading));
}

static void print_json(const struct task *task, const GPtrArray *found, guint exact)
{
    json_t *printed = json_object(), *readings = json_array();
    for (guint i = 0; i < task->printed->len; i++) {
        g_autofree char *name = claim_name(printed_at(task, i)->claim);
        json_object_set_new(printed, name,
                            printed_at(task, i)->digits == 0
                                ? json_integer((json_int_t)printed_at(task, i)->value)
                                : json_real(printed_at(task, i)->value));
    }
    for (guint i = 0; i < found->len; i++)
        json_array_append_new(readings, found_json(task, g_ptr_array_index(found, i)));
    json_t *all =
        json_pack("{s:o, s:i, s:o}", "printed", printed, "exact", (int)exact, "readings", readings);
    g_autofree char *text = json_dumps(all, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    puts(text);
    json_decref(all);
}

/* How many give it, before the table. */
static void print_head(const struct task *task, const GPtrArray *found, guint exact)
{
    const char *what = task->printed->len == 1 ? "it" : "all of them";
    if (exact == 0)
        printf("No reading that was searched gives %s; these come nearest:\n\n", what);
    else
        printf("%u reading%s give%s %s", exact, exact == 1 ? "" : "s", exact == 1 ? "s" : "", what);
    if (exact > found->len && found->len == 1)
        printf("; the simplest");
    else if (exact > found->len)
        printf("; the %u simplest", found->len);
    else if (exact > 0 && exact < found->len)
        printf("; then the nearest");
    if (exact > 0)
        fputs(":\n\n", stdout);
}

static void print_found(const struct context *context, const struct task *task,
                        const GPtrArray *found, guint exact)
{
    g_autoptr(GStringChunk) strings = g_string_chunk_new(256);
    if (task->format == TABLE_JSON) {
        print_json(task, found, exact);
        return;
    }
    g_autoptr(Table) table = new_table(task, strings);
    for (guint i = 0; i < found->len; i++)
        add_row(table, task, g_ptr_array_index(found, i));
    g_autofree char *text = table_format(table, task->format, context->colour);
    if (!whole_table(task->format))
        print_head(task, found, exact);
    fputs(text, stdout);
}

static bool find(const struct context *context, const struct task *task, GError **error)
{
    struct reproduce_request request = {
        .printed = (const struct printed *)(const void *)task->printed->data,
        .count = task->printed->len,
        .asked = task->asked,
        .branches = words.branches != NULL,
        .date = words.date != NULL,
        .merges = words.merges != NULL,
        .renames = words.renames != NULL,
        .people = words.people != NULL,
    };
    guint exact = 0;
    g_autoptr(Book) book = book_open_as_of(context->history, context->home, task->asked->repository,
                                           task->asked->as_of, error);
    g_autoptr(GPtrArray) found =
        book == NULL ? NULL : reproduce_find(book, &request, (guint)limit_option, &exact, error);
    if (found == NULL)
        return false;
    if (found->len == 0)
        return fault_raise(error, FAULT_NOINPUT,
                           "nothing that could be searched has a commit, or something to compare "
                           "with");
    print_found(context, task, found, exact);
    return true;
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    struct task task = {.printed = g_array_new(FALSE, FALSE, sizeof(struct printed))};
    bool done = parse_task(argc, argv, &task, error) && find(context, &task, error);
    g_array_unref(task.printed);
    reading_free(task.asked);
    return done;
}

const struct command command_reproduce = {
    .name = "reproduce",
    .arguments = "NUMBER FIGURE",
    .summary = "Find the readings that give a number somebody printed",
    .description =
        "Searches releases from tag to tag, to their last candidate and from fork to\n"
        "fork, any two tags of a line or of neighbouring lines, stable branches, years,\n"
        "quarters, months, twelve months up to any month, the days between releases, and\n"
        "all there is; with and without merges and renames, people by mailmap and by raw\n"
        "name, on all kinds of branches, by both dates, and with --merge as well as\n"
        "without. Options that name a rule or a window hold it fixed. First come the\n"
        "readings that give all numbers, the simplest first, then the nearest; each is\n"
        "the command that repeats it.\n"
        "\n"
        "Examples:\n"
        "  barograph reproduce \"1316 commits\"\n"
        "  barograph reproduce people 83 --release 4.9.0\n"
        "  barograph reproduce 1316 commits --with lines_added=77190 --with people=83\n"
        "  barograph reproduce share 34 --employer Citrix --year 2017",
    .needs = NEEDS_HISTORY,
    .options = options,
    .run = run,
};
