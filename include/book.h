/* What all readings of one repository share, read from the history once: its graph, its tips, who
 * wrote which commit when, its releases, the people and their employers. */
#ifndef BOOK_H
#define BOOK_H

#include "employers.h"
#include "graph.h"
#include "home.h"
#include "people.h"
#include "releases.h"

struct book;

/* `repository` NULL: the first of barograph.conf. FAULT_UNAVAILABLE when it is not mined yet. The
 * store and the home must outlive the book. */
struct book *book_open(struct store *history, const struct home *home, const char *repository,
                       GError **error);
/* With the employers as they were known on that day (employers.h); EMPLOYERS_TODAY: all. */
struct book *book_open_as_of(struct store *history, const struct home *home, const char *repository,
                             gint64 as_of, GError **error);
void book_free(struct book *book);
typedef struct book Book;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Book, book_free)

struct store *book_store(const struct book *book);
const struct home *book_home(const struct book *book);
const struct home_repository *book_repository(const struct book *book);
gint64 book_repository_id(const struct book *book);
const char *book_main_branch(const struct book *book); /* "" when it has none */
const char *book_excluded(const struct book *book);    /* patterns left out, commas between */
const struct graph *book_graph(const struct book *book);

struct book_ref {
    char *name; /* "stable-4.9", "RELEASE-4.9.0" */
    bool tag;
    guint node;
};
const GArray *book_refs(const struct book *book); /* struct book_ref; branches first, by name */
/* A branch by one of the patterns `stable` of its repository. */
bool book_is_stable(const struct book *book, const struct book_ref *ref);

/* Read when first asked for; owned by the book. */
const struct release_list *book_releases(struct book *book, GError **error);
/* The same list, with the commits and merges of each release counted. */
const struct release_list *book_releases_counted(struct book *book, GError **error);
const struct employers *book_employers(const struct book *book);
const struct people *book_people(struct book *book, enum people_map map, GError **error);

gint64 book_time(const struct book *book, guint node, bool author);
/* All nodes in order of that time, those of one second in order of the graph. Borrowed. */
const guint *book_order(struct book *book, bool author);
gint64 book_author(const struct book *book, guint node);            /* an identity's row id */
const char *book_address(const struct book *book, gint64 identity); /* as written */
bool book_is_merge(const struct book *book, guint node);

/* Employers are numbered: above 0 employers, below 0 groups of people without one, whose names
 * stand in parentheses: (unknown), (unaffiliated). */
gint64 book_employer(struct book *book, gint64 identity, gint64 author_time);
/* A name's number; a name that nobody had gets a new one. */
gint64 book_employer_number(struct book *book, const char *name);
const char *book_employer_name(const struct book *book, gint64 employer);
/* FAULT_NOINPUT with the nearest names when nobody ever worked for such an employer. */
bool book_find_employer(struct book *book, const char *name, gint64 *ret_employer, GError **error);

/* All spans of author times of an identity, in order and without gaps. */
struct book_span {
    gint64 since, until;
    gint64 employer;
};
const GArray *book_spans(struct book *book, gint64 identity);

#endif
