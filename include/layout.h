/* How a project's advisories look: the words of the heading, where lines are centred, the order of
 * the sections, and the paragraphs that many advisories share, by name. Pure.
 *
 * A layout is made of the files below templates/advisory/: layout.conf, paragraph/NAME.txt, and
 * deployment/PATCH-MITIGATION[.VARIANT].txt (text_grant's names), whose line that ends in
 * {{reason}} takes the reason. A wording that an advisory has used is not to be changed, for old
 * texts refer to it: give the new one a new name. */
#ifndef LAYOUT_H
#define LAYOUT_H

#include "text.h"

struct layout_wording {
    char *name;  /* "tip-of-branch", "deployment/permitted-members.one-patch" */
    GStrv lines; /* an empty one where a paragraph ends */
    guint count; /* of lines */
    int hole;    /* the line that ends in the reason, which is cut off here; -1: none */
    bool clause;
    enum text_grant patch, mitigation;
    char *variant; /* clauses; NULL: what new texts use */
};

struct layout {
    char *words;                       /* "Xen Security Advisory" */
    char *prefix;                      /* "XSA" */
    char *files;                       /* "xsa": how the names of an advisory's files begin */
    int heading_width, title_width;    /* 70, 71: what lines are centred in */
    int label_column;                  /* 23: where the patch table's labels begin at least */
    int prose_columns;                 /* 79: the most columns that prose may have */
    int fill_columns;                  /* 72: where a reason is wrapped */
    GStrv order;                       /* headings in their order */
    GStrv required;                    /* those that must be there */
    GStrv anywhere;                    /* patterns of headings with no fixed place: "NOTE *" */
    GStrv when_withdrawn;              /* the same, of withdrawn advisories only */
    char *updates;                     /* "UPDATES IN VERSION": the version follows */
    char *mitigation, *resolution;     /* the headings of these */
    char *deployment;                  /* "DEPLOYMENT DURING EMBARGO" */
    char *one_patch, *several_patches; /* the wordings that a resolution begins with */
    GStrv resolution_notes;            /* wordings before the patch table */
    GStrv deployment_notes;            /* wordings after the clause */
    char *withdrawn;                   /* the wording that says an advisory is withdrawn */
    GPtrArray *wordings;               /* struct layout_wording *, longest first */
};

struct layout *layout_new(void);
void layout_free(struct layout *layout);
typedef struct layout Layout;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Layout, layout_free)

/* Takes one file, by its path below templates/advisory/; a later one of the same name replaces it,
 * and a later layout.conf changes the keys that it has. FAULT_CONFIG names file and key. */
bool layout_add(struct layout *layout, const char *path, const char *bytes, GError **error);

/* Another prefix than layout.conf's; file names begin with it in small letters. */
void layout_set_prefix(struct layout *layout, const char *prefix);

/* FAULT_CONFIG: a key of layout.conf is missing, or names a wording that is not there. */
bool layout_check(const struct layout *layout, GError **error);

/* NULL when there is none. */
const struct layout_wording *layout_paragraph(const struct layout *layout, const char *name);
const struct layout_wording *layout_clause(const struct layout *layout, enum text_grant patch,
                                           enum text_grant mitigation, const char *variant);

/* Up to six digits, or a year and up to six: "480", "2026-01". */
bool layout_good_number(const char *number);
/* The number in what a person writes: "480", "XSA-480" with the prefix, whatever its case. Points
 * into `word`; FAULT_USAGE: it is none. */
const char *layout_read_number(const char *prefix, const char *word, GError **error);

/* "Xen Security Advisory CVE-2026-23554 / XSA-480", "XSA-480", "xsa480". Callers free. */
char *layout_heading(const struct layout *layout, const GPtrArray *cves, const char *number);
char *layout_id(const struct layout *layout, const char *number);
char *layout_stem(const struct layout *layout, const char *number);

/* Characters of UTF-8; bytes where it is not. */
int layout_width(const char *words);

/* The rules of centring, and the column of a table's labels (rows: struct text_row *). */
int layout_heading_indent(const struct layout *layout, int width);
int layout_version_indent(int heading_indent, int heading_width, int width);
int layout_title_indent(const struct layout *layout, int width);
int layout_label_column(const struct layout *layout, const GPtrArray *rows);

/* Empty lines before a row of the patch table; above is NULL for the first. */
int layout_row_gap(const struct text_row *above, const struct text_row *row);

/* Whether the text says that the advisory is withdrawn. */
bool layout_withdraws(const struct layout *layout, const struct text *text);

#endif
