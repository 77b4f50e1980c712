/* The rule a figure was counted by: which commits of which repository, and what counts as one.
 *
 * A reading starts as the words of a command line, is resolved by selection.h (which knows the
 * releases, the branches and their tips), and goes out with every figure: as a sentence for people
 * and as an object for programs. Pure. */
#ifndef READING_H
#define READING_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

enum reading_window {
    READING_DATES,   /* commits dated from `since` on and before `until` */
    READING_RANGE,   /* ancestors of `to` that are not ancestors of `from` */
    READING_RELEASE, /* the same, between a release and its predecessor */
};

enum reading_ends { /* of a release window */
                    READING_TAGS,
                    READING_FORKS,
                    READING_CANDIDATES, /* from tag to the release's last candidate */
};

enum reading_branches {
    READING_ANY,    /* ranges: whatever branch the commits are on */
    READING_MAIN,   /* reachable from the main branch */
    READING_STABLE, /* reachable from the stable branches, as barograph.conf names them */
    READING_BOTH,   /* from either: the main branch or a stable one */
    READING_ALL,    /* reachable from any chosen branch or tag */
};

enum reading_people {
    READING_RAW,      /* each name as written is a person */
    READING_MAILMAP,  /* names and addresses joined by the mailmap and by equal addresses */
    READING_EMPLOYER, /* the employer takes the person's place */
};

#define READING_OPEN_START G_MININT64
#define READING_OPEN_END G_MAXINT64

struct reading {
    char *repository;
    enum reading_window window;
    gint64 since, until;   /* dates: seconds UTC, half-open; READING_OPEN_* when not bounded */
    char *release;         /* a release's version */
    char *predecessor;     /* and the version before it; NULL: there is none */
    char *from, *to;       /* ends of a range as written, or tags; from NULL: from the start */
    char *from_id, *to_id; /* the commits they are, 40 digits; set when resolved */
    enum reading_ends ends;
    enum reading_branches branches;
    char *branch_names; /* what `branches` means here: "master", "24 branches"; when resolved */
    bool merges;        /* merge commits count */
    bool renames;       /* a renamed file counts the lines that differ, not all of them */
    bool author_date;   /* dates: when it was written; else when it was committed */
    enum reading_people people;
    char *employer;  /* only what was contributed for this employer; NULL: for anybody */
    char *path;      /* only commits that touch this path, folder or glob, and lines there */
    char *component; /* the same for the paths of a component (regions.h); never beside `path` */
    bool monsters;   /* the lines of monsters.h count */
    gint64 as_of;    /* employers as they were known on that day; READING_OPEN_END: as today */
    GStrv joins;     /* "Linaro=Arm": an employer that counts as another, one after the other; NULL:
                        none */
};

struct reading *reading_new(void); /* dates without bounds, main branch, the usual rules */
struct reading *reading_copy(const struct reading *reading);
void reading_free(struct reading *reading);
typedef struct reading Reading;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reading, reading_free)

/* The options a reading is given by, as GOption leaves them: NULL where not given. */
struct reading_words {
    const char *repository, *range, *release, *ends, *from, *to, *branches, *merges, *renames,
        *date, *people, *employer, *path, *year, *as_of, *monsters, *component;
    char **joins;
};

/* The rules alone, for reports that choose their windows themselves. */
#define READING_RULE_OPTIONS(words)                                                                \
    {"branches",                                                                                   \
     0,                                                                                            \
     0,                                                                                            \
     G_OPTION_ARG_STRING,                                                                          \
     &(words).branches,                                                                            \
     "Which branches count (main for days, any for a range)",                                      \
     "main|stable|main+stable|all"},                                                               \
        {"date",                                                                                   \
         0,                                                                                        \
         0,                                                                                        \
         G_OPTION_ARG_STRING,                                                                      \
         &(words).date,                                                                            \
         "Which date of a commit days mean (committer)",                                           \
         "committer|author"},                                                                      \
        {"merges", 0, 0, G_OPTION_ARG_STRING, &(words).merges, "Count merge commits (no)",         \
         "yes|no"},                                                                                \
        {"renames",                                                                                \
         0,                                                                                        \
         0,                                                                                        \
         G_OPTION_ARG_STRING,                                                                      \
         &(words).renames,                                                                         \
         "A renamed file counts only the lines that differ (yes)",                                 \
         "yes|no"},                                                                                \
        {"monsters",                                                                               \
         0,                                                                                        \
         0,                                                                                        \
         G_OPTION_ARG_STRING,                                                                      \
         &(words).monsters,                                                                        \
         "Count the lines of whole trees added or dropped (yes; reports: no)",                     \
         "yes|no"},                                                                                \
        {"component",                                                                              \
         0,                                                                                        \
         0,                                                                                        \
         G_OPTION_ARG_STRING,                                                                      \
         &(words).component,                                                                       \
         "Only commits that touch this component, and only lines there",                           \
         "NAME"},                                                                                  \
        {"people",                                                                                 \
         0,                                                                                        \
         0,                                                                                        \
         G_OPTION_ARG_STRING,                                                                      \
         &(words).people,                                                                          \
         "Who counts as one (mailmap)",                                                            \
         "raw|mailmap|employer"},                                                                  \
        {"as-of",                                                                                  \
         0,                                                                                        \
         0,                                                                                        \
         G_OPTION_ARG_STRING,                                                                      \
         &(words).as_of,                                                                           \
         "Employers as they were known on this day: rows learned later are left out",              \
         "D"},                                                                                     \
    {                                                                                              \
        "merge", 0, 0, G_OPTION_ARG_STRING_ARRAY, &(words).joins,                                  \
            "Count employer A as B; may be given several times", "A=B"                             \
    }

#define READING_OPTIONS(words)                                                                     \
    {"repository",                                                                                 \
     0,                                                                                            \
     0,                                                                                            \
     G_OPTION_ARG_STRING,                                                                          \
     &(words).repository,                                                                          \
     "Count in this repository (default: the first of barograph.conf)",                            \
     "NAME"},                                                                                      \
        {"range",                                                                                  \
         0,                                                                                        \
         0,                                                                                        \
         G_OPTION_ARG_STRING,                                                                      \
         &(words).range,                                                                           \
         "Commits of B that are not in A; each a tag, version, branch or commit",                  \
         "A..B"},                                                                                  \
        {"release",                                                                                \
         0,                                                                                        \
         0,                                                                                        \
         G_OPTION_ARG_STRING,                                                                      \
         &(words).release,                                                                         \
         "Commits of this release since the one before it",                                        \
         "R"},                                                                                     \
        {"ends",                                                                                   \
         0,                                                                                        \
         0,                                                                                        \
         G_OPTION_ARG_STRING,                                                                      \
         &(words).ends,                                                                            \
         "A release runs from tag to tag, to its last candidate, or from fork to fork (tags)",     \
         "tags|candidates|forks"},                                                                 \
        {"year", 0, 0, G_OPTION_ARG_STRING, &(words).year, "Commits of this calendar year, UTC",   \
         "Y"},                                                                                     \
        {"from", 0, 0, G_OPTION_ARG_STRING, &(words).from, "Commits from this day on, UTC", "D"},  \
        {"to", 0, 0, G_OPTION_ARG_STRING, &(words).to, "... and before this day, UTC", "D"},       \
        READING_RULE_OPTIONS(words),                                                               \
        {"employer",                                                                               \
         0,                                                                                        \
         0,                                                                                        \
         G_OPTION_ARG_STRING,                                                                      \
         &(words).employer,                                                                        \
         "Only what was contributed for this employer",                                            \
         "E"},                                                                                     \
    {                                                                                              \
        "path", 0, 0, G_OPTION_ARG_STRING, &(words).path,                                          \
            "Only commits that touch this path, folder or glob, and only lines there", "PATTERN"   \
    }

/* A reading from words. FAULT_USAGE: a word that is none of its choices, a day that is no day, an
 * empty window, two kinds of window at once, A..B without an end, A=B without a side, a path beside
 * a component. */
struct reading *reading_parse(const struct reading_words *words, GError **error);

/* One sentence without a full stop: "xen, RELEASE-4.8.0..4.9.0-rc9, merges left out, ...". Parts
 * that cannot matter (the date of a range) are left out. Caller frees. */
char *reading_describe(const struct reading *reading);

/* The same for a series of windows, named by its first: "each calendar year". */
char *reading_describe_series(const struct reading *reading, const char *series);

/* The options that give this reading again, shortest first: " --release 4.9.0 --merges yes"; ""
 * for what goes without saying. For a shell; caller frees. */
char *reading_options(const struct reading *reading);

/* The window alone, short: "RELEASE-4.8.0..4.9.0-rc9", "2012", "2017-07-01 to 2018-07-01". */
char *reading_window_name(const struct reading *reading);

/* All of it, with the sentence as "text"; docs/json.md has the members. Caller owns it. */
json_t *reading_json(const struct reading *reading);

#endif
