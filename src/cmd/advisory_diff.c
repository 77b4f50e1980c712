/* advisory diff: what changed from one version to another. */
#include "advisory_room.h"
#include "compare.h"
#include "fault.h"
#include "manuscript.h"

#include <stdio.h>

#define DRAFT "draft"

/* One side: a version, its text and its files. */
struct side {
    gint64 version;
    struct text *text;
    GPtrArray *patches;
};

static void side_clear(struct side *side)
{
    text_free(side->text);
    g_clear_pointer(&side->patches, g_ptr_array_unref);
}

static bool load_draft(const struct room *room, const struct choice *choice, struct side *side,
                       GError **error)
{
    g_autoptr(Manuscript) draft =
        manuscript_read(room->desk, room->layout, choice->advisory->number, error);
    side->text = draft == NULL ? NULL : manuscript_compose(draft, room->layout, error);
    if (side->text == NULL)
        return false;
    side->version = draft->conf->version;
    side->patches = g_ptr_array_ref(draft->files);
    return true;
}

static bool load_version(const struct room *room, const struct choice *choice, gint64 number,
                         struct side *side, GError **error)
{
    struct store *store = desk_store(room->desk);
    const struct record_version *found = NULL;
    for (guint i = 0; i < choice->versions->len; i++) {
        const struct record_version *version = choice->versions->pdata[i];
        if (version->version == number)
            found = version;
    }
    if (found == NULL)
        return fault_raise(error, FAULT_NOINPUT,
                           "advisory %s has no version %" G_GINT64_FORMAT " in the record",
                           choice->advisory->number, number);
    side->version = number;
    side->text = record_load_text(store, found->id, error);
    side->patches = side->text == NULL ? NULL : record_patches(store, found->id, error);
    return side->patches != NULL;
}

static bool load(const struct room *room, const struct choice *choice, const char *word,
                 struct side *side, GError **error)
{
    guint64 number = 0;
    if (g_str_equal(word, DRAFT))
        return load_draft(room, choice, side, error);
    if (!g_ascii_string_to_unsigned(word, 10, 1, G_MAXINT32, &number, NULL))
        return fault_raise(error, FAULT_USAGE, "a version is a number from 1 on, or \"" DRAFT "\"");
    return load_version(room, choice, (gint64)number, side, error);
}

static bool print(const struct room *room, json_t *comparison, GError **error)
{
    enum table_format format = TABLE_TEXT;
    if (advisory_given.format != NULL && !table_format_parse(advisory_given.format, &format, error))
        return false;
    if (format == TABLE_JSON) {
        json_dumpf(comparison, stdout, JSON_INDENT(2));
        return putchar('\n') != EOF;
    }
    if (format != TABLE_TEXT && format != TABLE_MARKDOWN)
        return fault_raise(error, FAULT_USAGE, "a diff is printed as text, md or json");
    enum compare_style style = format == TABLE_MARKDOWN ? COMPARE_MARKDOWN
                               : room->context->colour  ? COMPARE_COLOUR
                                                        : COMPARE_PLAIN;
    g_autofree char *page = compare_page(comparison, style);
    return fputs(page, stdout) >= 0;
}

static bool compare(const struct room *room, const struct choice *choice, char **words,
                    GError **error)
{
    struct side old = {0}, new = {0};
    g_autofree char *id = layout_id(room->layout, choice->advisory->number);
    json_t *comparison = NULL;
    if (load(room, choice, words[0], &old, error) && load(room, choice, words[1], &new, error)) {
        const struct compare_side before = {old.version, old.text, old.patches};
        const struct compare_side after = {new.version, new.text, new.patches};
        comparison = compare_versions(id, &before, &after, room->layout, error);
    }
    bool done = comparison != NULL && print(room, comparison, error);
    json_decref(comparison);
    side_clear(&old);
    side_clear(&new);
    return done;
}

bool verb_diff(struct room *room, int argc, char **argv, GError **error)
{
    struct choice choice = {0};
    if (argc != 3)
        return fault_raise(error, FAULT_USAGE,
                           "advisory diff takes a number and two versions, or a version and "
                           "\"" DRAFT "\"");
    bool done = room_find(room, argv[0], &choice, error) && compare(room, &choice, argv + 1, error);
    room_forget(&choice);
    return done;
}
