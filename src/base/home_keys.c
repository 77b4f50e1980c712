#include "home_keys.h"

#include "fault.h"
#include "near.h"

static const char *const project_keys[] = {"name", NULL};
static const char *const people_keys[] = {"mailmap", "employers", NULL};
static const char *const advisory_keys[] = {"prefix",   "fix",         "part", "no-fix",
                                            "policies", "signing-key", NULL};
static const char *const release_keys[] = {
    "product",        "signing-key",      "signed-by",     "support-file",     "support-until",
    "security-until", "link-repository",  "link-download", "link-advisory",    "link-commit",
    "together-days",  "out-of-band-days", "digits",        "advisory-columns", NULL};
static const char *const mail_keys[] = {"imap-user",
                                        "imap-password-file",
                                        "imap-password-command",
                                        "password-command",
                                        "server",
                                        "tls",
                                        "user",
                                        "password-file",
                                        "timeout",
                                        "authorities",
                                        "from",
                                        "from-name",
                                        "lists",
                                        NULL};
static const char *const repository_keys[] = {
    "path",        "url",        "branches", "tags",  "exclude",  "main-branch",  "stable",
    "tag-pattern", "incomplete", "foreign",  "title", "pin-file", "pin-variable", "labels",
    "product",     "public-url", "cpe",      "purl",  NULL};
static const char *const publish_keys[] = {
    "folder",         "url",        "publisher",   "namespace",    "category",
    "contact",        "vendor",     "signing-key", "ecosystem",    "cve-organisation",
    "cve-short-name", "cve-server", "cve-user",    "cve-key-file", "authorities",
    "timeout",        NULL};

static const char *const list_keys[] = {
    "branches", "tags",         "exclude",          "stable", "fix",     "part",  "no-fix",
    "policies", "pin-variable", "advisory-columns", "labels", "signers", "lists", NULL};

static const char *const tag_check_keys[] = {"keys", "signers", NULL};
static const char *const file_check_keys[] = {"file", "pattern", NULL};
/* Of [components] every key is a component's name, of [waived] and [waived LINE] an advisory's. */
static const char *const any_key[] = {NULL};

/* Which keys a group may hold; a repository's group is "repository NAME". */
static const struct {
    const char *group;
    const char *const *keys;
} groups[] = {
    {"project", project_keys},     {"people", people_keys},
    {"advisories", advisory_keys}, {"releases", release_keys},
    {"mail", mail_keys},           {"publish", publish_keys},
    {"components", any_key},       {HOME_REPOSITORY, repository_keys},
    {HOME_WAIVED, any_key},        {HOME_WAIVED " ", any_key},
    {"check", tag_check_keys},     {HOME_CHECK, file_check_keys},
};

static const char *const *keys_of(const char *group)
{
    for (gsize i = 0; i < G_N_ELEMENTS(groups); i++) {
        const char *name = groups[i].group;
        bool prefix = g_str_has_suffix(name, " ");
        if (prefix ? g_str_has_prefix(group, name) : g_str_equal(group, name))
            return groups[i].keys;
    }
    return NULL;
}

static bool unknown_key(const char *path, const char *group, const char *key,
                        const char *const *known, GError **error)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (; *known != NULL; known++)
        g_ptr_array_add(words, (char *)(gsize)*known);
    g_autofree char *near = near_words(key, words);
    return fault_raise(error, FAULT_CONFIG, "%s: nobody knows the key \"%s\" in [%s]%s%s", path,
                       key, group, *near != '\0' ? ": did you mean " : "", near);
}

/* A value that cannot be read would count as not written. */
static bool check_value(GKeyFile *file, const char *path, const char *group, const char *key,
                        GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autofree char *text = NULL;
    g_auto(GStrv) list = NULL;
    if (g_strv_contains(list_keys, key) || g_str_equal(group, "components"))
        list = g_key_file_get_string_list(file, group, key, NULL, &reason);
    else
        text = g_key_file_get_string(file, group, key, &reason);
    if (reason == NULL)
        return true;
    if (g_error_matches(reason, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_UNKNOWN_ENCODING))
        return fault_raise(error, FAULT_CONFIG, "%s: [%s] %s is not UTF-8", path, group, key);
    return fault_raise(error, FAULT_CONFIG,
                       "%s: [%s] %s has a backslash that means nothing: write two for one", path,
                       group, key);
}

bool home_keys_check(GKeyFile *file, const char *path, GError **error)
{
    g_auto(GStrv) names = g_key_file_get_groups(file, NULL);
    for (char **group = names; *group != NULL; group++) {
        const char *const *known = keys_of(*group);
        if (known == NULL)
            return fault_raise(
                error, FAULT_CONFIG,
                "%s: nobody knows the group [%s]: there are [project], [people], "
                "[advisories], [releases], [mail], [publish], [components], "
                "[check], [check NAME], [waived], [waived LINE] and [repository NAME]",
                path, *group);
        g_auto(GStrv) keys = g_key_file_get_keys(file, *group, NULL, NULL);
        for (char **key = keys; *key != NULL; key++) {
            if (known != any_key && !g_strv_contains(known, *key))
                return unknown_key(path, *group, *key, known, error);
            if (!check_value(file, path, *group, *key, error))
                return false;
        }
    }
    return true;
}

/* Blanks around a value are not part of it, unless they are written as \s. */
char *home_keys_text(GKeyFile *file, const char *group, const char *key, const char *otherwise)
{
    g_autofree char *written = g_key_file_get_value(file, group, key, NULL);
    if (written == NULL || *g_strstrip(written) == '\0')
        return g_strdup(otherwise);
    g_key_file_set_value(file, group, key, written);
    return g_key_file_get_string(file, group, key, NULL);
}

GStrv home_keys_list(GKeyFile *file, const char *group, const char *key, const char *otherwise)
{
    GStrv values = g_key_file_get_string_list(file, group, key, NULL, NULL);
    if (values == NULL)
        return otherwise == NULL ? NULL : g_strsplit(otherwise, ";", -1);
    for (char **value = values; *value != NULL; value++)
        g_strstrip(*value);
    return values;
}

bool home_keys_flag(GKeyFile *file, const char *path, const char *group, const char *key,
                    bool *ret_flag, GError **error)
{
    g_autofree char *value = home_keys_text(file, group, key, "no");
    bool yes = g_str_equal(value, "yes") || g_str_equal(value, "true");
    if (!yes && !g_str_equal(value, "no") && !g_str_equal(value, "false"))
        return fault_raise(error, FAULT_CONFIG, "%s: [%s] %s is \"%s\": write yes or no", path,
                           group, key, value);
    *ret_flag = yes;
    return true;
}

bool home_keys_number(GKeyFile *file, const char *path, const struct home_number *rule,
                      GError **error)
{
    g_autofree char *value = home_keys_text(file, rule->group, rule->key, NULL);
    guint64 read = *rule->number;
    if (value != NULL &&
        !g_ascii_string_to_unsigned(value, 10, rule->least, rule->most, &read, NULL))
        return fault_raise(error, FAULT_CONFIG,
                           "%s: [%s] %s is \"%s\": write a number from %u to %u", path, rule->group,
                           rule->key, value, rule->least, rule->most);
    *rule->number = (guint)read;
    return true;
}
