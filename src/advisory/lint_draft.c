#include "lint_draft.h"

#include "draft.h"
#include "fault.h"

#include <string.h>

GArray *lint_draft_patches(const GPtrArray *files)
{
    GArray *patches = lint_patches_new();
    for (guint i = 0; i < files->len; i++) {
        const struct record_patch *file = files->pdata[i];
        lint_patches_add(patches, file->name, file->bytes);
    }
    return patches;
}

static char *path_of(const struct lint_draft *draft, const char *name)
{
    g_autofree char *folder = draft_folder(draft->layout, draft->number);
    return g_strconcat(folder, "/", name, NULL);
}

/* What stands in no file of text, but will stand in the text. */
static void check_words(GPtrArray *findings, const char *words)
{
    guint first = findings->len;
    if (words == NULL)
        return;
    lint_lines(findings, words, strlen(words));
    for (guint i = first; i < findings->len; i++)
        ((struct lint_finding *)findings->pdata[i])->line = 0;
}

static void check_conf(GPtrArray *findings, const struct record_conf *conf)
{
    guint first = findings->len;
    check_words(findings, conf->title);
    check_words(findings, conf->reason);
    for (guint i = 0; i < conf->credits->len; i++)
        check_words(findings, conf->credits->pdata[i]);
    for (guint i = 0; i < conf->rows->len; i++)
        check_words(findings, ((const struct text_row *)conf->rows->pdata[i])->label);
    lint_in_file(findings, first, MANUSCRIPT_CONF);
}

/* Those that record.conf names; one that nobody knows is a finding. */
static GPtrArray *find_policies(GPtrArray *findings, const struct lint_draft *draft,
                                const struct record_conf *conf)
{
    GPtrArray *found = g_ptr_array_new();
    for (guint i = 0; i < conf->policies->len; i++) {
        g_autoptr(GError) reason = NULL;
        const struct policy *policy =
            policies_find(draft->policies, conf->policies->pdata[i], &reason);
        if (policy != NULL)
            g_ptr_array_add(found, (gpointer)(gsize)policy);
        else
            lint_report(findings, LINT_RECORD, 0, "%s", reason->message);
    }
    return found;
}

static void check_dates(GPtrArray *findings, const struct lint_draft *draft,
                        const struct record_conf *conf)
{
    guint first = findings->len;
    g_autoptr(GPtrArray) policies = find_policies(findings, draft, conf);
    const struct lint_dates dates = {
        .conf = conf,
        .told = conf->version > 1 || g_str_equal(draft->state, "predisclosed"),
        .vacated = draft->vacated,
        .policies = (const struct policy *const *)policies->pdata,
        .count = policies->len,
        .workdays = draft->workdays,
        .now = draft->now,
    };
    lint_dates(findings, &dates);
    lint_in_file(findings, first, MANUSCRIPT_CONF);
}

static void waive(GPtrArray *findings, const struct record_conf *conf)
{
    for (guint i = 0; i < conf->waivers->len; i++) {
        const struct record_conf_waiver *waiver = conf->waivers->pdata[i];
        const struct lint_rule *rule = lint_find_rule(waiver->finding);
        if (rule != NULL) {
            lint_waive(findings, rule, waiver->reason);
            continue;
        }
        guint first = findings->len;
        lint_report(findings, LINT_RECORD, 0, "[waivers] names %s, but there is no such rule",
                    waiver->finding);
        lint_in_file(findings, first, MANUSCRIPT_CONF);
    }
}

static bool append(GPtrArray *findings, GPtrArray *more)
{
    if (more == NULL)
        return false;
    g_ptr_array_extend_and_steal(findings, more);
    return true;
}

/* Rows of the table are lines of record.conf, not of the prose. */
static void place_rows(GPtrArray *findings, guint first)
{
    for (guint i = first; i < findings->len; i++) {
        struct lint_finding *finding = findings->pdata[i];
        if (finding->line == 0 && finding->file == NULL)
            finding->file = g_strdup(MANUSCRIPT_CONF);
    }
}

static bool check_manuscript(GPtrArray *findings, const struct lint_draft *draft,
                             const struct manuscript *manuscript, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autoptr(Text) text = manuscript_compose(manuscript, draft->layout, &reason);
    const struct lint_case lint = {.bytes = manuscript->prose,
                                   .length = strlen(manuscript->prose),
                                   .form = TEXT_DRAFT,
                                   .layout = draft->layout,
                                   .files = manuscript->sums,
                                   .text = text};
    guint first = findings->len;
    if (text == NULL)
        lint_report(findings, LINT_RECORD, 0, "%s", reason->message);
    if (!append(findings, lint_check(&lint, error)))
        return false;
    if (draft->trial != NULL) {
        g_autoptr(GArray) patches = lint_draft_patches(manuscript->files);
        const struct lint_series series = {manuscript->conf->rows, patches};
        lint_patches(findings, &series, draft->trial);
    }
    place_rows(findings, first);
    first = findings->len;
    if (manuscript->updates != NULL)
        lint_lines(findings, manuscript->updates, strlen(manuscript->updates));
    lint_in_file(findings, first, MANUSCRIPT_UPDATES);
    return true;
}

/* When the folder as a whole cannot be read: what is wrong, and the prose alone. */
static bool check_prose(GPtrArray *findings, const struct lint_draft *draft, const GError *reason,
                        GError **error)
{
    g_autofree char *path = path_of(draft, MANUSCRIPT_PROSE);
    g_autoptr(GBytes) bytes = desk_read(draft->desk, path, TEXT_LENGTH_MAX, error);
    if (bytes == NULL)
        return false;
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    const struct lint_case lint = {.bytes = data == NULL ? "" : data,
                                   .length = length,
                                   .form = TEXT_DRAFT,
                                   .layout = draft->layout};
    lint_report(findings, LINT_RECORD, 0, "%s", reason->message);
    lint_in_file(findings, findings->len - 1, MANUSCRIPT_CONF);
    return append(findings, lint_check(&lint, error));
}

static bool is_finding(const GError *reason)
{
    return g_error_matches(reason, FAULT_DOMAIN, FAULT_DATA) ||
           g_error_matches(reason, FAULT_DOMAIN, FAULT_CONFIG);
}

GPtrArray *lint_draft(const struct lint_draft *draft, GError **error)
{
    g_autoptr(GPtrArray) findings = lint_findings();
    g_autoptr(GError) reason = NULL;
    g_autoptr(Manuscript) manuscript =
        manuscript_read(draft->desk, draft->layout, draft->number, &reason);
    if (manuscript == NULL && !is_finding(reason)) {
        g_propagate_error(error, g_steal_pointer(&reason));
        return NULL;
    }
    bool read = manuscript != NULL ? check_manuscript(findings, draft, manuscript, error)
                                   : check_prose(findings, draft, reason, error);
    if (!read)
        return NULL;
    g_autoptr(RecordConf) apart =
        manuscript != NULL ? NULL
                           : manuscript_conf(draft->desk, draft->layout, draft->number, NULL);
    const struct record_conf *conf = manuscript != NULL ? manuscript->conf : apart;
    if (conf != NULL) {
        check_conf(findings, conf);
        check_dates(findings, draft, conf);
        waive(findings, conf);
    }
    lint_sort(findings);
    return g_steal_pointer(&findings);
}
