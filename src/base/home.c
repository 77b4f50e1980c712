#include "home.h"

#include "fault.h"
#include "home_keys.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* What the lists hold when the file does not name them. */
static const char default_stable[] =
    "stable-*;stable/*;release-*;release/*;releases/*;maint-*;maint/*;"
    "REL_*_STABLE;openssl-*";

static char *absolute(const char *folder, const char *path)
{
    return path == NULL ? NULL : g_canonicalize_filename(path, folder);
}

static void repository_free(gpointer pointer)
{
    struct home_repository *repository = pointer;
    g_free(repository->name);
    g_free(repository->path);
    g_free(repository->url);
    g_strfreev(repository->branches);
    g_strfreev(repository->tags);
    g_strfreev(repository->exclude);
    g_free(repository->main_branch);
    g_strfreev(repository->stable);
    g_free(repository->tag_pattern);
    g_strfreev(repository->labels);
    g_free(repository->title);
    g_free(repository->pin_file);
    g_free(repository->product);
    g_free(repository->public_url);
    g_free(repository->cpe);
    g_free(repository->purl);
    g_strfreev(repository->pin_variables);
    g_free(repository);
}

bool home_good_name(const char *name)
{
    return *name != '\0' && *name != '.' && !g_str_equal(name, "all") &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
               strlen(name);
}

static bool read_repository(struct home *home, GKeyFile *file, const char *path, const char *group,
                            GError **error)
{
    const char *name = group + strlen(HOME_REPOSITORY);
    if (!home_good_name(name))
        return fault_raise(
            error, FAULT_CONFIG,
            "%s: [%s]: a repository's name is made of letters, digits, . _ and -, and "
            "is not \"all\"",
            path, group);
    struct home_repository *repository = g_new0(struct home_repository, 1);
    g_ptr_array_add(home->repositories, repository);
    g_autofree char *local = home_keys_text(file, group, "path", NULL);
    repository->name = g_strdup(name);
    repository->path = absolute(home->folder, local);
    repository->url = home_keys_text(file, group, "url", NULL);
    repository->branches = home_keys_list(file, group, "branches", "*");
    repository->tags = home_keys_list(file, group, "tags", "*");
    repository->exclude = home_keys_list(file, group, "exclude", "");
    repository->main_branch = home_keys_text(file, group, "main-branch", NULL);
    repository->stable = home_keys_list(file, group, "stable", default_stable);
    repository->labels = home_keys_list(file, group, "labels", NULL);
    repository->tag_pattern = home_keys_text(file, group, "tag-pattern", NULL);
    if (repository->path == NULL && repository->url == NULL)
        return fault_raise(error, FAULT_CONFIG, "%s: [%s] names neither a path nor a url", path,
                           group);
    repository->title = home_keys_text(file, group, "title", name);
    repository->product = home_keys_text(file, group, "product", repository->title);
    repository->public_url = home_keys_text(file, group, "public-url", repository->url);
    repository->cpe = home_keys_text(file, group, "cpe", NULL);
    repository->purl = home_keys_text(file, group, "purl", NULL);
    repository->pin_file = home_keys_text(file, group, "pin-file", NULL);
    repository->pin_variables = home_keys_list(file, group, "pin-variable", NULL);
    if ((repository->pin_file == NULL) != (repository->pin_variables == NULL))
        return fault_raise(error, FAULT_CONFIG,
                           "%s: [%s] has one of pin-file and pin-variable: a companion needs both",
                           path, group);
    return home_keys_flag(file, path, group, "incomplete", &repository->incomplete, error) &&
           home_keys_flag(file, path, group, "foreign", &repository->foreign, error);
}

static bool read_repositories(struct home *home, GKeyFile *file, const char *path, GError **error)
{
    g_auto(GStrv) names = g_key_file_get_groups(file, NULL);
    for (char **group = names; *group != NULL; group++)
        if (g_str_has_prefix(*group, HOME_REPOSITORY) &&
            !read_repository(home, file, path, *group, error))
            return false;
    return true;
}

static void waiver_free(gpointer pointer)
{
    struct home_waiver *waiver = pointer;
    g_free(waiver->advisory);
    g_free(waiver->where);
    g_free(waiver->reason);
    g_free(waiver);
}

/* "XSA-155": the prefix, a dash, digits. */
static bool names_advisory(const struct home *home, const char *key)
{
    gsize length = strlen(home->advisory_prefix);
    return g_str_has_prefix(key, home->advisory_prefix) && key[length] == '-' &&
           key[length + 1] != '\0' && key[length + 1] != '0' &&
           strspn(key + length + 1, "0123456789") == strlen(key + length + 1);
}

static bool read_waivers_of(struct home *home, GKeyFile *file, const char *path, const char *group,
                            GError **error)
{
    g_auto(GStrv) keys = g_key_file_get_keys(file, group, NULL, NULL);
    const char *where = group + strlen(HOME_WAIVED);
    for (char **key = keys; *key != NULL; key++) {
        char *reason = home_keys_text(file, group, *key, NULL);
        struct home_waiver *waiver = g_new0(struct home_waiver, 1);
        waiver->advisory = g_strdup(*key);
        waiver->where = *where == '\0' ? NULL : g_strstrip(g_strdup(where));
        waiver->reason = reason;
        g_ptr_array_add(home->waivers, waiver);
        if (!names_advisory(home, *key))
            return fault_raise(error, FAULT_CONFIG,
                               "%s: [%s] \"%s\" is no advisory: write %s-1 = why it need not be "
                               "there",
                               path, group, *key, home->advisory_prefix);
        if (reason == NULL)
            return fault_raise(error, FAULT_CONFIG, "%s: [%s] %s gives no reason: write one", path,
                               group, *key);
    }
    return true;
}

static bool read_waivers(struct home *home, GKeyFile *file, const char *path, GError **error)
{
    g_auto(GStrv) names = g_key_file_get_groups(file, NULL);
    for (char **group = names; *group != NULL; group++)
        if ((g_str_equal(*group, HOME_WAIVED) || g_str_has_prefix(*group, HOME_WAIVED " ")) &&
            !read_waivers_of(home, file, path, *group, error))
            return false;
    return true;
}

static void check_free(gpointer pointer)
{
    struct home_check *check = pointer;
    g_free(check->name);
    g_free(check->file);
    g_free(check->pattern);
    g_free(check);
}

static bool read_checks(struct home *home, GKeyFile *file, const char *path, GError **error)
{
    g_auto(GStrv) names = g_key_file_get_groups(file, NULL);
    g_autofree char *keys = home_keys_text(file, "check", "keys", NULL);
    home->check_keys = absolute(home->folder, keys);
    home->check_signers = home_keys_list(file, "check", "signers", NULL);
    for (char **group = names; *group != NULL; group++) {
        if (!g_str_has_prefix(*group, HOME_CHECK))
            continue;
        struct home_check *check = g_new0(struct home_check, 1);
        g_ptr_array_add(home->checks, check);
        check->name = g_strstrip(g_strdup(*group + strlen(HOME_CHECK)));
        check->file = home_keys_text(file, *group, "file", NULL);
        check->pattern = home_keys_text(file, *group, "pattern", NULL);
        if (check->file == NULL || check->pattern == NULL)
            return fault_raise(error, FAULT_CONFIG, "%s: [%s] needs a file and a pattern", path,
                               *group);
    }
    return true;
}

static void component_free(gpointer pointer)
{
    struct home_component *component = pointer;
    g_free(component->name);
    g_strfreev(component->paths);
    g_free(component);
}

static void read_components(struct home *home, GKeyFile *file)
{
    g_auto(GStrv) names = g_key_file_get_keys(file, "components", NULL, NULL);
    for (char **name = names; name != NULL && *name != NULL; name++) {
        struct home_component *component = g_new0(struct home_component, 1);
        component->name = g_strdup(*name);
        component->paths = home_keys_list(file, "components", *name, "");
        g_ptr_array_add(home->components, component);
    }
}

static bool read_releases(struct home *home, GKeyFile *file, const char *path, GError **error)
{
    struct home_releases *releases = &home->releases;
    const struct {
        const char *key;
        char **place;
        const char *otherwise;
    } texts[] = {
        {"product", &releases->product, home->project},
        {"signing-key", &releases->signing_key, NULL},
        {"signed-by", &releases->signed_by, NULL},
        {"support-file", &releases->support_file, NULL},
        {"support-until", &releases->support_until, "Supported-Until:"},
        {"security-until", &releases->security_until, "Security-Support-Until:"},
        {"link-repository", &releases->link_repository, NULL},
        {"link-download", &releases->link_download, NULL},
        {"link-advisory", &releases->link_advisory, NULL},
        {"link-commit", &releases->link_commit, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i].place = home_keys_text(file, "releases", texts[i].key, texts[i].otherwise);
    releases->columns = home_keys_list(file, "releases", "advisory-columns", NULL);
    releases->together_days = 3;
    releases->out_of_band_days = 90;
    releases->digits = 7;
    const struct home_number rules[] = {
        {"releases", "together-days", 0, 366, &releases->together_days},
        {"releases", "out-of-band-days", 0, 366, &releases->out_of_band_days},
        {"releases", "digits", 4, 40, &releases->digits},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++)
        if (!home_keys_number(file, path, &rules[i], error))
            return false;
    return true;
}

static void free_releases(struct home_releases *releases)
{
    char *const texts[] = {
        releases->product,         releases->signing_key,   releases->signed_by,
        releases->support_file,    releases->support_until, releases->security_until,
        releases->link_repository, releases->link_download, releases->link_advisory,
        releases->link_commit,
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_strfreev(releases->columns);
}

/* One way to the password, not two. */
static bool read_password(struct home *home, GKeyFile *file, const char *prefix, char **ret_path,
                          char **ret_command, GError **error)
{
    g_autofree char *file_key = g_strconcat(prefix, "password-file", NULL);
    g_autofree char *command_key = g_strconcat(prefix, "password-command", NULL);
    g_autofree char *path = home_keys_text(file, "mail", file_key, NULL);
    *ret_path = path == NULL ? NULL : absolute(home->folder, path);
    *ret_command = home_keys_text(file, "mail", command_key, NULL);
    return *ret_path == NULL || *ret_command == NULL ||
           fault_raise(error, FAULT_CONFIG, "[mail] has %s and %s: keep one of them", file_key,
                       command_key);
}

static bool read_mail(struct home *home, GKeyFile *file, const char *path, GError **error)
{
    struct home_mail *mail = &home->mail;
    g_autofree char *tls = home_keys_text(file, "mail", "tls", "required");
    g_autofree char *authorities = home_keys_text(file, "mail", "authorities", NULL);
    mail->server = home_keys_text(file, "mail", "server", NULL);
    mail->imap_user = home_keys_text(file, "mail", "imap-user", NULL);
    mail->user = home_keys_text(file, "mail", "user", NULL);
    mail->from = home_keys_text(file, "mail", "from", NULL);
    mail->from_name = home_keys_text(file, "mail", "from-name", NULL);
    mail->lists = home_keys_list(file, "mail", "lists", NULL);
    mail->authorities_path = authorities == NULL ? NULL : absolute(home->folder, authorities);
    if (!read_password(home, file, "", &mail->password_path, &mail->password_command, error) ||
        !read_password(home, file, "imap-", &mail->imap_password_path, &mail->imap_password_command,
                       error))
        return false;
    mail->plain_loopback = g_str_equal(tls, "loopback");
    if (!mail->plain_loopback && !g_str_equal(tls, "required"))
        return fault_raise(error, FAULT_CONFIG,
                           "%s: [mail] tls is \"%s\": write required, or loopback for a server on "
                           "this machine without TLS",
                           path, tls);
    mail->timeout = 300;
    const struct home_number timeout = {"mail", "timeout", 1, 3600, &mail->timeout};
    return home_keys_number(file, path, &timeout, error);
}

static void free_mail(struct home_mail *mail)
{
    char *const texts[] = {mail->server,
                           mail->user,
                           mail->from,
                           mail->from_name,
                           mail->imap_user,
                           mail->imap_password_path,
                           mail->password_path,
                           mail->authorities_path,
                           mail->password_command,
                           mail->imap_password_command};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_strfreev(mail->lists);
}

static void read_rest(struct home *home, GKeyFile *file)
{
    g_autofree char *mailmap = home_keys_text(file, "people", "mailmap", "people/mailmap");
    g_autofree char *employers =
        home_keys_text(file, "people", "employers", "people/employers.tsv");
    g_autofree char *folder_name = g_path_get_basename(home->folder);
    home->project = home_keys_text(file, "project", "name", folder_name);
    home->mailmap_path = absolute(home->folder, mailmap);
    home->employers_path = absolute(home->folder, employers);
    home->advisory_prefix = home_keys_text(file, "advisories", "prefix", "XSA");
    home->advisory_policies = home_keys_list(file, "advisories", "policies", NULL);
    home->advisory_signing_key = home_keys_text(file, "advisories", "signing-key", NULL);
    home->advisory_fix = home_keys_list(file, "advisories", "fix", NULL);
    home->advisory_part = home_keys_list(file, "advisories", "part", NULL);
    home->advisory_no_fix = home_keys_list(file, "advisories", "no-fix", NULL);
    read_components(home, file);
}

static bool load_file(GKeyFile *file, const char *path, const char *folder, GError **error)
{
    g_autoptr(GError) reason = NULL;
    if (g_access(path, R_OK) != 0 && errno == EACCES)
        return fault_raise(error, FAULT_PERMISSION,
                           "%s: you may not read it: check its owner and mode", path);
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return fault_raise(
            error, FAULT_UNAVAILABLE,
            "there is no barograph.conf in %s: run barograph init there, or name the "
            "home with -C",
            folder);
    if (g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &reason))
        return true;
    return fault_raise(error, FAULT_CONFIG, "%s: %s", path, reason->message);
}

struct home *home_open(const char *folder, GError **error)
{
    g_autoptr(Home) home = g_new0(struct home, 1);
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *path = g_build_filename(folder, "barograph.conf", NULL);
    home->folder = g_canonicalize_filename(folder, NULL);
    home->history_path = g_build_filename(home->folder, "history.db", NULL);
    home->templates_path = g_build_filename(home->folder, "templates", NULL);
    home->components = g_ptr_array_new_with_free_func(component_free);
    home->repositories = g_ptr_array_new_with_free_func(repository_free);
    home->waivers = g_ptr_array_new_with_free_func(waiver_free);
    home->checks = g_ptr_array_new_with_free_func(check_free);
    if (!load_file(file, path, home->folder, error) || !home_keys_check(file, path, error) ||
        !read_repositories(home, file, path, error))
        return NULL;
    read_rest(home, file);
    return read_releases(home, file, path, error) && read_mail(home, file, path, error) &&
                   home_publish_read(&home->publish, file, path, home->folder, home->project,
                                     home->advisory_signing_key, error) &&
                   read_waivers(home, file, path, error) && read_checks(home, file, path, error)
               ? g_steal_pointer(&home)
               : NULL;
}

void home_free(struct home *home)
{
    if (home == NULL)
        return;
    g_ptr_array_unref(home->repositories);
    g_ptr_array_unref(home->waivers);
    g_ptr_array_unref(home->checks);
    g_free(home->check_keys);
    g_strfreev(home->check_signers);
    g_ptr_array_unref(home->components);
    free_releases(&home->releases);
    free_mail(&home->mail);
    home_publish_clear(&home->publish);
    g_free(home->folder);
    g_free(home->project);
    g_free(home->history_path);
    g_free(home->mailmap_path);
    g_free(home->employers_path);
    g_free(home->templates_path);
    g_free(home->advisory_prefix);
    g_free(home->advisory_signing_key);
    g_strfreev(home->advisory_policies);
    g_strfreev(home->advisory_fix);
    g_strfreev(home->advisory_part);
    g_strfreev(home->advisory_no_fix);
    g_free(home);
}

char *home_repository_path(const struct home *home, const struct home_repository *repository)
{
    g_autofree char *name = g_strconcat(repository->name, ".git", NULL);
    return repository->path != NULL ? g_strdup(repository->path)
                                    : g_build_filename(home->folder, "mirrors", name, NULL);
}

const struct home_repository *home_repository_find(const struct home *home, const char *name,
                                                   GError **error)
{
    g_autoptr(GString) known = g_string_new(NULL);
    for (guint i = 0; i < home->repositories->len; i++) {
        const struct home_repository *repository = g_ptr_array_index(home->repositories, i);
        if (name == NULL || g_str_equal(name, repository->name))
            return repository;
        g_string_append_printf(known, "%s%s", known->len > 0 ? ", " : "", repository->name);
    }
    if (known->len == 0)
        fault_raise(
            error, FAULT_CONFIG,
            "barograph.conf in %s names no repository: add a group [repository NAME] with a path",
            home->folder);
    else
        fault_raise(error, FAULT_NOINPUT, "there is no repository \"%s\" here: there is %s", name,
                    known->str);
    return NULL;
}
