/* barograph maintainers: who looks after what at a release, and whether they are still there. */
#include "clock.h"
#include "command.h"
#include "fault.h"
#include "stewards.h"
#include "table.h"

#include <stdio.h>

extern const struct command command_maintainers;

static char *release_option, *only_option, *repository_option, *format_option;

static const GOptionEntry options[] = {
    {"release", 0, 0, G_OPTION_ARG_STRING, &release_option,
     "The file of this release (default: the tip of the main branch)", "R"},
    {"only", 0, 0, G_OPTION_ARG_STRING, &only_option,
     "Of sections those with one maintainer, in one employer's hands, silent for a year, or "
     "without any; of people the silent",
     "one|employer|silent|none"},
    {"repository", 0, 0, G_OPTION_ARG_STRING, &repository_option,
     "The repository (default: the first)", "NAME"},
    {"format", 0, 0, G_OPTION_ARG_STRING, &format_option,
     "text, md, tsv, csv or json (default: text)", "FORMAT"},
    G_OPTION_ENTRY_NULL};

enum only { ONLY_ANY, ONLY_ONE, ONLY_EMPLOYER, ONLY_SILENT, ONLY_NONE, ONLY_COUNT };
static const char *const only_words[] = {"", "one", "employer", "silent", "none"};

static bool fits(const struct steward_section *section, enum only only)
{
    const bool answers[ONLY_COUNT] = {true, section->alone, section->one_hand, section->silent,
                                      section->maintainers == 0};
    return answers[only];
}

static void add_day(struct table *table, gint64 time)
{
    g_autofree char *day = time == 0 ? NULL : clock_format_day(time);
    table_string(table, day);
}

static struct table *sections_table(const struct stewards *stewards, enum only only)
{
    static const struct table_column columns[] = {
        {"section", "Section", TABLE_KIND_STRING, 0},
        {"status", "Status", TABLE_KIND_STRING, 0},
        {"files", "Files", TABLE_KIND_INT, 0},
        {"maintainers", "Maintainers", TABLE_KIND_INT, 0},
        {"reviewers", "Reviewers", TABLE_KIND_INT, 0},
        {"last", "Last", TABLE_KIND_STRING, 0},
        {"last_by", "By", TABLE_KIND_STRING, 0},
        {"one_maintainer", "One", TABLE_KIND_BOOL, 0},
        {"one_employer", "One employer", TABLE_KIND_BOOL, 0},
        {"silent", "Silent", TABLE_KIND_BOOL, 0},
        {"employers", "Employers", TABLE_KIND_STRING, 0},
        {"people", "People", TABLE_KIND_STRING, 0},
    };
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < stewards->sections->len; i++) {
        const struct steward_section *section =
            &g_array_index(stewards->sections, struct steward_section, i);
        if (!fits(section, only))
            continue;
        table_string(table, section->name);
        table_string(table, section->status);
        table_int(table, section->files);
        table_int(table, section->maintainers);
        table_int(table, section->reviewers);
        add_day(table, section->last);
        table_string(table, section->last_by);
        table_bool(table, section->alone);
        table_bool(table, section->one_hand);
        table_bool(table, section->silent);
        table_string(table, section->employers);
        table_string(table, section->people);
    }
    return table;
}

static struct table *people_table(const struct stewards *stewards, enum only only)
{
    static const struct table_column columns[] = {
        {"person", "Person", TABLE_KIND_STRING, 0},
        {"address", "Address", TABLE_KIND_STRING, 0},
        {"employer", "Employer", TABLE_KIND_STRING, 0},
        {"sections", "Sections", TABLE_KIND_INT, 0},
        {"alone", "Alone", TABLE_KIND_INT, 0},
        {"last_commit", "Commit", TABLE_KIND_STRING, 0},
        {"last_review", "Review", TABLE_KIND_STRING, 0},
        {"last_ack", "Ack", TABLE_KIND_STRING, 0},
        {"silent", "Silent", TABLE_KIND_BOOL, 0},
    };
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < stewards->people->len; i++) {
        const struct steward *steward = &g_array_index(stewards->people, struct steward, i);
        if (only == ONLY_SILENT && !steward->silent)
            continue;
        table_string(table, steward->name);
        table_string(table, steward->address);
        table_string(table, steward->employer);
        table_int(table, steward->sections);
        table_int(table, steward->alone);
        add_day(table, steward->last_commit);
        add_day(table, steward->last_review);
        add_day(table, steward->last_ack);
        table_bool(table, steward->silent);
    }
    return table;
}

static guint count(const struct stewards *stewards, enum only only)
{
    guint found = 0;
    for (guint i = 0; i < stewards->sections->len; i++)
        found += fits(&g_array_index(stewards->sections, struct steward_section, i), only);
    return found;
}

static char *sentences(const struct stewards *stewards, const char *repository)
{
    g_autofree char *day = clock_format_day(stewards->as_of);
    return g_strdup_printf(
        "Counted: %s, MAINTAINERS at %s (%.12s), commits, reviews and acks on all branches up to "
        "%s, people joined by the mailmap.\n"
        "%u sections: %u with one maintainer, %u in one employer's hands, %u silent for %d "
        "months, %u without a maintainer. %u files, %u of them in no section but the rest.",
        repository, stewards->place, stewards->commit, day, stewards->sections->len,
        count(stewards, ONLY_ONE), count(stewards, ONLY_EMPLOYER), count(stewards, ONLY_SILENT),
        STEWARDS_SILENT_MONTHS, count(stewards, ONLY_NONE), stewards->files, stewards->rest);
}

static void print_json(const struct stewards *stewards, const char *told, const char *what,
                       const struct table *table)
{
    g_autofree char *as_of = clock_format_time(stewards->as_of);
    json_t *page = json_pack(
        "{s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:o}", "text", told, "at",
        stewards->place, "commit", stewards->commit, "as_of", as_of, "sections_all",
        (int)stewards->sections->len, "one_maintainer", (int)count(stewards, ONLY_ONE),
        "one_employer", (int)count(stewards, ONLY_EMPLOYER), "silent",
        (int)count(stewards, ONLY_SILENT), "none", (int)count(stewards, ONLY_NONE), "files",
        (int)stewards->files, "files_rest", (int)stewards->rest, what, table_json(table));
    g_autofree char *text = json_dumps(page, JSON_INDENT(2));
    puts(text);
    json_decref(page);
}

static bool parse_only(bool people, enum only *ret_only, GError **error)
{
    for (guint only = ONLY_ONE; only_option != NULL && only < ONLY_COUNT; only++)
        if (g_str_equal(only_words[only], only_option))
            *ret_only = (enum only)only;
    if (only_option != NULL && (*ret_only == ONLY_ANY || (people && *ret_only != ONLY_SILENT)))
        return fault_raise(error, FAULT_USAGE, "--only is \"%s\": of %s", only_option,
                           people ? "people it is silent"
                                  : "sections it is one of one, employer, silent, none");
    return true;
}

static void print(const struct context *context, const struct stewards *stewards, bool people,
                  enum only only, enum table_format format, const char *repository)
{
    g_autofree char *told = sentences(stewards, repository);
    g_autoptr(Table) table = people ? people_table(stewards, only) : sections_table(stewards, only);
    if (format == TABLE_JSON) {
        print_json(stewards, told, people ? "people" : "sections", table);
        return;
    }
    g_autofree char *text = table_format(table, format, context->colour);
    fputs(text, stdout);
    if (format == TABLE_TEXT || format == TABLE_MARKDOWN)
        printf("\n%s\n", told);
    else if (context->verbosity >= 0)
        fprintf(stderr, "%s\n", told);
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    const char *what = argc > 1 ? argv[1] : "sections";
    bool people = g_str_equal(what, "people");
    enum only only = ONLY_ANY;
    enum table_format format = TABLE_TEXT;
    if (argc > 2 || (!people && !g_str_equal(what, "sections")))
        return fault_raise(error, FAULT_USAGE,
                           "maintainers can list sections or people, not \"%s\"",
                           argc > 2 ? argv[2] : what);
    if (!parse_only(people, &only, error) ||
        (format_option != NULL && !table_format_parse(format_option, &format, error)))
        return false;
    g_autoptr(Book) book = book_open(context->history, context->home, repository_option, error);
    g_autoptr(Source) source =
        book == NULL ? NULL
                     : source_open(context->history, context->home, repository_option, error);
    g_autoptr(Stewards) stewards =
        source == NULL
            ? NULL
            : stewards_read(book, context->home, source, release_option, context->now, error);
    if (stewards == NULL)
        return false;
    print(context, stewards, people, only, format, book_repository(book)->name);
    return true;
}

const struct command command_maintainers = {
    .name = "maintainers",
    .arguments = "[sections|people]",
    .summary = "Say who looks after what, and whether they are still there",
    .description =
        "sections: those of the file MAINTAINERS, with the files they name, how many look\n"
        "after them, for which employers, and when one of them last wrote, reviewed or\n"
        "acked anything.\n"
        "people: each maintainer, the sections they look after and those they look after\n"
        "alone, and their last commit, review and ack.\n"
        "\n"
        "Examples:\n"
        "  barograph maintainers --only silent\n"
        "  barograph maintainers --release 4.9.0 --only one\n"
        "  barograph maintainers people --format tsv",
    .needs = NEEDS_HISTORY,
    .options = options,
    .run = run,
};
