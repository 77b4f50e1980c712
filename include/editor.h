/* The user's own editor, for files that must not leave their folder. */
#ifndef EDITOR_H
#define EDITOR_H

#include <glib.h>
#include <stdbool.h>

/* The words of the command: $VISUAL, else $EDITOR, else the system's. Editors that are known to
 * keep copies of what they edit in other folders are told not to. `paths` come last. Pure but for
 * the look at PATH; caller frees. FAULT_CONFIG: the setting is no command line. */
GStrv editor_command(const char *visual, const char *editor, const char *const *paths,
                     GError **error);

/* Runs it until it ends, in the terminal, with `scratch` for its temporary files.
 * FAULT_UNAVAILABLE: there is no such program, or it did not end well. */
bool editor_run(const char *const *command, const char *scratch, GError **error);

#endif
