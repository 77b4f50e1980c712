/* How a mining run goes about it; for mine.h, and for the rounds that it works in. */
#ifndef MINE_OPTIONS_H
#define MINE_OPTIONS_H

#include <glib.h>
#include <stdbool.h>

struct mine_options {
    guint jobs;  /* worker processes; 0: one a core */
    guint round; /* commits in a round at most; 0: as many as memory is meant for. Tests make it
                    small, to stop between rounds; the result is the same */
    int verbosity;
    bool again;               /* forget what is there and mine from the start */
    const volatile int *stop; /* set by a signal: finish cleanly, FAULT_INTERRUPTED */
};

#endif
