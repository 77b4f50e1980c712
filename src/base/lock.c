#include "lock.h"

#include "fault.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

bool lock_take(const char *path, const char *who, int *ret_lock, GError **error)
{
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (lock < 0)
        return fault_raise(error, FAULT_CANTCREATE, "%s cannot be made: %s", path,
                           g_strerror(errno));
    if (flock(lock, LOCK_EX | LOCK_NB) == 0) {
        *ret_lock = lock;
        return true;
    }
    int reason = errno;
    close(lock);
    if (reason == EWOULDBLOCK)
        return fault_raise(error, FAULT_BUSY,
                           "another barograph %s is at work in this home: wait until it has ended",
                           who);
    return fault_raise(error, FAULT_IO, "%s cannot be locked: %s", path, g_strerror(reason));
}

void lock_give(int lock)
{
    if (lock >= 0)
        close(lock);
}
