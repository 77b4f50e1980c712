#include "suggest.h"

#include "address.h"
#include "names.h"
#include "profiles.h"

#include <string.h>

#define DAY ((gint64)24 * 60 * 60)
#define LONG_GAP (730 * DAY)
#define BUCKET_LIMIT 12 /* more persons than that under one key: a role, not a name */

static const char *const class_names[] = {"signed", "near", "name", "mailbox", "doubt"};

struct draft {
    guint a, b;
    const char *name; /* the folded name they share, or NULL */
    const char *mailbox;
    bool similar;           /* their names share words */
    guint64 signed_commits; /* authored by one, signed off with the other's address */
    guint signer, author;   /* indexes of identities */
};

struct desk {
    const struct people *people;
    const struct employers *employers;
    struct profiles *profiles;
    GHashTable *owners; /* folded address -> person + 1, or G_MAXUINT when there are several */
    GHashTable *drafts; /* "a b" -> struct draft */
    GHashTable *doubts; /* folded names that seem to be of several people */
};

const char *suggest_class_name(enum suggest_class strength)
{
    return class_names[strength];
}

static void add_owner(struct desk *desk, const struct people_identity *identity)
{
    guint before = GPOINTER_TO_UINT(g_hash_table_lookup(desk->owners, identity->folded));
    guint owner = identity->person + 1;
    if (before != 0 && before != owner)
        owner = G_MAXUINT;
    g_hash_table_insert(desk->owners, identity->folded, GUINT_TO_POINTER(owner));
}

static void desk_init(struct desk *desk, const struct people *people,
                      const struct employers *employers)
{
    desk->people = people;
    desk->employers = employers;
    desk->profiles = profiles_new(people, employers);
    desk->owners = g_hash_table_new(g_str_hash, g_str_equal);
    desk->drafts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    desk->doubts = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < people_identity_count(people); i++)
        add_owner(desk, people_identity(people, i));
}

static void desk_clear(struct desk *desk)
{
    g_hash_table_unref(desk->owners);
    g_hash_table_unref(desk->drafts);
    g_hash_table_unref(desk->doubts);
    profiles_free(desk->profiles);
}

static const struct profile *profile_of(const struct desk *desk, guint person)
{
    return profiles_of(desk->profiles, person);
}

static struct draft *draft_for(struct desk *desk, guint one, guint other)
{
    guint a = MIN(one, other), b = MAX(one, other);
    char *key = g_strdup_printf("%u %u", a, b);
    struct draft *draft = g_hash_table_lookup(desk->drafts, key);
    if (draft != NULL) {
        g_free(key);
        return draft;
    }
    draft = g_new0(struct draft, 1);
    draft->a = a;
    draft->b = b;
    g_hash_table_insert(desk->drafts, key, draft);
    return draft;
}

typedef const GPtrArray *(*set_getter)(const struct profile *profile);

static const GPtrArray *names_of(const struct profile *profile)
{
    return profile->names;
}

static const GPtrArray *mailboxes_of(const struct profile *profile)
{
    return profile->mailboxes;
}

/* Persons by one of their strings. */
static GHashTable *bucket_by(const struct desk *desk, set_getter get)
{
    GHashTable *buckets = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
    for (guint person = 0; person < people_count(desk->people); person++) {
        const GPtrArray *set = get(profile_of(desk, person));
        for (guint i = 0; i < set->len; i++) {
            GArray *bucket = g_hash_table_lookup(buckets, set->pdata[i]);
            if (bucket == NULL) {
                bucket = g_array_new(FALSE, FALSE, sizeof(guint));
                g_hash_table_insert(buckets, set->pdata[i], bucket);
            }
            g_array_append_val(bucket, person);
        }
    }
    return buckets;
}

static void note_name(struct desk *desk, const char *key, guint a, guint b)
{
    struct draft *draft = draft_for(desk, a, b);
    if (draft->name == NULL || strcmp(key, draft->name) < 0)
        draft->name = key;
}

static void note_mailbox(struct desk *desk, const char *key, guint a, guint b)
{
    if (!profile_similar_names(profile_of(desk, a), profile_of(desk, b), false))
        return;
    struct draft *draft = draft_for(desk, a, b);
    if (draft->mailbox == NULL || strcmp(key, draft->mailbox) < 0)
        draft->mailbox = key;
}

static void note_buckets(struct desk *desk, set_getter get,
                         void (*note)(struct desk *desk, const char *key, guint a, guint b))
{
    g_autoptr(GHashTable) buckets = bucket_by(desk, get);
    GHashTableIter iter;
    gpointer key = NULL, value = NULL;
    g_hash_table_iter_init(&iter, buckets);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        const GArray *bucket = value;
        for (guint i = 0; bucket->len <= BUCKET_LIMIT && i < bucket->len; i++)
            for (guint j = i + 1; j < bucket->len; j++)
                note(desk, key, g_array_index(bucket, guint, i), g_array_index(bucket, guint, j));
    }
}

static guint identity_index(const struct people *people, gint64 id)
{
    guint low = 0, high = people_identity_count(people);
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (people_identity(people, middle)->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void note_signature(struct desk *desk, gint64 author, gint64 signer, guint64 commits)
{
    guint a = people_person(desk->people, author), b = people_person(desk->people, signer);
    if (a == PEOPLE_NOBODY || b == PEOPLE_NOBODY || a == b ||
        !profile_similar_names(profile_of(desk, a), profile_of(desk, b), true))
        return;
    struct draft *draft = draft_for(desk, a, b);
    draft->similar = true;
    if (commits <= draft->signed_commits)
        return;
    draft->signed_commits = commits;
    draft->author = identity_index(desk->people, author);
    draft->signer = identity_index(desk->people, signer);
}

static bool note_signatures(struct desk *desk, struct store *history, GError **error)
{
    struct store_statement *rows = store_statement(history, "people_own_signatures");
    bool row = false;
    while (true) {
        if (!store_step(rows, &row, error))
            return false;
        if (!row)
            return true;
        note_signature(desk, store_int(rows, 0), store_int(rows, 1), (guint64)store_int(rows, 2));
    }
}

/* A mail domain of one's own says something, a free mail provider does not. */
static const char *shared_domain(const struct desk *desk, const struct profile *a,
                                 const struct profile *b)
{
    const char *domain = profile_shared(a->domains, b->domains);
    if (domain == NULL || desk->employers == NULL)
        return domain;
    g_autofree char *address = g_strconcat("x@", domain, NULL);
    return employers_knows(desk->employers, address) ? NULL : domain;
}

static enum suggest_class classify(const struct desk *desk, const struct draft *draft)
{
    const struct profile *a = profile_of(desk, draft->a), *b = profile_of(desk, draft->b);
    bool mailbox = draft->mailbox != NULL &&
                   (draft->name == NULL || name_lacks_mailbox(draft->name, draft->mailbox));
    if (draft->name != NULL && draft->signed_commits > 0)
        return SUGGEST_SIGNED;
    if (draft->signed_commits > 0)
        return SUGGEST_NEAR;
    if (draft->name == NULL)
        return SUGGEST_MAILBOX;
    if (mailbox || shared_domain(desk, a, b) != NULL ||
        profile_shared(a->employers, b->employers) != NULL)
        return SUGGEST_NEAR;
    return profile_employers_differ(a, b) || profile_gap(a, b) > LONG_GAP ? SUGGEST_DOUBT
                                                                          : SUGGEST_NAME;
}

/* Where two of a name seem to be two people, nobody knows which of them a third one is. */
static void note_doubts(struct desk *desk)
{
    GHashTableIter iter;
    gpointer value = NULL;
    g_hash_table_iter_init(&iter, desk->drafts);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const struct draft *draft = value;
        if (classify(desk, draft) == SUGGEST_DOUBT)
            g_hash_table_add(desk->doubts, (gpointer)(guintptr)draft->name);
    }
}

static bool is_doubtful(const struct desk *desk, const struct draft *draft)
{
    return draft->name != NULL && g_hash_table_contains(desk->doubts, draft->name);
}

static void say(GString *text, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void say(GString *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (text->len > 0)
        g_string_append(text, "; ");
    g_string_append_vprintf(text, format, args);
    va_end(args);
}

static void append_list(GString *text, const GPtrArray *strings)
{
    for (guint i = 0; i < strings->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (const char *)strings->pdata[i]);
}

static void say_employers(GString *text, const struct profile *a, const struct profile *b)
{
    const char *shared = profile_shared(a->employers, b->employers);
    if (shared != NULL)
        say(text, "both at %s", shared);
    if (!profile_employers_differ(a, b))
        return;
    say(text, "employers differ: ");
    append_list(text, a->employers);
    g_string_append(text, " and ");
    append_list(text, b->employers);
}

static void say_signature(GString *text, const struct desk *desk, const struct draft *draft)
{
    if (draft->signed_commits == 0)
        return;
    const struct people_identity *author = people_identity(desk->people, draft->author);
    const struct people_identity *signer = people_identity(desk->people, draft->signer);
    say(text, "%s signs off %s%s on %" G_GUINT64_FORMAT " of %u own commits", author->address,
        *signer->address == '\0' ? "without an address" : "as ", signer->address,
        draft->signed_commits, author->commits);
}

static void say_name(GString *text, const char *shared, const char *a, const char *b)
{
    g_autofree char *folded_a = name_fold(a);
    g_autofree char *folded_b = name_fold(b);
    if (g_str_equal(a, b))
        say(text, "the same name");
    else if (g_strcmp0(folded_a, folded_b) == 0)
        say(text, "the same name but for accents, case, order or initials");
    else
        say(text, "both were written as \"%s\" too", shared);
}

static char *evidence(const struct desk *desk, const struct draft *draft)
{
    const struct profile *a = profile_of(desk, draft->a), *b = profile_of(desk, draft->b);
    const char *name_a = people_name(desk->people, draft->a);
    const char *name_b = people_name(desk->people, draft->b);
    const char *domain = shared_domain(desk, a, b);
    GString *text = g_string_new(NULL);
    if (draft->name != NULL)
        say_name(text, draft->name, name_a, name_b);
    else if (draft->similar)
        say(text, "similar names");
    if (draft->mailbox != NULL)
        say(text, "the same mailbox name \"%s\"", draft->mailbox);
    if (domain != NULL)
        say(text, "both write from %s", domain);
    say_signature(text, desk, draft);
    say_employers(text, a, b);
    if (profile_gap(a, b) > 365 * DAY)
        say(text, "%.1f years lie between their commits",
            (double)profile_gap(a, b) / (double)(365 * DAY));
    if (is_doubtful(desk, draft) && classify(desk, draft) == SUGGEST_NAME)
        say(text, "more than one person seems to have this name");
    char *valid = g_utf8_make_valid(text->str, -1);
    g_string_free(text, TRUE);
    return valid;
}

/* Text that a mailmap line cannot hold. */
static bool is_writable(const char *text)
{
    return strpbrk(text, "<>\r\n") == NULL && text[0] != '#';
}

static void append_line(GString *lines, const struct desk *desk, guint person,
                        const struct people_identity *other)
{
    bool alone = GPOINTER_TO_UINT(g_hash_table_lookup(desk->owners, other->folded)) != G_MAXUINT &&
                 !address_is_placeholder(other->folded);
    if (!is_writable(other->name) || !is_writable(other->address) ||
        (!alone && *other->name == '\0'))
        return;
    GString *line = g_string_new(NULL);
    g_string_append_printf(line, "%s <%s> %s%s<%s>", people_name(desk->people, person),
                           people_address(desk->people, person), alone ? "" : other->name,
                           alone ? "" : " ", other->address);
    if (strstr(lines->str, line->str) == NULL)
        g_string_append_printf(lines, "%s%s", lines->len > 0 ? "\n" : "", line->str);
    g_string_free(line, TRUE);
}

/* NULL when no line can join them. */
static char *mailmap_lines(const struct desk *desk, guint stays, guint goes)
{
    g_autofree char *folded = address_fold(people_address(desk->people, stays));
    GString *lines = g_string_new(NULL);
    if (!address_is_placeholder(folded) && is_writable(people_name(desk->people, stays)) &&
        is_writable(people_address(desk->people, stays)))
        for (guint i = 0; i < people_identity_count(desk->people); i++) {
            const struct people_identity *identity = people_identity(desk->people, i);
            if (identity->person == goes)
                append_line(lines, desk, stays, identity);
        }
    return g_string_free(lines, lines->len == 0);
}

/* Who stays: with an address of one's own, then with more commits. */
static bool goes_first(const struct desk *desk, guint a, guint b)
{
    g_autofree char *left = address_fold(people_address(desk->people, a));
    g_autofree char *right = address_fold(people_address(desk->people, b));
    bool nowhere_a = address_is_placeholder(left), nowhere_b = address_is_placeholder(right);
    if (nowhere_a != nowhere_b)
        return nowhere_a;
    return profile_of(desk, a)->commits < profile_of(desk, b)->commits;
}

static void pair_free(gpointer pointer)
{
    struct people_pair *pair = pointer;
    g_free(pair->evidence);
    g_free(pair->mailmap_line);
    g_free(pair);
}

static struct people_pair *finish(const struct desk *desk, struct draft *draft)
{
    if (goes_first(desk, draft->a, draft->b)) {
        guint other = draft->a;
        draft->a = draft->b;
        draft->b = other;
    }
    char *lines = mailmap_lines(desk, draft->a, draft->b);
    if (lines == NULL)
        return NULL;
    struct people_pair *pair = g_new0(struct people_pair, 1);
    pair->a = draft->a;
    pair->b = draft->b;
    pair->strength = classify(desk, draft);
    if (pair->strength == SUGGEST_NAME && is_doubtful(desk, draft))
        pair->strength = SUGGEST_DOUBT;
    pair->evidence = evidence(desk, draft);
    pair->mailmap_line = lines;
    return pair;
}

static int compare_pairs(gconstpointer a, gconstpointer b, gpointer user)
{
    const struct people_pair *left = *(struct people_pair *const *)a;
    const struct people_pair *right = *(struct people_pair *const *)b;
    const struct desk *desk = user;
    if (left->strength != right->strength)
        return left->strength < right->strength ? -1 : 1;
    guint more = profile_of(desk, right->b)->commits, less = profile_of(desk, left->b)->commits;
    if (more != less)
        return more < less ? -1 : 1;
    if (left->a != right->a)
        return left->a < right->a ? -1 : 1;
    return (left->b > right->b) - (left->b < right->b);
}

GPtrArray *people_suggest(const struct people *people, struct store *history,
                          const struct employers *employers, GError **error)
{
    struct desk desk;
    g_autoptr(GPtrArray) pairs = g_ptr_array_new_with_free_func(pair_free);
    desk_init(&desk, people, employers);
    note_buckets(&desk, names_of, note_name);
    note_buckets(&desk, mailboxes_of, note_mailbox);
    bool done = note_signatures(&desk, history, error);
    note_doubts(&desk);
    GHashTableIter iter;
    gpointer draft = NULL;
    g_hash_table_iter_init(&iter, desk.drafts);
    while (done && g_hash_table_iter_next(&iter, NULL, &draft)) {
        struct people_pair *pair = finish(&desk, draft);
        if (pair != NULL)
            g_ptr_array_add(pairs, pair);
    }
    g_ptr_array_sort_with_data(pairs, compare_pairs, &desk);
    desk_clear(&desk);
    return done ? g_steal_pointer(&pairs) : NULL;
}
