#include "myers.h"

enum {
    LONG_RUN = 20,           /* equal members in a row that make a path interesting */
    SAMPLE_FROM = 256,       /* steps before interesting paths are looked for */
    SAMPLE_FACTOR = 4,       /* how much further than its cost such a path must have come */
    LEAST_STEPS = 256,       /* steps before giving up, for short sequences */
    UNREACHED_OLD = -1,      /* forward: before every position */
    UNREACHED_NEW = G_MAXINT /* backward: behind every position */
};

/* Two ranges still to be compared. A diagonal is (position in old) - (position in new). */
struct box {
    gint32 old_from, old_to, new_from, new_to;
    bool exact; /* known to be cheap, or asked to be exact: no early stop */
};

/* Diagonals low..high in steps of two, and how far old was read on each of them. */
struct front {
    gint32 *reach; /* points at diagonal 0 */
    gint32 middle, low, high;
};

struct myers {
    const guint32 *old, *new;
    struct box box;
    struct front forward, backward;
    gint32 step, most_steps;
    bool long_run; /* one was found in this step */

    gint32 *diagonals;
    gsize diagonal_room;
    struct box *boxes; /* a stack, so that no input can exhaust the program's own */
    gsize box_count, box_room;
};

struct myers *myers_new(void)
{
    return g_new0(struct myers, 1);
}

void myers_free(struct myers *search)
{
    if (search == NULL)
        return;
    g_free(search->diagonals);
    g_free(search->boxes);
    g_free(search);
}

/* Git's stand-in for the square root: 2 to the number of base-4 digits. */
static gint32 rough_root(gint32 number)
{
    gint32 root = 1;
    for (; number > 0; number >>= 2)
        root <<= 1;
    return root;
}

static void begin(struct myers *search, const guint32 *old, guint32 old_count, const guint32 *new,
                  guint32 new_count)
{
    gsize diagonals = (gsize)old_count + new_count + 3;
    if (search->diagonal_room < diagonals) {
        search->diagonal_room = diagonals + diagonals / 2;
        search->diagonals =
            g_realloc_n(search->diagonals, 2 * search->diagonal_room, sizeof *search->diagonals);
    }
    search->old = old;
    search->new = new;
    search->forward.reach = search->diagonals + new_count + 1;
    search->backward.reach = search->forward.reach + diagonals;
    search->most_steps = MAX(rough_root((gint32)diagonals), LEAST_STEPS);
}

/* Cuts what both ranges begin and end with. */
static struct box shrink(const struct myers *search, struct box box)
{
    const guint32 *old = search->old, *new = search->new;
    while (box.old_from < box.old_to && box.new_from < box.new_to &&
           old[box.old_from] == new[box.new_from])
        box.old_from++, box.new_from++;
    while (box.old_from < box.old_to && box.new_from < box.new_to &&
           old[box.old_to - 1] == new[box.new_to - 1])
        box.old_to--, box.new_to--;
    return box;
}

/* One diagonal more on each side, or one fewer where the box ends: parity must alternate. */
static void widen(struct front *front, const struct box *box, gint32 unreached)
{
    if (front->low > box->old_from - box->new_to)
        front->reach[--front->low - 1] = unreached;
    else
        front->low++;
    if (front->high < box->old_to - box->new_from)
        front->reach[++front->high + 1] = unreached;
    else
        front->high--;
}

/* Both return true when the two fronts meet. */
static bool step_forward(struct myers *search)
{
    struct front *front = &search->forward;
    const struct front *other = &search->backward;
    const guint32 *old = search->old, *new = search->new;
    const gint32 old_to = search->box.old_to, new_to = search->box.new_to;
    const bool may_meet = ((front->middle - other->middle) & 1) != 0;
    widen(front, &search->box, UNREACHED_OLD);
    gint32 *reach = front->reach;
    for (gint32 diagonal = front->high; diagonal >= front->low; diagonal -= 2) {
        gint32 start = MAX(reach[diagonal - 1] + 1, reach[diagonal + 1]);
        gint32 at = start, new_at = start - diagonal;
        while (at < old_to && new_at < new_to && old[at] == new[new_at])
            at++, new_at++;
        search->long_run |= at - start > LONG_RUN;
        reach[diagonal] = at;
        if (may_meet && other->low <= diagonal && diagonal <= other->high &&
            other->reach[diagonal] <= at)
            return true;
    }
    return false;
}

static bool step_backward(struct myers *search)
{
    struct front *front = &search->backward;
    const struct front *other = &search->forward;
    const guint32 *old = search->old, *new = search->new;
    const gint32 old_from = search->box.old_from, new_from = search->box.new_from;
    const bool may_meet = ((front->middle - other->middle) & 1) == 0;
    widen(front, &search->box, UNREACHED_NEW);
    gint32 *reach = front->reach;
    for (gint32 diagonal = front->high; diagonal >= front->low; diagonal -= 2) {
        gint32 start = MIN(reach[diagonal - 1], reach[diagonal + 1] - 1);
        gint32 at = start, new_at = start - diagonal;
        while (at > old_from && new_at > new_from && old[at - 1] == new[new_at - 1])
            at--, new_at--;
        search->long_run |= start - at > LONG_RUN;
        reach[diagonal] = at;
        if (may_meet && other->low <= diagonal && diagonal <= other->high &&
            at <= other->reach[diagonal])
            return true;
    }
    return false;
}

struct point {
    gint32 old, new;
};

static bool run_at(const struct myers *search, struct point at)
{
    for (gint32 i = 0; i < LONG_RUN; i++)
        if (search->old[at.old + i] != search->new[at.new + i])
            return false;
    return true;
}

/* The two samples: the point that has come furthest for its cost, counted from its own end and
 * less its distance from the middle diagonal, if a long run leads up to it. */
static bool sample_forward(const struct myers *search, struct point *ret_point)
{
    const struct front *front = &search->forward;
    const struct box *box = &search->box;
    gint32 best = SAMPLE_FACTOR * search->step;
    bool found = false;
    for (gint32 diagonal = front->high; diagonal >= front->low; diagonal -= 2) {
        struct point at = {front->reach[diagonal], front->reach[diagonal] - diagonal};
        gint32 value =
            at.old - box->old_from + at.new - box->new_from - ABS(diagonal - front->middle);
        if (value > best && box->old_from + LONG_RUN <= at.old && at.old < box->old_to &&
            box->new_from + LONG_RUN <= at.new &&at.new <
                box->new_to &&run_at(search,
                                     (struct point){at.old - LONG_RUN, at.new - LONG_RUN})) {
            best = value;
            *ret_point = at;
            found = true;
        }
    }
    return found;
}

static bool sample_backward(const struct myers *search, struct point *ret_point)
{
    const struct front *front = &search->backward;
    const struct box *box = &search->box;
    gint32 best = SAMPLE_FACTOR * search->step;
    bool found = false;
    for (gint32 diagonal = front->high; diagonal >= front->low; diagonal -= 2) {
        struct point at = {front->reach[diagonal], front->reach[diagonal] - diagonal};
        gint32 value = box->old_to - at.old + box->new_to - at.new - ABS(diagonal - front->middle);
        if (value > best && box->old_from < at.old && at.old <= box->old_to - LONG_RUN &&
            box->new_from < at.new &&at.new <= box->new_to - LONG_RUN &&run_at(search, at)) {
            best = value;
            *ret_point = at;
            found = true;
        }
    }
    return found;
}

/* The furthest point of each front, by the sum of both positions, held inside the box. */
static struct point furthest_forward(const struct myers *search)
{
    const struct front *front = &search->forward;
    struct point best = {-1, 0};
    for (gint32 diagonal = front->high; diagonal >= front->low; diagonal -= 2) {
        gint32 old = MIN(front->reach[diagonal], search->box.old_to);
        old = MIN(old, search->box.new_to + diagonal);
        if (best.old + best.new < 2 * old - diagonal)
            best = (struct point){old, old - diagonal};
    }
    return best;
}

static struct point furthest_backward(const struct myers *search)
{
    const struct front *front = &search->backward;
    struct point best = {UNREACHED_NEW, 0};
    for (gint32 diagonal = front->high; diagonal >= front->low; diagonal -= 2) {
        gint32 old = MAX(front->reach[diagonal], search->box.old_from);
        old = MAX(old, search->box.new_from + diagonal);
        if (2 * old - diagonal < best.old + best.new)
            best = (struct point){old, old - diagonal};
    }
    return best;
}

/* Whether to stop early; then at which point, and which half is to be exact. */
static bool stop_early(const struct myers *search, struct point *ret_point, bool *ret_exact_first)
{
    *ret_exact_first = true;
    if (search->long_run && search->step > SAMPLE_FROM) {
        if (sample_forward(search, ret_point))
            return true;
        *ret_exact_first = false;
        if (sample_backward(search, ret_point))
            return true;
    }
    if (search->step < search->most_steps)
        return false;
    const struct box *box = &search->box;
    struct point ahead = furthest_forward(search), behind = furthest_backward(search);
    *ret_exact_first = box->old_to + box->new_to - (behind.old + behind.new) <
                       ahead.old + ahead.new - (box->old_from + box->new_from);
    *ret_point = *ret_exact_first ? ahead : behind;
    return true;
}

static void push(struct myers *search, struct box box)
{
    if (search->box_count == search->box_room) {
        search->box_room = 2 * search->box_room + 16;
        search->boxes = g_realloc_n(search->boxes, search->box_room, sizeof *search->boxes);
    }
    search->boxes[search->box_count++] = box;
}

static void start_fronts(struct myers *search, const struct box *box)
{
    gint32 first = box->old_from - box->new_from, last = box->old_to - box->new_to;
    search->box = *box;
    search->step = 0;
    search->forward.middle = search->forward.low = search->forward.high = first;
    search->backward.middle = search->backward.low = search->backward.high = last;
    search->forward.reach[first] = box->old_from;
    search->backward.reach[last] = box->old_to;
}

/* True when the fronts met: the least number of unpaired members follows from the steps taken. Git
 * goes on to find which ones; counting need not. */
static bool take_step(struct myers *search, guint32 *ret_distance)
{
    search->step++;
    search->long_run = false;
    bool met_forward = step_forward(search);
    if (!met_forward && !step_backward(search))
        return false;
    *ret_distance = 2 * (guint32)search->step - met_forward;
    return true;
}

/* Returns false when the search stopped early instead, with both halves pushed. */
static bool measure(struct myers *search, const struct box *box, guint32 *ret_distance)
{
    start_fronts(search, box);
    while (!take_step(search, ret_distance)) {
        struct point at = {0};
        bool exact_first = false;
        if (!box->exact && stop_early(search, &at, &exact_first)) {
            push(search, (struct box){at.old, box->old_to, at.new, box->new_to, !exact_first});
            push(search, (struct box){box->old_from, at.old, box->new_from, at.new, exact_first});
            return false;
        }
    }
    return true;
}

/* What is unpaired in old, when old and new together have `distance` unpaired members. */
static guint32 share_of_old(const struct box *box, guint32 distance)
{
    gint32 surplus = (box->old_to - box->old_from) - (box->new_to - box->new_from);
    return (guint32)(((gint32)distance + surplus) / 2);
}

static bool one_side_empty(const struct box *box)
{
    return box->old_from == box->old_to || box->new_from == box->new_to;
}

guint32 myers_unpaired(struct myers *search, const guint32 *old, guint32 old_count,
                       const guint32 *new, guint32 new_count)
{
    guint32 unpaired = 0;
    begin(search, old, old_count, new, new_count);
    push(search, (struct box){0, (gint32)old_count, 0, (gint32)new_count, false});
    while (search->box_count > 0) {
        struct box box = shrink(search, search->boxes[--search->box_count]);
        guint32 distance = 0;
        if (one_side_empty(&box))
            unpaired += (guint32)(box.old_to - box.old_from);
        else if (measure(search, &box, &distance))
            unpaired += share_of_old(&box, distance);
    }
    return unpaired;
}

bool myers_unpaired_within(struct myers *search, const guint32 *old, guint32 old_count,
                           const guint32 *new, guint32 new_count, guint32 limit,
                           guint32 *ret_unpaired)
{
    begin(search, old, old_count, new, new_count);
    struct box box = shrink(search, (struct box){0, (gint32)old_count, 0, (gint32)new_count, true});
    guint32 distance = (guint32)(box.old_to - box.old_from + box.new_to - box.new_from);
    if (!one_side_empty(&box)) {
        start_fronts(search, &box);
        while (!take_step(search, &distance))
            if (2 * (guint32)search->step >= limit)
                return false;
    }
    if (distance > limit)
        return false;
    *ret_unpaired = share_of_old(&box, distance);
    return true;
}
