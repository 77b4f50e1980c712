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
void xml_attribute_format(struct xml_writer *writer, const char *name, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
void xml_text(struct xml_writer *writer, const char *text); /* escaped; broken UTF-8 is replaced */
void xml_close(struct xml_writer *writer);
/* <element>text</element> */
void xml_leaf(struct xml_writer *writer, const char *element, const char *text);
/* The markup without an XML declaration; caller frees; the writer is spent. */
char *xml_finish(struct xml_writer *writer);

#endif
