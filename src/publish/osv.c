/* Records of the Open Source Vulnerability format (https://ossf.github.io/osv-schema/). */
#include "affected.h"
#include "revision.h"
#include "site.h"

#include <string.h>

#define SCHEMA "1.7.5"

/* The databases that the format knows; what others publish begins with x_. From the pattern
 * "prefix" of its JSON schema. */
static const char prefixes[] =
    "^(ASB-A|PUB-A|ALPINE|ALSA|ALBA|ALEA|AZL|BELL|BIT|CGA|CLEANSTART|CLSA|CURL|CVE|DEBIAN|DHI|"
    "DRUPAL|DSA|DLA|ELA|DTSA|ECHO|EEF|FreeBSD|GHSA|GO|GSD|HSEC|JLSEC|KUBE|LBSEC|LSN|MAL|MINI|MGASA|"
    "OESA|OSEC|OSV|openSUSE-SU|PHSA|PSF|PYSEC|RHBA|RHEA|RHSA|RLSA|RXSA|RSEC|ROOT|RUSTSEC|"
    "SUSE-[SRFO]U|UBUNTU|USN|V8)-";

static char *id_of(const struct publication *publication)
{
    bool known = g_regex_match_simple(prefixes, publication->id, 0, 0);
    return g_strconcat(known ? "" : "x_", publication->id, NULL);
}

/* Sets the list when there is something in it; takes it. */
static void set_list(json_t *object, const char *key, json_t *list)
{
    if (json_array_size(list) > 0)
        json_object_set(object, key, list);
    json_decref(list);
}

static json_t *strings_json(const GPtrArray *strings)
{
    json_t *list = json_array();
    for (guint i = 0; i < strings->len; i++)
        json_array_append_new(list, json_string(strings->pdata[i]));
    return list;
}

/* --- prose --- */

/* What a program prints, or a person types: Markdown shows it as it is. */
static bool is_code(char **lines)
{
    for (char **line = lines; *line != NULL; line++)
        if (**line != '\0' && !g_str_has_prefix(*line, "    ") && **line != '\t')
            return false;
    return true;
}

static void add_escaped(GString *text, const char *line)
{
    gsize blanks = strspn(line, " \t");
    const char *words = line + blanks;
    g_string_append_len(text, line, (gssize)MIN(blanks, 3));
    if (*words != '\0' && strspn(words, "=-+#~") > 0 && words[1] != ' ')
        g_string_append_c(text, '\\');
    for (const char *at = words; *at != '\0'; at++) {
        if (strchr("\\`*_<>[]&|#", *at) != NULL)
            g_string_append_c(text, '\\');
        g_string_append_c(text, *at);
    }
}

static void add_paragraph(GString *text, const char *paragraph)
{
    g_auto(GStrv) lines = g_strsplit(paragraph, "\n", -1);
    bool code = is_code(lines);
    g_string_append(text, text->len > 0 ? "\n\n" : "");
    for (char **line = lines; *line != NULL; line++) {
        if (line != lines)
            g_string_append_c(text, '\n');
        if (code)
            g_string_append(text, *line);
        else
            add_escaped(text, *line);
    }
}

static void add_section(GString *text, const char *heading, const char *prose)
{
    g_auto(GStrv) paragraphs = g_strsplit(prose, "\n\n", -1);
    if (*prose == '\0')
        return;
    g_string_append(text, text->len > 0 ? "\n\n## " : "## ");
    add_escaped(text, heading);
    for (char **paragraph = paragraphs; *paragraph != NULL; paragraph++)
        if (**paragraph != '\0')
            add_paragraph(text, *paragraph);
}

/* What held during the embargo is of no use to those who look for a fix. */
static bool is_told(const struct publication *publication, const char *heading)
{
    const char *deployment = publication->layout->deployment;
    return deployment == NULL || !g_str_equal(heading, deployment);
}

static char *details_of(const struct publication *publication)
{
    g_autoptr(GPtrArray) headings = publication_headings(publication);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < headings->len; i++) {
        g_autofree char *prose = publication_prose(publication, headings->pdata[i]);
        g_autofree char *heading = g_utf8_make_valid(headings->pdata[i], -1);
        if (is_told(publication, headings->pdata[i]))
            add_section(text, heading, prose);
    }
    return g_string_free(text, FALSE);
}

/* --- ranges of commits --- */

static void add_event(json_t *events, const char *kind, const char *what)
{
    json_t *event = json_pack("{s:s}", kind, what);
    bool known = false;
    for (gsize i = 0; i < json_array_size(events) && !known; i++)
        known = json_equal(json_array_get(events, i), event);
    if (!known)
        json_array_append(events, event);
    json_decref(event);
}

static const struct affected_span *span_at(const struct affected *affected, guint index)
{
    return &g_array_index(affected->spans, struct affected_span, index);
}

/* One range with the fixes of all branches, as the format wants it: what follows a beginning and no
 * fix is affected. Where that is not known of the main branch there is none: NULL. */
static json_t *commits_json(const struct affected *affected)
{
    const char *repository = affected->repository->public_url;
    json_t *events = json_array();
    if (repository == NULL || affected->spans->len == 0 || affected->murky) {
        json_decref(events);
        return NULL;
    }
    for (guint i = 0; !affected->always && i < affected->begins->len; i++)
        add_event(events, "introduced", affected->begins->pdata[i]);
    if (json_array_size(events) == 0)
        add_event(events, "introduced", "0");
    for (guint i = 0; i < affected->spans->len; i++)
        add_event(events, "fixed", span_at(affected, i)->fixed);
    return json_pack("{s:s, s:s, s:o}", "type", "GIT", "repo", repository, "events", events);
}

/* --- ranges of versions --- */

static const struct affected_run *run_at(const struct affected *affected, guint index)
{
    return &g_array_index(affected->runs, struct affected_run, index);
}

/* `ended`: those that a release ended. What a later release ends has not been released. */
static json_t *versions_range(const struct affected *affected, bool ended)
{
    json_t *events = json_array();
    for (guint i = 0; i < affected->runs->len; i++) {
        const struct affected_run *run = run_at(affected, i);
        if (run->standing != RESOLVE_STANDING_AFFECTED || (run->next != NULL) != ended)
            continue;
        add_event(events, "introduced", run->first->version);
        add_event(events, ended ? "fixed" : "last_affected",
                  ended ? run->next->version : run->last->version);
    }
    json_t *range = json_array_size(events) == 0
                        ? NULL
                        : json_pack("{s:s, s:O}", "type", "ECOSYSTEM", "events", events);
    json_decref(events);
    return range;
}

/* Without an ecosystem, which has its own way to write versions, they are tags. */
static json_t *versions_json(const struct affected *affected, bool tags)
{
    json_t *versions = json_array();
    for (guint i = 0; i < affected->place->lines->len; i++) {
        const struct resolve_line *line = affected->place->lines->pdata[i];
        for (guint j = 0; j < line->releases->len; j++) {
            const struct resolve_release *release = line->releases->pdata[j];
            if (release->standing == RESOLVE_STANDING_AFFECTED)
                json_array_append_new(versions,
                                      json_string(tags ? release->tag : release->version));
        }
    }
    return versions;
}

/* --- how it is known --- */

static json_t *matches_json(const struct resolve_place *place)
{
    json_t *list = json_array();
    for (guint i = 0; i < place->matches->len; i++) {
        const struct resolve_match *match = place->matches->pdata[i];
        if (match->reverted[0] == '\0')
            json_array_append_new(list,
                                  json_pack("{s:s, s:s, s:s}", "commit", match->commit, "evidence",
                                            resolve_evidence_name(match->evidence), "sure",
                                            resolve_evidence_sureness(match->evidence)));
    }
    return list;
}

static json_t *lines_json(const struct resolve_place *place)
{
    json_t *list = json_array();
    for (guint i = 0; i < place->lines->len; i++) {
        const struct resolve_line *line = place->lines->pdata[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s*, s:s*}", "line", line->line, "state",
                                              resolve_state_name(line->state), "first_release",
                                              line->first_release, "reason", line->reason));
    }
    return list;
}

/* --- what is affected --- */

static void set_package(json_t *item, const struct home_publish *publish,
                        const struct home_repository *repository)
{
    if (publish->ecosystem != NULL)
        json_object_set_new(item, "package",
                            json_pack("{s:s, s:s, s:s*}", "ecosystem", publish->ecosystem, "name",
                                      repository->product, "purl", repository->purl));
}

static json_t *item_json(const struct site *site, const struct affected *affected,
                         const GPtrArray *files)
{
    bool ecosystem = site->home->publish.ecosystem != NULL;
    json_t *item = json_object(), *ranges = json_array();
    json_t *known[] = {commits_json(affected), ecosystem ? versions_range(affected, true) : NULL,
                       ecosystem ? versions_range(affected, false) : NULL};
    set_package(item, &site->home->publish, affected->repository);
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
        if (known[i] != NULL)
            json_array_append_new(ranges, known[i]);
    set_list(item, "ranges", ranges);
    set_list(item, "versions", versions_json(affected, !ecosystem));
    json_t *said = json_pack("{s:s, s:s}", "repository", affected->place->name, "product",
                             affected->repository->product);
    set_list(said, "commits", matches_json(affected->place));
    set_list(said, "lines", lines_json(affected->place));
    if (files != NULL)
        set_list(said, "files", strings_json(files));
    json_object_set_new(item, "database_specific", said);
    return item;
}

static json_t *affected_json(const struct site *site, const struct publication *publication,
                             const GPtrArray *all)
{
    g_autoptr(GPtrArray) files = all->len == 1 ? affected_files(publication) : NULL;
    json_t *list = json_array();
    for (guint i = 0; i < all->len; i++) {
        const struct affected *affected = all->pdata[i];
        json_array_append_new(list, item_json(site, affected, files));
    }
    return list;
}

/* --- references --- */

static void add_link(json_t *links, const char *type, const char *url)
{
    json_t *link = json_pack("{s:s, s:s}", "type", type, "url", url);
    bool known = false;
    for (gsize i = 0; i < json_array_size(links) && !known; i++)
        known = json_equal(json_array_get(links, i), link);
    if (!known)
        json_array_append(links, link);
    json_decref(link);
}

static void add_site_link(json_t *links, const char *type, const char *url, const char *path)
{
    g_autofree char *escaped = g_uri_escape_string(path, "/", FALSE);
    g_autofree char *link = g_strconcat(url, escaped, NULL);
    add_link(links, type, link);
}

static void add_site_links(json_t *links, const char *url, const struct publication *publication)
{
    const struct publication_version *newest = publication_newest(publication);
    g_autofree char *page = g_strdup_printf("advisory-%s.html", publication->number);
    g_autofree char *text = g_strdup_printf("advisory-%s.txt", publication->number);
    add_site_link(links, "ADVISORY", url, page);
    add_site_link(links, "ADVISORY", url, text);
    for (guint i = 0; i < newest->files->len; i++) {
        const struct publication_file *file = newest->files->pdata[i];
        if (file->patch && file->bytes != NULL)
            add_site_link(links, publication->documents ? "WEB" : "FIX", url, file->name);
    }
}

static bool add_commit_links(json_t *links, const struct site *site,
                             const struct affected *affected, GError **error)
{
    for (guint i = 0; i < affected->spans->len; i++) {
        g_autofree char *link = NULL;
        const struct affected_span *span = &g_array_index(affected->spans, struct affected_span, i);
        if (!affected_link(site->home, affected, span->fixed, &link, error))
            return false;
        if (link != NULL)
            add_link(links, "FIX", link);
    }
    return true;
}

/* NULL with *error. */
static json_t *links_json(const struct site *site, const struct publication *publication,
                          const GPtrArray *all, GError **error)
{
    json_t *links = json_array();
    if (site->home->publish.url != NULL)
        add_site_links(links, site->home->publish.url, publication);
    for (guint i = 0; i < all->len; i++)
        if (!add_commit_links(links, site, all->pdata[i], error)) {
            json_decref(links);
            return NULL;
        }
    return links;
}

/* --- the record --- */

static json_t *credits_json(const struct publication *publication)
{
    json_t *list = json_array();
    for (guint i = 0; i < publication->credits->len; i++) {
        g_autofree char *name = g_utf8_make_valid(publication->credits->pdata[i], -1);
        json_array_append_new(list, json_pack("{s:s, s:s}", "name", name, "type", "FINDER"));
    }
    return list;
}

static void set_dates(json_t *record, const struct publication *publication)
{
    json_object_set_new(record, "modified", json_null());
    json_object_set_new(record, "published", revision_time(publication->public_by));
    if (publication->withdrawn)
        json_object_set_new(record, "withdrawn",
                            revision_time(publication_newest(publication)->time));
}

bool osv_make(struct site *site, const struct publication *publication, GError **error)
{
    if (publication->embargoed)
        return true;
    g_autoptr(GPtrArray) all = affected_all(site->home, publication);
    json_t *links = links_json(site, publication, all, error);
    if (links == NULL)
        return false;
    g_autofree char *id = id_of(publication);
    g_autofree char *path = g_strconcat("osv/", publication->id, ".json", NULL);
    g_autofree char *details = details_of(publication);
    json_t *record = json_pack("{s:s, s:s}", "schema_version", SCHEMA, "id", id);
    set_dates(record, publication);
    set_list(record, "aliases", strings_json(publication->cves));
    if (*publication->title != '\0')
        json_object_set_new(record, "summary", json_string(publication->title));
    if (*details != '\0')
        json_object_set_new(record, "details", json_string(details));
    set_list(record, "affected", affected_json(site, publication, all));
    set_list(record, "references", links);
    set_list(record, "credits", credits_json(publication));
    revision_date(site, publication, path, record, NULL, "modified");
    site_add_json(site, path, record, publication->number, false);
    return true;
}
