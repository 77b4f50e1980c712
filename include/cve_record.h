/* Records of the CVE List, format 5.1
 * (https://github.com/CVEProject/cve-schema, CVE_Record_Format). */
#ifndef CVE_RECORD_H
#define CVE_RECORD_H

#include <glib.h>

/* Below the site's folder: "cve/CVE-2026-23554.json". Caller frees. */
char *cve_record_path(const char *cve);

#endif
