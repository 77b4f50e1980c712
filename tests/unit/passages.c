#include "passages.h"

#include <string.h>

/* A site of two advisories, and one under embargo; the page of the first is made. */
static char one[] = "1", dated[] = "2026-01", three[] = "3";
static char id_of_one[] = "XSA-1", id_of_dated[] = "XSA-2026-01", id_of_three[] = "XSA-3";
static struct publication mine = {.number = one, .id = id_of_one};
static struct publication other = {.number = dated, .id = id_of_dated};
static struct publication secret = {.number = three, .id = id_of_three, .embargoed = true};

static json_t *blocks_of(const char *prose)
{
    g_autoptr(GPtrArray) publications = g_ptr_array_new();
    g_ptr_array_add(publications, &mine);
    g_ptr_array_add(publications, &other);
    g_ptr_array_add(publications, &secret);
    const struct site site = {.publications = publications};
    return passages_prose(&site, &mine, prose);
}

/* "p: words|", "k: " for lines that end where they end, "l: item; item|", "v: words|"; a link is
 * <words href>. */
static void print_runs(GString *out, const json_t *object)
{
    const json_t *runs = json_object_get(object, "runs");
    for (gsize i = 0; i < json_array_size(runs); i++) {
        const json_t *run = json_array_get(runs, i);
        const char *words = json_string_value(json_object_get(run, "words"));
        const char *href = json_string_value(json_object_get(run, "href"));
        if (href == NULL)
            g_string_append(out, words);
        else
            g_string_append_printf(out, "<%s %s>", words, href);
    }
}

static void print_block(GString *out, const json_t *block)
{
    const json_t *items = json_object_get(json_object_get(block, "list"), "items");
    bool kept = json_is_true(json_object_get(block, "kept"));
    if (json_is_object(json_object_get(block, "paragraph"))) {
        g_string_append(out, kept ? "k: " : "p: ");
        print_runs(out, json_object_get(block, "paragraph"));
    } else if (json_is_object(json_object_get(block, "verbatim"))) {
        g_string_append(out, "v: ");
        print_runs(out, json_object_get(block, "verbatim"));
    } else {
        g_string_append(out, "l: ");
        for (gsize i = 0; i < json_array_size(items); i++) {
            g_string_append(out, i > 0 ? "; " : "");
            print_runs(out, json_array_get(items, i));
            const json_t *more = json_object_get(json_array_get(items, i), "more");
            for (gsize j = 0; j < json_array_size(more); j++) {
                g_string_append(out, " + ");
                print_runs(out, json_array_get(more, j));
            }
        }
    }
    g_string_append_c(out, '|');
}

static void check(const char *prose, const char *expected)
{
    json_t *blocks = blocks_of(prose);
    g_autoptr(GString) out = g_string_new(NULL);
    for (gsize i = 0; i < json_array_size(blocks); i++)
        print_block(out, json_array_get(blocks, i));
    g_assert_cmpstr(out->str, ==, expected);
    json_decref(blocks);
}

static void prose_flows(void)
{
    check("", "");
    check("One.", "p: One.|");
    check("A paragraph of the usual width, which goes on in the next line\nand ends there.\n\n"
          "Another.",
          "p: A paragraph of the usual width, which goes on in the next line\nand ends there.|"
          "p: Another.|");
    check("\n\n\nOne.\n\n\n\nTwo.\n", "p: One.|p: Two.|");
}

static void short_lines_stay(void)
{
    check("There is no need to apply it.\nIf it was applied, leave it.",
          "k: There is no need to apply it.\nIf it was applied, leave it.|");
}

static void what_was_set_stays(void)
{
    check("Run this:\n  # frob --list\n    deeper\nand look.",
          "p: Run this:|v: # frob --list\n  deeper|p: and look.|");
    check("stable-4.15\t0565\nstable-4.16\td0e8", "v: stable-4.15     0565\nstable-4.16     d0e8|");
    check("caf\xc3\xa9\tx", "v: caf\xc3\xa9    x|");
}

static void lists_are_lists(void)
{
    check("Any of\n - one,\n   on two lines\n - two\n\n* three",
          "p: Any of|l: one,\non two lines; two|l: three|");
    check("-not a bullet\n-- nor this --", "k: -not a bullet\n-- nor this --|");
}

static void lists_go_on(void)
{
    check(" * one\n\n   and on\n   and on\n\n * two\n\n   # frob   --list\n\n * three",
          "l: one +    and on\n   and on; two|v: # frob   --list|l: three|");
    check("- one\n\n - other", "l: one|l: other|");
}

static void addresses_are_links(void)
{
    check("See https://a.example/b?c=1&d=2, or (http://e.example).",
          "p: See <https://a.example/b?c=1&d=2 https://a.example/b?c=1&d=2>, or "
          "(<http://e.example http://e.example>).|");
    check("https://a.example/x_(y)", "p: <https://a.example/x_(y) https://a.example/x_(y)>|");
    check("For more:\n  https://a.example/\n  https://b.example/",
          "p: For more:|k: <https://a.example/ https://a.example/>\n"
          "<https://b.example/ https://b.example/>|");
    check("javascript:alert(1) ftp://a.example", "p: javascript:alert(1) ftp://a.example|");
}

static void advisories_are_links(void)
{
    check("XSA-1, XSA-2026-01, XSA-20, XSA-3 and CVE-2026-01.",
          "p: XSA-1, <XSA-2026-01 advisory-2026-01.html>, XSA-20, XSA-3 and CVE-2026-01.|");
}

static void nothing_hidden_gets_through(void)
{
    check("a\x01"
          "b\xff"
          "c\xe2\x80\xae"
          "d",
          "p: a\xef\xbf\xbd"
          "b\xef\xbf\xbd"
          "c\xef\xbf\xbd"
          "d|");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/passages/prose", prose_flows);
    g_test_add_func("/passages/short", short_lines_stay);
    g_test_add_func("/passages/set", what_was_set_stays);
    g_test_add_func("/passages/lists", lists_are_lists);
    g_test_add_func("/passages/lists that go on", lists_go_on);
    g_test_add_func("/passages/addresses", addresses_are_links);
    g_test_add_func("/passages/advisories", advisories_are_links);
    g_test_add_func("/passages/hidden", nothing_hidden_gets_through);
    return g_test_run();
}
