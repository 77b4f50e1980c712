/* barograph releases: what the tags make of the history. */
#include "releases.h"

#include "book.h"
#include "clock.h"
#include "command.h"
#include "fault.h"
#include "table.h"

#include <stdio.h>

extern const struct command command_releases;

static gboolean ignored_option, candidates_option;
static char *line_option, *format_option, *repository_option;

static const GOptionEntry options[] = {
    {"line", 0, 0, G_OPTION_ARG_STRING, &line_option, "One line only, such as 4.9", "LINE"},
    {"candidates", 0, 0, G_OPTION_ARG_NONE, &candidates_option,
     "List release candidates too, each before its release", NULL},
    {"ignored", 0, 0, G_OPTION_ARG_NONE, &ignored_option,
     "List the tags that are no releases, and why", NULL},
    {"repository", 0, 0, G_OPTION_ARG_STRING, &repository_option,
     "The repository (default: the first)", "NAME"},
    {"format", 0, 0, G_OPTION_ARG_STRING, &format_option,
     "text, md, tsv, csv or json (default: text)", "FORMAT"},
    G_OPTION_ENTRY_NULL};

/* What does not fit on a screen is for programs only. */
#define COLUMNS_FOR_PEOPLE 11
static const struct table_column columns[] = {
    {"version", "Version", TABLE_KIND_STRING},
    {"line", "Line", TABLE_KIND_STRING},
    {"predecessor", "Predecessor", TABLE_KIND_STRING},
    {"date", "Date", TABLE_KIND_STRING},
    {"tag_date", "Tagged", TABLE_KIND_STRING},
    {"commit", "Commit", TABLE_KIND_STRING},
    {"commits", "Commits", TABLE_KIND_INT},
    {"merges", "Merges", TABLE_KIND_INT},
    {"signature", "Signature", TABLE_KIND_STRING},
    {"signer", "Signer", TABLE_KIND_STRING},
    {"digest", "Digest", TABLE_KIND_STRING},
    {"tag", "Tag", TABLE_KIND_STRING},
    {"aliases", "Aliases", TABLE_KIND_STRING},
    {"candidate", "Candidate", TABLE_KIND_BOOL},
    {"fork", "Fork", TABLE_KIND_STRING},
};

static bool for_people(enum table_format format)
{
    return format == TABLE_TEXT || format == TABLE_MARKDOWN;
}

static void add_day(struct table *table, gint64 time)
{
    g_autofree char *day = time == 0 ? NULL : clock_format_day(time);
    table_string(table, day);
}

static void add_commit(struct table *table, const char *hex, bool whole)
{
    g_autofree char *text = g_strndup(hex, whole ? 40 : 12);
    table_string(table, *text == '\0' ? NULL : text);
}

static void add_release(struct table *table, const struct release_list *list,
                        const struct release *release, bool whole)
{
    const struct release *before =
        release->predecessor < 0 ? NULL : g_ptr_array_index(list->releases, release->predecessor);
    table_string(table, release->version);
    table_string(table, release->line);
    table_string(table, before == NULL ? NULL : before->version);
    add_day(table, release->commit_time);
    add_day(table, release->tag_time);
    add_commit(table, release->commit, whole);
    table_int(table, release->commits);
    table_int(table, release->merges);
    table_string(table, release->signature);
    table_string(table, release->signer);
    table_string(table, release->digest);
    if (!whole)
        return;
    g_autofree char *aliases = g_strjoinv(" ", release->aliases);
    table_string(table, release->tag);
    table_string(table, aliases);
    table_bool(table, release->parsed.candidate[0] != '\0');
    add_commit(table, release->fork_commit, true);
}

static int compare_releases(gconstpointer a, gconstpointer b)
{
    const struct release *left = *(struct release *const *)a;
    const struct release *right = *(struct release *const *)b;
    return version_compare(&left->parsed, &right->parsed);
}

static void take(GPtrArray *chosen, const GPtrArray *releases)
{
    for (guint i = 0; releases != NULL && i < releases->len; i++) {
        struct release *release = g_ptr_array_index(releases, i);
        if (line_option == NULL || g_str_equal(line_option, release->line))
            g_ptr_array_add(chosen, release);
        if (candidates_option)
            take(chosen, release->candidates);
    }
}

static bool refuse_line(const struct release_list *list, GError **error)
{
    g_autoptr(GString) known = g_string_new(NULL);
    const char *before = "";
    for (guint i = list->releases->len; i > 0; i--) {
        const struct release *release = g_ptr_array_index(list->releases, i - 1);
        if (g_str_equal(release->line, before))
            continue;
        g_string_append_printf(known, "%s%s", known->len > 0 ? ", " : "", release->line);
        before = release->line;
    }
    return fault_raise(error, FAULT_NOINPUT, "there is no release of the line \"%s\": there is %s",
                       line_option, known->len > 0 ? known->str : "none at all");
}

static bool fill_releases(struct table *table, const struct release_list *list, bool whole,
                          GError **error)
{
    g_autoptr(GPtrArray) chosen = g_ptr_array_new();
    take(chosen, list->releases);
    if (candidates_option)
        take(chosen, list->upcoming);
    if (chosen->len == 0 && line_option != NULL)
        return refuse_line(list, error);
    g_ptr_array_sort(chosen, compare_releases);
    for (guint i = 0; i < chosen->len; i++)
        add_release(table, list, g_ptr_array_index(chosen, i), whole);
    return true;
}

static void print_table(const struct context *context, const struct table *table,
                        enum table_format format)
{
    g_autofree char *text = table_format(table, format, context->colour);
    fputs(text, stdout);
}

static bool list_releases(const struct context *context, const struct release_list *list,
                          enum table_format format, GError **error)
{
    bool whole = !for_people(format);
    g_autoptr(Table) table = table_new(columns, whole ? G_N_ELEMENTS(columns) : COLUMNS_FOR_PEOPLE);
    if (!fill_releases(table, list, whole, error))
        return false;
    print_table(context, table, format);
    if (table_rows(table) == 0 && context->verbosity >= 0)
        fputs("no tag is a release: barograph releases --ignored says why\n", stderr);
    return true;
}

static void list_ignored(const struct context *context, const struct release_list *list,
                         enum table_format format)
{
    static const struct table_column why[] = {{"tag", "Tag", TABLE_KIND_STRING},
                                              {"reason", "Reason", TABLE_KIND_STRING}};
    g_autoptr(Table) table = table_new(why, G_N_ELEMENTS(why));
    for (guint i = 0; i < list->ignored->len; i++) {
        const struct ignored_tag *ignored = g_ptr_array_index(list->ignored, i);
        table_string(table, ignored->name);
        table_string(table, ignored->reason);
    }
    print_table(context, table, format);
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    enum table_format format = TABLE_TEXT;
    if (argc > 1)
        return fault_raise(error, FAULT_USAGE,
                           "releases takes no argument, and \"%s\" is one: for a line write "
                           "--line %s",
                           argv[1], argv[1]);
    if (format_option != NULL && !table_format_parse(format_option, &format, error))
        return false;
    g_autoptr(Book) book = book_open(context->history, context->home, repository_option, error);
    const struct release_list *list = book == NULL ? NULL : book_releases_counted(book, error);
    if (list == NULL)
        return false;
    if (!ignored_option)
        return list_releases(context, list, format, error);
    list_ignored(context, list, format);
    return true;
}

const struct command command_releases = {
    .name = "releases",
    .arguments = "",
    .summary = "List the releases that the tags make",
    .description =
        "Each release has its line, its predecessor, the commits between the two and the "
        "signature of its tag (seen, not verified). The order is by version.\n\n"
        "Examples:\n"
        "  barograph releases --line 4.9 --candidates\n"
        "  barograph releases --ignored\n"
        "  barograph releases --format json",
    .needs = NEEDS_HISTORY,
    .options = options,
    .run = run,
};
