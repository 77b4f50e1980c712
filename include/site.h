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
    gint64 now;
    GPtrArray *publications; /* struct publication *, by number */
    GPtrArray *documents;    /* struct site_document *: what is to be there */
    const char *previous;    /* the folder as it was published last; NULL: there is none */
    GBytes *public_key;      /* armoured: of [publish] signing-key; NULL: there is none */
};

/* `bytes` is taken. */
void site_add(struct site *site, const char *path, GBytes *bytes, const char *advisory);
/* Indented by two, keys in the order they were set, a line feed at the end; `value` is taken. */
void site_add_json(struct site *site, const char *path, json_t *value, const char *advisory,
                   bool seal);
/* What was published under that path the last time, so that dates and revisions go on from there.
 * NULL: nothing, or nothing that can be read. The caller drops it. */
json_t *site_previous_json(const struct site *site, const char *path);

/* The makers. Each adds what it makes for one advisory, or for all of them at once; they read what
 * publications hold and nothing else. A publication under embargo only has the fields that say so.
 * FAULT_CONFIG: [publish] lacks what the format demands. */
typedef bool (*site_make_one)(struct site *site, const struct publication *publication,
                              GError **error);
typedef bool (*site_make_all)(struct site *site, GError **error);

bool originals_make(struct site *site, const struct publication *publication, GError **error);

/* CSAF 2.0; nothing when [publish] lacks what it demands. */
bool csaf_make(struct site *site, const struct publication *publication, GError **error);
/* After all documents: what lets a reader find them. */
bool csaf_provider_make(struct site *site, GError **error);
/* The key of [publish] that CSAF cannot do without and that is not set; NULL: none. */
const char *csaf_lacks(const struct home *home);

#endif
