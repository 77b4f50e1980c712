#include "signs.h"

#include "address.h"
#include "commit.h"
#include "moves.h"
#include "names.h"
#include "source.h"

#include <string.h>

struct signs {
    struct book *book;
    const struct people *people;
    GPtrArray *identities; /* by row id: const struct people_identity *, or NULL */
    GPtrArray *signers;    /* by node: addresses of own lines, or NULL */
    GArray **each;         /* by person: struct sign */
    GArray **tenures;      /* by person: struct tenure */
    struct sign *own;      /* by node */
    GHashTable *owners;    /* folded address -> person + 1; G_MAXUINT: several */
    GStringChunk *strings;
    char *remark;
};

static void free_array(gpointer array)
{
    if (array != NULL)
        g_ptr_array_unref(array);
}

static void add_owner(GHashTable *owners, const char *folded, guint person)
{
    guint before = GPOINTER_TO_UINT(g_hash_table_lookup(owners, folded));
    guint owner = before != 0 && before != person + 1 ? G_MAXUINT : person + 1;
    if (!address_is_placeholder(folded))
        g_hash_table_insert(owners, (gpointer)(guintptr)folded, GUINT_TO_POINTER(owner));
}

static void index_people(struct signs *signs)
{
    for (guint i = 0; i < people_identity_count(signs->people); i++) {
        const struct people_identity *identity = people_identity(signs->people, i);
        guint id = (guint)identity->id;
        if (id >= signs->identities->len)
            g_ptr_array_set_size(signs->identities, (gint)id + 1);
        signs->identities->pdata[id] = (gpointer)(guintptr)identity;
        add_owner(signs->owners, identity->folded, identity->person);
    }
}

static const struct people_identity *identity_of(const struct signs *signs, gint64 id)
{
    return id < 0 || id >= signs->identities->len ? NULL : signs->identities->pdata[id];
}

static bool same_name(const char *a, const char *b)
{
    g_autofree char *left = name_fold(a), *right = name_fold(b);
    return left != NULL && g_strcmp0(left, right) == 0;
}

static bool is_own(const struct people_identity *author, const struct people_identity *signer)
{
    return author != NULL && signer != NULL &&
           (author->person == signer->person || same_name(author->name, signer->name));
}

static bool read_signatures(struct signs *signs, GError **error)
{
    struct store_statement *rows = store_statement(book_store(signs->book), "signs_signatures");
    bool row = false;
    guint node = 0;
    store_bind_int(rows, 1, book_repository_id(signs->book));
    while (true) {
        if (!store_step(rows, &row, error))
            return false;
        if (!row)
            return true;
        if (!graph_node(book_graph(signs->book), store_int(rows, 0), &node))
            continue;
        const struct people_identity *signer = identity_of(signs, store_int(rows, 1));
        if (!is_own(identity_of(signs, book_author(signs->book, node)), signer))
            continue;
        if (signs->signers->pdata[node] == NULL)
            signs->signers->pdata[node] = g_ptr_array_new();
        g_ptr_array_add(signs->signers->pdata[node], signer->address);
    }
}

static void add_commit(struct signs *signs, guint node)
{
    static const char *const none[] = {NULL};
    const struct people_identity *author = identity_of(signs, book_author(signs->book, node));
    if (author == NULL || book_is_merge(signs->book, node))
        return;
    GPtrArray *signers = signs->signers->pdata[node];
    if (signers != NULL)
        g_ptr_array_add(signers, NULL);
    GArray *each = signs->each[author->person];
    guint place = each->len;
    evidence_of_commit(book_employers(signs->book), author->address,
                       book_time(signs->book, node, true), book_time(signs->book, node, false),
                       signers == NULL ? none : (const char *const *)signers->pdata, node, each);
    signs->own[node] = g_array_index(each, struct sign, place);
}

/* Whom an entry means: who has that address, or had the one before it; else the author of the
 * change, when the entry bears that name. */
static guint person_of(const struct signs *signs, const struct move *move, guint node)
{
    const char *const addresses[] = {move->address, move->before};
    for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++) {
        g_autofree char *folded = addresses[i] == NULL ? NULL : address_fold(addresses[i]);
        guint owner =
            folded == NULL ? 0 : GPOINTER_TO_UINT(g_hash_table_lookup(signs->owners, folded));
        if (owner != 0 && owner != G_MAXUINT)
            return owner - 1;
    }
    const struct people_identity *author = identity_of(signs, book_author(signs->book, node));
    return author != NULL && same_name(author->name, move->name) ? author->person : PEOPLE_NOBODY;
}

/* The same change on several branches is one sign. */
static bool is_known(const GArray *signs, const struct sign *sign)
{
    for (guint i = 0; i < signs->len; i++) {
        const struct sign *other = &g_array_index(signs, struct sign, i);
        if (other->kind == SIGN_NAMED && other->time == sign->time &&
            g_str_equal(other->address, sign->address))
            return true;
    }
    return false;
}

static void add_moves(struct signs *signs, guint node, const char *old, const char *new)
{
    g_autoptr(GPtrArray) moves = moves_find(old, new);
    gint64 time = book_time(signs->book, node, true);
    for (guint i = 0; i < moves->len; i++) {
        const struct move *move = moves->pdata[i];
        const char *employer = employers_find(book_employers(signs->book), move->address, time);
        guint person = person_of(signs, move, node);
        struct sign sign = {.kind = SIGN_NAMED,
                            .time = time,
                            .employer = employer,
                            .letter = 'B',
                            .address = move->address,
                            .node = node};
        if (person == PEOPLE_NOBODY || !evidence_is_employer(employer) ||
            is_known(signs->each[person], &sign))
            continue;
        sign.address = g_string_chunk_insert(signs->strings, move->address);
        g_array_append_val(signs->each[person], sign);
    }
}

/* One version of a list and the one before it. */
struct change {
    guint node;
    char *path;
    char commit[41], parent[41]; /* "" where there is none */
};

static void clear_change(gpointer pointer)
{
    g_free(((struct change *)pointer)->path);
}

static void read_hash(struct store_statement *rows, int column, char ret_hex[41])
{
    gsize length = 0;
    const void *hash = store_blob(rows, column, &length);
    ret_hex[0] = '\0';
    if (hash != NULL && length == 20)
        id_to_hex(hash, ret_hex);
}

static bool find_changes(struct signs *signs, GArray *changes, GError **error)
{
    struct store_statement *rows = store_statement(book_store(signs->book), "signs_lists");
    bool row = false;
    store_bind_int(rows, 1, book_repository_id(signs->book));
    while (true) {
        if (!store_step(rows, &row, error))
            return false;
        if (!row)
            return true;
        struct change change = {.path = NULL};
        if (!graph_node(book_graph(signs->book), store_int(rows, 0), &change.node))
            continue;
        read_hash(rows, 1, change.commit);
        if (!g_str_equal(store_text(rows, 3), "A"))
            read_hash(rows, 4, change.parent);
        change.path = g_strdup(store_text(rows, 2));
        g_array_append_val(changes, change);
    }
}

/* A version that cannot be read, or is no file, says nothing. */
static void read_change(struct signs *signs, struct source *source, const struct change *change)
{
    g_autofree char *old = NULL, *new = NULL;
    if (change->parent[0] != '\0')
        source_read_any(source, change->parent, change->path, SOURCE_MOST, &old, NULL, NULL);
    if (source_read_any(source, change->commit, change->path, SOURCE_MOST, &new, NULL, NULL) &&
        new != NULL)
        add_moves(signs, change->node, old, new);
}

static bool read_lists(struct signs *signs, const struct home *home, GError **error)
{
    g_autoptr(GArray) changes = g_array_new(FALSE, FALSE, sizeof(struct change));
    g_array_set_clear_func(changes, clear_change);
    if (!find_changes(signs, changes, error))
        return false;
    g_autoptr(GError) reason = NULL;
    g_autoptr(Source) source = changes->len == 0
                                   ? NULL
                                   : source_open(book_store(signs->book), home,
                                                 book_repository(signs->book)->name, &reason);
    if (source == NULL && reason != NULL)
        signs->remark =
            g_strdup_printf("MAINTAINERS and CREDITS are left out: %s", reason->message);
    for (guint i = 0; source != NULL && i < changes->len; i++)
        read_change(signs, source, &g_array_index(changes, struct change, i));
    return true;
}

static void init(struct signs *signs)
{
    guint size = graph_size(book_graph(signs->book)), people = people_count(signs->people);
    signs->identities = g_ptr_array_new();
    signs->owners = g_hash_table_new(g_str_hash, g_str_equal);
    signs->signers = g_ptr_array_new_with_free_func(free_array);
    g_ptr_array_set_size(signs->signers, (gint)size);
    signs->own = g_new0(struct sign, size + 1);
    signs->strings = g_string_chunk_new(1024);
    signs->each = g_new0(GArray *, people + 1);
    signs->tenures = g_new0(GArray *, people + 1);
    for (guint i = 0; i < people; i++)
        signs->each[i] = g_array_new(FALSE, FALSE, sizeof(struct sign));
}

struct signs *signs_gather(struct book *book, const struct home *home, GError **error)
{
    const struct people *people = book_people(book, PEOPLE_MAILMAP, error);
    if (people == NULL)
        return NULL;
    g_autoptr(Signs) signs = g_new0(struct signs, 1);
    signs->book = book;
    signs->people = people;
    init(signs);
    index_people(signs);
    if (!read_signatures(signs, error))
        return NULL;
    for (guint node = 0; node < graph_size(book_graph(book)); node++)
        add_commit(signs, node);
    if (!read_lists(signs, home, error))
        return NULL;
    for (guint i = 0; i < people_count(people); i++)
        signs->tenures[i] = evidence_tenures(signs->each[i]);
    return g_steal_pointer(&signs);
}

void signs_free(struct signs *signs)
{
    if (signs == NULL)
        return;
    for (guint i = 0; i < people_count(signs->people); i++) {
        g_array_unref(signs->each[i]);
        if (signs->tenures[i] != NULL)
            g_array_unref(signs->tenures[i]);
    }
    g_free(signs->each);
    g_free(signs->tenures);
    g_free(signs->own);
    g_free(signs->remark);
    g_ptr_array_unref(signs->identities);
    g_ptr_array_unref(signs->signers);
    g_hash_table_unref(signs->owners);
    g_string_chunk_free(signs->strings);
    g_free(signs);
}

const char *signs_remark(const struct signs *signs)
{
    return signs->remark;
}

const GArray *signs_of(const struct signs *signs, guint person)
{
    return signs->each[person];
}

const GArray *signs_tenures(const struct signs *signs, guint person)
{
    return signs->tenures[person];
}

const struct people_identity *signs_author(const struct signs *signs, guint node)
{
    return identity_of(signs, book_author(signs->book, node));
}

const struct sign *signs_own(const struct signs *signs, guint node)
{
    return &signs->own[node];
}

bool signs_commit(const struct signs *signs, guint node, char ret_hex[41], GError **error)
{
    struct store_statement *query = store_statement(book_store(signs->book), "book_commit_hash");
    bool row = false;
    store_bind_int(query, 1, graph_commit_id(book_graph(signs->book), node));
    if (!store_step(query, &row, error))
        return false;
    ret_hex[0] = '\0';
    if (row)
        read_hash(query, 0, ret_hex);
    return store_run(query, error);
}

/* With the address, the commit and, of SIGNED, how many of those that could were signed so. */
static char *telling_words(const struct sign *sign, const struct tenure *tenure, const char *hex)
{
    g_autofree char *address = g_utf8_make_valid(sign->address, -1);
    guint others = tenure->by[SIGN_SIGNED] + tenure->by[SIGN_ROW] + tenure->by[SIGN_NOTHING];
    if (sign->kind == SIGN_SIGNED)
        return g_strdup_printf("own Signed-off-by %s on %u of %u commits under other addresses "
                               "(%.12s)",
                               address, tenure->by[SIGN_SIGNED], others, hex);
    if (sign->kind == SIGN_NAMED)
        return g_strdup_printf("%.12s names %s in MAINTAINERS or CREDITS", hex, address);
    if (sign->kind == SIGN_LANDED)
        return g_strdup_printf("own Signed-off-by %s on what was written elsewhere (%.12s)",
                               address, hex);
    if (sign->kind == SIGN_ROW)
        return g_strdup_printf("employers.tsv:%u, %s", sign->line, address);
    return g_strdup_printf(sign->kind == SIGN_DOMAIN ? "mail domain of %s" : "nothing but %s",
                           address);
}

char *signs_reason(const struct signs *signs, guint person, const struct tenure *tenure,
                   GError **error)
{
    const struct sign *sign = &g_array_index(signs->each[person], struct sign, tenure->telling);
    char hex[41];
    return signs_commit(signs, sign->node, hex, error) ? telling_words(sign, tenure, hex) : NULL;
}
