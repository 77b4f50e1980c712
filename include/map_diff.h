/* What an edit of the people's map changes in the figures of a window. */
#ifndef MAP_DIFF_H
#define MAP_DIFF_H

#include "home.h"
#include "reading.h"
#include "store.h"

/* Files; the same in both where only one of them was edited. */
struct map_files {
    char *employers; /* employers.tsv */
    char *mailmap;
};
void map_files_clear(struct map_files *files);

/* A file of employers or a mailmap (its name ends in "mailmap"), or a folder with one or both, or a
 * home, whose people/ it is. What it lacks is taken from the home. FAULT_NOINPUT: there is no such
 * file, or neither in the folder. */
bool map_files_find(const struct home *home, const char *path, struct map_files *ret_files,
                    GError **error);

enum map_row_kind { MAP_FIGURE, MAP_EMPLOYER, MAP_PERSON };

struct map_row {
    enum map_row_kind kind;
    char *name;                     /* "people", "top-six", "EPAM", "Ann Author" */
    gint64 before, now;             /* commits, or what the figure counts */
    bool share;                     /* these are commits, and have a share of all */
    double share_before, share_now; /* percent with one digit */
};

/* What changes, as struct map_row *: figures, then employers and people by how much; the array owns
 * them. *ret_reading is the reading, resolved; caller frees. */
GPtrArray *map_diff(struct store *history, const struct home *home, const struct map_files *old,
                    const struct map_files *new, const struct reading *reading,
                    struct reading **ret_reading, GError **error);

#endif
