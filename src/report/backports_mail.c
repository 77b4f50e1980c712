#include "backports_page.h"
#include "clock.h"
#include "documents.h"
#include "fault.h"

#include <string.h>

enum { DAY = 86400, SHORT = 12, SUBJECT_MAX = 200, FOLD = 76, CHUNK = 42 };

/* Somebody who is asked, and what about. */
struct asked {
    char *name, *address;
    GPtrArray *candidates; /* const struct backport * */
};

static void asked_free(gpointer pointer)
{
    struct asked *asked = pointer;
    g_free(asked->name);
    g_free(asked->address);
    g_ptr_array_unref(asked->candidates);
    g_free(asked);
}

/* One line of UTF-8 whatever the bytes were: nothing in it can begin a header. */
static char *one_line(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *line = g_string_new(NULL);
    for (const char *at = valid; *at != '\0'; at = g_utf8_find_next_char(at, NULL)) {
        gunichar letter = g_utf8_get_char(at);
        g_string_append_unichar(line, g_unichar_iscntrl(letter) ? ' ' : letter);
    }
    return g_strstrip(g_string_free(line, FALSE));
}

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++)
        if ((guchar)*text < 0x20 || (guchar)*text > 0x7e)
            return false;
    return true;
}

/* An address that may stand between < and >: RFC 5322's dot-atoms around one @, and no more. */
static bool good_address(const char *address)
{
    static const char atoms[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "!#$%&'*+-/=?^_`{|}~.";
    const char *sign = strchr(address, '@');
    return sign != NULL && sign > address && sign[1] != '\0' && strchr(sign + 1, '@') == NULL &&
           strspn(address, atoms) == (gsize)(sign - address) &&
           strspn(sign + 1, atoms) == strlen(sign + 1);
}

/* RFC 2047: words of base64, parted between characters. */
static char *encoded_words(const char *text)
{
    GString *words = g_string_new(NULL);
    while (*text != '\0') {
        const char *end = text;
        while (*end != '\0' && g_utf8_find_next_char(end, NULL) - text <= CHUNK)
            end = g_utf8_find_next_char(end, NULL);
        g_autofree char *base64 = g_base64_encode((const guchar *)text, (gsize)(end - text));
        g_string_append_printf(words, "%s=?UTF-8?B?%s?=", words->len > 0 ? "\n " : "", base64);
        text = end;
    }
    return g_string_free(words, FALSE);
}

/* A display name: as it is, quoted, or encoded. */
static char *phrase(const char *name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "!#$%&'*+-/=?^_`{|}~ ";
    if (!is_ascii(name) || strlen(name) > FOLD / 2)
        return encoded_words(name);
    if (strspn(name, plain) == strlen(name) && strstr(name, "=?") == NULL)
        return g_strdup(name);
    GString *quoted = g_string_new("\"");
    for (; *name != '\0'; name++) {
        if (*name == '"' || *name == '\\')
            g_string_append_c(quoted, '\\');
        g_string_append_c(quoted, *name);
    }
    return g_string_free(g_string_append_c(quoted, '"'), FALSE);
}

static char *mailbox(const char *name, const char *address)
{
    g_autofree char *words = phrase(name);
    return *name == '\0' ? g_strdup(address) : g_strdup_printf("%s <%s>", words, address);
}

static struct asked *ask(GPtrArray *all, GHashTable *by_key, const char *name, const char *address)
{
    g_autofree char *key = g_utf8_strdown(*address != '\0' ? address : name, -1);
    struct asked *asked = g_hash_table_lookup(by_key, key);
    if (asked != NULL)
        return asked;
    asked = g_new0(struct asked, 1);
    asked->name = g_strdup(name);
    asked->address = g_strdup(address);
    asked->candidates = g_ptr_array_new();
    g_ptr_array_add(all, asked);
    g_hash_table_insert(by_key, g_steal_pointer(&key), asked);
    return asked;
}

static void ask_one(GPtrArray *all, GHashTable *by_key, const char *name, const char *address,
                    const struct backport *candidate)
{
    g_autofree char *clean_name = one_line(name);
    g_autofree char *clean_address = one_line(address);
    struct asked *asked = ask(all, by_key, clean_name, clean_address);
    g_ptr_array_add(asked->candidates, (gpointer)(guintptr)candidate);
}

static bool worth_asking(const struct backport *candidate)
{
    return candidate->reverted_main[0] == '\0' && g_strcmp0(candidate->trial, "empty") != 0;
}

static gint compare_asked(gconstpointer a, gconstpointer b)
{
    const struct asked *left = *(struct asked *const *)a, *right = *(struct asked *const *)b;
    if (left->candidates->len != right->candidates->len)
        return left->candidates->len > right->candidates->len ? -1 : 1;
    int order = g_utf8_collate(left->name, right->name);
    return order != 0 ? order : strcmp(left->address, right->address);
}

static GPtrArray *everybody(const struct backports *backports, struct book *book, GError **error)
{
    const struct people *people = book_people(book, PEOPLE_MAILMAP, error);
    if (people == NULL)
        return NULL;
    GPtrArray *all = g_ptr_array_new_with_free_func(asked_free);
    g_autoptr(GHashTable) by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < backports->candidates->len; i++) {
        const struct backport *candidate = backports->candidates->pdata[i];
        if (!worth_asking(candidate))
            continue;
        for (guint j = 0; j < candidate->people->len; j++) {
            const struct maintainer *person = candidate->people->pdata[j];
            ask_one(all, by_key, person->name, person->address, candidate);
        }
        guint author = people_person(people, book_author(book, candidate->node));
        if (candidate->people->len == 0 && author != PEOPLE_NOBODY)
            ask_one(all, by_key, people_name(people, author), people_address(people, author),
                    candidate);
    }
    g_ptr_array_sort(all, compare_asked);
    return all;
}

static json_t *candidate_page(const struct backport *candidate, gint64 now)
{
    g_autofree char *commit = g_strndup(candidate->commit, SHORT);
    g_autofree char *line = one_line(candidate->subject);
    g_autofree char *subject = g_utf8_substring(line, 0, MIN(g_utf8_strlen(line, -1), SUBJECT_MAX));
    g_autofree char *because = one_line(candidate->because);
    g_autofree char *area = one_line(candidate->area);
    json_t *paths = json_array();
    for (guint i = 0; candidate->conflicts != NULL && i < candidate->conflicts->len; i++) {
        g_autofree char *path = one_line(candidate->conflicts->pdata[i]);
        json_array_append_new(paths, json_string(path));
    }
    gint64 days = candidate->time >= now ? 0 : (now - candidate->time) / DAY;
    json_t *reverted = candidate->reverted_there[0] == '\0'
                           ? json_null()
                           : json_stringn(candidate->reverted_there, SHORT);
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:b, s:b, s:b, s:o, s:o}", "commit", commit,
                     "subject", subject, "because", because, "component", area, "days",
                     (json_int_t)days, "one_day", days == 1, "clean",
                     g_strcmp0(candidate->trial, "clean") == 0, "conflict",
                     g_strcmp0(candidate->trial, "conflict") == 0, "conflicts", paths,
                     "reverted_in_line", reverted);
}

static json_t *person_page(const struct asked *asked, gint64 now)
{
    json_t *rows = json_array();
    for (guint i = 0; i < asked->candidates->len; i++)
        json_array_append_new(rows, candidate_page(asked->candidates->pdata[i], now));
    return json_pack("{s:s, s:i, s:b, s:o}", "name",
                     *asked->name != '\0' ? asked->name : asked->address, "count",
                     (int)asked->candidates->len, "one", asked->candidates->len == 1, "candidates",
                     rows);
}

static json_t *make_page(const struct backports *backports, const struct home *home,
                         const GPtrArray *all, gint64 now)
{
    json_t *people = json_array();
    guint count = 0;
    for (guint i = 0; i < all->len; i++)
        json_array_append_new(people, person_page(all->pdata[i], now));
    for (guint i = 0; i < backports->candidates->len; i++)
        count += worth_asking(backports->candidates->pdata[i]);
    return json_pack("{s:s, s:s, s:s, s:s?, s:i, s:i, s:b, s:b, s:o}", "project", home->project,
                     "branch", backports->branch, "line", backports->line, "release",
                     backports->release, "since", (int)backports->since, "count", (int)count, "one",
                     count == 1, "any", count > 0, "people", people);
}

static void add_header(GString *mail, const char *name, const char *value)
{
    g_string_append_printf(mail, "%s: %s\n", name, value);
}

static char *mail_date(gint64 now)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(now);
    return g_date_time_format(date, "%a, %d %b %Y %H:%M:%S +0000");
}

static char *recipients(const GPtrArray *all)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < all->len; i++) {
        const struct asked *asked = all->pdata[i];
        if (!good_address(asked->address))
            continue;
        g_autofree char *box = mailbox(asked->name, asked->address);
        g_string_append_printf(text, "%s%s", text->len > 0 ? ",\n " : "", box);
    }
    return g_string_free(text, FALSE);
}

/* "Name <address>" or an address. */
static char *read_from(const char *from, GError **error)
{
    g_autofree char *line = one_line(from);
    const char *open = strchr(line, '<');
    gsize length = strlen(line);
    bool closed = open != NULL && length > 0 && line[length - 1] == '>';
    g_autofree char *address =
        closed ? g_strndup(open + 1, (gsize)(line + length - 1 - (open + 1))) : g_strdup(line);
    g_autofree char *name = closed ? g_strndup(line, (gsize)(open - line)) : g_strdup("");
    g_strstrip(name);
    if (!good_address(address)) {
        fault_raise(error, FAULT_USAGE,
                    "--from \"%s\" is no mailbox: write \"Name <name@example.org>\"", line);
        return NULL;
    }
    return mailbox(name, address);
}

static char *subject_line(const struct backports *backports, const struct home *home)
{
    g_autofree char *text =
        g_strdup_printf("%s %s: which backports are missing?", home->project,
                        *backports->line != '\0' ? backports->line : backports->branch);
    g_autofree char *line = one_line(text);
    return is_ascii(line) && strlen(line) < FOLD ? g_steal_pointer(&line) : encoded_words(line);
}

char *backports_mail(const struct backports *backports, struct book *book, const struct home *home,
                     const char *from, gint64 now, GError **error)
{
    g_autofree char *sender = from == NULL ? NULL : read_from(from, error);
    if (from != NULL && sender == NULL)
        return NULL;
    g_autoptr(GPtrArray) all = everybody(backports, book, error);
    if (all == NULL)
        return NULL;
    json_t *page = make_page(backports, home, all, now);
    g_autofree char *body = document_render(home, "backports.txt", page, TEMPLATE_NONE, error);
    json_decref(page);
    if (body == NULL)
        return NULL;
    g_autofree char *folded = document_fold(body, FOLD);
    g_autofree char *subject = subject_line(backports, home);
    g_autofree char *date = mail_date(now);
    g_autofree char *to = recipients(all);
    GString *mail = g_string_new(NULL);
    if (sender != NULL)
        add_header(mail, "From", sender);
    if (*to != '\0')
        add_header(mail, "To", to);
    add_header(mail, "Subject", subject);
    add_header(mail, "Date", date);
    add_header(mail, "MIME-Version", "1.0");
    add_header(mail, "Content-Type", "text/plain; charset=utf-8");
    add_header(mail, "Content-Transfer-Encoding", "8bit");
    g_string_append_printf(mail, "\n%s", folded);
    return g_string_free(mail, FALSE);
}
