#include "components.h"

#include <string.h>

struct components {
    enum components_kind kind;
    GPtrArray *configured; /* struct own *, in file order */
    const struct maintainers *maintainers;
    char *project;
    GHashTable *paths; /* path -> component, owned path, borrowed component */
    GStringChunk *names;
};

struct own {
    const char *name; /* in `names` */
    GStrv patterns;
};

static void own_free(gpointer pointer)
{
    struct own *own = pointer;
    g_strfreev(own->patterns);
    g_free(own);
}

struct components *components_new(const GPtrArray *configured,
                                  const struct maintainers *maintainers, const char *project)
{
    struct components *components = g_new0(struct components, 1);
    components->configured = g_ptr_array_new_with_free_func(own_free);
    components->names = g_string_chunk_new(1024);
    components->paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    components->project = g_strdup(project);
    components->maintainers = maintainers;
    for (guint i = 0; configured != NULL && i < configured->len; i++) {
        const struct home_component *component = g_ptr_array_index(configured, i);
        struct own *own = g_new0(struct own, 1);
        own->name = g_string_chunk_insert_const(components->names, component->name);
        own->patterns = g_strdupv(component->patterns);
        g_ptr_array_add(components->configured, own);
    }
    bool sections = maintainers != NULL && maintainers_count(maintainers) > 0;
    components->kind = components->configured->len > 0 ? COMPONENTS_CONFIGURED
                       : sections                      ? COMPONENTS_SECTIONS
                                                       : COMPONENTS_SUBJECTS;
    return components;
}

void components_free(struct components *components)
{
    if (components == NULL)
        return;
    g_ptr_array_unref(components->configured);
    g_hash_table_unref(components->paths);
    g_string_chunk_free(components->names);
    g_free(components->project);
    g_free(components);
}

enum components_kind components_kind(const struct components *components)
{
    return components->kind;
}

const char *components_source(enum components_kind kind)
{
    static const char *const sources[] = {
        [COMPONENTS_CONFIGURED] = "barograph.conf",
        [COMPONENTS_SECTIONS] = "MAINTAINERS",
        [COMPONENTS_SUBJECTS] = "the subjects' first words",
    };
    return sources[kind];
}

/* A path or a folder; with wildcards a glob in which * matches / too, as in --path. */
static bool names(const char *pattern, const char *path)
{
    gsize length = strlen(pattern);
    if (strpbrk(pattern, "*?") != NULL)
        return g_pattern_match_simple(pattern, path);
    while (length > 0 && pattern[length - 1] == '/')
        length--;
    return strncmp(pattern, path, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

static const char *configured_component(const struct components *components, const char *path)
{
    for (guint i = 0; i < components->configured->len; i++) {
        const struct own *own = g_ptr_array_index(components->configured, i);
        for (char **pattern = own->patterns; *pattern != NULL; pattern++)
            if (**pattern != '\0' && names(*pattern, path))
                return own->name;
    }
    return COMPONENTS_OTHER;
}

static const char *section_component(const struct components *components, const char *path)
{
    const struct maintainers_section *section = maintainers_find(components->maintainers, path);
    return section == NULL ? COMPONENTS_OTHER : section->name;
}

const char *components_of_path(struct components *components, const char *path)
{
    if (components->kind == COMPONENTS_SUBJECTS)
        return NULL;
    const char *known = g_hash_table_lookup(components->paths, path);
    if (known != NULL)
        return known;
    known = components->kind == COMPONENTS_CONFIGURED ? configured_component(components, path)
                                                      : section_component(components, path);
    g_hash_table_insert(components->paths, g_strdup(path), (gpointer)(guintptr)known);
    return known;
}

/* Names are few and compared by address: the same component is the same string. */
static const char *most_frequent(struct components *components, const char *const *paths,
                                 guint count)
{
    g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
    const char *best = COMPONENTS_OTHER;
    guint most = 0;
    for (guint i = 0; i < count; i++) {
        const char *name = components_of_path(components, paths[i]);
        guint times = GPOINTER_TO_UINT(g_hash_table_lookup(counts, name)) + 1;
        g_hash_table_insert(counts, (gpointer)(guintptr)name, GUINT_TO_POINTER(times));
        most = MAX(most, times);
    }
    for (guint i = count; i > 0; i--) {
        const char *name = components_of_path(components, paths[i - 1]);
        if (GPOINTER_TO_UINT(g_hash_table_lookup(counts, name)) == most)
            best = name;
    }
    return best;
}

static const char *skip_tags(const char *subject)
{
    while (true) {
        const char *start = subject;
        while (*subject == ' ' || *subject == '"')
            subject++;
        if (g_str_has_prefix(subject, "Revert "))
            subject += strlen("Revert ");
        if (*subject == '[' && strchr(subject, ']') != NULL)
            subject = strchr(subject, ']') + 1;
        if (subject == start)
            return subject;
    }
}

/* A word of a component's name: letters, digits, . _ - +. */
static gsize word_length(const char *at)
{
    return strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+");
}

char *components_subject_prefix(const char *subject, const char *project)
{
    subject = skip_tags(subject);
    const char *colon = strchr(subject, ':');
    if (colon == NULL || colon == subject)
        return NULL;
    /* "Fix a bug: ..." is a sentence, "x86, vt-d: ..." is not. */
    for (const char *at = subject; at < colon; at++)
        if (g_ascii_isspace(*at) && (at == subject || strchr(",&+/", at[-1]) == NULL))
            return NULL;
    gsize length = word_length(subject);
    bool own = project != NULL && strlen(project) == length &&
               g_ascii_strncasecmp(subject, project, length) == 0;
    if (own && subject[length] == '/' && word_length(subject + length + 1) > 0) {
        subject += length + 1;
        length = word_length(subject);
    }
    return length == 0 ? NULL : g_ascii_strdown(subject, (gssize)length);
}

const char *components_of_commit(struct components *components, const char *const *paths,
                                 guint count, const char *subject)
{
    if (components->kind != COMPONENTS_SUBJECTS)
        return most_frequent(components, paths, count);
    g_autofree char *prefix = components_subject_prefix(subject, components->project);
    return prefix == NULL ? COMPONENTS_OTHER
                          : g_string_chunk_insert_const(components->names, prefix);
}
