#include "revise.h"

#include "clock.h"
#include "draft.h"
#include "embedded.h"
#include "fault.h"
#include "manuscript.h"
#include "record.h"
#include "record_text.h"

#include <fnmatch.h>
#include <string.h>

#define TEMPLATE "templates/record.conf"
#define PUBLIC_RELEASE "public-release"
#define FILE_MOST (16 * 1024 * 1024)

void revision_clear(struct revision *revision)
{
    g_clear_pointer(&revision->kept, g_ptr_array_unref);
}

/* The version that the next one starts from. */
struct origin {
    struct desk *desk;
    const struct layout *layout;
    struct record_advisory *advisory;
    struct record_version *version;
    struct text *text;
    char *folder;
    GPtrArray *kept;
};

static void origin_clear(struct origin *origin)
{
    record_advisory_free(origin->advisory);
    text_free(origin->text);
    g_free(origin->folder);
    g_clear_pointer(&origin->kept, g_ptr_array_unref);
}

/* Whether the section is the clause and what goes with it, which is generated. */
static const struct text_block *find_clause(const struct text_section *section)
{
    const struct text_block *clause = NULL;
    for (guint i = 0; i < section->blocks->len; i++) {
        const struct text_block *block = section->blocks->pdata[i];
        if (block->kind == TEXT_CLAUSE && clause == NULL)
            clause = block;
        else if (block->kind != TEXT_STANDARD)
            return NULL;
    }
    return clause;
}

static const struct text_block *clause_of(const struct origin *origin)
{
    const struct text_section *section =
        text_find_section(origin->text, origin->layout->deployment);
    return section == NULL ? NULL : find_clause(section);
}

static void copy_section(struct text *prose, const struct text_section *section)
{
    struct text_section *copy = text_add_section(prose, section->kind, section->heading);
    for (guint i = 0; i < section->blocks->len; i++) {
        const struct text_block *block = section->blocks->pdata[i];
        if (block->kind == TEXT_TABLE || block->kind == TEXT_SUMS)
            continue;
        struct text_block *added = text_block_copy(block);
        if (i == 0)
            added->gap = TEXT_BY_RULE;
        g_ptr_array_add(copy->blocks, added);
    }
}

/* A resolution of which every word is generated. */
static bool is_generated(const struct layout *layout, const struct text_section *section)
{
    if (g_strcmp0(section->heading, layout->resolution) != 0)
        return false;
    for (guint i = 0; i < section->blocks->len; i++) {
        const struct text_block *block = section->blocks->pdata[i];
        bool standard =
            block->kind == TEXT_STANDARD &&
            (g_str_equal(block->wording, layout->one_patch) ||
             g_str_equal(block->wording, layout->several_patches) ||
             g_strv_contains((const char *const *)layout->resolution_notes, block->wording));
        if (!standard && block->kind != TEXT_TABLE && block->kind != TEXT_SUMS)
            return false;
    }
    return true;
}

/* Whether anything but the deployment comes after it: then its place is not that of the rule. */
static bool is_followed(const struct layout *layout, const struct text *text, guint at)
{
    for (guint i = at + 1; i < text->sections->len; i++) {
        const struct text_section *section = text->sections->pdata[i];
        if (g_strcmp0(section->heading, layout->deployment) != 0)
            return true;
    }
    return false;
}

/* The sections that somebody wrote; of a generated one at most the heading, for its place. */
static char *write_prose(const struct origin *origin, const struct text *text, GError **error)
{
    g_autoptr(Text) prose = text_new();
    const struct text_block *clause = clause_of(origin);
    for (guint i = 0; i < text->sections->len; i++) {
        const struct text_section *section = text->sections->pdata[i];
        bool deployment = g_strcmp0(section->heading, origin->layout->deployment) == 0;
        if (section->kind == TEXT_UPDATES || (clause != NULL && deployment))
            continue;
        if (!is_generated(origin->layout, section))
            copy_section(prose, section);
        else if (is_followed(origin->layout, text, i))
            text_add_section(prose, section->kind, section->heading);
    }
    return text_render(prose, origin->layout, error);
}

/* --- files --- */

static char *path_in(const struct origin *origin, const char *name)
{
    return g_strconcat(origin->folder, "/", name, NULL);
}

/* NULL without an error: there is none. */
static GBytes *read_file(const struct origin *origin, const char *name, GError **error)
{
    g_autofree char *path = path_in(origin, name);
    g_autoptr(GError) reason = NULL;
    GBytes *bytes = desk_read(origin->desk, path, FILE_MOST, &reason);
    if (bytes == NULL && !g_error_matches(reason, FAULT_DOMAIN, FAULT_NOINPUT))
        g_propagate_error(error, g_steal_pointer(&reason));
    return bytes;
}

static bool write_file(const struct origin *origin, const char *name, const void *bytes,
                       gsize length, bool replace, GError **error)
{
    g_autofree char *path = path_in(origin, name);
    return desk_write(origin->desk, path, bytes, length, replace, error);
}

/* As the two texts would be written: how lines end, or blanks behind them, make no difference. */
static bool same_prose(const struct origin *origin, GBytes *bytes, const char *prose)
{
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    g_autoptr(Text) text =
        text_parse(data == NULL ? "" : data, length, TEXT_DRAFT, origin->layout, NULL);
    g_autofree char *written = text == NULL ? NULL : write_prose(origin, text, NULL);
    return g_strcmp0(written, prose) == 0;
}

static bool restore_prose(const struct origin *origin, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autofree char *prose = write_prose(origin, origin->text, error);
    if (prose == NULL)
        return false;
    g_autoptr(GBytes) there = read_file(origin, MANUSCRIPT_PROSE, &reason);
    if (reason != NULL) {
        g_propagate_error(error, g_steal_pointer(&reason));
        return false;
    }
    if (there == NULL)
        return write_file(origin, MANUSCRIPT_PROSE, prose, strlen(prose), false, error);
    if (!same_prose(origin, there, prose))
        g_ptr_array_add(origin->kept, g_strdup(MANUSCRIPT_PROSE));
    return true;
}

static bool make_inner_folder(const struct origin *origin, const char *name, GError **error)
{
    const char *slash = strrchr(name, '/');
    g_autofree char *inner = slash == NULL ? NULL : g_strndup(name, (gsize)(slash - name));
    g_autofree char *path = inner == NULL ? NULL : path_in(origin, inner);
    g_auto(GStrv) names = path == NULL ? NULL : desk_list(origin->desk, path, NULL);
    return path == NULL || names != NULL || desk_make_folder(origin->desk, path, error);
}

static bool restore_file(const struct origin *origin, const struct record_patch *file,
                         GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autoptr(GBytes) there = read_file(origin, file->name, &reason);
    gsize length = 0;
    const void *data = g_bytes_get_data(file->bytes, &length);
    if (reason != NULL) {
        g_propagate_error(error, g_steal_pointer(&reason));
        return false;
    }
    if (there == NULL)
        return make_inner_folder(origin, file->name, error) &&
               write_file(origin, file->name, data, length, false, error);
    if (!g_bytes_equal(there, file->bytes))
        g_ptr_array_add(origin->kept, g_strdup(file->name));
    return true;
}

static bool restore_files(const struct origin *origin, GError **error)
{
    g_autoptr(GPtrArray) files =
        record_patches(desk_store(origin->desk), origin->version->id, error);
    for (guint i = 0; files != NULL && i < files->len; i++)
        if (!restore_file(origin, files->pdata[i], error))
            return false;
    return files != NULL;
}

/* --- record.conf --- */

struct writing {
    GArray *changes;  /* struct record_conf_change */
    GPtrArray *held;  /* char *: what they point to */
    GPtrArray *lists; /* GPtrArray *: likewise */
};

static void add_change(struct writing *writing, const char *group, const char *key, char *value)
{
    const struct record_conf_change change = {group, key, value, NULL};
    g_ptr_array_add(writing->held, value);
    g_array_append_val(writing->changes, change);
}

static void hold_list(struct writing *writing, const char *key, GPtrArray *list)
{
    g_ptr_array_add(writing->lists, g_ptr_array_ref(list));
    g_ptr_array_add(list, NULL);
    const struct record_conf_change change = {"advisory", key, NULL,
                                              (const char *const *)list->pdata};
    g_array_append_val(writing->changes, change);
}

static bool add_list(struct writing *writing, const struct origin *origin, enum record_list which,
                     const char *key, GError **error)
{
    g_autoptr(GPtrArray) list =
        record_list(desk_store(origin->desk), origin->advisory->id, which, error);
    if (list == NULL)
        return false;
    hold_list(writing, key, list);
    return true;
}

static void add_dates(struct writing *writing, const struct record_advisory *advisory)
{
    for (guint event = 0; event < POLICY_EVENTS; event++)
        if (advisory->at[event] != POLICY_UNKNOWN)
            add_change(writing, "dates", policy_event_name((enum policy_event)event),
                       clock_format_time(advisory->at[event]));
}

static void add_clause(struct writing *writing, const struct origin *origin)
{
    const struct text_block *clause = clause_of(origin);
    if (clause == NULL)
        return;
    add_change(writing, "deployment", "patch", g_strdup(text_grant_name(clause->patch)));
    add_change(writing, "deployment", "mitigation", g_strdup(text_grant_name(clause->mitigation)));
    add_change(writing, "deployment", "reason",
               g_strdup(clause->words == NULL ? "" : clause->words));
    add_change(writing, "deployment", "wording",
               g_strdup(clause->wording == NULL ? "" : clause->wording));
}

/* Rows of one table; a label that goes on is part of the row above it. */
static void add_rows(struct writing *writing, const GPtrArray *rows)
{
    char *group = g_strdup("patches");
    g_ptr_array_add(writing->held, group);
    for (guint i = 0; i < rows->len; i++) {
        const struct text_row *row = rows->pdata[i];
        if (row->kind == TEXT_ROW_SUBLABEL) {
            group = g_strconcat("patches ", row->label, NULL);
            g_ptr_array_add(writing->held, group);
        }
        if (row->kind != TEXT_ROW_PATCH)
            continue;
        GString *label = g_string_new(row->label);
        for (guint n = i + 1; n < rows->len; n++) {
            const struct text_row *more = rows->pdata[n];
            if (more->kind != TEXT_ROW_MORE)
                break;
            g_string_append_printf(label, "\n%s", more->label);
        }
        char *name = g_strdup(row->name);
        g_ptr_array_add(writing->held, name);
        add_change(writing, group, name, g_string_free(label, FALSE));
    }
}

/* All blocks of a kind, in their order: struct text_block *, borrowed. */
static GPtrArray *blocks_of(const struct text *text, enum text_block_kind kind)
{
    GPtrArray *found = g_ptr_array_new();
    for (guint i = 0; i < text->sections->len; i++) {
        const struct text_section *section = text->sections->pdata[i];
        for (guint n = 0; n < section->blocks->len; n++) {
            struct text_block *block = section->blocks->pdata[n];
            if (block->kind == kind)
                g_ptr_array_add(found, block);
        }
    }
    return found;
}

static bool is_in_table(const GPtrArray *tables, const char *name)
{
    for (guint i = 0; i < tables->len; i++) {
        const struct text_block *table = tables->pdata[i];
        for (guint n = 0; n < table->rows->len; n++) {
            const struct text_row *row = table->rows->pdata[n];
            if (row->kind == TEXT_ROW_PATCH && fnmatch(row->name, name, FNM_PATHNAME) == 0)
                return true;
        }
    }
    return false;
}

/* The patch tables, and what has a sum without being in one. */
static void add_tables(struct writing *writing, const struct text *text)
{
    g_autoptr(GPtrArray) tables = blocks_of(text, TEXT_TABLE);
    g_autoptr(GPtrArray) sums = blocks_of(text, TEXT_SUMS);
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    for (guint i = 0; i < tables->len; i++)
        add_rows(writing, ((const struct text_block *)tables->pdata[i])->rows);
    for (guint i = 0; i < sums->len; i++) {
        const struct text_block *block = sums->pdata[i];
        for (guint n = 0; n < block->sums->len; n++) {
            struct text_sum *sum = block->sums->pdata[n];
            if (!is_in_table(tables, sum->name))
                g_ptr_array_add(files, sum->name);
        }
    }
    hold_list(writing, "files", files);
}

/* record.conf from the record alone, where somebody has taken it away or there never was one. */
static bool add_all(struct writing *writing, const struct origin *origin, GError **error)
{
    hold_list(writing, "policies", origin->advisory->policies);
    add_change(writing, "advisory", "title", text_title(origin->text));
    add_dates(writing, origin->advisory);
    add_clause(writing, origin);
    add_tables(writing, origin->text);
    return add_list(writing, origin, RECORD_CVES, "cves", error) &&
           add_list(writing, origin, RECORD_CREDITS, "credits", error) &&
           add_list(writing, origin, RECORD_COMPANIONS, "companions", error);
}

static GBytes *find_template(void)
{
    const struct embedded_file *file = embedded_files;
    while (file->path != NULL && strcmp(file->path, TEMPLATE) != 0)
        file++;
    return g_bytes_new(file->bytes, file->length);
}

static bool change_conf(const struct origin *origin, GBytes *there, struct writing *writing,
                        gint64 version, bool public_text, GError **error)
{
    g_autoptr(GBytes) bytes = there == NULL ? find_template() : g_bytes_ref(there);
    const struct record_conf_change end = {.group = NULL};
    gsize length = 0;
    if (there == NULL && !add_all(writing, origin, error))
        return false;
    add_change(writing, "advisory", "version", g_strdup_printf("%" G_GINT64_FORMAT, version));
    add_change(writing, "advisory", "audience", g_strdup(public_text ? "public" : "members"));
    g_array_append_val(writing->changes, end);
    const char *data = g_bytes_get_data(bytes, &length);
    g_autofree char *changed = record_conf_change(
        MANUSCRIPT_CONF, data, length,
        (const struct record_conf_change *)(void *)writing->changes->data, error);
    return changed != NULL &&
           write_file(origin, MANUSCRIPT_CONF, changed, strlen(changed), true, error);
}

static bool write_conf(const struct origin *origin, GBytes *there, gint64 version, bool public_text,
                       GError **error)
{
    g_autoptr(GArray) changes = g_array_new(FALSE, FALSE, sizeof(struct record_conf_change));
    g_autoptr(GPtrArray) held = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) lists = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    struct writing writing = {changes, held, lists};
    return change_conf(origin, there, &writing, version, public_text, error);
}

/* --- the whole --- */

static bool check_begun(const struct origin *origin, GBytes *there, GError **error)
{
    gsize length = 0;
    const char *data = there == NULL ? NULL : g_bytes_get_data(there, &length);
    g_autofree char *path = path_in(origin, MANUSCRIPT_CONF);
    g_autoptr(RecordConf) conf =
        there == NULL ? NULL : record_conf_parse(path, data, length, error);
    if (there != NULL && conf == NULL)
        return false;
    return conf == NULL || conf->version <= origin->version->version ||
           fault_raise(error, FAULT_DATA,
                       "version %" G_GINT64_FORMAT
                       " of advisory %s is begun already: edit %s, and freeze it",
                       conf->version, origin->advisory->number, origin->folder);
}

static const char *first_words(const struct origin *origin, bool public_text)
{
    bool withdrawn = g_str_equal(origin->advisory->state, "withdrawn");
    const char *name = withdrawn ? origin->layout->withdrawn : PUBLIC_RELEASE;
    const struct layout_wording *wording = layout_paragraph(origin->layout, name);
    bool fits = withdrawn || (public_text && !origin->version->public_text);
    return fits && wording != NULL ? wording->lines[0] : "";
}

static bool prepare_folder(const struct origin *origin, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_auto(GStrv) names = desk_list(origin->desk, origin->folder, &reason);
    if (names != NULL)
        return true;
    if (g_error_matches(reason, FAULT_DOMAIN, FAULT_NOINPUT))
        return desk_make_folder(origin->desk, origin->folder, error);
    g_propagate_error(error, g_steal_pointer(&reason));
    return false;
}

/* record.conf is written last: what is stopped before can be begun again. */
static bool begin(const struct origin *origin, bool public_text, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autofree char *updates = g_strconcat(first_words(origin, public_text), "\n", NULL);
    if (!prepare_folder(origin, error))
        return false;
    g_autoptr(GBytes) conf = read_file(origin, MANUSCRIPT_CONF, &reason);
    if (reason != NULL) {
        g_propagate_error(error, g_steal_pointer(&reason));
        return false;
    }
    return check_begun(origin, conf, error) && restore_files(origin, error) &&
           restore_prose(origin, error) &&
           write_file(origin, MANUSCRIPT_UPDATES, updates, strlen(updates), true, error) &&
           write_conf(origin, conf, origin->version->version + 1, public_text, error);
}

static bool find_origin(struct origin *origin, const GPtrArray *versions, const char *number,
                        GError **error)
{
    origin->version = versions->len == 0 ? NULL : versions->pdata[versions->len - 1];
    if (origin->version == NULL)
        return fault_raise(error, FAULT_DATA,
                           "advisory %s has no frozen version yet: edit its draft, and freeze it",
                           number);
    origin->text = record_load_text(desk_store(origin->desk), origin->version->id, error);
    return origin->text != NULL;
}

bool revise_begin(struct desk *desk, const struct layout *layout, const struct revise_given *given,
                  struct revision *ret_revision, GError **error)
{
    struct origin origin = {.desk = desk, .layout = layout};
    origin.advisory = record_find(desk_store(desk), given->number, error);
    g_autoptr(GPtrArray) versions =
        origin.advisory == NULL ? NULL
                                : record_versions(desk_store(desk), origin.advisory->id, error);
    origin.folder = draft_folder(layout, given->number);
    origin.kept = g_ptr_array_new_with_free_func(g_free);
    bool done = versions != NULL && find_origin(&origin, versions, given->number, error) &&
                begin(&origin, given->public_text, error);
    if (done) {
        ret_revision->version = origin.version->version + 1;
        ret_revision->kept = g_steal_pointer(&origin.kept);
    }
    origin_clear(&origin);
    return done;
}
