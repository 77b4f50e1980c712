#include "wire.h"

#include "fault.h"

#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

struct wire {
    CURL *curl;
    GString *input; /* what was read and not taken yet */
    guint timeout;
    bool alive;
    struct sigaction pipe_before;
};

bool wire_is_alive(const struct wire *wire)
{
    return wire->alive;
}

/* --- bytes --- */

static bool wait_for(struct wire *wire, short events)
{
    curl_socket_t socket = CURL_SOCKET_BAD;
    if (curl_easy_getinfo(wire->curl, CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK ||
        socket == CURL_SOCKET_BAD)
        return false;
    struct pollfd one = {.fd = socket, .events = events};
    gint64 until = g_get_monotonic_time() + wire->timeout * G_USEC_PER_SEC;
    int ready = -1;
    errno = EINTR; /* Ctrl-C is heard between messages, and costs none of them */
    while (ready < 0 && errno == EINTR) {
        gint64 left = MAX(until - g_get_monotonic_time(), 0);
        ready = poll(&one, 1, (int)(left / 1000));
    }
    return ready > 0;
}

bool wire_put(struct wire *wire, const char *bytes, gsize length, bool *ret_some)
{
    bool some = false;
    while (length > 0 && wire->alive) {
        gsize sent = 0;
        CURLcode code = curl_easy_send(wire->curl, bytes, length, &sent);
        some |= sent > 0 || (code != CURLE_OK && code != CURLE_AGAIN);
        bytes += sent;
        length -= sent;
        if (code == CURLE_AGAIN)
            wire->alive = wait_for(wire, POLLOUT);
        else if (code != CURLE_OK)
            wire->alive = false;
    }
    if (ret_some != NULL)
        *ret_some = some;
    return wire->alive;
}

static bool get_more(struct wire *wire)
{
    char chunk[16384];
    gsize got = 0;
    CURLcode code =
        wire->alive ? curl_easy_recv(wire->curl, chunk, sizeof chunk, &got) : CURLE_RECV_ERROR;
    if (code == CURLE_AGAIN)
        wire->alive = wait_for(wire, POLLIN);
    else if (code != CURLE_OK || got == 0)
        wire->alive = false;
    g_string_append_len(wire->input, chunk, (gssize)got);
    return wire->alive;
}

char *wire_line(struct wire *wire, gsize most)
{
    const char *end = NULL;
    while ((end = memchr(wire->input->str, '\n', wire->input->len)) == NULL)
        if (wire->input->len > most || !get_more(wire)) {
            wire->alive = false;
            return NULL;
        }
    gsize length = (gsize)(end - wire->input->str);
    char *line = g_strndup(wire->input->str, length);
    g_string_erase(wire->input, 0, (gssize)length + 1);
    return g_strchomp(line);
}

bool wire_take(struct wire *wire, gsize length, GString *into)
{
    while (length > 0) {
        gsize piece = MIN(length, wire->input->len);
        g_string_append_len(into, wire->input->str, (gssize)piece);
        g_string_erase(wire->input, 0, (gssize)piece);
        length -= piece;
        if (length > 0 && wire->input->len == 0 && !get_more(wire))
            return false;
    }
    return true;
}

/* --- opening --- */

static bool is_loopback(const char *address)
{
    return g_str_has_prefix(address, "127.") || g_str_equal(address, "::1");
}

static bool check_loopback(CURL *curl, GError **error)
{
    char *address = NULL;
    curl_easy_getinfo(curl, CURLINFO_PRIMARY_IP, &address);
    return (address != NULL && is_loopback(address)) ||
           fault_raise(error, FAULT_PERMISSION,
                       "the mail server is not this machine, so it is not spoken to without TLS");
}

static const struct {
    CURLcode code;
    enum fault kind;
    const char *sentence;
} refusals[] = {
    {CURLE_URL_MALFORMAT, FAULT_USAGE, "the mail server's address is no URL"},
    {CURLE_UNSUPPORTED_PROTOCOL, FAULT_USAGE, "the mail server's address is no URL"},
    {CURLE_USE_SSL_FAILED, FAULT_PERMISSION, "the mail server offers no TLS: it is not spoken to"},
    {CURLE_PEER_FAILED_VERIFICATION, FAULT_PERMISSION,
     "the mail server's certificate cannot be trusted: it is not spoken to"},
    {CURLE_SSL_CACERT_BADFILE, FAULT_CONFIG,
     "the file of trusted certificates cannot be read: see [mail] authorities"},
    {CURLE_LOGIN_DENIED, FAULT_PERMISSION, "the mail server refuses the login"},
};

static bool refuse(CURLcode code, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++)
        if (refusals[i].code == code)
            return fault_raise(error, refusals[i].kind, "%s", refusals[i].sentence);
    return fault_raise(error, FAULT_REMOTE, "the mail server cannot be reached: %s",
                       curl_easy_strerror(code));
}

static CURLcode connect_to(CURL *curl, const struct wire_options *options)
{
    long security = options->plain_loopback ? CURLUSESSL_NONE : CURLUSESSL_ALL;
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, options->protocols);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(curl, CURLOPT_URL, options->url);
    curl_easy_setopt(curl, CURLOPT_USE_SSL, security);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)MIN(options->timeout, 60));
    curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)options->timeout);
    if (options->authorities != NULL) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, options->authorities);
        curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    }
    if (options->user != NULL) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, options->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, options->password);
    }
    return curl_easy_perform(curl);
}

struct wire *wire_open(const struct wire_options *options, GError **error)
{
    g_autoptr(Wire) wire = g_new0(struct wire, 1);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, &wire->pipe_before);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    wire->input = g_string_new(NULL);
    wire->timeout = options->timeout;
    wire->curl = curl_easy_init();
    CURLcode code = connect_to(wire->curl, options);
    wire->alive = code == CURLE_OK;
    if (code != CURLE_OK)
        refuse(code, error);
    else if (!options->plain_loopback || check_loopback(wire->curl, error))
        return g_steal_pointer(&wire);
    return NULL;
}

void wire_close(struct wire *wire)
{
    if (wire == NULL)
        return;
    curl_easy_cleanup(wire->curl);
    g_string_free(wire->input, TRUE);
    sigaction(SIGPIPE, &wire->pipe_before, NULL);
    g_free(wire);
}
