/* Tells a person how far a long run is: on a terminal a bar with rate and time left, drawn at most
 * ten times a second on standard error; otherwise one line at the start and one at the end. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <glib.h>
#include <stdbool.h>

struct progress;

/* `verbosity` -1: nothing at all. `what`: "counting lines", `unit`: "files". total 0: not known. */
struct progress *progress_start(int verbosity, const char *what, const char *unit, guint64 total);
void progress_step(struct progress *progress, guint64 done);
/* Clears the bar, prints the closing line, frees. NULL does nothing. */
void progress_end(struct progress *progress, guint64 done);

#endif
