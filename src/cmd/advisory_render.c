/* advisory render: a text as it was, or would be, signed. */
#include "advisory_room.h"
#include "armour.h"
#include "fault.h"
#include "manuscript.h"

#include <stdio.h>
#include <string.h>

/* An imported text is put into its armour again; what was signed here is kept as it was. */
static char *signed_text(const struct record_version *version, const char *plain)
{
    gsize length = 0;
    if (version->signed_bytes != NULL) {
        const char *bytes = g_bytes_get_data(version->signed_bytes, &length);
        return g_strndup(bytes, length);
    }
    const char *hashes[] = {version->digest, NULL};
    return armour_write(plain, hashes, version->armour);
}

/* As it would be frozen. */
static char *render_draft(const struct room *room, const char *number, GError **error)
{
    g_autoptr(Manuscript) manuscript = manuscript_read(room->desk, room->layout, number, error);
    g_autoptr(Text) text =
        manuscript == NULL ? NULL : manuscript_compose(manuscript, room->layout, error);
    return text == NULL ? NULL : text_render(text, room->layout, error);
}

bool verb_render(struct room *room, int argc, char **argv, GError **error)
{
    struct choice choice = {0};
    g_autofree char *plain = NULL;
    if (room_takes_one("render", argc, error) && room_find(room, argv[0], &choice, error))
        plain = room_is_draft(room, &choice) && !advisory_given.with_signature
                    ? render_draft(room, choice.advisory->number, error)
                : room_has_version(&choice, error) ? room_render(room, &choice, error)
                                                   : NULL;
    bool done = plain != NULL;
    if (done && advisory_given.with_signature) {
        g_autofree char *whole = signed_text(choice.version, plain);
        fputs(whole, stdout);
    } else if (done) {
        fputs(plain, stdout);
    }
    room_forget(&choice);
    return done;
}
