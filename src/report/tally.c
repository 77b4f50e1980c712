#include "tally.h"

#include "monsters.h"

#include <stdlib.h>
#include <string.h>

#define NOBODY G_MAXUINT32
#define TOP_SIX 6
#define LINES (FIGURE_BIT(FIGURE_LINES_ADDED) | FIGURE_BIT(FIGURE_LINES_REMOVED))

/* A set of numbers that is emptied by counting on: what bears an older mark is not in it. */
struct marks {
    guint *mark;
    guint size;
};

/* What each commit is worth, by node. */
struct worth {
    gint32 added[2], removed[2]; /* [renames] */
    guint16 credits[4];
};

struct tally {
    struct book *book;
    bool top_six;
    gint64 employer; /* 0: any */
    gint64 *employers;
    guint32 *person[TALLY_MAPS];
    guint people[TALLY_MAPS]; /* how many */
    struct worth *worth;      /* NULL: not asked for */
    guint now;                /* the mark of this pass */
    struct marks seen[2][TALLY_MAPS], seen_employers[2];
    guint *commits_of[2]; /* by employer, of this pass */
};

static guint size_of(const struct tally *tally)
{
    return graph_size(book_graph(tally->book));
}

static bool load_people(struct tally *tally, enum tally_map map, GError **error)
{
    static const enum people_map maps[] = {PEOPLE_MAILMAP, PEOPLE_RAW};
    const struct people *people = book_people(tally->book, maps[map], error);
    if (people == NULL)
        return false;
    tally->people[map] = people_count(people);
    tally->person[map] = g_new(guint32, size_of(tally) + 1);
    for (guint node = 0; node < size_of(tally); node++) {
        guint person = people_person(people, book_author(tally->book, node));
        tally->person[map][node] = person == PEOPLE_NOBODY ? NOBODY : person;
    }
    return true;
}

static guint load_employers(struct tally *tally, const struct joins *joins)
{
    gint64 most = 0;
    tally->employers = g_new(gint64, size_of(tally) + 1);
    for (guint node = 0; node < size_of(tally); node++) {
        gint64 employer = book_employer(tally->book, book_author(tally->book, node),
                                        book_time(tally->book, node, true));
        tally->employers[node] = joins_apply(joins, employer);
        most = MAX(most, tally->employers[node]);
    }
    return (guint)most + 1;
}

typedef void (*worth_adder)(struct worth *worth, struct store_statement *query);

static void add_lines(struct worth *worth, struct store_statement *query)
{
    for (guint renames = 0; renames < 2; renames++) {
        worth->added[renames] += (gint32)store_int(query, 1);
        worth->removed[renames] += (gint32)store_int(query, 2);
    }
}

static void add_renamed(struct worth *worth, struct store_statement *query)
{
    worth->added[1] += (gint32)store_int(query, 1);
    worth->removed[1] += (gint32)store_int(query, 2);
}

static void add_credits(struct worth *worth, struct store_statement *query)
{
    for (int i = 0; i < 4; i++)
        worth->credits[i] = (guint16)store_int(query, i + 1);
}

static bool load_worth(struct tally *tally, const char *statement, worth_adder add, GError **error)
{
    struct store_statement *query = store_statement(book_store(tally->book), statement);
    bool row = false;
    guint node = 0;
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        if (graph_node(book_graph(tally->book), store_int(query, 0), &node))
            add(&tally->worth[node], query);
    }
}

static bool load_worths(struct tally *tally, guint mask, GError **error)
{
    if ((mask & (LINES | FIGURE_CREDITS)) == 0)
        return true;
    tally->worth = g_new0(struct worth, size_of(tally) + 1);
    if ((mask & LINES) != 0 && (!load_worth(tally, "tally_lines", add_lines, error) ||
                                !load_worth(tally, "tally_renamed", add_renamed, error)))
        return false;
    return (mask & FIGURE_CREDITS) == 0 || load_worth(tally, "tally_credits", add_credits, error);
}

static void marks_init(struct marks *marks, guint size)
{
    marks->mark = g_new0(guint, size + 1);
    marks->size = size;
}

static void init_marks(struct tally *tally, guint employers)
{
    for (guint merges = 0; merges < 2; merges++) {
        for (guint map = 0; map < TALLY_MAPS; map++)
            marks_init(&tally->seen[merges][map], tally->people[map]);
        marks_init(&tally->seen_employers[merges], employers);
        tally->commits_of[merges] = g_new0(guint, employers);
    }
}

struct tally *tally_new(struct book *book, guint mask, bool top_six, const char *employer,
                        const char *const *joins, GError **error)
{
    g_autoptr(Tally) tally = g_new0(struct tally, 1);
    tally->book = book;
    tally->top_six = top_six;
    g_autoptr(Joins) joined = joins_new(book, joins, error);
    if (joined == NULL ||
        (employer != NULL && !book_find_employer(book, employer, &tally->employer, error)))
        return NULL;
    tally->employer = joins_apply(joined, tally->employer);
    if (!load_people(tally, TALLY_MAILMAP, error) || !load_people(tally, TALLY_RAW, error) ||
        !load_worths(tally, mask, error))
        return NULL;
    init_marks(tally, load_employers(tally, joined));
    return g_steal_pointer(&tally);
}

bool tally_drop_monsters(struct tally *tally, GError **error)
{
    guint node = 0;
    if (tally->worth == NULL)
        return true;
    g_autoptr(GArray) monsters = monsters_find(tally->book, error);
    for (guint i = 0; monsters != NULL && i < monsters->len; i++)
        if (graph_node(book_graph(tally->book),
                       g_array_index(monsters, struct monster, i).commit_id, &node))
            for (guint renames = 0; renames < 2; renames++)
                tally->worth[node].added[renames] = tally->worth[node].removed[renames] = 0;
    return monsters != NULL;
}

void tally_free(struct tally *tally)
{
    if (tally == NULL)
        return;
    for (guint merges = 0; merges < 2; merges++) {
        for (guint map = 0; map < TALLY_MAPS; map++)
            g_free(tally->seen[merges][map].mark);
        g_free(tally->seen_employers[merges].mark);
        g_free(tally->commits_of[merges]);
    }
    for (guint map = 0; map < TALLY_MAPS; map++)
        g_free(tally->person[map]);
    g_free(tally->employers);
    g_free(tally->worth);
    g_free(tally);
}

void tally_known_init(const struct tally *tally, struct tally_known *known)
{
    for (guint merges = 0; merges < 2; merges++)
        for (guint map = 0; map < TALLY_MAPS; map++)
            known->people[merges][map] = g_malloc0(tally->people[map] + 1);
}

void tally_known_clear(struct tally_known *known)
{
    for (guint merges = 0; merges < 2; merges++)
        for (guint map = 0; map < TALLY_MAPS; map++)
            g_clear_pointer(&known->people[merges][map], g_free);
}

void tally_known_add(const struct tally *tally, struct tally_known *known, guint node)
{
    bool merge = book_is_merge(tally->book, node);
    for (guint map = 0; map < TALLY_MAPS; map++) {
        guint32 person = tally->person[map][node];
        if (person == NOBODY)
            continue;
        known->people[1][map][person] = 1;
        if (!merge)
            known->people[0][map][person] = 1;
    }
}

/* Whether the set had it not; now it has. */
static bool mark(const struct marks *marks, guint number, guint now)
{
    bool fresh = marks->mark[number] != now;
    marks->mark[number] = now;
    return fresh;
}

static void count_people(struct tally *tally, guint node, guint merges,
                         const struct tally_known *known, struct tally_counts *counts)
{
    for (guint map = 0; map < TALLY_MAPS; map++) {
        guint32 person = tally->person[map][node];
        if (person == NOBODY || !mark(&tally->seen[merges][map], person, tally->now))
            continue;
        counts->people[merges][map]++;
        if (known != NULL && known->people[merges][map][person] == 0)
            counts->newcomers[merges][map]++;
    }
}

static void count_worth(const struct worth *worth, struct tally_counts *counts)
{
    for (guint renames = 0; renames < 2; renames++) {
        counts->added[renames] += worth->added[renames];
        counts->removed[renames] += worth->removed[renames];
    }
}

static void count_node(struct tally *tally, guint node, guint merges,
                       const struct tally_known *known, struct tally_counts *counts)
{
    gint64 employer = tally->employers[node];
    counts->whole[merges]++;
    for (guint i = 0; tally->worth != NULL && i < 4; i++)
        counts->credits[merges][i] += tally->worth[node].credits[i];
    if (tally->employer != 0 && employer != tally->employer)
        return;
    counts->commits[merges]++;
    count_people(tally, node, merges, known, counts);
    if (employer > 0) {
        counts->employers[merges] +=
            mark(&tally->seen_employers[merges], (guint)employer, tally->now);
        tally->commits_of[merges][employer]++;
    }
}

/* Those with most so far, the least last. */
static void insert_top(guint top[TOP_SIX], guint value)
{
    for (guint i = 0; i < TOP_SIX; i++)
        if (value > top[i]) {
            guint moved = top[i];
            top[i] = value;
            value = moved;
        }
}

static void count_top_six(struct tally *tally, struct tally_counts *counts)
{
    for (guint merges = 0; merges < 2; merges++) {
        guint top[TOP_SIX] = {0};
        for (guint i = 0; i < tally->seen_employers[merges].size; i++) {
            insert_top(top, tally->commits_of[merges][i]);
            tally->commits_of[merges][i] = 0;
        }
        for (guint i = 0; i < TOP_SIX; i++)
            counts->top_six[merges] += top[i];
    }
}

void tally_count(struct tally *tally, const guint *nodes, guint count,
                 const struct tally_known *known, struct tally_counts *ret_counts)
{
    *ret_counts = (struct tally_counts){.whole = {0}};
    tally->now++;
    for (guint i = 0; i < count; i++) {
        guint node = nodes[i];
        bool merge = book_is_merge(tally->book, node);
        count_node(tally, node, 1, known, ret_counts);
        if (!merge)
            count_node(tally, node, 0, known, ret_counts);
        if (tally->worth != NULL &&
            (tally->employer == 0 || tally->employers[node] == tally->employer))
            count_worth(&tally->worth[node], ret_counts);
    }
    if (tally->top_six)
        count_top_six(tally, ret_counts);
}

gint64 tally_figure(const struct tally_counts *counts, enum figure figure, struct tally_rule rule)
{
    guint merges = rule.merges ? 1 : 0, renames = rule.renames ? 1 : 0;
    enum tally_map map = rule.raw ? TALLY_RAW : TALLY_MAILMAP;
    const gint64 values[FIGURE_COUNT] = {
        [FIGURE_COMMITS] = counts->commits[merges],
        [FIGURE_PEOPLE] = counts->people[merges][map],
        [FIGURE_EMPLOYERS] = counts->employers[merges],
        [FIGURE_NEWCOMERS] = counts->newcomers[merges][map],
        [FIGURE_LINES_ADDED] = counts->added[renames],
        [FIGURE_LINES_REMOVED] = counts->removed[renames],
        [FIGURE_REVIEWS] = counts->credits[merges][0],
        [FIGURE_ACKS] = counts->credits[merges][1],
        [FIGURE_TESTS] = counts->credits[merges][2],
        [FIGURE_REPORTS] = counts->credits[merges][3],
    };
    return values[figure];
}
