/* barograph people: who is who, who may be whom, and whose employer nobody has named. */
#include "people.h"

#include "address.h"
#include "book.h"
#include "clock.h"
#include "command.h"
#include "fault.h"
#include "people_parts.h"
#include "suggest.h"
#include "table.h"
#include "unknown.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct command command_people;

static gboolean write_option, commits_option;
static char **line_option;
static char *format_option;
static struct reading_words words;

static const GOptionEntry options[] = {
    {"write", 0, 0, G_OPTION_ARG_NONE, &write_option,
     "With suggest: append mailmap lines to people/mailmap, those of the class \"signed\" unless "
     "--line chooses",
     NULL},
    {"line", 0, 0, G_OPTION_ARG_STRING_ARRAY, &line_option,
     "With suggest: this pair only; may be given again", "N"},
    {"repository", 0, 0, G_OPTION_ARG_STRING, &words.repository,
     "With unknown, evidence, questions, diff: the repository (default: the first)", "NAME"},
    {"release", 0, 0, G_OPTION_ARG_STRING, &words.release,
     "With questions and diff: what counts in this release (default: the newest)", "R"},
    {"year", 0, 0, G_OPTION_ARG_STRING, &words.year, "... or in this calendar year", "Y"},
    {"as-of", 0, 0, G_OPTION_ARG_STRING, &words.as_of,
     "Employers as they were known on this day: rows learned later are left out", "D"},
    {"commits", 0, 0, G_OPTION_ARG_NONE, &commits_option,
     "With evidence: every sign by itself, with its commit", NULL},
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
    g_autoptr(Book) book = book_open(context->history, context->home, words.repository, error);
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
} tables[] = {{"list", list}, {"suggest", suggest}, {"unknown", unknown}};

static const struct {
    const char *name;
    const char *arguments; /* in words */
    int count;
    bool window; /* --release and --year go with it */
    bool (*run)(struct context *context, const struct people_request *request, GError **error);
} searches[] = {
    {"evidence", "one person, by name or address", 1, false, people_evidence},
    {"questions", "no arguments", 0, true, people_questions},
    {"diff", "two files or folders: the old and the new people/", 2, true, people_diff},
};

static struct employers *load_employers(const struct context *context, GError **error)
{
    gint64 as_of = EMPLOYERS_TODAY;
    if (words.as_of != NULL && !clock_parse_day(words.as_of, &as_of, error))
        return NULL;
    return employers_load_as_of(context->home->employers_path, as_of, error);
}

static bool run_table(struct context *context, guint part, enum table_format format, GError **error)
{
    g_autoptr(Employers) employers = load_employers(context, error);
    g_autoptr(People) people =
        employers == NULL
            ? NULL
            : people_load(context->history, context->home->mailmap_path, PEOPLE_MAILMAP, error);
    return people != NULL && tables[part].run(context, people, employers, format, error);
}

static bool run_search(struct context *context, guint search, enum table_format format, int argc,
                       char **argv, GError **error)
{
    const struct people_request request = {
        .words = words, .format = format, .commits = commits_option, .arguments = argv + 2};
    if (argc - 2 != searches[search].count)
        return fault_raise(error, FAULT_USAGE, "people %s takes %s", searches[search].name,
                           searches[search].arguments);
    return searches[search].run(context, &request, error);
}

/* Options that would be passed over in silence. */
static bool check_options(const char *name, GError **error)
{
    bool window = false;
    for (guint i = 0; i < G_N_ELEMENTS(searches); i++)
        window |= searches[i].window && g_str_equal(searches[i].name, name);
    if (!g_str_equal(name, "suggest") && (write_option || line_option != NULL))
        return fault_raise(error, FAULT_USAGE, "--write and --line go with people suggest");
    if (!g_str_equal(name, "evidence") && commits_option)
        return fault_raise(error, FAULT_USAGE, "--commits goes with people evidence");
    if (!window && (words.release != NULL || words.year != NULL))
        return fault_raise(error, FAULT_USAGE,
                           "--release and --year go with people questions and people diff");
    return true;
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    const char *name = argc > 1 ? argv[1] : "list";
    enum table_format format = TABLE_TEXT;
    if (!check_options(name, error) ||
        (format_option != NULL && !table_format_parse(format_option, &format, error)))
        return false;
    for (guint i = 0; i < G_N_ELEMENTS(searches); i++)
        if (g_str_equal(searches[i].name, name))
            return run_search(context, i, format, argc, argv, error);
    if (argc > 2)
        return fault_raise(error, FAULT_USAGE, "\"%s\" is one word too many", argv[2]);
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
        if (g_str_equal(tables[i].name, name))
            return run_table(context, i, format, error);
    return fault_raise(error, FAULT_USAGE,
                       "people can list, suggest, unknown, evidence, questions or diff, not \"%s\"",
                       name);
}

const struct command command_people = {
    .name = "people",
    .arguments = "[list|suggest|unknown|evidence PERSON|questions|diff OLD NEW]",
    .summary = "Say who is who, and find out who is unknown",
    .description =
        "list: everybody, by commits (on all branches, without merges).\n"
        "suggest: pairs that may be one person, with what speaks for and against it, best first; "
        "--write appends the mailmap lines of those whose own Signed-off-by says so.\n"
        "unknown: domains and addresses without an employer, by their commits of the last release "
        "and of the last 12 months. An old mirror's months end with its newest commit; standard "
        "error names the release and the days.\n"
        "evidence: for whom a person wrote, and what shows it: own Signed-off-by lines under an "
        "employer's address (A), MAINTAINERS and CREDITS (B), the mail domain (C).\n"
        "questions: what a human should answer, by how far it moves a share in the last release; "
        "each as a line for people/employers.tsv.\n"
        "diff: what an edit of employers.tsv or the mailmap changes in the figures; OLD and NEW "
        "are files, or folders with both.\n\n"
        "Examples:\n"
        "  barograph people suggest\n"
        "  barograph people suggest --write --line 3 --line 7\n"
        "  barograph people unknown --format tsv\n"
        "  barograph people evidence julien@xen.org\n"
        "  barograph people questions --release 4.20.0\n"
        "  barograph people diff people.old people --year 2017",
    .needs = NEEDS_HISTORY,
    .options = options,
    .run = run,
};
