#include "open_domains.h"

#include "address.h"

/* Whether the domain itself has a row. */
static bool knows_domain(const struct employers *employers, const char *domain)
{
    g_autofree char *anybody = g_strconcat("@", domain, NULL);
    return employers_knows(employers, anybody);
}

static void leave_out_rows(const struct employers *employers, const struct people *people,
                           GHashTable *shared)
{
    for (guint i = 0; i < people_identity_count(people); i++) {
        const struct people_identity *identity = people_identity(people, i);
        const char *domain = address_domain(identity->folded);
        if (domain != NULL && employers_knows(employers, identity->address))
            g_hash_table_add(shared, (gpointer)(guintptr)domain);
    }
}

static void leave_out_signed(const struct book *book, const struct signs *signs, GHashTable *shared)
{
    for (guint node = 0; node < graph_size(book_graph(book)); node++) {
        const struct people_identity *author = signs_author(signs, node);
        const struct sign *own = signs_own(signs, node);
        const char *domain = author == NULL ? NULL : address_domain(author->folded);
        if (domain != NULL && own->counted != NULL && own->kind == SIGN_SIGNED)
            g_hash_table_add(shared, (gpointer)(guintptr)domain);
    }
}

/* Domain -> its first author + 1; those who have a second one go into `several`. */
static void note_author(GHashTable *firsts, GHashTable *several, const char *domain, guint person)
{
    gpointer key = (gpointer)(guintptr)domain;
    guint first = GPOINTER_TO_UINT(g_hash_table_lookup(firsts, key));
    if (first == 0)
        g_hash_table_insert(firsts, key, GUINT_TO_POINTER(person + 1));
    else if (first != person + 1)
        g_hash_table_add(several, key);
}

GHashTable *open_domains(const struct book *book, const struct signs *signs,
                         const struct people *people)
{
    const struct employers *employers = book_employers(book);
    GHashTable *several = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) firsts = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) left_out = g_hash_table_new(g_str_hash, g_str_equal);
    leave_out_rows(employers, people, left_out);
    leave_out_signed(book, signs, left_out);
    for (guint i = 0; i < people_identity_count(people); i++) {
        const struct people_identity *identity = people_identity(people, i);
        const char *domain = address_domain(identity->folded);
        if (domain != NULL && identity->commits > 0 && !address_is_placeholder(identity->folded) &&
            !g_hash_table_contains(left_out, domain) && !knows_domain(employers, domain))
            note_author(firsts, several, domain, identity->person);
    }
    return several;
}
