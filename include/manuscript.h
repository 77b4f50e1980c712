/* A draft as it lies in its folder: advisory.txt, record.conf, updates.txt and the files to attach,
 * read together, and composed into the text that would be frozen. Nothing is kept of it. */
#ifndef MANUSCRIPT_H
#define MANUSCRIPT_H

#include "desk.h"
#include "layout.h"
#include "record_conf.h"
#include "record_versions.h"

#define MANUSCRIPT_PROSE "advisory.txt"
#define MANUSCRIPT_CONF "record.conf"
#define MANUSCRIPT_UPDATES "updates.txt" /* what is new in a version after the first */

struct manuscript {
    char *number, *folder; /* "501", "xsa-501" */
    struct record_conf *conf;
    char *prose, *updates; /* as they are; updates: NULL when there is no such file */
    GPtrArray *files;      /* struct record_patch *: what is attached, in the order of the sums */
    GPtrArray *sums;       /* struct text_sum *: of the files */
};

/* FAULT_NOINPUT: there is no such folder or file; FAULT_CONFIG: record.conf is wrong; FAULT_DATA: a
 * pattern of it that no file matches, a file of the advisory that it does not name, an empty or too
 * long one. Errors name files and lines. Caller frees. */
struct manuscript *manuscript_read(const struct desk *desk, const struct layout *layout,
                                   const char *number, GError **error);
void manuscript_free(struct manuscript *manuscript);
typedef struct manuscript Manuscript;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Manuscript, manuscript_free)

/* record.conf alone. */
struct record_conf *manuscript_conf(const struct desk *desk, const struct layout *layout,
                                    const char *number, GError **error);
/* Changes keys of it, and leaves everything else. */
bool manuscript_change_conf(const struct desk *desk, const struct layout *layout,
                            const char *number, const struct record_conf_change *changes,
                            GError **error);

/* The whole text. What compose_text raises, and FAULT_DATA: a later version without updates, a
 * first one with some. Caller frees. */
struct text *manuscript_compose(const struct manuscript *manuscript, const struct layout *layout,
                                GError **error);

#endif
