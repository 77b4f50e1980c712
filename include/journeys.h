/* Questions about people's paths: who came, who went, what became of programmes, from where. Each
 * is answered by a table and the sentences that say how it was counted. */
#ifndef JOURNEYS_H
#define JOURNEYS_H

#include "book.h"
#include "reading.h"
#include "source.h"
#include "table.h"

struct journeys_question {
    struct book *book;
    const struct home *home;
    gint64 now;
    const char *release;           /* newcomers: of this release alone, one by one; or NULL */
    guint months, silent;          /* quiet: who is a regular, and for how many months they went */
    bool each;                     /* programmes: person by person */
    bool regions;                  /* countries: by region */
    const struct reading *reading; /* countries: the window and its rules */
};

struct journeys_answer {
    struct table *table;
    char *told;
};

void journeys_answer_clear(struct journeys_answer *answer);

/* A day in the table's next cell; 0: none. */
void journeys_add_day(struct table *table, gint64 time);

/* First commits in each release that opens a line (or of one release), who came back in the next,
 * and who reviewed them. FAULT_NOINPUT: no release; as of releases_find. */
bool newcomers_tell(const struct journeys_question *question, struct journeys_answer *ret_answer,
                    GError **error);

/* Who did something in `months` different months of some twelve, and nothing in the last `silent`.
 */
bool quiet_tell(const struct journeys_question *question, struct journeys_answer *ret_answer,
                GError **error);

/* What became of the people of people/programmes.tsv: person (an address, or a name that one person
 * has), programme, year, and if it was not the calendar year its first and last day. FAULT_NOINPUT:
 * the file is not there; FAULT_CONFIG with file and line: a bad row. */
bool programmes_tell(const struct journeys_question *question, struct journeys_answer *ret_answer,
                     GError **error);

/* Commits and people by country or region, with shares and growth. FAULT_NOINPUT: no commit in the
 * window, no country in people/employers.tsv; FAULT_CONFIG: a bad one. */
bool countries_tell(const struct journeys_question *question, struct journeys_answer *ret_answer,
                    GError **error);

#endif
