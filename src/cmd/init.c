#include "changes.h"
#include "command.h"
#include "commit.h"
#include "embedded.h"
#include "fault.h"
#include "repo.h"
#include "template.h"
#include "versions.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

/* Families of stable branches: the pattern for barograph.conf, and what its members look like. */
static const struct {
    const char *pattern;
    const char *regex;
} stable_families[] = {
    {"stable-*", "^stable-[0-9]"},
    {"stable/*", "^stable/[0-9]"},
    {"release-*", "^release-v?[0-9]"},
    {"release/*", "^release/v?[0-9]"},
    {"releases/*", "^releases/"},
    {"maint-*", "^maint-[0-9]"},
    {"maint/*", "^maint/"},
    {"REL_*_STABLE", "^REL_?[0-9_]+_STABLE$"},
    {"openssl-*", "^openssl-[0-9]"},
    {"branch-*", "^branch-[0-9]"},
};

/* Branches that repeat what others hold, by custom. */
static const char *const copies[] = {"coverity-tested/*", "*shim*"};

static char *name_of(const char *where)
{
    g_autofree char *trimmed = g_strdup(where);
    while (g_str_has_suffix(trimmed, "/") && strlen(trimmed) > 1)
        trimmed[strlen(trimmed) - 1] = '\0';
    if (g_str_has_suffix(trimmed, "/.git"))
        trimmed[strlen(trimmed) - strlen("/.git")] = '\0';
    if (g_str_has_suffix(trimmed, ".git"))
        trimmed[strlen(trimmed) - strlen(".git")] = '\0';
    char *last = strrchr(trimmed, '/');
    char *colon = strrchr(trimmed, ':');
    char *name = g_strdup(MAX(last, colon) != NULL ? MAX(last, colon) + 1 : trimmed);
    for (char *at = name; *at != '\0'; at++)
        if (!g_ascii_isalnum(*at) && strchr("._-", *at) == NULL)
            *at = '-';
    return name;
}

static bool is_url(const char *where)
{
    const char *colon = strchr(where, ':');
    return strstr(where, "://") != NULL ||
           (colon != NULL && memchr(where, '/', (gsize)(colon - where)) == NULL &&
            memchr(where, '@', (gsize)(colon - where)) != NULL);
}

static guint count_matching(const GPtrArray *refs, const char *regex, const char *pattern)
{
    guint count = 0;
    for (guint i = 0; i < refs->len; i++) {
        const struct repo_ref *ref = g_ptr_array_index(refs, i);
        if (ref->branch && (regex != NULL ? g_regex_match_simple(regex, ref->name, 0, 0)
                                          : g_pattern_match_simple(pattern, ref->name)))
            count++;
    }
    return count;
}

static bool has_branch(const GPtrArray *refs, const char *name)
{
    for (guint i = 0; name != NULL && i < refs->len; i++) {
        const struct repo_ref *ref = g_ptr_array_index(refs, i);
        if (ref->branch && g_str_equal(ref->name, name))
            return true;
    }
    return false;
}

static void find_stable(const GPtrArray *refs, json_t *group, GString *said)
{
    g_autoptr(GString) patterns = g_string_new(NULL);
    guint total = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(stable_families); i++) {
        guint count = count_matching(refs, stable_families[i].regex, NULL);
        if (count > 0)
            g_string_append_printf(patterns, "%s%s", patterns->len > 0 ? ";" : "",
                                   stable_families[i].pattern);
        total += count;
    }
    g_autofree char *found =
        total > 0 ? g_strdup_printf("%u found", total) : g_strdup("none found");
    if (total > 0)
        json_object_set_new(group, "stable", json_string(patterns->str));
    json_object_set_new(group, "stable_found", json_string(found));
    g_string_append_printf(said, ", stable branches: %s%s%s%s", found, total > 0 ? " (" : "",
                           patterns->str, total > 0 ? ")" : "");
}

static bool find_releases(const GPtrArray *refs, json_t *group, GString *said, GError **error)
{
    g_autoptr(TagRules) rules = tag_rules_new(NULL, error);
    guint releases = 0, candidates = 0, tags = 0;
    const char *example = NULL;
    if (rules == NULL)
        return false;
    for (guint i = 0; i < refs->len; i++) {
        const struct repo_ref *ref = g_ptr_array_index(refs, i);
        struct version version;
        const char *reason = NULL;
        tags += !ref->branch;
        if (ref->branch || !tag_parse_version(rules, ref->name, &version, &reason))
            continue;
        if (version.candidate[0] != '\0') {
            candidates++;
            continue;
        }
        releases++;
        example = ref->name;
    }
    g_autofree char *found =
        releases > 0 ? g_strdup_printf("%u of %u tags are releases, such as %s, and %u candidates",
                                       releases, tags, example, candidates)
                     : g_strdup_printf("none of the %u tags was recognised as a release", tags);
    json_object_set_new(group, "tags_found", json_string(found));
    g_string_append_printf(said, ", %s", found);
    return true;
}

static void find_copies(const GPtrArray *refs, json_t *group)
{
    g_autoptr(GString) exclude = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(copies); i++)
        if (count_matching(refs, NULL, copies[i]) > 0)
            g_string_append_printf(exclude, "%s%s", exclude->len > 0 ? ";" : "", copies[i]);
    if (exclude->len > 0)
        json_object_set_new(group, "exclude", json_string(exclude->str));
}

/* At the tip of the main branch, where mine will read it. */
static bool has_mailmap(const struct repo *repo, const GPtrArray *refs, const char *main_branch)
{
    g_autoptr(Objects) objects = objects_open(repo_objects_folder(repo), NULL);
    for (guint i = 0; objects != NULL && main_branch != NULL && i < refs->len; i++) {
        const struct repo_ref *ref = g_ptr_array_index(refs, i);
        struct object object;
        struct commit commit;
        struct tree_side side;
        if (!ref->branch || !g_str_equal(ref->name, main_branch) ||
            objects_read(objects, ref->target, &object) != OBJECT_READ)
            continue;
        bool found = commit_parse(object.bytes, object.length, &commit, NULL) &&
                     changes_find(objects, commit.tree, ".mailmap", &side);
        object_release(&object);
        return found;
    }
    return false;
}

static bool look_into(const char *name, const char *path, json_t *group, GError **error)
{
    g_autoptr(GString) said = g_string_new(name);
    g_autoptr(Repo) repo = repo_open(name, path, true, error);
    if (repo == NULL)
        return false;
    g_autoptr(GPtrArray) refs = repo_refs(repo, error);
    if (refs == NULL)
        return false;
    g_autofree char *head = repo_head_branch(repo);
    const char *main_branch = has_branch(refs, head) ? head : NULL;
    if (main_branch != NULL)
        json_object_set_new(group, "main_branch", json_string(main_branch));
    g_string_append_printf(said, ": main branch %s",
                           main_branch != NULL ? main_branch : "not known");
    find_stable(refs, group, said);
    find_copies(refs, group);
    if (!find_releases(refs, group, said, error))
        return false;
    if (has_mailmap(repo, refs, main_branch))
        g_string_append(said, ", a .mailmap that will be used");
    if (repo_is_shallow(repo))
        g_string_append(said, "; it is a shallow clone, which mine will refuse");
    fprintf(stderr, "%s\n", said->str);
    return true;
}

/* As it must stand in a key file, so that a path with odd characters reads back the same. */
static char *escape_value(const char *value)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_key_file_set_string(file, "group", "key", value);
    g_autofree char *escaped = g_key_file_get_value(file, "group", "key", NULL);
    gsize end = strlen(escaped);
    while (end > 0 && (escaped[end - 1] == ' ' || escaped[end - 1] == '\t'))
        end--;
    GString *text = g_string_new_len(escaped, (gssize)end);
    for (const char *blank = escaped + end; *blank != '\0'; blank++)
        g_string_append(text, *blank == ' ' ? "\\s" : "\\t");
    return g_string_free(text, FALSE);
}

/* "NAME=WHERE" or "WHERE": a path or a URL. */
static json_t *describe(const char *argument, GError **error)
{
    const char *equals = strchr(argument, '=');
    bool named = equals != NULL && memchr(argument, '/', (gsize)(equals - argument)) == NULL &&
                 memchr(argument, ':', (gsize)(equals - argument)) == NULL;
    const char *where = named ? equals + 1 : argument;
    g_autofree char *path = g_canonicalize_filename(where, NULL);
    g_autofree char *name = named ? g_strndup(argument, (gsize)(equals - argument))
                                  : name_of(is_url(where) ? where : path);
    if (!home_good_name(name)) {
        fault_raise(
            error, FAULT_USAGE,
            "\"%s\" cannot name a repository: write NAME=%s, with a name of letters, digits, . _ "
            "and -",
            name, where);
        return NULL;
    }
    if (!g_utf8_validate(where, -1, NULL)) {
        fault_raise(
            error, FAULT_USAGE,
            "%s: its name is not UTF-8, which barograph.conf must be: make a link to it with "
            "another name",
            name);
        return NULL;
    }
    json_t *group = json_pack("{ss}", "name", name);
    if (is_url(where)) {
        g_autofree char *escaped_url = escape_value(where);
        json_object_set_new(group, "url", json_string(escaped_url));
        json_object_set_new(group, "stable_found", json_string("not looked for yet"));
        json_object_set_new(group, "tags_found", json_string("not looked at yet"));
        fprintf(stderr, "%s: will be fetched by barograph mine --fetch\n", name);
        return group;
    }
    g_autofree char *escaped = escape_value(path);
    json_object_set_new(group, "path", json_string(escaped));
    if (look_into(name, path, group, error))
        return group;
    json_decref(group);
    return NULL;
}

static const char *embedded_text(const char *path)
{
    for (const struct embedded_file *file = embedded_files; file->path != NULL; file++)
        if (g_str_equal(file->path, path))
            return file->bytes;
    return NULL;
}

/* Never over what is there. */
static bool write_new(const char *path, const char *text, GError **error)
{
    g_autoptr(GError) reason = NULL;
    if (g_file_test(path, G_FILE_TEST_EXISTS)) {
        fprintf(stderr, "%s is there already: left as it is\n", path);
        return true;
    }
    if (g_file_set_contents(path, text, -1, &reason)) {
        fprintf(stderr, "wrote %s\n", path);
        return true;
    }
    return fault_raise(error, FAULT_CANTCREATE, "%s: check the folder and the room on the disk",
                       reason->message);
}

static bool write_home(const struct context *context, json_t *data, GError **error)
{
    static const char *const files[] = {"mailmap", "employers.tsv"};
    g_autofree char *people = g_build_filename(context->folder, "people", NULL);
    if (g_mkdir_with_parents(people, 0777) != 0)
        return fault_raise(error, FAULT_CANTCREATE, "%s cannot be made: %s", people,
                           g_strerror(errno));
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *source = g_strconcat("templates/", files[i], NULL);
        g_autofree char *path = g_build_filename(people, files[i], NULL);
        if (!write_new(path, embedded_text(source), error))
            return false;
    }
    g_autofree char *conf = g_build_filename(context->folder, "barograph.conf", NULL);
    g_autofree char *text = template_render(embedded_text("templates/barograph.conf"), data,
                                            TEMPLATE_NONE, NULL, NULL, error);
    return text != NULL && write_new(conf, text, error);
}

static bool gather(int argc, char **argv, json_t *groups, GError **error)
{
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (int i = 1; i < argc; i++) {
        json_t *group = describe(argv[i], error);
        if (group == NULL)
            return false;
        json_array_append_new(groups, group);
        const char *name = json_string_value(json_object_get(group, "name"));
        if (!g_hash_table_add(names, g_strdup(name)))
            return fault_raise(error, FAULT_USAGE,
                               "two repositories are named \"%s\": write NAME=%s for one of them",
                               name, argv[i]);
    }
    return true;
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    g_autofree char *conf = g_build_filename(context->folder, "barograph.conf", NULL);
    if (g_file_test(conf, G_FILE_TEST_EXISTS))
        return fault_raise(error, FAULT_CANTCREATE,
                           "%s is there already, so this is a home: edit that file instead", conf);
    if (g_mkdir_with_parents(context->folder, 0777) != 0)
        return fault_raise(error, FAULT_CANTCREATE, "%s cannot be made: %s", context->folder,
                           g_strerror(errno));
    json_t *groups = json_array();
    bool done = gather(argc, argv, groups, error);
    const char *first = json_string_value(json_object_get(json_array_get(groups, 0), "name"));
    g_autofree char *folder_name = g_path_get_basename(context->folder);
    g_autofree char *shown = g_utf8_make_valid(first != NULL ? first : folder_name, -1);
    g_autofree char *project = escape_value(shown);
    json_t *data = json_pack("{ss so}", "project", project, "repositories", groups);
    done = done && write_home(context, data, error);
    json_decref(data);
    if (done && context->verbosity >= 0)
        fputs(argc > 1 ? "next: barograph mine\n"
                       : "next: name a repository in barograph.conf, then run barograph mine\n",
              stderr);
    return done;
}

const struct command command_init = {
    .name = "init",
    .arguments = "[[NAME=]REPOSITORY…]",
    .summary = "Make this folder a home: write barograph.conf and people/",
    .description =
        "Looks into each repository for its main branch, its stable branches and how its\n"
        "releases are tagged, and writes what it found into a commented barograph.conf.\n"
        "Files that are there already are never written over.\n\n"
        "Examples:\n"
        "  barograph init ~/src/xen                     one local repository\n"
        "  barograph init ~/src/xen ~/src/mini-os       several; the first is the main one\n"
        "  barograph init https://git.example.org/x.git mirrored by barograph mine --fetch\n"
        "  barograph -C reports/xen init xen=/srv/xen.git",
    .needs = NEEDS_NOTHING,
    .options = NULL,
    .run = run,
};
