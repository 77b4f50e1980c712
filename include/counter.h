/* Counts the lines between two versions of a file, read by their ids. The last versions read stay
 * at hand: the changes of one file come one after another, and branches take turns. */
#ifndef COUNTER_H
#define COUNTER_H

#include "changes.h"

enum count_content {
    COUNT_TEXT,
    COUNT_BINARY,  /* git's rule; no lines */
    COUNT_MISSING, /* an object could not be read; no lines */
};

struct counted {
    guint32 added, deleted;
    enum count_content content;
    enum object_state lost; /* of the object that could not be read */
    bool lost_new;          /* it is the new side's */
};

struct counter;

struct counter *counter_new(const char *objects_folder, GError **error);
void counter_free(struct counter *counter);

/* Either side may be absent (mode 0). A submodule's content is git's line "Subproject commit <id>".
 */
struct counted counter_compare(struct counter *counter, const struct tree_side *old,
                               const struct tree_side *new);
/* Lets go of the versions at hand: the next change is of another file. */
void counter_forget(struct counter *counter);

/* A blob's bytes until counter_take_back, or NULL when it cannot be read. */
const char *counter_lend(struct counter *counter, const guint8 id[20], gsize *ret_length);
void counter_take_back(struct counter *counter);

#endif
