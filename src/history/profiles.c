#include "profiles.h"

#include "address.h"
#include "names.h"

#include <string.h>

struct profiles {
    const struct people *people;
    const struct employers *employers;
    GStringChunk *strings;
    struct profile *each; /* people_count of them */
};

static const char *intern(struct profiles *profiles, const char *text)
{
    return g_string_chunk_insert_const(profiles->strings, text);
}

static void add_once(GPtrArray *set, const char *text)
{
    if (!g_ptr_array_find(set, text, NULL))
        g_ptr_array_add(set, (gpointer)(guintptr)text);
}

/* What was written beside a placeholder may be anybody's name; it counts when it is the person's
 * own. */
static void add_name(struct profiles *profiles, struct profile *profile,
                     const struct people_identity *identity)
{
    g_autofree char *name = name_fold(identity->name);
    g_autofree char *own = name_fold(people_name(profiles->people, identity->person));
    if (name != NULL && (!address_is_placeholder(identity->folded) || g_strcmp0(name, own) == 0))
        add_once(profile->names, intern(profiles, name));
}

static void add_address(struct profiles *profiles, struct profile *profile,
                        const struct people_identity *identity)
{
    const char *domain = address_domain(identity->folded);
    if (domain == NULL || address_is_placeholder(identity->folded))
        return;
    g_autofree char *mailbox = g_strndup(identity->folded, (gsize)(domain - identity->folded) - 1);
    add_once(profile->domains, intern(profiles, domain));
    if (!mailbox_is_common(mailbox))
        add_once(profile->mailboxes, intern(profiles, mailbox));
}

/* Those of the days of its commits; of an identity without commits, all it ever may have had. Names
 * in brackets are no employers: (unaffiliated), (academic), (unknown). */
static void add_employers(struct profiles *profiles, struct profile *profile,
                          const struct people_identity *identity)
{
    if (profiles->employers == NULL)
        return;
    g_autoptr(GArray) spans = employers_spans(profiles->employers, identity->address);
    for (guint i = 0; i < spans->len; i++) {
        const struct employer_span *span = &g_array_index(spans, struct employer_span, i);
        bool then = span->from <= identity->last && identity->first < span->to;
        if (*span->employer != '(' && (identity->commits == 0 || then))
            add_once(profile->employers, intern(profiles, span->employer));
    }
}

static void add_identity(struct profiles *profiles, const struct people_identity *identity)
{
    struct profile *profile = &profiles->each[identity->person];
    add_name(profiles, profile, identity);
    add_address(profiles, profile, identity);
    add_employers(profiles, profile, identity);
    if (identity->commits == 0)
        return;
    profile->first = profile->commits == 0 ? identity->first : MIN(profile->first, identity->first);
    profile->last = profile->commits == 0 ? identity->last : MAX(profile->last, identity->last);
    profile->commits += identity->commits;
}

struct profiles *profiles_new(const struct people *people, const struct employers *employers)
{
    struct profiles *profiles = g_new0(struct profiles, 1);
    profiles->people = people;
    profiles->employers = employers;
    profiles->strings = g_string_chunk_new(4096);
    profiles->each = g_new0(struct profile, people_count(people) + 1);
    for (guint i = 0; i < people_count(people); i++) {
        profiles->each[i].names = g_ptr_array_new();
        profiles->each[i].mailboxes = g_ptr_array_new();
        profiles->each[i].domains = g_ptr_array_new();
        profiles->each[i].employers = g_ptr_array_new();
    }
    for (guint i = 0; i < people_identity_count(people); i++)
        add_identity(profiles, people_identity(people, i));
    return profiles;
}

void profiles_free(struct profiles *profiles)
{
    if (profiles == NULL)
        return;
    for (guint i = 0; i < people_count(profiles->people); i++) {
        g_ptr_array_unref(profiles->each[i].names);
        g_ptr_array_unref(profiles->each[i].mailboxes);
        g_ptr_array_unref(profiles->each[i].domains);
        g_ptr_array_unref(profiles->each[i].employers);
    }
    g_free(profiles->each);
    g_string_chunk_free(profiles->strings);
    g_free(profiles);
}

const struct profile *profiles_of(const struct profiles *profiles, guint person)
{
    return &profiles->each[person];
}

bool profile_similar_names(const struct profile *a, const struct profile *b, bool well)
{
    for (guint i = 0; i < a->names->len; i++)
        for (guint j = 0; j < b->names->len; j++) {
            bool all = false;
            guint shared = name_shared_words(a->names->pdata[i], b->names->pdata[j], &all);
            if (all || shared >= 2 || (!well && shared == 1))
                return true;
        }
    return !well && (a->names->len == 0 || b->names->len == 0);
}

const char *profile_shared(const GPtrArray *a, const GPtrArray *b)
{
    for (guint i = 0; i < a->len; i++)
        if (g_ptr_array_find((GPtrArray *)(guintptr)b, a->pdata[i], NULL))
            return a->pdata[i];
    return NULL;
}

gint64 profile_gap(const struct profile *a, const struct profile *b)
{
    if (a->commits == 0 || b->commits == 0)
        return 0;
    return MAX(a->first, b->first) - MIN(a->last, b->last);
}

bool profile_employers_differ(const struct profile *a, const struct profile *b)
{
    return a->employers->len > 0 && b->employers->len > 0 &&
           profile_shared(a->employers, b->employers) == NULL;
}
