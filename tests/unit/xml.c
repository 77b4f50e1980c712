#include "xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

/* libxml2's BAD_CAST drops const. */
static const xmlChar *u8(const char *text)
{
    return (const xmlChar *)text;
}

static void elements_and_attributes(void)
{
    g_autoptr(XmlWriter) writer = xml_writer_new();
    xml_open(writer, "svg");
    xml_attribute(writer, "class", "a");
    xml_attribute_format(writer, "width", "%d%s", 12, "px");
    xml_open(writer, "g");
    xml_close(writer);
    xml_leaf(writer, "text", "one");
    xml_text(writer, "two");
    xml_close(writer);
    g_autofree char *markup = xml_finish(writer);
    g_assert_cmpstr(markup, ==, "<svg class=\"a\" width=\"12px\"><g/><text>one</text>two</svg>");
}

static void everything_is_escaped(void)
{
    g_autoptr(XmlWriter) writer = xml_writer_new();
    xml_open(writer, "a");
    xml_attribute(writer, "b", "<&>\"' R\xc3\xa9mi \xe5\xb1\xb1");
    xml_text(writer, "<&>\"' R\xc3\xa9mi ]]>");
    xml_close(writer);
    g_autofree char *markup = xml_finish(writer);
    g_assert_cmpstr(markup, ==,
                    "<a b=\"&lt;&amp;&gt;&quot;' R\xc3\xa9mi \xe5\xb1\xb1\">"
                    "&lt;&amp;&gt;&quot;' R\xc3\xa9mi ]]&gt;</a>");
}

static void what_xml_forbids_is_replaced(void)
{
    g_autoptr(XmlWriter) writer = xml_writer_new();
    xml_open(writer, "a");
    xml_attribute(writer, "b", "\xff\x01");
    xml_text(writer, "\x1b[0m\t\xef\xbf\xbe\xed\xa0\x80\n");
    xml_close(writer);
    g_autofree char *markup = xml_finish(writer);
    xmlDocPtr document = xmlReadDoc(u8(markup), NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR);
    g_assert_nonnull(document);
    xmlChar *text = xmlNodeGetContent(xmlDocGetRootElement(document));
    xmlChar *attribute = xmlGetProp(xmlDocGetRootElement(document), u8("b"));
    g_assert_true(g_str_has_prefix((const char *)text, "\xef\xbf\xbd[0m\t\xef\xbf\xbd"));
    g_assert_cmpstr((const char *)attribute, ==, "\xef\xbf\xbd\xef\xbf\xbd");
    xmlFree(text);
    xmlFree(attribute);
    xmlFreeDoc(document);
}

static void what_is_open_is_closed(void)
{
    g_autoptr(XmlWriter) writer = xml_writer_new();
    xml_open(writer, "a");
    xml_open(writer, "b");
    xml_attribute(writer, "c", "");
    g_autofree char *markup = xml_finish(writer);
    g_assert_cmpstr(markup, ==, "<a><b c=\"\"/></a>");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/elements", elements_and_attributes);
    g_test_add_func("/xml/escaped", everything_is_escaped);
    g_test_add_func("/xml/forbidden", what_xml_forbids_is_replaced);
    g_test_add_func("/xml/closed", what_is_open_is_closed);
    int result = g_test_run();
    xmlCleanupParser();
    return result;
}
