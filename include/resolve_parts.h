/* What the units of resolve share. */
#ifndef RESOLVE_PARTS_H
#define RESOLVE_PARTS_H

#include "book.h"
#include "lineage.h"
#include "shapes.h"

/* Of resolve.h. */
struct resolve_question;
struct resolve_place;
struct resolve_match;
struct resolve_line;

/* Where a node of a line's set came in: the number of the first release that has it, from 1. */
enum { RESOLVE_UNRELEASED = 255, RESOLVE_RELEASES_MOST = 254 };

/* A line, the main branch, or any other branch. */
struct resolve_trunk {
    char *name;   /* of the line; NULL: a branch that is none */
    char *branch; /* or NULL */
    bool main;
    guint tip;
    guint8 *set;         /* what leads to it: as above */
    GPtrArray *releases; /* const struct release *, by version */
    gint64 tip_time;
};

struct resolve_files;

struct resolver {
    struct store *history;
    const struct home *home;
    struct book *book;
    struct lineage *lineage;
    struct shapes *shapes; /* NULL: see no_shapes */
    char *no_shapes;
    GPtrArray *trunks; /* struct resolve_trunk *: lines by version, the main branch, the others */
    guint8 *reachable;
    struct resolve_files *files; /* when files came and went; NULL until asked for */
};

/* The trunks of a repository. */
bool resolve_load_trunks(struct resolver *resolver, GError **error);
void resolve_trunk_free(gpointer pointer);

void resolve_files_free(struct resolve_files *files);
/* Whether the line lacks all files that a part changes, under any name they had: then the code is
 * not there. */
bool resolve_lacks_files(struct resolver *resolver, const struct resolve_trunk *trunk,
                         gint64 commit_id, bool *ret_lacks, GError **error);

/* Adds the nodes that brought the files which a commit changes, under any name they had, each once.
 * *ret_known: false: one of them was always there, or it had too many names to tell. */
bool resolve_find_arrivals(struct resolver *resolver, gint64 commit_id, GArray *nodes,
                           bool *ret_known, GError **error);
/* Fills `begins` of the lines that have or had the problem, and `after`. */
bool resolve_find_begins(struct resolver *resolver, struct resolve_place *place, GError **error);

/* Releases of a line by their number, from 1. */
struct resolve_span {
    guint from;  /* the first that is affected, unless it is fixed */
    guint fixed; /* the first that is fixed; RESOLVE_UNRELEASED: none */
    bool known;  /* `from` is known, not assumed */
};
/* Fills the line's releases; its state is settled. Pure. */
void resolve_list_releases(const struct resolve_trunk *trunk, const struct resolve_span *span,
                           struct resolve_line *line);
void resolve_release_free(gpointer pointer);

/* Fills the place's lines from its matches and parts. */
bool resolve_judge(struct resolver *resolver, const struct resolve_question *question,
                   struct resolve_place *place, GError **error);

/* A commit of the graph as a match without a part. */
struct resolve_match *resolve_match_new(struct resolver *resolver, guint node, GError **error);
void resolve_match_free(gpointer pointer);

/* A search for the commits of one advisory: what is looked for, and what was found. */
struct hunt {
    struct resolver *resolver;
    const struct resolve_question *question;
    GPtrArray *matches; /* in the order they were found */
    GArray *group;      /* guint, one for each: the first match of those that belong together */
};

/* Fills matches and group. */
bool resolve_hunt(struct hunt *hunt, GError **error);
bool resolve_hunt_patches(struct hunt *hunt, GError **error);
bool resolve_hunt_mentions(struct hunt *hunt, bool claims, GError **error);
guint resolve_root(const struct hunt *hunt, guint match);
void resolve_join(struct hunt *hunt, guint a, guint b);
bool resolve_on_main(const struct hunt *hunt, guint match);
bool resolve_group_has_main(const struct hunt *hunt, guint match);

/* Makes the place's parts of the matches that belong together. */
bool resolve_make_parts(struct hunt *hunt, struct resolve_place *place, GError **error);

#endif
