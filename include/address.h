/* Mail addresses as histories hold them: broken, shouting, with a login behind them. Pure. */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <glib.h>
#include <stdbool.h>

/* What is compared: ASCII letters small, no blanks around it, without the committer's login that
 * BitKeeper put behind it ("kaf24@cl.cam.ac.uk[iap10]"). Other bytes stay. The caller frees. */
char *address_fold(const char *address);

/* Whether a folded address says nothing about whose it is: no or nothing around its @, none@none,
 * a host such as localhost, example or (none), noreply@github.com. */
bool address_is_placeholder(const char *folded);

/* What stands behind the last @; NULL: nothing. Points into `folded`. */
const char *address_domain(const char *folded);

/* Whether a mailbox name (root, info, ...) or one so short says nothing about who it is. */
bool mailbox_is_common(const char *mailbox);

#endif
