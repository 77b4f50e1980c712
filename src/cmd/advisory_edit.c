/* advisory edit: a draft in the user's editor, and what is still wrong with it. */
#include "advisory_room.h"
#include "draft.h"
#include "editor.h"
#include "fault.h"
#include "freeze.h"
#include "lint.h"

#include <stdio.h>
#include <string.h>

#define FILE_MOST (4 * 1024 * 1024)

/* One that is frozen stays as it is. A record.conf that cannot be read is there to be put right. */
static bool check_open(const struct room *room, const struct choice *choice, GError **error)
{
    const char *number = choice->advisory->number;
    if (choice->version != NULL && choice->version->imported)
        return fault_raise(error, FAULT_DATA,
                           "advisory %s was imported: there is no draft of it to edit", number);
    g_autoptr(RecordConf) conf = manuscript_conf(room->desk, room->layout, number, NULL);
    if (conf == NULL || choice->version == NULL || conf->version > choice->version->version)
        return true;
    return fault_raise(error, FAULT_DATA,
                       "version %" G_GINT64_FORMAT
                       " of advisory %s is frozen and never changes: barograph advisory revise %s "
                       "begins the next",
                       choice->version->version, number, number);
}

/* The draft's files as the editor gets them: all there, the user's own, and no links. */
static GPtrArray *find_files(const struct room *room, const char *folder, GError **error)
{
    static const struct {
        const char *name;
        bool needed;
    } names[] = {{MANUSCRIPT_PROSE, true}, {MANUSCRIPT_UPDATES, false}, {MANUSCRIPT_CONF, true}};
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) reason = NULL;
        g_autofree char *path = g_build_filename(folder, names[i].name, NULL);
        g_autoptr(GBytes) bytes = desk_read(room->desk, path, FILE_MOST, &reason);
        if (bytes != NULL) {
            g_ptr_array_add(files, g_build_filename(desk_folder(room->desk), path, NULL));
        } else if (names[i].needed || !g_error_matches(reason, FAULT_DOMAIN, FAULT_NOINPUT)) {
            g_propagate_error(error, g_steal_pointer(&reason));
            return NULL;
        }
    }
    g_ptr_array_add(files, NULL);
    return g_steal_pointer(&files);
}

/* The rules that found something, each once. */
static char *list_rules(const GPtrArray *findings, enum lint_severity severity, guint *ret_count)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    GString *rules = g_string_new(NULL);
    *ret_count = 0;
    for (guint i = 0; i < findings->len; i++) {
        const struct lint_finding *finding = findings->pdata[i];
        if (finding->rule->severity != severity)
            continue;
        ++*ret_count;
        if (g_hash_table_add(seen, (gpointer)(gsize)finding->rule->id))
            g_string_append_printf(rules, "%s%s", rules->len > 0 ? ", " : "", finding->rule->id);
    }
    return g_string_free(rules, FALSE);
}

static void say_count(const char *what, guint count, const char *rules)
{
    if (count > 0)
        printf("  %u %s%s: %s\n", count, what, count == 1 ? "" : "s", rules);
}

static bool summarise(const struct room *room, const char *number, GError **error)
{
    guint errors = 0, warnings = 0;
    g_autofree char *id = layout_id(room->layout, number);
    g_autoptr(FreezeCase) ready = freeze_prepare(room->desk, room->layout, number, error);
    if (ready == NULL)
        return false;
    g_autofree char *grave = list_rules(ready->findings, LINT_ERROR, &errors);
    g_autofree char *light = list_rules(ready->findings, LINT_WARNING, &warnings);
    printf("%s version %" G_GINT64_FORMAT ": %s\n", id, ready->manuscript->conf->version,
           errors == 0 ? "nothing stands in the way of a freeze"
           : lint_count(ready->findings, LINT_ERROR) > 0
               ? "not ready to be frozen"
               : "its errors are set aside, and it can be frozen");
    say_count("error", errors, grave);
    say_count("warning", warnings, light);
    return true;
}

static bool edit(struct room *room, const char *number, GError **error)
{
    g_autofree char *folder = draft_folder(room->layout, number);
    g_autofree char *scratch = g_build_filename(desk_folder(room->desk), folder, NULL);
    g_autoptr(GPtrArray) files = find_files(room, folder, error);
    if (files == NULL)
        return false;
    g_auto(GStrv) command = editor_command(g_getenv("VISUAL"), g_getenv("EDITOR"),
                                           (const char *const *)files->pdata, error);
    /* Others may work at the desk while the editor is open. */
    g_clear_pointer(&room->desk, desk_close);
    return command != NULL && editor_run((const char *const *)command, scratch, error) &&
           room_open(room, DESK_READ, error) && summarise(room, number, error);
}

bool verb_edit(struct room *room, int argc, char **argv, GError **error)
{
    struct choice choice = {0};
    bool done = room_takes_one("edit", argc, error) && room_find(room, argv[0], &choice, error) &&
                check_open(room, &choice, error) && edit(room, choice.advisory->number, error);
    room_forget(&choice);
    return done;
}
