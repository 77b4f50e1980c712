#include "web.h"

#include "fault.h"

#include <curl/curl.h>
#include <signal.h>
#include <string.h>

/* However slowly an answer drips, it has an end: so many times the timeout. */
enum { PATIENCE = 10 };

void web_answer_free(struct web_answer *answer)
{
    if (answer == NULL)
        return;
    g_free(answer->type);
    g_clear_pointer(&answer->bytes, g_bytes_unref);
    g_free(answer);
}

/* --- the URL --- */

static bool is_loopback(const char *host)
{
    return host != NULL && (g_str_equal(host, "::1") ||
                            (g_str_has_prefix(host, "127.") && g_hostname_is_ip_address(host)));
}

/* Names are not asked for: who answers for them is another's business. */
bool web_check_url(const char *url, GError **error)
{
    g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
    const char *scheme = uri == NULL ? NULL : g_uri_get_scheme(uri);
    if (uri == NULL || g_uri_get_host(uri) == NULL || *g_uri_get_host(uri) == '\0' ||
        g_uri_get_userinfo(uri) != NULL ||
        (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0))
        return fault_raise(error, FAULT_CONFIG,
                           "\"%s\" is no address of a web server: write https://..., without a "
                           "user in it",
                           url);
    return strcmp(scheme, "https") == 0 || is_loopback(g_uri_get_host(uri)) ||
           fault_raise(error, FAULT_PERMISSION,
                       "%s is not this machine, so it is not spoken to without TLS: write https://",
                       g_uri_get_host(uri));
}

/* --- one exchange --- */

struct exchange {
    CURL *curl;
    struct curl_slist *headers;
    GByteArray *bytes;
    gsize most;
    bool too_long;
};

static size_t take(char *data, size_t size, size_t count, void *user)
{
    struct exchange *exchange = user;
    exchange->too_long = exchange->bytes->len + size * count > exchange->most;
    if (exchange->too_long)
        return 0;
    g_byte_array_append(exchange->bytes, (const guint8 *)data, (guint)(size * count));
    return size * count;
}

static void add_headers(struct exchange *exchange, const struct web_question *question)
{
    exchange->headers = curl_slist_append(exchange->headers, "Accept: application/json, */*");
    exchange->headers = curl_slist_append(exchange->headers, "Expect:");
    if (question->body != NULL)
        exchange->headers = curl_slist_append(exchange->headers, "Content-Type: application/json");
    for (const char *const *header = question->headers; header != NULL && *header != NULL; header++)
        exchange->headers = curl_slist_append(exchange->headers, *header);
    curl_easy_setopt(exchange->curl, CURLOPT_HTTPHEADER, exchange->headers);
}

static void set_limits(CURL *curl, const struct web_question *question)
{
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)question->timeout);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)question->timeout * PATIENCE);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)question->timeout);
    if (question->authorities != NULL) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, question->authorities);
        curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    }
}

static void set_question(struct exchange *exchange, const struct web_question *question)
{
    CURL *curl = exchange->curl;
    set_limits(curl, question);
    add_headers(exchange, question);
    curl_easy_setopt(curl, CURLOPT_URL, question->url);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "barograph");
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, question->method);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
    if (strcmp(question->method, "GET") == 0)
        return;
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, question->method);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, question->body == NULL ? "" : question->body);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     (curl_off_t)(question->body == NULL ? 0 : question->length));
}

static void exchange_clear(struct exchange *exchange)
{
    for (struct curl_slist *header = exchange->headers; header != NULL; header = header->next)
        explicit_bzero(header->data, strlen(header->data));
    curl_slist_free_all(exchange->headers);
    curl_easy_cleanup(exchange->curl);
    g_clear_pointer(&exchange->bytes, g_byte_array_unref);
}

/* --- what came of it --- */

static const struct {
    CURLcode code;
    enum fault kind;
    const char *sentence;
} refusals[] = {
    {CURLE_PEER_FAILED_VERIFICATION, FAULT_PERMISSION,
     "its certificate cannot be trusted, so it is not spoken to"},
    {CURLE_SSL_CONNECT_ERROR, FAULT_PERMISSION, "no TLS could be agreed on with it"},
    {CURLE_SSL_CACERT_BADFILE, FAULT_CONFIG,
     "the file of trusted certificates cannot be read: see authorities"},
    {CURLE_URL_MALFORMAT, FAULT_CONFIG, "its address is no URL"},
    {CURLE_COULDNT_RESOLVE_HOST, FAULT_REMOTE, "no such server is known"},
    {CURLE_COULDNT_CONNECT, FAULT_REMOTE, "it cannot be reached"},
    {CURLE_OPERATION_TIMEDOUT, FAULT_REMOTE, "it did not answer in time"},
    {CURLE_GOT_NOTHING, FAULT_REMOTE, "it ended the connection without an answer"},
};

static bool refuse(const struct exchange *exchange, const char *url, CURLcode code, GError **error)
{
    g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
    const char *host = uri == NULL ? url : g_uri_get_host(uri);
    if (exchange->too_long)
        return fault_raise(error, FAULT_REMOTE, "%s: its answer is too long", host);
    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++)
        if (refusals[i].code == code)
            return fault_raise(error, refusals[i].kind, "%s: %s", host, refusals[i].sentence);
    return fault_raise(error, FAULT_REMOTE, "%s: %s", host, curl_easy_strerror(code));
}

/* Before a connection stands nothing is sent; a request is over once an answer begins. */
static bool is_lost(const struct exchange *exchange, CURLcode code)
{
    curl_off_t sent = 0;
    curl_easy_getinfo(exchange->curl, CURLINFO_PRETRANSFER_TIME_T, &sent);
    return code != CURLE_OK && sent > 0;
}

static struct web_answer *read_answer(struct exchange *exchange)
{
    struct web_answer *answer = g_new0(struct web_answer, 1);
    long status = 0;
    char *type = NULL;
    struct curl_header *retry = NULL;
    curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(exchange->curl, CURLINFO_CONTENT_TYPE, &type);
    answer->status = (guint)status;
    answer->type = g_strdup(type);
    answer->retry = -1;
    if (curl_easy_header(exchange->curl, "Retry-After", 0, CURLH_HEADER, -1, &retry) == CURLHE_OK &&
        g_ascii_isdigit(*retry->value))
        answer->retry = (gint64)g_ascii_strtoull(retry->value, NULL, 10);
    answer->bytes = g_byte_array_free_to_bytes(g_steal_pointer(&exchange->bytes));
    return answer;
}

struct web_answer *web_ask(const struct web_question *question, bool *ret_lost, GError **error)
{
    struct exchange exchange = {.most = question->most};
    struct web_answer *answer = NULL;
    *ret_lost = false;
    if (!web_check_url(question->url, error))
        return NULL;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    exchange.curl = curl_easy_init();
    exchange.bytes = g_byte_array_new();
    set_question(&exchange, question);
    /* A peer that hangs up must not end the program. */
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    sigaction(SIGPIPE, &ignore, &before);
    CURLcode code = curl_easy_perform(exchange.curl);
    sigaction(SIGPIPE, &before, NULL);
    *ret_lost = is_lost(&exchange, code);
    if (code == CURLE_OK)
        answer = read_answer(&exchange);
    else
        refuse(&exchange, question->url, code, error);
    exchange_clear(&exchange);
    return answer;
}
