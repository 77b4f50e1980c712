#include "compare.h"

#include "patch_text.h"
#include "record_versions.h"
#include "word_diff.h"

#include <string.h>

static json_t *valid(const char *text)
{
    g_autofree char *made = g_utf8_make_valid(text, -1);
    return json_string(made);
}

/* --- words --- */

/* [{"same": ...}, {"removed": ...}, {"added": ...}]; NULL where no word differs. */
static json_t *words_of(const char *old, const char *new)
{
    static const char *const names[] = {
        [WORD_SAME] = "same", [WORD_REMOVED] = "removed", [WORD_ADDED] = "added"};
    g_autoptr(GPtrArray) runs = word_diff(old, new);
    json_t *list = json_array();
    bool differs = false;
    for (guint i = 0; i < runs->len; i++) {
        const struct word_run *run = runs->pdata[i];
        json_array_append_new(list, json_pack("{s:o}", names[run->kind], valid(run->text)));
        differs |= run->kind != WORD_SAME;
    }
    if (differs)
        return list;
    json_decref(list);
    return NULL;
}

/* --- sections --- */

/* What it is called; the number of the version does not make other updates of them. */
static const char *name_of(const struct text_section *section, const struct layout *layout)
{
    return section->kind == TEXT_BANNER    ? "(before the heading)"
           : section->kind == TEXT_LEAD    ? "(before the first section)"
           : section->kind == TEXT_UPDATES ? layout->updates
                                           : section->heading;
}

/* The prose of a section: what stands below its heading, but the table and the sums. */
static char *prose_of(const struct text_section *section, const struct layout *layout,
                      GError **error)
{
    g_autoptr(Text) draft = text_new();
    struct text_section *copy = text_add_section(draft, TEXT_SECTION, "X");
    for (guint i = 0; i < section->blocks->len; i++) {
        const struct text_block *block = section->blocks->pdata[i];
        if (block->kind != TEXT_TABLE && block->kind != TEXT_SUMS)
            g_ptr_array_add(copy->blocks, text_block_copy(block));
    }
    g_autofree char *whole = text_render(draft, layout, error);
    if (whole == NULL)
        return NULL;
    const char *below = strchr(whole, '\n');
    below = below == NULL ? NULL : strchr(below + 1, '\n');
    return g_strdup(below == NULL ? "" : below + 1 + strspn(below + 1, "\n"));
}

/* The n-th section of that name, from 0. */
static const struct text_section *find_section(const struct text *text, const char *name, guint nth,
                                               const struct layout *layout)
{
    for (guint i = 0; i < text->sections->len; i++) {
        const struct text_section *section = text->sections->pdata[i];
        if (strcmp(name_of(section, layout), name) == 0 && nth-- == 0)
            return section;
    }
    return NULL;
}

/* How many of its name stand before the section. */
static guint rank_of(const struct text *text, guint index, const struct layout *layout)
{
    const char *name = name_of(text->sections->pdata[index], layout);
    guint rank = 0;
    for (guint i = 0; i < index; i++)
        rank += strcmp(name_of(text->sections->pdata[i], layout), name) == 0;
    return rank;
}

static bool add_section(json_t *list, const char *name, const struct text_section *old,
                        const struct text_section *new, const struct layout *layout, GError **error)
{
    g_autofree char *before = old == NULL ? g_strdup("") : prose_of(old, layout, error);
    g_autofree char *after =
        before == NULL || new == NULL ? g_strdup("") : prose_of(new, layout, error);
    if (before == NULL || after == NULL)
        return false;
    json_t *words = words_of(before, after);
    const char *change = old == NULL ? "added" : new == NULL ? "removed" : "changed";
    if (words == NULL && old != NULL && new != NULL)
        return true;
    json_array_append_new(list, json_pack("{s:o, s:s, s:o}", "section", valid(name), "change",
                                          change, "words", words == NULL ? json_array() : words));
    return true;
}

static bool add_sections(json_t *list, const struct compare_side *old,
                         const struct compare_side *new, const struct layout *layout,
                         GError **error)
{
    const GPtrArray *sections = new->text->sections;
    for (guint i = 0; i < sections->len; i++) {
        const char *name = name_of(sections->pdata[i], layout);
        const struct text_section *before =
            find_section(old->text, name, rank_of(new->text, i, layout), layout);
        if (!add_section(list, name, before, sections->pdata[i], layout, error))
            return false;
    }
    for (guint i = 0; i < old->text->sections->len; i++) {
        const char *name = name_of(old->text->sections->pdata[i], layout);
        if (find_section(new->text, name, rank_of(old->text, i, layout), layout) == NULL &&
            !add_section(list, name, old->text->sections->pdata[i], NULL, layout, error))
            return false;
    }
    return true;
}

/* --- the head --- */

static bool has_word(const GPtrArray *list, const char *word)
{
    for (guint i = 0; i < list->len; i++)
        if (strcmp(list->pdata[i], word) == 0)
            return true;
    return false;
}

static void add_missing(json_t *list, const GPtrArray *from, const GPtrArray *in,
                        const char *change)
{
    for (guint i = 0; i < from->len; i++)
        if (!has_word(in, from->pdata[i]))
            json_array_append_new(
                list, json_pack("{s:o, s:s}", "cve", valid(from->pdata[i]), "change", change));
}

static json_t *title_words(const struct compare_side *old, const struct compare_side *new)
{
    g_autofree char *before = text_title(old->text), *after = text_title(new->text);
    json_t *words = words_of(before, after);
    return words == NULL ? json_array() : words;
}

/* --- the patch table and the sums --- */

struct row {
    const char *name, *label; /* of a sum: its digest */
    bool met;
    bool known; /* a sum's: the record has its bytes */
    char *id;   /* and they are a patch with this identity; NULL: they have none */
};

static void row_clear(gpointer row)
{
    g_free(((struct row *)row)->id);
}

/* A line that is a label alone goes by it. */
static struct row table_row(const struct text_row *line)
{
    return line->name == NULL ? (struct row){.name = line->label, .label = ""}
                              : (struct row){.name = line->name, .label = line->label};
}

static struct row sum_row(const struct text_sum *sum)
{
    return (struct row){.name = sum->name, .label = sum->digest};
}

/* All rows of the tables, or all sums. */
static GArray *rows_of(const struct text *text, enum text_block_kind kind)
{
    GArray *rows = g_array_new(FALSE, TRUE, sizeof(struct row));
    g_array_set_clear_func(rows, row_clear);
    for (guint i = 0; i < text->sections->len; i++) {
        const struct text_section *section = text->sections->pdata[i];
        for (guint j = 0; j < section->blocks->len; j++) {
            const struct text_block *block = section->blocks->pdata[j];
            const GPtrArray *list = block->kind != kind  ? NULL
                                    : kind == TEXT_TABLE ? block->rows
                                                         : block->sums;
            for (guint k = 0; list != NULL && k < list->len; k++) {
                struct row row =
                    kind == TEXT_TABLE ? table_row(list->pdata[k]) : sum_row(list->pdata[k]);
                g_array_append_val(rows, row);
            }
        }
    }
    return rows;
}

static struct row *find_row(const GArray *rows, const char *name)
{
    for (guint i = 0; i < rows->len; i++) {
        struct row *row = &g_array_index(rows, struct row, i);
        if (!row->met && strcmp(row->name, name) == 0)
            return row;
    }
    return NULL;
}

static void put(json_t *object, const char *key, const char *value)
{
    json_object_set_new(object, key, value == NULL ? json_null() : valid(value));
}

static json_t *row_change(const char *name, const char *change, const char *old, const char *new)
{
    json_t *object = json_object();
    put(object, "name", name);
    put(object, "change", change);
    put(object, "old", old);
    put(object, "new", new);
    return object;
}

static json_t *compare_tables(const struct compare_side *old, const struct compare_side *new)
{
    json_t *list = json_array();
    g_autoptr(GArray) before = rows_of(old->text, TEXT_TABLE);
    g_autoptr(GArray) after = rows_of(new->text, TEXT_TABLE);
    for (guint i = 0; i < after->len; i++) {
        const struct row *row = &g_array_index(after, struct row, i);
        struct row *was = find_row(before, row->name);
        if (was != NULL)
            was->met = true;
        if (was == NULL || strcmp(was->label, row->label) != 0)
            json_array_append_new(list, row_change(row->name, was == NULL ? "added" : "changed",
                                                   was == NULL ? NULL : was->label, row->label));
    }
    for (guint i = 0; i < before->len; i++) {
        const struct row *row = &g_array_index(before, struct row, i);
        if (!row->met)
            json_array_append_new(list, row_change(row->name, "removed", row->label, NULL));
    }
    return list;
}

/* --- patches --- */

static bool is_digest(const char *hex, const guint8 *digest)
{
    for (guint i = 0; i < RECORD_DIGEST; i++)
        if (g_ascii_xdigit_value(hex[2 * i]) != digest[i] >> 4 ||
            g_ascii_xdigit_value(hex[2 * i + 1]) != (digest[i] & 15))
            return false;
    return true;
}

static void identify(struct row *row, const struct compare_side *side)
{
    for (guint i = 0; side->patches != NULL && !row->known && i < side->patches->len; i++) {
        const struct record_patch *patch = side->patches->pdata[i];
        if (!is_digest(row->label, patch->sha256))
            continue;
        gsize length = 0;
        const char *bytes = g_bytes_get_data(patch->bytes, &length);
        row->known = true;
        row->id = bytes == NULL ? NULL : patch_text_id(bytes, length);
    }
}

/* All sums, with the identities of their files. */
static GArray *sums_of(const struct compare_side *side)
{
    GArray *rows = rows_of(side->text, TEXT_SUMS);
    for (guint i = 0; i < rows->len; i++)
        identify(&g_array_index(rows, struct row, i), side);
    return rows;
}

/* Whether the updates of the new version speak of the file. */
static bool is_told(const struct compare_side *new, const char *name, const struct layout *layout)
{
    const struct text_section *updates = text_find_section(new->text, NULL);
    g_autofree char *prose = updates == NULL ? NULL : prose_of(updates, layout, NULL);
    return prose != NULL && strstr(prose, name) != NULL;
}

static bool same_change(const struct row *old, const struct row *new)
{
    return strcmp(old->label, new->label) == 0 ||
           (old->id != NULL && g_strcmp0(old->id, new->id) == 0);
}

/* One of them is NULL: it is in the other version only. */
static const char *judge(const struct row *old, const struct row *new)
{
    if (old == NULL || new == NULL)
        return old == NULL ? "added" : "removed";
    if (strcmp(old->name, new->name) != 0)
        return "renamed";
    if (!old->known || !new->known)
        return "unknown";
    return same_change(old, new) ? "same-change" : "changed";
}

static json_t *patch_change(const struct compare_side *side, const struct row *old,
                            const struct row *new, const struct layout *layout)
{
    const char *name = new != NULL ? new->name : old->name;
    const char *change = judge(old, new);
    bool grave = strcmp(change, "changed") == 0 || strcmp(change, "unknown") == 0;
    json_t *object = json_object();
    put(object, "name", name);
    put(object, "old_name", strcmp(change, "renamed") == 0 ? old->name : NULL);
    put(object, "change", change);
    json_object_set_new(object, "silent", json_boolean(grave && !is_told(side, name, layout)));
    put(object, "old_sha256", old == NULL ? NULL : old->label);
    put(object, "new_sha256", new == NULL ? NULL : new->label);
    put(object, "old_patch_id", old == NULL ? NULL : old->id);
    put(object, "new_patch_id", new == NULL ? NULL : new->id);
    return object;
}

/* A row of the old whose name is gone, and that makes the same change; or NULL. */
static struct row *find_renamed(const GArray *before, const GArray *after, const struct row *row)
{
    for (guint i = 0; i < before->len; i++) {
        struct row *was = &g_array_index(before, struct row, i);
        if (!was->met && same_change(was, row) && find_row(after, was->name) == NULL)
            return was;
    }
    return NULL;
}

static json_t *compare_patches(const struct compare_side *old, const struct compare_side *new,
                               const struct layout *layout)
{
    json_t *list = json_array();
    g_autoptr(GArray) before = sums_of(old);
    g_autoptr(GArray) after = sums_of(new);
    for (guint i = 0; i < after->len; i++) {
        const struct row *row = &g_array_index(after, struct row, i);
        struct row *was = find_row(before, row->name);
        if (was == NULL)
            was = find_renamed(before, after, row);
        if (was != NULL)
            was->met = true;
        if (was == NULL || strcmp(was->name, row->name) != 0 || strcmp(was->label, row->label) != 0)
            json_array_append_new(list, patch_change(new, was, row, layout));
    }
    for (guint i = 0; i < before->len; i++) {
        const struct row *row = &g_array_index(before, struct row, i);
        if (!row->met)
            json_array_append_new(list, patch_change(new, row, NULL, layout));
    }
    return list;
}

/* --- all of it --- */

static bool differs(json_t *comparison)
{
    static const char *const lists[] = {"title", "cves", "sections", "table", "patches"};
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        if (json_array_size(json_object_get(comparison, lists[i])) > 0)
            return true;
    return false;
}

/* Nothing else differs: lines are broken elsewhere, or sections stand in another order. */
static bool set_layout_only(json_t *comparison, const struct compare_side *old,
                            const struct compare_side *new, const struct layout *layout,
                            GError **error)
{
    g_autofree char *before = text_render(old->text, layout, error);
    g_autofree char *after = before == NULL ? NULL : text_render(new->text, layout, error);
    if (after == NULL)
        return false;
    bool only = !differs(comparison) && strcmp(before, after) != 0;
    json_object_set_new(comparison, "layout_only", json_boolean(only));
    return true;
}

json_t *compare_versions(const char *id, const struct compare_side *old,
                         const struct compare_side *new, const struct layout *layout,
                         GError **error)
{
    json_auto_t *comparison = json_pack("{s:s, s:I, s:I}", "advisory", id, "from",
                                        (json_int_t)old->version, "to", (json_int_t) new->version);
    json_t *sections = json_array(), *cves = json_array();
    add_missing(cves, new->text->cves, old->text->cves, "added");
    add_missing(cves, old->text->cves, new->text->cves, "removed");
    json_object_set_new(comparison, "title", title_words(old, new));
    json_object_set_new(comparison, "cves", cves);
    json_object_set_new(comparison, "sections", sections);
    json_object_set_new(comparison, "table", compare_tables(old, new));
    json_object_set_new(comparison, "patches", compare_patches(old, new, layout));
    if (!add_sections(sections, old, new, layout, error) ||
        !set_layout_only(comparison, old, new, layout, error))
        return NULL;
    return json_incref(comparison);
}
