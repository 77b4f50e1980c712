/* What lets a reader find the documents: CSAF 2.0, section 7.1, as a trusted provider has it. */
#include "clock.h"
#include "csaf.h"

#include <string.h>

#define FOLDER "csaf/white/"
#define FEED FOLDER "csaf-feed-tlp-white.json"
#define METADATA "csaf/provider-metadata.json"
#define CATEGORY "csaf/category.json"
#define SERVICE "csaf/service.json"

/* One document, as the lists name it. */
struct listed {
    const char *path;
    json_t *document;
    const char *initial, *current; /* dates */
};

static void listed_free(gpointer pointer)
{
    struct listed *listed = pointer;
    json_decref(listed->document);
    g_free(listed);
}

static int newest_first(gconstpointer a, gconstpointer b)
{
    const struct listed *left = *(struct listed *const *)a, *right = *(struct listed *const *)b;
    int order = strcmp(right->current, left->current);
    return order != 0 ? order : strcmp(left->path, right->path);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

static GPtrArray *list_documents(const struct site *site)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(listed_free);
    for (guint i = 0; i < site->documents->len; i++) {
        const struct site_document *document = site->documents->pdata[i];
        if (document->advisory == NULL || !g_str_has_prefix(document->path, FOLDER) ||
            !g_str_has_suffix(document->path, ".json"))
            continue;
        gsize length = 0;
        const char *bytes = g_bytes_get_data(document->bytes, &length);
        struct listed *listed = g_new0(struct listed, 1);
        listed->path = document->path;
        listed->document = json_loadb(bytes, length, 0, NULL);
        const json_t *head = json_object_get(listed->document, "document");
        const json_t *tracking = json_object_get(head, "tracking");
        listed->initial = text_of(tracking, "initial_release_date");
        listed->current = text_of(tracking, "current_release_date");
        g_ptr_array_add(list, listed);
    }
    g_ptr_array_sort(list, newest_first);
    return list;
}

/* --- lists --- */

static void add_text(struct site *site, const char *path, GString *text)
{
    site_add(site, path, g_string_free_to_bytes(text), NULL);
}

static int by_path(gconstpointer a, gconstpointer b)
{
    const struct listed *left = *(struct listed *const *)a, *right = *(struct listed *const *)b;
    return strcmp(left->path, right->path);
}

static void add_lists(struct site *site, const GPtrArray *list)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_copy((GPtrArray *)(gsize)list, NULL, NULL);
    GString *index = g_string_new(NULL), *changes = g_string_new(NULL);
    g_ptr_array_set_free_func(sorted, NULL);
    g_ptr_array_sort(sorted, by_path);
    for (guint i = 0; i < list->len; i++) {
        const struct listed *one = sorted->pdata[i], *changed = list->pdata[i];
        g_string_append_printf(index, "%s\n", one->path + strlen(FOLDER));
        g_string_append_printf(changes, "\"%s\",\"%s\"\n", changed->path + strlen(FOLDER),
                               changed->current);
    }
    add_text(site, FOLDER "index.txt", index);
    add_text(site, FOLDER "changes.csv", changes);
}

/* --- ROLIE --- */

static json_t *link_to(const struct site *site, const char *relation, const char *path,
                       const char *ending)
{
    g_autofree char *whole = g_strconcat(path, ending, NULL);
    g_autofree char *url = csaf_url(site->home, whole);
    return json_pack("{s:s, s:s}", "rel", relation, "href", url);
}

static json_t *csaf_category(void)
{
    return json_pack("[{s:s, s:s}]", "scheme", "urn:ietf:params:rolie:category:information-type",
                     "term", "csaf");
}

/* The first note that sums it up. */
static const char *summary_of(const json_t *head)
{
    const json_t *notes = json_object_get(head, "notes");
    for (size_t i = 0; i < json_array_size(notes); i++) {
        const json_t *note = json_array_get(notes, i);
        if (g_str_equal(text_of(note, "category"), "summary"))
            return text_of(note, "text");
    }
    return text_of(head, "title");
}

static json_t *entry_of(const struct site *site, const struct listed *listed)
{
    const json_t *head = json_object_get(listed->document, "document");
    const json_t *tracking = json_object_get(head, "tracking");
    g_autofree char *url = csaf_url(site->home, listed->path);
    json_t *links = json_array();
    json_array_append_new(links, link_to(site, "self", listed->path, ""));
    json_array_append_new(links, link_to(site, "hash", listed->path, ".sha256"));
    json_array_append_new(links, link_to(site, "hash", listed->path, ".sha512"));
    if (site->key_fingerprint != NULL)
        json_array_append_new(links, link_to(site, "signature", listed->path, ".asc"));
    return json_pack("{s:s, s:s, s:o, s:s, s:s, s:{s:s}, s:{s:s, s:s}, s:{s:s, s:s}}", "id",
                     text_of(tracking, "id"), "title", text_of(head, "title"), "link", links,
                     "published", listed->initial, "updated", listed->current, "summary", "content",
                     summary_of(head), "content", "type", "application/json", "src", url, "format",
                     "schema", "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json",
                     "version", "2.0");
}

static char *feed_title(const struct site *site)
{
    return g_strdup_printf("CSAF feed of %s (TLP:WHITE)", site->home->publish.publisher);
}

static void add_feed(struct site *site, const GPtrArray *list)
{
    const struct listed *newest = list->pdata[0];
    g_autofree char *title = feed_title(site);
    json_t *entries = json_array(), *links = json_array();
    for (guint i = 0; i < list->len; i++)
        json_array_append_new(entries, entry_of(site, list->pdata[i]));
    json_array_append_new(links, link_to(site, "self", FEED, ""));
    json_array_append_new(links, link_to(site, "service", SERVICE, ""));
    json_t *feed = json_pack("{s:{s:s, s:s, s:o, s:o, s:s, s:o}}", "feed", "id",
                             "csaf-feed-tlp-white", "title", title, "link", links, "category",
                             csaf_category(), "updated", newest->current, "entry", entries);
    site_add_json(site, FEED, feed, NULL, false);
}

static void add_service(struct site *site)
{
    g_autofree char *title = feed_title(site), *url = csaf_url(site->home, FEED);
    json_t *service = json_pack("{s:{s:[{s:s, s:[{s:s, s:s, s:{s:o}}]}]}}", "service", "workspace",
                                "title", "Public CSAF feeds", "collection", "title", title, "href",
                                url, "categories", "category", csaf_category());
    site_add_json(site, SERVICE, service, NULL, false);
}

static void add_categories(struct site *site)
{
    json_t *terms = json_array();
    for (guint i = 0; i < site->home->repositories->len; i++) {
        const struct home_repository *repository = site->home->repositories->pdata[i];
        json_array_append_new(terms, json_pack("{s:s}", "term", repository->product));
    }
    site_add_json(site, CATEGORY, json_pack("{s:{s:o}}", "categories", "category", terms), NULL,
                  false);
}

/* --- the provider --- */

static json_t *distributions_of(const struct site *site)
{
    g_autofree char *folder = csaf_url(site->home, FOLDER), *feed = csaf_url(site->home, FEED);
    g_autofree char *service = csaf_url(site->home, SERVICE);
    g_autofree char *category = csaf_url(site->home, CATEGORY);
    return json_pack("[{s:s}, {s:{s:[{s:s, s:s, s:s}], s:[s], s:[s]}}]", "directory_url", folder,
                     "rolie", "feeds", "summary", "All public advisories", "tlp_label", "WHITE",
                     "url", feed, "services", service, "categories", category);
}

static json_t *keys_of(struct site *site)
{
    json_t *keys = json_array();
    const char *fingerprint = site->key_fingerprint;
    if (site->public_key == NULL || fingerprint == NULL)
        return keys;
    g_autofree char *path = g_strdup_printf("csaf/openpgp/%s.asc", fingerprint);
    g_autofree char *url = csaf_url(site->home, path);
    site_add(site, path, g_bytes_ref(site->public_key), NULL);
    json_array_append_new(keys, json_pack("{s:s, s:s}", "fingerprint", fingerprint, "url", url));
    return keys;
}

/* The day goes on with what changes, and with nothing else. */
static void set_updated(const struct site *site, json_t *metadata, const char *newest)
{
    json_t *previous = site_previous_json(site, METADATA);
    g_autofree char *now = clock_format_time(site->now);
    g_autofree char *before = g_strdup(text_of(previous, "last_updated"));
    bool there = *before != '\0';
    json_object_del(previous, "last_updated");
    const char *updated = !there ? newest : json_equal(previous, metadata) ? before : now;
    if (strcmp(updated, newest) < 0)
        updated = newest;
    json_object_set_new(metadata, "last_updated", json_string(updated));
    json_decref(previous);
}

static void add_metadata(struct site *site, const char *newest)
{
    const struct home_publish *publish = &site->home->publish;
    g_autofree char *url = csaf_url(site->home, METADATA);
    bool trusted = site->public_key != NULL && site->key_fingerprint != NULL;
    json_t *publisher = json_pack("{s:s, s:s, s:s}", "category", publish->category, "name",
                                  publish->publisher, "namespace", publish->namespace);
    csaf_set_text(publisher, "contact_details", publish->contact);
    json_t *metadata =
        json_pack("{s:s, s:o, s:b, s:b, s:s, s:o, s:s}", "canonical_url", url, "distributions",
                  distributions_of(site), "list_on_CSAF_aggregators", 1,
                  "mirror_on_CSAF_aggregators", 1, "metadata_version", "2.0", "publisher",
                  publisher, "role", trusted ? "csaf_trusted_provider" : "csaf_provider");
    csaf_set_list(metadata, "public_openpgp_keys", keys_of(site));
    set_updated(site, metadata, newest);
    site_add_json(site, METADATA, csaf_sorted(metadata), NULL, false);
}

bool csaf_provider_make(struct site *site, GError **error)
{
    (void)error;
    g_autoptr(GPtrArray) list = list_documents(site);
    if (list->len == 0)
        return true;
    const struct listed *newest = list->pdata[0];
    add_lists(site, list);
    add_feed(site, list);
    add_service(site);
    add_categories(site);
    add_metadata(site, newest->current);
    return true;
}
