#include "evidence.h"

#include "address.h"

#include <string.h>

#define YEAR ((gint64)365 * 86400)

static const char *const kind_names[] = {"signed", "named", "landed", "row", "domain", "nothing"};

const char *sign_name(enum sign_kind kind)
{
    return kind_names[kind];
}

bool evidence_is_employer(const char *name)
{
    return name != NULL && *name != '(' && *name != '\0';
}

static bool other_domain(const char *a, const char *b)
{
    g_autofree char *left = address_fold(a), *right = address_fold(b);
    return g_strcmp0(address_domain(left), address_domain(right)) != 0;
}

/* What the author's address says by itself. */
static struct sign own_sign(const struct employers *employers, const char *author, gint64 time,
                            bool *ret_company)
{
    struct employer_answer answer = {.employer = EMPLOYER_UNKNOWN};
    struct sign sign = {.kind = SIGN_NOTHING, .time = time, .address = author};
    bool known = employers_ask(employers, author, time, &answer);
    *ret_company = known && evidence_is_employer(answer.domain);
    sign.employer = sign.counted = answer.employer;
    if (known && answer.address) {
        sign.kind = SIGN_ROW;
        sign.letter = answer.confidence != '\0' ? answer.confidence : 'C';
        sign.line = answer.line;
    } else if (known && evidence_is_employer(answer.employer)) {
        sign.kind = SIGN_DOMAIN;
        sign.letter = 'C';
    }
    return sign;
}

void evidence_of_commit(const struct employers *employers, const char *author, gint64 author_time,
                        gint64 committer_time, const char *const *signers, guint node,
                        GArray *signs)
{
    bool company = false;
    struct sign own = own_sign(employers, author, author_time, &company);
    own.node = node;
    guint place = signs->len;
    g_array_append_val(signs, own);
    for (; *signers != NULL; signers++) {
        struct sign *first = &g_array_index(signs, struct sign, place);
        const char *then = employers_find(employers, *signers, author_time);
        if (!other_domain(author, *signers) || !evidence_is_employer(then))
            continue;
        if (!company && first->kind != SIGN_SIGNED) {
            first->kind = SIGN_SIGNED;
            first->letter = 'A';
            first->employer = then;
            first->address = *signers;
            continue;
        }
        const char *now = employers_find(employers, *signers, committer_time);
        struct sign landed = {.kind = SIGN_LANDED,
                              .time = committer_time,
                              .employer = now,
                              .address = *signers,
                              .letter = 'B',
                              .node = node};
        if (evidence_is_employer(now) && !g_str_equal(now, first->employer))
            g_array_append_val(signs, landed);
    }
}

static int compare_signs(gconstpointer a, gconstpointer b)
{
    const struct sign *left = a, *right = b;
    if (left->time != right->time)
        return left->time < right->time ? -1 : 1;
    if (left->node != right->node)
        return left->node < right->node ? -1 : 1;
    return (left->kind > right->kind) - (left->kind < right->kind);
}

static bool is_telling(const struct sign *sign)
{
    return sign->kind != SIGN_NOTHING;
}

/* Whether the employer's sign at `index` begins other days than that at `before`. */
static bool is_parted(const GArray *signs, guint before, guint index)
{
    const struct sign *left = &g_array_index(signs, struct sign, before);
    const struct sign *right = &g_array_index(signs, struct sign, index);
    if (right->time - left->time <= YEAR)
        return false;
    for (guint i = before + 1; i < index; i++) {
        const struct sign *other = &g_array_index(signs, struct sign, i);
        if (is_telling(other) && !g_str_equal(other->employer, right->employer))
            return true;
    }
    return false;
}

/* Of two signs of one letter the one of the better kind tells. */
static bool tells_better(const struct sign *a, const struct sign *b)
{
    return a->letter != b->letter ? a->letter < b->letter : a->kind < b->kind;
}

static void add_sign(GArray *tenures, guint place, GArray *signs, guint index)
{
    struct tenure *tenure = &g_array_index(tenures, struct tenure, place);
    struct sign *sign = &g_array_index(signs, struct sign, index);
    const struct sign *best = &g_array_index(signs, struct sign, tenure->telling);
    sign->tenure = place;
    tenure->last = MAX(tenure->last, sign->time);
    tenure->first = MIN(tenure->first, sign->time);
    tenure->by[sign->kind]++;
    tenure->commits += sign->counted != NULL;
    if (is_telling(sign) && tells_better(sign, best))
        tenure->telling = index;
}

static void begin_tenure(GArray *tenures, GArray *signs, guint index)
{
    const struct sign *sign = &g_array_index(signs, struct sign, index);
    struct tenure tenure = {
        .employer = sign->employer, .first = sign->time, .last = sign->time, .telling = index};
    g_array_append_val(tenures, tenure);
    add_sign(tenures, tenures->len - 1, signs, index);
}

/* The days of all that is told of; each keeps its last sign's place in `lasts` meanwhile. */
static void add_telling(GArray *tenures, GArray *signs)
{
    g_autoptr(GArray) lasts = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GHashTable) open = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < signs->len; i++) {
        const struct sign *sign = &g_array_index(signs, struct sign, i);
        if (!is_telling(sign))
            continue;
        gpointer key = (gpointer)(guintptr)sign->employer;
        guint place = GPOINTER_TO_UINT(g_hash_table_lookup(open, key));
        if (place != 0 && !is_parted(signs, g_array_index(lasts, guint, place - 1), i)) {
            add_sign(tenures, place - 1, signs, i);
            g_array_index(lasts, guint, place - 1) = i;
            continue;
        }
        begin_tenure(tenures, signs, i);
        g_array_append_val(lasts, i);
        g_hash_table_insert(open, key, GUINT_TO_POINTER(tenures->len));
    }
}

static bool holds(const struct tenure *tenure, gint64 time)
{
    return tenure->first <= time && time <= tenure->last;
}

/* Of those that hold the time, the one that began last. */
static struct tenure *find_holding(const GArray *tenures, guint count, gint64 time)
{
    struct tenure *found = NULL;
    for (guint i = 0; i < count; i++) {
        struct tenure *tenure = &g_array_index(tenures, struct tenure, i);
        if (evidence_is_employer(tenure->employer) && holds(tenure, time) &&
            (found == NULL || tenure->first > found->first))
            found = tenure;
    }
    return found;
}

static bool begins_between(const GArray *tenures, guint count, gint64 from, gint64 to)
{
    for (guint i = 0; i < count; i++) {
        gint64 first = g_array_index(tenures, struct tenure, i).first;
        if (from < first && first < to)
            return true;
    }
    return false;
}

/* Commits that say nothing: into the days they lie in, else into days of their group. */
static void add_silent(GArray *tenures, GArray *signs)
{
    guint told = tenures->len;
    for (guint i = 0; i < signs->len; i++) {
        const struct sign *sign = &g_array_index(signs, struct sign, i);
        if (is_telling(sign))
            continue;
        struct tenure *tenure = find_holding(tenures, told, sign->time);
        struct tenure *last =
            tenures->len > told ? &g_array_index(tenures, struct tenure, tenures->len - 1) : NULL;
        if (tenure == NULL && last != NULL && g_str_equal(last->employer, sign->employer) &&
            !begins_between(tenures, told, last->last, sign->time))
            tenure = last;
        if (tenure != NULL) {
            add_sign(tenures, (guint)(tenure - (struct tenure *)(void *)tenures->data), signs, i);
            continue;
        }
        begin_tenure(tenures, signs, i);
    }
}

static bool is_within(const GArray *tenures, guint index)
{
    const struct tenure *tenure = &g_array_index(tenures, struct tenure, index);
    for (guint i = 0; i < tenures->len; i++) {
        const struct tenure *other = &g_array_index(tenures, struct tenure, i);
        if (i != index && evidence_is_employer(other->employer) &&
            !g_str_equal(other->employer, tenure->employer) && holds(other, tenure->first) &&
            holds(other, tenure->last) && other->commits > tenure->commits)
            return true;
    }
    return false;
}

static void set_letters(GArray *tenures, const GArray *signs)
{
    for (guint i = 0; i < tenures->len; i++) {
        struct tenure *tenure = &g_array_index(tenures, struct tenure, i);
        tenure->letter = g_array_index(signs, struct sign, tenure->telling).letter;
        if (tenure->letter == 'C' && is_within(tenures, i))
            tenure->letter = 'D';
    }
}

static int compare_tenures(gconstpointer a, gconstpointer b)
{
    const struct tenure *left = a, *right = b;
    if (left->first != right->first)
        return left->first < right->first ? -1 : 1;
    if (left->last != right->last)
        return left->last < right->last ? -1 : 1;
    return strcmp(left->employer, right->employer);
}

/* In the order of their days; the signs learn where their own is then. */
static void sort_tenures(GArray *tenures, GArray *signs)
{
    g_autofree guint *places = g_new(guint, tenures->len + 1);
    for (guint i = 0; i < tenures->len; i++)
        g_array_index(tenures, struct tenure, i).place = i;
    g_array_sort(tenures, compare_tenures);
    for (guint i = 0; i < tenures->len; i++)
        places[g_array_index(tenures, struct tenure, i).place] = i;
    for (guint i = 0; i < signs->len; i++) {
        struct sign *sign = &g_array_index(signs, struct sign, i);
        sign->tenure = places[sign->tenure];
    }
    for (guint i = 0; i < tenures->len; i++)
        g_array_index(tenures, struct tenure, i).place = i;
}

GArray *evidence_tenures(GArray *signs)
{
    GArray *tenures = g_array_new(FALSE, FALSE, sizeof(struct tenure));
    g_array_sort(signs, compare_signs);
    add_telling(tenures, signs);
    add_silent(tenures, signs);
    set_letters(tenures, signs);
    sort_tenures(tenures, signs);
    return tenures;
}

const struct tenure *evidence_at(const GArray *tenures, gint64 time, bool *ret_within)
{
    const struct tenure *before = NULL;
    const struct tenure *within = find_holding(tenures, tenures->len, time);
    *ret_within = within != NULL;
    for (guint i = 0; within == NULL && i < tenures->len; i++) {
        const struct tenure *tenure = &g_array_index(tenures, struct tenure, i);
        if (evidence_is_employer(tenure->employer) && tenure->last < time &&
            (before == NULL || tenure->last > before->last))
            before = tenure;
    }
    return within != NULL ? within : before;
}
