/* One CSAF 2.0 document an advisory: head, notes, vulnerabilities. */
#include "csaf.h"

#include "clock.h"

#include <string.h>

/* --- small things --- */

void csaf_set_text(json_t *object, const char *key, const char *text)
{
    if (text != NULL && *text != '\0')
        json_object_set_new(object, key, json_string(text));
}

void csaf_set_list(json_t *object, const char *key, json_t *list)
{
    if (json_array_size(list) > 0)
        json_object_set(object, key, list);
    json_decref(list);
}

json_t *csaf_sorted(json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS);
    json_t *sorted = json_loads(text, 0, NULL);
    free(text);
    json_decref(value);
    return sorted;
}

char *csaf_url(const struct home *home, const char *path)
{
    g_autofree char *escaped = g_uri_escape_string(path, "/", FALSE);
    return g_strconcat(home->publish.url, escaped, NULL);
}

char *csaf_file_name(const char *id)
{
    GString *name = g_string_new(NULL);
    bool gap = false;
    for (const char *c = id; *c != '\0'; c++) {
        char small = g_ascii_tolower(*c);
        bool good = g_ascii_isalnum(small) || small == '+' || small == '-';
        if (good)
            g_string_append_c(name, small);
        else if (!gap)
            g_string_append_c(name, '_');
        gap = !good;
    }
    g_string_append(name, ".json");
    return g_string_free(name, FALSE);
}

char *csaf_path(const struct publication *publication)
{
    const struct publication_version *first = publication->versions->pdata[0];
    g_autofree char *name = csaf_file_name(publication->id);
    return g_strdup_printf("csaf/white/%d/%s", clock_year(first->time), name);
}

/* --- notes --- */

static const struct {
    const char *heading, *category, *title;
} known[] = {
    {"ISSUE DESCRIPTION", "description", "Issue description"},
    {"DESCRIPTION", "description", "Description"},
    {"IMPACT", "summary", "Impact"},
    {"IMPLICATIONS", "summary", "Implications"},
    {"SUMMARY", "summary", "Summary"},
    {"VULNERABLE SYSTEMS", "details", "Vulnerable systems"},
};

static json_t *note(const char *category, const char *title, const char *text)
{
    return json_pack("{s:s, s:s, s:s}", "category", category, "text", text, "title", title);
}

/* "DEPLOYMENT DURING EMBARGO" -> "Deployment during embargo" */
static char *plain_title(const char *heading)
{
    char *title = g_ascii_strdown(heading, -1);
    *title = g_ascii_toupper(*title);
    return title;
}

static json_t *section_note(const char *heading, const char *prose)
{
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
        if (g_str_equal(heading, known[i].heading))
            return note(known[i].category, known[i].title, prose);
    g_autofree char *title = plain_title(heading);
    return note("general", title, prose);
}

/* Where the ranges are from: for each product. */
static char *source_of(const struct csaf_family *family)
{
    return family->place != NULL
               ? g_strdup_printf("The releases of %s are those of its history. Fixed is a release "
                                 "that has all commits of the fix that its line needs; affected is "
                                 "one before it, unless what the fix repairs came later, or the "
                                 "advisory says otherwise.",
                                 family->product)
               : g_strdup_printf("What is said of versions of %s is what the advisory says: which "
                                 "of them have a fix is not known here.",
                                 family->product);
}

static void add_sources(const struct csaf_stock *stock, json_t *notes)
{
    for (guint i = 0; i < stock->families->len; i++) {
        g_autofree char *text = source_of(stock->families->pdata[i]);
        json_array_append_new(notes, note("other", "Where the ranges are from", text));
    }
}

static json_t *document_notes(const struct publication *publication, const struct csaf_stock *stock)
{
    json_t *notes = json_array();
    g_autoptr(GPtrArray) headings = publication_headings(publication);
    if (publication->withdrawn) {
        g_autofree char *text = g_strdup_printf(
            "%s is withdrawn: nothing of it is to be acted upon. What was said instead follows.",
            publication->id);
        json_array_append_new(notes, note("description", "Reasoning for withdrawal", text));
    }
    for (guint i = 0; i < headings->len; i++) {
        g_autofree char *prose = publication_prose(publication, headings->pdata[i]);
        if (*prose != '\0')
            json_array_append_new(notes, section_note(headings->pdata[i], prose));
    }
    if (stock != NULL)
        add_sources(stock, notes);
    return notes;
}

/* Of several vulnerabilities each has paragraphs of its own, if one names it alone. */
static char *own_paragraphs(const struct publication *publication, const char *heading,
                            const char *cve)
{
    g_autofree char *prose = publication_prose(publication, heading);
    g_auto(GStrv) paragraphs = g_strsplit(prose, "\n\n", -1);
    GString *own = g_string_new(NULL);
    for (char **paragraph = paragraphs; cve != NULL && *paragraph != NULL; paragraph++) {
        guint named = 0;
        for (guint i = 0; i < publication->cves->len; i++)
            named += strstr(*paragraph, publication->cves->pdata[i]) != NULL;
        if (named == 1 && strstr(*paragraph, cve) != NULL)
            g_string_append_printf(own, "%s%s", own->len == 0 ? "" : "\n\n", *paragraph);
    }
    if (own->len == 0)
        g_string_assign(own, prose);
    return g_string_free(own, FALSE);
}

static json_t *vulnerability_notes(const struct publication *publication, const char *cve)
{
    json_t *notes = json_array();
    bool several = publication->cves->len > 1;
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        g_autofree char *prose =
            own_paragraphs(publication, known[i].heading, several ? cve : NULL);
        if (*prose != '\0')
            json_array_append_new(notes, note(known[i].category, known[i].title, prose));
    }
    if (json_array_size(notes) == 0)
        json_array_append_new(notes, note("summary", "Title", publication->title));
    return notes;
}

/* --- references --- */

static void add_reference(json_t *references, const char *category, const char *summary,
                          const char *url)
{
    json_array_append_new(references, json_pack("{s:s, s:s, s:s}", "category", category, "summary",
                                                summary, "url", url));
}

static void add_own(const struct site *site, json_t *references, const char *summary,
                    const char *path)
{
    g_autofree char *url = csaf_url(site->home, path);
    add_reference(references, "self", summary, url);
}

static json_t *references_of(const struct site *site, const struct publication *publication,
                             const char *path)
{
    json_t *references = json_array();
    const struct publication_version *newest = publication_newest(publication);
    g_autofree char *text = g_strdup_printf("advisory-%s.txt", publication->number);
    g_autofree char *page = g_strdup_printf("advisory-%s.html", publication->number);
    add_own(site, references, "Canonical URL of this document", path);
    add_own(site, references, "The advisory as it was signed", text);
    add_own(site, references, "The advisory as a page", page);
    for (guint i = 0; i < newest->files->len; i++) {
        const struct publication_file *file = newest->files->pdata[i];
        g_autofree char *url = csaf_url(site->home, file->name);
        if (file->bytes != NULL)
            add_reference(references, "external", file->name, url);
    }
    return references;
}

static json_t *cve_references(const char *cve)
{
    json_t *references = json_array();
    g_autofree char *url = g_strconcat("https://www.cve.org/CVERecord?id=", cve, NULL);
    add_reference(references, "external", cve, url);
    return references;
}

/* --- people --- */

/* "Ada of Example"; whole when it is not as simple as that. */
static json_t *thanks_to(const char *credit)
{
    g_auto(GStrv) parts = g_strsplit(credit, " of ", -1);
    if (g_strv_length(parts) == 2 && strpbrk(credit, ",;&(\n") == NULL &&
        strstr(credit, " and ") == NULL)
        return json_pack("{s:[s], s:s}", "names", parts[0], "organization", parts[1]);
    if (g_strv_length(parts) == 1 && strpbrk(credit, ",;&(\n") == NULL &&
        strstr(credit, " and ") == NULL)
        return json_pack("{s:[s]}", "names", credit);
    return json_pack("{s:s}", "summary", credit);
}

/* An imported record has no credits, but its text may. */
static json_t *thanks(const struct publication *publication)
{
    json_t *list = json_array();
    g_autofree char *prose = publication_prose(publication, "CREDITS");
    for (guint i = 0; i < publication->credits->len; i++) {
        g_autofree char *credit = g_utf8_make_valid(publication->credits->pdata[i], -1);
        if (*g_strstrip(credit) != '\0')
            json_array_append_new(list, thanks_to(credit));
    }
    if (json_array_size(list) == 0 && *prose != '\0')
        json_array_append_new(list, json_pack("{s:s}", "summary", prose));
    return list;
}

/* --- the whole --- */

static json_t *vulnerability(const struct csaf_stock *stock, const char *cve)
{
    const struct publication *publication = stock->publication;
    json_t *one = json_object();
    g_autofree char *released =
        publication->public_at == POLICY_UNKNOWN ? NULL : clock_format_time(publication->public_at);
    csaf_set_text(one, "cve", cve);
    json_object_set_new(one, "ids",
                        json_pack("[{s:s, s:s}]", "system_name", publication->layout->words, "text",
                                  publication->id));
    csaf_set_text(one, "title", publication->title);
    csaf_set_text(one, "release_date", released);
    csaf_set_list(one, "notes", vulnerability_notes(publication, cve));
    if (cve != NULL)
        csaf_set_list(one, "references", cve_references(cve));
    csaf_add_status(one, stock);
    csaf_add_remedies(one, stock);
    return one;
}

static json_t *publisher_of(const struct home_publish *publish)
{
    json_t *publisher = json_pack("{s:s, s:s, s:s}", "category", publish->category, "name",
                                  publish->publisher, "namespace", publish->namespace);
    csaf_set_text(publisher, "contact_details", publish->contact);
    return publisher;
}

/* CSAF 2.0 has no category for what is withdrawn: it says nothing of any product. */
static json_t *head_of(const struct site *site, const struct publication *publication,
                       const struct csaf_stock *stock, const char *path)
{
    g_autofree char *title =
        g_strdup_printf("%s: %s%s", publication->id, publication->withdrawn ? "withdrawn: " : "",
                        publication->title);
    json_t *head =
        json_pack("{s:s, s:s, s:{s:{s:s, s:s}}, s:s, s:o, s:s}", "category",
                  stock == NULL ? "csaf_base" : "csaf_security_advisory", "csaf_version", "2.0",
                  "distribution", "tlp", "label", "WHITE", "url", "https://www.first.org/tlp/v1/",
                  "lang", "en", "publisher", publisher_of(&site->home->publish), "title", title);
    csaf_set_list(head, "notes", document_notes(publication, stock));
    csaf_set_list(head, "references", references_of(site, publication, path));
    csaf_set_list(head, "acknowledgments", thanks(publication));
    return head;
}

static json_t *make(const struct site *site, const struct publication *publication,
                    const char *path)
{
    g_autoptr(CsafStock) stock =
        publication->withdrawn ? NULL : csaf_stock_new(publication, site->home);
    json_t *document = json_pack("{s:o}", "document", head_of(site, publication, stock, path));
    if (stock != NULL) {
        json_t *vulnerabilities = json_array();
        json_object_set_new(document, "product_tree", csaf_tree(stock));
        for (guint i = 0; i < publication->cves->len; i++)
            json_array_append_new(vulnerabilities,
                                  vulnerability(stock, publication->cves->pdata[i]));
        if (publication->cves->len == 0)
            json_array_append_new(vulnerabilities, vulnerability(stock, NULL));
        csaf_set_list(document, "vulnerabilities", vulnerabilities);
    }
    return document;
}

bool csaf_make(struct site *site, const struct publication *publication, GError **error)
{
    (void)error;
    if (publication->embargoed || csaf_lacks(site->home) != NULL)
        return true;
    g_autofree char *path = csaf_path(publication);
    json_t *document = make(site, publication, path);
    json_t *previous = site_previous_json(site, path);
    json_object_set_new(json_object_get(document, "document"), "tracking",
                        csaf_tracking(publication, document, previous, site->now));
    json_decref(previous);
    site_add_json(site, path, csaf_sorted(document), publication->number, true);
    return true;
}

const char *csaf_lacks(const struct home *home)
{
    return home->publish.url == NULL ? "url" : home->publish.namespace == NULL ? "namespace" : NULL;
}
