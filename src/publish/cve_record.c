#include "cve_record.h"

#include "affected.h"
#include "cve_stated.h"
#include "fault.h"
#include "record_conf.h"
#include "revision.h"
#include "site.h"

#include <string.h>

/* What the schema allows, in characters. */
enum {
    PROSE_MOST = 4096,
    MEDIA_MOST = 16384,
    TITLE_MOST = 256,
    PATH_MOST = 1024,
    LINKS_MOST = 500
};

char *cve_record_path(const char *cve)
{
    return g_strconcat("cve/", cve, ".json", NULL);
}

/* --- prose --- */

/* So many characters at most, whole paragraphs or lines where there are any. */
static char *shorten(const char *words, glong most, const char *rest)
{
    glong left = most - g_utf8_strlen(rest, -1);
    if (g_utf8_strlen(words, -1) <= most)
        return g_strdup(words);
    gsize length = (gsize)(g_utf8_offset_to_pointer(words, left) - words);
    const char *line = g_strrstr_len(words, (gssize)length, "\n");
    g_autofree char *head = g_strndup(words, line == NULL ? length : (gsize)(line - words));
    return g_strconcat(g_strchomp(head), rest, NULL);
}

static json_t *prose_json(const char *words)
{
    g_autofree char *value = shorten(words, PROSE_MOST, "\n\n[...]");
    json_t *prose = json_pack("{s:s, s:s}", "lang", "en", "value", value);
    if (strcmp(value, words) != 0) {
        g_autofree char *media = shorten(words, MEDIA_MOST, "\n\n[...]");
        json_object_set_new(
            prose, "supportingMedia",
            json_pack("[{s:s, s:b, s:s}]", "type", "text/plain", "base64", 0, "value", media));
    }
    return prose;
}

/* Nothing where the text has no such section. */
static void set_section(json_t *cna, const char *key, const struct publication *publication,
                        const char *heading)
{
    g_autofree char *words = publication_prose(publication, heading);
    if (*words != '\0')
        json_object_set_new(cna, key, json_pack("[o]", prose_json(words)));
}

/* A text that has no such section is one by itself. */
static void set_description(json_t *cna, const struct publication *publication)
{
    g_autoptr(GPtrArray) headings = publication_headings(publication);
    g_autofree char *words = publication_prose(publication, "ISSUE DESCRIPTION");
    for (guint i = 0; *words == '\0' && i < headings->len; i++) {
        g_free(words);
        words = publication_prose(publication, headings->pdata[i]);
    }
    const char *said = *words == '\0' ? publication->title : words;
    g_autofree char *whole =
        publication->withdrawn
            ? g_strdup_printf("%s was withdrawn: nothing of it is to be acted upon. It said:\n\n%s",
                              publication->id, said)
            : g_strdup(said);
    json_object_set_new(cna, "descriptions", json_pack("[o]", prose_json(whole)));
}

static void set_impacts(json_t *cna, const struct publication *publication)
{
    g_autofree char *words = publication_prose(publication, "IMPACT");
    if (*words != '\0')
        json_object_set_new(cna, "impacts",
                            json_pack("[{s:[o]}]", "descriptions", prose_json(words)));
}

static bool has_string(const json_t *list, const char *key, const char *value)
{
    for (gsize i = 0; i < json_array_size(list); i++)
        if (g_strcmp0(json_string_value(json_object_get(json_array_get(list, i), key)), value) == 0)
            return true;
    return false;
}

static void add_credit(json_t *credits, const char *words)
{
    g_autofree char *valid = g_utf8_make_valid(words, -1);
    g_autofree char *value = shorten(valid, PROSE_MOST, "...");
    if (*value != '\0' && !has_string(credits, "value", value))
        json_array_append_new(
            credits, json_pack("{s:s, s:s, s:s}", "lang", "en", "value", value, "type", "finder"));
}

/* Of an imported text the record has no names, only what it says. */
static void set_credits(json_t *cna, const struct publication *publication)
{
    json_t *credits = json_array();
    for (guint i = 0; i < publication->credits->len; i++)
        add_credit(credits, publication->credits->pdata[i]);
    if (publication->credits->len == 0) {
        g_autofree char *words = publication_prose(publication, "CREDITS");
        add_credit(credits, words);
    }
    if (json_array_size(credits) > 0)
        json_object_set(cna, "credits", credits);
    json_decref(credits);
}

/* --- versions --- */

static const char *const statuses[] = {
    [RESOLVE_STANDING_UNKNOWN] = "unknown",
    [RESOLVE_STANDING_NOT_AFFECTED] = "unaffected",
    [RESOLVE_STANDING_AFFECTED] = "affected",
    [RESOLVE_STANDING_FIXED] = "unaffected",
};

/* "4.20.3", as semantic versions are written; "4.20" and "4.20.0-rc1" are in an order of their own.
 */
static const char *version_type(const struct affected_run *run)
{
    const char *versions[] = {run->first->version, run->last->version,
                              run->next == NULL ? run->last->version : run->next->version};
    for (gsize i = 0; i < G_N_ELEMENTS(versions); i++)
        if (!g_regex_match_simple("^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)$", versions[i], 0,
                                  0))
            return "custom";
    return "semver";
}

static json_t *run_json(const struct affected_run *run)
{
    json_t *version = json_pack("{s:s, s:s, s:s}", "version", run->first->version, "status",
                                statuses[run->standing], "versionType", version_type(run));
    if (run->next != NULL)
        json_object_set_new(version, "lessThan", json_string(run->next->version));
    else
        json_object_set_new(version, "lessThanOrEqual", json_string(run->last->version));
    return version;
}

static void add_span(json_t *versions, const char *begin, const char *fixed)
{
    json_array_append_new(versions, json_pack("{s:s, s:s, s:s, s:s}", "version", begin, "status",
                                              "affected", "versionType", "git", "lessThan", fixed));
}

static json_t *spans_json(const struct affected *affected)
{
    json_t *versions = json_array();
    for (guint i = 0; i < affected->spans->len; i++) {
        const struct affected_span *span = &g_array_index(affected->spans, struct affected_span, i);
        for (guint j = 0; j < span->begins->len; j++)
            add_span(versions, span->begins->pdata[j], span->fixed);
        if (span->begins->len == 0)
            add_span(versions, "0", span->fixed);
    }
    return versions;
}

static json_t *runs_json(const struct affected *affected)
{
    json_t *versions = json_array();
    for (guint i = 0; i < affected->runs->len; i++)
        json_array_append_new(versions,
                              run_json(&g_array_index(affected->runs, struct affected_run, i)));
    return versions;
}

/* --- products --- */

static json_t *product_new(const struct site *site, const char *product)
{
    g_autofree char *vendor = shorten(site->home->publish.vendor, TITLE_MOST, "...");
    return json_pack("{s:s, s:s}", "vendor", vendor, "product", product);
}

static void set_strings(json_t *object, const char *key, const GPtrArray *strings, glong most)
{
    json_t *list = json_array();
    for (guint i = 0; i < strings->len; i++)
        if (g_utf8_strlen(strings->pdata[i], -1) <= most)
            json_array_append_new(list, json_string(strings->pdata[i]));
    if (json_array_size(list) > 0)
        json_object_set(object, key, list);
    json_decref(list);
}

static bool is_affected(const struct affected *affected)
{
    for (guint i = 0; i < affected->runs->len; i++)
        if (g_array_index(affected->runs, struct affected_run, i).standing ==
            RESOLVE_STANDING_AFFECTED)
            return true;
    return false;
}

/* Its name without a version, where nothing is said of one. */
static void set_cpe(json_t *product, const struct affected *affected)
{
    if (affected->repository->cpe == NULL || !is_affected(affected))
        return;
    g_autofree char *any = g_strconcat(affected->repository->cpe, ":*:*:*:*:*:*:*:*", NULL);
    json_object_set_new(product, "cpes", json_pack("[s]", any));
}

static void set_versions(json_t *product, json_t *versions, bool settled)
{
    json_object_set_new(product, "defaultStatus", json_string(settled ? "unaffected" : "unknown"));
    if (json_array_size(versions) > 0)
        json_object_set(product, "versions", versions);
    json_decref(versions);
}

/* Two entries: releases, and commits. Where a line is left without a fix, ranges of commits do not
 * tell everything. */
static void add_products(json_t *list, const struct site *site, const struct affected *affected,
                         const GPtrArray *files)
{
    json_t *releases = product_new(site, affected->repository->product);
    const char *repository = affected->repository->public_url;
    if (repository != NULL)
        json_object_set_new(releases, "repo", json_string(repository));
    if (files != NULL)
        set_strings(releases, "programFiles", files, PATH_MOST);
    json_t *commits = json_deep_copy(releases);
    set_cpe(releases, affected);
    set_versions(releases, runs_json(affected), affected->settled);
    json_array_append_new(list, releases);
    json_t *spans = spans_json(affected);
    if (json_array_size(spans) > 0 && repository != NULL) {
        set_versions(commits, spans, affected->closed);
        json_array_append(list, commits);
    } else {
        json_decref(spans);
    }
    json_decref(commits);
}

static json_t *products_json(const struct site *site, const struct publication *publication,
                             const GPtrArray *all)
{
    json_t *list = json_array();
    g_autoptr(GPtrArray) files = all->len == 1 ? affected_files(publication) : NULL;
    for (guint i = 0; i < all->len; i++)
        add_products(list, site, all->pdata[i], files);
    if (all->len == 0)
        cve_stated_add(list, site, publication, product_new);
    return list;
}

/* --- which releases, once more, for those who look for CPE names --- */

static json_t *match_json(const char *cpe, const struct affected_run *run)
{
    g_autofree char *any = g_strconcat(cpe, ":*:*:*:*:*:*:*:*", NULL);
    json_t *match = json_pack("{s:b, s:s, s:s}", "vulnerable", 1, "criteria", any,
                              "versionStartIncluding", run->first->version);
    if (run->next != NULL)
        json_object_set_new(match, "versionEndExcluding", json_string(run->next->version));
    else
        json_object_set_new(match, "versionEndIncluding", json_string(run->last->version));
    return match;
}

static void set_applicability(json_t *cna, const GPtrArray *all)
{
    json_t *matches = json_array();
    for (guint i = 0; i < all->len; i++) {
        const struct affected *affected = all->pdata[i];
        for (guint j = 0; affected->repository->cpe != NULL && j < affected->runs->len; j++) {
            const struct affected_run *run = &g_array_index(affected->runs, struct affected_run, j);
            if (run->standing == RESOLVE_STANDING_AFFECTED)
                json_array_append_new(matches, match_json(affected->repository->cpe, run));
        }
    }
    if (json_array_size(matches) > 0)
        json_object_set_new(cna, "cpeApplicability",
                            json_pack("[{s:[{s:s, s:b, s:O}]}]", "nodes", "operator", "OR",
                                      "negate", 0, "cpeMatch", matches));
    json_decref(matches);
}

/* --- references --- */

static void add_link(json_t *links, const char *url, const char *tag)
{
    if (json_array_size(links) < LINKS_MOST && !has_string(links, "url", url))
        json_array_append_new(links, json_pack("{s:s, s:[s]}", "url", url, "tags", tag));
}

static void add_site_link(json_t *links, const char *url, const char *path, const char *tag)
{
    g_autofree char *escaped = g_uri_escape_string(path, "/", FALSE);
    g_autofree char *link = g_strconcat(url, escaped, NULL);
    add_link(links, link, tag);
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
            add_link(links, link, "patch");
    }
    return true;
}

/* NULL with *error. */
static json_t *links_json(const struct site *site, const struct publication *publication,
                          const GPtrArray *all, GError **error)
{
    const char *url = site->home->publish.url;
    const struct publication_version *newest = publication_newest(publication);
    g_autofree char *page = g_strdup_printf("advisory-%s.html", publication->number);
    g_autofree char *text = g_strdup_printf("advisory-%s.txt", publication->number);
    json_t *links = json_array();
    add_site_link(links, url, page, "vendor-advisory");
    add_site_link(links, url, text, "vendor-advisory");
    for (guint i = 0; i < newest->files->len; i++) {
        const struct publication_file *file = newest->files->pdata[i];
        if (file->patch && file->bytes != NULL)
            add_site_link(links, url, file->name, publication->documents ? "related" : "patch");
    }
    for (guint i = 0; i < all->len; i++)
        if (!add_commit_links(links, site, all->pdata[i], error)) {
            json_decref(links);
            return NULL;
        }
    return links;
}

/* --- the record --- */

static json_t *cna_json(const struct site *site, const struct publication *publication,
                        const GPtrArray *all, GError **error)
{
    const struct home_publish *publish = &site->home->publish;
    json_t *links = links_json(site, publication, all, error);
    if (links == NULL)
        return NULL;
    g_autofree char *full =
        g_strconcat(publication->withdrawn ? "withdrawn: " : "", publication->title, NULL);
    g_autofree char *title = shorten(full, TITLE_MOST, "...");
    json_t *cna = json_pack("{s:{s:s, s:s*}}", "providerMetadata", "orgId",
                            publish->cve_organisation, "shortName", publish->cve_short_name);
    if (*title != '\0')
        json_object_set_new(cna, "title", json_string(title));
    if (publication->public_at != POLICY_UNKNOWN)
        json_object_set_new(cna, "datePublic", revision_time(publication->public_at));
    set_description(cna, publication);
    set_impacts(cna, publication);
    json_object_set_new(cna, "affected", products_json(site, publication, all));
    set_applicability(cna, all);
    set_section(cna, "configurations", publication, "VULNERABLE SYSTEMS");
    set_section(cna, "workarounds", publication, "MITIGATION");
    set_section(cna, "solutions", publication, "RESOLUTION");
    set_credits(cna, publication);
    json_object_set_new(cna, "references", links);
    json_object_set_new(
        cna, "source",
        json_pack("{s:s, s:s}", "advisory", publication->id, "discovery", "UNKNOWN"));
    return cna;
}

static void add_record(struct site *site, const struct publication *publication, const char *cve,
                       json_t *cna)
{
    const struct home_publish *publish = &site->home->publish;
    g_autofree char *path = cve_record_path(cve);
    json_t *meta = json_pack("{s:s, s:s, s:s*, s:s, s:o, s:n}", "cveId", cve, "assignerOrgId",
                             publish->cve_organisation, "assignerShortName",
                             publish->cve_short_name, "state", "PUBLISHED", "datePublished",
                             revision_time(publication->public_by), "dateUpdated");
    json_t *record = json_pack("{s:s, s:s, s:o, s:{s:O}}", "dataType", "CVE_RECORD", "dataVersion",
                               "5.1.1", "cveMetadata", meta, "containers", "cna", cna);
    revision_date(site, publication, path, record, "cveMetadata", "dateUpdated");
    site_add_json(site, path, record, publication->number, false);
}

/* The record of a CVE that two advisories share is the first one's. */
static bool is_made(const struct site *site, const char *cve)
{
    g_autofree char *path = cve_record_path(cve);
    for (guint i = 0; i < site->documents->len; i++) {
        const struct site_document *document = site->documents->pdata[i];
        if (g_str_equal(document->path, path))
            return true;
    }
    return false;
}

bool cve_records_make(struct site *site, const struct publication *publication, GError **error)
{
    const struct home_publish *publish = &site->home->publish;
    if (publish->cve_organisation == NULL || publication->embargoed || publication->cves->len == 0)
        return true;
    if (publish->url == NULL)
        return fault_raise(error, FAULT_CONFIG,
                           "a CVE record refers to its advisory: write where the site is served as "
                           "url of [publish]");
    /* What is withdrawn says nothing of any release. */
    g_autoptr(GPtrArray) all =
        publication->withdrawn ? g_ptr_array_new() : affected_all(site->home, publication);
    json_t *cna = cna_json(site, publication, all, error);
    for (guint i = 0; cna != NULL && i < publication->cves->len; i++)
        if (record_conf_good_cve(publication->cves->pdata[i]) &&
            !is_made(site, publication->cves->pdata[i]))
            add_record(site, publication, publication->cves->pdata[i], cna);
    bool done = cna != NULL;
    json_decref(cna);
    return done;
}
