#include "folder.h"

#include "fault.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

static bool is_same(const char *path, GBytes *bytes)
{
    g_autofree char *there = NULL;
    gsize length = 0, wanted = 0;
    const void *data = g_bytes_get_data(bytes, &wanted);
    return g_file_get_contents(path, &there, &length, NULL) && length == wanted &&
           memcmp(there, data, length) == 0;
}

static bool write_one(const char *path, GBytes *bytes, GError **error)
{
    g_autofree char *parent = g_path_get_dirname(path);
    g_autoptr(GError) reason = NULL;
    gsize length = 0;
    const void *data = g_bytes_get_data(bytes, &length);
    if (g_mkdir_with_parents(parent, 0755) != 0)
        return fault_raise(error, FAULT_CANTCREATE, "%s cannot be made: %s", parent,
                           g_strerror(errno));
    return g_file_set_contents_full(path, data, (gssize)length,
                                    G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                    0644, &reason) ||
           fault_raise(error, FAULT_IO, "%s cannot be written: %s", path, reason->message);
}

bool folder_write(const char *path, const GPtrArray *documents, struct folder_tally *ret_tally,
                  GError **error)
{
    struct folder_tally tally = {0};
    for (guint i = 0; i < documents->len; i++) {
        const struct site_document *document = documents->pdata[i];
        g_autofree char *file = g_build_filename(path, document->path, NULL);
        if (is_same(file, document->bytes)) {
            tally.kept++;
            continue;
        }
        if (!write_one(file, document->bytes, error))
            return false;
        tally.written++;
    }
    *ret_tally = tally;
    return true;
}
