#include "mail.h"

#include "fault.h"

#include <gmime/gmime.h>
#include <string.h>

#define DISPOSITION_INLINE "inline"

enum { LONGEST_ADDRESS = 320, LONGEST_LINE = 998 };

static void start_gmime(void)
{
    static gsize started;
    if (g_once_init_enter(&started)) {
        g_mime_init();
        g_once_init_leave(&started, 1);
    }
}

/* --- what may be in a head --- */

/* "=?" would begin what a reader decodes (RFC 2047), line ends included. */
static bool is_line(const char *text)
{
    for (const char *at = text; *at != '\0'; at++)
        if (g_ascii_iscntrl(*at))
            return false;
    return g_utf8_validate(text, -1, NULL) && strstr(text, "=?") == NULL;
}

static bool is_address(const char *text)
{
    gsize length = strcspn(text, "<>()[]\\;: \t\r\n\",");
    for (gsize i = 0; i < length; i++)
        if ((guchar)text[i] >= 0x7f || g_ascii_iscntrl(text[i]))
            return false;
    const char *at = strchr(text, '@');
    return text[length] == '\0' && length <= LONGEST_ADDRESS && at != NULL && at != text &&
           at[1] != '\0';
}

static bool are_addresses(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);
    for (char **part = parts; *part != NULL; part++)
        if (!is_address(g_strstrip(*part)))
            return false;
    return parts[0] != NULL;
}

static bool check_head(const struct mail_head *head, GError **error)
{
    const struct {
        bool good;
        const char *what;
    } checks[] = {
        {is_address(head->from), "the sender's address is none"},
        {is_line(head->to) && are_addresses(head->to), "a recipient's address is none"},
        {head->from_name == NULL || is_line(head->from_name), "the sender's name is no plain line"},
        {is_line(head->subject), "the subject is no plain line"},
        {is_address(head->id), "the Message-ID is none"},
        {head->answers == NULL || is_address(head->answers),
         "the Message-ID of what is answered is none"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++)
        if (!checks[i].good)
            return fault_raise(error, FAULT_DATA, "%s: no mail is made", checks[i].what);
    return true;
}

/* Folders are what some projects have in their names; none leads out of where it is saved. */
bool mail_good_file_name(const char *name)
{
    gsize length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789._+-/");
    g_auto(GStrv) steps = g_strsplit(name, "/", -1);
    for (char **step = steps; *step != NULL; step++)
        if (**step == '\0' || g_str_equal(*step, ".") || g_str_equal(*step, ".."))
            return false;
    return name[length] == '\0' && length > 0 && length <= 200;
}

static bool check_content(const struct mail_content *content, GError **error)
{
    if (!g_utf8_validate(content->text, -1, NULL) ||
        (content->words != NULL && !g_utf8_validate(content->words, -1, NULL)))
        return fault_raise(error, FAULT_DATA, "the text is not UTF-8: no mail is made");
    for (guint i = 0; i < content->count; i++)
        if (!mail_good_file_name(content->files[i].name))
            return fault_raise(error, FAULT_DATA,
                               "the name of file %u cannot be in a mail: letters, digits, . _ + -",
                               i + 1);
    return true;
}

/* --- parts --- */

/* Made of the Message-ID: another mail has another, and no text holds it by chance. */
static char *boundary_of(const struct mail_head *head, const char *what)
{
    g_autofree char *seed = g_strdup_printf("%s %s", what, head->id);
    g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, seed, -1);
    return g_strdup_printf("=_%.40s", sum);
}

static bool is_plain(const char *text)
{
    gsize line = 0;
    for (; *text != '\0'; text++) {
        line = *text == '\n' ? 0 : line + 1;
        if ((guchar)*text >= 0x7f || *text == '\r' || line > 900)
            return false;
    }
    return true;
}

static void fill(GMimePart *part, const void *bytes, gsize length, GMimeContentEncoding encoding)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, length);
    GMimeDataWrapper *content =
        g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
    g_mime_part_set_content(part, content);
    g_mime_part_set_content_encoding(part, encoding);
    g_object_unref(content);
    g_object_unref(stream);
}

static GMimeObject *text_part(const char *text)
{
    GMimePart *part = g_mime_part_new_with_type("text", "plain");
    bool plain = is_plain(text);
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset",
                                             plain ? "us-ascii" : "utf-8");
    g_mime_object_set_disposition(GMIME_OBJECT(part), DISPOSITION_INLINE);
    fill(part, text, strlen(text),
         plain ? GMIME_CONTENT_ENCODING_7BIT : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    return GMIME_OBJECT(part);
}

static GMimeObject *file_part(const struct mail_file *file)
{
    GMimePart *part = g_mime_part_new_with_type("application", "octet-stream");
    gsize length = 0;
    const void *bytes = g_bytes_get_data(file->bytes, &length);
    g_mime_object_set_disposition(GMIME_OBJECT(part), GMIME_DISPOSITION_ATTACHMENT);
    g_mime_part_set_filename(part, file->name);
    fill(part, bytes == NULL ? "" : bytes, length, GMIME_CONTENT_ENCODING_BASE64);
    return GMIME_OBJECT(part);
}

static void take_part(GMimeMultipart *parts, GMimeObject *part)
{
    g_mime_multipart_add(parts, part);
    g_object_unref(part);
}

static GMimeMultipart *content_of(const struct mail_head *head, const struct mail_content *content)
{
    GMimeMultipart *parts = g_mime_multipart_new_with_subtype("mixed");
    g_autofree char *boundary = boundary_of(head, "content");
    g_mime_multipart_set_boundary(parts, boundary);
    if (content->words != NULL)
        take_part(parts, text_part(content->words));
    take_part(parts, text_part(content->text));
    for (guint i = 0; i < content->count; i++)
        take_part(parts, file_part(&content->files[i]));
    return parts;
}

/* --- wholes --- */

/* With the charset said, or GMime would take the smallest that does. */
static void add_sender(GMimeMessage *message, const struct mail_head *head)
{
    InternetAddress *sender = internet_address_mailbox_new(head->from_name, head->from);
    internet_address_set_charset(sender, "utf-8");
    internet_address_list_add(g_mime_message_get_from(message), sender);
    g_object_unref(sender);
}

static GMimeMessage *message_of(const struct mail_head *head)
{
    GMimeMessage *message = g_mime_message_new(TRUE);
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(head->date);
    g_auto(GStrv) to = g_strsplit(head->to, ",", -1);
    add_sender(message, head);
    for (char **address = to; *address != NULL; address++)
        g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, NULL, g_strstrip(*address));
    g_mime_message_set_subject(message, head->subject, "utf-8");
    g_mime_message_set_date(message, date);
    g_mime_message_set_message_id(message, head->id);
    if (head->answers != NULL) {
        g_autofree char *answers = g_strdup_printf("<%s>", head->answers);
        g_mime_object_set_header(GMIME_OBJECT(message), "In-Reply-To", answers, "utf-8");
        g_mime_object_set_header(GMIME_OBJECT(message), "References", answers, "utf-8");
    }
    return message;
}

static GBytes *bytes_of(GMimeObject *object)
{
    GMimeFormatOptions *options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    GMimeStream *stream = g_mime_stream_mem_new();
    g_mime_object_write_to_stream(object, options, stream);
    GByteArray *array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    GBytes *bytes = g_bytes_new(array->data, array->len);
    g_object_unref(stream);
    g_mime_format_options_free(options);
    return bytes;
}

/* A word of that length cannot be folded. */
static bool check_lines(GBytes *mail, GError **error)
{
    gsize length = 0, line = 0;
    const char *bytes = g_bytes_get_data(mail, &length);
    for (gsize i = 0; i < length; i++) {
        line = bytes[i] == '\n' || bytes[i] == '\r' ? 0 : line + 1;
        if (line > LONGEST_LINE)
            return fault_raise(error, FAULT_DATA,
                               "a word of its subject or a name is too long for a mail's head: no "
                               "mail is made");
    }
    return true;
}

static GBytes *finish(const struct mail_head *head, GMimeMultipart *parts, GError **error)
{
    GMimeMessage *message = message_of(head);
    g_mime_message_set_mime_part(message, GMIME_OBJECT(parts));
    g_object_unref(parts);
    g_autoptr(GBytes) bytes = bytes_of(GMIME_OBJECT(message));
    g_object_unref(message);
    return check_lines(bytes, error) ? g_steal_pointer(&bytes) : NULL;
}

GBytes *mail_write(const struct mail_head *head, const struct mail_content *content, GError **error)
{
    start_gmime();
    if (!check_head(head, error) || !check_content(content, error))
        return NULL;
    return finish(head, content_of(head, content), error);
}

/* The header fields of what is encrypted are those that a reader shows in place of the outer ones
 * (RFC 9788, and "protected-headers" as mail programs had it before). */
GBytes *mail_write_inner(const struct mail_head *head, const struct mail_content *content,
                         GError **error)
{
    start_gmime();
    if (!check_head(head, error) || !check_content(content, error))
        return NULL;
    GMimeMultipart *parts = content_of(head, content);
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(parts), "protected-headers", "v1");
    return finish(head, parts, error);
}

GBytes *mail_write_sealed(const struct mail_head *head, const char *armoured, gsize length,
                          GError **error)
{
    static const char version[] = "Version: 1\n";
    start_gmime();
    if (!check_head(head, error))
        return NULL;
    GMimeMultipart *parts = g_mime_multipart_new_with_subtype("encrypted");
    g_autofree char *boundary = boundary_of(head, "sealed");
    g_mime_multipart_set_boundary(parts, boundary);
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(parts), "protocol",
                                             "application/pgp-encrypted");
    GMimePart *control = g_mime_part_new_with_type("application", "pgp-encrypted");
    fill(control, version, sizeof version - 1, GMIME_CONTENT_ENCODING_7BIT);
    take_part(parts, GMIME_OBJECT(control));
    GMimePart *content = g_mime_part_new_with_type("application", "octet-stream");
    g_mime_object_set_disposition(GMIME_OBJECT(content), DISPOSITION_INLINE);
    g_mime_part_set_filename(content, "encrypted.asc");
    fill(content, armoured, length, GMIME_CONTENT_ENCODING_7BIT);
    take_part(parts, GMIME_OBJECT(content));
    return finish(head, parts, error);
}
