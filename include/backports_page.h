/* Backport candidates made ready for people and programs: tables, one JSON value, and the question
 * to the maintainers as a mail. */
#ifndef BACKPORTS_PAGE_H
#define BACKPORTS_PAGE_H

#include "backports.h"
#include "table.h"

/* Candidates in the order to pick them in. `whole`: all columns, for programs. `now`: ages count up
 * to it, in days. Caller frees. */
struct table *backports_table(const struct backports *backports, gint64 now, bool whole);

/* The silence meter: by component the commits since the last release and since the fork, and the
 * days since the newest. */
struct table *backports_silence_table(const struct backports *backports, gint64 now);

/* Two or three lines of plain text before the tables: how many candidates by which evidence; and
 * after them the reach: how many of the line's commits carried Fixes:. Caller frees. */
char *backports_heading(const struct backports *backports, const char *repository, gint64 now);
char *backports_reach(const struct backports *backports);

/* All of it; docs/json.md has the members. Caller owns it. */
json_t *backports_json(const struct backports *backports, const char *repository, const char *rule,
                       gint64 now);

/* The question to those who look after what the candidates touch, grouped by person: RFC 5322 text
 * with LF line ends. Where nobody is named the authors are asked. What is empty or was reverted on
 * the main branch is not asked about. The body is templates/backports.txt. `from` is a mailbox, or
 * NULL: then there is no From line. FAULT_CONFIG: a template of the home cannot be read;
 * FAULT_USAGE: `from` is no mailbox. Caller frees. */
char *backports_mail(const struct backports *backports, struct book *book, const struct home *home,
                     const char *from, gint64 now, GError **error);

#endif
