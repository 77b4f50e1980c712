/* barograph audit: the sums and percentages of a published table, computed again. */
#include "audit.h"

#include "audit_read.h"
#include "command.h"
#include "fault.h"
#include "table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

extern const struct command command_audit;

static char *input_option, *format_option;

static const GOptionEntry options[] = {
    {"input", 0, 0, G_OPTION_ARG_STRING, &input_option,
     "What the file is: html, md, tsv or csv (default: what it looks like)", "INPUT"},
    {"format", 0, 0, G_OPTION_ARG_STRING, &format_option,
     "How findings are printed: text, md, tsv, csv or json (default: text)", "FORMAT"},
    G_OPTION_ENTRY_NULL};

/* --- reading --- */

static bool read_all(int file, const char *path, GByteArray *into, GError **error)
{
    guint8 piece[65536];
    ssize_t got;
    while ((got = read(file, piece, sizeof piece)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fault_raise(error, FAULT_IO, "%s cannot be read: %s", path, g_strerror(errno));
        g_byte_array_append(into, piece, (guint)got);
        if (into->len > AUDIT_BYTES_MOST)
            return fault_raise(error, FAULT_DATA,
                               "%s is larger than %d megabytes: give the part with the table", path,
                               AUDIT_BYTES_MOST / 1024 / 1024);
    }
    return true;
}

static bool read_path(const char *path, GByteArray *into, GError **error)
{
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return fault_raise(error, FAULT_NOINPUT, "%s cannot be opened: %s", path,
                           g_strerror(errno));
    bool folder = fstat(file, &status) == 0 && S_ISDIR(status.st_mode);
    bool done = folder ? fault_raise(error, FAULT_NOINPUT, "%s is a folder, not a file", path)
                       : read_all(file, path, into, error);
    close(file);
    return done;
}

static GPtrArray *read_tables(const char *path, enum audit_input input, GError **error)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    bool standard = g_str_equal(path, "-");
    const char *name = standard ? "standard input" : path;
    if (!(standard ? read_all(STDIN_FILENO, name, bytes, error) : read_path(path, bytes, error)))
        return NULL;
    g_autofree char *text = audit_read_utf8((const char *)bytes->data, bytes->len, error);
    GPtrArray *tables = text == NULL ? NULL : audit_read(text, input, error);
    if (tables == NULL)
        g_prefix_error(error, "%s cannot be checked: ", name);
    return tables;
}

/* --- printing --- */

static void add_number(struct table *table, guint number)
{
    if (number == 0)
        table_none(table);
    else
        table_int(table, number);
}

/* People get names; programs also where that is. */
static const struct table_column for_people[] = {
    {"table", "Table", TABLE_KIND_INT},           {"row_name", "Row", TABLE_KIND_STRING},
    {"column_name", "Column", TABLE_KIND_STRING}, {"severity", "Severity", TABLE_KIND_STRING},
    {"rule", "Rule", TABLE_KIND_STRING},          {"finding", "Finding", TABLE_KIND_STRING}};

static const struct table_column for_programs[] = {
    {"table", "Table", TABLE_KIND_INT},          {"table_name", "Name", TABLE_KIND_STRING},
    {"row", "Row number", TABLE_KIND_INT},       {"row_name", "Row", TABLE_KIND_STRING},
    {"column", "Column number", TABLE_KIND_INT}, {"column_name", "Column", TABLE_KIND_STRING},
    {"severity", "Severity", TABLE_KIND_STRING}, {"rule", "Rule", TABLE_KIND_STRING},
    {"finding", "Finding", TABLE_KIND_STRING}};

static void add_finding(struct table *table, const struct audit_finding *finding, bool whole)
{
    table_int(table, finding->table);
    if (whole) {
        table_string(table, finding->table_name);
        add_number(table, finding->row);
    }
    table_string(table, finding->row_name);
    if (whole)
        add_number(table, finding->column);
    table_string(table, finding->column_name);
    table_string(table, audit_severity_name(finding->severity));
    table_string(table, audit_rule_name(finding->rule));
    table_string(table, finding->sentence);
}

static void print_findings(const struct context *context, const GPtrArray *findings,
                           enum table_format format)
{
    bool whole = format != TABLE_TEXT && format != TABLE_MARKDOWN;
    g_autoptr(Table) table =
        table_new(whole ? for_programs : for_people,
                  whole ? G_N_ELEMENTS(for_programs) : G_N_ELEMENTS(for_people));
    for (guint i = 0; i < findings->len; i++)
        add_finding(table, findings->pdata[i], whole);
    g_autofree char *text = table_format(table, format, context->colour);
    fputs(text, stdout);
}

static char *say_counts(const struct audit_counts *counts)
{
    return g_strdup_printf("%u table%s, %u percentage%s (%u explained), %u total%s", counts->tables,
                           counts->tables == 1 ? "" : "s", counts->percentages,
                           counts->percentages == 1 ? "" : "s", counts->explained, counts->totals,
                           counts->totals == 1 ? "" : "s");
}

static bool report(const struct context *context, const GPtrArray *findings,
                   const struct audit_counts *counts, enum table_format format, GError **error)
{
    guint errors = 0;
    g_autofree char *checked = say_counts(counts);
    bool any = counts->percentages + counts->totals + counts->ranks > 0;
    for (guint i = 0; i < findings->len; i++)
        errors += ((const struct audit_finding *)findings->pdata[i])->severity == AUDIT_ERROR;
    if (findings->len > 0 || format_option != NULL)
        print_findings(context, findings, format);
    else
        puts(any ? "nothing found" : "there is no total and no percentage that could be checked");
    if (context->verbosity >= 0)
        fprintf(stderr, "checked: %s\n", checked);
    if (findings->len >= AUDIT_FINDINGS_MOST && context->verbosity >= 0)
        fprintf(stderr, "these are the first %d findings: there may be more\n",
                AUDIT_FINDINGS_MOST);
    return errors == 0 || fault_raise(error, FAULT_DATA, "the audit found %u error%s", errors,
                                      errors == 1 ? "" : "s");
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    enum table_format format = TABLE_TEXT;
    enum audit_input input = AUDIT_DETECT;
    struct audit_counts counts;
    if (argc != 2)
        return fault_raise(error, FAULT_USAGE,
                           "audit takes one file with tables, or - for standard input");
    if ((format_option != NULL && !table_format_parse(format_option, &format, error)) ||
        (input_option != NULL && !audit_input_parse(input_option, &input, error)))
        return false;
    g_autoptr(GPtrArray) tables = read_tables(argv[1], input, error);
    if (tables == NULL)
        return false;
    g_autoptr(GPtrArray) findings = audit_check(tables, &counts);
    return report(context, findings, &counts, format, error);
}

const struct command command_audit = {
    .name = "audit",
    .arguments = "FILE|-",
    .summary = "Compute the totals and percentages of a published table again",
    .description =
        "Reads the tables of a page (HTML, Markdown, TSV or CSV) and says which of their sums and\n"
        "percentages do not follow from the other cells, how they probably came to be, and which\n"
        "base was used. An error is a table that contradicts itself; a doubt is a question to its\n"
        "author. With an error the exit status is 65. It needs no home.\n\n"
        "Examples:\n"
        "  barograph audit acknowledgements.html\n"
        "  curl -s https://example.org/report | barograph audit -\n"
        "  barograph audit --input csv --format json figures.txt",
    .needs = NEEDS_NOTHING,
    .options = options,
    .run = run,
};
