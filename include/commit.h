/* A raw commit or tag object, taken apart: one pass over the header, nothing copied.
 * Format: git's gitformat-commit, Documentation/technical; headers may be missing or odd. */
#ifndef COMMIT_H
#define COMMIT_H

#include <glib.h>
#include <stdbool.h>

/* A run of bytes inside the object that was parsed; valid as long as that is. Not NUL-ended. */
struct slice {
    const char *bytes;
    gsize length;
};

struct stamp {
    struct slice name;    /* as written, blanks around it cut; may be empty */
    struct slice address; /* what stands between < and >; may be empty */
    gint64 time;          /* seconds UTC; 0 when unreadable */
    int zone;             /* minutes east of Greenwich */
};

struct commit {
    guint8 tree[20];
    const char *parents; /* parent_count object ids in hex, each 40 digits, 48 bytes apart */
    guint parent_count;
    struct stamp author;
    struct stamp committer;
    struct slice encoding; /* empty: UTF-8 */
    struct slice gpgsig;   /* the armoured signature with git's leading blanks; empty: none */
    struct slice message;  /* all after the header's blank line */
    bool odd; /* a header line was missing or unreadable; what could be read is there */
};

struct tag {
    guint8 target[20];
    struct slice target_type; /* "commit", "tag", ... */
    struct stamp tagger;      /* empty name and time 0 when there is none */
    struct slice message;     /* without the signature */
    struct slice signature;   /* from -----BEGIN on; empty: none */
};

#define COMMIT_PARENT_STRIDE 48 /* "parent " + 40 digits + line feed */

/* FAULT_DATA when there is no tree line or a parent line is broken: no commit can be made of it. */
bool commit_parse(const char *bytes, gsize length, struct commit *ret_commit, GError **error);
bool tag_parse(const char *bytes, gsize length, struct tag *ret_tag, GError **error);

/* Parent n's id; false when its digits are no hex. */
bool commit_parent(const struct commit *commit, guint n, guint8 ret_id[20]);

/* Git's %s: the first paragraph on one line. Caller frees. */
char *commit_subject(const struct slice *message);

/* 40 hex digits <-> 20 bytes. */
bool id_from_hex(const char *hex, guint8 ret_id[20]);
void id_to_hex(const guint8 id[20], char ret_hex[41]);

#endif
