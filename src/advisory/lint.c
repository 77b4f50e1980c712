#include "lint.h"

#include "mail.h"

#include <fnmatch.h>
#include <string.h>

const struct lint_rule lint_rules[] = {
    [LINT_CONTROL] = {"control", LINT_ERROR, "a text has no control characters"},
    [LINT_BIDI] = {"bidi", LINT_ERROR, "no character turns the direction of writing"},
    [LINT_ZERO_WIDTH] = {"zero-width", LINT_ERROR, "no character is invisible"},
    [LINT_ENCODING] = {"encoding", LINT_ERROR, "a text is UTF-8"},
    [LINT_TRAILING_BLANK] = {"trailing-blank", LINT_WARNING, "no line ends in blanks"},
    [LINT_LONG_LINE] = {"long-line", LINT_WARNING, "lines of prose fit a terminal"},
    [LINT_PLACEHOLDER] = {"placeholder", LINT_ERROR, "nothing is left to be filled in"},
    [LINT_CVE_MALFORMED] = {"cve-malformed", LINT_ERROR, "CVEs are written CVE-YYYY-NNNN"},
    [LINT_CVE_TWICE] = {"cve-twice", LINT_ERROR, "the heading names each CVE once"},
    [LINT_TITLE] = {"title", LINT_ERROR, "an advisory has a title"},
    [LINT_UPDATES] = {"updates", LINT_ERROR, "a later version says what changed in it"},
    [LINT_SECTION_MISSING] = {"section-missing", LINT_ERROR,
                              "the sections that all have are there"},
    [LINT_SECTION_TWICE] = {"section-twice", LINT_ERROR, "a section is there once"},
    [LINT_SECTION_ORDER] = {"section-order", LINT_WARNING, "sections are in the known order"},
    [LINT_SECTION_UNKNOWN] = {"section-unknown", LINT_WARNING, "headings are known ones"},
    [LINT_UNDERLINE] = {"underline", LINT_WARNING, "underlines are as long as their headings"},
    [LINT_PATCH_TABLE] = {"patch-table", LINT_ERROR,
                          "the patch table and the sums name the same files"},
    [LINT_FILE_SUMS] = {"file-sums", LINT_ERROR, "the sums are those of the files"},
    [LINT_MITIGATION_FORBIDDEN] =
        {"mitigation-forbidden", LINT_ERROR,
         "no mitigation is recommended whose deployment is NOT permitted"},
    [LINT_MAIL] = {"mail", LINT_ERROR, "mails can be made of it"},
    [LINT_PATCH_UNREADABLE] = {"patch-unreadable", LINT_ERROR, "a patch is a unified diff"},
    [LINT_PATCH_UNTRIED] = {"patch-untried", LINT_WARNING,
                            "it can be tried whether a patch applies"},
    [LINT_PATCH_APPLY] = {"patch-apply", LINT_ERROR,
                          "a patch applies to the tip of every branch that its label names"},
    [LINT_DATE_ZONE] = {"date-zone", LINT_ERROR, "a time of day has its zone"},
    [LINT_DATE_PAST] = {"date-past", LINT_WARNING, "what is planned is not in the past"},
    [LINT_DATE_AVOIDED] = {"date-avoided", LINT_WARNING,
                           "no policy avoids the day and hour of publication"},
    [LINT_DATE_POLICY] = {"date-policy", LINT_ERROR, "the policies allow the dates"},
    [LINT_RECORD] = {"record", LINT_ERROR, "record.conf says what the text is made from"},
    [LINT_RULES] = {NULL, LINT_WARNING, NULL},
};

struct context {
    const struct lint_case *lint;
    const struct text *text;
    GPtrArray *findings;
    GPtrArray *rows; /* of all patch tables: struct text_row *, borrowed */
    GPtrArray *sums; /* of all blocks of sums: struct text_sum *, borrowed */
    bool withdrawn;
};

const struct lint_rule *lint_find_rule(const char *id)
{
    for (const struct lint_rule *rule = lint_rules; rule->id != NULL; rule++)
        if (strcmp(rule->id, id) == 0)
            return rule;
    return NULL;
}

static void finding_free(struct lint_finding *finding)
{
    g_free(finding->sentence);
    g_free(finding->file);
    g_free(finding->waived);
    g_free(finding);
}

GPtrArray *lint_findings(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
}

void lint_report(GPtrArray *findings, enum lint_id id, unsigned line, const char *format, ...)
{
    struct lint_finding *finding = g_new0(struct lint_finding, 1);
    va_list args;
    va_start(args, format);
    finding->rule = &lint_rules[id];
    finding->line = line;
    finding->sentence = g_strdup_vprintf(format, args);
    va_end(args);
    g_ptr_array_add(findings, finding);
}

/* Prose. */

static int columns(const char *line)
{
    int column = 0;
    bool good = g_utf8_validate(line, -1, NULL);
    for (; *line != '\0'; line = good ? g_utf8_find_next_char(line, NULL) : line + 1)
        column = *line == '\t' ? (column / 8 + 1) * 8 : column + 1;
    return column;
}

/* What is shown as it is: addresses, commands, their output. Lists are prose. */
static bool is_quoted(const char *paragraph, const char *line)
{
    const char *bare = paragraph + strspn(paragraph, " ");
    bool list = g_ascii_isdigit(*bare) || (*bare != '\0' && strchr("*-", *bare) != NULL);
    bool indented = *line == '\t' || strspn(line, " ") >= 2;
    bool command = g_str_has_prefix(line, "$ ") || g_str_has_prefix(line, "# ");
    return (indented && !list) || command || strstr(line, "://") != NULL;
}

static void check_paragraph(struct context *context, const struct text_block *block)
{
    int most = context->lint->layout->prose_columns;
    g_auto(GStrv) lines = g_strsplit_set(block->words, "\n", -1);
    for (unsigned i = 0; lines[i] != NULL; i++) {
        int width = columns(lines[i]);
        if (width > most && !is_quoted(block->words, lines[i]))
            lint_report(context->findings, LINT_LONG_LINE, block->line == 0 ? 0 : block->line + i,
                        "the line has %d columns; at most %d", width, most);
    }
}

/* Head and sections. */

static void check_head(struct context *context)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    const struct text *text = context->text;
    if (text->number == NULL)
        return;
    if (text->title->len == 0)
        lint_report(context->findings, LINT_TITLE, text->heading_line,
                    "no title stands below the heading");
    for (guint i = 0; i < text->cves->len; i++) {
        const char *cve = text->cves->pdata[i];
        if (!g_str_has_prefix(cve, "CVE-") || !g_ascii_isdigit(cve[4]))
            lint_report(context->findings, LINT_CVE_MALFORMED, text->heading_line,
                        "%s is not a CVE", cve);
        if (!g_hash_table_add(seen, text->cves->pdata[i]))
            lint_report(context->findings, LINT_CVE_TWICE, text->heading_line, "%s is there twice",
                        cve);
    }
}

static void check_updates(struct context *context)
{
    const struct text *text = context->text;
    if (text->number == NULL)
        return;
    if (text->version > 1 && text_find_section(text, NULL) == NULL)
        lint_report(context->findings, LINT_UPDATES, text->version_line,
                    "version %u has no updates", text->version);
    for (guint i = 0; i < text->sections->len; i++) {
        const struct text_section *section = text->sections->pdata[i];
        if (section->heading != NULL &&
            g_str_has_prefix(section->heading, context->lint->layout->updates))
            lint_report(context->findings, LINT_UPDATES, section->line,
                        "these are the updates of another version");
    }
}

static int place(const struct layout *layout, const struct text_section *section)
{
    if (section->kind == TEXT_UPDATES)
        return 0;
    for (int i = 0; layout->order[i] != NULL; i++)
        if (g_strcmp0(section->heading, layout->order[i]) == 0)
            return i + 1;
    return -1;
}

static bool is_one_of(char **patterns, const char *heading)
{
    for (; *patterns != NULL; patterns++)
        if (g_pattern_match_simple(*patterns, heading))
            return true;
    return false;
}

static bool is_known(const struct context *context, const char *heading)
{
    const struct layout *layout = context->lint->layout;
    return g_str_has_prefix(heading, layout->updates) || is_one_of(layout->anywhere, heading) ||
           (context->withdrawn && is_one_of(layout->when_withdrawn, heading));
}

static void check_section(struct context *context, const struct text_section *section,
                          const struct text_section **furthest)
{
    const struct layout *layout = context->lint->layout;
    int at = place(layout, section);
    if (section->underline >= 0)
        lint_report(context->findings, LINT_UNDERLINE, section->line + 1,
                    "the underline has %d characters", section->underline);
    if (at < 0) {
        if (!is_known(context, section->heading))
            lint_report(context->findings, LINT_SECTION_UNKNOWN, section->line,
                        "no known section is called %s", section->heading);
        return;
    }
    if (*furthest != NULL && at < place(layout, *furthest))
        lint_report(context->findings, LINT_SECTION_ORDER, section->line,
                    "this section belongs before %s", (*furthest)->heading);
    else
        *furthest = section;
}

static void check_sections(struct context *context)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    const struct text_section *furthest = NULL;
    for (guint i = 0; i < context->text->sections->len; i++) {
        const struct text_section *section = context->text->sections->pdata[i];
        if (section->kind == TEXT_BANNER || section->kind == TEXT_LEAD)
            continue;
        check_section(context, section, &furthest);
        char *name = section->heading == NULL ? context->lint->layout->updates : section->heading;
        if (!g_hash_table_add(seen, name))
            lint_report(context->findings, LINT_SECTION_TWICE, section->line, "%s is there twice",
                        name);
    }
    if (context->text->number == NULL || context->withdrawn)
        return;
    for (char **name = context->lint->layout->required; *name != NULL; name++)
        if (!g_hash_table_contains(seen, *name))
            lint_report(context->findings, LINT_SECTION_MISSING, 0, "there is no section %s",
                        *name);
}

/* Patches. */

/* Globs with many stars take for ever to match. */
static bool is_glob(const char *name)
{
    enum { STARS_MAX = 4 };
    int stars = 0;
    for (const char *at = name; *at != '\0'; at++)
        stars += *at == '*';
    return stars <= STARS_MAX && strpbrk(name, "*?[") != NULL;
}

bool lint_row_names(const struct text_row *row, const char *name)
{
    return row->kind == TEXT_ROW_PATCH &&
           (strcmp(row->name, name) == 0 ||
            (is_glob(row->name) && fnmatch(row->name, name, 0) == 0));
}

static bool is_in_table(const struct context *context, const struct text_sum *sum)
{
    for (guint i = 0; i < context->rows->len; i++)
        if (lint_row_names(context->rows->pdata[i], sum->name))
            return true;
    return false;
}

static bool is_in_sums(const struct context *context, const struct text_row *row)
{
    for (guint i = 0; i < context->sums->len; i++)
        if (lint_row_names(row, ((const struct text_sum *)context->sums->pdata[i])->name))
            return true;
    return false;
}

/* Recipes and withdrawn patches have sums without a row in the table. */
static void check_table(struct context *context)
{
    enum { PAIRS_MAX = 1000000 };
    if ((guint64)context->rows->len * context->sums->len > PAIRS_MAX) {
        lint_report(context->findings, LINT_PATCH_TABLE, 0,
                    "%u rows and %u sums are too many to compare", context->rows->len,
                    context->sums->len);
        return;
    }
    for (guint i = 0; i < context->rows->len; i++) {
        const struct text_row *row = context->rows->pdata[i];
        if (row->kind == TEXT_ROW_PATCH && !is_in_sums(context, row))
            lint_report(context->findings, LINT_PATCH_TABLE, row->line,
                        "%s is in the patch table, but there is no sum of it", row->name);
    }
    for (guint i = 0; i < context->sums->len; i++) {
        const struct text_sum *sum = context->sums->pdata[i];
        if (g_str_has_suffix(sum->name, ".patch") && !is_in_table(context, sum))
            lint_report(context->findings, LINT_PATCH_TABLE, sum->line,
                        "%s has a sum, but it is not in the patch table", sum->name);
    }
}

static const struct text_sum *find_sum(const GPtrArray *sums, const char *name)
{
    for (guint i = 0; i < sums->len; i++) {
        const struct text_sum *sum = sums->pdata[i];
        if (strcmp(sum->name, name) == 0)
            return sum;
    }
    return NULL;
}

static void check_files(struct context *context)
{
    const GPtrArray *files = context->lint->files;
    if (files == NULL || context->text->number == NULL)
        return;
    for (guint i = 0; i < context->sums->len; i++) {
        const struct text_sum *sum = context->sums->pdata[i];
        const struct text_sum *file = find_sum(files, sum->name);
        if (file == NULL)
            lint_report(context->findings, LINT_FILE_SUMS, sum->line,
                        "%s has a sum, but there is no such file", sum->name);
        else if (strcmp(file->digest, sum->digest) != 0)
            lint_report(context->findings, LINT_FILE_SUMS, sum->line,
                        "the sum is not that of the file %s", sum->name);
    }
    for (guint i = 0; i < files->len; i++) {
        const struct text_sum *file = files->pdata[i];
        if (find_sum(context->sums, file->name) == NULL)
            lint_report(context->findings, LINT_FILE_SUMS, 0, "the file %s has no sum in the text",
                        file->name);
    }
}

/* The deployment clause against the mitigations. */

/* What would be refused on the day. */
static void check_mail(struct context *context)
{
    g_autofree char *title = text_title(context->text);
    if (strstr(title, "=?") != NULL)
        lint_report(context->findings, LINT_MAIL, context->text->heading_line,
                    "the title cannot be the subject of a mail: \"=?\" begins a code there");
    for (guint i = 0; i < context->sums->len; i++) {
        const struct text_sum *sum = context->sums->pdata[i];
        if (!mail_good_file_name(sum->name))
            lint_report(context->findings, LINT_MAIL, sum->line,
                        "no file of that name can be attached to a mail: letters, digits, . _ + - "
                        "and folders");
    }
}

static bool forbids_mitigation(const struct text_section *deployment)
{
    for (guint i = 0; deployment != NULL && i < deployment->blocks->len; i++) {
        const struct text_block *block = deployment->blocks->pdata[i];
        if (block->kind == TEXT_CLAUSE &&
            (block->mitigation == TEXT_MEMBERS || block->mitigation == TEXT_FORBIDDEN))
            return true;
        if (block->kind == TEXT_PARAGRAPH && strstr(block->words, "NOT permitted") != NULL)
            return true;
    }
    return false;
}

static char *flatten(const char *words)
{
    g_auto(GStrv) parts = g_strsplit_set(words, " \t\n", -1);
    GString *flat = g_string_new(" ");
    for (char **part = parts; *part != NULL; part++)
        if (**part != '\0')
            g_string_append_printf(flat, "%s ", *part);
    return g_string_free(g_string_ascii_down(flat), FALSE);
}

static bool is_denied(const char *flat, const char *at)
{
    enum { LONGEST = 8 };
    gsize length = MIN((gsize)(at - flat), LONGEST);
    g_autofree char *before = g_strndup(at - length, length);
    return g_str_has_suffix(before, " not ") || g_str_has_suffix(before, "n't ") ||
           g_str_has_suffix(before, " not be ") || g_str_has_suffix(before, " cannot ");
}

static bool recommends(const char *words)
{
    static const char *const phrases[] = {"recommend", "encourage", "advise",
                                          "urge",      "suggest",   "should be"};
    g_autofree char *flat = flatten(words);
    for (gsize i = 0; i < G_N_ELEMENTS(phrases); i++)
        for (char *at = strstr(flat, phrases[i]); at != NULL; at = strstr(at + 1, phrases[i]))
            if (!g_ascii_isalpha(at[-1]) && !is_denied(flat, at))
                return true;
    return false;
}

static void check_mitigation(struct context *context)
{
    const struct layout *layout = context->lint->layout;
    const struct text_section *section = text_find_section(context->text, layout->mitigation);
    if (section == NULL ||
        !forbids_mitigation(text_find_section(context->text, layout->deployment)))
        return;
    for (guint i = 0; i < section->blocks->len; i++) {
        const struct text_block *block = section->blocks->pdata[i];
        if (block->kind == TEXT_PARAGRAPH && recommends(block->words))
            lint_report(context->findings, LINT_MITIGATION_FORBIDDEN, block->line,
                        "a mitigation is recommended whose deployment is NOT permitted");
    }
}

static void take_block(struct context *context, const struct text_block *block)
{
    if (block->kind == TEXT_PARAGRAPH)
        check_paragraph(context, block);
    for (guint i = 0; block->kind == TEXT_TABLE && i < block->rows->len; i++)
        g_ptr_array_add(context->rows, block->rows->pdata[i]);
    for (guint i = 0; block->kind == TEXT_SUMS && i < block->sums->len; i++)
        g_ptr_array_add(context->sums, block->sums->pdata[i]);
}

static int by_line(gconstpointer left, gconstpointer right)
{
    const struct lint_finding *a = *(struct lint_finding *const *)left;
    const struct lint_finding *b = *(struct lint_finding *const *)right;
    int order = g_strcmp0(a->file, b->file);
    if (order != 0)
        return order;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return a->rule == b->rule ? strcmp(a->sentence, b->sentence) : a->rule < b->rule ? -1 : 1;
}

void lint_in_file(GPtrArray *findings, guint first, const char *file)
{
    for (guint i = first; i < findings->len; i++) {
        struct lint_finding *finding = findings->pdata[i];
        g_free(finding->file);
        finding->file = g_strdup(file);
    }
}

void lint_sort(GPtrArray *findings)
{
    g_ptr_array_sort(findings, by_line);
}

void lint_waive(GPtrArray *findings, const struct lint_rule *rule, const char *reason)
{
    for (guint i = 0; i < findings->len; i++) {
        struct lint_finding *finding = findings->pdata[i];
        if (finding->rule != rule)
            continue;
        g_free(finding->waived);
        finding->waived = g_strdup(reason);
    }
}

guint lint_count(const GPtrArray *findings, enum lint_severity severity)
{
    guint count = 0;
    for (guint i = 0; i < findings->len; i++) {
        const struct lint_finding *finding = findings->pdata[i];
        count += finding->rule->severity == severity && finding->waived == NULL;
    }
    return count;
}

GPtrArray *lint_check(const struct lint_case *lint, GError **error)
{
    static void (*const checks[])(struct context *) = {check_head,  check_updates, check_sections,
                                                       check_table, check_files,   check_mitigation,
                                                       check_mail};
    g_autoptr(Text) read =
        lint->text != NULL ? NULL
                           : text_parse(lint->bytes, lint->length, lint->form, lint->layout, error);
    const struct text *text = lint->text != NULL ? lint->text : read;
    if (text == NULL)
        return NULL;
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    g_autoptr(GPtrArray) sums = g_ptr_array_new();
    GPtrArray *findings = lint_findings();
    struct context context = {lint, text, findings, rows, sums, false};
    context.withdrawn = layout_withdraws(context.lint->layout, context.text);
    for (guint i = 0; i < text->sections->len; i++) {
        const struct text_section *section = text->sections->pdata[i];
        for (guint n = 0; n < section->blocks->len; n++)
            take_block(&context, section->blocks->pdata[n]);
    }
    lint_lines(findings, lint->bytes, lint->length);
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++)
        checks[i](&context);
    lint_sort(findings);
    return findings;
}
