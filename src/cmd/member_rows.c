/* member export and import: all of them as rows of tab-separated values. A published page is read
 * in member_page.c. */
#include "fault.h"
#include "member_room.h"

#include <stdio.h>
#include <string.h>

/* The keys of a form, and the state. */
static const struct table_column columns[] = {
    {"name", "Name", TABLE_KIND_STRING},
    {"state", "State", TABLE_KIND_STRING},
    {"address", "Address", TABLE_KIND_STRING},
    {"delivery", "Delivery", TABLE_KIND_STRING},
    {"fingerprint", "Fingerprint", TABLE_KIND_STRING},
    {"ships", "Ships", TABLE_KIND_STRING},
    {"qualifies", "Qualifies", TABLE_KIND_STRING},
    {"links", "Links", TABLE_KIND_STRING},
    {"lists", "Lists", TABLE_KIND_STRING},
};

bool member_verb_export(struct member_room *room, int argc, char **argv, GError **error)
{
    (void)argv;
    if (argc != 1)
        return fault_raise(error, FAULT_USAGE, "member export takes no argument");
    g_autoptr(GPtrArray) all = members_all(member_store(room), error);
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; all != NULL && i < all->len; i++) {
        const struct member *member = all->pdata[i];
        g_autofree char *links = g_strjoinv(";", member->links);
        g_autofree char *lists = g_strjoinv(";", member->lists);
        const char *cells[] = {member->name,
                               member_state_name(member->state),
                               member->address,
                               member_delivery_name(member->delivery),
                               member->fingerprint,
                               member->ships,
                               member->qualifies,
                               links,
                               lists};
        for (gsize cell = 0; cell < G_N_ELEMENTS(cells); cell++)
            table_string(table, cells[cell]);
    }
    return all != NULL && member_print(room, table, TABLE_TSV, error);
}

/* One row as a form: what a form may hold is decided in one place. */
static struct member *member_of_row(char **cells, const int *places, GError **error)
{
    g_autoptr(GKeyFile) form = g_key_file_new();
    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
        if (places[i] < 0 || g_str_equal(columns[i].key, "state"))
            continue;
        g_autofree char *value = g_strcompress(cells[places[i]]);
        if (*value != '\0')
            g_key_file_set_string(form, "member", columns[i].key, value);
    }
    /* Lists are written with their separators as they stand. */
    for (gsize i = 7; i < G_N_ELEMENTS(columns); i++)
        if (places[i] >= 0 && *cells[places[i]] != '\0')
            g_key_file_set_value(form, "member", columns[i].key, cells[places[i]]);
    gsize length = 0;
    g_autofree char *text = g_key_file_to_data(form, &length, NULL);
    return member_parse(text, length, error);
}

static bool find_places(char **head, int *places, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
        places[i] = -1;
        for (int place = 0; head[place] != NULL; place++)
            if (g_str_equal(head[place], columns[i].key))
                places[i] = place;
    }
    return places[0] >= 0 ||
           fault_raise(error, FAULT_DATA,
                       "line 1: the first row names the columns, and one of them is \"name\" "
                       "(member export shows how)");
}

static bool import_row(struct member_room *room, char **cells, const int *places, GError **error)
{
    enum member_state state = MEMBER_LISTED;
    const char *name = places[1] < 0 ? "" : cells[places[1]];
    const struct members_act act = member_act(room);
    g_autoptr(Member) member = member_of_row(cells, places, error);
    if (member == NULL)
        return false;
    if (*name == '\0')
        state = member->address != NULL && member->delivery != MEMBER_UNDECIDED ? MEMBER_ACTIVE
                                                                                : MEMBER_LISTED;
    else if (!member_state_parse(name, &state))
        return fault_raise(error, FAULT_DATA,
                           "the state is listed, applied, active, suspended, declined or removed");
    return members_add(member_store(room), member, state, &act, error);
}

/* A row that is refused holds up no other. */
static bool import_rows(struct member_room *room, char **lines, GError **error)
{
    int places[G_N_ELEMENTS(columns)];
    guint taken = 0, refused = 0;
    g_auto(GStrv) head = g_strsplit(g_strchomp(lines[0]), "\t", -1);
    if (!find_places(head, places, error))
        return false;
    for (guint i = 1; lines[i] != NULL; i++) {
        g_autoptr(GError) reason = NULL;
        if (*lines[i] == '\0')
            continue;
        g_auto(GStrv) cells = g_strsplit(lines[i], "\t", -1);
        bool full = g_strv_length(cells) == g_strv_length(head);
        bool done = full ? import_row(room, cells, places, &reason)
                         : fault_raise(&reason, FAULT_DATA, "it has %u cells, the first row %u",
                                       g_strv_length(cells), g_strv_length(head));
        taken += done;
        refused += !done;
        if (!done)
            fprintf(stderr, "line %u: %s\n", i + 1, reason->message);
    }
    printf("%u member%s taken in\n", taken, taken == 1 ? "" : "s");
    return refused == 0 || fault_raise(error, FAULT_DATA, "%u row%s refused", refused,
                                       refused == 1 ? " was" : "s were");
}

/* A table of rows never begins as markup does. */
static bool is_page(const char *text, gsize length)
{
    gsize at = length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (at < length && g_ascii_isspace(text[at]))
        at++;
    return at < length && text[at] == '<';
}

bool member_verb_import(struct member_room *room, int argc, char **argv, GError **error)
{
    if (argc != 2)
        return fault_raise(error, FAULT_USAGE, "member import takes one file: rows, or a page");
    g_autoptr(GBytes) bytes = member_input(argv[1], error);
    if (bytes == NULL)
        return false;
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    if (is_page(data, length))
        return member_import_page(room, argv[1], data, length, error);
    if (member_given.heading != NULL || member_given.write)
        return fault_raise(error, FAULT_USAGE,
                           "--heading and --write are for a published page, and %s is none",
                           argv[1]);
    if (!g_utf8_validate(data == NULL ? "" : data, (gssize)length, NULL))
        return fault_raise(error, FAULT_DATA, "%s is no UTF-8 text", argv[1]);
    g_autofree char *text = g_strndup(data == NULL ? "" : data, length);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        if (g_str_has_suffix(*line, "\r"))
            (*line)[strlen(*line) - 1] = '\0';
    return lines[0] == NULL ? fault_raise(error, FAULT_DATA, "%s is empty", argv[1])
                            : import_rows(room, lines, error);
}
