/* member form, add, edit, key and the decisions. */
#include "fault.h"
#include "keyring.h"
#include "member_room.h"
#include "pgp_keys.h"

#include <stdio.h>

bool member_verb_form(struct member_room *room, int argc, char **argv, GError **error)
{
    (void)room;
    (void)argv;
    if (argc != 1)
        return fault_raise(error, FAULT_USAGE, "member form takes no argument");
    return fputs(member_form(), stdout) >= 0;
}

static struct member *read_member(const char *path, GError **error)
{
    g_autoptr(GBytes) bytes = member_input(path, error);
    gsize length = 0;
    const char *text = bytes == NULL ? NULL : g_bytes_get_data(bytes, &length);
    return bytes == NULL ? NULL : member_parse(text == NULL ? "" : text, length, error);
}

static void warn_of(const struct member *member)
{
    if (member->address != NULL && member_looks_personal(member->address))
        fprintf(stderr, "%s: its address looks like a person's, not like a role's\n", member->name);
}

/* A name from a form is valid UTF-8 without control characters. */
static void say(const struct member *member)
{
    printf("%s is %s\n", member->name, member_state_name(member->state));
}

static bool state_for_add(enum member_state *ret_state, GError **error)
{
    *ret_state = MEMBER_ACTIVE;
    if (member_given.state == NULL)
        return true;
    if (member_state_parse(member_given.state, ret_state) &&
        (*ret_state == MEMBER_ACTIVE || *ret_state == MEMBER_APPLIED ||
         *ret_state == MEMBER_LISTED))
        return true;
    return fault_raise(error, FAULT_USAGE, "a member is added as active, applied or listed");
}

bool member_verb_add(struct member_room *room, int argc, char **argv, GError **error)
{
    enum member_state state = MEMBER_ACTIVE;
    const struct members_act act = member_act(room);
    if (argc != 2)
        return fault_raise(error, FAULT_USAGE,
                           "member add takes one form, or - for standard input: member form "
                           "prints an empty one");
    g_autoptr(Member) member = state_for_add(&state, error) ? read_member(argv[1], error) : NULL;
    if (member == NULL || !members_add(member_store(room), member, state, &act, error))
        return false;
    warn_of(member);
    say(member);
    return true;
}

bool member_verb_edit(struct member_room *room, int argc, char **argv, GError **error)
{
    const struct members_act act = member_act(room);
    if (argc != 3)
        return fault_raise(error, FAULT_USAGE,
                           "member edit takes a name and the whole form, or - for standard input: "
                           "member show NAME --format text prints it");
    g_autoptr(Member) old = members_find(member_store(room), argv[1], error);
    g_autoptr(Member) member = old == NULL ? NULL : read_member(argv[2], error);
    if (member == NULL)
        return false;
    member->id = old->id;
    member->state = old->state;
    if (!members_edit(member_store(room), member, &act, error))
        return false;
    warn_of(member);
    say(member);
    return true;
}

bool member_verb_step(struct member_room *room, int argc, char **argv, GError **error)
{
    enum members_step step = MEMBERS_STEPS;
    const struct members_act act = member_act(room);
    if (argc != 2 || !members_step_parse(argv[0], &step))
        return fault_raise(error, FAULT_USAGE, "member %s takes one name", argv[0]);
    g_autoptr(Member) member = members_find(member_store(room), argv[1], error);
    if (member == NULL || !members_take_step(member_store(room), member, step, &act, error))
        return false;
    g_autoptr(Member) now = members_find(member_store(room), member->name, error);
    if (now != NULL)
        say(now);
    return now != NULL;
}

/* --- key --- */

static bool same_fingerprint(const char *given, const char *fingerprint)
{
    for (; *given != '\0'; given++) {
        if (*given == ' ')
            continue;
        if (g_ascii_toupper(*given) != *fingerprint++)
            return false;
    }
    return *fingerprint == '\0';
}

/* The one that was meant: never guessed. `meant` NULL: the only one there is. */
static const struct pgp_key *pick(const GPtrArray *keys, const char *meant, GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);
    for (guint i = 0; i < keys->len; i++) {
        const struct pgp_key *key = keys->pdata[i];
        if (meant == NULL ? keys->len == 1 : same_fingerprint(meant, key->fingerprint))
            return key;
        g_string_append_printf(names, "%s%s", i == 0 ? "" : ", ", key->fingerprint);
    }
    fault_raise(error, FAULT_DATA, "%s: choose with --fingerprint among %s",
                meant == NULL ? "there are several keys" : "that key is not among them",
                names->str);
    return NULL;
}

static bool pin(struct member_room *room, struct member *member, const struct pgp_key *key,
                GError **error)
{
    const struct members_act act = {room->context->now, room->who, key->fingerprint};
    enum pgp_trouble trouble = pgp_key_trouble(key, room->context->now, NULL);
    if (trouble != PGP_USABLE)
        return fault_raise(error, FAULT_DATA, "the key %s %s: ask for another", key->fingerprint,
                           pgp_trouble_words(trouble));
    g_free(member->fingerprint);
    member->fingerprint = g_strdup(key->fingerprint);
    member->delivery = MEMBER_PGP;
    if (!members_edit(member_store(room), member, &act, error))
        return false;
    return printf("%s: mail is encrypted to %s\n", member->name, key->fingerprint) > 0;
}

static bool take_file(struct member_room *room, struct pgp *pgp, struct member *member,
                      const char *path, GError **error)
{
    gsize length = 0;
    guint count = 0;
    g_autoptr(GBytes) bytes = member_input(path, error);
    const void *data = bytes == NULL ? NULL : g_bytes_get_data(bytes, &length);
    g_autoptr(GPtrArray) keys = bytes == NULL ? NULL : pgp_keys_in(pgp, data, length, error);
    const struct pgp_key *key = keys == NULL ? NULL : pick(keys, member_given.fingerprint, error);
    return key != NULL && pgp_import(pgp, data, length, &count, error) &&
           pin(room, member, key, error);
}

/* What a domain publishes is no proof of whose key it is: the fingerprint comes from the member. */
static const struct pgp_key *pick_published(const GPtrArray *keys, const struct member *member,
                                            GError **error)
{
    const struct pgp_key *first = keys->pdata[0];
    if (member_given.fingerprint != NULL)
        return pick(keys, member_given.fingerprint, error);
    if (g_strcmp0(member->fingerprint, first->fingerprint) == 0)
        return first;
    fault_raise(error, FAULT_DATA,
                "its domain publishes %s%s: ask %s whether that is its key, and name it with "
                "--fingerprint",
                first->fingerprint,
                member->fingerprint == NULL ? "" : ", which is not the one that is pinned",
                member->name);
    return NULL;
}

static bool take_published(struct member_room *room, struct pgp *pgp, struct member *member,
                           GError **error)
{
    if (member->address == NULL)
        return fault_raise(error, FAULT_DATA, "%s has no address to look for", member->name);
    g_autoptr(GPtrArray) keys = pgp_keys_published(pgp, member->address, error);
    const struct pgp_key *key = keys == NULL ? NULL : pick_published(keys, member, error);
    return key != NULL && pin(room, member, key, error);
}

bool member_verb_key(struct member_room *room, int argc, char **argv, GError **error)
{
    if (argc != (member_given.published_key ? 2 : 3))
        return fault_raise(error, FAULT_USAGE,
                           "member key takes a name and a file with its public key, or --published "
                           "instead of the file");
    g_autoptr(Member) member = members_find(member_store(room), argv[1], error);
    g_autoptr(Pgp) pgp = member == NULL ? NULL : keyring_open(room->desk, true, error);
    if (pgp == NULL)
        return false;
    return member_given.published_key ? take_published(room, pgp, member, error)
                                      : take_file(room, pgp, member, argv[2], error);
}
