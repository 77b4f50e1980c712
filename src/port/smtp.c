#include "smtp.h"

#include "fault.h"
#include "wire.h"

#include <string.h>

enum { TOO_LONG = 552, LONGEST_LINE = 998, LONGEST_REPLY = 65536, STANDARD_TIMEOUT = 300 };

struct smtp {
    struct wire *wire;
    bool private;
    bool lost; /* what came was no reply, or the server is of another mind */
    bool offers_dsn, offers_8bit, offers_pipelining, offers_private;
};

/* A reply as the server gave it; code 0: the connection is gone. */
struct answer {
    int code;
    GString *text;
};

const char *smtp_outcome_name(enum smtp_outcome outcome)
{
    static const char *const names[] = {
        [SMTP_SENT] = "sent",
        [SMTP_REFUSED] = "failed",
        [SMTP_LATER] = "later",
        [SMTP_UNKNOWN] = "unknown",
    };
    return names[outcome];
}

bool smtp_is_private(const struct smtp *smtp)
{
    return smtp->private;
}

bool smtp_is_alive(const struct smtp *smtp)
{
    return !smtp->lost && wire_is_alive(smtp->wire);
}

/* --- replies --- */

static bool put_line(struct smtp *smtp, const char *line)
{
    g_autofree char *ended = g_strconcat(line, "\r\n", NULL);
    return smtp_is_alive(smtp) && wire_put(smtp->wire, ended, strlen(ended), NULL);
}

static bool is_reply(const char *line)
{
    return g_ascii_isdigit(line[0]) && g_ascii_isdigit(line[1]) && g_ascii_isdigit(line[2]) &&
           (line[3] == ' ' || line[3] == '-' || line[3] == '\0');
}

static struct answer get_answer(struct smtp *smtp)
{
    struct answer answer = {0, g_string_new(NULL)};
    while (true) {
        g_autofree char *line = smtp->lost ? NULL : wire_line(smtp->wire, LONGEST_REPLY);
        if (line == NULL || !is_reply(line) || answer.text->len > LONGEST_REPLY) {
            smtp->lost = true;
            answer.code = 0;
            return answer;
        }
        g_string_append_printf(answer.text, "%s%s", answer.text->len > 0 ? "\n" : "", line);
        if (line[3] != '-') {
            answer.code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
            return answer;
        }
    }
}

static void drop_answer(struct answer *answer)
{
    g_string_free(answer->text, TRUE);
    answer->text = NULL;
}

static bool is_good(const struct answer *answer)
{
    return answer->code >= 200 && answer->code < 300;
}

/* --- opening --- */

static bool has_extension(const char *text, const char *name)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) words = g_strsplit_set(strlen(*line) > 4 ? *line + 4 : "", " =", 2);
        if (words[0] != NULL && g_ascii_strcasecmp(words[0], name) == 0)
            return true;
    }
    return false;
}

static char *own_name(void)
{
    g_autofree char *name = g_ascii_strdown(g_get_host_name(), -1);
    for (const char *at = name; *at != '\0'; at++)
        if (!g_ascii_isalnum(*at) && *at != '-' && *at != '.')
            return g_strdup("localhost");
    return *name == '\0' ? g_strdup("localhost") : g_steal_pointer(&name);
}

/* libcurl said EHLO itself and kept the answer; it may be asked for again. */
static bool learn_extensions(struct smtp *smtp)
{
    g_autofree char *name = own_name();
    g_autofree char *line = g_strdup_printf("EHLO %s", name);
    if (!put_line(smtp, line))
        return false;
    struct answer answer = get_answer(smtp);
    bool good = is_good(&answer);
    smtp->offers_dsn = has_extension(answer.text->str, "DSN");
    smtp->offers_8bit = has_extension(answer.text->str, "8BITMIME");
    smtp->offers_pipelining = has_extension(answer.text->str, "PIPELINING");
    smtp->offers_private = has_extension(answer.text->str, "REQUIRETLS");
    drop_answer(&answer);
    return good;
}

/* The scheme is looked at before the network is. */
static bool check_url(const struct smtp_options *options, GError **error)
{
    bool wrapped = g_str_has_prefix(options->url, "smtps://");
    if (!wrapped && !g_str_has_prefix(options->url, "smtp://"))
        return fault_raise(
            error, FAULT_USAGE,
            "the mail server's address is no URL such as smtp://mail.example.com:587");
    return !wrapped || !options->plain_loopback ||
           fault_raise(error, FAULT_USAGE, "smtps:// is TLS: it goes without tls = loopback");
}

struct smtp *smtp_open(const struct smtp_options *options, GError **error)
{
    const struct wire_options wire = {.url = options->url,
                                      .protocols = "smtp,smtps",
                                      .user = options->user,
                                      .password = options->password,
                                      .authorities = options->authorities,
                                      .plain_loopback = options->plain_loopback,
                                      .timeout = options->timeout == 0 ? STANDARD_TIMEOUT
                                                                       : options->timeout};
    if (!check_url(options, error))
        return NULL;
    g_autoptr(Smtp) smtp = g_new0(struct smtp, 1);
    smtp->wire = wire_open(&wire, error);
    if (smtp->wire == NULL)
        return NULL;
    smtp->private = !options->plain_loopback;
    if (learn_extensions(smtp))
        return g_steal_pointer(&smtp);
    fault_raise(error, FAULT_REMOTE, "the mail server went away after its greeting");
    return NULL;
}

void smtp_close(struct smtp *smtp)
{
    if (smtp == NULL)
        return;
    if (smtp->wire != NULL)
        put_line(smtp, "QUIT");
    wire_close(smtp->wire);
    g_free(smtp);
}

/* --- sending --- */

/* CR LF at every end, nothing too long, nothing that is no text: a message never carries a command.
 */
static bool is_mail(const char *bytes, gsize length, bool *ret_8bit)
{
    gsize line = 0;
    *ret_8bit = false;
    for (gsize i = 0; i < length; i++) {
        guchar c = (guchar)bytes[i];
        *ret_8bit |= c >= 0x80;
        if (c == '\r' && i + 1 < length && bytes[i + 1] == '\n') {
            line = 0;
            i++;
        } else if (c == '\r' || c == '\n' || c == '\0' || ++line > LONGEST_LINE) {
            return false;
        }
    }
    return length >= 2 && bytes[length - 1] == '\n';
}

static bool is_address(const char *address)
{
    for (const char *at = address; *at != '\0'; at++)
        if ((guchar)*at <= ' ' || (guchar)*at >= 0x7f || *at == '<' || *at == '>')
            return false;
    return strchr(address, '@') != NULL;
}

/* RFC 3461, section 4. */
static char *xtext(const char *text)
{
    GString *encoded = g_string_new(NULL);
    for (; *text != '\0'; text++) {
        if (*text == '+' || *text == '=' || *text <= ' ' || *text > '~')
            g_string_append_printf(encoded, "+%02X", (guchar)*text);
        else
            g_string_append_c(encoded, *text);
    }
    return g_string_free(encoded, FALSE);
}

static char *mail_line(const struct smtp *smtp, const struct smtp_letter *letter, bool eight_bit)
{
    g_autofree char *id = xtext(letter->envelope_id);
    g_autoptr(GString) line = g_string_new(NULL);
    g_string_append_printf(line, "MAIL FROM:<%s>", letter->from);
    if (smtp->offers_dsn)
        g_string_append_printf(line, " RET=HDRS ENVID=%s", id);
    if (eight_bit)
        g_string_append(line, " BODY=8BITMIME");
    if (letter->only_private && smtp->offers_private)
        g_string_append(line, " REQUIRETLS");
    return g_string_free(g_steal_pointer(&line), FALSE);
}

static char *recipient_line(const struct smtp *smtp, const struct smtp_letter *letter)
{
    g_autofree char *original = xtext(letter->to);
    return smtp->offers_dsn
               ? g_strdup_printf("RCPT TO:<%s> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;%s",
                                 letter->to, original)
               : g_strdup_printf("RCPT TO:<%s>", letter->to);
}

static void take_answer(struct smtp_reply *reply, struct answer *answer)
{
    reply->code = answer->code;
    g_free(reply->text);
    reply->text = g_string_free(answer->text, FALSE);
    reply->outcome = is_good(answer)           ? SMTP_SENT
                     : answer->code / 100 == 5 ? SMTP_REFUSED
                                               : SMTP_LATER;
}

/* The envelope; with PIPELINING (RFC 2920) in one go. */
/* Who may not send at all may once the server knows him; only a message that is too long (552) is
 * no better then. */
static void judge_sender(struct smtp_reply *reply)
{
    if (reply->outcome == SMTP_REFUSED && reply->code != TOO_LONG)
        reply->outcome = SMTP_LATER;
}

static bool say_envelope(struct smtp *smtp, const char *mail, const char *recipient,
                         struct smtp_reply *reply)
{
    const char *lines[] = {mail, recipient};
    g_autofree char *both = g_strconcat(mail, "\r\n", recipient, NULL);
    bool good = !smtp->offers_pipelining || put_line(smtp, both);
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        if (!smtp->offers_pipelining && (!good || !put_line(smtp, lines[i])))
            return false;
        struct answer answer = get_answer(smtp);
        if (good)
            take_answer(reply, &answer);
        else
            drop_answer(&answer);
        if (good && i == 0)
            judge_sender(reply);
        good = good && reply->outcome == SMTP_SENT;
    }
    return good;
}

static char *stuff_dots(const char *bytes, gsize length, gsize *ret_length)
{
    GString *stuffed = g_string_sized_new(length + length / 64 + 16);
    bool start = true;
    for (gsize i = 0; i < length; i++) {
        if (start && bytes[i] == '.')
            g_string_append_c(stuffed, '.');
        g_string_append_c(stuffed, bytes[i]);
        start = bytes[i] == '\n';
    }
    *ret_length = stuffed->len;
    return g_string_free(stuffed, FALSE);
}

/* Until the last dot nothing is sent; from its first byte on only the server knows. */
static void say_content(struct smtp *smtp, const struct smtp_letter *letter,
                        struct smtp_reply *reply)
{
    gsize length = 0;
    bool some = false;
    g_autofree char *stuffed = stuff_dots(letter->bytes, letter->length, &length);
    reply->outcome = SMTP_LATER;
    reply->code = 0;
    if (!wire_put(smtp->wire, stuffed, length, NULL))
        return;
    if (!wire_put(smtp->wire, ".\r\n", 3, &some)) {
        reply->outcome = some ? SMTP_UNKNOWN : SMTP_LATER;
        return;
    }
    struct answer answer = get_answer(smtp);
    int kind = answer.code / 100;
    take_answer(reply, &answer);
    if (kind == 2 || kind == 4 || kind == 5)
        return;
    /* No answer, or one that is none to a message: what comes next may be out of step as well. */
    reply->outcome = SMTP_UNKNOWN;
    smtp->lost = true;
}

static void reset(struct smtp *smtp)
{
    if (!put_line(smtp, "RSET"))
        return;
    struct answer answer = get_answer(smtp);
    smtp->lost = smtp->lost || !is_good(&answer);
    drop_answer(&answer);
}

static bool say_data(struct smtp *smtp, struct smtp_reply *reply)
{
    if (!put_line(smtp, "DATA"))
        return false;
    struct answer answer = get_answer(smtp);
    bool go = answer.code == 354;
    take_answer(reply, &answer);
    if (!go && reply->outcome == SMTP_SENT)
        reply->outcome = SMTP_LATER;
    return go;
}

static void refuse_letter(struct smtp_reply *reply, const char *why)
{
    g_free(reply->text);
    *reply = (struct smtp_reply){SMTP_REFUSED, 0, g_strdup(why)};
}

void smtp_send(struct smtp *smtp, const struct smtp_letter *letter, struct smtp_reply *ret_reply)
{
    bool eight_bit = false;
    *ret_reply = (struct smtp_reply){SMTP_LATER, 0, g_strdup("")};
    if (!is_address(letter->from) || !is_address(letter->to)) {
        refuse_letter(ret_reply, "an address of the envelope is none");
        return;
    }
    if (!is_mail(letter->bytes, letter->length, &eight_bit) || (eight_bit && !smtp->offers_8bit)) {
        refuse_letter(ret_reply, "the message cannot be sent as it is: its lines or its bytes");
        return;
    }
    g_autofree char *mail = mail_line(smtp, letter, eight_bit);
    g_autofree char *recipient = recipient_line(smtp, letter);
    if (!say_envelope(smtp, mail, recipient, ret_reply) || !say_data(smtp, ret_reply)) {
        if (!smtp_is_alive(smtp) && ret_reply->outcome == SMTP_SENT)
            ret_reply->outcome = SMTP_LATER;
        reset(smtp);
        return;
    }
    say_content(smtp, letter, ret_reply);
}
