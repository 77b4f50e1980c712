/* One member of the predisclosure list, as people write it down and read it: a key file with the
 * one group [member]. Pure. The name is public; the address is a secret, which no error quotes. */
#ifndef MEMBER_H
#define MEMBER_H

#include <glib.h>
#include <stdbool.h>

enum member_delivery {
    MEMBER_UNDECIDED,
    MEMBER_PGP, /* encrypted to the one key, or nothing */
    MEMBER_TLS, /* plain, but only over verified TLS, or nothing */
};

enum member_state {
    MEMBER_LISTED,    /* known by name only */
    MEMBER_APPLIED,   /* asked to become one */
    MEMBER_ACTIVE,    /* the only ones that get mail */
    MEMBER_SUSPENDED, /* gets none for the time being */
    MEMBER_DECLINED,
    MEMBER_REMOVED,
    MEMBER_STATES
};
const char *member_state_name(enum member_state state);
bool member_state_parse(const char *name, enum member_state *ret_state);
const char *member_delivery_name(enum member_delivery delivery); /* "pgp", "tls"; "" undecided */

struct member {
    gint64 id;  /* 0: not in the record */
    char *name; /* the organisation, UTF-8, one line, 200 bytes at most */
    enum member_state state;
    char *address; /* user@domain in ASCII; NULL: not known */
    enum member_delivery delivery;
    char *fingerprint; /* of MEMBER_PGP: full, in capitals; else NULL */
    char *ships;       /* what it makes of the project's work; "" not known */
    char *qualifies;   /* why it is eligible; "" not known */
    GStrv links;       /* http and https; never NULL */
    GStrv lists;       /* good names; empty: all lists */
};
struct member *member_new(void); /* everything empty */
void member_free(struct member *member);
typedef struct member Member;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Member, member_free)

/* From a key file:
 *   [member]
 *   name = Example Corp
 *   address = security@example.com
 *   delivery = pgp
 *   fingerprint = 0123...                40 or 64 digits; blanks may group them
 *   ships = an operating system
 *   qualifies = distributor
 *   links = https://example.com/security;https://example.com/download
 *   lists = xen;qemu
 * Only the name is needed. FAULT_DATA names the key that is wrong and says how it should be. */
struct member *member_parse(const char *text, gsize length, GError **error);
/* The same file from a member; caller frees. */
char *member_text(const struct member *member);
/* What an empty one looks like, with a word on each key. */
const char *member_form(void);

/* One plain address as SMTP takes it without extensions: ASCII, one @, a domain with a dot. An
 * internationalised domain is written in its xn-- form. */
bool member_good_address(const char *address, GError **error);

/* The address looks like a person's, not like a role's: nobody may be there that week. */
bool member_looks_personal(const char *address);

/* Whether it is on that list; NULL is every list. */
bool member_is_on(const struct member *member, const char *list);

#endif
