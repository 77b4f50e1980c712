/* xsa.json: all advisories for programs, in the shape that Xen has given to such a file. */
#include "clock.h"
#include "page.h"

#include <string.h>

/* "2012-12-03 17:51": UTC, to the minute. */
static json_t *minute_of(gint64 time)
{
    g_autofree char *iso = clock_format_time(time);
    g_autofree char *day = g_strndup(iso, 10);
    g_autofree char *minute = g_strndup(iso + 11, 5);
    return json_sprintf("%s %s", day, minute);
}

/* --- what a label says --- */

struct meaning {
    const char *project; /* the repository's name; NULL: none of this home's */
    char *upstream;      /* the product */
    json_t *versions;    /* each a version, or the two ends of a range, as they stand there */
};

static bool is_called(const char *item, const char *name)
{
    gsize length = strlen(name);
    return g_ascii_strncasecmp(item, name, length) == 0 &&
           (item[length] == '\0' || item[length] == ' ' || item[length] == '-');
}

/* "Xen 4.17.x", "xen-unstable": by its product or its name. */
static const struct home_repository *find_product(const struct site *site, const char *item)
{
    for (guint i = 0; i < site->home->repositories->len; i++) {
        const struct home_repository *repository = site->home->repositories->pdata[i];
        if (is_called(item, repository->product) || is_called(item, repository->name))
            return repository;
    }
    return NULL;
}

/* What is left of an item when it begins with a product: "Xen 4.17.x" is version 4.17.x. */
static const char *version_in(const char *item)
{
    const char *blank = strchr(item, ' ');
    return blank == NULL ? item : blank + 1;
}

static json_t *ends_of(const char *item)
{
    static const char *const marks[] = {" - ", " ... "};
    json_t *ends = json_array();
    g_auto(GStrv) parts = NULL;
    for (gsize i = 0; parts == NULL && i < G_N_ELEMENTS(marks); i++)
        if (strstr(item, marks[i]) != NULL)
            parts = g_strsplit(item, marks[i], 2);
    if (parts == NULL) {
        json_array_append_new(ends, page_line(version_in(item)));
        return ends;
    }
    for (char **part = parts; *part != NULL; part++) {
        g_strstrip(*part);
        json_array_append_new(ends, page_line(version_in(*part)));
    }
    return ends;
}

static struct meaning read_label(const struct site *site, const char *label)
{
    g_auto(GStrv) items = g_strsplit(label, ",", -1);
    struct meaning meaning = {.versions = json_array()};
    for (char **item = items; *item != NULL; item++) {
        if (*g_strstrip(*item) == '\0')
            continue;
        const struct home_repository *repository = find_product(site, *item);
        if (meaning.upstream == NULL) {
            meaning.project = repository == NULL ? NULL : repository->name;
            meaning.upstream = repository == NULL ? g_strndup(*item, strcspn(*item, " "))
                                                  : g_strdup(repository->product);
        }
        if (g_ascii_strcasecmp(*item, meaning.upstream) != 0)
            json_array_append_new(meaning.versions, ends_of(*item));
    }
    return meaning;
}

/* --- files --- */

static json_t *file_of(const struct site *site, const struct publication_file *file)
{
    struct meaning meaning = read_label(site, file->label);
    json_t *object = json_object();
    json_object_set_new(object, "name", page_line(file->name));
    if (meaning.project != NULL)
        json_object_set_new(object, "project", page_line(meaning.project));
    if (meaning.upstream != NULL)
        json_object_set_new(object, "upstream", page_line(meaning.upstream));
    json_object_set_new(object, "versions", meaning.versions);
    g_free(meaning.upstream);
    return object;
}

static json_t *files_of(const struct site *site, const struct publication *publication)
{
    const struct publication_version *newest = publication_newest(publication);
    json_t *files = json_array();
    for (guint i = 0; i < newest->files->len; i++)
        json_array_append_new(files, file_of(site, newest->files->pdata[i]));
    return files;
}

/* --- advisories --- */

/* Of one under embargo its number, and the day when that may be told. */
static json_t *entry_of(const struct site *site, const struct publication *publication)
{
    json_t *entry = json_object(), *cves = json_array();
    g_autofree char *key = g_ascii_strdown(site->layout->files, -1);
    for (guint i = 0; i < publication->cves->len; i++)
        json_array_append_new(cves, page_line(publication->cves->pdata[i]));
    if (publication->embargoed) {
        json_decref(cves);
        if (publication->planned_at != POLICY_UNKNOWN)
            json_object_set_new(entry, "public_time", minute_of(publication->planned_at));
    } else {
        json_object_set_new(entry, "cve", cves);
        json_object_set_new(entry, "files", files_of(site, publication));
        json_object_set_new(entry, "public_time", minute_of(publication->public_by));
        json_object_set_new(entry, "title", page_line(publication->title));
        json_object_set_new(entry, "version",
                            json_integer(publication_newest(publication)->number));
        json_object_set_new(entry, "version_time", minute_of(page_updated(publication)));
    }
    json_object_set_new(entry, key, page_line(publication->number));
    return entry;
}

bool catalogue_make(struct site *site, GError **error)
{
    g_autofree char *path = g_strconcat(site->layout->files, ".json", NULL);
    g_autofree char *key = g_strconcat(site->layout->files, "s", NULL);
    json_t *list = json_array(), *whole = json_array(), *object = json_object();
    (void)error;
    for (guint i = 0; i < site->publications->len; i++)
        json_array_append_new(list, entry_of(site, site->publications->pdata[i]));
    json_object_set_new(object, key, list);
    json_array_append_new(whole, object);
    site_add_json(site, path, whole, NULL, false);
    return true;
}
