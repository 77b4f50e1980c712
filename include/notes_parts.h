/* What the parts of release notes are made with: the history, the repository's files, the books of
 * companions, and the readings, each kept once. */
#ifndef NOTES_PARTS_H
#define NOTES_PARTS_H

#include "book.h"
#include "fixes.h"
#include "selection.h"
#include "source.h"

#include <jansson.h>

struct notes_making {
    struct store *history;
    const struct home *home;
    struct book *book;
    struct source *source;  /* opened by notes_source */
    GHashTable *companions; /* name -> struct book, opened by notes_companion_book */
    GHashTable *fixes;      /* name -> struct fixes, opened by notes_fixes */
    GHashTable *twins;      /* name -> struct twins, for them */
    json_t *readings;       /* numbered from 1 in the order of their first use */
    gint64 now;
};

bool notes_making_init(struct notes_making *making, struct store *history, const struct home *home,
                       const char *repository, gint64 now, GError **error);
void notes_making_clear(struct notes_making *making);

/* Errors of source_open. Owned by the making. */
struct source *notes_source(struct notes_making *making, GError **error);
/* Errors of book_open. Owned by the making. */
struct book *notes_companion_book(struct notes_making *making, const char *name, GError **error);
/* Of the notes' repository or a companion; errors of fixes_open and twins_open. Owned by the
 * making. */
struct fixes *notes_fixes(struct notes_making *making, const char *name, GError **error);
/* The number of a resolved reading. */
json_t *notes_reading(struct notes_making *making, const struct reading *reading);

/* A release to be written about, and what it is compared with. */
struct notes_release {
    const struct release *release;
    const struct release *before; /* NULL: the first there is */
    guint window;                 /* in the selection */
    json_t *notes;                /* owned by the report */
    GPtrArray *companions;        /* struct companion * */
};

/* A companion repository as a release and its predecessor pinned it. */
struct companion {
    const struct home_repository *repository;
    struct pin now, before; /* before: nothing written when there is no predecessor */
    struct book *book;      /* NULL when nothing is pinned */
    gint node, node_before; /* of the pinned commits; -1: nothing is pinned */
};

/* The companions that barograph.conf names, as struct companion *; errors of source_pin. The caller
 * unrefs. */
GPtrArray *companions_load(struct notes_making *making, const struct notes_release *release,
                           GError **error);
/* [{repository, title, file, variable, pinned, commit, before, before_commit, state, changes}] */
json_t *companions_json(struct notes_making *making, const struct notes_release *release,
                        GError **error);

/* Sets weather and thanks of a release, from its window of the selection, which was filled with who
 * came before. */
bool notes_add_weather(struct notes_making *making, struct selection *selection,
                       const struct notes_release *release, GError **error);

/* Sets branch, kind, ordinal, days, support and links of a release: what is known of it before a
 * commit is counted. */
bool notes_add_line(struct notes_making *making, const struct release_list *list,
                    const struct notes_release *release, GError **error);

/* The table of advisories fixed since the predecessor. */
json_t *notes_advisories(struct notes_making *making, const struct notes_release *release,
                         GError **error);

/* Of a row of that table: nothing of the advisory is missing, or in question, in any repository. */
bool notes_is_whole(const json_t *row);

/* Releases (struct notes_release *) that were tagged together: one announcement each group. */
json_t *notes_announcements(struct notes_making *making, const GPtrArray *releases);

#endif
