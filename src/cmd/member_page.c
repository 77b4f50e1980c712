/* member import of a published page: what it names, against the record. */
#include "fault.h"
#include "member_room.h"
#include "organisations.h"

#include <stdio.h>

/* What a form may hold is decided in one place. A link that is none in a form is left out. */
static struct member *member_of(const struct organisation *organisation, bool with_link,
                                GError **error)
{
    g_autoptr(GKeyFile) form = g_key_file_new();
    gsize length = 0;
    g_key_file_set_string(form, "member", "name", organisation->name);
    if (with_link)
        g_key_file_set_string_list(form, "member", "links",
                                   (const char *const[]){organisation->link}, 1);
    g_autofree char *text = g_key_file_to_data(form, &length, NULL);
    return member_parse(text, length, error);
}

static struct member *listed(const struct organisation *organisation, GError **error)
{
    struct member *member = organisation->link == NULL ? NULL : member_of(organisation, true, NULL);
    return member != NULL ? member : member_of(organisation, false, error);
}

/* One that is refused holds up no other. */
static bool keep(struct member_room *room, const GPtrArray *fresh, GError **error)
{
    const struct members_act act = member_act(room);
    guint refused = 0;
    for (guint i = 0; i < fresh->len; i++) {
        const struct organisation *organisation = fresh->pdata[i];
        g_autoptr(GError) reason = NULL;
        g_autoptr(Member) member = listed(organisation, &reason);
        if (member != NULL && members_add(member_store(room), member, MEMBER_LISTED, &act, &reason))
            continue;
        refused++;
        fprintf(stderr, "item %u of those that are new: %s\n", i + 1, reason->message);
    }
    printf("%u taken in as listed\n", fresh->len - refused);
    return refused == 0 || fault_raise(error, FAULT_DATA, "%u name%s refused", refused,
                                       refused == 1 ? " was" : "s were");
}

/* Those that a page should name. */
static bool is_public(const struct member *member)
{
    return member->state == MEMBER_ACTIVE || member->state == MEMBER_SUSPENDED ||
           member->state == MEMBER_LISTED;
}

static GHashTable *names_of(const GPtrArray *all)
{
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < all->len; i++) {
        struct member *member = all->pdata[i];
        g_hash_table_insert(names, members_fold(member->name), member);
    }
    return names;
}

static void tell(struct table *table, const char *change, const char *name, const char *link,
                 const char *state)
{
    table_string(table, change);
    table_string(table, name);
    table_string(table, state);
    table_string(table, link);
}

/* The new ones and, unless they are members, those that were to be no more; the rest is there.
 * What is found is taken from `recorded`. */
static GPtrArray *compare(const GPtrArray *page, GHashTable *recorded, struct table *table)
{
    GPtrArray *fresh = g_ptr_array_new();
    for (guint i = 0; i < page->len; i++) {
        struct organisation *organisation = page->pdata[i];
        g_autofree char *folded = members_fold(organisation->name);
        const struct member *member = g_hash_table_lookup(recorded, folded);
        if (member == NULL) {
            tell(table, "new", organisation->name, organisation->link, NULL);
            g_ptr_array_add(fresh, organisation);
        } else if (!is_public(member)) {
            tell(table, "on the page", member->name, organisation->link,
                 member_state_name(member->state));
        }
        g_hash_table_remove(recorded, folded);
    }
    return fresh;
}

static void tell_gone(const GPtrArray *all, GHashTable *recorded, struct table *table,
                      guint *ret_gone)
{
    for (guint i = 0; i < all->len; i++) {
        const struct member *member = all->pdata[i];
        g_autofree char *folded = members_fold(member->name);
        if (!is_public(member) || !g_hash_table_contains(recorded, folded))
            continue;
        (*ret_gone)++;
        tell(table, "gone", member->name, member->links[0], member_state_name(member->state));
    }
}

bool member_import_page(struct member_room *room, const char *path, const char *html, gsize length,
                        GError **error)
{
    static const struct table_column columns[] = {{"change", "Change", TABLE_KIND_STRING},
                                                  {"member", "Member", TABLE_KIND_STRING},
                                                  {"state", "State", TABLE_KIND_STRING},
                                                  {"link", "Link", TABLE_KIND_STRING}};
    guint gone = 0;
    g_autoptr(GPtrArray) page = organisations_read(html, length, member_given.heading, error);
    if (page == NULL) {
        g_prefix_error(error, "%s: ", path);
        return false;
    }
    g_autoptr(GPtrArray) all = members_all(member_store(room), error);
    if (all == NULL)
        return false;
    g_autoptr(GHashTable) recorded = names_of(all);
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    g_autoptr(GPtrArray) fresh = compare(page, recorded, table);
    tell_gone(all, recorded, table, &gone);
    if (!member_print(room, table, TABLE_TEXT, error))
        return false;
    fprintf(stderr, "the page names %u: %u new, %u gone\n", page->len, fresh->len, gone);
    return !member_given.write || keep(room, fresh, error);
}
