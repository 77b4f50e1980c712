/* Any bytes as a document with tables, in every format: read or refused with a sentence, and every
 * finding is in a cell that is there. */
#include "audit.h"

#include "audit_read.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check_findings(const GPtrArray *tables)
{
    struct audit_counts counts;
    g_autoptr(GPtrArray) findings = audit_check(tables, &counts);
    if (counts.tables != tables->len || counts.explained > counts.percentages)
        __builtin_trap();
    for (guint i = 0; i < findings->len; i++) {
        const struct audit_finding *finding = findings->pdata[i];
        if (finding->table == 0 || finding->table > tables->len)
            __builtin_trap();
        const struct audit_table *table = tables->pdata[finding->table - 1];
        if (finding->row > table->rows || finding->column > table->columns ||
            !g_utf8_validate(finding->sentence, -1, NULL) || *finding->sentence == '\0')
            __builtin_trap();
    }
}

static void check_numbers(const char *text)
{
    for (guint marks = AUDIT_MARKS_POINT; marks <= AUDIT_MARKS_COMMA; marks++) {
        struct audit_number value, aside;
        audit_number_read(text, (enum audit_marks)marks, &value, &aside);
        if (!(value.low <= value.value && value.value <= value.high) ||
            (aside.kind != AUDIT_EMPTY && value.kind < AUDIT_NUMBER))
            __builtin_trap();
    }
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) refused = NULL;
    g_autofree char *text = audit_read_utf8((const char *)data, size, &refused);
    if ((text == NULL) != (refused != NULL))
        __builtin_trap();
    if (text == NULL)
        return 0;
    if (!g_utf8_validate(text, -1, NULL))
        __builtin_trap();
    check_numbers(text);
    for (guint input = AUDIT_DETECT; input <= AUDIT_CSV; input++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) tables = audit_read(text, (enum audit_input)input, &error);
        if ((tables == NULL) != (error != NULL))
            __builtin_trap();
        if (tables != NULL)
            check_findings(tables);
    }
    return 0;
}
