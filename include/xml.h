/* The one door to libxml2: writing well-formed markup, and reading HTML as it is found. */
#ifndef XML_H
#define XML_H

#include <glib.h>
#include <stdbool.h>

struct xml_writer;

struct xml_writer *xml_writer_new(void);
void xml_writer_free(struct xml_writer *writer);
typedef struct xml_writer XmlWriter;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(XmlWriter, xml_writer_free)

void xml_open(struct xml_writer *writer, const char *element);
/* Only right after xml_open or another attribute. */
void xml_attribute(struct xml_writer *writer, const char *name, const char *value);
/* printf's formats depend on the locale for %f: format real numbers with g_ascii_formatd first. */
void xml_attribute_format(struct xml_writer *writer, const char *name, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* Escaped; broken UTF-8 and characters that XML forbids become U+FFFD, in attributes as well. */
void xml_text(struct xml_writer *writer, const char *text);
void xml_close(struct xml_writer *writer);
/* <element>text</element> */
void xml_leaf(struct xml_writer *writer, const char *element, const char *text);
/* The markup without an XML declaration, in UTF-8; what is still open is closed. Caller frees; the
 * writer is spent. */
char *xml_finish(struct xml_writer *writer);

/* What a reader of HTML is told. `attributes` is NULL or name, value, name, value, ..., NULL; names
 * are in small letters, a value may be NULL. Text comes in pieces, references resolved. False stops
 * the reading; the error is then set. */
struct xml_events {
    bool (*open)(void *user, const char *element, const char *const *attributes, GError **error);
    bool (*close)(void *user, const char *element, GError **error);
    bool (*text)(void *user, const char *text, gsize length, GError **error);
};

/* Elements nested deeper are refused. */
#define XML_DEPTH_MOST 256

/* Any UTF-8 as HTML, however broken: elements that are not closed are closed where HTML says so.
 * Nothing is fetched, no entity is read from elsewhere. FAULT_DATA: nested too deep,
 * elements with thousands of attributes. */
bool xml_read_html(const char *html, gsize length, const struct xml_events *events, void *user,
                   GError **error);
/* NULL when it is not there. */
const char *xml_find_attribute(const char *const *attributes, const char *name);

#endif
