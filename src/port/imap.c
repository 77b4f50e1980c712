#include "imap.h"

#include "fault.h"
#include "wire.h"

#include <string.h>

enum { LONGEST_LINE = 65536, LONGEST_NAME = 200 };

struct imap {
    struct wire *wire;
    guint commands; /* said so far; the tag is made of it */
    gsize most;
    imap_take take;
    void *user;
};

bool imap_is_url(const char *word)
{
    return g_str_has_prefix(word, "imap://") || g_str_has_prefix(word, "imaps://");
}

/* --- what the server says --- */

static bool went_away(GError **error)
{
    return fault_raise(error, FAULT_REMOTE,
                       "the mail server ended the conversation, or said what IMAP does not know");
}

/* "... {12}": so many bytes follow, then the line goes on. */
static bool ends_in_literal(const char *line, guint64 *ret_length)
{
    const char *brace = strrchr(line, '{');
    gsize digits = brace == NULL ? 0 : strspn(brace + 1, "0123456789");
    g_autofree char *number = digits == 0 ? NULL : g_strndup(brace + 1, digits);
    return number != NULL && g_str_equal(brace + 1 + digits, "}") &&
           g_ascii_string_to_unsigned(number, 10, 0, G_MAXUINT32, ret_length, NULL);
}

/* A whole response; *ret_literal: the one literal that a mail is, or NULL. */
static char *get_response(struct imap *imap, GString **ret_literal)
{
    g_autoptr(GString) response = g_string_new(NULL);
    g_autoptr(GString) literal = NULL;
    guint64 length = 0;
    *ret_literal = NULL;
    while (true) {
        g_autofree char *line = wire_line(imap->wire, LONGEST_LINE);
        if (line == NULL || response->len > LONGEST_LINE)
            return NULL;
        g_string_append(response, line);
        if (!ends_in_literal(line, &length))
            break;
        if (length > imap->most || literal != NULL)
            return NULL;
        literal = g_string_sized_new(length + 1);
        if (!wire_take(imap->wire, length, literal))
            return NULL;
    }
    *ret_literal = g_steal_pointer(&literal);
    return g_string_free(g_steal_pointer(&response), FALSE);
}

/* What one untagged response is to the command that is under way. */
typedef bool (*imap_hear)(struct imap *imap, const char *response, const GString *literal,
                          void *note, GError **error);

static bool begins(const char *text, const char *word)
{
    return g_ascii_strncasecmp(text, word, strlen(word)) == 0;
}

/* Says a command and hears the server out; *ret_good: it said OK. */
static bool ask(struct imap *imap, const char *command, imap_hear hear, void *note, bool *ret_good,
                GError **error)
{
    g_autofree char *tag = g_strdup_printf("bar%u ", ++imap->commands);
    g_autofree char *line = g_strconcat(tag, command, "\r\n", NULL);
    if (!wire_put(imap->wire, line, strlen(line), NULL))
        return went_away(error);
    while (true) {
        GString *literal = NULL;
        g_autofree char *response = get_response(imap, &literal);
        if (response == NULL)
            return went_away(error);
        bool tagged = g_str_has_prefix(response, tag);
        bool untagged = g_str_has_prefix(response, "* ");
        bool bye = untagged && begins(response + 2, "BYE");
        bool good =
            !untagged || bye || hear == NULL || hear(imap, response + 2, literal, note, error);
        if (literal != NULL)
            g_string_free(literal, TRUE);
        if (tagged)
            *ret_good = begins(response + strlen(tag), "OK");
        if (tagged || !good)
            return good;
        if (bye || !untagged)
            return went_away(error);
    }
}

/* "12 EXISTS" */
static bool hear_count(struct imap *imap, const char *response, const GString *literal, void *note,
                       GError **error)
{
    gsize digits = strspn(response, "0123456789");
    (void)imap;
    (void)literal;
    (void)error;
    if (digits > 0 && digits < 10 && begins(response + digits, " EXISTS"))
        *(guint64 *)note = g_ascii_strtoull(response, NULL, 10);
    return true;
}

/* "12 FETCH (BODY[]<0> {3456}": the mail is the literal. */
static bool hear_mail(struct imap *imap, const char *response, const GString *literal, void *note,
                      GError **error)
{
    gsize digits = strspn(response, "0123456789");
    (void)note;
    return digits == 0 || literal == NULL || !begins(response + digits, " FETCH ") ||
           imap->take(imap->user, literal->str, literal->len, error);
}

static bool examine(struct imap *imap, const char *mailbox, guint64 *ret_count, GError **error)
{
    bool good = false;
    g_autofree char *command = g_strdup_printf("EXAMINE \"%s\"", mailbox);
    if (!ask(imap, command, hear_count, ret_count, &good, error))
        return false;
    return good ||
           fault_raise(error, FAULT_NOINPUT, "the mail server has no mailbox \"%s\"", mailbox);
}

/* While it fetches, a server may not take mails away: numbers stay what they are. */
static bool fetch_all(struct imap *imap, GError **error)
{
    bool good = false;
    g_autofree char *command =
        g_strdup_printf("FETCH 1:* (BODY.PEEK[]<0.%" G_GSIZE_FORMAT ">)", imap->most);
    if (!ask(imap, command, hear_mail, NULL, &good, error))
        return false;
    return good || fault_raise(error, FAULT_REMOTE, "the mail server does not give out the mails");
}

/* --- the address --- */

static bool good_mailbox(const char *name)
{
    for (const char *at = name; *at != '\0'; at++)
        if (*at < ' ' || *at > '~' || *at == '"' || *at == '\\')
            return false;
    return strlen(name) <= LONGEST_NAME;
}

/* The server alone, and the mailbox. */
static bool read_url(const char *url, char **ret_server, char **ret_mailbox, GError **error)
{
    g_autoptr(GUri) parts = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
    const char *path = parts == NULL ? NULL : g_uri_get_path(parts);
    if (path == NULL || g_uri_get_host(parts) == NULL || *g_uri_get_host(parts) == '\0' ||
        g_uri_get_query(parts) != NULL || g_uri_get_fragment(parts) != NULL)
        return fault_raise(
            error, FAULT_USAGE,
            "the mailbox's address is no URL such as imaps://mail.example.com/INBOX");
    if (g_uri_get_userinfo(parts) != NULL)
        return fault_raise(error, FAULT_USAGE,
                           "the login belongs in barograph.conf, not in the address: see imap-user "
                           "and imap-password-file in [mail]");
    path += *path == '/';
    if (!good_mailbox(path))
        return fault_raise(error, FAULT_USAGE,
                           "the mailbox's name is not plain ASCII: write it as the server does");
    *ret_mailbox = g_strdup(*path == '\0' ? "INBOX" : path);
    *ret_server = g_uri_join(G_URI_FLAGS_NONE, g_uri_get_scheme(parts), NULL, g_uri_get_host(parts),
                             g_uri_get_port(parts), "/", NULL, NULL);
    return true;
}

bool imap_read(const struct imap_options *options, gsize most, imap_take take, void *user,
               GError **error)
{
    g_autofree char *server = NULL, *mailbox = NULL;
    guint64 count = 0;
    bool good = false;
    if (!read_url(options->url, &server, &mailbox, error))
        return false;
    const struct wire_options line = {
        .url = server,
        .protocols = "imap,imaps",
        .user = options->user,
        .password = options->password,
        .authorities = options->authorities,
        .plain_loopback = options->plain_loopback && g_str_has_prefix(server, "imap://"),
        .timeout = options->timeout,
    };
    g_autoptr(Wire) wire = wire_open(&line, error);
    if (wire == NULL)
        return false;
    struct imap imap = {.wire = wire, .most = most, .take = take, .user = user};
    if (!examine(&imap, mailbox, &count, error) || (count > 0 && !fetch_all(&imap, error)))
        return false;
    ask(&imap, "LOGOUT", NULL, NULL, &good, NULL);
    return true;
}
