/* Any bytes as record.conf: refused with a sentence, or read, and read the same after a change. */
#include "record_conf.h"

#include <string.h>

#define PATH "record.conf"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check_changed(const struct record_conf *conf, const char *bytes, gsize size)
{
    const struct record_conf_change changes[] = {{"advisory", "version", "7", NULL},
                                                 {.group = NULL}};
    g_autofree char *changed = record_conf_change(PATH, bytes, size, changes, NULL);
    g_autoptr(RecordConf) again =
        changed == NULL ? NULL : record_conf_parse(PATH, changed, strlen(changed), NULL);
    if (again == NULL || again->version != 7 || g_strcmp0(again->title, conf->title) != 0 ||
        again->rows->len != conf->rows->len || again->cves->len != conf->cves->len ||
        memcmp(again->at, conf->at, sizeof conf->at) != 0)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *exact = g_memdup2(data, size);
    g_autoptr(RecordConf) conf = record_conf_parse(PATH, exact, size, &error);
    if ((conf == NULL) != (error != NULL) || (conf != NULL && conf->title == NULL) ||
        (error != NULL && !g_str_has_prefix(error->message, PATH)))
        __builtin_trap();
    if (conf != NULL)
        check_changed(conf, exact, size);
    return 0;
}
