/* Asking a person at the terminal for what nobody else may see. */
#ifndef PROMPT_H
#define PROMPT_H

#include <stdbool.h>

/* Whether somebody sits there: standard input is a terminal. */
bool prompt_possible(void);

/* Asks for the passphrase of the key that `hint` names, on the terminal itself and without echo;
 * `again`: the last one was wrong. `user` is not used: the shape is pgp_ask's. NULL: none was given
 * (an empty line, Ctrl-C or Ctrl-D), or there is no terminal. The caller wipes and frees it; until
 * then it is in memory that is not swapped. */
char *prompt_passphrase(void *user, const char *hint, bool again);

/* The same from the descriptor (int *) that `user` is: its first line, once, through no other
 * buffer. */
char *prompt_descriptor(void *user, const char *hint, bool again);

#endif
