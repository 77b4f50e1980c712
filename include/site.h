/* The documents of a site, as those who make them hand them over; nothing is written here. */
#ifndef SITE_H
#define SITE_H

#include "home.h"
#include "publication.h"

#include <jansson.h>

struct site_document {
    char *path; /* below the site's folder: "csaf/white/2026/xsa-480.json" */
    GBytes *bytes;
    char *advisory; /* "480": it is about this one alone; NULL: about all */
    bool seal;      /* .asc, .sha256 and .sha512 of it lie beside it */
};
void site_document_free(gpointer pointer);

struct site {
    const struct home *home;
    const struct layout *layout;
    gint64 now;
    GPtrArray *publications; /* struct publication *, by number */
    GPtrArray *documents;    /* struct site_document *: what is to be there */
    json_t *report;          /* what `resolve --report` says of them, by table: docs/json.md */
    const char *previous;    /* the folder as it was published last; NULL: there is none */
    /* Who signs: the full fingerprint, in capitals, and the armoured public key; NULL: nobody. */
    const char *key_fingerprint;
    GBytes *public_key;
};

/* `bytes` is taken. */
void site_add(struct site *site, const char *path, GBytes *bytes, const char *advisory);
/* Indented by two, keys in the order they were set, a line feed at the end; `value` is taken. */
void site_add_json(struct site *site, const char *path, json_t *value, const char *advisory,
                   bool seal);
/* What was published under that path the last time, so that dates and revisions go on from there.
 * NULL: nothing, or nothing that can be read. The caller drops it. */
json_t *site_previous_json(const struct site *site, const char *path);

/* Those from there on: good paths (below.h) that nobody before has. FAULT_DATA names the one that
 * is not. Of several that are the same to the byte, the first stays. */
bool site_check(struct site *site, guint from, GError **error);

/* The makers. Each adds what it makes for one advisory, or for all of them at once; they read what
 * publications hold and nothing else. A publication under embargo only has the fields that say so.
 * FAULT_CONFIG: [publish] lacks what the format demands. */
typedef bool (*site_make_one)(struct site *site, const struct publication *publication,
                              GError **error);
typedef bool (*site_make_all)(struct site *site, GError **error);

bool originals_make(struct site *site, const struct publication *publication, GError **error);
/* cve/CVE-2026-23554.json, for each CVE; none when the home has no CVE organisation. */
bool cve_records_make(struct site *site, const struct publication *publication, GError **error);
/* osv/XSA-480.json */
bool osv_make(struct site *site, const struct publication *publication, GError **error);
/* advisory-N.html: after all whose documents it links. */
bool pages_make(struct site *site, const struct publication *publication, GError **error);
/* feed.atom, xsa.json, statistics.html; and index.html, which links them: last of all. */
bool atom_make(struct site *site, GError **error);
bool catalogue_make(struct site *site, GError **error);
bool statistics_make(struct site *site, GError **error);
bool overview_make(struct site *site, GError **error);

/* CSAF 2.0; nothing when [publish] lacks what it demands. */
bool csaf_make(struct site *site, const struct publication *publication, GError **error);
/* After all documents: what lets a reader find them. */
bool csaf_provider_make(struct site *site, GError **error);
/* The key of [publish] that CSAF cannot do without and that is not set; NULL: none. */
const char *csaf_lacks(const struct home *home);

#endif
