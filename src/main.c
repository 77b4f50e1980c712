/* Global options -> command -> open what it needs -> run -> print the error. */
#include "clock.h"
#include "command.h"
#include "fault.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char *folder_option;
static gboolean quiet_option, verbose_option, version_option;

static const GOptionEntry global_options[] = {
    {"directory", 'C', 0, G_OPTION_ARG_FILENAME, &folder_option,
     "The home to work in (default: the current folder)", "DIR"},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet_option, "Print results and errors only", NULL},
    {"verbose", 'v', 0, G_OPTION_ARG_NONE, &verbose_option, "Say more on standard error", NULL},
    {"version", 0, 0, G_OPTION_ARG_NONE, &version_option, "Print the version", NULL},
    {.long_name = NULL}};

static char *list_commands(void)
{
    GString *text = g_string_new("Commands:\n");
    for (const struct command *const *command = commands; *command != NULL; command++)
        g_string_append_printf(text, "  %-12s %s\n", (*command)->name, (*command)->summary);
    g_string_append(text, "\nA first report, in an empty folder:\n"
                          "  barograph init /path/to/repository\n"
                          "  barograph mine\n"
                          "  barograph weather\n\n"
                          "barograph help COMMAND tells more; so does man barograph.");
    return g_string_free(text, FALSE);
}

static GOptionContext *global_context(void)
{
    GOptionContext *context = g_option_context_new("COMMAND [ARGUMENT…]");
    g_autofree char *list = list_commands();
    g_option_context_set_summary(
        context, "The weather report and the storm warnings of an open-source project.");
    g_option_context_set_description(context, list);
    g_option_context_add_main_entries(context, global_options, NULL);
    g_option_context_set_strict_posix(context, TRUE);
    return context;
}

static bool has_option(const GOptionEntry *entries, const char *name)
{
    for (; entries != NULL && entries->long_name != NULL; entries++)
        if (g_str_equal(entries->long_name, name))
            return true;
    return false;
}

/* A command's own option goes before a global one of that name, as --version does where there are
 * versions to choose from. */
static void add_global_options(GOptionContext *context, const GOptionEntry *own)
{
    for (const GOptionEntry *entry = global_options; entry->long_name != NULL; entry++) {
        const GOptionEntry one[] = {*entry, {.long_name = NULL}};
        if (!has_option(own, entry->long_name))
            g_option_context_add_main_entries(context, one, NULL);
    }
}

static GOptionContext *command_context(const struct command *command)
{
    GOptionContext *context = g_option_context_new(command->arguments);
    g_option_context_set_summary(context, command->summary);
    g_option_context_set_description(context, command->description);
    if (command->options != NULL)
        g_option_context_add_main_entries(context, command->options, NULL);
    add_global_options(context, command->options);
    return context;
}

static const struct command *find_command(const char *name, GError **error)
{
    g_autoptr(GString) near = g_string_new(NULL);
    for (const struct command *const *command = commands; *command != NULL; command++) {
        if (g_str_equal((*command)->name, name))
            return *command;
        if (g_ascii_strncasecmp((*command)->name, name, 2) == 0)
            g_string_append_printf(near, "%s%s", near->len > 0 ? " or " : ": did you mean ",
                                   (*command)->name);
    }
    fault_raise(error, FAULT_USAGE, "there is no command \"%s\"%s (barograph --help lists them)",
                name, near->len > 0 ? near->str : "");
    return NULL;
}

/* What was printed counts only when it arrived: a report cut short by a full disk is no report. */
static bool flush_output(GError **error)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return true;
    return fault_raise(
        error, FAULT_IO,
        "the output could not be written whole: is the disk full or the reader gone?");
}

/* barograph help [COMMAND]: the same as --help. */
static bool print_help(GOptionContext *global, const char *name, GError **error)
{
    const struct command *command = name == NULL ? NULL : find_command(name, error);
    if (name != NULL && command == NULL)
        return false;
    g_autofree char *program = g_strdup_printf("barograph %s", name == NULL ? "" : name);
    g_set_prgname(g_strchomp(program));
    g_autoptr(GOptionContext) own = command == NULL ? NULL : command_context(command);
    g_autofree char *help = g_option_context_get_help(own == NULL ? global : own, TRUE, NULL);
    return fputs(help, stdout) >= 0 && flush_output(error);
}

static bool open_needs(struct context *context, const struct command *command, GError **error)
{
    if (command->needs >= NEEDS_HOME) {
        context->home = home_open(context->folder, error);
        if (context->home == NULL)
            return false;
    }
    if (command->needs < NEEDS_HISTORY)
        return true;
    if (!g_file_test(context->home->history_path, G_FILE_TEST_EXISTS))
        return fault_raise(error, FAULT_UNAVAILABLE,
                           "nothing is mined yet in %s: run barograph mine first", context->folder);
    context->history = store_open(context->home->history_path, "history", STORE_READ, error);
    return context->history != NULL;
}

static bool run_command(const struct command *command, int argc, char **argv, int *ret_status,
                        GError **error)
{
    g_autofree char *here = g_get_current_dir();
    g_autofree char *folder = g_canonicalize_filename(folder_option ? folder_option : here, here);
    struct context context = {
        .folder = folder,
        .verbosity = quiet_option     ? -1
                     : verbose_option ? 1
                                      : 0,
        .colour = isatty(STDOUT_FILENO) == 1 && g_getenv("NO_COLOR") == NULL,
    };
    bool done = clock_now(&context.now, error) && open_needs(&context, command, error) &&
                command->run(&context, argc, argv, error);
    store_close(context.history);
    home_free(context.home);
    *ret_status = context.status;
    return done;
}

static bool parse_and_run(int argc, char **argv, int *ret_status, GError **error)
{
    g_autoptr(GOptionContext) global = global_context();
    if (!g_option_context_parse(global, &argc, &argv, error))
        return false;
    if (version_option)
        return puts("barograph " BAROGRAPH_VERSION) >= 0 && flush_output(error);
    if (argc < 2)
        return fault_raise(error, FAULT_USAGE, "which command? barograph --help lists them");
    if (g_str_equal(argv[1], "help"))
        return print_help(global, argv[2], error);
    const struct command *command = find_command(argv[1], error);
    if (command == NULL)
        return false;
    g_autofree char *program = g_strdup_printf("barograph %s", command->name);
    g_set_prgname(program);
    argc--;
    argv++;
    g_autoptr(GOptionContext) own = command_context(command);
    if (!g_option_context_parse(own, &argc, &argv, error))
        return false;
    if (version_option)
        return puts("barograph " BAROGRAPH_VERSION) >= 0 && flush_output(error);
    return run_command(command, argc, argv, ret_status, error) && flush_output(error);
}

/* Whether this program has what is asked for. Help is about all commands, and so is not here. */
static bool is_here(int argc, char **argv)
{
    g_autofree char **words = g_memdup2(argv, ((gsize)argc + 1) * sizeof *argv);
    g_autoptr(GOptionContext) context = global_context();
    g_option_context_set_help_enabled(context, FALSE);
    char **rest = words;
    bool here = g_option_context_parse(context, &argc, &rest, NULL) &&
                (version_option || (argc > 1 && find_command(rest[1], NULL) != NULL));
    g_clear_pointer(&folder_option, g_free);
    return here;
}

/* Returns only when it fails. */
static bool hand_over(char **argv, GError **error)
{
    static const char *const places[] = {".", BAROGRAPH_LIBEXEC};
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = g_path_get_dirname(self == NULL ? argv[0] : self);
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *path = g_build_filename(folder, places[i], whole_program, NULL);
        execv(path, argv);
    }
    return fault_raise(error, FAULT_UNAVAILABLE,
                       "%s cannot be run, the part of barograph that this needs: install it again",
                       whole_program);
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    setlocale(LC_CTYPE, "");
    /* A file that may not grow any more is an error like a full disk, not a sudden end. */
    signal(SIGXFSZ, SIG_IGN);
    g_set_prgname("barograph");
    int status = 0;
    bool here = whole_program == NULL || is_here(argc, argv) || hand_over(argv, &error);
    if (here && parse_and_run(argc, argv, &status, &error))
        return status;
    if (error == NULL)
        return fault_status(FAULT_INTERNAL);
    const char *hint = error->domain == G_OPTION_ERROR ? " (--help lists the options)" : "";
    g_autofree char *sentence = fault_sentence(error);
    fprintf(stderr, "barograph: %s%s\n", sentence, hint);
    return fault_exit_status(error);
}
