#include "xml.h"

#include "fault.h"

#include <libxml/HTMLparser.h>
#include <libxml/xmlwriter.h>
#include <string.h>

struct xml_writer {
    xmlBufferPtr buffer;
    xmlTextWriterPtr writer;
    bool failed; /* memory only: what is written cannot be wrong otherwise */
};

struct xml_writer *xml_writer_new(void)
{
    struct xml_writer *writer = g_new0(struct xml_writer, 1);
    writer->buffer = xmlBufferCreate();
    writer->writer = writer->buffer ? xmlNewTextWriterMemory(writer->buffer, 0) : NULL;
    if (writer->writer == NULL)
        g_error("no memory for an XML writer");
    return writer;
}

void xml_writer_free(struct xml_writer *writer)
{
    if (writer == NULL)
        return;
    xmlFreeTextWriter(writer->writer);
    xmlBufferFree(writer->buffer);
    g_free(writer);
}

/* libxml2's BAD_CAST drops const. */
static const xmlChar *u8(const char *text)
{
    return (const xmlChar *)text;
}

static void done(struct xml_writer *writer, int result)
{
    writer->failed |= result < 0;
}

/* The characters XML 1.0 knows (section 2.2); the others cannot even be written as references. */
static bool allowed(gunichar c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xfffe) || c >= 0x10000;
}

/* Escaped for text and attributes alike. libxml2's own escaping of attributes would turn every
 * letter beyond ASCII into a number. */
static char *escaped(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autoptr(GString) clean = g_string_sized_new(64);
    for (const char *at = valid; *at != '\0'; at = g_utf8_find_next_char(at, NULL)) {
        gunichar c = g_utf8_get_char(at);
        g_string_append_unichar(clean, allowed(c) ? c : 0xfffd);
    }
    xmlChar *special = xmlEncodeSpecialChars(NULL, u8(clean->str));
    char *result = g_strdup((const char *)special);
    xmlFree(special);
    return result;
}

void xml_open(struct xml_writer *writer, const char *element)
{
    done(writer, xmlTextWriterStartElement(writer->writer, u8(element)));
}

void xml_attribute(struct xml_writer *writer, const char *name, const char *value)
{
    g_autofree char *raw = escaped(value);
    done(writer, xmlTextWriterStartAttribute(writer->writer, u8(name)));
    done(writer, xmlTextWriterWriteRaw(writer->writer, u8(raw)));
    done(writer, xmlTextWriterEndAttribute(writer->writer));
}

void xml_attribute_format(struct xml_writer *writer, const char *name, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *value = g_strdup_vprintf(format, args);
    va_end(args);
    xml_attribute(writer, name, value);
}

void xml_text(struct xml_writer *writer, const char *text)
{
    g_autofree char *raw = escaped(text);
    done(writer, xmlTextWriterWriteRaw(writer->writer, u8(raw)));
}

void xml_close(struct xml_writer *writer)
{
    done(writer, xmlTextWriterEndElement(writer->writer));
}

void xml_leaf(struct xml_writer *writer, const char *element, const char *text)
{
    xml_open(writer, element);
    xml_text(writer, text);
    xml_close(writer);
}

char *xml_finish(struct xml_writer *writer)
{
    done(writer, xmlTextWriterEndDocument(writer->writer));
    done(writer, xmlTextWriterFlush(writer->writer));
    g_return_val_if_fail(!writer->failed, NULL);
    /* EndDocument ends the last line; what embeds the markup decides about lines. */
    return g_strchomp(g_strdup((const char *)xmlBufferContent(writer->buffer)));
}

/* --- reading --- */

#define PIECE 4096 /* bytes that the parser is given at once */

struct reader {
    htmlParserCtxtPtr parser;
    const struct xml_events *events;
    void *user;
    guint depth;
    GError *error;
    bool stopped;
};

static void stop(struct reader *reader)
{
    reader->stopped = true;
    xmlStopParser(reader->parser);
}

static void on_open(void *data, const xmlChar *name, const xmlChar **attributes)
{
    struct reader *reader = data;
    if (reader->stopped)
        return;
    bool fine = ++reader->depth <= XML_DEPTH_MOST;
    if (!fine)
        fault_raise(&reader->error, FAULT_DATA,
                    "elements are nested more than %d deep: this is no page for people",
                    XML_DEPTH_MOST);
    else
        fine = reader->events->open(reader->user, (const char *)name,
                                    (const char *const *)attributes, &reader->error);
    if (!fine)
        stop(reader);
}

static void on_close(void *data, const xmlChar *name)
{
    struct reader *reader = data;
    reader->depth -= reader->depth > 0;
    if (!reader->stopped &&
        !reader->events->close(reader->user, (const char *)name, &reader->error))
        stop(reader);
}

static void on_text(void *data, const xmlChar *text, int length)
{
    struct reader *reader = data;
    if (!reader->stopped && length > 0 &&
        !reader->events->text(reader->user, (const char *)text, (gsize)length, &reader->error))
        stop(reader);
}

#define COST_MOST 1e9

/* libxml2 compares each attribute of a tag with all others of it. What may be one is counted,
 * blanks in front of it, wherever they stand: a page is refused only if reading it would take
 * seconds. */
static bool is_costly(const char *html, gsize length)
{
    double cost = 0, blanks = 0;
    bool tag = false;
    for (gsize i = 0; i < length; i++) {
        if (!tag && html[i] == '<' && i + 1 < length && g_ascii_isalpha(html[i + 1])) {
            tag = true;
            blanks = 0;
        }
        blanks += tag && (g_ascii_isspace(html[i]) || strchr("\"'/", html[i]) != NULL);
        if (tag && (html[i] == '>' || i + 1 == length)) {
            tag = false;
            cost += blanks * blanks;
        }
    }
    return cost > COST_MOST;
}

bool xml_read_html(const char *html, gsize length, const struct xml_events *events, void *user,
                   GError **error)
{
    htmlSAXHandler handler = {.startElement = on_open,
                              .endElement = on_close,
                              .characters = on_text,
                              .ignorableWhitespace = on_text};
    struct reader reader = {.events = events, .user = user};
    if (is_costly(html, length))
        return fault_raise(error, FAULT_DATA,
                           "an element has thousands of attributes: this is no page for people");
    reader.parser =
        htmlCreatePushParserCtxt(&handler, &reader, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
    if (reader.parser == NULL)
        g_error("no memory for an HTML reader");
    htmlCtxtUseOptions(reader.parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
                                          HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                                          HTML_PARSE_IGNORE_ENC);
    for (gsize at = 0; at < length && !reader.stopped; at += PIECE)
        htmlParseChunk(reader.parser, html + at, (int)MIN(PIECE, length - at), 0);
    if (!reader.stopped)
        htmlParseChunk(reader.parser, NULL, 0, 1);
    htmlFreeParserCtxt(reader.parser);
    if (reader.error == NULL)
        return true;
    g_propagate_error(error, reader.error);
    return false;
}

const char *xml_find_attribute(const char *const *attributes, const char *name)
{
    for (; attributes != NULL && *attributes != NULL; attributes += 2)
        if (strcmp(*attributes, name) == 0)
            return attributes[1];
    return NULL;
}
