#include "audit_finding.h"

#include <math.h>

static const char *const rules[] = {
    [AUDIT_NEW_BASE] = "new-base",
    [AUDIT_UNLIKE] = "unlike-cells",
    [AUDIT_SIGN] = "sign",
    [AUDIT_PERCENTAGE] = "percentage",
    [AUDIT_ROUNDING] = "rounding",
    [AUDIT_UNEXPLAINED] = "unexplained",
    [AUDIT_WHOLE] = "other-whole",
    [AUDIT_TOTAL] = "total",
    [AUDIT_SHARES] = "shares",
    [AUDIT_RANK] = "rank",
    [AUDIT_DIFFERENCE] = "difference",
    [AUDIT_RAGGED] = "ragged",
};

const char *audit_rule_name(enum audit_rule rule)
{
    return rules[rule];
}

const char *audit_severity_name(enum audit_severity severity)
{
    static const char *const names[] = {
        [AUDIT_NOTE] = "note", [AUDIT_DOUBT] = "doubt", [AUDIT_ERROR] = "error"};
    return names[severity];
}

void audit_finding_free(struct audit_finding *finding)
{
    if (finding == NULL)
        return;
    g_free(finding->table_name);
    g_free(finding->row_name);
    g_free(finding->column_name);
    g_free(finding->sentence);
    g_free(finding);
}

void audit_finding_add(struct audit_findings *findings, const struct audit_view *view, guint line,
                       guint column, enum audit_rule rule, enum audit_severity severity,
                       const char *format, ...)
{
    if (findings->list->len >= AUDIT_FINDINGS_MOST)
        return;
    struct audit_finding *finding = g_new0(struct audit_finding, 1);
    guint row = view->across ? column : line, beside = view->across ? line : column;
    va_list args;
    va_start(args, format);
    finding->sentence = g_strdup_vprintf(format, args);
    va_end(args);
    finding->rule = rule;
    finding->severity = severity;
    finding->table = findings->table;
    finding->table_name = g_strdup(view->table->name);
    if (row < view->table->rows) {
        finding->row = row + 1;
        finding->row_name = audit_table_row_name(view->table, row);
    }
    if (beside < view->table->columns) {
        finding->column = beside + 1;
        finding->column_name = audit_table_column_name(view->table, beside);
    }
    g_ptr_array_add(findings->list, finding);
}

char *audit_say_number(double value, double unit)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE + 32], format[16];
    int behind = unit >= 1 || unit <= 0 ? 0 : (int)lround(-log10(unit));
    g_snprintf(format, sizeof format, "%%.%df", MIN(behind, 9));
    g_ascii_formatd(digits, sizeof digits, format, fabs(value));
    bool zero = g_ascii_strtod(digits, NULL) <= 0;
    return g_strconcat(value < 0 && !zero ? "\xe2\x88\x92" : "", digits, NULL);
}

char *audit_say_percent(double value, double unit)
{
    g_autofree char *number = audit_say_number(value, unit);
    return g_strconcat(number, " %", NULL);
}
