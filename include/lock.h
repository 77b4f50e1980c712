/* One writer a home: an advisory lock on a file, given up by the kernel when its holder ends. */
#ifndef LOCK_H
#define LOCK_H

#include <glib.h>
#include <stdbool.h>

/* The descriptor that holds the lock. FAULT_BUSY when another process has it: `who` ("mine") says
 * what that one is doing; FAULT_CANTCREATE when the file cannot be made. */
bool lock_take(const char *path, const char *who, int *ret_lock, GError **error);
void lock_give(int lock);

#endif
