#include "output.h"

#include "fault.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* To a device or a pipe. */
static bool write_through(const char *path, const char *text, GError **error)
{
    FILE *file = fopen(path, "we");
    bool done = file != NULL && fputs(text, file) >= 0;
    done = (file == NULL || fclose(file) == 0) && done;
    return done ||
           fault_raise(error, FAULT_IO, "%s cannot be written: %s", path, g_strerror(errno));
}

/* Through a temporary name: whoever looks finds the old report or the new one. Never in the place
 * of a device or a link, but into what they stand for. */
static bool write_file(const char *path, const char *text, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autofree char *target = realpath(path, NULL);
    const char *where = target != NULL ? target : path;
    if (g_file_test(where, G_FILE_TEST_EXISTS) && !g_file_test(where, G_FILE_TEST_IS_REGULAR))
        return write_through(where, text, error);
    if (g_file_set_contents_full(where, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0666, &reason))
        return true;
    return fault_raise(error, FAULT_CANTCREATE, "%s", reason->message);
}

bool output_write(const char *path, const char *text, GError **error)
{
    if (path != NULL && !g_str_equal(path, "-"))
        return write_file(path, text, error);
    /* main sees whether all of it arrived. */
    fputs(text, stdout);
    return true;
}
