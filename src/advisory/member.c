#include "member.h"

#include "fault.h"
#include "near.h"

#include <string.h>

#define GROUP "member"
enum { LONGEST_NAME = 200, LONGEST_TEXT = 4000, LONGEST_ADDRESS = 254, LONGEST_MAILBOX = 64 };

static const char *const states[] = {
    [MEMBER_LISTED] = "listed",       [MEMBER_APPLIED] = "applied",   [MEMBER_ACTIVE] = "active",
    [MEMBER_SUSPENDED] = "suspended", [MEMBER_DECLINED] = "declined", [MEMBER_REMOVED] = "removed",
};

static const char *const deliveries[] = {
    [MEMBER_UNDECIDED] = "",
    [MEMBER_PGP] = "pgp",
    [MEMBER_TLS] = "tls",
};

static const char *const keys[] = {"name",      "address", "delivery", "fingerprint", "ships",
                                   "qualifies", "links",   "lists",    NULL};

const char *member_state_name(enum member_state state)
{
    return states[state];
}

bool member_state_parse(const char *name, enum member_state *ret_state)
{
    for (guint i = 0; i < MEMBER_STATES; i++)
        if (g_str_equal(name, states[i])) {
            *ret_state = (enum member_state)i;
            return true;
        }
    return false;
}

const char *member_delivery_name(enum member_delivery delivery)
{
    return deliveries[delivery];
}

struct member *member_new(void)
{
    struct member *member = g_new0(struct member, 1);
    member->name = g_strdup("");
    member->ships = g_strdup("");
    member->qualifies = g_strdup("");
    member->links = g_new0(char *, 1);
    member->lists = g_new0(char *, 1);
    return member;
}

void member_free(struct member *member)
{
    if (member == NULL)
        return;
    g_free(member->name);
    g_free(member->address);
    g_free(member->fingerprint);
    g_free(member->ships);
    g_free(member->qualifies);
    g_strfreev(member->links);
    g_strfreev(member->lists);
    g_free(member);
}

bool member_is_on(const struct member *member, const char *list)
{
    return list == NULL || member->lists[0] == NULL ||
           g_strv_contains((const char *const *)member->lists, list);
}

/* --- addresses --- */

static bool only(const char *text, gsize length, const char *others)
{
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isalnum(text[i]) && strchr(others, text[i]) == NULL)
            return false;
    return length > 0;
}

static bool good_mailbox(const char *mailbox, gsize length)
{
    return length <= LONGEST_MAILBOX && only(mailbox, length, ".!#$%&'*+-/=?^_`{|}~") &&
           mailbox[0] != '.' && mailbox[length - 1] != '.' &&
           g_strstr_len(mailbox, (gssize)length, "..") == NULL;
}

static bool good_domain(const char *domain)
{
    g_auto(GStrv) labels = g_strsplit(domain, ".", -1);
    guint count = g_strv_length(labels);
    for (guint i = 0; i < count; i++) {
        gsize length = strlen(labels[i]);
        if (!only(labels[i], length, "-") || length > 63 || labels[i][0] == '-' ||
            labels[i][length - 1] == '-')
            return false;
    }
    return count >= 2;
}

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++)
        if ((guchar)*text >= 0x80)
            return false;
    return true;
}

bool member_good_address(const char *address, GError **error)
{
    const char *at = strrchr(address, '@');
    if (!is_ascii(address))
        return fault_raise(error, FAULT_DATA,
                           "the address is not ASCII: an internationalised domain is written in "
                           "its xn-- form, and a mailbox must be plain");
    if (at == NULL || at[1] == '\0')
        return fault_raise(error, FAULT_DATA, "the address has no domain: user@example.com");
    if (strlen(address) > LONGEST_ADDRESS || !good_mailbox(address, (gsize)(at - address)) ||
        !good_domain(at + 1))
        return fault_raise(error, FAULT_DATA,
                           "that is no single plain address of the form user@example.com");
    return true;
}

static bool has_word(const char *mailbox, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strstr(mailbox, *words) != NULL)
            return true;
    return false;
}

bool member_looks_personal(const char *address)
{
    static const char *const roles[] = {"secur",  "psirt",   "cert",  "vuln",     "alert",
                                        "csirt",  "infosec", "abuse", "team",     "list",
                                        "predis", "embargo", "xsa",   "incident", "response",
                                        "soc",    "product", "root",  "admin",    NULL};
    static const char *const free_mail[] = {
        "gmail.com",  "googlemail.com", "outlook.com", "hotmail.com",    "yahoo.com",
        "icloud.com", "gmx.",           "proton.me",   "protonmail.com", NULL};
    g_autofree char *folded = g_ascii_strdown(address, -1);
    char *domain = strrchr(folded, '@');
    if (domain == NULL)
        return true;
    *domain++ = '\0';
    for (guint i = 0; free_mail[i] != NULL; i++)
        if (g_str_has_prefix(domain, free_mail[i]))
            return true;
    return !has_word(folded, roles);
}

/* --- the key file --- */

static bool wrong(const char *key, const char *what, GError **error)
{
    return fault_raise(error, FAULT_DATA, "[" GROUP "] %s: %s", key, what);
}

/* Nothing that ends a line, steers a terminal, turns the direction of writing or is not seen: two
 * names that look alike are one. */
static bool is_plain_line(const char *text)
{
    if (!g_utf8_validate(text, -1, NULL))
        return false;
    for (; *text != '\0'; text = g_utf8_find_next_char(text, NULL)) {
        GUnicodeType type = g_unichar_type(g_utf8_get_char(text));
        if (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT ||
            type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR)
            return false;
    }
    return true;
}

/* One line of text without control characters, stripped; "" when it is not there. */
static char *line_of(GKeyFile *file, const char *key, gsize longest, GError **error)
{
    g_autofree char *value = g_key_file_get_string(file, GROUP, key, NULL);
    if (value == NULL && !g_key_file_has_key(file, GROUP, key, NULL))
        return g_strdup("");
    if (value == NULL || !is_plain_line(g_strstrip(value))) {
        wrong(key, "one line of plain text, please", error);
        return NULL;
    }
    if (strlen(value) <= longest)
        return g_steal_pointer(&value);
    wrong(key, "it is too long", error);
    return NULL;
}

static GStrv words_of(GKeyFile *file, const char *key)
{
    g_auto(GStrv) values = g_key_file_get_string_list(file, GROUP, key, NULL, NULL);
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (char **value = values; value != NULL && *value != NULL; value++)
        if (*g_strstrip(*value) != '\0')
            g_ptr_array_add(words, g_strdup(*value));
    g_ptr_array_add(words, NULL);
    return (GStrv)g_ptr_array_free(g_steal_pointer(&words), FALSE);
}

static bool good_link(const char *link)
{
    const char *host = g_str_has_prefix(link, "https://")  ? link + 8
                       : g_str_has_prefix(link, "http://") ? link + 7
                                                           : NULL;
    return host != NULL && g_ascii_isalnum(*host) && strlen(link) <= 2000 &&
           only(link, strlen(link), "-._~:/?#[]@!$&'()*+,=%");
}

static bool good_words(const struct member *member, GError **error)
{
    for (char **link = member->links; *link != NULL; link++)
        if (!good_link(*link))
            return wrong("links", "http:// or https:// addresses, parted by ;", error);
    for (char **list = member->lists; *list != NULL; list++)
        if (!only(*list, strlen(*list), "-_.") || strlen(*list) > 64)
            return wrong("lists", "names of letters, digits, - _ and ., parted by ;", error);
    return true;
}

static bool read_address(struct member *member, GKeyFile *file, GError **error)
{
    g_autofree char *address = line_of(file, "address", LONGEST_ADDRESS, error);
    if (address == NULL)
        return false;
    if (*address == '\0')
        return true;
    if (!member_good_address(address, error)) {
        g_prefix_error(error, "[" GROUP "] address: ");
        return false;
    }
    member->address = g_steal_pointer(&address);
    return true;
}

static bool good_fingerprint(const char *text)
{
    gsize length = strspn(text, "0123456789ABCDEF");
    return text[length] == '\0' && (length == 40 || length == 64);
}

static char *without_blanks(const char *text)
{
    GString *bare = g_string_new(NULL);
    for (; *text != '\0'; text++)
        if (*text != ' ')
            g_string_append_c(bare, g_ascii_toupper(*text));
    return g_string_free(bare, FALSE);
}

static bool read_delivery(struct member *member, GKeyFile *file, GError **error)
{
    g_autofree char *delivery = line_of(file, "delivery", 16, error);
    g_autofree char *grouped = delivery == NULL ? NULL : line_of(file, "fingerprint", 128, error);
    if (grouped == NULL)
        return false;
    g_autofree char *fingerprint = without_blanks(grouped);
    guint known = 0;
    while (known < G_N_ELEMENTS(deliveries) && !g_str_equal(delivery, deliveries[known]))
        known++;
    if (known == G_N_ELEMENTS(deliveries))
        return wrong("delivery", "pgp or tls", error);
    member->delivery = (enum member_delivery)known;
    if (member->delivery != MEMBER_PGP)
        return *fingerprint == '\0' ||
               wrong("fingerprint", "only delivery = pgp takes one: there is no fallback", error);
    if (!good_fingerprint(fingerprint))
        return wrong("fingerprint", "delivery = pgp needs a full one, 40 or 64 digits", error);
    member->fingerprint = g_steal_pointer(&fingerprint);
    return true;
}

static bool read_text(GKeyFile *file, const char *key, gsize longest, char **text, GError **error)
{
    char *value = line_of(file, key, longest, error);
    if (value == NULL)
        return false;
    g_free(*text);
    *text = value;
    return true;
}

static bool known_keys(GKeyFile *file, GError **error)
{
    g_auto(GStrv) found = g_key_file_get_keys(file, GROUP, NULL, NULL);
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    for (guint i = 0; keys[i] != NULL; i++)
        g_ptr_array_add(known, (gpointer)(guintptr)keys[i]);
    if (found == NULL)
        return fault_raise(error, FAULT_DATA, "there is no group [" GROUP "] in it");
    for (char **key = found; *key != NULL; key++) {
        if (g_strv_contains(keys, *key))
            continue;
        g_autofree char *near = near_words(*key, known);
        return wrong("there is a key nobody knows", *near == '\0' ? "see the form" : near, error);
    }
    return true;
}

struct member *member_parse(const char *text, gsize length, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(Member) member = member_new();
    if (!g_key_file_load_from_data(file, text, length, G_KEY_FILE_NONE, NULL)) {
        fault_raise(error, FAULT_DATA, "this is no key file with a group [" GROUP "]");
        return NULL;
    }
    g_strfreev(member->links);
    g_strfreev(member->lists);
    member->links = words_of(file, "links");
    member->lists = words_of(file, "lists");
    if (!known_keys(file, error) || !read_text(file, "name", LONGEST_NAME, &member->name, error) ||
        !read_address(member, file, error) || !read_delivery(member, file, error) ||
        !read_text(file, "ships", LONGEST_TEXT, &member->ships, error) ||
        !read_text(file, "qualifies", LONGEST_TEXT, &member->qualifies, error) ||
        !good_words(member, error))
        return NULL;
    if (*member->name != '\0')
        return g_steal_pointer(&member);
    wrong("name", "the organisation's", error);
    return NULL;
}

static void set(GKeyFile *file, const char *key, const char *value)
{
    if (value != NULL && *value != '\0')
        g_key_file_set_string(file, GROUP, key, value);
}

static void set_words(GKeyFile *file, const char *key, GStrv words)
{
    if (words[0] != NULL)
        g_key_file_set_string_list(file, GROUP, key, (const char *const *)words,
                                   g_strv_length(words));
}

char *member_text(const struct member *member)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    set(file, "name", member->name);
    set(file, "address", member->address);
    set(file, "delivery", deliveries[member->delivery]);
    set(file, "fingerprint", member->fingerprint);
    set(file, "ships", member->ships);
    set(file, "qualifies", member->qualifies);
    set_words(file, "links", member->links);
    set_words(file, "lists", member->lists);
    return g_key_file_to_data(file, NULL, NULL);
}

const char *member_form(void)
{
    return "[" GROUP "]\n"
           "# The organisation: this alone is ever published.\n"
           "name = \n"
           "# One role address, never a person's.\n"
           "address = \n"
           "# pgp: encrypted to the one key below, or nothing is sent.\n"
           "# tls: plain, but only over verified TLS, or nothing is sent.\n"
           "delivery = pgp\n"
           "fingerprint = \n"
           "# What it ships, why it is eligible, and public pages that show it; links part by ;\n"
           "ships = \n"
           "qualifies = \n"
           "links = \n"
           "# The lists it is on; none: all of them.\n"
           "lists = \n";
}
