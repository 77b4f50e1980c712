/* Any bytes as an advisory, with and without its armour: what is read is written again, line for
 * line. */
#include "../unit/built_in.h"
#include "armour.h"
#include "lint.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* What a clearsignature covers. */
static char *covered(const char *bytes, gsize length)
{
    GString *out = g_string_new(NULL);
    for (gsize at = 0; at < length;) {
        const char *feed = memchr(bytes + at, '\n', length - at);
        gsize stop = feed == NULL ? length : (gsize)(feed - bytes);
        gsize end = stop;
        while (end > at && strchr(" \t\r", bytes[end - 1]) != NULL)
            end--;
        g_string_append_len(out, bytes + at, (gssize)(end - at));
        g_string_append_c(out, '\n');
        at = stop + 1;
    }
    return g_string_free(out, FALSE);
}

static void check_text(const char *bytes, gsize length, enum text_form form,
                       const struct layout *layout)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Text) text = text_parse(bytes, length, form, layout, &error);
    if ((text == NULL) != (error != NULL))
        __builtin_trap();
    if (text == NULL)
        return;
    g_autofree char *expected = covered(bytes, length);
    g_autofree char *written = text_render(text, layout, NULL);
    if (written == NULL || strcmp(expected, written) != 0)
        __builtin_trap();
    struct lint_case lint = {.bytes = bytes, .length = length, .form = form, .layout = layout};
    g_autoptr(GPtrArray) found = lint_check(&lint, NULL);
    if (found == NULL)
        __builtin_trap();
}

static void check_armour(const char *bytes, gsize length, const struct layout *layout)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Armour) armour = armour_read(bytes, length, &error);
    if ((armour == NULL) != (error != NULL))
        __builtin_trap();
    if (armour == NULL)
        return;
    g_autofree char *file =
        armour_write(armour->text, (const char *const *)armour->hashes, armour->signature);
    g_autoptr(Armour) again = armour_read(file, strlen(file), NULL);
    if (again == NULL || strcmp(again->text, armour->text) != 0 ||
        strcmp(again->signature, armour->signature) != 0)
        __builtin_trap();
    check_text(armour->text, armour->length, TEXT_WHOLE, layout);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static struct layout *layout = NULL;
    if (layout == NULL)
        layout = built_in_layout();
    const char *bytes = (const char *)data;
    check_text(bytes, size, TEXT_WHOLE, layout);
    check_text(bytes, size, TEXT_DRAFT, layout);
    check_armour(bytes, size, layout);
    return 0;
}
