/* record.conf: what is known of an advisory besides its prose. templates/record.conf explains every
 * key to whoever fills it in. Pure.
 *
 * Everything in it may be embargoed: errors name file, line, group and known keys, never a value.
 */
#ifndef RECORD_CONF_H
#define RECORD_CONF_H

#include "policy.h"
#include "text.h"

/* A finding of lint that is set aside, and why. */
struct record_conf_waiver {
    char *finding, *reason;
};

struct record_conf {
    char *title;
    gint64 version;                                    /* that the folder is the draft of; from 1 */
    bool public_text;                                  /* meant for everybody, else for members */
    GPtrArray *cves, *credits, *policies, *companions; /* char * */
    GPtrArray *files;         /* char *: patterns of what is attached without a row */
    gint64 at[POLICY_EVENTS]; /* POLICY_UNKNOWN where nothing is said */
    bool deployment;          /* whether there is a clause */
    enum text_grant patch, mitigation;
    char *reason, *wording; /* of the clause; NULL: none, the usual one */
    GPtrArray *rows;        /* struct text_row *: the patch table */
    GPtrArray *waivers;     /* struct record_conf_waiver * */
};

/* `path` is how errors call it: "xsa-501/record.conf". FAULT_CONFIG: the first thing that is wrong
 * with it, by its line. Caller frees. */
struct record_conf *record_conf_parse(const char *path, const char *bytes, gsize length,
                                      GError **error);
void record_conf_free(struct record_conf *conf);
typedef struct record_conf RecordConf;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecordConf, record_conf_free)

/* One line of UTF-8, without blanks at its ends. */
bool record_conf_good_title(const char *title);
/* CVE, a year, at least four digits. */
bool record_conf_good_cve(const char *cve);

/* The file written again with other values, comments and all: one `key` of `group` each, ended by
 * {NULL}. Lists are parted by ";". FAULT_CONFIG as above. Caller frees. */
struct record_conf_change {
    const char *group, *key, *value;
    const char *const *list; /* instead of the value */
};
char *record_conf_change(const char *path, const char *bytes, gsize length,
                         const struct record_conf_change *changes, GError **error);

#endif
