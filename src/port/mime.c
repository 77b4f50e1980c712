#include "mime.h"

#include "fault.h"

#include <gmime/gmime.h>
#include <string.h>

#define MAILBOX "From "

static void free_part(gpointer pointer)
{
    struct mime_part *part = pointer;
    g_free(part->name);
    if (part->bytes != NULL)
        g_bytes_unref(part->bytes);
    g_free(part);
}

static bool is_mailbox(const char *bytes, gsize length)
{
    return length >= strlen(MAILBOX) && memcmp(bytes, MAILBOX, strlen(MAILBOX)) == 0;
}

/* RFC 5322, section 2.2: a field's name is printable ASCII without a colon. */
bool mime_is_mail(const char *bytes, gsize length)
{
    gsize at = 0;
    while (at < length && g_ascii_isgraph(bytes[at]) && bytes[at] != ':')
        at++;
    return is_mailbox(bytes, length) || (at > 0 && at < length && bytes[at] == ':');
}

/* What GMime makes of every line is an object or more of its own: a few bytes of mail must not
 * become gigabytes. */
static bool check_bounds(const char *bytes, gsize length, GError **error)
{
    guint lines = 0, dashes = 0;
    if (length > MIME_MOST)
        return fault_raise(error, FAULT_DATA, "the mail is longer than %d MB",
                           MIME_MOST / 1024 / 1024);
    for (gsize at = 0; at < length; lines++) {
        const char *feed = memchr(bytes + at, '\n', length - at);
        dashes += at + 2 <= length && bytes[at] == '-' && bytes[at + 1] == '-';
        at = feed == NULL ? length : (gsize)(feed - bytes) + 1;
    }
    return (lines <= MIME_LINES_MOST && dashes <= MIME_DASHES_MOST) ||
           fault_raise(error, FAULT_DATA, "the mail has too many %s to be an advisory's",
                       lines > MIME_LINES_MOST ? "lines" : "parts");
}

/* Why the mail cannot be trusted to have been read whole, or NULL. */
static void note_warning(gint64 offset, GMimeParserWarning warning, const char *item, void *user)
{
    const char **why = user;
    (void)offset;
    (void)item;
    if (warning == GMIME_WARN_TRUNCATED_MESSAGE || warning == GMIME_WARN_MALFORMED_MULTIPART)
        *why = "the mail is cut off: its last part does not end";
    else if (warning == GMIME_CRIT_MULTIPART_WITHOUT_BOUNDARY)
        *why = "the mail does not say where its parts begin";
    else if (warning == GMIME_CRIT_NESTING_OVERFLOW)
        *why = "the mail has parts within parts without end";
}

static GBytes *content_of(GMimePart *part)
{
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    GMimeStream *stream = g_mime_stream_mem_new();
    if (content != NULL)
        g_mime_data_wrapper_write_to_stream(content, stream);
    const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    GBytes *copy = g_bytes_new(bytes->data, bytes->len);
    g_object_unref(stream);
    return copy;
}

static enum mime_kind kind_of(GMimeObject *object, const char *name)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);
    const char *disposition = g_mime_object_get_disposition(object);
    bool saved =
        disposition != NULL && g_ascii_strcasecmp(disposition, GMIME_DISPOSITION_ATTACHMENT) == 0;
    if (name != NULL || saved)
        return MIME_ATTACHMENT;
    return g_mime_content_type_is_type(type, "text", "plain") ? MIME_TEXT : MIME_OTHER;
}

static void add_part(GPtrArray *parts, enum mime_kind kind, const char *name, GBytes *bytes)
{
    struct mime_part *part = g_new0(struct mime_part, 1);
    *part = (struct mime_part){kind, name == NULL ? NULL : g_utf8_make_valid(name, -1), bytes};
    g_ptr_array_add(parts, part);
}

static bool take(GPtrArray *parts, GMimeObject *object, int depth, GError **error)
{
    if (depth > MIME_DEPTH_MOST)
        return fault_raise(error, FAULT_DATA, "the mail has parts within parts without end");
    if (GMIME_IS_MULTIPART(object)) {
        for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(object)); i++)
            if (!take(parts, g_mime_multipart_get_part(GMIME_MULTIPART(object), i), depth + 1,
                      error))
                return false;
    } else if (GMIME_IS_PART(object)) {
        const char *name = g_mime_part_get_filename(GMIME_PART(object));
        add_part(parts, kind_of(object, name), name, content_of(GMIME_PART(object)));
    } else {
        add_part(parts, MIME_MAIL, NULL, NULL);
    }
    return true;
}

/* GMime reads a mail to the end of the file, but in a mailbox to where the next one begins. */
static GMimeMessage *parse(const char *bytes, gsize length, const char **ret_why)
{
    const char *why = NULL;
    bool mailbox = is_mailbox(bytes, length);
    GMimeParserOptions *options = g_mime_parser_options_new();
    g_mime_parser_options_set_warning_callback(options, note_warning, &why);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, length);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    g_mime_parser_set_format(parser, mailbox ? GMIME_FORMAT_MBOX : GMIME_FORMAT_MESSAGE);
    GMimeMessage *message = g_mime_parser_construct_message(parser, options);
    if (why == NULL && message != NULL && mailbox && !g_mime_parser_eos(parser))
        why = "there is more than one mail in it: save the one that is meant";
    g_object_unref(parser);
    g_object_unref(stream);
    g_mime_parser_options_free(options);
    *ret_why = why;
    return message;
}

GPtrArray *mime_read(const char *bytes, gsize length, GError **error)
{
    const char *why = NULL;
    if (!check_bounds(bytes, length, error))
        return NULL;
    g_mime_init();
    GMimeMessage *message = parse(bytes, length, &why);
    GMimeObject *top = message == NULL ? NULL : g_mime_message_get_mime_part(message);
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(free_part);
    bool done = top != NULL && why == NULL
                    ? take(parts, top, 0, error)
                    : fault_raise(error, FAULT_DATA, "%s",
                                  why == NULL ? "this is no mail that can be read" : why);
    if (message != NULL)
        g_object_unref(message);
    return done ? g_steal_pointer(&parts) : NULL;
}

/* --- mails that come in --- */

static void free_piece(gpointer pointer)
{
    struct mime_piece *piece = pointer;
    g_free(piece->type);
    g_free(piece->charset);
    g_bytes_unref(piece->bytes);
    g_free(piece);
}

void mime_letter_free(struct mime_letter *letter)
{
    if (letter == NULL)
        return;
    g_free(letter->id);
    g_free(letter->from);
    g_free(letter->subject);
    g_strfreev(letter->answers);
    g_ptr_array_unref(letter->pieces);
    g_free(letter);
}

static GBytes *headers_of(GMimeMessage *message)
{
    char *text =
        message == NULL ? g_strdup("") : g_mime_object_get_headers(GMIME_OBJECT(message), NULL);
    return g_bytes_new_take(text, strlen(text));
}

static void add_piece(GPtrArray *pieces, GMimeObject *object)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);
    g_autofree char *name = g_mime_content_type_get_mime_type(type);
    struct mime_piece *piece = g_new0(struct mime_piece, 1);
    piece->type = g_ascii_strdown(name, -1);
    piece->charset = g_strdup(g_mime_content_type_get_parameter(type, "charset"));
    if (GMIME_IS_PART(object))
        piece->bytes = content_of(GMIME_PART(object));
    else if (GMIME_IS_MESSAGE_PART(object))
        piece->bytes = headers_of(g_mime_message_part_get_message(GMIME_MESSAGE_PART(object)));
    else
        piece->bytes = g_bytes_new_static("", 0);
    g_ptr_array_add(pieces, piece);
}

static bool take_pieces(GPtrArray *pieces, GMimeObject *object, int depth, GError **error)
{
    if (depth > MIME_DEPTH_MOST)
        return fault_raise(error, FAULT_DATA, "the mail has parts within parts without end");
    if (!GMIME_IS_MULTIPART(object)) {
        add_piece(pieces, object);
        return true;
    }
    for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(object)); i++)
        if (!take_pieces(pieces, g_mime_multipart_get_part(GMIME_MULTIPART(object), i), depth + 1,
                         error))
            return false;
    return true;
}

static char *valid_or_null(const char *text)
{
    return text == NULL ? NULL : g_utf8_make_valid(text, -1);
}

static GStrv answers_of(GMimeObject *message)
{
    static const char *const fields[] = {"In-Reply-To", "References"};
    g_autoptr(GPtrArray) ids = g_ptr_array_new();
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        const char *value = g_mime_object_get_header(message, fields[i]);
        GMimeReferences *named = value == NULL ? NULL : g_mime_references_parse(NULL, value);
        for (int j = 0; named != NULL && j < g_mime_references_length(named); j++)
            g_ptr_array_add(ids, valid_or_null(g_mime_references_get_message_id(named, j)));
        g_clear_pointer(&named, g_mime_references_free);
    }
    g_ptr_array_add(ids, NULL);
    return (GStrv)g_ptr_array_free(g_steal_pointer(&ids), FALSE);
}

/* The address of the first mailbox, also of one in a group. */
static char *first_address(InternetAddressList *list)
{
    for (int i = 0; list != NULL && i < internet_address_list_length(list); i++) {
        InternetAddress *one = internet_address_list_get_address(list, i);
        const char *address = INTERNET_ADDRESS_IS_MAILBOX(one)
                                  ? internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one))
                                  : NULL;
        g_autofree char *valid = valid_or_null(address);
        if (valid != NULL)
            return g_ascii_strdown(valid, -1);
    }
    return NULL;
}

/* What marks answers that nobody wrote: RFC 3834, section 5, and what was there before it. */
static bool is_automatic(GMimeObject *message, const char *from)
{
    static const struct {
        const char *field, *person; /* the beginning that means a person; NULL: none does */
    } marks[] = {{"Auto-Submitted", "no"},
                 {"X-Autoreply", "no"},
                 {"X-Autorespond", NULL},
                 {"X-Autoresponder", NULL},
                 {"Precedence", "list"}};
    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
        const char *value = g_mime_object_get_header(message, marks[i].field);
        while (value != NULL && g_ascii_isspace(*value))
            value++;
        if (value != NULL &&
            (marks[i].person == NULL ||
             g_ascii_strncasecmp(value, marks[i].person, strlen(marks[i].person)) != 0))
            return true;
    }
    const char *path = g_mime_object_get_header(message, "Return-Path");
    return (path != NULL && strstr(path, "<>") != NULL) ||
           (from != NULL &&
            (g_str_has_prefix(from, "mailer-daemon@") || g_str_has_prefix(from, "postmaster@")));
}

static struct mime_letter *read_letter(GMimeMessage *message, GError **error)
{
    GMimeObject *top = g_mime_message_get_mime_part(message);
    const char *subject = g_mime_message_get_subject(message);
    struct mime_letter *letter = g_new0(struct mime_letter, 1);
    letter->pieces = g_ptr_array_new_with_free_func(free_piece);
    letter->id = valid_or_null(g_mime_message_get_message_id(message));
    letter->from = first_address(g_mime_message_get_from(message));
    letter->subject = g_utf8_make_valid(subject == NULL ? "" : subject, -1);
    letter->answers = answers_of(GMIME_OBJECT(message));
    letter->automatic = is_automatic(GMIME_OBJECT(message), letter->from);
    if (top == NULL || take_pieces(letter->pieces, top, 0, error))
        return letter;
    mime_letter_free(letter);
    return NULL;
}

struct mime_letter *mime_letter_read(const char *bytes, gsize length, GError **error)
{
    const char *why = NULL;
    if (!check_bounds(bytes, length, error))
        return NULL;
    g_mime_init();
    GMimeMessage *message = mime_is_mail(bytes, length) ? parse(bytes, length, &why) : NULL;
    if (message == NULL) {
        fault_raise(error, FAULT_DATA, "this is no mail that can be read");
        return NULL;
    }
    struct mime_letter *letter = read_letter(message, error);
    g_object_unref(message);
    return letter;
}

char *mime_piece_text(const struct mime_piece *piece)
{
    gsize length = 0;
    const char *bytes = g_bytes_get_data(piece->bytes, &length);
    g_autofree char *converted = NULL;
    if (bytes == NULL)
        return g_strdup("");
    if (piece->charset != NULL && !g_utf8_validate(bytes, (gssize)length, NULL))
        converted = g_convert(bytes, (gssize)length, "UTF-8", piece->charset, NULL, &length, NULL);
    if (converted == NULL)
        length = g_bytes_get_size(piece->bytes);
    return g_utf8_make_valid(converted == NULL ? bytes : converted, (gssize)length);
}
