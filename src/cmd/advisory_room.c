#include "advisory_room.h"

#include "disclose.h"
#include "fault.h"
#include "manuscript.h"

#include <stdio.h>
#include <string.h>

bool room_print(const struct room *room, const struct table *table, GError **error)
{
    enum table_format format = TABLE_TEXT;
    if (advisory_given.format != NULL && !table_format_parse(advisory_given.format, &format, error))
        return false;
    g_autofree char *text = table_format(table, format, room->context->colour);
    return fputs(text, stdout) >= 0;
}

/* Whoever writes has the desk for himself: what a killed disclosure left is nobody's any more. */
static bool sweep(const struct room *room, GError **error)
{
    g_autofree char *removed = NULL;
    if (!disclose_sweep(room->desk, &removed, error))
        return false;
    if (removed != NULL)
        fprintf(stderr, "barograph: a disclosure was stopped in its middle; %s was removed\n",
                removed);
    return true;
}

bool room_open(struct room *room, enum desk_mode mode, GError **error)
{
    room->desk = desk_open(room->context->home->folder, mode, error);
    return room->desk != NULL && (mode == DESK_READ || sweep(room, error));
}

bool room_audience(bool otherwise, bool *ret_public, GError **error)
{
    const char *to = advisory_given.to;
    if (to != NULL && !g_str_equal(to, "members") && !g_str_equal(to, "public"))
        return fault_raise(error, FAULT_USAGE, "--for is members or public");
    *ret_public = to == NULL ? otherwise : g_str_equal(to, "public");
    return true;
}

bool room_takes_one(const char *verb, int argc, GError **error)
{
    return argc == 1 || fault_raise(error, FAULT_USAGE, "advisory %s takes one number", verb);
}

const char *room_number(const struct room *room, const char *word)
{
    return layout_read_number(room->layout->prefix, word, NULL);
}

const char *room_need_number(const struct room *room, const char *word, GError **error)
{
    return layout_read_number(room->layout->prefix, word, error);
}

void room_forget(struct choice *choice)
{
    record_advisory_free(choice->advisory);
    g_clear_pointer(&choice->versions, g_ptr_array_unref);
    text_free(choice->text);
}

static bool find_version(struct choice *choice, GError **error)
{
    for (guint i = 0; i < choice->versions->len; i++) {
        const struct record_version *version = choice->versions->pdata[i];
        if (advisory_given.version == 0 || version->version == advisory_given.version)
            choice->version = version;
    }
    return choice->version != NULL || advisory_given.version == 0 ||
           fault_raise(error, FAULT_NOINPUT,
                       "advisory %s has no version %" G_GINT64_FORMAT " in the record",
                       choice->advisory->number, advisory_given.version);
}

bool room_find(struct room *room, const char *word, struct choice *choice, GError **error)
{
    const char *number = room_need_number(room, word, error);
    if (number == NULL || !room_open(room, DESK_READ, error))
        return false;
    struct store *store = desk_store(room->desk);
    choice->advisory = record_find(store, number, error);
    choice->versions =
        choice->advisory == NULL ? NULL : record_versions(store, choice->advisory->id, error);
    if (choice->versions == NULL || !find_version(choice, error))
        return false;
    if (choice->version != NULL)
        choice->text = record_load_text(store, choice->version->id, error);
    return choice->version == NULL || choice->text != NULL;
}

bool room_has_version(const struct choice *choice, GError **error)
{
    return choice->version != NULL ||
           fault_raise(error, FAULT_NOINPUT, "advisory %s has no version yet",
                       choice->advisory->number);
}

bool room_choose(struct room *room, const char *word, struct choice *choice, GError **error)
{
    return room_find(room, word, choice, error) && room_has_version(choice, error);
}

bool room_is_draft(const struct room *room, const struct choice *choice)
{
    if (choice->version == NULL)
        return true;
    if (advisory_given.version != 0)
        return false;
    g_autoptr(RecordConf) conf =
        manuscript_conf(room->desk, room->layout, choice->advisory->number, NULL);
    return conf != NULL && conf->version > choice->version->version;
}

/* What is not the text that was signed is not given out as if it were. */
char *room_render(const struct room *room, const struct choice *choice, GError **error)
{
    guint8 digest[RECORD_DIGEST];
    g_autofree char *plain = text_render(choice->text, room->layout, error);
    if (plain == NULL)
        return NULL;
    record_digest(plain, strlen(plain), digest);
    if (choice->version->frozen_at == POLICY_UNKNOWN ||
        memcmp(digest, choice->version->plain_sha256, RECORD_DIGEST) == 0)
        return g_steal_pointer(&plain);
    fault_raise(error, FAULT_CONFIG,
                "the text is not what was signed: was a wording or the layout changed since?");
    return NULL;
}
