/* advisory lint, advisory waive: what is wrong with a text, and what of it is set aside. */
#include "advisory_lint.h"

#include "advisory_trial.h"
#include "armour.h"
#include "fault.h"
#include "intake.h"
#include "lint_draft.h"

#include <stdio.h>
#include <string.h>

static const struct table_column columns[] = {
    {"file", "File", TABLE_KIND_STRING},         {"line", "Line", TABLE_KIND_INT},
    {"severity", "Severity", TABLE_KIND_STRING}, {"rule", "Rule", TABLE_KIND_STRING},
    {"finding", "Finding", TABLE_KIND_STRING},   {"waived", "Waived", TABLE_KIND_STRING}};

enum { FILE_COLUMN = 1, WAIVED_COLUMN = 1 };

/* A text for people has no columns that are empty. */
static bool is_wide(const GPtrArray *findings, const char *file)
{
    bool wide = file != NULL || advisory_given.format != NULL;
    for (guint i = 0; i < findings->len && !wide; i++) {
        const struct lint_finding *finding = findings->pdata[i];
        wide = finding->file != NULL || finding->waived != NULL;
    }
    return wide;
}

static void add_finding(struct table *table, const struct lint_finding *finding, unsigned first)
{
    bool grave = finding->rule->severity == LINT_ERROR;
    if (finding->line == 0)
        table_none(table);
    else
        table_int(table, finding->line + first - 1);
    table_string(table, finding->waived != NULL ? "waived" : grave ? "error" : "warning");
    table_string(table, finding->rule->id);
    table_string(table, finding->sentence);
}

/* `first` is the line at which the text begins; `file` is what it is called. */
static struct table *make_table(const GPtrArray *findings, unsigned first, const char *file)
{
    bool wide = is_wide(findings, file);
    struct table *table = wide ? table_new(columns, G_N_ELEMENTS(columns))
                               : table_new(columns + FILE_COLUMN,
                                           G_N_ELEMENTS(columns) - FILE_COLUMN - WAIVED_COLUMN);
    for (guint i = 0; i < findings->len; i++) {
        const struct lint_finding *finding = findings->pdata[i];
        if (wide)
            table_string(table, finding->file != NULL ? finding->file : file);
        add_finding(table, finding, first);
        if (wide)
            table_string(table, finding->waived);
    }
    return table;
}

static bool refuse_errors(guint errors, GError **error)
{
    return errors == 0 ||
           fault_raise(error, FAULT_DATA, "lint found %u error%s", errors, errors == 1 ? "" : "s");
}

static bool report(const struct room *room, const GPtrArray *findings, unsigned first,
                   const char *file, GError **error)
{
    g_autoptr(Table) table = make_table(findings, first, file);
    if (findings->len == 0 && advisory_given.format == NULL)
        puts("nothing found");
    else if (!room_print(room, table, error))
        return false;
    return refuse_errors(lint_count(findings, LINT_ERROR), error);
}

/* --- drafts --- */

static struct workdays *read_holidays(const struct room *room, GError **error)
{
    g_autofree char *path =
        g_build_filename(room->context->home->folder, "policies", "holidays", NULL);
    g_autofree char *text = NULL;
    g_autoptr(GError) reason = NULL;
    if (!g_file_get_contents(path, &text, NULL, &reason) &&
        !g_error_matches(reason, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
        fault_raise(error, FAULT_NOINPUT, "%s", reason->message);
        return NULL;
    }
    return workdays_parse(text, path, error);
}

/* The repositories, and what goes out before it. */
static struct trial *open_trial(const struct room *room, const char *number, GPtrArray *findings,
                                GError **error)
{
    g_autoptr(RecordConf) conf = manuscript_conf(room->desk, room->layout, number, NULL);
    struct trial *trial = trial_open(room->context->home, findings, error);
    if (trial != NULL && conf != NULL)
        trial_before(trial, room, number, conf->companions);
    return trial;
}

/* Nobody misses a repository when there is nothing to try on it. */
static bool has_patches(const struct room *room, const char *number)
{
    g_autoptr(RecordConf) conf = manuscript_conf(room->desk, room->layout, number, NULL);
    return conf != NULL && conf->rows->len > 0;
}

GPtrArray *room_lint(const struct room *room, const struct record_advisory *advisory,
                     GError **error)
{
    g_autofree char *folder = g_build_filename(room->context->home->folder, "policies", NULL);
    g_autoptr(GPtrArray) policies = policies_load(folder, error);
    g_autoptr(Workdays) workdays = policies == NULL ? NULL : read_holidays(room, error);
    g_autoptr(GPtrArray) findings = lint_findings();
    if (workdays == NULL)
        return NULL;
    bool some = has_patches(room, advisory->number), vacated = false;
    if (!record_is_vacated(desk_store(room->desk), advisory->id, &vacated, error))
        return NULL;
    g_autoptr(Trial) trial = some ? open_trial(room, advisory->number, findings, error) : NULL;
    if (some && trial == NULL)
        return NULL;
    const struct lint_draft draft = {.desk = room->desk,
                                     .layout = room->layout,
                                     .number = advisory->number,
                                     .state = advisory->state,
                                     .vacated = vacated,
                                     .policies = policies,
                                     .workdays = workdays,
                                     .now = room->context->now,
                                     .trial = some ? trial_case(trial) : NULL};
    GPtrArray *found = lint_draft(&draft, error);
    if (found != NULL)
        g_ptr_array_extend_and_steal(found, g_steal_pointer(&findings));
    return found;
}

bool room_lint_passed(const struct room *room, const struct record_advisory *advisory,
                      GError **error)
{
    g_autoptr(GPtrArray) findings = room_lint(room, advisory, error);
    g_autoptr(GString) rules = g_string_new(NULL);
    if (findings == NULL)
        return false;
    guint errors = lint_count(findings, LINT_ERROR);
    for (guint i = 0; i < findings->len; i++) {
        const struct lint_finding *finding = findings->pdata[i];
        if (finding->rule->severity == LINT_ERROR && finding->waived == NULL &&
            strstr(rules->str, finding->rule->id) == NULL)
            g_string_append_printf(rules, "%s%s", rules->len == 0 ? "" : ", ", finding->rule->id);
    }
    return errors == 0 ||
           fault_raise(error, FAULT_DATA,
                       "lint found %u error%s (%s): barograph advisory lint %s shows where", errors,
                       errors == 1 ? "" : "s", rules->str, advisory->number);
}

/* --- versions of the record --- */

static void add_rows(const struct text *text, GPtrArray *rows)
{
    for (guint i = 0; i < text->sections->len; i++) {
        const struct text_section *section = text->sections->pdata[i];
        for (guint n = 0; n < section->blocks->len; n++) {
            const struct text_block *block = section->blocks->pdata[n];
            for (guint k = 0; block->kind == TEXT_TABLE && k < block->rows->len; k++)
                g_ptr_array_add(rows, block->rows->pdata[k]);
        }
    }
}

static void sum_free(gpointer pointer)
{
    struct text_sum *sum = pointer;
    g_free(sum->digest);
    g_free(sum->name);
    g_free(sum);
}

static GPtrArray *sums_of(const GPtrArray *files)
{
    GPtrArray *sums = g_ptr_array_new_with_free_func(sum_free);
    for (guint i = 0; i < files->len; i++) {
        const struct record_patch *file = files->pdata[i];
        struct text_sum *sum = g_new0(struct text_sum, 1);
        sum->name = g_strdup(file->name);
        sum->digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, file->bytes);
        g_ptr_array_add(sums, sum);
    }
    return sums;
}

static bool try_patches(const struct room *room, GPtrArray *findings, const char *plain,
                        const GPtrArray *files, GError **error)
{
    g_autoptr(Text) text = text_parse(plain, strlen(plain), TEXT_WHOLE, room->layout, error);
    g_autoptr(Trial) trial = text == NULL ? NULL : trial_open(room->context->home, findings, error);
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    g_autoptr(GArray) patches = lint_draft_patches(files);
    if (trial == NULL)
        return false;
    add_rows(text, rows);
    const struct lint_series series = {rows, patches};
    lint_patches(findings, &series, trial_case(trial));
    return true;
}

/* Until it is public: later the fix is in the branches. */
static bool may_apply(const struct record_advisory *advisory)
{
    return g_str_equal(advisory->state, "frozen") || g_str_equal(advisory->state, "predisclosed");
}

static GPtrArray *check_version(const struct room *room, const struct choice *choice, char *plain,
                                GError **error)
{
    struct store *store = desk_store(room->desk);
    g_autoptr(GPtrArray) files = record_patches(store, choice->version->id, error);
    g_autoptr(GPtrArray) waivers =
        files == NULL ? NULL : record_waivers(store, choice->advisory->id, error);
    if (waivers == NULL)
        return NULL;
    g_autoptr(GPtrArray) sums = sums_of(files);
    const struct lint_case lint = {.bytes = plain,
                                   .length = strlen(plain),
                                   .form = TEXT_WHOLE,
                                   .layout = room->layout,
                                   .files = files->len > 0 ? sums : NULL};
    g_autoptr(GPtrArray) findings = lint_check(&lint, error);
    if (findings == NULL || (files->len > 0 && may_apply(choice->advisory) &&
                             !try_patches(room, findings, plain, files, error)))
        return NULL;
    for (guint i = 0; i < waivers->len; i++) {
        const struct record_waiver *waiver = waivers->pdata[i];
        const struct lint_rule *rule = lint_find_rule(waiver->finding);
        if (rule != NULL)
            lint_waive(findings, rule, waiver->reason);
    }
    lint_sort(findings);
    return g_steal_pointer(&findings);
}

static bool lint_number(struct room *room, const char *number, GError **error)
{
    struct choice choice = {0};
    g_autoptr(GPtrArray) findings = NULL;
    const char *file = NULL;
    if (room_find(room, number, &choice, error)) {
        bool draft = room_is_draft(room, &choice);
        g_autofree char *plain = draft ? NULL : room_render(room, &choice, error);
        file = draft ? MANUSCRIPT_PROSE : NULL;
        findings = draft           ? room_lint(room, choice.advisory, error)
                   : plain != NULL ? check_version(room, &choice, plain, error)
                                   : NULL;
    }
    room_forget(&choice);
    return findings != NULL && report(room, findings, 1, file, error);
}

/* --- files --- */

/* Signed or not, whole or the sections alone; line numbers are those of the file. */
static bool lint_file(const struct room *room, const char *path, GError **error)
{
    gsize length = 0;
    g_autoptr(GBytes) bytes = intake_read(path, error);
    if (bytes == NULL)
        return false;
    const char *data = g_bytes_get_data(bytes, &length);
    struct lint_case lint = {.bytes = data == NULL ? "" : data,
                             .length = length,
                             .form = TEXT_WHOLE,
                             .layout = room->layout};
    bool is_signed =
        g_strstr_len(lint.bytes, (gssize)length, "-----BEGIN PGP SIGNED MESSAGE-----") != NULL;
    g_autoptr(Armour) armour = is_signed ? armour_read(lint.bytes, length, error) : NULL;
    if (is_signed && armour == NULL)
        return false;
    if (is_signed) {
        lint.bytes = armour->text;
        lint.length = armour->length;
    }
    g_autoptr(Text) whole = text_parse(lint.bytes, lint.length, TEXT_WHOLE, room->layout, NULL);
    lint.form = whole == NULL ? TEXT_DRAFT : TEXT_WHOLE;
    g_autoptr(GPtrArray) findings = lint_check(&lint, error);
    return findings != NULL && report(room, findings, is_signed ? armour->first : 1, NULL, error);
}

bool verb_lint(struct room *room, int argc, char **argv, GError **error)
{
    if (argc != 1)
        return fault_raise(error, FAULT_USAGE, "advisory lint takes one number or one file");
    return room_number(room, argv[0]) != NULL ? lint_number(room, argv[0], error)
                                              : lint_file(room, argv[0], error);
}
