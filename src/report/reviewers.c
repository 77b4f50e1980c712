#include "reviewers.h"

#include "address.h"

struct reviewers {
    struct book *book;
    const struct people *people;
    struct joins *joins;
    GHashTable *bare;      /* row id -> its name, folded: identities without an address */
    GHashTable *addressed; /* folded address -> person + 1 */
    GHashTable *named; /* folded name -> GPtrArray of const struct people_identity *; addressed */
};

static void free_list(gpointer list)
{
    g_ptr_array_unref(list);
}

static char *fold_name(const char *name)
{
    g_autofree char *valid = g_utf8_make_valid(name, -1);
    return g_utf8_casefold(g_strstrip(valid), -1);
}

static void add_named(struct reviewers *reviewers, const struct people_identity *identity)
{
    char *name = fold_name(identity->name);
    GPtrArray *list = g_hash_table_lookup(reviewers->named, name);
    if (list == NULL) {
        list = g_ptr_array_new();
        g_hash_table_insert(reviewers->named, name, list);
    } else {
        g_free(name);
    }
    g_ptr_array_add(list, (gpointer)(guintptr)identity);
}

static void index_names(struct reviewers *reviewers)
{
    for (guint i = 0; i < people_identity_count(reviewers->people); i++) {
        const struct people_identity *identity = people_identity(reviewers->people, i);
        if (!address_is_placeholder(identity->folded)) {
            add_named(reviewers, identity);
            g_hash_table_insert(reviewers->addressed, identity->folded,
                                GUINT_TO_POINTER(identity->person + 1));
            continue;
        }
        gint64 *id = g_new(gint64, 1);
        *id = identity->id;
        g_hash_table_insert(reviewers->bare, id, fold_name(identity->name));
    }
}

struct reviewers *reviewers_new(struct book *book, enum people_map map, const char *const *joins,
                                GError **error)
{
    g_autoptr(Reviewers) reviewers = g_new0(struct reviewers, 1);
    reviewers->book = book;
    reviewers->bare = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    reviewers->named = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_list);
    reviewers->addressed = g_hash_table_new(g_str_hash, g_str_equal);
    reviewers->people = book_people(book, map, error);
    reviewers->joins = reviewers->people == NULL ? NULL : joins_new(book, joins, error);
    if (reviewers->joins == NULL)
        return NULL;
    index_names(reviewers);
    return g_steal_pointer(&reviewers);
}

void reviewers_free(struct reviewers *reviewers)
{
    if (reviewers == NULL)
        return;
    joins_free(reviewers->joins);
    g_hash_table_unref(reviewers->addressed);
    g_hash_table_unref(reviewers->bare);
    g_hash_table_unref(reviewers->named);
    g_free(reviewers);
}

/* Seconds between a day and the days on which commits were written under this identity. */
static gint64 distance(const struct people_identity *identity, gint64 time)
{
    if (!identity->author)
        return G_MAXINT64;
    if (time < identity->first)
        return identity->first - time;
    return MAX(time - identity->last, 0);
}

/* The identity that a bare name is to be read as; NULL when that cannot be told. */
static const struct people_identity *read_name(const GPtrArray *list, gint64 time)
{
    const struct people_identity *best = NULL;
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const struct people_identity *identity = g_ptr_array_index(list, i);
        if (best != NULL && identity->person != best->person)
            return NULL;
        gint64 farther = best == NULL ? -1 : distance(identity, time) - distance(best, time);
        if (farther < 0 || (farther == 0 && identity->commits > best->commits))
            best = identity;
    }
    return best;
}

struct reviewer reviewers_find(struct reviewers *reviewers, gint64 identity, gint64 author_time)
{
    const char *name = g_hash_table_lookup(reviewers->bare, &identity);
    if (name != NULL) {
        const struct people_identity *read =
            read_name(g_hash_table_lookup(reviewers->named, name), author_time);
        identity = read == NULL ? identity : read->id;
    }
    gint64 employer = book_employer(reviewers->book, identity, author_time);
    return (struct reviewer){people_person(reviewers->people, identity),
                             joins_apply(reviewers->joins, employer)};
}

guint reviewers_person(const struct reviewers *reviewers, const char *name, const char *address)
{
    g_autofree char *folded = address_fold(address);
    gpointer person = *folded == '\0' ? NULL : g_hash_table_lookup(reviewers->addressed, folded);
    if (person != NULL)
        return GPOINTER_TO_UINT(person) - 1;
    g_autofree char *key = fold_name(name);
    const struct people_identity *read =
        read_name(g_hash_table_lookup(reviewers->named, key), G_MAXINT64);
    return read == NULL ? PEOPLE_NOBODY : read->person;
}
