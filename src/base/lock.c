#include "lock.h"

#include "fault.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* A lock of the process, not of the descriptor: workers that outlive a killed parent by a moment
 * do not hold on to it. */
bool lock_take(const char *path, const char *who, int *ret_lock, GError **error)
{
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (lock < 0)
        return fault_raise(error, FAULT_CANTCREATE, "%s cannot be made: %s", path,
                           g_strerror(errno));
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(lock, F_SETLK, &whole) == 0) {
        *ret_lock = lock;
        return true;
    }
    int reason = errno;
    close(lock);
    if (reason == EACCES || reason == EAGAIN)
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
