#include "linecount.h"

#include "myers.h"

#include <string.h>

enum {
    BINARY_PROBE = 8000,
    BINARY_ABOVE = 512 * 1024 * 1024,
    FREQUENT_MOST = 1024, /* a line this frequent is frequent in a file of any length */
    NEIGHBOURS = 100,     /* lines looked at on each side of a frequent one */
    LONELY_FACTOR = 3,    /* so many lonely lines for each frequent one make it worthless */
    BLOCK = 1024
};

/* How a line of one side occurs in the whole other side. */
enum mark { LONELY, PAIRABLE, FREQUENT };

struct text {
    const char *at, *end;
};

struct line {
    const char *at;
    guint32 length;
    guint32 hash, kind;
};

/* Equal lines. */
struct kind {
    const char *at;
    guint32 length;
    guint32 count[2]; /* in the middles */
    guint32 outside;  /* in the common beginning and end */
};

/* Of the hash table from lines to kinds. */
struct slot {
    guint32 hash;
    guint32 kind; /* its index plus 1; 0: the slot is free */
};

/* One side: its middle, which is what is left without the lines both sides begin and end with. */
struct side {
    struct line *lines;
    gsize count, room;
    guint32 *sequence; /* the kinds of the lines to be compared */
    gsize sequence_room;
    guint32 kept;
    guint8 *marks;
    gsize mark_room;
};

struct linecount {
    struct side sides[2]; /* old, new */
    struct kind *kinds;
    gsize kind_count, kind_room;
    struct slot *slots;
    gsize slot_mask, slot_room;
    struct myers *search;
};

struct linecount *linecount_new(void)
{
    struct linecount *counter = g_new0(struct linecount, 1);
    counter->search = myers_new();
    return counter;
}

void linecount_free(struct linecount *counter)
{
    if (counter == NULL)
        return;
    for (int i = 0; i < 2; i++) {
        g_free(counter->sides[i].lines);
        g_free(counter->sides[i].sequence);
        g_free(counter->sides[i].marks);
    }
    g_free(counter->kinds);
    g_free(counter->slots);
    myers_free(counter->search);
    g_free(counter);
}

/* Room for at least `count` members; what was in it stays. */
static void *grow(void *memory, gsize *room, gsize count, gsize size)
{
    if (count <= *room)
        return memory;
    *room = MAX(count + count / 2, 64);
    return g_realloc_n(memory, *room, size);
}

bool linecount_is_binary(const char *bytes, gsize length)
{
    return length > BINARY_ABOVE ||
           (length > 0 && memchr(bytes, '\0', MIN(length, BINARY_PROBE)) != NULL);
}

/* Eight bytes, the first one lowest. */
static guint64 load(const char *at)
{
    guint64 word;
    memcpy(&word, at, sizeof word);
    return GUINT64_FROM_LE(word);
}

/* The length of the common beginning, in whole lines. */
static gsize common_head(struct text old, struct text new)
{
    gsize most = MIN((gsize)(old.end - old.at), (gsize)(new.end - new.at)), same = 0;
    while (same + BLOCK <= most && memcmp(old.at + same, new.at + same, BLOCK) == 0)
        same += BLOCK;
    while (same + 8 <= most && load(old.at + same) == load(new.at + same))
        same += 8;
    while (same < most && old.at[same] == new.at[same])
        same++;
    if (same == (gsize)(old.end - old.at) && same == (gsize)(new.end - new.at))
        return same;
    const char *line_end = memrchr(old.at, '\n', same);
    return line_end == NULL ? 0 : (gsize)(line_end + 1 - old.at);
}

/* The length of the common end, in whole lines; both texts begin with a line and differ. */
static gsize common_tail(struct text old, struct text new)
{
    gsize most = MIN((gsize)(old.end - old.at), (gsize)(new.end - new.at)), same = 0;
    while (same + BLOCK <= most &&
           memcmp(old.end - same - BLOCK, new.end - same - BLOCK, BLOCK) == 0)
        same += BLOCK;
    while (same + 8 <= most && load(old.end - same - 8) == load(new.end - same - 8))
        same += 8;
    while (same < most && old.end[-1 - (gssize)same] == new.end[-1 - (gssize)same])
        same++;
    bool starts_old = same == (gsize)(old.end - old.at) || old.end[-1 - (gssize)same] == '\n';
    bool starts_new = same == (gsize)(new.end - new.at) || new.end[-1 - (gssize)same] == '\n';
    if (same == 0 || (starts_old && starts_new))
        return same;
    const char *line_end = memchr(old.end - same, '\n', same);
    return line_end == NULL ? 0 : (gsize)(old.end - line_end - 1);
}

static guint32 count_lines(struct text text)
{
    guint32 lines = text.at < text.end && text.end[-1] != '\n';
    for (const char *at = text.at; at < text.end; at++, lines++) {
        at = memchr(at, '\n', (gsize)(text.end - at));
        if (at == NULL)
            break;
    }
    return lines;
}

static guint64 mix(guint64 hash, guint64 word)
{
    hash = (hash ^ word) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    return hash ^ (hash >> 29);
}

/* The high bit of each byte that is a line feed; those above the first may be wrong. */
static guint64 find_line_feed(guint64 word)
{
    const guint64 ones = G_GUINT64_CONSTANT(0x0101010101010101);
    word ^= ones * '\n';
    return (word - ones) & ~word & (ones << 7);
}

/* Finds a line's end and its hash in one pass. */
static inline void read_line(struct line *line, const char *at, const char *end)
{
    guint64 hash = 0, word = 0, feed = 0;
    line->at = at;
    while (end - at >= 8) {
        word = load(at);
        feed = find_line_feed(word);
        if (feed != 0)
            break;
        hash = mix(hash, word);
        at += 8;
    }
    if (feed != 0) {
        int bits = __builtin_ctzll(feed) + 1;
        word <<= 64 - bits;
        at += bits / 8;
    } else {
        word = 0;
        for (bool more = at < end; more; at++) {
            word = word >> 8 | (guint64)(guint8)*at << 56;
            more = *at != '\n' && at + 1 < end;
        }
    }
    line->length = (guint32)(at - line->at);
    line->hash = (guint32)(mix(hash, word) >> 32);
}

static void read_lines(struct side *side, struct text text)
{
    side->count = 0;
    while (text.at < text.end) {
        side->lines = grow(side->lines, &side->room, side->count + 1, sizeof *side->lines);
        struct line *line = &side->lines[side->count++];
        read_line(line, text.at, text.end);
        text.at += line->length;
    }
}

/* The slot that holds the line's kind, or the free one where it belongs. */
static inline struct slot *find_slot(const struct linecount *counter, const struct line *line)
{
    for (gsize i = line->hash & counter->slot_mask;; i = (i + 1) & counter->slot_mask) {
        struct slot *slot = &counter->slots[i];
        if (slot->kind == 0)
            return slot;
        if (slot->hash != line->hash)
            continue;
        const struct kind *kind = &counter->kinds[slot->kind - 1];
        if (kind->length == line->length && memcmp(kind->at, line->at, line->length) == 0)
            return slot;
    }
}

static void clear_kinds(struct linecount *counter)
{
    gsize lines = counter->sides[0].count + counter->sides[1].count;
    gsize slots = 16;
    while (slots < 2 * lines)
        slots *= 2;
    counter->slots = grow(counter->slots, &counter->slot_room, slots, sizeof *counter->slots);
    memset(counter->slots, 0, slots * sizeof *counter->slots);
    counter->slot_mask = slots - 1;
    counter->kinds = grow(counter->kinds, &counter->kind_room, lines, sizeof *counter->kinds);
    counter->kind_count = 0;
}

static void sort_into_kinds(struct linecount *counter, int which)
{
    struct side *side = &counter->sides[which];
    for (gsize i = 0; i < side->count; i++) {
        struct line *line = &side->lines[i];
        struct slot *slot = find_slot(counter, line);
        if (slot->kind == 0) {
            counter->kinds[counter->kind_count++] =
                (struct kind){.at = line->at, .length = line->length};
            *slot = (struct slot){line->hash, (guint32)counter->kind_count};
        }
        line->kind = slot->kind - 1;
        counter->kinds[line->kind].count[which]++;
    }
}

/* Adds what the common beginning or end holds of the known kinds; returns its lines. */
static guint32 count_outside(struct linecount *counter, struct text text)
{
    guint32 lines = 0;
    for (; text.at < text.end; lines++) {
        struct line line;
        read_line(&line, text.at, text.end);
        const struct slot *slot = find_slot(counter, &line);
        if (slot->kind != 0)
            counter->kinds[slot->kind - 1].outside++;
        text.at += line.length;
    }
    return lines;
}

/* How often another side must have a line for git to call it frequent: 2 to the number of base-4
 * digits in this side's lines. */
static guint32 frequent_from(gsize lines)
{
    guint32 root = 1;
    for (; lines > 0; lines >>= 2)
        root *= 2;
    return MIN(root, FREQUENT_MOST);
}

static void mark_lines(struct linecount *counter, int which, gsize lines_outside)
{
    struct side *side = &counter->sides[which];
    guint32 frequent = frequent_from(side->count + lines_outside);
    side->marks = grow(side->marks, &side->mark_room, side->count, sizeof *side->marks);
    for (gsize i = 0; i < side->count; i++) {
        const struct kind *kind = &counter->kinds[side->lines[i].kind];
        guint32 others = kind->count[1 - which] + kind->outside;
        side->marks[i] = others == 0 ? LONELY : others < frequent ? PAIRABLE : FREQUENT;
    }
}

struct neighbourhood {
    guint32 lonely, frequent;
};

/* What lies between line i and the next pairable line in one direction. */
static struct neighbourhood look(const struct side *side, gsize i, gssize direction)
{
    struct neighbourhood found = {0};
    gsize most = direction < 0 ? i : side->count - 1 - i;
    const guint8 *mark = side->marks + i;
    for (gsize n = MIN(most, NEIGHBOURS); n > 0; n--) {
        mark += direction;
        if (*mark == PAIRABLE)
            break;
        found.lonely += *mark == LONELY;
        found.frequent += *mark == FREQUENT;
    }
    return found;
}

/* Git takes a frequent line for changed when lonely ones surround it. */
static bool is_worthless(const struct side *side, gsize i)
{
    struct neighbourhood before = look(side, i, -1);
    if (before.lonely == 0)
        return false;
    struct neighbourhood after = look(side, i, 1);
    return after.lonely != 0 &&
           LONELY_FACTOR * (before.frequent + after.frequent + 2) < before.lonely + after.lonely;
}

/* Fills the sequence with the lines git compares. */
static void keep_as_git(struct side *side)
{
    side->sequence =
        grow(side->sequence, &side->sequence_room, side->count, sizeof *side->sequence);
    side->kept = 0;
    for (gsize i = 0; i < side->count; i++)
        if (side->marks[i] == PAIRABLE || (side->marks[i] == FREQUENT && !is_worthless(side, i)))
            side->sequence[side->kept++] = side->lines[i].kind;
}

/* Fills the sequence with the lines the other middle has too: only they can be paired at all. */
static void keep_shared(struct linecount *counter, int which)
{
    struct side *side = &counter->sides[which];
    side->sequence =
        grow(side->sequence, &side->sequence_room, side->count, sizeof *side->sequence);
    side->kept = 0;
    for (gsize i = 0; i < side->count; i++)
        if (counter->kinds[side->lines[i].kind].count[1 - which] > 0)
            side->sequence[side->kept++] = side->lines[i].kind;
}

/* Whether is_worthless() could be true of any shared line, whatever lies outside the middles: every
 * shared line is taken for frequent, every other one for lonely. `sum` is the best of any stretch
 * that ends here and has a frequent line in it, a lonely line counting 1 and a frequent one
 * -LONELY_FACTOR; is_worthless() asks for a sum above LONELY_FACTOR. */
static bool may_be_worthless(const struct linecount *counter, int which)
{
    const struct side *side = &counter->sides[which];
    gint64 run = 0, sum = -1 - (gint64)side->count;
    for (gsize i = 0; i < side->count; i++) {
        if (counter->kinds[side->lines[i].kind].count[1 - which] == 0) {
            run++;
            if (++sum > LONELY_FACTOR)
                return true;
        } else {
            sum = MAX(sum, run) - LONELY_FACTOR;
            run = 0;
        }
    }
    return false;
}

/* Git's answer without looking outside the middles. It holds where git cannot leave out a frequent
 * line (too few lonely ones) and cannot stop its search early (too few unpaired ones): then git's
 * answer is the least one, and that depends on the shared lines alone. */
static bool pair_shared(struct linecount *counter, guint32 *ret_pairs)
{
    struct side *old = &counter->sides[0], *new = &counter->sides[1];
    keep_shared(counter, 0);
    keep_shared(counter, 1);
    *ret_pairs = 0;
    if (old->kept == 0)
        return true;
    gsize lonely_old = old->count - old->kept, lonely_new = new->count - new->kept;
    guint32 unpaired = 0;
    if (lonely_old + lonely_new > MYERS_ALWAYS_EXACT || may_be_worthless(counter, 0) ||
        may_be_worthless(counter, 1) ||
        !myers_unpaired_within(counter->search, old->sequence, old->kept, new->sequence, new->kept,
                               MYERS_ALWAYS_EXACT - (guint32)(lonely_old + lonely_new), &unpaired))
        return false;
    *ret_pairs = old->kept - unpaired;
    return true;
}

static guint32 pair_as_git(struct linecount *counter, struct text head, struct text tail)
{
    struct side *old = &counter->sides[0], *new = &counter->sides[1];
    gsize outside = count_outside(counter, head) + count_outside(counter, tail);
    mark_lines(counter, 0, outside);
    mark_lines(counter, 1, outside);
    keep_as_git(old);
    keep_as_git(new);
    return old->kept -
           myers_unpaired(counter->search, old->sequence, old->kept, new->sequence, new->kept);
}

/* What the two texts have in common is taken from the old one. */
static struct line_delta compare_middles(struct linecount *counter, struct text old,
                                         struct text new, gsize head, gsize tail)
{
    struct text old_middle = {old.at + head, old.end - tail};
    struct text new_middle = {new.at + head, new.end - tail};
    if (old_middle.at == old_middle.end || new_middle.at == new_middle.end)
        return (struct line_delta){count_lines(new_middle), count_lines(old_middle), false};
    read_lines(&counter->sides[0], old_middle);
    read_lines(&counter->sides[1], new_middle);
    clear_kinds(counter);
    sort_into_kinds(counter, 0);
    sort_into_kinds(counter, 1);
    guint32 pairs = 0;
    if (!pair_shared(counter, &pairs))
        pairs = pair_as_git(counter, (struct text){old.at, old_middle.at},
                            (struct text){old_middle.end, old.end});
    return (struct line_delta){(guint32)counter->sides[1].count - pairs,
                               (guint32)counter->sides[0].count - pairs, false};
}

static struct text whole(const char *bytes, gsize length)
{
    if (length == 0)
        bytes = ""; /* NULL is allowed, but not in sums */
    return (struct text){bytes, bytes + length};
}

struct line_delta linecount_compare(struct linecount *counter, const char *old, gsize old_length,
                                    const char *new, gsize new_length)
{
    struct text old_text = whole(old, old_length), new_text = whole(new, new_length);
    if (linecount_is_binary(old, old_length) || linecount_is_binary(new, new_length))
        return (struct line_delta){.binary = true};
    if (old_length == 0 || new_length == 0)
        return (struct line_delta){count_lines(new_text), count_lines(old_text), false};
    gsize head = common_head(old_text, new_text);
    if (head == old_length && head == new_length)
        return (struct line_delta){0};
    gsize tail = common_tail((struct text){old_text.at + head, old_text.end},
                             (struct text){new_text.at + head, new_text.end});
    return compare_middles(counter, old_text, new_text, head, tail);
}
