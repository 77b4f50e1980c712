/* What the pages of a site share: how words from outside, times and links get into the JSON that a
 * template is filled with. Strings in it are UTF-8 without control characters. */
#ifndef PAGE_H
#define PAGE_H

#include "site.h"

/* What every page has: who publishes, and which of the other pages there are. */
json_t *page_new(const struct site *site);
/* Fills templates/NAME, the home's before the built-in one, and hands it over as `path`. Takes the
 * page. FAULT_CONFIG: a template of the home cannot be read. */
bool page_add(struct site *site, const char *name, const char *path, json_t *page,
              const char *advisory, GError **error);

/* One line; NULL stays null. */
json_t *page_line(const char *words);
/* Any lines, tabs as blanks up to the next eighth column. */
json_t *page_lines(const char *words);
/* { "iso": "2026-03-17T12:00:00Z", "day": "2026-03-17", "minute": "12:00" }; null when it is
 * POLICY_UNKNOWN. */
json_t *page_time(gint64 time);
/* A link to a document of the site; null when it is not there. */
json_t *page_link(const struct site *site, const char *path);
json_t *page_link_format(const struct site *site, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* [ { "id": "CVE-2026-23554", "cve_link": "https://...", "record_link": "cve/..." } ]; the first
 * link is null for what is no CVE id, the other where there is no record. */
json_t *page_cves(const struct site *site, const struct publication *publication);
/* When the newest version was let out. */
gint64 page_updated(const struct publication *publication);

#endif
