#include "lint_patches.h"

#include <string.h>

/* One patch of the table, read, and the branches it shall apply to. */
struct entry {
    const struct lint_patch *patch;
    struct unified *unified; /* NULL: it cannot be read */
    GArray *targets;         /* struct labels_target */
    unsigned line;           /* of its row */
    GString *refused_by;     /* branches */
    char *reason;            /* why the first of them refused it */
};

static void patch_clear(gpointer pointer)
{
    struct lint_patch *patch = pointer;
    g_free(patch->name);
    g_bytes_unref(patch->bytes);
}

GArray *lint_patches_new(void)
{
    GArray *patches = g_array_new(FALSE, FALSE, sizeof(struct lint_patch));
    g_array_set_clear_func(patches, patch_clear);
    return patches;
}

void lint_patches_add(GArray *patches, const char *name, GBytes *bytes)
{
    struct lint_patch patch = {g_strdup(name), g_bytes_ref(bytes)};
    g_array_append_val(patches, patch);
}

static void entry_free(gpointer pointer)
{
    struct entry *entry = pointer;
    unified_free(entry->unified);
    g_array_unref(entry->targets);
    g_string_free(entry->refused_by, TRUE);
    g_free(entry->reason);
    g_free(entry);
}

/* A label may go on in the rows below. */
static char *whole_label(const GPtrArray *rows, guint at)
{
    const struct text_row *row = rows->pdata[at];
    GString *label = g_string_new(row->label);
    for (guint i = at + 1; i < rows->len; i++) {
        const struct text_row *more = rows->pdata[i];
        if (more->kind != TEXT_ROW_MORE)
            break;
        g_string_append_printf(label, " %s", more->label);
    }
    return g_string_free(label, FALSE);
}

static int by_name(gconstpointer left, gconstpointer right)
{
    const struct lint_patch *a = *(struct lint_patch *const *)left;
    const struct lint_patch *b = *(struct lint_patch *const *)right;
    return text_name_order(a->name, b->name);
}

/* The files that a row names, in the order of the sums, by which series are numbered. */
static GPtrArray *named_by(const struct text_row *row, const GArray *patches)
{
    GPtrArray *named = g_ptr_array_new();
    for (guint i = 0; i < patches->len; i++) {
        struct lint_patch *patch = &g_array_index(patches, struct lint_patch, i);
        if (lint_row_names(row, patch->name))
            g_ptr_array_add(named, patch);
    }
    g_ptr_array_sort(named, by_name);
    return named;
}

static struct entry *make_entry(const struct lint_patch *patch, unsigned line,
                                const GArray *targets, GError **error)
{
    struct entry *entry = g_new0(struct entry, 1);
    entry->patch = patch;
    entry->line = line;
    entry->unified = unified_parse(patch->bytes, error);
    entry->refused_by = g_string_new(NULL);
    entry->targets = g_array_new(FALSE, FALSE, sizeof(struct labels_target));
    g_array_append_vals(entry->targets, targets->data, targets->len);
    return entry;
}

/* The patches of a table, in its order; `findings` NULL: they are somebody else's to look after. */
static GPtrArray *read_series(const struct lint_series *series, const struct lint_trial *trial,
                              GPtrArray *findings)
{
    GPtrArray *entries = g_ptr_array_new_with_free_func(entry_free);
    for (guint i = 0; i < series->rows->len; i++) {
        const struct text_row *row = series->rows->pdata[i];
        if (row->kind != TEXT_ROW_PATCH)
            continue;
        g_autofree char *label = whole_label(series->rows, i);
        g_autofree char *unknown = NULL;
        g_autoptr(GArray) targets = labels_find(label, trial->places, trial->count, &unknown);
        g_autoptr(GPtrArray) named = named_by(row, series->patches);
        if (unknown != NULL && named->len > 0 && findings != NULL)
            lint_report(findings, LINT_PATCH_UNTRIED, row->line,
                        "%s is not tried: no branch is known for \"%s\"", row->name, unknown);
        for (guint n = 0; n < named->len; n++) {
            g_autoptr(GError) reason = NULL;
            const struct lint_patch *patch = named->pdata[n];
            g_ptr_array_add(entries, make_entry(patch, row->line, targets, &reason));
            if (reason != NULL && findings != NULL)
                lint_report(findings, LINT_PATCH_UNREADABLE, row->line, "%s: %s", patch->name,
                            reason->message);
        }
    }
    return entries;
}

static bool is_for(const struct entry *entry, const struct labels_target *target)
{
    for (guint i = 0; i < entry->targets->len; i++) {
        const struct labels_target *own = &g_array_index(entry->targets, struct labels_target, i);
        if (own->place == target->place && g_str_equal(own->branch, target->branch))
            return true;
    }
    return false;
}

/* All that is for a branch, one on top of the other; the first that does not apply, or NULL. */
static struct entry *apply_all(struct tryout *tryout, const GPtrArray *entries,
                               const struct labels_target *target, GError **error)
{
    for (guint i = 0; i < entries->len; i++) {
        struct entry *entry = entries->pdata[i];
        if (entry->unified != NULL && is_for(entry, target) &&
            !tryout_apply(tryout, entry->unified, error))
            return entry;
    }
    return NULL;
}

static bool applies_on_others(struct tryout *tryout, const GPtrArray *entries, GPtrArray *before,
                              const struct labels_target *target)
{
    if (before->len == 0 || !tryout_begin(tryout, target->branch, NULL))
        return false;
    for (guint i = 0; i < before->len; i++)
        if (apply_all(tryout, before->pdata[i], target, NULL) != NULL)
            return false;
    return apply_all(tryout, entries, target, NULL) == NULL;
}

static void try_branch(GPtrArray *findings, const struct lint_trial *trial,
                       const GPtrArray *entries, GPtrArray *before,
                       const struct labels_target *target)
{
    struct tryout *tryout = trial->tryouts[target->place];
    g_autoptr(GError) reason = NULL;
    if (!tryout_begin(tryout, target->branch, &reason)) {
        lint_report(findings, LINT_PATCH_UNTRIED, 0, "%s", reason->message);
        return;
    }
    struct entry *refused = apply_all(tryout, entries, target, &reason);
    if (refused == NULL || applies_on_others(tryout, entries, before, target))
        return;
    g_string_append_printf(refused->refused_by, "%s%s", refused->refused_by->len > 0 ? ", " : "",
                           target->branch);
    if (refused->reason == NULL)
        refused->reason = g_strdup(reason->message);
}

/* Every branch that some patch is for, once. */
static GArray *all_targets(const GPtrArray *entries)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(struct labels_target));
    for (guint i = 0; i < entries->len; i++) {
        const struct entry *entry = entries->pdata[i];
        for (guint n = 0; n < entry->targets->len; n++) {
            struct labels_target target = g_array_index(entry->targets, struct labels_target, n);
            bool known = false;
            for (guint k = 0; k < i && !known; k++)
                known = is_for(entries->pdata[k], &target);
            if (!known)
                g_array_append_val(all, target);
        }
    }
    return all;
}

static bool has_opaque(const struct unified *unified)
{
    for (guint i = 0; unified != NULL && i < unified->files->len; i++)
        if (((const struct unified_file *)unified->files->pdata[i])->opaque)
            return true;
    return false;
}

/* What cannot be tried is said once, and left out of the series. */
static void drop_opaque(GPtrArray *findings, GPtrArray *entries)
{
    for (guint i = 0; i < entries->len; i++) {
        struct entry *entry = entries->pdata[i];
        if (!has_opaque(entry->unified))
            continue;
        lint_report(findings, LINT_PATCH_UNTRIED, entry->line,
                    "%s is not tried: it is binary, or changes a submodule", entry->patch->name);
        g_clear_pointer(&entry->unified, unified_free);
    }
}

void lint_patches(GPtrArray *findings, const struct lint_series *series,
                  const struct lint_trial *trial)
{
    if (trial->count == 0)
        return;
    g_autoptr(GPtrArray) entries = read_series(series, trial, findings);
    g_autoptr(GPtrArray) before = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < trial->before_count; i++)
        g_ptr_array_add(before, read_series(&trial->before[i], trial, NULL));
    drop_opaque(findings, entries);
    g_autoptr(GArray) targets = all_targets(entries);
    for (guint i = 0; i < targets->len; i++)
        try_branch(findings, trial, entries, before,
                   &g_array_index(targets, struct labels_target, i));
    for (guint i = 0; i < entries->len; i++) {
        const struct entry *entry = entries->pdata[i];
        if (entry->reason != NULL)
            lint_report(findings, LINT_PATCH_APPLY, entry->line, "%s does not apply to %s: %s",
                        entry->patch->name, entry->refused_by->str, entry->reason);
    }
}
