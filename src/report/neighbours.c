#include "neighbours.h"

static void free_neighbour(gpointer pointer)
{
    struct neighbour *neighbour = pointer;
    reading_free(neighbour->reading);
    g_free(neighbour->what);
    g_free(neighbour);
}

/* A copy to change, kept in the list. */
static struct reading *add(GPtrArray *list, const struct reading *reading, const char *what)
{
    struct neighbour *neighbour = g_new0(struct neighbour, 1);
    neighbour->reading = reading_copy(reading);
    neighbour->what = g_strdup(what);
    g_ptr_array_add(list, neighbour);
    return neighbour->reading;
}

static void add_branches(GPtrArray *list, const struct reading *reading)
{
    static const struct {
        enum reading_branches branches;
        bool days; /* else ranges */
        const char *what;
    } kinds[] = {
        {READING_MAIN, true, "the main branch alone"},
        {READING_BOTH, true, "the main branch and the stable ones"},
        {READING_ALL, true, "all branches"},
        {READING_ANY, false, "whatever branch the commits are on"},
        {READING_MAIN, false, "the main branch alone"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (kinds[i].days == (reading->window == READING_DATES) &&
            kinds[i].branches != reading->branches)
            add(list, reading, kinds[i].what)->branches = kinds[i].branches;
}

static void add_ends(GPtrArray *list, const struct reading *reading)
{
    static const char *const whats[] = {
        [READING_TAGS] = "to the release's tag",
        [READING_FORKS] = "from fork to fork",
        [READING_CANDIDATES] = "to the last candidate, not the tag",
    };
    static const enum reading_ends order[] = {READING_TAGS, READING_CANDIDATES, READING_FORKS};
    for (gsize i = 0; i < G_N_ELEMENTS(order); i++)
        if (reading->window == READING_RELEASE && order[i] != reading->ends)
            add(list, reading, whats[order[i]])->ends = order[i];
}

static void add_people(GPtrArray *list, const struct reading *reading)
{
    static const char *const whats[] = {
        [READING_RAW] = "names as written",
        [READING_MAILMAP] = "people joined by the mailmap",
        [READING_EMPLOYER] = "employers in people's place",
    };
    for (guint people = 0; people < G_N_ELEMENTS(whats); people++)
        if (people != (guint)reading->people)
            add(list, reading, whats[people])->people = (enum reading_people)people;
}

/* Without one of the employers that count as another, each in turn. */
static void add_joins(GPtrArray *list, const struct reading *reading)
{
    guint count = reading->joins == NULL ? 0 : g_strv_length(reading->joins);
    for (guint left_out = 0; left_out < count; left_out++) {
        g_autofree char *what = g_strdup_printf("without %s", reading->joins[left_out]);
        struct reading *without = add(list, reading, what);
        g_autoptr(GStrvBuilder) rest = g_strv_builder_new();
        for (guint i = 0; i < count; i++)
            if (i != left_out)
                g_strv_builder_add(rest, reading->joins[i]);
        g_strfreev(without->joins);
        without->joins = count == 1 ? NULL : g_strv_builder_end(rest);
    }
}

GPtrArray *neighbours_of(const struct reading *reading, guint rules)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(free_neighbour);
    if ((rules & NEIGHBOUR_MERGES) != 0)
        add(list, reading, reading->merges ? "merges left out" : "merges counted")->merges =
            !reading->merges;
    add_branches(list, reading);
    if (reading->window == READING_DATES &&
        (reading->since != READING_OPEN_START || reading->until != READING_OPEN_END))
        add(list, reading, reading->author_date ? "by committer date" : "by author date")
            ->author_date = !reading->author_date;
    add_ends(list, reading);
    if ((rules & NEIGHBOUR_RENAMES) != 0)
        add(list, reading, reading->renames ? "renames not detected" : "renames detected")
            ->renames = !reading->renames;
    if ((rules & NEIGHBOUR_MONSTERS) != 0)
        add(list, reading, reading->monsters ? "whole trees left out" : "whole trees counted")
            ->monsters = !reading->monsters;
    if ((rules & NEIGHBOUR_PEOPLE) != 0)
        add_people(list, reading);
    if ((rules & NEIGHBOUR_EMPLOYERS) != 0)
        add_joins(list, reading);
    return list;
}
