/* The policies there are: the shipped ones, and those of the home. */
#include "embedded.h"
#include "fault.h"
#include "near.h"
#include "policy.h"

#include <string.h>

#define SHIPPED "templates/policies/"
#define ENDING ".conf"

static void policy_free_pointer(gpointer pointer)
{
    policy_free(pointer);
}

/* The later one of a name stands in for the earlier one. */
static bool add_policy(GHashTable *found, const char *file, const char *text, GError **error)
{
    g_autofree char *name = g_strndup(file, strlen(file) - strlen(ENDING));
    struct policy *policy = policy_parse(name, text, error);
    if (policy == NULL)
        return false;
    g_hash_table_replace(found, policy->name, policy);
    return true;
}

static bool add_shipped(GHashTable *found, GError **error)
{
    for (const struct embedded_file *file = embedded_files; file->path != NULL; file++)
        if (g_str_has_prefix(file->path, SHIPPED) && g_str_has_suffix(file->path, ENDING) &&
            !add_policy(found, file->path + strlen(SHIPPED), file->bytes, error))
            return false;
    return true;
}

static bool add_own(GHashTable *found, const char *folder, GError **error)
{
    g_autoptr(GDir) entries = folder == NULL ? NULL : g_dir_open(folder, 0, NULL);
    const char *file = NULL;
    while (entries != NULL && (file = g_dir_read_name(entries)) != NULL) {
        g_autofree char *path = g_build_filename(folder, file, NULL);
        g_autofree char *text = NULL;
        g_autoptr(GError) reason = NULL;
        if (*file == '.' || !g_str_has_suffix(file, ENDING))
            continue;
        if (!g_file_get_contents(path, &text, NULL, &reason))
            return fault_raise(error, FAULT_NOINPUT, "%s", reason->message);
        if (!add_policy(found, file, text, error))
            return false;
    }
    return true;
}

static int compare_names(const void *a, const void *b)
{
    const struct policy *const *left = a, *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

GPtrArray *policies_load(const char *folder, GError **error)
{
    g_autoptr(GHashTable) found =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, policy_free_pointer);
    if (!add_shipped(found, error) || !add_own(found, folder, error))
        return NULL;
    GPtrArray *policies = g_ptr_array_new_with_free_func(policy_free_pointer);
    GHashTableIter each;
    gpointer policy = NULL;
    g_hash_table_iter_init(&each, found);
    while (g_hash_table_iter_next(&each, NULL, &policy)) {
        g_hash_table_iter_steal(&each);
        g_ptr_array_add(policies, policy);
    }
    g_ptr_array_sort(policies, compare_names);
    return policies;
}

const struct policy *policies_find(const GPtrArray *policies, const char *name, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < policies->len; i++) {
        const struct policy *policy = g_ptr_array_index(policies, i);
        if (g_str_equal(policy->name, name))
            return policy;
        g_ptr_array_add(names, policy->name);
    }
    g_autofree char *near = near_words(name, names);
    fault_raise(error, FAULT_NOINPUT, "there is no policy \"%s\"%s%s (embargo policies lists them)",
                name, *near ? ": did you mean " : "", near);
    return NULL;
}
