#include "editor.h"

#include "fault.h"

#include <signal.h>
#include <string.h>

/* What keeps an editor from leaving copies, undo files or registers in the user's own folders. */
static const struct {
    const char *name;
    const char *words[4];
} careful[] = {
    {"vim", {"-i", "NONE", "--cmd", "set nobackup noundofile directory=."}},
    {"nvim", {"-i", "NONE", "--cmd", "set nobackup noundofile directory=."}},
    {"emacs",
     {"--eval", "(setq make-backup-files nil auto-save-default nil auto-save-list-file-prefix "
                "nil)"}},
};

static void add_words(GPtrArray *command, const char *program)
{
    g_autofree char *name = g_path_get_basename(program);
    for (gsize i = 0; i < G_N_ELEMENTS(careful); i++)
        for (gsize j = 0; g_str_equal(name, careful[i].name) && j < 4; j++)
            if (careful[i].words[j] != NULL)
                g_ptr_array_add(command, g_strdup(careful[i].words[j]));
}

static const char *system_editor(void)
{
    g_autofree char *found = g_find_program_in_path("editor");
    return found != NULL ? "editor" : "vi";
}

static const char *choose(const char *visual, const char *editor)
{
    if (visual != NULL && *visual != '\0')
        return visual;
    return editor != NULL && *editor != '\0' ? editor : system_editor();
}

GStrv editor_command(const char *visual, const char *editor, const char *const *paths,
                     GError **error)
{
    g_auto(GStrv) words = NULL;
    if (!g_shell_parse_argv(choose(visual, editor), NULL, &words, NULL)) {
        fault_raise(error, FAULT_CONFIG,
                    "the editor cannot be run: VISUAL or EDITOR is no command line");
        return NULL;
    }
    GPtrArray *command = g_ptr_array_new();
    for (char **word = words; *word != NULL; word++)
        g_ptr_array_add(command, g_strdup(*word));
    add_words(command, words[0]);
    for (; *paths != NULL; paths++)
        g_ptr_array_add(command, g_strdup(*paths));
    g_ptr_array_add(command, NULL);
    return (GStrv)g_ptr_array_free(command, FALSE);
}

/* Ctrl-C is the editor's while it runs. */
static void hear_signals(gpointer user)
{
    (void)user;
    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
}

bool editor_run(const char *const *command, const char *scratch, GError **error)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, on_int, on_quit;
    g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), "TMPDIR", scratch, TRUE);
    int status = 0;
    sigaction(SIGINT, &ignore, &on_int);
    sigaction(SIGQUIT, &ignore, &on_quit);
    bool ran = g_spawn_sync(NULL, (char **)(gsize)command, environment,
                            G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN, hear_signals, NULL,
                            NULL, NULL, &status, NULL);
    sigaction(SIGINT, &on_int, NULL);
    sigaction(SIGQUIT, &on_quit, NULL);
    if (!ran)
        return fault_raise(error, FAULT_UNAVAILABLE,
                           "the editor %s cannot be run: set VISUAL or EDITOR", command[0]);
    return g_spawn_check_wait_status(status, NULL) ||
           fault_raise(error, FAULT_UNAVAILABLE,
                       "the editor %s did not end well: what it wrote is kept, and was not checked",
                       command[0]);
}
