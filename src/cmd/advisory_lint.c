/* advisory lint: what is wrong with a text. */
#include "advisory_room.h"
#include "armour.h"
#include "fault.h"
#include "intake.h"
#include "lint.h"

#include <stdio.h>
#include <string.h>

static bool report(const struct room *room, const struct lint_case *lint, unsigned first,
                   GError **error)
{
    static const struct table_column columns[] = {{"line", "Line", TABLE_KIND_INT},
                                                  {"severity", "Severity", TABLE_KIND_STRING},
                                                  {"rule", "Rule", TABLE_KIND_STRING},
                                                  {"finding", "Finding", TABLE_KIND_STRING}};
    g_autoptr(GPtrArray) findings = lint_check(lint, error);
    if (findings == NULL)
        return false;
    guint errors = 0;
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < findings->len; i++) {
        const struct lint_finding *finding = findings->pdata[i];
        bool grave = finding->rule->severity == LINT_ERROR;
        errors += grave;
        if (finding->line == 0)
            table_none(table);
        else
            table_int(table, finding->line + first - 1);
        table_string(table, grave ? "error" : "warning");
        table_string(table, finding->rule->id);
        table_string(table, finding->sentence);
    }
    if (findings->len == 0 && advisory_given.format == NULL)
        puts("nothing found");
    else if (!room_print(room, table, error))
        return false;
    return errors == 0 ||
           fault_raise(error, FAULT_DATA, "lint found %u error%s", errors, errors == 1 ? "" : "s");
}

static bool lint_record(struct room *room, const char *number, GError **error)
{
    struct choice choice = {0};
    g_autofree char *plain =
        room_choose(room, number, &choice, error) ? room_render(room, &choice, error) : NULL;
    room_forget(&choice);
    if (plain == NULL)
        return false;
    const struct lint_case lint = {.bytes = plain, .length = strlen(plain), .form = TEXT_WHOLE, .layout = room->layout};
    return report(room, &lint, 1, error);
}

/* Signed or not, whole or the sections alone; line numbers are those of the file. */
static bool lint_file(const struct room *room, const char *path, GError **error)
{
    gsize length = 0;
    g_autoptr(GBytes) bytes = intake_read(path, error);
    if (bytes == NULL)
        return false;
    const char *data = g_bytes_get_data(bytes, &length);
    struct lint_case lint = {.bytes = data == NULL ? "" : data, .length = length, .form = TEXT_WHOLE, .layout = room->layout};
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
    return report(room, &lint, is_signed ? armour->first : 1, error);
}

bool verb_lint(struct room *room, int argc, char **argv, GError **error)
{
    if (argc != 1)
        return fault_raise(error, FAULT_USAGE, "advisory lint takes one number or one file");
    return room_number(room, argv[0]) != NULL ? lint_record(room, argv[0], error)
                                              : lint_file(room, argv[0], error);
}
