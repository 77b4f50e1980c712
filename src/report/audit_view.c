#include "audit_view.h"

#include <string.h>

/* Words in small letters; one that ends in a star begins words. */
static const char *const totals[] = {"total",
                                     "totals",
                                     "sum",
                                     "overall",
                                     "altogether",
                                     "subtotal",
                                     "gesamt",
                                     "summe",
                                     "insgesamt",
                                     "\xcf\x83",
                                     "\xcf\x82" /* capital: the sign of sums */,
                                     "\xe2\x88\x91",
                                     NULL};
static const char *const changes[] = {
    "change", "growth", "grew",   "delta", "diff",           "difference", "increase", "decrease",
    "trend",  "yoy",    "versus", "vs",    "growth_percent", "evolution",  "\xce\xb4", NULL};
static const char *const shares[] = {"share",  "shares",        "proportion", "percentage",
                                     "anteil", "share_percent", NULL};
static const char *const others[] = {"other",   "others", "rest",          "remaining", "remainder",
                                     "unknown", "misc",   "miscellaneous", NULL};
static const char *const not_added[] = {
    "average",    "avg",      "mean",    "median", "per",    "rate",    "ratio",   "speed",
    "velocity",   "size",     "p90",     "max",    "min",    "maximum", "minimum", "rank",
    "year",       "date",     "version", "age",    "change", "growth",  "delta",   "difference",
    "cumulative", "duration", "cycle",   "length", NULL};
static const char *const distinct[] = {
    "people",     "person*",    "individual*", "developer*",  "contributor*", "author*",
    "committer*", "reviewer*",  "employer*",   "compan*",     "organi*",      "file*",
    "user*",      "project*",   "countr*",     "maintainer*", "participant*", "newcomer*",
    "domain*",    "repositor*", NULL};
static const char *const cumulative[] = {"cumulative", "cumul", "cum", "running", NULL};
static const char *const ranks[] = {"rank", "pos", "position", "place", "nr", "no", NULL};
static const char *const percents[] = {
    "percent", "pct", "percentage", "percents", "share_percent", "growth_percent", NULL};

static const char *const *const words_of[] = {
    [AUDIT_NAME_TOTAL] = totals,          [AUDIT_NAME_CHANGE] = changes,
    [AUDIT_NAME_SHARE] = shares,          [AUDIT_NAME_OTHERS] = others,
    [AUDIT_NAME_NOT_ADDED] = not_added,   [AUDIT_NAME_DISTINCT] = distinct,
    [AUDIT_NAME_CUMULATIVE] = cumulative, [AUDIT_NAME_RANK] = ranks,
    [AUDIT_NAME_PERCENT] = percents,
};

static bool word_is(const char *word, const char *known)
{
    gsize length = strlen(known);
    return known[length - 1] == '*' ? strncmp(word, known, length - 1) == 0
                                    : strcmp(word, known) == 0;
}

static bool word_in(const char *word, const char *const *known)
{
    for (; *known != NULL; known++)
        if (word_is(word, *known))
            return true;
    return false;
}

static char **split_words(const char *name)
{
    g_autofree char *small = g_utf8_strdown(name, -1);
    return g_strsplit_set(small, " \t()/,:;-.\"'&", -1);
}

bool audit_name_says(const char *name, enum audit_name what)
{
    if (what == AUDIT_NAME_PERCENT && strchr(name, '%') != NULL)
        return true;
    if (what == AUDIT_NAME_RANK && strcmp(name, "#") == 0)
        return true;
    if (what == AUDIT_NAME_SHARE && strstr(name, "% of") != NULL)
        return true;
    if (what == AUDIT_NAME_NOT_ADDED && strstr(name, " / ") != NULL)
        return true;
    g_auto(GStrv) words = split_words(name);
    for (char **word = words; *word != NULL; word++)
        if (**word != '\0' && word_in(*word, words_of[what]))
            return true;
    return what == AUDIT_NAME_TOTAL && words[0] != NULL && g_str_equal(words[0], "all") &&
           g_strv_length(words) <= 2;
}

char *audit_name_stem(const char *name)
{
    if (!audit_name_says(name, AUDIT_NAME_TOTAL))
        return NULL;
    g_autoptr(GString) stem = g_string_new(NULL);
    g_auto(GStrv) words = g_strsplit_set(name, " \t(:", -1);
    for (char **word = words; *word != NULL; word++) {
        g_autofree char *small = g_utf8_strdown(*word, -1);
        bool total =
            word_in(small, totals) || g_str_equal(small, "all") || g_str_equal(small, "grand");
        if (**word != '\0' && !total)
            g_string_append_printf(stem, "%s%s", stem->len > 0 ? " " : "", *word);
    }
    return g_string_free(g_steal_pointer(&stem), FALSE);
}

/* --- the view --- */

static bool is_apart(const char *name)
{
    return audit_name_says(name, AUDIT_NAME_NOT_ADDED) ||
           audit_name_says(name, AUDIT_NAME_CHANGE) || audit_name_says(name, AUDIT_NAME_PERCENT);
}

struct audit_view *audit_view_new(const struct audit_table *table, bool across)
{
    struct audit_view *view = g_new0(struct audit_view, 1);
    view->table = table;
    view->across = across;
    view->lines = across ? table->columns : table->rows;
    view->columns = across ? table->rows : table->columns;
    view->first_line = across ? table->labels : table->head_rows;
    view->first_column = across ? table->head_rows : table->labels;
    view->total = g_new0(bool, view->lines);
    view->apart = g_new0(bool, view->lines);
    for (guint line = view->first_line; line < view->lines; line++) {
        g_autofree char *name = audit_view_line_name(view, line);
        view->total[line] = audit_name_says(name, AUDIT_NAME_TOTAL);
        view->apart[line] = !view->total[line] && is_apart(name);
    }
    return view;
}

void audit_view_free(struct audit_view *view)
{
    if (view == NULL)
        return;
    g_free(view->total);
    g_free(view->apart);
    g_free(view);
}

const struct audit_cell *audit_view_cell(const struct audit_view *view, guint line, guint column)
{
    return view->across ? audit_table_cell(view->table, column, line)
                        : audit_table_cell(view->table, line, column);
}

const struct audit_number *audit_view_number(const struct audit_view *view, guint line,
                                             guint column)
{
    if (line < view->first_line || column < view->first_column || line >= view->lines ||
        column >= view->columns)
        return NULL;
    const struct audit_cell *cell = audit_view_cell(view, line, column);
    return cell->value.kind == AUDIT_NUMBER ? &cell->value : NULL;
}

char *audit_view_line_name(const struct audit_view *view, guint line)
{
    return view->across ? audit_table_column_name(view->table, line)
                        : audit_table_row_name(view->table, line);
}

char *audit_view_column_name(const struct audit_view *view, guint column)
{
    return view->across ? audit_table_row_name(view->table, column)
                        : audit_table_column_name(view->table, column);
}
