/* advisory disclose: what is frozen leaves the desk, when the gate lets it; vacate and withdraw:
 * how an embargo ends before its time; revise: the next version begins. */
#include "advisory_room.h"
#include "disclose.h"
#include "endings.h"
#include "fault.h"
#include "newest.h"
#include "revise.h"

#include <stdio.h>

/* Of what was mined, when something was. */
static bool find_newest_commit(const struct room *room, gint64 *ret_time, GError **error)
{
    const char *path = room->context->home->history_path;
    *ret_time = G_MININT64;
    if (advisory_given.confirm_clock || !g_file_test(path, G_FILE_TEST_EXISTS))
        return true;
    g_autoptr(Store) history = store_open(path, "history", STORE_READ, error);
    if (history != NULL && newest_commit(history, ret_time, error))
        return true;
    g_prefix_error(error, "the newest commit cannot be asked for, to check the clock (or confirm "
                          "it with --confirm-clock): ");
    return false;
}

static bool check_arguments(int argc, GError **error)
{
    if (argc != 1 || advisory_given.to == NULL || advisory_given.into == NULL)
        return fault_raise(error, FAULT_USAGE,
                           "advisory disclose takes one number, --for members or public, and a "
                           "folder to be made, --into");
    return true;
}

bool verb_disclose(struct room *room, int argc, char **argv, GError **error)
{
    g_autofree char *who = desk_user();
    struct disclose_given given = {.folder = advisory_given.into};
    given.what = (struct parcel_given){.version = advisory_given.version,
                                       .who = who,
                                       .now = room->context->now,
                                       .clock_confirmed = advisory_given.confirm_clock,
                                       .override = advisory_given.override};
    struct disclosure disclosure = {0};
    bool public = false;
    if (!check_arguments(argc, error) || !room_audience(false, &public, error) ||
        (given.what.number = room_need_number(room, argv[0], error)) == NULL ||
        !find_newest_commit(room, &given.what.newest_commit, error) ||
        !room_open(room, DESK_WRITE, error))
        return false;
    given.what.audience = public ? EMBARGO_PUBLIC : EMBARGO_MEMBERS;
    if (!disclose(room->desk, &given, &disclosure, error))
        return false;
    g_autofree char *id = layout_id(room->layout, given.what.number);
    return printf("%s version %" G_GINT64_FORMAT " for %s: %u files in %s\n", id,
                  disclosure.version, public ? "the public" : "members", disclosure.files,
                  given.folder) > 0;
}

static bool open_ending(struct room *room, const char *verb, int argc, char **argv,
                        struct ending *ending, GError **error)
{
    if (!room_takes_one(verb, argc, error))
        return false;
    ending->number = room_need_number(room, argv[0], error);
    ending->reason = advisory_given.reason;
    ending->now = room->context->now;
    return ending->number != NULL && room_open(room, DESK_WRITE, error);
}

static bool say_ended(const struct room *room, const struct ending *ending, const char *what)
{
    g_autofree char *id = layout_id(room->layout, ending->number);
    return printf("%s: %s\n", id, what) > 0;
}

bool verb_vacate(struct room *room, int argc, char **argv, GError **error)
{
    g_autofree char *who = desk_user();
    struct ending ending = {.who = who};
    return open_ending(room, "vacate", argc, argv, &ending, error) &&
           ending_vacate(room->desk, room->layout, &ending, error) &&
           say_ended(room, &ending, "the embargo has ended");
}

bool verb_withdraw(struct room *room, int argc, char **argv, GError **error)
{
    g_autofree char *who = desk_user();
    struct ending ending = {.who = who};
    return open_ending(room, "withdraw", argc, argv, &ending, error) &&
           ending_withdraw(room->desk, &ending, error) &&
           say_ended(room, &ending,
                     "withdrawn; revise begins the version that tells those who know of it");
}

bool verb_revise(struct room *room, int argc, char **argv, GError **error)
{
    struct revise_given given = {0};
    struct revision revision = {0};
    if (!room_takes_one("revise", argc, error) || !room_audience(true, &given.public_text, error) ||
        (given.number = room_need_number(room, argv[0], error)) == NULL ||
        !room_open(room, DESK_WRITE, error) ||
        !revise_begin(room->desk, room->layout, &given, &revision, error))
        return false;
    g_autofree char *id = layout_id(room->layout, given.number);
    printf("%s version %" G_GINT64_FORMAT " for %s: say what is new in its updates.txt\n", id,
           revision.version, given.public_text ? "the public" : "members");
    for (guint i = 0; i < revision.kept->len; i++)
        printf("  %s is not as it was frozen, and was left alone\n",
               (const char *)revision.kept->pdata[i]);
    revision_clear(&revision);
    return true;
}
