#include "people.h"

#include "address.h"
#include "fault.h"
#include "mailmap.h"

#include <string.h>

struct person {
    char *name;
    char *address;
};

struct people {
    GArray *identities; /* struct people_identity, by id */
    GHashTable *by_id;  /* row id -> its index + 1 */
    GArray *persons;    /* struct person */
};

static void identity_clear(gpointer pointer)
{
    struct people_identity *identity = pointer;
    g_free(identity->name);
    g_free(identity->address);
    g_free(identity->folded);
}

static void person_clear(gpointer pointer)
{
    struct person *person = pointer;
    g_free(person->name);
    g_free(person->address);
}

static struct people_identity *identity_at(const struct people *people, guint index)
{
    return &g_array_index(people->identities, struct people_identity, index);
}

static bool read_identities(struct people *people, struct store *history, GError **error)
{
    struct store_statement *rows = store_statement(history, "people_identities");
    bool row = false;
    while (true) {
        if (!store_step(rows, &row, error))
            return false;
        if (!row)
            return true;
        struct people_identity identity = {
            .id = store_int(rows, 0),
            .name = g_strdup(store_text(rows, 1)),
            .address = g_strdup(store_text(rows, 2)),
        };
        identity.folded = address_fold(identity.address);
        g_array_append_val(people->identities, identity);
        g_hash_table_insert(people->by_id, (gpointer)(gintptr)identity.id,
                            GUINT_TO_POINTER(people->identities->len));
    }
}

static void note_commit(struct people_identity *identity, bool counts, gint64 time)
{
    identity->first = identity->author ? MIN(identity->first, time) : time;
    identity->last = identity->author ? MAX(identity->last, time) : time;
    identity->author = true;
    identity->commits += counts;
}

/* Grouped here: SQLite would sort all commits by author first. */
static bool read_commits(struct people *people, struct store *history, GError **error)
{
    struct store_statement *rows = store_statement(history, "people_commits");
    bool row = false;
    while (true) {
        if (!store_step(rows, &row, error))
            return false;
        if (!row)
            return true;
        guint index = GPOINTER_TO_UINT(
            g_hash_table_lookup(people->by_id, (gpointer)(gintptr)store_int(rows, 0)));
        if (index == 0)
            continue;
        note_commit(identity_at(people, index - 1), store_int(rows, 1) < 2, store_int(rows, 2));
    }
}

static bool read_repository_mailmaps(struct mailmap *mailmap, struct store *history, GError **error)
{
    struct store_statement *rows = store_statement(history, "people_mailmaps");
    bool row = false;
    while (true) {
        if (!store_step(rows, &row, error))
            return false;
        if (!row)
            return true;
        gsize length = 0;
        const char *bytes = store_blob(rows, 0, &length);
        if (length > 0 && !mailmap_add(mailmap, bytes, length, NULL, error))
            return false;
    }
}

static bool read_home_mailmap(struct mailmap *mailmap, const char *path, GError **error)
{
    g_autofree char *bytes = NULL;
    g_autoptr(GError) reason = NULL;
    gsize length = 0;
    if (path == NULL)
        return true;
    if (g_file_get_contents(path, &bytes, &length, &reason))
        return mailmap_add(mailmap, bytes, length, path, error);
    if (g_error_matches(reason, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return true;
    return fault_raise(error, FAULT_NOINPUT, "the mailmap cannot be read: %s", reason->message);
}

/* What is put in place of an identity, and the key of the person that makes it. */
struct canonical {
    const char *name;    /* the identity's own or the mailmap's */
    const char *address; /* the same */
    bool mapped;
    bool name_mapped;
    guint key; /* number of the key in the groups */
};

/* Keys that stand for one person, joined: a union-find over their numbers. */
struct groups {
    GHashTable *numbers; /* key -> number + 1 */
    GArray *parents;     /* guint */
};

static guint groups_number(struct groups *groups, char *key)
{
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(groups->numbers, key));
    if (number > 0) {
        g_free(key);
        return number - 1;
    }
    number = groups->parents->len;
    g_array_append_val(groups->parents, number);
    g_hash_table_insert(groups->numbers, key, GUINT_TO_POINTER(number + 1));
    return number;
}

static guint groups_root(struct groups *groups, guint number)
{
    guint *parents = (guint *)(void *)groups->parents->data;
    while (parents[number] != number) {
        parents[number] = parents[parents[number]];
        number = parents[number];
    }
    return number;
}

static void groups_join(struct groups *groups, guint a, guint b)
{
    guint left = groups_root(groups, a), right = groups_root(groups, b);
    g_array_index(groups->parents, guint, MAX(left, right)) = MIN(left, right);
}

/* Equal addresses are one person; a placeholder says nothing, so there the name counts too. */
static char *person_key(const char *name, const char *address)
{
    g_autofree char *folded = address_fold(address);
    if (address_is_placeholder(folded))
        return g_strconcat("\n", name, "\n", address, NULL);
    return g_steal_pointer(&folded);
}

static char *raw_key(const char *name, const char *address)
{
    return g_strdup(*name != '\0' ? name : address);
}

static void find_canonical(const struct people_identity *identity, struct mailmap *mailmap,
                           struct groups *groups, struct canonical *canonical)
{
    canonical->name = identity->name;
    canonical->address = identity->address;
    if (mailmap == NULL) {
        canonical->key = groups_number(groups, raw_key(identity->name, identity->address));
        return;
    }
    canonical->mapped = mailmap_resolve(mailmap, identity->name, identity->address,
                                        &canonical->name, &canonical->address);
    canonical->name_mapped = canonical->name != identity->name;
    canonical->key = groups_number(groups, person_key(canonical->name, canonical->address));
}

#define SEVERAL G_MAXUINT

/* Where the mailmap sends an address to one person only, all identities of that address go there,
 * also those whose name no line mentions. */
static void join_addresses(const struct people *people, const struct canonical *canonicals,
                           struct groups *groups)
{
    g_autoptr(GHashTable) targets = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < people->identities->len; i++) {
        struct people_identity *identity = identity_at(people, i);
        if (!canonicals[i].mapped || address_is_placeholder(identity->folded))
            continue;
        guint before = GPOINTER_TO_UINT(g_hash_table_lookup(targets, identity->folded));
        guint target = canonicals[i].key + 1;
        if (before != 0 && before != target)
            target = SEVERAL;
        g_hash_table_insert(targets, identity->folded, GUINT_TO_POINTER(target));
    }
    GHashTableIter iter;
    gpointer address = NULL, target = NULL;
    g_hash_table_iter_init(&iter, targets);
    while (g_hash_table_iter_next(&iter, &address, &target)) {
        guint own = GPOINTER_TO_UINT(g_hash_table_lookup(groups->numbers, address));
        if (own != 0 && GPOINTER_TO_UINT(target) != SEVERAL)
            groups_join(groups, own - 1, GPOINTER_TO_UINT(target) - 1);
    }
}

/* Persons are numbered in the order of their first identity. */
static void number_persons(struct people *people, const struct canonical *canonicals,
                           struct groups *groups)
{
    g_autofree guint *numbers = g_new0(guint, groups->parents->len);
    guint count = 0;
    for (guint i = 0; i < people->identities->len; i++) {
        guint root = groups_root(groups, canonicals[i].key);
        if (numbers[root] == 0)
            numbers[root] = ++count;
        identity_at(people, i)->person = numbers[root] - 1;
    }
    g_array_set_size(people->persons, count);
}

/* How good a source an identity is: something before nothing, the mailmap before what was written,
 * then the most commits. Above zero. */
static guint64 source_weight(const char *text, bool mapped, guint commits)
{
    return (guint64)(*text != '\0') << 34 | (guint64)mapped << 33 | ((guint64)commits + 1);
}

static char *shown_name(const char *name, const char *address)
{
    const char *text = *name != '\0' ? name : *address != '\0' ? address : "(nobody)";
    return g_utf8_make_valid(text, -1);
}

/* Where a person's name and address come from. */
struct source {
    guint name, address; /* indexes of identities */
    guint64 name_weight, address_weight;
};

static void name_persons(struct people *people, const struct canonical *canonicals)
{
    g_autofree struct source *sources = g_new0(struct source, people->persons->len + 1);
    for (guint i = 0; i < people->identities->len; i++) {
        const struct people_identity *identity = identity_at(people, i);
        const struct canonical *own = &canonicals[i];
        struct source *source = &sources[identity->person];
        guint64 name = source_weight(own->name, own->name_mapped, identity->commits);
        guint64 address = source_weight(own->address, own->mapped, identity->commits);
        if (name > source->name_weight) {
            source->name = i;
            source->name_weight = name;
        }
        if (address > source->address_weight) {
            source->address = i;
            source->address_weight = address;
        }
    }
    for (guint i = 0; i < people->persons->len; i++) {
        struct person *person = &g_array_index(people->persons, struct person, i);
        person->address = g_strdup(canonicals[sources[i].address].address);
        person->name = shown_name(canonicals[sources[i].name].name, person->address);
    }
}

static void join(struct people *people, struct mailmap *mailmap)
{
    g_autofree struct canonical *canonicals = g_new0(struct canonical, people->identities->len + 1);
    struct groups groups = {
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        g_array_new(FALSE, FALSE, sizeof(guint)),
    };
    for (guint i = 0; i < people->identities->len; i++)
        find_canonical(identity_at(people, i), mailmap, &groups, &canonicals[i]);
    if (mailmap != NULL)
        join_addresses(people, canonicals, &groups);
    number_persons(people, canonicals, &groups);
    name_persons(people, canonicals);
    g_hash_table_unref(groups.numbers);
    g_array_unref(groups.parents);
}

struct people *people_load(struct store *history, const char *mailmap_path, enum people_map map,
                           GError **error)
{
    g_autoptr(People) people = g_new0(struct people, 1);
    g_autoptr(Mailmap) mailmap = map == PEOPLE_MAILMAP ? mailmap_new() : NULL;
    people->identities = g_array_new(FALSE, FALSE, sizeof(struct people_identity));
    people->persons = g_array_new(FALSE, TRUE, sizeof(struct person));
    people->by_id = g_hash_table_new(NULL, NULL);
    g_array_set_clear_func(people->identities, identity_clear);
    g_array_set_clear_func(people->persons, person_clear);
    if (!read_identities(people, history, error) || !read_commits(people, history, error))
        return NULL;
    if (mailmap != NULL && (!read_repository_mailmaps(mailmap, history, error) ||
                            !read_home_mailmap(mailmap, mailmap_path, error)))
        return NULL;
    join(people, mailmap);
    return g_steal_pointer(&people);
}

void people_free(struct people *people)
{
    if (people == NULL)
        return;
    g_array_unref(people->identities);
    g_array_unref(people->persons);
    g_hash_table_unref(people->by_id);
    g_free(people);
}

guint people_count(const struct people *people)
{
    return people->persons->len;
}

guint people_person(const struct people *people, gint64 identity)
{
    guint index = GPOINTER_TO_UINT(g_hash_table_lookup(people->by_id, (gpointer)(gintptr)identity));
    return index == 0 ? PEOPLE_NOBODY : identity_at(people, index - 1)->person;
}

const char *people_name(const struct people *people, guint person)
{
    return g_array_index(people->persons, struct person, person).name;
}

const char *people_address(const struct people *people, guint person)
{
    return g_array_index(people->persons, struct person, person).address;
}

guint people_identity_count(const struct people *people)
{
    return people->identities->len;
}

const struct people_identity *people_identity(const struct people *people, guint index)
{
    return identity_at(people, index);
}
