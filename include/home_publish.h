/* Who publishes, and where: the group [publish] of barograph.conf, whose manual page has the keys.
 */
#ifndef HOME_PUBLISH_H
#define HOME_PUBLISH_H

#include <glib.h>
#include <stdbool.h>

struct home_publish {
    char *folder;           /* absolute: of the site; <home>/site */
    char *url;              /* where the folder is served, ending in "/"; NULL: nobody said */
    char *publisher;        /* "Xen Project"; the project's name when the file gives none */
    char *namespace;        /* a URL of the publisher's own, as CSAF asks for; NULL */
    char *category;         /* of the publisher, as in CSAF 2.0, 3.2.1.8.1: "vendor" */
    char *contact;          /* how to reach the security team, for people; NULL */
    char *vendor;           /* in product names: the publisher when the file gives none */
    char *signing_key;      /* a full fingerprint: signs CSAF documents; [advisories] signing-key
                               when the file gives none; NULL: none */
    char *ecosystem;        /* of OSV; NULL: git ranges only */
    char *cve_organisation; /* the CNA's UUID; NULL */
    char *cve_short_name;   /* "XEN"; NULL */
    char *cve_server;       /* "https://cveawg.mitre.org/api"; NULL: none is asked */
    char *cve_user;         /* NULL */
    char *cve_key_path;     /* a file with the API key; NULL */
    char *authorities_path; /* a file of certificates to trust; NULL: the system's */
    guint timeout;          /* seconds that a web server may be silent */
};

/* `folder`: the home's; the defaults of `project` (name) and `signing_key` come from other groups.
 * FAULT_CONFIG. */
bool home_publish_read(struct home_publish *publish, GKeyFile *file, const char *path,
                       const char *folder, const char *project, const char *signing_key,
                       GError **error);
void home_publish_clear(struct home_publish *publish);

#endif
