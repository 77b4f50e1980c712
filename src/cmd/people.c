/* barograph people: who is who, who may be whom, and whose employer nobody has named. */
#include "people.h"

#include "address.h"
#include "book.h"
#include "clock.h"
#include "command.h"
#include "fault.h"
#include "suggest.h"
#include "table.h"
#include "unknown.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct command command_people;

static gboolean write_option;
static char **line_option;
static char *format_option, *repository_option;

static const GOptionEntry options[] = {
    {"write", 0, 0, G_OPTION_ARG_NONE, &write_option,
     "With suggest: append mailmap lines to people/mailmap, those of the class \"signed\" unless "
     "--line chooses",
     NULL},
    {"line", 0, 0, G_OPTION_ARG_STRING_ARRAY, &line_option,
     "With suggest: this pair only; may be given again", "N"},
    {"repository", 0, 0, G_OPTION_ARG_STRING, &repository_option,
     "With unknown: the repository (default: the first)", "NAME"},
    {"format", 0, 0, G_OPTION_ARG_STRING, &format_option,
     "text, md, tsv, csv or json (default: text)", "FORMAT"},
    G_OPTION_ENTRY_NULL};

static void print_table(const struct context *context, const struct table *table,
                        enum table_format format)
{
    g_autofree char *text = table_format(table, format, context->colour);
    fputs(text, stdout);
}

/* What one person's identities come to. */
struct sum {
    guint person, identities, commits;
    gint64 first, last; /* author times; 0: never an author */
    const char *employer;
};

static void add_to_sum(struct sum *sum, const struct people_identity *identity,
                       const struct employers *employers)
{
    sum->person = identity->person;
    sum->identities++;
    sum->commits += identity->commits;
    if (identity->last == 0)
        return;
    if (sum->employer == NULL || identity->last > sum->last) {
        sum->employer = employers_find(employers, identity->address, identity->last);
        sum->last = identity->last;
    }
    sum->first = sum->first == 0 ? identity->first : MIN(sum->first, identity->first);
}

static int compare_sums(gconstpointer a, gconstpointer b)
{
    const struct sum *left = a, *right = b;
    if (left->commits != right->commits)
        return left->commits > right->commits ? -1 : 1;
    return (left->person > right->person) - (left->person < right->person);
}

static GArray *sum_up(const struct people *people, const struct employers *employers)
{
    GArray *sums = g_array_new(FALSE, TRUE, sizeof(struct sum));
    g_array_set_size(sums, people_count(people));
    for (guint i = 0; i < people_identity_count(people); i++) {
        const struct people_identity *identity = people_identity(people, i);
        add_to_sum(&g_array_index(sums, struct sum, identity->person), identity, employers);
    }
    g_array_sort(sums, compare_sums);
    return sums;
}

static void add_day(struct table *table, gint64 time)
{
    g_autofree char *day = time == 0 ? NULL : clock_format_day(time);
    table_string(table, day);
}

static bool list(struct context *context, const struct people *people,
                 const struct employers *employers, enum table_format format, GError **error)
{
    static const struct table_column columns[] = {
        {"name", "Name", TABLE_KIND_STRING},         {"address", "Address", TABLE_KIND_STRING},
        {"commits", "Commits", TABLE_KIND_INT},      {"identities", "Identities", TABLE_KIND_INT},
        {"first", "First", TABLE_KIND_STRING},       {"last", "Last", TABLE_KIND_STRING},
        {"employer", "Employer", TABLE_KIND_STRING},
    };
    (void)error;
    g_autoptr(GArray) sums = sum_up(people, employers);
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < sums->len; i++) {
        const struct sum *sum = &g_array_index(sums, struct sum, i);
        table_string(table, people_name(people, sum->person));
        table_string(table, people_address(people, sum->person));
        table_int(table, sum->commits);
        table_int(table, sum->identities);
        add_day(table, sum->first);
        add_day(table, sum->last);
        table_string(table, sum->employer);
    }
    print_table(context, table, format);
    return true;
}

/* Which pairs --line chooses, by their number from 1; all without it. */
static bool choose_pairs(const GPtrArray *pairs, GArray *chosen, GError **error)
{
    for (guint i = 0; line_option == NULL && i < pairs->len; i++)
        g_array_append_val(chosen, i);
    for (char **text = line_option; text != NULL && *text != NULL; text++) {
        guint64 number = 0;
        if (!g_ascii_string_to_unsigned(*text, 10, 1, MAX(pairs->len, 1), &number, NULL) ||
            pairs->len == 0)
            return fault_raise(error, FAULT_USAGE,
                               "--line is \"%s\": barograph people suggest lists pairs 1 to %u",
                               *text, pairs->len);
        guint index = (guint)number - 1;
        g_array_append_val(chosen, index);
    }
    return true;
}

static void add_pair(struct table *table, const struct people *people,
                     const struct people_pair *pair, guint number)
{
    table_int(table, number);
    table_string(table, suggest_class_name(pair->strength));
    table_string(table, people_name(people, pair->a));
    table_string(table, people_address(people, pair->a));
    table_string(table, people_name(people, pair->b));
    table_string(table, people_address(people, pair->b));
    table_string(table, pair->evidence);
    table_string(table, pair->mailmap_line);
}

static void print_pairs_table(const struct context *context, const struct people *people,
                              const GPtrArray *pairs, const GArray *chosen,
                              enum table_format format)
{
    static const struct table_column columns[] = {
        {"number", "Number", TABLE_KIND_INT},
        {"class", "Class", TABLE_KIND_STRING},
        {"name", "Name", TABLE_KIND_STRING},
        {"address", "Address", TABLE_KIND_STRING},
        {"other_name", "Other name", TABLE_KIND_STRING},
        {"other_address", "Other address", TABLE_KIND_STRING},
        {"evidence", "Evidence", TABLE_KIND_STRING},
        {"mailmap", "Mailmap", TABLE_KIND_STRING},
    };
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < chosen->len; i++) {
        guint index = g_array_index(chosen, guint, i);
        add_pair(table, people, g_ptr_array_index(pairs, index), index + 1);
    }
    print_table(context, table, format);
}

static void print_pair(const struct people *people, const struct people_pair *pair, guint number)
{
    g_autofree char *address = g_utf8_make_valid(people_address(people, pair->a), -1);
    g_autofree char *other = g_utf8_make_valid(people_address(people, pair->b), -1);
    g_autofree char *lines = g_utf8_make_valid(pair->mailmap_line, -1);
    g_auto(GStrv) each = g_strsplit(lines, "\n", -1);
    printf("%u  %s  %s <%s> and %s <%s>\n    %s\n", number, suggest_class_name(pair->strength),
           people_name(people, pair->a), address, people_name(people, pair->b), other,
           pair->evidence);
    for (char **line = each; *line != NULL; line++)
        printf("        %s\n", *line);
}

/* The lines, each pair with its evidence as a comment. */
static char *written_lines(const GPtrArray *pairs, const GArray *chosen, guint *ret_count)
{
    GString *text = g_string_new(NULL);
    *ret_count = 0;
    for (guint i = 0; i < chosen->len; i++) {
        const struct people_pair *pair = g_ptr_array_index(pairs, g_array_index(chosen, guint, i));
        if (line_option == NULL && pair->strength != SUGGEST_SIGNED)
            continue;
        g_string_append_printf(text, "# %s\n%s\n", pair->evidence, pair->mailmap_line);
        ++*ret_count;
    }
    return g_string_free(text, FALSE);
}

static bool ends_line(const char *path)
{
    g_autofree char *bytes = NULL;
    gsize length = 0;
    return !g_file_get_contents(path, &bytes, &length, NULL) || length == 0 ||
           bytes[length - 1] == '\n';
}

static bool append(const char *path, const char *text, GError **error)
{
    const char *start = ends_line(path) ? "" : "\n";
    FILE *file = fopen(path, "ae");
    if (file == NULL)
        return fault_raise(error, FAULT_CANTCREATE, "%s cannot be written: %s", path,
                           g_strerror(errno));
    bool written = fputs(start, file) >= 0 && fputs(text, file) >= 0;
    if (fclose(file) == 0 && written)
        return true;
    return fault_raise(error, FAULT_IO, "%s could not be written whole: %s", path,
                       g_strerror(errno));
}

static bool write_pairs(const struct context *context, const GPtrArray *pairs, const GArray *chosen,
                        GError **error)
{
    guint count = 0;
    g_autofree char *text = written_lines(pairs, chosen, &count);
    if (count > 0 && !append(context->home->mailmap_path, text, error))
        return false;
    fputs(text, stdout);
    if (context->verbosity >= 0)
        fprintf(stderr, "%u pair%s written to %s\n", count, count == 1 ? "" : "s",
                context->home->mailmap_path);
    return true;
}

static bool suggest(struct context *context, const struct people *people,
                    const struct employers *employers, enum table_format format, GError **error)
{
    g_autoptr(GArray) chosen = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GPtrArray) pairs = people_suggest(people, context->history, employers, error);
    if (pairs == NULL || !choose_pairs(pairs, chosen, error))
        return false;
    if (write_option)
        return write_pairs(context, pairs, chosen, error);
    if (format != TABLE_TEXT) {
        print_pairs_table(context, people, pairs, chosen, format);
        return true;
    }
    for (guint i = 0; i < chosen->len; i++) {
        guint index = g_array_index(chosen, guint, i);
        print_pair(people, g_ptr_array_index(pairs, index), index + 1);
    }
    return true;
}

static bool unknown(struct context *context, const struct people *people,
                    const struct employers *employers, enum table_format format, GError **error)
{
    static const struct table_column columns[] = {
        {"kind", "Kind", TABLE_KIND_STRING},
        {"pattern", "Pattern", TABLE_KIND_STRING},
        {"name", "Name", TABLE_KIND_STRING},
        {"commits_release", "Last release", TABLE_KIND_INT},
        {"commits_year", "12 months", TABLE_KIND_INT},
        {"commits", "Commits", TABLE_KIND_INT},
    };
    g_autoptr(Book) book = book_open(context->history, context->home, repository_option, error);
    g_autofree char *windows = NULL;
    g_autoptr(GPtrArray) rows =
        book == NULL ? NULL : unknown_find(book, people, employers, context->now, &windows, error);
    if (rows == NULL)
        return false;
    if (context->verbosity >= 0)
        fprintf(stderr, "%s\n", windows);
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < rows->len; i++) {
        const struct unknown_row *row = g_ptr_array_index(rows, i);
        table_string(table, row->domain ? "domain" : "address");
        table_string(table, row->pattern);
        table_string(table, row->name);
        table_int(table, row->in_release);
        table_int(table, row->in_year);
        table_int(table, row->commits);
    }
    print_table(context, table, format);
    return true;
}

static const struct {
    const char *name;
    bool (*run)(struct context *context, const struct people *people,
                const struct employers *employers, enum table_format format, GError **error);
} parts[] = {{"list", list}, {"suggest", suggest}, {"unknown", unknown}};

static bool run_part(struct context *context, guint part, GError **error)
{
    enum table_format format = TABLE_TEXT;
    bool suggesting = parts[part].run == suggest;
    if (format_option != NULL && !table_format_parse(format_option, &format, error))
        return false;
    if (!suggesting && (write_option || line_option != NULL))
        return fault_raise(error, FAULT_USAGE, "--write and --line go with people suggest");
    g_autoptr(Employers) employers = employers_load(context->home->employers_path, error);
    g_autoptr(People) people =
        employers == NULL
            ? NULL
            : people_load(context->history, context->home->mailmap_path, PEOPLE_MAILMAP, error);
    return people != NULL && parts[part].run(context, people, employers, format, error);
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    const char *name = argc > 1 ? argv[1] : "list";
    if (argc > 2)
        return fault_raise(error, FAULT_USAGE, "\"%s\" is one word too many", argv[2]);
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
        if (g_str_equal(parts[i].name, name))
            return run_part(context, i, error);
    return fault_raise(error, FAULT_USAGE, "people can list, suggest or unknown, not \"%s\"", name);
}

const struct command command_people = {
    .name = "people",
    .arguments = "[list|suggest|unknown]",
    .summary = "Say who is who, and find out who is unknown",
    .description =
        "list: everybody, by commits (on all branches, without merges).\n"
        "suggest: pairs that may be one person, with what speaks for and against it, best first; "
        "--write appends the mailmap lines of those whose own Signed-off-by says so.\n"
        "unknown: domains and addresses without an employer, by their commits of the last release "
        "and of the last 12 months. An old mirror's months end with its newest commit; standard "
        "error names the release and the days.\n\n"
        "Examples:\n"
        "  barograph people suggest\n"
        "  barograph people suggest --write --line 3 --line 7\n"
        "  barograph people unknown --format tsv",
    .needs = NEEDS_HISTORY,
    .options = options,
    .run = run,
};
