#include "mine.h"

#include "command.h"
#include "fault.h"
#include "lock.h"
#include "progress.h"
#include "repo.h"
#include "table.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>

static gboolean fetch_option, problems_option, again_option;
static gint jobs_option, round_option;
static char *repository_option, *format_option;

static const GOptionEntry options[] = {
    {"fetch", 0, 0, G_OPTION_ARG_NONE, &fetch_option,
     "First bring the mirrors of repositories with a url up to date", NULL},
    {"repository", 0, 0, G_OPTION_ARG_STRING, &repository_option,
     "Mine this repository only (default: all)", "NAME"},
    {"again", 0, 0, G_OPTION_ARG_NONE, &again_option,
     "Forget what was mined and start from the first commit", NULL},
    {"jobs", 'j', 0, G_OPTION_ARG_INT, &jobs_option, "Worker processes (default: one a core)", "N"},
    {"round", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &round_option,
     "Commits written at once, at most (for tests)", "N"},
    {"problems", 0, 0, G_OPTION_ARG_NONE, &problems_option,
     "List what could not be read or understood; mines nothing", NULL},
    {"format", 0, 0, G_OPTION_ARG_STRING, &format_option,
     "With --problems: text, md, tsv, csv or json (default: text)", "FORMAT"},
    {.long_name = NULL}};

static volatile sig_atomic_t stop_signal;

static void note_signal(int number)
{
    stop_signal = number;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = note_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

static bool list_problems(struct context *context, GError **error)
{
    static const struct table_column columns[] = {
        {"repository", "Repository", TABLE_KIND_STRING}, {"kind", "Kind", TABLE_KIND_STRING},
        {"object", "Object", TABLE_KIND_STRING},         {"place", "Place", TABLE_KIND_STRING},
        {"detail", "What it means", TABLE_KIND_STRING},
    };
    enum table_format format = TABLE_TEXT;
    if (format_option != NULL && !table_format_parse(format_option, &format, error))
        return false;
    g_autoptr(Store) history =
        store_open(context->home->history_path, "history", STORE_READ, error);
    if (history == NULL)
        return false;
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    struct store_statement *list = store_statement(history, "mine_problems");
    bool row = false;
    store_bind_text(list, 1, repository_option, -1);
    while (true) {
        if (!store_step(list, &row, error))
            return false;
        if (!row)
            break;
        for (int i = 0; i < store_columns(list); i++)
            table_string(table, store_text(list, i));
    }
    g_autofree char *text = table_format(table, format, context->colour);
    fputs(text, stdout);
    return true;
}

struct fetching {
    struct progress *progress;
    guint64 received;
};

static bool report_received(void *user, guint64 received, guint64 total)
{
    struct fetching *fetching = user;
    (void)total;
    fetching->received = received;
    progress_step(fetching->progress, received);
    return stop_signal == 0;
}

static bool fetch_mirror(const struct context *context, const struct home_repository *repository,
                         GError **error)
{
    g_autofree char *path = home_repository_path(context->home, repository);
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *what = g_strdup_printf("%s: fetching %s", repository->name, repository->url);
    if (g_mkdir_with_parents(folder, 0777) != 0)
        return fault_raise(error, FAULT_CANTCREATE, "%s cannot be made: %s", folder,
                           g_strerror(errno));
    struct fetching fetching = {progress_start(context->verbosity, what, "objects", 0), 0};
    bool done = repo_mirror(repository->url, path, report_received, &fetching, error);
    progress_end(fetching.progress, fetching.received);
    return done;
}

static void say(const struct context *context, const char *name, const struct mine_result *result)
{
    if (context->verbosity < 0)
        return;
    if (result->mended)
        fprintf(stderr, "%s: what had been missing is there now: read again from the start\n",
                name);
    if (result->lost_workers > 0)
        fprintf(stderr, "%s: %u worker processes died; what they counted was counted again\n", name,
                result->lost_workers);
    if (result->unchanged)
        fprintf(stderr, "%s: nothing new\n", name);
    else
        fprintf(stderr,
                "%s: %" G_GUINT64_FORMAT " new commits, %" G_GUINT64_FORMAT
                " file changes, on %u branches and %u tags\n",
                name, result->commits, result->changes, result->branches, result->tags);
    if (result->dropped > 0)
        fprintf(stderr,
                "%s: %" G_GUINT64_FORMAT
                " commits are no longer on any chosen branch or tag: removed\n",
                name, result->dropped);
    if (result->problems > 0)
        fprintf(stderr,
                "%s: %" G_GUINT64_FORMAT
                " objects could not be read or are odd: barograph mine --problems lists them\n",
                name, result->problems);
}

static bool mine_one(struct context *context, struct store *history,
                     const struct home_repository *repository, GError **error)
{
    struct mine_options how = {.jobs = (guint)jobs_option,
                               .round = (guint)round_option,
                               .verbosity = context->verbosity,
                               .again = again_option,
                               .stop = &stop_signal};
    struct mine_result result;
    if (fetch_option && repository->url != NULL && !fetch_mirror(context, repository, error))
        return false;
    g_autofree char *path = home_repository_path(context->home, repository);
    if (repository->url != NULL && !g_file_test(path, G_FILE_TEST_EXISTS))
        return fault_raise(error, FAULT_UNAVAILABLE,
                           "%s is not fetched yet: run barograph mine --fetch", repository->name);
    if (!mine_repository(history, context->home, repository, &how, &result, error))
        return false;
    say(context, repository->name, &result);
    return true;
}

/* One repository that fails does not keep the others from being mined; its error is the command's.
 */
static bool mine_all(struct context *context, struct store *history, GError **error)
{
    GError *first = NULL;
    for (guint i = 0; i < context->home->repositories->len && stop_signal == 0; i++) {
        const struct home_repository *repository =
            g_ptr_array_index(context->home->repositories, i);
        GError *problem = NULL;
        if (repository_option != NULL && !g_str_equal(repository->name, repository_option))
            continue;
        mine_one(context, history, repository, &problem);
        if (problem != NULL && first != NULL) {
            g_autofree char *sentence = fault_sentence(problem);
            fprintf(stderr, "barograph: %s\n", sentence);
            g_error_free(problem);
        } else if (problem != NULL) {
            first = problem;
        }
    }
    if (stop_signal != 0 && first == NULL)
        fault_raise(&first, FAULT_INTERRUPTED,
                    "stopped; what was finished is kept, and barograph mine goes on from there");
    if (first != NULL)
        g_propagate_error(error, first);
    return first == NULL;
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    int lock = -1;
    if (argc > 1)
        return fault_raise(error, FAULT_USAGE,
                           "mine takes no argument \"%s\": name a repository with --repository",
                           argv[1]);
    if (jobs_option < 0 || jobs_option > 1024)
        return fault_raise(error, FAULT_USAGE, "--jobs takes a number from 1 to 1024");
    if (round_option < 0)
        return fault_raise(error, FAULT_USAGE, "--round takes a number of commits");
    if (home_repository_find(context->home, repository_option, error) == NULL)
        return false;
    if (problems_option)
        return list_problems(context, error);
    catch_signals();
    g_autofree char *lock_path = g_build_filename(context->home->folder, ".mine.lock", NULL);
    if (!lock_take(lock_path, "mine", &lock, error))
        return false;
    struct store *history = store_open(context->home->history_path, "history", STORE_WRITE, error);
    bool done = history != NULL && mine_all(context, history, error);
    store_close(history);
    lock_give(lock);
    return done;
}

const struct command command_mine = {
    .name = "mine",
    .arguments = "",
    .summary = "Read what is new in the repositories into history.db",
    .description =
        "Reads commits, changed lines, trailers, origins and advisories named, from every\n"
        "branch and tag that barograph.conf chooses. A second run reads only what is new; a\n"
        "run that was stopped, even by kill -9, goes on where it was.\n\n"
        "Examples:\n"
        "  barograph mine                      all repositories of this home\n"
        "  barograph mine --fetch              bring mirrors up to date first\n"
        "  barograph mine --repository xen     one of them\n"
        "  barograph mine --problems           what could not be read, and what that means",
    .needs = NEEDS_HOME,
    .options = options,
    .run = run,
};
