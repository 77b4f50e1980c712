/* The home's repositories, opened for patches to be tried on. */
#ifndef ADVISORY_TRIAL_H
#define ADVISORY_TRIAL_H

#include "advisory_room.h"
#include "lint_patches.h"

struct trial;

/* Opens all of them. One that cannot be opened is left out, and a finding. FAULT_CONFIG: a rule of
 * [repository NAME] labels that is none. */
struct trial *trial_open(const struct home *home, GPtrArray *findings, GError **error);
void trial_close(struct trial *trial);
typedef struct trial Trial;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Trial, trial_close)

/* Takes in the patches of those of `companions` (char *: numbers) that go out before `number`. The
 * room's desk is open. What cannot be read is left out. */
void trial_before(struct trial *trial, const struct room *room, const char *number,
                  const GPtrArray *companions);

/* What the lint of patches takes; borrowed. */
const struct lint_trial *trial_case(const struct trial *trial);

#endif
