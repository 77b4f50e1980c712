#include "site.h"

#include "below.h"
#include "fault.h"

#include <string.h>

void site_document_free(gpointer pointer)
{
    struct site_document *document = pointer;
    g_free(document->path);
    g_bytes_unref(document->bytes);
    g_free(document->advisory);
    g_free(document);
}

static struct site_document *add(struct site *site, const char *path, GBytes *bytes,
                                 const char *advisory)
{
    struct site_document *document = g_new0(struct site_document, 1);
    document->path = g_strdup(path);
    document->bytes = bytes;
    document->advisory = g_strdup(advisory);
    g_ptr_array_add(site->documents, document);
    return document;
}

void site_add(struct site *site, const char *path, GBytes *bytes, const char *advisory)
{
    add(site, path, bytes, advisory);
}

void site_add_json(struct site *site, const char *path, json_t *value, const char *advisory,
                   bool seal)
{
    g_autofree char *text = json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    char *whole = g_strconcat(text, "\n", NULL);
    add(site, path, g_bytes_new_take(whole, strlen(whole)), advisory)->seal = seal;
    json_decref(value);
}

json_t *site_previous_json(const struct site *site, const char *path)
{
    if (site->previous == NULL)
        return NULL;
    g_autofree char *file = g_build_filename(site->previous, path, NULL);
    return json_load_file(file, 0, NULL);
}

static const struct site_document *find(const struct site *site, const char *path, guint until)
{
    for (guint i = 0; i < until; i++) {
        const struct site_document *document = site->documents->pdata[i];
        if (g_str_equal(document->path, path))
            return document;
    }
    return NULL;
}

bool site_check(struct site *site, guint from, GError **error)
{
    for (guint i = from; i < site->documents->len;) {
        const struct site_document *document = site->documents->pdata[i];
        const struct site_document *other = find(site, document->path, i);
        if (!below_good_path(document->path))
            return fault_raise(error, FAULT_DATA, "\"%s\" is no safe name for a document",
                               document->path);
        if (other == NULL)
            i++;
        else if (g_bytes_equal(other->bytes, document->bytes))
            g_ptr_array_remove_index(site->documents, i);
        else
            return fault_raise(error, FAULT_DATA,
                               "another document is called %s too, and is not the same",
                               document->path);
    }
    return true;
}
