#include "reports.h"

#include "mime.h"

#include <string.h>

static const struct {
    const char *name;
    guint gravity; /* of several recipients the gravest counts */
} kinds[] = {
    [REPORT_NONE] = {"none", 0},           [REPORT_FAILED] = {"failed", 5},
    [REPORT_DELAYED] = {"delayed", 4},     [REPORT_DELIVERED] = {"delivered", 1},
    [REPORT_RELAYED] = {"relayed", 2},     [REPORT_EXPANDED] = {"expanded", 3},
    [REPORT_AUTOMATIC] = {"automatic", 0}, [REPORT_REPLY] = {"reply", 0},
};

const char *report_kind_name(enum report_kind kind)
{
    return kinds[kind].name;
}

void report_free(struct report *report)
{
    if (report == NULL)
        return;
    g_free(report->status);
    g_free(report->diagnostic);
    g_free(report->source);
    g_free(report->from);
    g_strfreev(report->ids);
    g_free(report);
}

/* --- fields --- */

/* Header fields as lines, folded ones joined (RFC 5322, 2.2.3); an empty line ends a group. */
static GStrv unfold(const char *text, gsize length)
{
    g_autofree char *valid = g_utf8_make_valid(text, (gssize)length);
    g_autoptr(GPtrArray) fields = g_ptr_array_new();
    GString *field = NULL;
    g_auto(GStrv) lines = g_strsplit(valid, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        bool more = (**line == ' ' || **line == '\t') && field != NULL;
        g_strstrip(*line);
        if (more && **line != '\0') {
            g_string_append_printf(field, " %s", *line);
            continue;
        }
        if (field != NULL)
            g_ptr_array_add(fields, g_string_free(field, FALSE));
        field = g_string_new(*line);
    }
    if (field != NULL)
        g_ptr_array_add(fields, g_string_free(field, FALSE));
    g_ptr_array_add(fields, NULL);
    return (GStrv)g_ptr_array_free(g_steal_pointer(&fields), FALSE);
}

/* The value of a field of that name, or NULL; points into `field`. */
static const char *value_of(const char *field, const char *name)
{
    gsize length = strlen(name);
    if (g_ascii_strncasecmp(field, name, length) != 0)
        return NULL;
    field += length;
    while (g_ascii_isspace(*field))
        field++;
    if (*field != ':')
        return NULL;
    do
        field++;
    while (g_ascii_isspace(*field));
    return field;
}

/* "rfc822; a@example.com" -> "a@example.com": what stands behind the type. */
static const char *behind_type(const char *value)
{
    const char *at = strchr(value, ';');
    if (at == NULL)
        return value;
    do
        at++;
    while (g_ascii_isspace(*at));
    return at;
}

static enum report_kind action_of(const char *value)
{
    gsize length = strcspn(value, " \t(");
    for (guint kind = REPORT_FAILED; kind <= REPORT_EXPANDED; kind++)
        if (strlen(kinds[kind].name) == length &&
            g_ascii_strncasecmp(value, kinds[kind].name, length) == 0)
            return (enum report_kind)kind;
    return REPORT_NONE;
}

/* "5.1.1 (no such user)" -> "5.1.1"; "" when it is none (RFC 3463, section 2). */
static char *status_of(const char *value)
{
    gsize length = strspn(value, "0123456789.");
    bool good = length >= 5 && length <= 9 && strchr("245", value[0]) != NULL && value[1] == '.' &&
                value[length - 1] != '.';
    return good ? g_strndup(value, length) : g_strdup("");
}

static gint64 code_of(const char *diagnostic)
{
    const char *text = behind_type(diagnostic);
    bool good = g_ascii_isdigit(text[0]) && g_ascii_isdigit(text[1]) && g_ascii_isdigit(text[2]) &&
                !g_ascii_isdigit(text[3]) && text[0] >= '2' && text[0] <= '5';
    return good ? (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0') : 0;
}

/* --- delivery reports --- */

/* One recipient's fields. */
struct recipient {
    const char *action, *status, *diagnostic;
};

/* A report without an action is judged by its status. */
static enum report_kind kind_of(const struct recipient *one)
{
    enum report_kind kind = one->action == NULL ? REPORT_NONE : action_of(one->action);
    if (kind != REPORT_NONE || one->status == NULL)
        return kind;
    return one->status[0] == '5'   ? REPORT_FAILED
           : one->status[0] == '4' ? REPORT_DELAYED
           : one->status[0] == '2' ? REPORT_DELIVERED
                                   : REPORT_NONE;
}

static void take_recipient(struct report *report, struct recipient *one)
{
    enum report_kind kind = kind_of(one);
    if (kinds[kind].gravity > kinds[report->kind].gravity) {
        g_free(report->status);
        g_free(report->diagnostic);
        report->kind = kind;
        report->status = status_of(one->status == NULL ? "" : one->status);
        report->diagnostic = g_strdup(one->diagnostic == NULL ? "" : one->diagnostic);
        report->code = code_of(report->diagnostic);
    }
    *one = (struct recipient){0};
}

char *reports_read_status(const char *text, gsize length, struct report *report)
{
    g_auto(GStrv) fields = unfold(text, length);
    struct recipient one = {0};
    const char *envelope = NULL;
    for (char **field = fields; *field != NULL; field++) {
        const struct {
            const char *name, **place;
        } known[] = {{"Original-Envelope-Id", &envelope},
                     {"Action", &one.action},
                     {"Status", &one.status},
                     {"Diagnostic-Code", &one.diagnostic}};
        for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
            if (*known[i].place == NULL)
                *known[i].place = value_of(*field, known[i].name);
        if (**field == '\0')
            take_recipient(report, &one);
    }
    take_recipient(report, &one);
    return g_strdup(envelope);
}

/* --- what it is about --- */

static void add_id(GPtrArray *ids, const char *id)
{
    g_autofree char *bare = g_strstrip(g_strdup(id));
    gsize length = strlen(bare);
    if (length > 2 && bare[0] == '<' && bare[length - 1] == '>') {
        bare[length - 1] = '\0';
        g_ptr_array_add(ids, g_strdup(bare + 1));
    } else if (length > 0) {
        g_ptr_array_add(ids, g_steal_pointer(&bare));
    }
}

/* RFC 3461, section 4: "+3D" is "=". NULL: nothing is encoded in it. */
static char *without_xtext(const char *text)
{
    g_autoptr(GString) plain = g_string_new(NULL);
    if (strchr(text, '+') == NULL)
        return NULL;
    for (; *text != '\0'; text++) {
        bool hex = *text == '+' && g_ascii_isxdigit(text[1]) && g_ascii_isxdigit(text[2]);
        char c = hex ? (char)(g_ascii_xdigit_value(text[1]) * 16 + g_ascii_xdigit_value(text[2]))
                     : *text;
        text += hex ? 2 : 0;
        if (c < ' ' || c > '~')
            return NULL;
        g_string_append_c(plain, c);
    }
    return g_string_free(g_steal_pointer(&plain), FALSE);
}

static void add_envelope(GPtrArray *ids, const char *envelope)
{
    g_autofree char *plain = envelope == NULL ? NULL : without_xtext(envelope);
    if (plain != NULL)
        add_id(ids, plain);
    if (envelope != NULL)
        add_id(ids, envelope);
}

static void add_original(GPtrArray *ids, const struct mime_piece *piece)
{
    gsize length = 0;
    const char *text = g_bytes_get_data(piece->bytes, &length);
    g_auto(GStrv) fields = unfold(text == NULL ? "" : text, length);
    for (char **field = fields; *field != NULL && **field != '\0'; field++) {
        const char *id = value_of(*field, "Message-ID");
        if (id != NULL)
            add_id(ids, id);
    }
}

static const char *const statuses[] = {"message/delivery-status", "message/global-delivery-status",
                                       NULL};
static const char *const originals[] = {"message/rfc822",         "message/global",
                                        "text/rfc822-headers",    "message/global-headers",
                                        "message/rfc822-headers", NULL};

/* Whether there is a delivery report in it. */
static bool take_report(const struct mime_letter *letter, struct report *report, GPtrArray *ids)
{
    for (guint i = 0; i < letter->pieces->len; i++) {
        const struct mime_piece *piece = letter->pieces->pdata[i];
        gsize length = 0;
        const char *text = g_bytes_get_data(piece->bytes, &length);
        if (!g_strv_contains(statuses, piece->type))
            continue;
        g_autofree char *envelope = reports_read_status(text == NULL ? "" : text, length, report);
        add_envelope(ids, envelope);
    }
    if (report->kind == REPORT_NONE)
        return false;
    for (guint i = 0; i < letter->pieces->len; i++) {
        const struct mime_piece *piece = letter->pieces->pdata[i];
        if (g_strv_contains(originals, piece->type))
            add_original(ids, piece);
    }
    return true;
}

static bool is_machine(const struct mime_letter *letter)
{
    for (guint i = 0; i < letter->pieces->len; i++) {
        const struct mime_piece *piece = letter->pieces->pdata[i];
        if (g_str_equal(piece->type, "message/disposition-notification") ||
            g_strv_contains(statuses, piece->type))
            return true;
    }
    return letter->automatic;
}

static char *source_of(const struct mime_letter *letter, const char *mail, gsize length)
{
    enum { LONGEST = 400 };
    return letter->id != NULL && strlen(letter->id) <= LONGEST
               ? g_strdup(letter->id)
               : g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guint8 *)mail, length);
}

struct report *reports_read(const char *mail, gsize length, GError **error)
{
    g_autoptr(MimeLetter) letter = mime_letter_read(mail, length, error);
    if (letter == NULL)
        return NULL;
    g_autoptr(GPtrArray) ids = g_ptr_array_new();
    struct report *report = g_new0(struct report, 1);
    report->status = g_strdup("");
    report->diagnostic = g_strdup("");
    report->source = source_of(letter, mail, length);
    report->from = g_strdup(letter->from);
    if (!take_report(letter, report, ids)) {
        for (char **id = letter->answers; *id != NULL; id++)
            add_id(ids, *id);
        report->kind = ids->len == 0        ? REPORT_NONE
                       : is_machine(letter) ? REPORT_AUTOMATIC
                                            : REPORT_REPLY;
    }
    g_ptr_array_add(ids, NULL);
    report->ids = (GStrv)g_ptr_array_free(g_steal_pointer(&ids), FALSE);
    return report;
}
