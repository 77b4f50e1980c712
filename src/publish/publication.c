#include "publication.h"

#include "armour.h"
#include "casefile.h"
#include "fault.h"
#include "ledger.h"
#include "record_text.h"
#include "record_versions.h"

#include <string.h>

static void file_free(gpointer pointer)
{
    struct publication_file *file = pointer;
    g_free(file->name);
    g_free(file->sha256);
    g_free(file->label);
    g_clear_pointer(&file->bytes, g_bytes_unref);
    g_free(file);
}

static void version_free(gpointer pointer)
{
    struct publication_version *version = pointer;
    g_free(version->title);
    g_free(version->changes);
    g_clear_pointer(&version->text, g_bytes_unref);
    g_ptr_array_unref(version->files);
    permit_free(version->permit);
    g_free(version);
}

void publication_free(struct publication *publication)
{
    if (publication == NULL)
        return;
    g_free(publication->number);
    g_free(publication->id);
    g_free(publication->stem);
    g_free(publication->title);
    g_clear_pointer(&publication->cves, g_ptr_array_unref);
    g_clear_pointer(&publication->credits, g_ptr_array_unref);
    g_clear_pointer(&publication->versions, g_ptr_array_unref);
    g_clear_pointer(&publication->steps, g_ptr_array_unref);
    g_clear_pointer(&publication->places, g_ptr_array_unref);
    text_free(publication->text);
    g_free(publication);
}

static char *valid(const char *words)
{
    return g_utf8_make_valid(words, -1);
}

/* --- prose --- */

static void add_paragraph(GString *prose, const char *words)
{
    g_autofree char *clean = g_strchomp(valid(words));
    if (*clean != '\0')
        g_string_append_printf(prose, "%s%s", prose->len > 0 ? "\n\n" : "", clean);
}

static void add_block(GString *prose, const struct text_block *block, const struct layout *layout)
{
    const struct layout_wording *wording =
        block->kind == TEXT_STANDARD ? layout_paragraph(layout, block->wording) : NULL;
    g_autofree char *standard = wording == NULL ? NULL : g_strjoinv("\n", wording->lines);
    if (block->kind == TEXT_PARAGRAPH && block->words != NULL)
        add_paragraph(prose, block->words);
    else if (standard != NULL)
        add_paragraph(prose, standard);
}

static char *prose_of(const struct text_section *section, const struct layout *layout)
{
    GString *prose = g_string_new(NULL);
    for (guint i = 0; section != NULL && i < section->blocks->len; i++)
        add_block(prose, section->blocks->pdata[i], layout);
    return g_string_free(prose, FALSE);
}

char *publication_prose(const struct publication *publication, const char *heading)
{
    const struct text *text = publication->text;
    for (guint i = 0; text != NULL && i < text->sections->len; i++) {
        const struct text_section *section = text->sections->pdata[i];
        if (section->kind == TEXT_SECTION && g_str_equal(section->heading, heading))
            return prose_of(section, publication->layout);
    }
    return g_strdup("");
}

GPtrArray *publication_headings(const struct publication *publication)
{
    GPtrArray *headings = g_ptr_array_new();
    const struct text *text = publication->text;
    for (guint i = 0; text != NULL && i < text->sections->len; i++) {
        const struct text_section *section = text->sections->pdata[i];
        if (section->kind == TEXT_SECTION)
            g_ptr_array_add(headings, section->heading);
    }
    return headings;
}

const struct publication_version *publication_newest(const struct publication *publication)
{
    return publication->versions->len == 0
               ? NULL
               : publication->versions->pdata[publication->versions->len - 1];
}

/* --- files --- */

static const char *label_of(const struct text *text, const char *name)
{
    for (guint i = 0; i < text->sections->len; i++) {
        const struct text_section *section = text->sections->pdata[i];
        for (guint j = 0; j < section->blocks->len; j++) {
            const struct text_block *block = section->blocks->pdata[j];
            for (guint k = 0; block->rows != NULL && k < block->rows->len; k++) {
                const struct text_row *row = block->rows->pdata[k];
                if (row->kind == TEXT_ROW_PATCH && g_pattern_match_simple(row->name, name))
                    return row->label;
            }
        }
    }
    return "";
}

static GBytes *bytes_of(const GPtrArray *patches, const char *name)
{
    for (guint i = 0; i < patches->len; i++) {
        const struct record_patch *patch = patches->pdata[i];
        if (g_str_equal(patch->name, name))
            return g_bytes_ref(patch->bytes);
    }
    return NULL;
}

static bool is_patch(const char *name)
{
    return g_str_has_suffix(name, ".patch") || g_str_has_suffix(name, ".diff");
}

static void add_sums(GPtrArray *files, const struct text *text, const GPtrArray *sums,
                     const GPtrArray *patches)
{
    for (guint i = 0; sums != NULL && i < sums->len; i++) {
        const struct text_sum *sum = sums->pdata[i];
        struct publication_file *file = g_new0(struct publication_file, 1);
        file->name = valid(sum->name);
        file->sha256 = g_strdup(sum->digest);
        file->label = valid(label_of(text, sum->name));
        file->bytes = bytes_of(patches, sum->name);
        file->patch = is_patch(sum->name);
        g_ptr_array_add(files, file);
    }
}

static GPtrArray *files_of(const struct text *text, const GPtrArray *patches)
{
    GPtrArray *files = g_ptr_array_new_with_free_func(file_free);
    for (guint i = 0; i < text->sections->len; i++) {
        const struct text_section *section = text->sections->pdata[i];
        for (guint j = 0; j < section->blocks->len; j++) {
            const struct text_block *block = section->blocks->pdata[j];
            add_sums(files, text, block->sums, patches);
        }
    }
    return files;
}

/* --- one version --- */

static GBytes *text_bytes(const struct record_version *version, const struct text *text,
                          const struct layout *layout, const char *id, GError **error)
{
    guint8 digest[RECORD_DIGEST];
    const char *hashes[] = {version->digest, NULL};
    gsize length = 0;
    g_autoptr(GBytes) bytes =
        version->signed_bytes == NULL ? NULL : g_bytes_ref(version->signed_bytes);
    g_autofree char *plain = bytes == NULL ? text_render(text, layout, error) : NULL;
    if (bytes == NULL && plain == NULL)
        return NULL;
    if (bytes == NULL) {
        char *whole = armour_write(plain, hashes, version->armour);
        bytes = g_bytes_new_take(whole, strlen(whole));
    }
    const void *data = g_bytes_get_data(bytes, &length);
    record_digest(data, length, digest);
    if (memcmp(digest, version->signed_sha256, RECORD_DIGEST) == 0)
        return g_steal_pointer(&bytes);
    fault_raise(error, version->signed_bytes == NULL ? FAULT_CONFIG : FAULT_DATA,
                "%s version %" G_GINT64_FORMAT " is not what was signed: %s", id, version->version,
                version->signed_bytes == NULL
                    ? "was a wording or the layout changed since?"
                    : "the database was changed by another program; take it from a backup");
    return NULL;
}

static char *changes_of(const struct text *text, const struct layout *layout)
{
    for (guint i = 0; i < text->sections->len; i++) {
        const struct text_section *section = text->sections->pdata[i];
        if (section->kind == TEXT_UPDATES)
            return prose_of(section, layout);
    }
    return g_strdup("");
}

static GArray *gate_files(const struct publication_version *version)
{
    GArray *files = g_array_new(FALSE, FALSE, sizeof(struct embargo_file));
    gsize length = 0;
    const void *bytes = g_bytes_get_data(version->text, &length);
    struct embargo_file one = embargo_file("", bytes, length);
    g_array_append_val(files, one);
    for (guint i = 0; i < version->files->len; i++) {
        const struct publication_file *file = version->files->pdata[i];
        if (file->bytes == NULL)
            continue;
        bytes = g_bytes_get_data(file->bytes, &length);
        one = embargo_file(file->name, bytes, length);
        g_array_append_val(files, one);
    }
    return files;
}

static bool ask(const struct publication_given *given, const struct record_advisory *advisory,
                struct publication_version *version, bool newest, GError **error)
{
    g_autoptr(GArray) files = gate_files(version);
    const struct embargo_question question = {
        .advisory = advisory->number,
        .version = version->number,
        .audience = EMBARGO_PUBLIC,
        .files = (const struct embargo_file *)(gpointer)files->data,
        .count = files->len,
        .who = given->who,
        .now = given->now,
        .newest_commit = given->newest_commit,
        .clock_confirmed = given->clock_confirmed};
    if (!embargo_remember(desk_store(given->desk), &question, &version->permit, error))
        return false;
    if (version->permit != NULL || !given->release || !newest)
        return true;
    version->permit = embargo_ask(desk_store(given->desk), &question, error);
    return version->permit != NULL;
}

/* *ret_version: NULL when the public may not have it. */
static bool open_version(const struct publication_given *given,
                         const struct record_advisory *advisory, const char *id,
                         const struct record_version *row, bool newest,
                         struct publication_version **ret_version, GError **error)
{
    struct store *store = desk_store(given->desk);
    g_autoptr(Text) text = record_load_text(store, row->id, error);
    g_autoptr(GPtrArray) patches = text == NULL ? NULL : record_patches(store, row->id, error);
    g_autoptr(GBytes) bytes =
        patches == NULL ? NULL : text_bytes(row, text, given->layout, id, error);
    if (bytes == NULL)
        return false;
    g_autofree char *title = text_title(text);
    struct publication_version *version = g_new0(struct publication_version, 1);
    version->number = (guint)row->version;
    version->time = row->signature_at;
    version->title = valid(title);
    version->changes = changes_of(text, given->layout);
    version->text = g_steal_pointer(&bytes);
    version->files = files_of(text, patches);
    bool done = ask(given, advisory, version, newest, error);
    *ret_version = version->permit != NULL ? version : NULL;
    if (*ret_version == NULL)
        version_free(version);
    return done;
}

/* --- the ledger --- */

struct times {
    struct publication *publication;
    bool members; /* a version left for them */
};

static void note_time(void *user, gint64 id, const struct ledger_entry *entry)
{
    struct times *times = user;
    struct publication *publication = times->publication;
    bool public = g_str_equal(entry->audience, embargo_audience_name(EMBARGO_PUBLIC));
    (void)id;
    if (*entry->name != '\0' ||
        (entry->verdict != LEDGER_PERMIT && entry->verdict != LEDGER_OVERRIDE))
        return;
    times->members = times->members || !public;
    if (public && publication->public_at == POLICY_UNKNOWN)
        publication->public_at = entry->at;
    for (guint i = 0; i < publication->steps->len; i++) {
        struct publication_step *step = publication->steps->pdata[i];
        if (step->number == entry->version && step->public == public)
            step->time = MIN(step->time, entry->at);
    }
}

/* Steps begin with the time of no permit at all; those that never left get their signature's. */
static void settle_times(struct publication *publication, const GPtrArray *rows)
{
    guint next = 0;
    for (guint i = 0; i < publication->steps->len; i++) {
        struct publication_step *step = publication->steps->pdata[i];
        const struct record_version *row = rows->pdata[i];
        if (step->time == G_MAXINT64)
            step->time = row->signature_at;
        struct publication_version *version =
            next < publication->versions->len ? publication->versions->pdata[next] : NULL;
        if (version != NULL && version->number == step->number) {
            version->time = step->time;
            next++;
        }
    }
}

static GPtrArray *frozen_rows(const GPtrArray *rows)
{
    GPtrArray *frozen = g_ptr_array_new();
    for (guint i = 0; i < rows->len; i++) {
        const struct record_version *row = rows->pdata[i];
        if (row->frozen_at != POLICY_UNKNOWN)
            g_ptr_array_add(frozen, rows->pdata[i]);
    }
    return frozen;
}

static void add_steps(struct publication *publication, const GPtrArray *rows)
{
    for (guint i = 0; i < rows->len; i++) {
        const struct record_version *row = rows->pdata[i];
        struct publication_step *step = g_new0(struct publication_step, 1);
        *step = (struct publication_step){(guint)row->version, G_MAXINT64, row->public_text};
        g_ptr_array_add(publication->steps, step);
    }
}

/* Nothing of a version that comes after what the public has is told. */
static void drop_later_steps(struct publication *publication)
{
    const struct publication_version *newest = publication_newest(publication);
    while (publication->steps->len > 0) {
        const struct publication_step *last =
            publication->steps->pdata[publication->steps->len - 1];
        if (newest != NULL && last->number <= newest->number)
            return;
        g_ptr_array_set_size(publication->steps, (gint)publication->steps->len - 1);
    }
}

/* --- the whole --- */

/* Of imported texts, those before the one that says "public release" were for members. */
static void drop_embargoed_imports(const GPtrArray *rows, struct publication *publication,
                                   guint release)
{
    for (guint i = 0; i < rows->len; i++) {
        const struct record_version *row = rows->pdata[i];
        struct publication_step *step = publication->steps->pdata[i];
        step->public = step->public && !(row->imported && row->version < release);
    }
    while (publication->versions->len > 0) {
        const struct publication_version *first = publication->versions->pdata[0];
        if (first->number >= release)
            return;
        g_ptr_array_remove_index(publication->versions, 0);
    }
}

/* 0: none says so. */
static bool find_release(struct store *store, const GPtrArray *rows, guint *ret_release,
                         GError **error)
{
    *ret_release = 0;
    for (guint i = 0; i < rows->len; i++) {
        const struct record_version *row = rows->pdata[i];
        g_autoptr(Text) text = row->imported ? record_load_text(store, row->id, error) : NULL;
        if (row->imported && text == NULL)
            return false;
        if (*ret_release == 0 && text != NULL && text->version > 1 && casefile_is_release(text))
            *ret_release = (guint)row->version;
    }
    return true;
}

static bool open_versions(const struct publication_given *given,
                          const struct record_advisory *advisory, const GPtrArray *rows,
                          struct publication *publication, GError **error)
{
    const struct record_version *newest = NULL;
    for (guint i = 0; i < rows->len; i++) {
        const struct record_version *row = rows->pdata[i];
        newest = row->public_text ? row : newest;
    }
    if (given->release && newest == NULL)
        return fault_raise(error, FAULT_PERMISSION,
                           "%s has no frozen version that is meant for the public",
                           publication->id);
    for (guint i = 0; i < rows->len; i++) {
        const struct record_version *row = rows->pdata[i];
        struct publication_version *version = NULL;
        if (!row->public_text)
            continue;
        if (!open_version(given, advisory, publication->id, row, row == newest, &version, error))
            return false;
        if (version != NULL)
            g_ptr_array_add(publication->versions, version);
    }
    return true;
}

static gint64 row_of(const GPtrArray *rows, guint number)
{
    for (guint i = 0; i < rows->len; i++) {
        const struct record_version *row = rows->pdata[i];
        if (row->version == number)
            return row->id;
    }
    return 0;
}

static bool tell(const struct publication_given *given, const struct record_advisory *advisory,
                 const GPtrArray *rows, struct publication *publication, GError **error)
{
    const struct publication_version *newest = publication_newest(publication);
    struct store *store = desk_store(given->desk);
    publication->text = record_load_text(store, row_of(rows, newest->number), error);
    publication->credits = record_list(store, advisory->id, RECORD_CREDITS, error);
    if (publication->text == NULL || publication->credits == NULL)
        return false;
    publication->title = g_strdup(newest->title);
    for (guint i = 0; i < publication->text->cves->len; i++)
        g_ptr_array_add(publication->cves, valid(publication->text->cves->pdata[i]));
    /* Of imported ones only the text says it. */
    publication->withdrawn = g_str_equal(advisory->state, "withdrawn") ||
                             layout_withdraws(given->layout, publication->text);
    const struct publication_version *first = publication->versions->pdata[0];
    publication->public_by =
        publication->public_at == POLICY_UNKNOWN ? first->time : publication->public_at;
    return true;
}

/* Of what members were told: the number, and the planned day, as far as all its policies allow. */
static bool show_embargoed(const struct publication_given *given,
                           const struct record_advisory *advisory, struct publication *publication,
                           bool *ret_shown, GError **error)
{
    bool number = advisory->policies->len > 0, date = number;
    for (guint i = 0; i < advisory->policies->len; i++) {
        const struct policy *policy =
            policies_find(given->policies, advisory->policies->pdata[i], error);
        if (policy == NULL)
            return false;
        number = number && policy->page_number;
        date = date && policy->page_date;
    }
    publication->embargoed = true;
    publication->planned_at = date ? advisory->at[POLICY_PUBLIC] : POLICY_UNKNOWN;
    *ret_shown = number;
    return true;
}

static struct publication *publication_new(const struct publication_given *given,
                                           const struct record_advisory *advisory)
{
    struct publication *publication = g_new0(struct publication, 1);
    publication->number = g_strdup(advisory->number);
    publication->id = layout_id(given->layout, advisory->number);
    publication->stem = layout_stem(given->layout, advisory->number);
    publication->planned_at = publication->public_at = publication->public_by = POLICY_UNKNOWN;
    publication->layout = given->layout;
    publication->cves = g_ptr_array_new_with_free_func(g_free);
    publication->versions = g_ptr_array_new_with_free_func(version_free);
    publication->steps = g_ptr_array_new_with_free_func(g_free);
    publication->places = g_ptr_array_new();
    return publication;
}

bool publication_open(const struct publication_given *given, const struct record_advisory *advisory,
                      struct publication **ret_publication, GError **error)
{
    struct store *store = desk_store(given->desk);
    g_autoptr(Publication) publication = publication_new(given, advisory);
    g_autoptr(GPtrArray) all = record_versions(store, advisory->id, error);
    g_autoptr(GPtrArray) rows = all == NULL ? NULL : frozen_rows(all);
    struct times times = {publication, false};
    bool shown = true;
    guint release = 0;
    if (rows == NULL || !open_versions(given, advisory, rows, publication, error) ||
        !find_release(store, rows, &release, error))
        return false;
    add_steps(publication, rows);
    drop_embargoed_imports(rows, publication, release);
    if (!ledger_each(store, advisory->number, note_time, &times, error))
        return false;
    settle_times(publication, rows);
    drop_later_steps(publication);
    if (publication->versions->len > 0) {
        if (!tell(given, advisory, rows, publication, error))
            return false;
    } else if (!show_embargoed(given, advisory, publication, &shown, error)) {
        return false;
    } else {
        shown = shown && times.members && !g_str_equal(advisory->state, "withdrawn");
    }
    *ret_publication = shown ? g_steal_pointer(&publication) : NULL;
    return true;
}
