/* advisory render: a text as it was, or would be, signed. */
#include "advisory_room.h"
#include "armour.h"
#include "fault.h"

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

bool verb_render(struct room *room, int argc, char **argv, GError **error)
{
    struct choice choice = {0};
    g_autofree char *plain = NULL;
    if (room_takes_one("render", argc, error) && room_choose(room, argv[0], &choice, error))
        plain = room_render(room, &choice, error);
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
