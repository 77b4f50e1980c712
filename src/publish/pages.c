/* The page of one advisory. */
#include "page.h"
#include "passages.h"
#include "standing.h"

#include <string.h>

/* The section where the text itself says who is affected, for when nothing else is known: the
 * anchor of a heading that has the word. */
static json_t *find_anchor(const json_t *sections, const char *word)
{
    for (gsize i = 0; i < json_array_size(sections); i++) {
        json_t *section = json_array_get(sections, i);
        const char *heading = json_string_value(json_object_get(section, "heading"));
        if (heading != NULL && strstr(heading, word) != NULL)
            return json_incref(json_object_get(section, "anchor"));
    }
    return json_null();
}

/* --- documents beside it --- */

static void add_document(json_t *documents, const char *words, json_t *link)
{
    if (json_is_null(link)) {
        json_decref(link);
        return;
    }
    json_t *document = json_object();
    json_object_set_new(document, "document_words", page_line(words));
    json_object_set_new(document, "document_link", link);
    json_array_append_new(documents, document);
}

/* CSAF 2.0, 5.1: the id in small letters names the file, in a folder for the year. */
static char *csaf_path(const struct site *site, const struct publication *publication)
{
    g_autofree char *small = g_ascii_strdown(publication->id, -1);
    g_autofree char *name = g_strconcat("/", small, ".json", NULL);
    for (guint i = 0; i < site->documents->len; i++) {
        const struct site_document *document = site->documents->pdata[i];
        if (g_str_has_prefix(document->path, "csaf/white/") &&
            g_str_has_suffix(document->path, name))
            return g_strdup(document->path);
    }
    return NULL;
}

static json_t *documents_of(const struct site *site, const struct publication *publication)
{
    json_t *documents = json_array();
    g_autofree char *csaf = csaf_path(site, publication);
    add_document(documents, "Signed text",
                 page_link_format(site, "advisory-%s.txt", publication->number));
    if (csaf != NULL)
        add_document(documents, "CSAF", page_link(site, csaf));
    add_document(documents, "OSV", page_link_format(site, "osv/%s.json", publication->id));
    return documents;
}

/* --- its history --- */

static const struct publication_version *version_of(const struct publication *publication,
                                                    guint number)
{
    for (guint i = 0; i < publication->versions->len; i++) {
        const struct publication_version *version = publication->versions->pdata[i];
        if (version->number == number)
            return version;
    }
    return NULL;
}

static json_t *step_link(const struct site *site, const struct publication *publication,
                         const struct publication_version *version)
{
    if (version == NULL)
        return json_null();
    if (version == publication_newest(publication))
        return page_link_format(site, "advisory-%s.txt", publication->number);
    return page_link_format(site, "%s-v%u/advisory-%s.txt", publication->stem, version->number,
                            publication->number);
}

static json_t *old_files(const struct site *site, const struct publication *publication,
                         const struct publication_version *version)
{
    json_t *files = json_array();
    if (version == NULL || version == publication_newest(publication))
        return files;
    for (guint i = 0; i < version->files->len; i++) {
        const struct publication_file *file = version->files->pdata[i];
        json_t *object = json_object();
        json_object_set_new(object, "name", page_line(file->name));
        json_object_set_new(object, "sha256", page_line(file->sha256));
        json_object_set_new(
            object, "file_link",
            page_link_format(site, "%s-v%u/%s", publication->stem, version->number, file->name));
        json_array_append_new(files, object);
    }
    return files;
}

static json_t *history_of(const struct site *site, const struct publication *publication)
{
    json_t *history = json_array();
    for (guint i = publication->steps->len; i-- > 0;) {
        const struct publication_step *step = publication->steps->pdata[i];
        const struct publication_version *version = version_of(publication, step->number);
        json_t *object = json_object();
        json_object_set_new(object, "number", json_integer(step->number));
        json_object_set_new(object, "time", page_time(step->time));
        json_object_set_new(object, "step_public", json_boolean(step->public));
        json_object_set_new(object, "step_link", step_link(site, publication, version));
        json_object_set_new(object, "step_files", old_files(site, publication, version));
        json_object_set_new(object, "blocks",
                            version == NULL ? json_array()
                                            : passages_prose(site, publication, version->changes));
        json_array_append_new(history, object);
    }
    return history;
}

/* --- the page --- */

static json_t *credits_of(const struct publication *publication)
{
    json_t *credits = json_array();
    for (guint i = 0; publication->credits != NULL && i < publication->credits->len; i++) {
        json_t *credit = json_object();
        json_object_set_new(credit, "who", page_line(publication->credits->pdata[i]));
        json_array_append_new(credits, credit);
    }
    return credits;
}

static void set_facts(const struct site *site, const struct publication *publication, json_t *page)
{
    const struct publication_version *newest = publication_newest(publication);
    json_t *cves = page_cves(site, publication), *credits = credits_of(publication);
    bool late = newest->time != publication->public_by;
    json_object_set_new(page, "id", page_line(publication->id));
    json_object_set_new(page, "title", page_line(publication->title));
    json_object_set_new(page, "withdrawn", json_boolean(publication->withdrawn));
    json_object_set_new(page, "version", json_integer(newest->number));
    json_object_set_new(page, "has_cves", json_boolean(json_array_size(cves) > 0));
    json_object_set_new(page, "cves", cves);
    json_object_set_new(page, "has_credits", json_boolean(json_array_size(credits) > 0));
    json_object_set_new(page, "credits", credits);
    json_object_set_new(page, "public_at", page_time(publication->public_at));
    json_object_set_new(page, "public_by", page_time(publication->public_by));
    json_object_set_new(page, "updated", late ? page_time(newest->time) : json_null());
}

bool pages_make(struct site *site, const struct publication *publication, GError **error)
{
    if (publication->embargoed)
        return true;
    json_t *places = standing_places(site, publication, error);
    if (places == NULL)
        return false;
    json_t *page = page_new(site), *sections = passages_of(site, publication);
    g_autofree char *path = g_strdup_printf("advisory-%s.html", publication->number);
    set_facts(site, publication, page);
    json_object_set_new(page, "known", json_boolean(!json_is_null(places)));
    json_object_set_new(page, "places", places);
    json_object_set_new(page, "vulnerable", find_anchor(sections, "VULNERABLE"));
    json_object_set_new(page, "sections", sections);
    json_object_set_new(page, "documents", documents_of(site, publication));
    json_object_set_new(page, "history", history_of(site, publication));
    return page_add(site, "site-advisory.html", path, page, publication->number, error);
}
