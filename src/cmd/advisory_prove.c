/* advisory prove: the transparency page of an advisory that is public. */
#include "advisory_room.h"
#include "embedded.h"
#include "fault.h"
#include "prove.h"
#include "template.h"

#include <stdio.h>

/* As in `barograph embargo`: what the home's policies/holidays says, if it is there. */
static struct workdays *load_holidays(const char *folder, GError **error)
{
    g_autofree char *path = g_build_filename(folder, "holidays", NULL);
    g_autofree char *text = NULL;
    g_autoptr(GError) reason = NULL;
    if (g_file_get_contents(path, &text, NULL, &reason) ||
        g_error_matches(reason, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return workdays_parse(text, path, error);
    fault_raise(error, FAULT_NOINPUT, "%s", reason->message);
    return NULL;
}

/* The home's template of that name, else the one that the program carries. Caller frees. */
static char *find_template(const struct room *room, const char *name)
{
    char *text = NULL;
    g_autofree char *path = g_build_filename(room->context->home->templates_path, name, NULL);
    g_autofree char *carried = g_strconcat("templates/", name, NULL);
    if (g_file_get_contents(path, &text, NULL, NULL))
        return text;
    for (const struct embedded_file *file = embedded_files; file->path != NULL; file++)
        if (g_str_equal(file->path, carried))
            text = g_strndup(file->bytes, file->length);
    return text;
}

static bool print(const struct room *room, json_t *page, GError **error)
{
    enum table_format format = TABLE_TEXT;
    if (advisory_given.format != NULL && !table_format_parse(advisory_given.format, &format, error))
        return false;
    if (format == TABLE_JSON) {
        json_dumpf(page, stdout, JSON_INDENT(2));
        return putchar('\n') != EOF;
    }
    if (format != TABLE_TEXT && format != TABLE_MARKDOWN)
        return fault_raise(error, FAULT_USAGE, "this page is printed as text, md or json");
    bool markdown = format == TABLE_MARKDOWN;
    g_autofree char *template =
        find_template(room, markdown ? "transparency.md" : "transparency.txt");
    g_autofree char *text = template_render(
        template, page, markdown ? TEMPLATE_MARKDOWN : TEMPLATE_NONE, NULL, NULL, error);
    return text != NULL && fputs(text, stdout) >= 0;
}

static bool prove(struct room *room, const struct choice *choice, GError **error)
{
    struct store *store = desk_store(room->desk);
    g_autofree char *folder = g_build_filename(room->context->home->folder, "policies", NULL);
    g_autofree char *id = layout_id(room->layout, choice->advisory->number);
    g_autoptr(Workdays) workdays = load_holidays(folder, error);
    g_autoptr(GPtrArray) policies = workdays == NULL ? NULL : policies_load(folder, error);
    if (policies == NULL)
        return false;
    const struct prove_given given = {id, choice->advisory, policies, workdays};
    json_auto_t *page = prove_page(store, &given, error);
    return page != NULL && print(room, page, error);
}

bool verb_prove(struct room *room, int argc, char **argv, GError **error)
{
    struct choice choice = {0};
    bool done = room_takes_one("prove", argc, error) && room_find(room, argv[0], &choice, error) &&
                prove(room, &choice, error);
    room_forget(&choice);
    return done;
}
