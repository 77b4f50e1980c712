#include "stable.h"

#include "fault.h"
#include "near.h"
#include "versions.h"

/* Where changes come from is no stable branch, whatever it is called. */
static bool is_stable(const struct book *book, const struct book_ref *ref)
{
    return book_is_stable(book, ref) && !g_str_equal(ref->name, book_main_branch(book));
}

/* The stable branches; `lines`: the lines that they are named after. */
static GPtrArray *stable_names(struct book *book, bool lines)
{
    const GArray *refs = book_refs(book);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < refs->len; i++) {
        const struct book_ref *ref = &g_array_index(refs, struct book_ref, i);
        struct version version;
        bool versioned = branch_parse_version(ref->name, &version);
        if (is_stable(book, ref) && (versioned || !lines))
            g_ptr_array_add(names, g_strdup(lines ? version.text : ref->name));
    }
    return names;
}

static bool refuse_branch(struct book *book, const char *name, GError **error)
{
    g_autoptr(GPtrArray) stable = stable_names(book, g_ascii_isdigit(*name));
    if (stable->len == 0)
        return fault_raise(error, FAULT_NOINPUT,
                           "there is no branch \"%s\", and %s has no stable branch: say which they "
                           "are with the key stable in barograph.conf",
                           name, book_repository(book)->name);
    g_autofree char *near = near_words(name, stable);
    const char *last = g_ptr_array_index(stable, stable->len - 1);
    return fault_raise(error, FAULT_NOINPUT,
                       "there is no branch \"%s\" in %s: name a stable branch or its line, such as "
                       "%s",
                       name, book_repository(book)->name, *near == '\0' ? last : near);
}

const struct book_ref *stable_find(struct book *book, const char *name, GError **error)
{
    const GArray *refs = book_refs(book);
    const struct book_ref *found = NULL;
    struct version wanted, version;
    bool line = g_ascii_isdigit(*name) && branch_parse_version(name, &wanted);
    for (guint i = 0; i < refs->len; i++) {
        const struct book_ref *ref = &g_array_index(refs, struct book_ref, i);
        if (!ref->tag && g_str_equal(ref->name, name))
            return ref;
        if (found == NULL && line && is_stable(book, ref) &&
            branch_parse_version(ref->name, &version) && version.count == wanted.count &&
            version_compare_numbers(&version, &wanted) == 0)
            found = ref;
    }
    if (found == NULL)
        refuse_branch(book, name, error);
    return found;
}
