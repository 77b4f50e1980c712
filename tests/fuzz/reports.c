/* Any bytes as a mail that came back, and as the fields of a delivery report. */
#include "reports.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check(const struct report *report)
{
    const char *const texts[] = {report->status, report->diagnostic};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        if (texts[i] != NULL && !g_utf8_validate(texts[i], -1, NULL))
            __builtin_trap();
    for (char **id = report->ids; id != NULL && *id != NULL; id++)
        if (**id == '\0' || !g_utf8_validate(*id, -1, NULL))
            __builtin_trap();
    if (report->code != 0 && (report->code < 200 || report->code > 599))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Report) fields = g_new0(struct report, 1);
    g_autofree char *envelope = reports_read_status((const char *)data, size, fields);
    g_autoptr(Report) report = reports_read((const char *)data, size, &error);
    check(fields);
    if ((report == NULL) != (error != NULL) || (envelope != NULL && *envelope == '\n'))
        __builtin_trap();
    if (report != NULL)
        check(report);
    return 0;
}
