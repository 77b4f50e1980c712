/* One question to a web server and its answer, through libcurl. TLS is 1.2 at least and verified,
 * or there is none, and then the server is this very machine. Nothing is asked twice, no
 * redirection is followed, and neither proxy, .netrc nor cookies are used. */
#ifndef WEB_H
#define WEB_H

#include <glib.h>
#include <stdbool.h>

struct web_question {
    const char *method;         /* "GET", "POST", "PUT" */
    const char *url;            /* https://..., or http:// of 127.x.x.x or [::1] */
    const char *const *headers; /* "Name: value", ended by NULL; may be secret: NULL: none */
    const char *body;           /* NULL: none; sent as application/json */
    gsize length;
    const char *authorities; /* a file of certificates to trust; NULL: the system's */
    guint timeout;           /* seconds without an answer, and for connecting */
    gsize most;              /* bytes of an answer that are still read */
};

struct web_answer {
    guint status; /* 200, 404, ... */
    char *type;   /* "application/json; charset=utf-8", or NULL */
    gint64
        retry; /* seconds, as the server asks to wait before the next question; -1: it does not */
    GBytes *bytes; /* of the body */
};
void web_answer_free(struct web_answer *answer);
typedef struct web_answer WebAnswer;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WebAnswer, web_answer_free)

/* NULL: there was no answer. *ret_lost: the question may have arrived all the same. FAULT_CONFIG:
 * the URL, or the authorities; FAULT_PERMISSION: no TLS to another machine, or a certificate that
 * is not to be trusted; FAULT_REMOTE: all else. Sentences name the server, never headers or body.
 */
struct web_answer *web_ask(const struct web_question *question, bool *ret_lost, GError **error);

/* Whether such a URL is asked at all: see above. FAULT_CONFIG, FAULT_PERMISSION. */
bool web_check_url(const char *url, GError **error);

#endif
