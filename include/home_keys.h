/* The groups and keys that a barograph.conf may hold, and how the value of a key is read. */
#ifndef HOME_KEYS_H
#define HOME_KEYS_H

#include <glib.h>
#include <stdbool.h>

/* What the names of groups are or begin with. */
#define HOME_REPOSITORY "repository "
#define HOME_WAIVED "waived"
#define HOME_CHECK "check "

/* Groups and keys that nobody knows, with the nearest known one, and values that no one can read.
 * `path` is the file's, for sentences. FAULT_CONFIG. */
bool home_keys_check(GKeyFile *file, const char *path, GError **error);

/* Without the blanks around it, unless they are written as \s. `otherwise` may be NULL: it stands
 * for a key that is not there or empty. The caller frees it. */
char *home_keys_text(GKeyFile *file, const char *group, const char *key, const char *otherwise);

/* Parts between semicolons, without the blanks around them; `otherwise` is written so too. */
GStrv home_keys_list(GKeyFile *file, const char *group, const char *key, const char *otherwise);

/* yes or true, no or false; no when the key is not there. FAULT_CONFIG. */
bool home_keys_flag(GKeyFile *file, const char *path, const char *group, const char *key,
                    bool *ret_flag, GError **error);

struct home_number {
    const char *group, *key;
    guint least, most;
    guint *number; /* kept when the key is not there */
};

/* FAULT_CONFIG: it is no number, or not between the bounds. */
bool home_keys_number(GKeyFile *file, const char *path, const struct home_number *rule,
                      GError **error);

#endif
