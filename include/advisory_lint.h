/* The lint of a draft, for those who do not only show it. */
#ifndef ADVISORY_LINT_H
#define ADVISORY_LINT_H

#include "advisory_room.h"

/* Everything that lint looks at in a draft: text, record.conf, dates and patches. The room's desk
 * is open. struct lint_finding *, owned by the caller. What lint_draft raises. */
GPtrArray *room_lint(const struct room *room, const struct record_advisory *advisory,
                     GError **error);

/* FAULT_DATA when there are errors that nobody set aside; the sentence names their rules. */
bool room_lint_passed(const struct room *room, const struct record_advisory *advisory,
                      GError **error);

#endif
