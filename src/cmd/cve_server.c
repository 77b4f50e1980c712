/* How the server that gives CVE ids is asked, and what it answers. */
#include "cve_room.h"
#include "fault.h"
#include "secret.h"

#include <string.h>

enum { ANSWER_MOST = 16 << 20, PAGES_MOST = 1000, SENTENCE_MOST = 300 };

/* --- opening --- */

static bool check_config(const struct home_publish *publish, GError **error)
{
    const struct {
        const char *key, *value;
    } needed[] = {{"cve-organisation", publish->cve_organisation},
                  {"cve-short-name", publish->cve_short_name},
                  {"cve-server", publish->cve_server},
                  {"cve-user", publish->cve_user},
                  {"cve-key-file", publish->cve_key_path}};
    for (gsize i = 0; i < G_N_ELEMENTS(needed); i++)
        if (needed[i].value == NULL)
            return fault_raise(
                error, FAULT_CONFIG,
                "barograph.conf has no %s in [publish]: the CVE server is not spoken "
                "to without it",
                needed[i].key);
    return web_check_url(publish->cve_server, error);
}

/* A line feed in a header would end it. */
static bool check_header(const char *key, const char *value, GError **error)
{
    for (const char *at = value; *at != '\0'; at++)
        if (g_ascii_iscntrl(*at))
            return fault_raise(error, FAULT_CONFIG, "%s holds a control character", key);
    return true;
}

bool cve_server_open(struct cve_room *room, GError **error)
{
    const struct home_publish *publish = &room->context->home->publish;
    if (!check_config(publish, error) ||
        !check_header("[publish] cve-short-name", publish->cve_short_name, error) ||
        !check_header("[publish] cve-user", publish->cve_user, error))
        return false;
    char *key = secret_read(publish->cve_key_path, NULL, error);
    bool good = key != NULL && check_header(publish->cve_key_path, key, error);
    if (good) {
        room->headers[0] = g_strconcat("CVE-API-ORG: ", publish->cve_short_name, NULL);
        room->headers[1] = g_strconcat("CVE-API-USER: ", publish->cve_user, NULL);
        room->headers[2] = g_strconcat("CVE-API-KEY: ", key, NULL);
    }
    secret_free(key);
    return good;
}

void cve_server_close(struct cve_room *room)
{
    for (gsize i = 0; i < G_N_ELEMENTS(room->headers); i++) {
        if (room->headers[i] != NULL)
            explicit_bzero(room->headers[i], strlen(room->headers[i]));
        g_clear_pointer(&room->headers[i], g_free);
    }
}

/* --- asking --- */

void cve_reply_clear(struct cve_reply *reply)
{
    json_decref(reply->json);
    reply->json = NULL;
}

static char *url_of(const struct cve_room *room, const char *path)
{
    const char *server = room->context->home->publish.cve_server;
    gsize length = strlen(server);
    while (length > 0 && server[length - 1] == '/')
        length--;
    return g_strdup_printf("%.*s%s", (int)length, server, path);
}

static bool is_refusal(guint status)
{
    return status >= 400 && status < 500;
}

static bool busy(const struct web_answer *answer, GError **error)
{
    if (answer->retry >= 0)
        return fault_raise(error, FAULT_BUSY,
                           "the CVE server was asked too often: ask again in %" G_GINT64_FORMAT
                           " seconds",
                           answer->retry);
    return fault_raise(error, FAULT_BUSY, "the CVE server was asked too often: ask again later");
}

static bool read_reply(const struct web_answer *answer, struct cve_reply *ret_reply, bool *ret_lost,
                       GError **error)
{
    gsize length = 0;
    const char *bytes = g_bytes_get_data(answer->bytes, &length);
    if (answer->status == 429)
        return busy(answer, error);
    json_t *json = bytes == NULL ? NULL : json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
    if (is_refusal(answer->status) || (answer->status < 300 && json_is_object(json))) {
        *ret_reply = (struct cve_reply){answer->status, json};
        return true;
    }
    json_decref(json);
    *ret_lost = true;
    return fault_raise(error, FAULT_REMOTE, "the CVE server is in trouble: it answers %u%s",
                       answer->status,
                       answer->status < 300 ? ", with something that is no JSON" : "");
}

bool cve_server_ask(struct cve_room *room, const char *method, const char *path, json_t *body,
                    struct cve_reply *ret_reply, bool *ret_lost, GError **error)
{
    const struct home_publish *publish = &room->context->home->publish;
    g_autofree char *url = url_of(room, path);
    char *text = body == NULL ? NULL : json_dumps(body, JSON_COMPACT);
    const struct web_question question = {.method = method,
                                          .url = url,
                                          .headers = (const char *const *)room->headers,
                                          .body = text,
                                          .length = text == NULL ? 0 : strlen(text),
                                          .authorities = publish->authorities_path,
                                          .timeout = publish->timeout,
                                          .most = ANSWER_MOST};
    *ret_lost = false;
    g_autoptr(WebAnswer) answer = web_ask(&question, ret_lost, error);
    free(text);
    json_decref(body);
    return answer != NULL && read_reply(answer, ret_reply, ret_lost, error);
}

/* --- refusals --- */

static const struct {
    guint status;
    enum fault kind;
    const char *sentence;
} refusals[] = {
    {400, FAULT_DATA, "the CVE server does not accept it"},
    {401, FAULT_PERMISSION,
     "the CVE server does not know this user, or the key is not the user's: see cve-user, "
     "cve-short-name and cve-key-file in [publish]"},
    {403, FAULT_PERMISSION, "the CVE server does not allow it"},
    {404, FAULT_NOINPUT, "the CVE server does not have it"},
};

/* What it said, on one line, without ids: they may be under embargo. */
static char *words_of(const struct cve_reply *reply)
{
    const char *code = json_string_value(json_object_get(reply->json, "error"));
    const char *message = json_string_value(json_object_get(reply->json, "message"));
    g_autoptr(GRegex) ids = g_regex_new("CVE-\\d{4}-\\d+", G_REGEX_CASELESS, 0, NULL);
    g_autofree char *whole = g_strdup_printf("%s: %s", code == NULL ? "no error code" : code,
                                             message == NULL ? "no message" : message);
    g_autofree char *bare = g_regex_replace_literal(ids, whole, -1, 0, "the CVE", 0, NULL);
    GString *words = g_string_new(NULL);
    for (const char *at = bare; at != NULL && *at != '\0' && words->len < SENTENCE_MOST;
         at = g_utf8_find_next_char(at, NULL))
        g_string_append_unichar(words,
                                g_unichar_iscntrl(g_utf8_get_char(at)) ? ' ' : g_utf8_get_char(at));
    return g_string_free(words, FALSE);
}

bool cve_server_refuse(const struct cve_reply *reply, GError **error)
{
    g_autofree char *words = words_of(reply);
    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++)
        if (refusals[i].status == reply->status)
            return fault_raise(error, refusals[i].kind, "%s (%s)", refusals[i].sentence, words);
    return fault_raise(error, FAULT_REMOTE, "the CVE server answers %u (%s)", reply->status, words);
}

bool cve_server_change(struct cve_room *room, const struct cve_change *change,
                       struct cve_reply *ret_reply, gint64 *ret_request, bool *ret_lost,
                       GError **error)
{
    struct store *store = desk_store(room->desk);
    struct cve_reply reply = {0};
    gint64 id = 0;
    *ret_lost = false;
    if (!cve_ids_ask(store, &change->request, &id, error)) {
        json_decref(change->body);
        return false;
    }
    bool done =
        cve_server_ask(room, change->method, change->path, change->body, &reply, ret_lost, error) &&
        (!is_refusal(reply.status) || cve_server_refuse(&reply, error));
    if (done) {
        *ret_reply = reply;
        *ret_request = id;
        return true;
    }
    cve_reply_clear(&reply);
    cve_ids_settle(store, id, *ret_lost ? "lost" : "refused", NULL);
    return false;
}

/* --- reading --- */

bool cve_server_state(struct cve_room *room, const char *cve, const char **ret_state,
                      char **ret_owner, GError **error)
{
    static const char *const states[] = {"reserved", "published", "rejected"};
    g_autofree char *path = g_strconcat("/cve-id/", cve, NULL);
    struct cve_reply reply = {0};
    bool lost = false;
    *ret_state = NULL;
    *ret_owner = NULL;
    if (!cve_server_ask(room, "GET", path, NULL, &reply, &lost, error))
        return false;
    const char *state = json_string_value(json_object_get(reply.json, "state"));
    for (gsize i = 0; reply.status == 200 && state != NULL && i < G_N_ELEMENTS(states); i++)
        if (g_ascii_strcasecmp(states[i], state) == 0)
            *ret_state = states[i];
    *ret_owner = g_strdup(json_string_value(json_object_get(reply.json, "owning_cna")));
    bool done = reply.status == 200 || reply.status == 404 || cve_server_refuse(&reply, error);
    cve_reply_clear(&reply);
    return done;
}

bool cve_server_record(struct cve_room *room, const char *cve, json_t **ret_record, GError **error)
{
    g_autofree char *path = g_strconcat("/cve/", cve, NULL);
    struct cve_reply reply = {0};
    bool lost = false;
    *ret_record = NULL;
    if (!cve_server_ask(room, "GET", path, NULL, &reply, &lost, error))
        return false;
    bool done = reply.status == 200 || reply.status == 404 || cve_server_refuse(&reply, error);
    if (reply.status == 200)
        *ret_record = g_steal_pointer(&reply.json);
    cve_reply_clear(&reply);
    return done;
}

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* One page of them; *ret_next: the next one's number; 0: there is none. */
static bool add_page(struct cve_room *room, gint64 page, GPtrArray *ids, gint64 *ret_next,
                     GError **error)
{
    g_autofree char *path = g_strdup_printf("/cve-id?state=RESERVED&page=%" G_GINT64_FORMAT, page);
    struct cve_reply reply = {0};
    bool lost = false;
    if (!cve_server_ask(room, "GET", path, NULL, &reply, &lost, error))
        return false;
    bool done = reply.status == 200 || cve_server_refuse(&reply, error);
    const json_t *list = json_object_get(reply.json, "cve_ids");
    for (gsize i = 0; done && i < json_array_size(list); i++) {
        const char *cve = json_string_value(json_object_get(json_array_get(list, i), "cve_id"));
        if (cve != NULL && cve_room_check(cve, NULL))
            g_ptr_array_add(ids, g_strdup(cve));
    }
    gint64 next = json_integer_value(json_object_get(reply.json, "nextPage"));
    *ret_next = next > page ? next : 0;
    cve_reply_clear(&reply);
    return done;
}

GPtrArray *cve_server_reserved(struct cve_room *room, GError **error)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    for (gint64 page = 1, next = 0; page != 0 && page <= PAGES_MOST; page = next)
        if (!add_page(room, page, ids, &next, error))
            return NULL;
    g_ptr_array_sort(ids, by_name);
    return g_steal_pointer(&ids);
}
