/* A password, from where it is kept: a file that nobody else may read, or a command that prints it.
 * Never from an argument or the environment. */
#ifndef SECRET_H
#define SECRET_H

#include <glib.h>

/* The first line of the file, or of what the command prints; NULL stands for the one that is not
 * given. The command is no shell's: words, which quotes keep together. FAULT_CONFIG: it cannot be
 * read or run, fails, or is empty; FAULT_PERMISSION: others may read the file. The caller gives it
 * to secret_free. */
char *secret_read(const char *path, const char *command, GError **error);
void secret_free(char *secret); /* wiped before */

#endif
