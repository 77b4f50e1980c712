/* The one door to libxml2: writing well-formed markup. (Reading HTML comes with what needs it.) */
#ifndef XML_H
#define XML_H

#include <glib.h>

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

#endif
