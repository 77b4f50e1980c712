#include "address.h"

#include <string.h>

char *address_fold(const char *address)
{
    char *folded = g_strstrip(g_ascii_strdown(address, -1));
    char *at = strchr(folded, '@');
    char *login = at == NULL ? NULL : strchr(at, '[');
    if (login != NULL) {
        *login = '\0';
        g_strchomp(folded);
    }
    return folded;
}

const char *address_domain(const char *folded)
{
    const char *at = strrchr(folded, '@');
    return at == NULL || at[1] == '\0' ? NULL : at + 1;
}

/* Hosts that are nobody's, and all below them. Not .example: who has nothing to write writes
 * example.com, while made-up projects live below .example. */
static const char *const nowhere[] = {"localhost",
                                      "localdomain",
                                      "local",
                                      "lan",
                                      "home",
                                      "example.com",
                                      "example.net",
                                      "example.org",
                                      "invalid",
                                      "test",
                                      "(none)",
                                      "none",
                                      "unknown",
                                      "nowhere",
                                      "domain",
                                      "noreply",
                                      "localhost.localdomain"};

/* Mailboxes that many write from. */
static const char *const shared[] = {"noreply@github.com", "noreply@gitlab.com", "none@none.none"};

static bool is_below(const char *host, const char *domain)
{
    gsize length = strlen(host), tail = strlen(domain);
    return length >= tail && g_str_equal(host + length - tail, domain) &&
           (length == tail || host[length - tail - 1] == '.');
}

bool address_is_placeholder(const char *folded)
{
    const char *domain = address_domain(folded);
    if (domain == NULL || folded[0] == '@')
        return true;
    for (gsize i = 0; i < G_N_ELEMENTS(nowhere); i++)
        if (is_below(domain, nowhere[i]))
            return true;
    for (gsize i = 0; i < G_N_ELEMENTS(shared); i++)
        if (g_str_equal(folded, shared[i]))
            return true;
    return g_str_has_prefix(folded, "(no author)@");
}

/* Mailbox names that say nothing about who it is. */
static const char *const common_mailboxes[] = {
    "root",    "admin",     "info",       "mail",       "me",       "linux", "git",
    "dev",     "security",  "user",       "noreply",    "no-reply", "hello", "contact",
    "support", "webmaster", "postmaster", "kernel",     "lists",    "list",  "devel",
    "xen",     "code",      "patches",    "opensource", "github"};

bool mailbox_is_common(const char *mailbox)
{
    for (gsize i = 0; i < G_N_ELEMENTS(common_mailboxes); i++)
        if (g_str_equal(mailbox, common_mailboxes[i]))
            return true;
    return strlen(mailbox) < 3;
}
