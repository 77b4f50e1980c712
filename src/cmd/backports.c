/* barograph backports: what a stable branch may be missing, and whether it applies. */
#include "backports_page.h"
#include "command.h"
#include "commit.h"
#include "fault.h"
#include "pick.h"
#include "progress.h"

#include <stdio.h>

extern const struct command command_backports;

static gboolean mail_option, silence_option, no_trials_option;
static char *from_option, *format_option, *repository_option;

static const GOptionEntry options[] = {
    {"mail", 0, 0, G_OPTION_ARG_NONE, &mail_option,
     "Print the question to the maintainers, grouped by person", NULL},
    {"from", 0, 0, G_OPTION_ARG_STRING, &from_option, "With --mail: who asks", "MAILBOX"},
    {"silence", 0, 0, G_OPTION_ARG_NONE, &silence_option,
     "Only the silence meter: by component, when the last backport came", NULL},
    {"no-trials", 0, 0, G_OPTION_ARG_NONE, &no_trials_option,
     "Do not try whether the candidates apply", NULL},
    {"repository", 0, 0, G_OPTION_ARG_STRING, &repository_option,
     "The repository (default: the first)", "NAME"},
    {"format", 0, 0, G_OPTION_ARG_STRING, &format_option,
     "text, md, tsv, csv or json (default: text)", "FORMAT"},
    G_OPTION_ENTRY_NULL};

/* A bar for what takes less is a flicker. */
#define BAR_AFTER G_USEC_PER_SEC

struct bar {
    const struct context *context;
    struct progress *progress; /* NULL: it was quick so far */
    gint64 start;
    guint total;
};

static void bar_step(struct bar *bar, guint done)
{
    if (bar->progress == NULL && g_get_monotonic_time() - bar->start > BAR_AFTER)
        bar->progress =
            progress_start(bar->context->verbosity, "trying picks", "commits", bar->total);
    if (bar->progress != NULL)
        progress_step(bar->progress, done);
}

static bool try_one(struct pick *pick, struct backport *candidate, GError **error)
{
    g_autoptr(GPtrArray) conflicts = NULL;
    enum pick_result result = PICK_CLEAN;
    guint8 id[20];
    if (!id_from_hex(candidate->commit, id) || !pick_try(pick, id, &result, &conflicts, error))
        return false;
    candidate->trial = pick_result_name(result);
    candidate->conflicts = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < conflicts->len; i++)
        g_ptr_array_add(candidate->conflicts, g_utf8_make_valid(conflicts->pdata[i], -1));
    return true;
}

/* One on top of the other, but not what the main branch took back. */
static bool try_all(const struct context *context, const struct home_repository *repository,
                    struct backports *backports, GError **error)
{
    g_autofree char *path = home_repository_path(context->home, repository);
    g_autoptr(Pick) pick =
        pick_open(repository->name, path, repository->foreign, backports->tip, error);
    guint count = backports->candidates->len;
    struct bar bar = {context, NULL, g_get_monotonic_time(), count};
    bool done = pick != NULL;
    for (guint i = 0; done && i < count; i++) {
        struct backport *candidate = backports->candidates->pdata[i];
        bar_step(&bar, i);
        done = candidate->reverted_main[0] != '\0' || try_one(pick, candidate, error);
    }
    progress_end(bar.progress, count);
    return done;
}

static void print_table(const struct context *context, struct table *table,
                        enum table_format format)
{
    g_autofree char *text = table_format(table, format, context->colour);
    fputs(text, stdout);
    table_free(table);
}

static void print_json(json_t *value)
{
    g_autofree char *text = json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    puts(text);
    json_decref(value);
}

static void print_list(const struct context *context, const struct backports *backports,
                       const char *repository, const struct areas *areas, enum table_format format)
{
    bool whole = format != TABLE_TEXT && format != TABLE_MARKDOWN;
    if (format == TABLE_JSON) {
        print_json(backports_json(backports, repository, areas_rule(areas), context->now));
        return;
    }
    if (whole) {
        print_table(context, backports_table(backports, context->now, true), format);
        return;
    }
    g_autofree char *heading = backports_heading(backports, repository, context->now);
    g_autofree char *reach = backports_reach(backports);
    printf("%s\n", heading);
    if (backports->candidates->len > 0) {
        print_table(context, backports_table(backports, context->now, false), format);
        puts("");
    }
    printf("%s\nSilence, %s:\n\n", reach, areas_rule(areas));
    print_table(context, backports_silence_table(backports, context->now), format);
}

static bool print(const struct context *context, struct book *book, struct backports *backports,
                  const struct areas *areas, enum table_format format, GError **error)
{
    if (silence_option) {
        print_table(context, backports_silence_table(backports, context->now), format);
        return true;
    }
    if (!mail_option) {
        print_list(context, backports, book_repository(book)->name, areas, format);
        return true;
    }
    g_autofree char *mail =
        backports_mail(backports, book, context->home, from_option, context->now, error);
    if (mail != NULL)
        fputs(mail, stdout);
    return mail != NULL;
}

static bool check_words(int argc, enum table_format *ret_format, GError **error)
{
    if (argc != 2)
        return fault_raise(error, FAULT_USAGE,
                           "backports takes one branch: barograph backports stable-4.20");
    if (mail_option && (silence_option || format_option != NULL))
        return fault_raise(error, FAULT_USAGE,
                           "--mail prints a mail: leave out --silence and --format");
    if (from_option != NULL && !mail_option)
        return fault_raise(error, FAULT_USAGE, "--from is for --mail");
    return format_option == NULL || table_format_parse(format_option, ret_format, error);
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    enum table_format format = TABLE_TEXT;
    if (!check_words(argc, &format, error))
        return false;
    g_autoptr(Book) book = book_open(context->history, context->home, repository_option, error);
    if (book == NULL)
        return false;
    g_autoptr(Source) source =
        source_open(context->history, context->home, repository_option, error);
    g_autoptr(Maintainers) maintainers =
        source == NULL ? NULL : areas_maintainers(book, source, error);
    if (maintainers == NULL)
        return false;
    g_autoptr(Areas) areas = areas_new(context->history, context->home, maintainers);
    g_autoptr(Twins) twins =
        twins_open(context->history, context->home, book_repository(book), error);
    g_autoptr(Backports) backports =
        twins == NULL ? NULL : backports_find(book, areas, twins, argv[1], error);
    if (backports == NULL)
        return false;
    bool tries = !no_trials_option && !silence_option;
    return (!tries || try_all(context, book_repository(book), backports, error)) &&
           print(context, book, backports, areas, format, error);
}

const struct command command_backports = {
    .name = "backports",
    .arguments = "BRANCH",
    .summary = "Find what a stable branch may be missing",
    .description =
        "Commits of the main branch that fix what the line has, that a newer line took, or that "
        "ask for it with a Backport: line, in the order to pick them in. Each is tried in memory "
        "on top of those before it: clean, conflict, or empty, that is there already.\n\n"
        "Examples:\n"
        "  barograph backports stable-4.20\n"
        "  barograph backports 4.20 --format tsv > candidates.tsv\n"
        "  barograph backports 4.20 --silence\n"
        "  barograph backports 4.20 --mail --from \"Ann <ann@example.org>\"",
    .needs = NEEDS_HISTORY,
    .options = options,
    .run = run,
};
