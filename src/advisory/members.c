#include "members.h"

#include "fault.h"
#include "near.h"

#include <string.h>

#define STATE(state) (1U << (state))

static const struct step {
    const char *verb, *past;
    guint from; /* STATE of those it leads from */
    enum member_state to;
    bool needs_reason;
} steps[] = {
    [MEMBERS_ACCEPT] = {"accept", "accepted",
                        STATE(MEMBER_LISTED) | STATE(MEMBER_APPLIED) | STATE(MEMBER_DECLINED) |
                            STATE(MEMBER_REMOVED),
                        MEMBER_ACTIVE, false},
    [MEMBERS_DECLINE] = {"decline", "declined", STATE(MEMBER_APPLIED), MEMBER_DECLINED, true},
    [MEMBERS_SUSPEND] = {"suspend", "suspended", STATE(MEMBER_ACTIVE), MEMBER_SUSPENDED, true},
    [MEMBERS_RESUME] = {"resume", "resumed", STATE(MEMBER_SUSPENDED), MEMBER_ACTIVE, false},
    [MEMBERS_REMOVE] = {"remove", "removed",
                        STATE(MEMBER_LISTED) | STATE(MEMBER_ACTIVE) | STATE(MEMBER_SUSPENDED),
                        MEMBER_REMOVED, true},
};

bool members_step_parse(const char *verb, enum members_step *ret_step)
{
    for (guint i = 0; i < MEMBERS_STEPS; i++)
        if (g_str_equal(verb, steps[i].verb)) {
            *ret_step = (enum members_step)i;
            return true;
        }
    return false;
}

bool members_step_needs_reason(enum members_step step)
{
    return steps[step].needs_reason;
}

static void free_member(gpointer member)
{
    member_free(member);
}

/* --- reading --- */

static char *text_or_null(struct store_statement *row, int column)
{
    return store_column_is_null(row, column) ? NULL : g_strdup(store_text(row, column));
}

static enum member_delivery delivery_of(const char *name)
{
    return g_str_equal(name, "pgp")   ? MEMBER_PGP
           : g_str_equal(name, "tls") ? MEMBER_TLS
                                      : MEMBER_UNDECIDED;
}

static struct member *read_row(struct store_statement *row)
{
    struct member *member = member_new();
    g_free(member->name);
    g_free(member->ships);
    g_free(member->qualifies);
    member->id = store_int(row, 0);
    member->name = g_strdup(store_text(row, 1));
    member->address = text_or_null(row, 2);
    member->delivery = delivery_of(store_text(row, 3));
    member->fingerprint = text_or_null(row, 4);
    member->ships = g_strdup(store_text(row, 5));
    member->qualifies = g_strdup(store_text(row, 6));
    member_state_parse(store_text(row, 7), &member->state);
    return member;
}

static bool read_words(struct store *desk, gint64 member, const char *kind, GStrv *words,
                       GError **error)
{
    struct store_statement *rows = store_statement(desk, "members_words");
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    bool row = true;
    store_bind_int(rows, 1, member);
    store_bind_text(rows, 2, kind, -1);
    while (row) {
        if (!store_step(rows, &row, error))
            return false;
        if (row)
            g_ptr_array_add(found, g_strdup(store_text(rows, 0)));
    }
    g_ptr_array_add(found, NULL);
    g_strfreev(*words);
    *words = g_strdupv((char **)found->pdata);
    return true;
}

GPtrArray *members_all(struct store *desk, GError **error)
{
    struct store_statement *rows = store_statement(desk, "members_all");
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(free_member);
    bool row = true;
    while (row) {
        if (!store_step(rows, &row, error))
            return NULL;
        if (row)
            g_ptr_array_add(all, read_row(rows));
    }
    for (guint i = 0; i < all->len; i++) {
        struct member *member = all->pdata[i];
        if (!read_words(desk, member->id, "link", &member->links, error) ||
            !read_words(desk, member->id, "list", &member->lists, error))
            return NULL;
    }
    return g_steal_pointer(&all);
}

char *members_fold(const char *name)
{
    g_autofree char *normal = g_utf8_normalize(name, -1, G_NORMALIZE_ALL_COMPOSE);
    return g_utf8_casefold(normal == NULL ? name : normal, -1);
}

struct member *members_find(struct store *desk, const char *name, GError **error)
{
    g_autoptr(GPtrArray) all = members_all(desk, error);
    if (all == NULL)
        return NULL;
    g_autofree char *folded = members_fold(name);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < all->len; i++) {
        struct member *member = all->pdata[i];
        g_autofree char *other = members_fold(member->name);
        if (g_str_equal(folded, other)) {
            all->pdata[i] = NULL;
            return member;
        }
        g_ptr_array_add(names, member->name);
    }
    g_autofree char *near = near_words(name, names);
    fault_raise(error, FAULT_NOINPUT, "no member is called \"%s\"%s%s", name,
                *near == '\0' ? "" : ": is it ", near);
    return NULL;
}

/* --- writing --- */

static bool add_event(struct store *desk, gint64 member, const char *what,
                      const struct members_act *act, GError **error)
{
    struct store_statement *add = store_statement(desk, "members_add_event");
    store_bind_int(add, 1, member);
    store_bind_int(add, 2, act->now);
    store_bind_text(add, 3, act->who, -1);
    store_bind_text(add, 4, what, -1);
    store_bind_text(add, 5, act->reason == NULL ? "" : act->reason, -1);
    return store_run(add, error);
}

static bool put_words(struct store *desk, gint64 member, const char *kind, GStrv words,
                      GError **error)
{
    for (guint i = 0; words[i] != NULL; i++) {
        struct store_statement *add = store_statement(desk, "members_add_word");
        store_bind_int(add, 1, member);
        store_bind_text(add, 2, kind, -1);
        store_bind_int(add, 3, i);
        store_bind_text(add, 4, words[i], -1);
        if (!store_run(add, error))
            return false;
    }
    return true;
}

/* Whether somebody else has that name or address. */
static bool is_taken(struct store *desk, const char *statement, const char *word, gint64 member,
                     bool *ret_taken, GError **error)
{
    gint64 other = 0;
    struct store_statement *find = store_statement(desk, statement);
    store_bind_text(find, 1, word, -1);
    if (!store_single(find, ret_taken, &other, error))
        return false;
    *ret_taken = *ret_taken && other != member;
    return true;
}

static bool check_unique(struct store *desk, gint64 member, const char *folded, const char *address,
                         GError **error)
{
    bool name_taken = false, address_taken = false;
    if (!is_taken(desk, "members_by_name", folded, member, &name_taken, error) ||
        (address != NULL &&
         !is_taken(desk, "members_by_address", address, member, &address_taken, error)))
        return false;
    if (name_taken)
        return fault_raise(error, FAULT_DATA, "there is a member of that name already: edit it");
    if (address_taken)
        return fault_raise(error, FAULT_DATA,
                           "another member has that address: each needs one of its own");
    return true;
}

/* Parameters 2 to 9 of both statements. */
static bool write_row(struct store *desk, const char *statement, const struct member *member,
                      const char *state, GError **error)
{
    g_autofree char *folded = members_fold(member->name);
    g_autofree char *address =
        member->address == NULL ? NULL : g_ascii_strdown(member->address, -1);
    if (!check_unique(desk, member->id, folded, address, error))
        return false;
    struct store_statement *write = store_statement(desk, statement);
    if (member->id != 0)
        store_bind_int(write, 1, member->id);
    store_bind_text(write, 2, member->name, -1);
    store_bind_text(write, 3, folded, -1);
    store_bind_text(write, 4, member->address, -1);
    store_bind_text(write, 5, address, -1);
    store_bind_text(
        write, 6,
        member->delivery == MEMBER_UNDECIDED ? NULL : member_delivery_name(member->delivery), -1);
    store_bind_text(write, 7, member->fingerprint, -1);
    store_bind_text(write, 8, member->ships, -1);
    store_bind_text(write, 9, member->qualifies, -1);
    if (state != NULL)
        store_bind_text(write, 10, state, -1);
    return store_run(write, error);
}

static bool check_reachable(const struct member *member, enum member_state state, GError **error)
{
    if (state != MEMBER_ACTIVE || (member->address != NULL && member->delivery != MEMBER_UNDECIDED))
        return true;
    return fault_raise(error, FAULT_DATA,
                       "an active member needs an address and a delivery: pgp or tls");
}

static bool end_change(struct store *desk, bool done, GError **error)
{
    if (done && store_commit(desk, error))
        return true;
    store_rollback(desk);
    return false;
}

static bool add(struct store *desk, struct member *member, enum member_state state,
                const struct members_act *act, GError **error)
{
    const char *name = member_state_name(state);
    if (!write_row(desk, "members_add", member, name, error))
        return false;
    member->id = store_last_id(desk);
    member->state = state;
    return put_words(desk, member->id, "link", member->links, error) &&
           put_words(desk, member->id, "list", member->lists, error) &&
           add_event(desk, member->id, state == MEMBER_ACTIVE ? "added" : name, act, error);
}

bool members_add(struct store *desk, struct member *member, enum member_state state,
                 const struct members_act *act, GError **error)
{
    return check_reachable(member, state, error) && store_begin(desk, error) &&
           end_change(desk, add(desk, member, state, act, error), error);
}

static bool edit(struct store *desk, const struct member *member, const struct members_act *act,
                 GError **error)
{
    struct store_statement *drop = store_statement(desk, "members_drop_words");
    store_bind_int(drop, 1, member->id);
    return store_run(drop, error) && write_row(desk, "members_edit", member, NULL, error) &&
           put_words(desk, member->id, "link", member->links, error) &&
           put_words(desk, member->id, "list", member->lists, error) &&
           add_event(desk, member->id, "edited", act, error);
}

bool members_edit(struct store *desk, const struct member *member, const struct members_act *act,
                  GError **error)
{
    return check_reachable(member, member->state, error) && store_begin(desk, error) &&
           end_change(desk, edit(desk, member, act, error), error);
}

static char *legal_steps(enum member_state from)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < MEMBERS_STEPS; i++)
        if ((steps[i].from & STATE(from)) != 0)
            g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", steps[i].verb);
    return g_string_free(g_steal_pointer(&list), FALSE);
}

static bool set_state(struct store *desk, const struct member *member, const struct step *step,
                      const struct members_act *act, GError **error)
{
    struct store_statement *set = store_statement(desk, "members_set_state");
    store_bind_int(set, 1, member->id);
    store_bind_text(set, 2, member_state_name(step->to), -1);
    return store_run(set, error) && add_event(desk, member->id, step->past, act, error);
}

bool members_take_step(struct store *desk, const struct member *member, enum members_step which,
                       const struct members_act *act, GError **error)
{
    const struct step *step = &steps[which];
    g_autofree char *legal = legal_steps(member->state);
    if ((step->from & STATE(member->state)) == 0)
        return fault_raise(error, FAULT_USAGE, "%s is %s, so there is nothing to %s%s%s",
                           member->name, member_state_name(member->state), step->verb,
                           *legal == '\0' ? "" : ": what can be done is ", legal);
    if (step->needs_reason && (act->reason == NULL || *act->reason == '\0'))
        return fault_raise(error, FAULT_USAGE, "%s needs a --reason, which is kept", step->verb);
    return check_reachable(member, step->to, error) && store_begin(desk, error) &&
           end_change(desk, set_state(desk, member, step, act, error), error);
}

/* --- history --- */

static void free_event(gpointer pointer)
{
    struct members_event *event = pointer;
    g_free(event->member);
    g_free(event->who);
    g_free(event->what);
    g_free(event->detail);
    g_free(event);
}

GPtrArray *members_history(struct store *desk, gint64 member, GError **error)
{
    struct store_statement *rows =
        store_statement(desk, member == 0 ? "members_events_of_all" : "members_events");
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(free_event);
    bool row = true;
    if (member != 0)
        store_bind_int(rows, 1, member);
    while (row) {
        if (!store_step(rows, &row, error))
            return NULL;
        if (!row)
            break;
        struct members_event *event = g_new0(struct members_event, 1);
        event->at = store_int(rows, 0);
        event->member = g_strdup(store_text(rows, 1));
        event->who = g_strdup(store_text(rows, 2));
        event->what = g_strdup(store_text(rows, 3));
        event->detail = g_strdup(store_text(rows, 4));
        g_ptr_array_add(found, event);
    }
    return g_steal_pointer(&found);
}

bool members_is_public(const struct members_event *event)
{
    static const char *const published[] = {"added", "accepted", "removed", NULL};
    return g_strv_contains(published, event->what);
}
