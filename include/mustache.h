/* A Mustache template taken apart: what template.h renders. Pure. */
#ifndef MUSTACHE_H
#define MUSTACHE_H

#include <glib.h>
#include <stdbool.h>

enum {
    MUSTACHE_DEEPEST = 200, /* sections and partials in one another */
};

enum mustache_kind {
    MUSTACHE_TEXT,
    MUSTACHE_VARIABLE,
    MUSTACHE_SECTION,
    MUSTACHE_INVERTED,
    MUSTACHE_PARTIAL
};

struct mustache_node {
    enum mustache_kind kind;
    bool raw;         /* VARIABLE: not escaped */
    guint end;        /* the index after this node and, for sections, all it holds */
    const char *text; /* TEXT: the text; else where the tag stands, for messages */
    gsize length;
    const char *name;   /* of all but TEXT */
    const char *indent; /* PARTIAL: what stands before each of its lines */
};

/* The nodes in the order of the text, a section right before what it holds. */
struct mustache {
    const char *name; /* of the template or partial, borrowed; NULL: a template without one */
    char *text;
    GArray *nodes; /* struct mustache_node */
    GStringChunk *names;
};

/* Takes `text` over, also when it fails: FAULT_CONFIG, naming the line, for what is not closed, not
 * opened or not known. */
struct mustache *mustache_parse(const char *name, char *text, GError **error);
void mustache_free(struct mustache *mustache);
typedef struct mustache Mustache;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mustache, mustache_free)

const struct mustache_node *mustache_node(const struct mustache *mustache, guint index);

/* Raises FAULT_CONFIG with "head.html, line 3: " or "template, line 3: " before the sentence;
 * `at` points into the text. Returns false. */
bool mustache_complain(const struct mustache *mustache, const char *at, GError **error,
                       const char *format, ...) G_GNUC_PRINTF(4, 5);

#endif
