#include "moves.h"

#include "address.h"
#include "maintainers.h"
#include "names.h"

#include <string.h>

/* Somebody at an address. */
struct place {
    char *name;    /* as written */
    char *address; /* as written */
    char *folded;
};

static void place_free(gpointer pointer)
{
    struct place *place = pointer;
    g_free(place->name);
    g_free(place->address);
    g_free(place->folded);
    g_free(place);
}

static void add_place(GPtrArray *places, const char *name, const char *address)
{
    g_autofree char *folded = address_fold(address);
    if (strchr(folded, '@') == NULL)
        return;
    struct place *place = g_new0(struct place, 1);
    place->name = g_strdup(name);
    place->address = g_strstrip(g_strdup(address));
    place->folded = g_steal_pointer(&folded);
    g_ptr_array_add(places, place);
}

static void add_maintainers(GPtrArray *places, const char *text)
{
    g_autoptr(Maintainers) list = maintainers_parse(text, strlen(text));
    for (guint i = 0; i < maintainers_count(list); i++) {
        const GPtrArray *people = maintainers_section(list, i)->people;
        for (guint j = 0; j < people->len; j++) {
            const struct maintainer *one = g_ptr_array_index(people, j);
            add_place(places, one->name, one->address);
        }
    }
}

/* N: a name, then E: for each of its addresses. */
static void add_credits(GPtrArray *places, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    const char *name = "";
    for (char **line = lines; *line != NULL; line++) {
        if (g_str_has_prefix(*line, "N:"))
            name = g_strstrip(*line + 2);
        else if (g_str_has_prefix(*line, "E:"))
            add_place(places, name, *line + 2);
        else if (**line == '\0')
            name = "";
    }
}

static GPtrArray *read_places(const char *text)
{
    GPtrArray *places = g_ptr_array_new_with_free_func(place_free);
    if (text == NULL)
        return places;
    add_maintainers(places, text);
    add_credits(places, text);
    return places;
}

static bool has_address(const GPtrArray *places, const char *folded)
{
    for (guint i = 0; i < places->len; i++)
        if (g_str_equal(((const struct place *)places->pdata[i])->folded, folded))
            return true;
    return false;
}

static bool same_name(const char *a, const char *b)
{
    g_autofree char *left = name_fold(a), *right = name_fold(b);
    return *a != '\0' && (g_str_equal(a, b) || (left != NULL && g_strcmp0(left, right) == 0));
}

/* The address that the name had before and has no more. */
static const char *address_gone(const GPtrArray *old, const GPtrArray *new, const char *name)
{
    for (guint i = 0; i < old->len; i++) {
        const struct place *place = old->pdata[i];
        if (same_name(place->name, name) && !has_address(new, place->folded))
            return place->address;
    }
    return NULL;
}

static void move_free(gpointer pointer)
{
    struct move *move = pointer;
    g_free(move->name);
    g_free(move->address);
    g_free(move->before);
    g_free(move);
}

GPtrArray *moves_find(const char *old, const char *new)
{
    GPtrArray *moves = g_ptr_array_new_with_free_func(move_free);
    g_autoptr(GPtrArray) before = read_places(old);
    g_autoptr(GPtrArray) after = read_places(new);
    g_autoptr(GHashTable) told = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < after->len; i++) {
        const struct place *place = after->pdata[i];
        if (has_address(before, place->folded) || !g_hash_table_add(told, place->folded))
            continue;
        struct move *move = g_new0(struct move, 1);
        move->name = g_strdup(place->name);
        move->address = g_strdup(place->address);
        move->before = g_strdup(address_gone(before, after, place->name));
        g_ptr_array_add(moves, move);
    }
    return moves;
}
