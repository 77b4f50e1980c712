/* The text of an advisory as a model: what a row of a table can hold, and nothing else. Pure.
 *
 * A text is read into the model and written from it again, byte for byte, up to what a
 * clearsignature does not cover: blanks at the ends of lines, and how lines end. That holds for
 * every text that can be read. What the rules of a layout (layout.h) give is not kept: the heading,
 * the version line, underlines, centring, the paragraphs that every advisory has, the commands
 * around the sums. A number that a rule gives is TEXT_BY_RULE; texts that were set by hand keep
 * theirs. What is not recognised stays a paragraph, line for line.
 *
 * Texts are bytes in any encoding without NUL, expected to be UTF-8 (lint says where they are not).
 * Sentences of errors never quote them: they are embargoed. */
#ifndef TEXT_H
#define TEXT_H

#include <glib.h>
#include <stdbool.h>

#define TEXT_BY_RULE (-1)

/* Bytes; the longest real advisory has less than a hundredth of it. */
#define TEXT_LENGTH_MAX 1048576

struct layout;

/* What members may do with the patches, or with the mitigations, before the public does. */
enum text_grant {
    TEXT_UNSAID,    /* there is none of the kind, or nothing is said about it */
    TEXT_PERMITTED, /* everywhere */
    TEXT_MEMBERS,   /* only where members alone administer and use the systems */
    TEXT_FORBIDDEN, /* nowhere */
    TEXT_GRANTS
};

/* "permitted", as in the names of templates and in record.conf; and back, FAULT_DATA. */
const char *text_grant_name(enum text_grant grant);
bool text_grant_parse(const char *name, enum text_grant *ret_grant, GError **error);

/* One row of the patch table. */
enum text_row_kind {
    TEXT_ROW_PATCH,    /* a file name or a glob, and what it is for */
    TEXT_ROW_SUBLABEL, /* "For xen.git oxenstored:", on a line of its own, for the rows below */
    TEXT_ROW_MORE,     /* the label above goes on */
};

struct text_row {
    enum text_row_kind kind;
    int gap;       /* empty lines before; by rule 1 at a sub-label and after it, else 0 */
    char *name;    /* PATCH only, else NULL */
    int column;    /* where the label begins, from 0; by rule the same in the whole table */
    char *label;   /* "xen-unstable - Xen 4.17.x"; "" when there is none */
    unsigned line; /* where it was read, from 1; 0 when it was not read */
};

/* One line of the sums, and any file whose sum is known. */
struct text_sum {
    char *digest; /* 64 lower-case hexadecimal digits */
    char *name;
    unsigned line;
};

enum text_block_kind {
    TEXT_PARAGRAPH, /* words */
    TEXT_STANDARD,  /* a wording of the layout, by its name */
    TEXT_CLAUSE,    /* what is permitted during the embargo: patch, mitigation, wording, words */
    TEXT_TABLE,     /* rows */
    TEXT_SUMS,      /* sums */
};

struct text_block {
    enum text_block_kind kind;
    int gap;         /* empty lines before; by rule 1 */
    char *words;     /* PARAGRAPH: its lines; CLAUSE: the reason, NULL where none is asked for;
                        SUMS: what the command was asked for, NULL by rule ("xsa480*") */
    char *wording;   /* STANDARD: its name; CLAUSE: its variant, NULL for today's */
    bool open;       /* SUMS: no prompt follows them */
    GPtrArray *rows; /* TABLE: struct text_row *, else NULL */
    GPtrArray *sums; /* SUMS: struct text_sum *, else NULL */
    enum text_grant patch, mitigation; /* CLAUSE */
    unsigned line;
};

enum text_section_kind {
    TEXT_BANNER,  /* what stands before the heading, such as a mark of the embargo */
    TEXT_LEAD,    /* between the title and the first section */
    TEXT_SECTION, /* any heading */
    TEXT_UPDATES, /* "UPDATES IN VERSION n", n being the text's own version */
};

struct text_section {
    enum text_section_kind kind;
    char *heading;     /* SECTION only, else NULL */
    int gap;           /* empty lines before the heading; by rule 1 */
    int underline;     /* how many =; by rule as many as the heading has characters */
    GPtrArray *blocks; /* struct text_block * */
    unsigned line;
};

struct text_title_line {
    int indent;
    char *words;
};

struct text {
    char *number;    /* "480", "2026-01"; NULL: a draft, which has no head, only sections */
    GPtrArray *cves; /* char *, as written, in their order */
    int heading_gap, heading_indent;
    unsigned version; /* 0: no version line */
    int version_gap, version_indent;
    int title_gap;
    GPtrArray *title;    /* struct text_title_line *; nearly always one */
    GPtrArray *sections; /* struct text_section * */
    int end_gap;         /* empty lines at the end; by rule 0 */
    unsigned heading_line, version_line, title_line;
};

/* Makers. What is left out is by rule, or empty; strings are copied; the parent owns what is added
 * to it, and the functions that add return it borrowed. */
struct text *text_new(void);
void text_free(struct text *text);
typedef struct text Text;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Text, text_free)

void text_add_title(struct text *text, const char *words);
struct text_section *text_section_new(enum text_section_kind kind, const char *heading);
struct text_section *text_add_section(struct text *text, enum text_section_kind kind,
                                      const char *heading);
struct text_block *text_block_new(enum text_block_kind kind);
struct text_block *text_add_block(struct text_section *section, enum text_block_kind kind);
struct text_block *text_add_paragraph(struct text_section *section, const char *words);
struct text_row *text_add_row(struct text_block *table, enum text_row_kind kind, const char *name,
                              const char *label);
struct text_sum *text_add_sum(struct text_block *sums, const char *digest, const char *name);
struct text_block *text_block_copy(const struct text_block *block);

/* The title on one line; caller frees. */
char *text_title(const struct text *text);

/* The first section of that heading, or NULL; the updates when heading is NULL. */
const struct text_section *text_find_section(const struct text *text, const char *heading);

/* The order of names in the sums: bytes, with the ending ".patch" set aside, so that xsa494.patch
 * comes before xsa494-4.17.patch. */
int text_name_order(const char *left, const char *right);

enum text_form {
    TEXT_WHOLE, /* with the heading, as it is signed */
    TEXT_DRAFT, /* sections alone */
};

/* Reads a text. FAULT_DATA: longer than TEXT_LENGTH_MAX, a NUL in it, no heading of the layout. */
struct text *text_parse(const char *bytes, gsize length, enum text_form form,
                        const struct layout *layout, GError **error);

/* Writes it: every line ends in a line feed. FAULT_CONFIG: the layout lacks a wording that the text
 * names. Caller frees. */
char *text_render(const struct text *text, const struct layout *layout, GError **error);

#endif
