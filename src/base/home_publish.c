#include "home_publish.h"

#include "fault.h"
#include "home_keys.h"

#define GROUP "publish"

/* CSAF 2.0, 3.2.1.8.1. */
static const char *const categories[] = {"coordinator", "discoverer", "other", "translator",
                                         "user",        "vendor",     NULL};

static char *file_path(GKeyFile *file, const char *folder, const char *key, const char *otherwise)
{
    g_autofree char *value = home_keys_text(file, GROUP, key, otherwise);
    return value == NULL ? NULL : g_canonicalize_filename(value, folder);
}

static bool is_web(const char *url)
{
    return g_str_has_prefix(url, "https://") || g_str_has_prefix(url, "http://");
}

static bool check(const struct home_publish *publish, const char *path, GError **error)
{
    const struct {
        const char *key, *url;
    } urls[] = {{"url", publish->url},
                {"namespace", publish->namespace},
                {"cve-server", publish->cve_server}};
    for (gsize i = 0; i < G_N_ELEMENTS(urls); i++)
        if (urls[i].url != NULL && !is_web(urls[i].url))
            return fault_raise(error, FAULT_CONFIG,
                               "%s: [publish] %s is \"%s\": write a whole address, https://...",
                               path, urls[i].key, urls[i].url);
    g_autofree char *known = g_strjoinv(", ", (char **)(gsize)categories);
    if (!g_strv_contains(categories, publish->category))
        return fault_raise(error, FAULT_CONFIG, "%s: [publish] category is \"%s\": write one of %s",
                           path, publish->category, known);
    g_autofree char *uuid =
        g_ascii_strdown(publish->cve_organisation == NULL ? "" : publish->cve_organisation, -1);
    return *uuid == '\0' || g_uuid_string_is_valid(uuid) ||
           fault_raise(error, FAULT_CONFIG,
                       "%s: [publish] cve-organisation is \"%s\": write the CNA's UUID", path,
                       publish->cve_organisation);
}

bool home_publish_read(struct home_publish *publish, GKeyFile *file, const char *path,
                       const char *folder, const char *project, const char *signing_key,
                       GError **error)
{
    g_autofree char *url = home_keys_text(file, GROUP, "url", NULL);
    publish->publisher = home_keys_text(file, GROUP, "publisher", project);
    const struct {
        const char *key;
        char **place;
        const char *otherwise;
    } texts[] = {
        {"namespace", &publish->namespace, NULL},
        {"category", &publish->category, "vendor"},
        {"contact", &publish->contact, NULL},
        {"vendor", &publish->vendor, publish->publisher},
        {"signing-key", &publish->signing_key, signing_key},
        {"ecosystem", &publish->ecosystem, NULL},
        {"cve-organisation", &publish->cve_organisation, NULL},
        {"cve-short-name", &publish->cve_short_name, NULL},
        {"cve-server", &publish->cve_server, NULL},
        {"cve-user", &publish->cve_user, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i].place = home_keys_text(file, GROUP, texts[i].key, texts[i].otherwise);
    publish->folder = file_path(file, folder, "folder", "site");
    publish->cve_key_path = file_path(file, folder, "cve-key-file", NULL);
    publish->authorities_path = file_path(file, folder, "authorities", NULL);
    publish->url = url == NULL                  ? NULL
                   : g_str_has_suffix(url, "/") ? g_strdup(url)
                                                : g_strconcat(url, "/", NULL);
    publish->timeout = 60;
    const struct home_number timeout = {GROUP, "timeout", 1, 3600, &publish->timeout};
    return home_keys_number(file, path, &timeout, error) && check(publish, path, error);
}

void home_publish_clear(struct home_publish *publish)
{
    char *const texts[] = {publish->folder,          publish->url,
                           publish->publisher,       publish->namespace,
                           publish->category,        publish->contact,
                           publish->vendor,          publish->signing_key,
                           publish->ecosystem,       publish->cve_organisation,
                           publish->cve_short_name,  publish->cve_server,
                           publish->cve_user,        publish->cve_key_path,
                           publish->authorities_path};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
}
