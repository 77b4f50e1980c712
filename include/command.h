/* The commands: one file each in src/cmd/, one row each in src/cmd/commands.c.
 *
 * A command gets what the table says it needs, already opened, and its own arguments. It prints
 * results on standard output; messages go to standard error. */
#ifndef COMMAND_H
#define COMMAND_H

#include "home.h"
#include "store.h"

enum command_needs {
    NEEDS_NOTHING = 0,
    NEEDS_HOME = 1,    /* barograph.conf read */
    NEEDS_HISTORY = 2, /* and history.db open, read-only */
};

struct context {
    const char *folder; /* -C, absolute; the current folder when not given */
    struct home *home;
    struct store *history;
    gint64 now;    /* clock_now, taken once */
    int verbosity; /* -1 with -q, 1 with -v */
    int status;    /* what a command that is done exits with: 0, unless its page says otherwise */
    bool colour;   /* standard output is a terminal and NO_COLOR is not set */
};

struct command {
    const char *name;        /* "people" */
    const char *arguments;   /* for the usage line: "[suggest|unknown|list]" */
    const char *summary;     /* one line, for `barograph --help` */
    const char *description; /* --help's closing text: what it does and examples */
    enum command_needs needs;
    const GOptionEntry *options; /* ended by {NULL}; each command keeps its own statics */
    bool (*run)(struct context *context, int argc, char **argv, GError **error);
    /* argv[0] is the command's name; options are already taken out */
};

/* There are two programs of one source. `barograph-whole` has every command. `barograph` has those
 * that need neither mail nor keys, and so starts without the libraries for them, in less than half
 * the time; whatever else it is asked, it hands over to the whole one. */
extern const struct command *const commands[]; /* those of this program; ended by NULL */
extern const char *const whole_program;        /* the name of the other one; NULL: this is it */

#endif
