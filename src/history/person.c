#include "person.h"

#include "address.h"
#include "fault.h"
#include "names.h"
#include "near.h"

#include <string.h>

#define MOST_TOLD 5

typedef bool (*person_test)(const struct people *people, const struct people_identity *identity,
                            const char *text);

static bool has_address(const struct people *people, const struct people_identity *identity,
                        const char *text)
{
    g_autofree char *own = address_fold(people_address(people, identity->person));
    return g_str_equal(identity->folded, text) || g_str_equal(own, text);
}

static char *fold(const char *name)
{
    char *folded = name_fold(name);
    return folded != NULL ? folded : g_utf8_casefold(name, -1);
}

static bool is_called(const struct people *people, const struct people_identity *identity,
                      const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(identity->name, -1);
    g_autofree char *written = fold(valid);
    g_autofree char *shown = fold(people_name(people, identity->person));
    return g_str_equal(written, text) || g_str_equal(shown, text);
}

static bool has_part(const struct people *people, const struct people_identity *identity,
                     const char *text)
{
    g_autofree char *shown = fold(people_name(people, identity->person));
    return strstr(shown, text) != NULL;
}

/* Those that pass, each once; where there are authors among them, these alone. */
static GArray *find_all(const struct people *people, person_test test, const char *text)
{
    GArray *found = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autofree bool *seen = g_new0(bool, people_count(people) + 1);
    g_autofree bool *wrote = g_new0(bool, people_count(people) + 1);
    bool authors = false;
    for (guint i = 0; i < people_identity_count(people); i++)
        wrote[people_identity(people, i)->person] |= people_identity(people, i)->author;
    for (guint i = 0; i < people_identity_count(people); i++) {
        const struct people_identity *identity = people_identity(people, i);
        if (seen[identity->person] || !test(people, identity, text))
            continue;
        seen[identity->person] = true;
        g_array_append_val(found, identity->person);
        authors |= wrote[identity->person];
    }
    for (guint i = found->len; authors && i > 0; i--)
        if (!wrote[g_array_index(found, guint, i - 1)])
            g_array_remove_index(found, i - 1);
    return found;
}

static bool say_several(const struct people *people, const GArray *found, const char *text,
                        GError **error)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < found->len && i < MOST_TOLD; i++) {
        guint person = g_array_index(found, guint, i);
        g_string_append_printf(list, "%s%s <%s>", i == 0 ? "" : ", ", people_name(people, person),
                               people_address(people, person));
    }
    if (found->len > MOST_TOLD)
        g_string_append(list, ", …");
    return fault_raise(error, FAULT_NOINPUT, "%u people are \"%s\": %s: name one by the address",
                       found->len, text, list->str);
}

static bool say_nobody(const struct people *people, const char *text, bool address, GError **error)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    for (guint i = 0; i < people_identity_count(people); i++) {
        const struct people_identity *identity = people_identity(people, i);
        const char *word = address ? identity->folded : people_name(people, identity->person);
        if (g_utf8_validate(word, -1, NULL) &&
            !g_ptr_array_find_with_equal_func(known, word, g_str_equal, NULL))
            g_ptr_array_add(known, (gpointer)(guintptr)word);
    }
    g_autofree char *near = near_words(text, known);
    return fault_raise(error, FAULT_NOINPUT, "nobody here is \"%s\"%s%s", text,
                       *near == '\0' ? "" : ": is it ", near);
}

/* What stands in <>, else all of it. */
static char *address_in(const char *text)
{
    const char *open = strchr(text, '<'), *close = strrchr(text, '>');
    g_autofree char *inner = open != NULL && close != NULL && close > open
                                 ? g_strndup(open + 1, (gsize)(close - open) - 1)
                                 : g_strdup(text);
    return address_fold(inner);
}

bool person_find(const struct people *people, const char *text, guint *ret_person, GError **error)
{
    bool address = strchr(text, '@') != NULL;
    g_autofree char *key = address ? address_in(text) : fold(text);
    g_autoptr(GArray) found = find_all(people, address ? has_address : is_called, key);
    if (found->len == 0 && !address && strlen(key) > 2) {
        g_array_unref(found);
        found = find_all(people, has_part, key);
    }
    if (found->len > 1)
        return say_several(people, found, text, error);
    if (found->len == 0)
        return say_nobody(people, text, address, error);
    *ret_person = g_array_index(found, guint, 0);
    return true;
}
