/* What can go wrong: the kinds of error, their exit status, and how to raise one.
 *
 * Every function that can fail takes `GError **error` last and returns false or NULL on failure.
 * The message is one clear sentence for a person: what happened, and what to do. It starts with a
 * small letter or a name, and has no full stop; main puts "barograph: " before it. */
#ifndef FAULT_H
#define FAULT_H

#include <glib.h>
#include <stdbool.h>

enum fault {
#define FAULT(kind, status, when) FAULT_##kind,
#include "fault.def"
#undef FAULT
    FAULT_COUNT
};

#define FAULT_DOMAIN fault_domain()

GQuark fault_domain(void);

/* Sets *error (when error is not NULL) and returns false, so that `return fault_raise(...)` reads
 * well. */
bool fault_raise(GError **error, enum fault kind, const char *format, ...) G_GNUC_PRINTF(3, 4);

#ifdef __clang_analyzer__
/* Static analysis looks at one file at a time: this lets it see that the answer is false. */
static inline bool fault_raised(bool raised)
{
    (void)raised;
    return false;
}
#define fault_raise(...) fault_raised((fault_raise)(__VA_ARGS__))
#endif

/* The message as one line of UTF-8, whatever names from elsewhere it holds. The caller frees it. */
char *fault_sentence(const GError *error);

/* The exit status for an error; errors of other domains that got through count as FAULT_INTERNAL,
 * GOption's as FAULT_USAGE. */
int fault_exit_status(const GError *error);

/* For documentation and tests: the name ("USAGE"), status and meaning of a kind. */
const char *fault_name(enum fault kind);
int fault_status(enum fault kind);
const char *fault_meaning(enum fault kind);

#endif
