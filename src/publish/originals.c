/* What was signed, and what it names: the texts and files of every public version, to the byte. */
#include "site.h"

/* The newest version's files have their own names, those of older ones a folder for the version. */
static char *place_of(const struct publication *publication,
                      const struct publication_version *version, const char *name)
{
    return version == publication_newest(publication)
               ? g_strdup(name)
               : g_strdup_printf("%s-v%u/%s", publication->stem, version->number, name);
}

static bool add(struct site *site, const struct publication *publication,
                const struct publication_version *version, const char *name, const char *path,
                GBytes *bytes, GError **error)
{
    gsize length = 0;
    const void *data = g_bytes_get_data(bytes, &length);
    if (!permit_check(version->permit, EMBARGO_PUBLIC, name, data, length, error))
        return false;
    g_autofree char *place = place_of(publication, version, path);
    site_add(site, place, g_bytes_ref(bytes), publication->number);
    return true;
}

static bool add_version(struct site *site, const struct publication *publication,
                        const struct publication_version *version, GError **error)
{
    g_autofree char *text = g_strdup_printf("advisory-%s.txt", publication->number);
    if (!add(site, publication, version, "", text, version->text, error))
        return false;
    for (guint i = 0; i < version->files->len; i++) {
        const struct publication_file *file = version->files->pdata[i];
        if (file->bytes != NULL &&
            !add(site, publication, version, file->name, file->name, file->bytes, error))
            return false;
    }
    return true;
}

bool originals_make(struct site *site, const struct publication *publication, GError **error)
{
    for (guint i = 0; i < publication->versions->len; i++)
        if (!add_version(site, publication, publication->versions->pdata[i], error))
            return false;
    return true;
}
