/* barograph cve: ids are reserved, published and rejected. Its verbs that change something are in
 * cve_*.c beside this file. */
#include "cve_room.h"
#include "fault.h"
#include "layouts.h"
#include "manuscript.h"
#include "plan.h"
#include "table.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>

extern const struct command command_cve;

struct cve_given cve_given = {.amount = 1};

static const GOptionEntry options[] = {
    {"amount", 0, 0, G_OPTION_ARG_INT64, &cve_given.amount, "reserve: how many ids (1)", "K"},
    {"year", 0, 0, G_OPTION_ARG_INT64, &cve_given.year, "reserve: ids of this year (the clock's)",
     "YEAR"},
    {"take", 0, 0, G_OPTION_ARG_STRING_ARRAY, &cve_given.taken,
     "reserve: keep this id, which the server has reserved already", "CVE"},
    {"again", 0, 0, G_OPTION_ARG_NONE, &cve_given.again,
     "reserve: ask anew, although an answer was lost", NULL},
    {"reason", 0, 0, G_OPTION_ARG_STRING, &cve_given.reason, "reject: why, for the public to read",
     "TEXT"},
    {"site", 0, 0, G_OPTION_ARG_FILENAME, &cve_given.site,
     "publish: the folder that barograph publish made (default: [publish] folder)", "FOLDER"},
    {"confirm-clock", 0, 0, G_OPTION_ARG_NONE, &cve_given.confirm_clock,
     "publish: the clock is right although something newer is known", NULL},
    {"server", 0, 0, G_OPTION_ARG_NONE, &cve_given.asks_server, "list, show: ask the server too",
     NULL},
    {"format", 0, 0, G_OPTION_ARG_STRING, &cve_given.format, "list, show: how they print (text)",
     "text|md|tsv|csv|json"},
    G_OPTION_ENTRY_NULL};

/* --- the desk --- */

bool cve_room_check(const char *cve, GError **error)
{
    return g_regex_match_simple("^CVE-[0-9]{4}-[0-9]{4,19}$", cve, 0, 0) ||
           fault_raise(error, FAULT_USAGE, "a CVE is written CVE-YYYY-NNNN");
}

struct record_advisory *cve_room_find(struct cve_room *room, const char *word, GError **error)
{
    const char *number = layout_read_number(room->layout->prefix, word, error);
    return number == NULL ? NULL : record_find(desk_store(room->desk), number, error);
}

static void add_new(GPtrArray *ids, const char *cve)
{
    if (!g_ptr_array_find_with_equal_func(ids, cve, g_str_equal, NULL))
        g_ptr_array_add(ids, g_strdup(cve));
}

/* A draft that cannot be read, or an imported advisory that has none, adds nothing. */
GPtrArray *cve_room_ids(struct cve_room *room, const struct record_advisory *advisory,
                        GError **error)
{
    g_autoptr(GPtrArray) kept = record_cves(desk_store(room->desk), advisory->id, error);
    if (kept == NULL)
        return NULL;
    GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < kept->len; i++)
        add_new(ids, kept->pdata[i]);
    g_autoptr(RecordConf) conf = manuscript_conf(room->desk, room->layout, advisory->number, NULL);
    for (guint i = 0; conf != NULL && i < conf->cves->len; i++)
        add_new(ids, conf->cves->pdata[i]);
    return ids;
}

/* --- lists --- */

static const struct table_column columns[] = {
    {"cve", "CVE", TABLE_KIND_STRING},     {"advisory", "Advisory", TABLE_KIND_STRING},
    {"state", "State", TABLE_KIND_STRING}, {"reserved", "Reserved", TABLE_KIND_STRING},
    {"sent", "Sent", TABLE_KIND_STRING},   {"server", "Server", TABLE_KIND_STRING},
};

static void add_time(struct table *table, gint64 time)
{
    g_autofree char *text = time == G_MININT64 ? NULL : plan_time(time);
    table_string(table, text);
}

struct listing {
    struct cve_room *room;
    GPtrArray *kept;     /* struct cve_id * */
    GPtrArray *reserved; /* of the server; NULL: it was not asked */
    GHashTable *told;
    struct table *table;
};

/* An id that an advisory has, of which nothing is known, came from elsewhere: "assigned". */
static void add_row(struct listing *listing, const char *cve, const char *number,
                    const char *server)
{
    const struct cve_id *id = cve_ids_find(listing->kept, cve);
    const char *owner = number != NULL ? number : id == NULL ? NULL : id->advisory;
    g_autofree char *name = owner == NULL ? NULL : layout_id(listing->room->layout, owner);
    if (!g_hash_table_add(listing->told, g_strdup(cve)))
        return;
    table_string(listing->table, cve);
    table_string(listing->table, name);
    table_string(listing->table, id != NULL ? id->state : number != NULL ? "assigned" : NULL);
    add_time(listing->table, id == NULL ? G_MININT64 : id->reserved_at);
    add_time(listing->table, id == NULL ? G_MININT64 : id->sent_at);
    table_string(listing->table, server);
}

static const char *server_word(const struct listing *listing, const char *cve)
{
    bool there = listing->reserved != NULL &&
                 g_ptr_array_find_with_equal_func(listing->reserved, cve, g_str_equal, NULL);
    return there ? "reserved" : NULL;
}

/* `only`: this id, or all. */
static bool add_advisories(struct listing *listing, const char *only, const char *server,
                           GError **error)
{
    g_autoptr(GPtrArray) all = record_advisories(desk_store(listing->room->desk), error);
    for (guint i = 0; all != NULL && i < all->len; i++) {
        const struct record_advisory *advisory = all->pdata[i];
        g_autoptr(GPtrArray) ids = cve_room_ids(listing->room, advisory, error);
        if (ids == NULL)
            return false;
        for (guint j = 0; j < ids->len; j++)
            if (only == NULL || g_str_equal(only, ids->pdata[j]))
                add_row(listing, ids->pdata[j], advisory->number,
                        only == NULL ? server_word(listing, ids->pdata[j]) : server);
    }
    return all != NULL;
}

static bool print(const struct cve_room *room, const struct table *table, GError **error)
{
    enum table_format format = TABLE_TEXT;
    if (cve_given.format != NULL && !table_format_parse(cve_given.format, &format, error))
        return false;
    g_autofree char *text = table_format(table, format, room->context->colour);
    fputs(text, stdout);
    return true;
}

static bool listing_open(struct listing *listing, struct cve_room *room, GError **error)
{
    *listing = (struct listing){.room = room};
    listing->table = table_new(columns, G_N_ELEMENTS(columns));
    listing->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    listing->kept = cve_ids_all(desk_store(room->desk), error);
    return listing->kept != NULL;
}

static void listing_clear(struct listing *listing)
{
    g_clear_pointer(&listing->kept, g_ptr_array_unref);
    g_clear_pointer(&listing->reserved, g_ptr_array_unref);
    g_hash_table_unref(listing->told);
    table_free(listing->table);
}

static bool fill(struct listing *listing, GError **error)
{
    if (cve_given.asks_server) {
        if (!cve_server_open(listing->room, error))
            return false;
        listing->reserved = cve_server_reserved(listing->room, error);
        if (listing->reserved == NULL)
            return false;
    }
    if (!add_advisories(listing, NULL, NULL, error))
        return false;
    for (guint i = 0; i < listing->kept->len; i++) {
        const struct cve_id *id = listing->kept->pdata[i];
        add_row(listing, id->cve, NULL, server_word(listing, id->cve));
    }
    for (guint i = 0; listing->reserved != NULL && i < listing->reserved->len; i++)
        add_row(listing, listing->reserved->pdata[i], NULL, "reserved");
    return true;
}

static bool verb_list(struct cve_room *room, int argc, char **argv, GError **error)
{
    struct listing listing;
    (void)argv;
    if (argc != 1)
        return fault_raise(error, FAULT_USAGE, "list takes no argument");
    bool done = listing_open(&listing, room, error) && fill(&listing, error) &&
                print(room, listing.table, error);
    listing_clear(&listing);
    return done;
}

static bool show(struct listing *listing, const char *cve, GError **error)
{
    const char *server = NULL;
    g_autofree char *owner = NULL;
    if (cve_given.asks_server && (!cve_server_open(listing->room, error) ||
                                  !cve_server_state(listing->room, cve, &server, &owner, error)))
        return false;
    if (!add_advisories(listing, cve, server, error))
        return false;
    if (server != NULL || cve_ids_find(listing->kept, cve) != NULL)
        add_row(listing, cve, NULL, server);
    return table_rows(listing->table) > 0 ||
           fault_raise(error, FAULT_NOINPUT, "nobody here has such a CVE%s",
                       cve_given.asks_server ? ", nor has the server" : "");
}

static bool verb_show(struct cve_room *room, int argc, char **argv, GError **error)
{
    struct listing listing;
    if (argc != 2)
        return fault_raise(error, FAULT_USAGE, "show which CVE?");
    bool done = cve_room_check(argv[1], error) && listing_open(&listing, room, error);
    if (!done)
        return false;
    done = show(&listing, argv[1], error) && print(room, listing.table, error);
    listing_clear(&listing);
    return done;
}

/* --- the command --- */

static const struct {
    const char *name;
    enum desk_mode mode;
    cve_verb run;
} verbs[] = {
    {"reserve", DESK_WRITE, cve_verb_reserve},
    {"publish", DESK_WRITE, cve_verb_publish},
    {"reject", DESK_WRITE, cve_verb_reject},
    {"list", DESK_READ, verb_list},
    {"show", DESK_READ, verb_show},
};

static bool room_open(struct cve_room *room, enum desk_mode mode, GError **error)
{
    const struct home *home = room->context->home;
    room->layout = layouts_load(home->templates_path, home->advisory_prefix, error);
    if (room->layout != NULL)
        room->desk = desk_open(home->folder, mode, error);
    room->who = desk_user();
    return room->desk != NULL;
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    struct cve_room room = {.context = context};
    gsize verb = 0;
    if (!verbs_find(VERBS(verbs), argc, argv, &verb, error))
        return false;
    bool done = room_open(&room, verbs[verb].mode, error) &&
                verbs[verb].run(&room, argc - 1, argv + 1, error);
    cve_server_close(&room);
    desk_close(room.desk);
    layout_free(room.layout);
    g_free(room.who);
    return done;
}

const struct command command_cve = {
    .name = "cve",
    .arguments = "reserve N|publish N…|reject CVE|list|show CVE",
    .summary = "Reserve, publish and reject CVE ids at the CVE Services",
    .description =
        "reserve asks for ids and writes them into the advisory's record.conf. publish sends the "
        "records that barograph publish made, of advisories that are public: the server shows them "
        "to everybody at once. What it has already is not sent again. reject gives back an id that "
        "no advisory uses. list and show tell which ids there are, with --server what it says.\n\n"
        "Examples:\n"
        "  barograph cve reserve 501 --amount 2\n"
        "  barograph publish 501 && barograph cve publish 501\n"
        "  barograph cve reject CVE-2026-12345 --reason 'Not used: no security issue.'\n"
        "  barograph cve list --server --format json",
    .needs = NEEDS_HOME,
    .options = options,
    .run = run,
};
