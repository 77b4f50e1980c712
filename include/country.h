/* Countries by their two letters (ISO 3166-1), and the regions they lie in as the United Nations'
 * statistics part the world (M49). Pure. */
#ifndef COUNTRY_H
#define COUNTRY_H

/* "Europe" for "GB"; NULL: there is no such country. Antarctica (AQ) has no region of its own, and
 * is "Antarctica"; Taiwan, which M49 does not list, is in Asia. */
const char *country_region(const char *code);

#endif
