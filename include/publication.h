/* All that the public may know of one advisory: what every published document is made from. Nothing
 * else of the record reaches src/publish.
 *
 * It is opened with the gate's leave: version by version the gate says whether its text and files
 * are the public's. What the gate has let out before, or was public before it came here, goes again
 * without another row of the ledger. */
#ifndef PUBLICATION_H
#define PUBLICATION_H

#include "desk.h"
#include "embargo.h"
#include "layout.h"
#include "policy.h"
#include "record.h"
#include "resolve.h"

struct publication_file {
    char *name;   /* "xsa480.patch"; may hold a folder */
    char *sha256; /* 64 lower-case hexadecimal digits */
    char *label; /* what the patch table says it is for: "xen-unstable - Xen 4.17.x"; "": nothing */
    GBytes *bytes; /* NULL: the text has its sum, the record not its bytes */
    bool patch;
};

/* One that the public has. */
struct publication_version {
    guint number;          /* 1 where the text says none */
    gint64 time;           /* when it was let out, else when it was signed; seconds UTC */
    char *title;           /* UTF-8, one line, as all that follows */
    char *changes;         /* what is new in it: paragraphs parted by empty lines; "" */
    GBytes *text;          /* clearsigned, to the byte */
    GPtrArray *files;      /* struct publication_file *, in the order of the sums */
    struct permit *permit; /* for the text (name "") and the files that are there */
};

/* One that only members had: that there was one may be told once the advisory is public. */
struct publication_step {
    guint number;
    gint64 time;
    bool public;
};

struct publication {
    char *number; /* "480" */
    char *id;     /* "XSA-480" */
    char *stem;   /* "xsa480" */
    /* Of one under embargo only these, and of them only what its policies let the public see. */
    bool embargoed;
    gint64 planned_at; /* POLICY_UNKNOWN: not known, or not to be told */

    bool withdrawn;
    bool documents;     /* its patches write the problem down, and fix nothing (casefile.h) */
    gint64 public_at;   /* POLICY_UNKNOWN: it was imported, and its texts do not say since when */
    gint64 public_by;   /* the same, or when the first public text here was signed */
    char *title;        /* the newest version's */
    GPtrArray *cves;    /* char *, in the order of the heading; may be empty */
    GPtrArray *credits; /* char *: "Ada of Example" */
    /* struct publication_version *, by number; the newest is the last. Of imported ones not those
     * before the one that says "public release": they were for members. */
    GPtrArray *versions;
    GPtrArray *steps;  /* struct publication_step *: all versions, public or not, by number */
    struct text *text; /* the newest version's, as a model */
    const struct layout *layout; /* borrowed */
    GPtrArray *places; /* struct resolve_place *: where fixes of it were found; may be empty */
};
void publication_free(struct publication *publication);
typedef struct publication Publication;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Publication, publication_free)

struct publication_given {
    struct desk *desk;
    const struct layout *layout;
    const GPtrArray *policies; /* struct policy *: all that are known */
    bool release;              /* ask the gate for the newest version too, when it never went out */
    const char *who;           /* as in embargo.h, and what follows */
    gint64 now, newest_commit;
    bool clock_confirmed;
};

/* *ret_publication: NULL when there is nothing that the public may know. Caller frees. The ledger
 * is taken as it is: ledger_verify comes before. FAULT_PERMISSION: `release`, and the gate refuses.
 * FAULT_CONFIG: a text is no longer what was signed. FAULT_DATA: its signed bytes were
 * changed; or it was public and is withdrawn, and no version says so yet. */
bool publication_open(const struct publication_given *given, const struct record_advisory *advisory,
                      struct publication **ret_publication, GError **error);

const struct publication_version *publication_newest(const struct publication *publication);

/* Prose of a section of the newest text, as it stands there: paragraphs parted by empty lines, the
 * patch table and the sums left out. "" where there is no such section. Caller frees. */
char *publication_prose(const struct publication *publication, const char *heading);

/* The headings of the newest text, in their order, without the updates: char *, borrowed from the
 * publication; the caller unrefs the array. */
GPtrArray *publication_headings(const struct publication *publication);

#endif
