#include "check_parts.h"

#include "fault.h"

#include <string.h>

static const char *const level_names[] = {"ok", "warn", "fail", "skipped"};

const char *check_level_name(enum check_level level)
{
    return level_names[level];
}

struct check_finding *check_find(struct check_result *result, enum check_level level,
                                 const char *format, ...)
{
    struct check_finding *finding = g_new0(struct check_finding, 1);
    va_list arguments;
    va_start(arguments, format);
    finding->level = level;
    finding->text = g_strdup_vprintf(format, arguments);
    finding->evidence = g_ptr_array_new_with_free_func(g_free);
    va_end(arguments);
    g_ptr_array_add(result->findings, finding);
    result->level = result->level == CHECK_SKIPPED ? level : MAX(result->level, level);
    return finding;
}

void check_evidence(struct check_finding *finding, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(finding->evidence, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

bool check_forgive(struct check_result *result, enum check_level level, GError **reason,
                   GError **error)
{
    static const enum fault kinds[] = {FAULT_NOINPUT, FAULT_UNAVAILABLE, FAULT_PERMISSION,
                                       FAULT_DATA};
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (!g_error_matches(*reason, FAULT_DOMAIN, (gint)kinds[i]))
            continue;
        check_find(result, level, "%s", (*reason)->message);
        return true;
    }
    g_propagate_error(error, g_steal_pointer(reason));
    return false;
}

bool check_commit(struct checking *checking, struct check_finding *finding, guint node,
                  const char *remark, GError **error)
{
    struct store_statement *query = store_statement(checking->history, "check_commit");
    bool row = false;
    store_bind_int(query, 1, graph_commit_id(book_graph(checking->book), node));
    if (!store_step(query, &row, error))
        return false;
    g_autofree char *subject = g_utf8_make_valid(row ? store_text(query, 1) : "", -1);
    check_evidence(finding, "%.10s %s%s%s", row ? store_text(query, 0) : "", subject,
                   *remark == '\0' ? "" : ": ", remark);
    return store_run(query, error);
}

struct source *check_source(struct checking *checking, GError **error)
{
    if (checking->source == NULL)
        checking->source = source_open(checking->history, checking->home,
                                       book_repository(checking->book)->name, error);
    return checking->source;
}

/* What a name between braces stands for; NULL: nothing. Caller frees. */
static char *meaning_of(const struct checking *checking, const char *name)
{
    g_auto(GStrv) parts = g_strsplit(checking->version, ".", -1);
    guint number = (guint)g_ascii_strtoull(name, NULL, 10);
    if (g_str_equal(name, "version"))
        return g_strdup(checking->version);
    if (g_str_equal(name, "line"))
        return g_strdup(checking->line);
    if (g_str_equal(name, "tag"))
        return g_strdup(checking->release != NULL ? checking->release->tag : checking->version);
    return number > 0 && number <= g_strv_length(parts) ? g_strdup(parts[number - 1]) : NULL;
}

char *check_fill(const struct checking *checking, const char *text, bool regex)
{
    GString *filled = g_string_new(NULL);
    for (const char *open = NULL; (open = strstr(text, "{{")) != NULL;) {
        const char *close = strstr(open, "}}");
        if (close == NULL)
            break;
        g_autofree char *name = g_strndup(open + 2, (gsize)(close - open - 2));
        g_autofree char *meaning = meaning_of(checking, g_strstrip(name));
        g_autofree char *escaped =
            meaning != NULL && regex ? g_regex_escape_string(meaning, -1) : g_strdup(meaning);
        g_string_append_len(filled, text, open - text);
        g_string_append(filled, escaped != NULL ? escaped : "");
        text = close + 2;
    }
    g_string_append(filled, text);
    return g_string_free(filled, FALSE);
}

GArray *check_range(const struct checking *checking)
{
    GArray *range = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint node = 0; node < graph_size(book_graph(checking->book)); node++)
        if (checking->set[node] != 0 && checking->old[node] == 0 &&
            !book_is_merge(checking->book, node))
            g_array_append_val(range, node);
    return range;
}
