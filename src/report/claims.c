#include "claims.h"

#include "as_of.h"
#include "fault.h"
#include "growth.h"
#include "near.h"

#include <math.h>
#include <string.h>

#define YEARS 3 /* of an average */
#define TOP_SIX 6
#define GROWTH "-growth"

static const struct {
    enum claim_kind kind;
    const char *name, *rule;
} others[] = {
    {CLAIM_GROWTH, "growth",
     "how many more commits than in the window before, in percent of those before"},
    {CLAIM_SHARE, "share", "the employer's share of the commits, in percent"},
    {CLAIM_TOP_SIX, "top-six",
     "the share of the six employers with the most commits, in percent of all commits"},
    {CLAIM_AVERAGE, "average-growth",
     "the mean of the growths of commits in three years up to the end of the window"},
};

static void known_names(GPtrArray *names)
{
    for (guint figure = 0; figure < FIGURE_COUNT; figure++)
        g_ptr_array_add(names, g_strdup(figure_name((enum figure)figure)));
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        g_ptr_array_add(names, g_strdup(others[i].name));
    for (guint figure = 1; figure < FIGURE_COUNT; figure++)
        g_ptr_array_add(names, g_strconcat(figure_name((enum figure)figure), GROWTH, NULL));
}

static bool find_other(const char *name, struct claim *ret_claim)
{
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        if (g_str_equal(others[i].name, name)) {
            *ret_claim = (struct claim){others[i].kind, FIGURE_COMMITS};
            return true;
        }
    return false;
}

bool claim_parse(const char *name, struct claim *ret_claim, GError **error)
{
    g_autofree char *word = g_strdelimit(g_strdup(name), "_", '-');
    if (find_other(word, ret_claim))
        return true;
    bool growth = g_str_has_suffix(word, GROWTH);
    g_autofree char *stem = g_strndup(word, strlen(word) - (growth ? strlen(GROWTH) : 0));
    struct claim claim = {growth ? CLAIM_GROWTH : CLAIM_COUNT, FIGURE_COMMITS};
    if (figure_parse(stem, &claim.figure, NULL)) {
        *ret_claim = claim;
        return true;
    }
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    known_names(names);
    g_autofree char *near = near_words(word, names);
    return fault_raise(error, FAULT_USAGE, "there is no figure \"%s\"%s%s", name,
                       *near == '\0' ? ": barograph figure --help lists them" : ": is it ", near);
}

char *claim_name(struct claim claim)
{
    if (claim.kind == CLAIM_COUNT)
        return g_strdup(figure_name(claim.figure));
    if (claim.kind == CLAIM_GROWTH && claim.figure != FIGURE_COMMITS)
        return g_strconcat(figure_name(claim.figure), GROWTH, NULL);
    return g_strdup(others[claim.kind - CLAIM_GROWTH].name);
}

const char *claim_rule(struct claim claim)
{
    if (claim.kind == CLAIM_COUNT)
        return figure_rule(claim.figure);
    if (claim.kind == CLAIM_GROWTH && claim.figure != FIGURE_COMMITS)
        return "how many more than in the window before, in percent of what was before";
    return others[claim.kind - CLAIM_GROWTH].rule;
}

bool claim_is_percent(struct claim claim)
{
    return claim.kind != CLAIM_COUNT;
}

char *claim_text(struct claim claim, double value)
{
    return claim_is_percent(claim) ? g_strdup_printf("%.1f", value)
                                   : g_strdup_printf("%" G_GINT64_FORMAT, (gint64)llround(value));
}

json_t *claim_json(struct claim claim, double value)
{
    return claim_is_percent(claim) ? json_real(value) : json_integer((json_int_t)llround(value));
}

char *claims_command(const struct claim *claims, guint count, const char *repository,
                     const struct reading *reading)
{
    GString *text = g_string_new("barograph figure");
    g_autofree char *tail = reading_options(reading);
    for (guint i = 0; i < count; i++) {
        g_autofree char *name = claim_name(claims[i]);
        g_string_append_printf(text, " %s", name);
    }
    if (repository != NULL)
        g_string_append_printf(text, " --repository %s", repository);
    g_string_append(text, tail);
    return g_string_free(text, FALSE);
}

/* A claim on one reading, and the windows it is made of: the reading's own first. */
struct asked {
    struct claim claim;
    guint windows[YEARS + 1];
    guint count;
    gint64 top_six; /* commits */
};

struct claims {
    struct book *book;
    struct selection *selection;
    GArray *asked;
    GArray *figures; /* by window; NULL until counted */
};

struct claims *claims_new(struct book *book)
{
    struct claims *claims = g_new0(struct claims, 1);
    claims->book = book;
    claims->selection = selection_new(book);
    claims->asked = g_array_new(FALSE, TRUE, sizeof(struct asked));
    return claims;
}

void claims_free(struct claims *claims)
{
    if (claims == NULL)
        return;
    selection_free(claims->selection);
    g_array_unref(claims->asked);
    if (claims->figures != NULL)
        g_array_unref(claims->figures);
    g_free(claims);
}

static bool days_before(struct reading *before, GError **error)
{
    gint64 since = before->since, until = before->until;
    if (since == READING_OPEN_START || until == READING_OPEN_END)
        return fault_raise(error, FAULT_USAGE,
                           "growth needs days with a first and a last: give --year, or --from and "
                           "--to");
    bool year = as_of_months_before(until, 12) == since;
    before->until = since;
    before->since = year ? as_of_months_before(since, 12) : since - (until - since);
    return true;
}

static bool release_before(struct book *book, struct reading *before, GError **error)
{
    const struct release_list *list = book_releases(book, error);
    const struct release *release =
        list == NULL ? NULL : releases_find(list, before->release, error);
    if (release == NULL)
        return false;
    if (release->predecessor < 0)
        return fault_raise(error, FAULT_NOINPUT, "%s has no release before it to grow from",
                           release->version);
    const struct release *earlier = g_ptr_array_index(list->releases, (guint)release->predecessor);
    g_free(before->release);
    before->release = g_strdup(earlier->version);
    return true;
}

struct reading *claims_before(struct book *book, const struct reading *reading, GError **error)
{
    g_autoptr(Reading) before = reading_copy(reading);
    bool done = false;
    if (reading->window == READING_DATES)
        done = days_before(before, error);
    else if (reading->window == READING_RELEASE)
        done = release_before(book, before, error);
    else
        fault_raise(error, FAULT_USAGE,
                    "growth needs a window with one before it: a release, a year or days, not a "
                    "range");
    return done ? g_steal_pointer(&before) : NULL;
}

static bool add_window(struct claims *claims, struct asked *asked, const struct reading *reading,
                       GError **error)
{
    return selection_add(claims->selection, reading, &asked->windows[asked->count++], error);
}

static bool add_before(struct claims *claims, struct asked *asked, const struct reading *reading,
                       GError **error)
{
    g_autoptr(Reading) before = claims_before(claims->book, reading, error);
    return before != NULL && add_window(claims, asked, before, error);
}

static bool add_whole(struct claims *claims, struct asked *asked, const struct reading *reading,
                      GError **error)
{
    if (reading->employer == NULL)
        return fault_raise(error, FAULT_USAGE, "whose share? say it with --employer");
    g_autoptr(Reading) whole = reading_copy(reading);
    g_clear_pointer(&whole->employer, g_free);
    return add_window(claims, asked, whole, error);
}

static bool add_years(struct claims *claims, struct asked *asked, const struct reading *reading,
                      GError **error)
{
    g_autoptr(Reading) year = reading_copy(reading);
    if (reading->window != READING_DATES || reading->until == READING_OPEN_END ||
        as_of_months_before(reading->until, 12) != reading->since)
        return fault_raise(error, FAULT_USAGE,
                           "average-growth needs a year: give --year, or twelve months with --from "
                           "and --to");
    for (guint i = 0; i < YEARS; i++) {
        year->until = year->since;
        year->since = as_of_months_before(year->until, 12);
        if (!add_window(claims, asked, year, error))
            return false;
    }
    return true;
}

static bool add_nothing(struct claims *claims, struct asked *asked, const struct reading *reading,
                        GError **error)
{
    (void)claims, (void)asked, (void)reading, (void)error;
    return true;
}

typedef bool (*window_adder)(struct claims *claims, struct asked *asked,
                             const struct reading *reading, GError **error);

static const window_adder adders[] = {
    [CLAIM_COUNT] = add_nothing,   [CLAIM_GROWTH] = add_before, [CLAIM_SHARE] = add_whole,
    [CLAIM_TOP_SIX] = add_nothing, [CLAIM_AVERAGE] = add_years,
};

bool claims_add(struct claims *claims, struct claim claim, const struct reading *reading,
                guint *ret_number, GError **error)
{
    struct asked asked = {.claim = claim};
    if (!add_window(claims, &asked, reading, error) ||
        !adders[claim.kind](claims, &asked, reading, error))
        return false;
    *ret_number = claims->asked->len;
    g_array_append_val(claims->asked, asked);
    return true;
}

static struct asked *asked_at(const struct claims *claims, guint number)
{
    return &g_array_index(claims->asked, struct asked, number);
}

static bool count_top_six(struct claims *claims, struct asked *asked, GError **error)
{
    g_autoptr(GArray) employers =
        figures_contributors(claims->selection, asked->windows[0], FIGURES_BY_EMPLOYER,
                             FIGURE_BIT(FIGURE_COMMITS), error);
    guint seen = 0;
    if (employers == NULL)
        return false;
    for (guint i = 0; i < employers->len && seen < TOP_SIX; i++) {
        const struct contributor *one = &g_array_index(employers, struct contributor, i);
        if (one->who < 0)
            continue;
        asked->top_six += one->value[FIGURE_COMMITS];
        seen++;
    }
    return true;
}

bool claims_count(struct claims *claims, GError **error)
{
    guint mask = FIGURE_BIT(FIGURE_COMMITS), windows = selection_count(claims->selection);
    for (guint i = 0; i < claims->asked->len; i++)
        mask |= FIGURE_BIT(asked_at(claims, i)->claim.figure);
    bool newcomers = (mask & FIGURE_BIT(FIGURE_NEWCOMERS)) != 0;
    if (windows == 0)
        return true;
    if (!selection_fill(claims->selection, newcomers ? windows : 0, error))
        return false;
    claims->figures = figures_count(claims->selection, 0, windows - 1, mask, error);
    if (claims->figures == NULL)
        return false;
    for (guint i = 0; i < claims->asked->len; i++)
        if (asked_at(claims, i)->claim.kind == CLAIM_TOP_SIX &&
            !count_top_six(claims, asked_at(claims, i), error))
            return false;
    return true;
}

static gint64 counted(const struct claims *claims, guint window, enum figure figure)
{
    return g_array_index(claims->figures, struct figures, window).value[figure];
}

static bool no_base(const struct claims *claims, guint window, enum figure figure, GError **error)
{
    g_autofree char *name = reading_window_name(selection_reading(claims->selection, window));
    return fault_raise(error, FAULT_NOINPUT, "there is nothing to compare with: %s has no %s", name,
                       figure_name(figure));
}

static bool no_whole(const struct claims *claims, guint window, GError **error)
{
    g_autofree char *name = reading_window_name(selection_reading(claims->selection, window));
    return fault_raise(error, FAULT_NOINPUT,
                       "there is nothing to have a share of: %s has no commits", name);
}

/* The growth from one of its windows to another. */
static bool grown(const struct claims *claims, const struct asked *asked, guint now, guint before,
                  double *ret_percent, GError **error)
{
    enum figure figure = asked->claim.figure;
    return growth_percent(counted(claims, asked->windows[before], figure),
                          counted(claims, asked->windows[now], figure), ret_percent) ||
           no_base(claims, asked->windows[before], figure, error);
}

static bool averaged(const struct claims *claims, const struct asked *asked, double *ret_mean,
                     GError **error)
{
    double percents[YEARS];
    for (guint i = 0; i < YEARS; i++)
        if (!grown(claims, asked, i, i + 1, &percents[i], error))
            return false;
    return growth_mean(percents, YEARS, ret_mean);
}

bool claims_value(struct claims *claims, guint number, double *ret_value, GError **error)
{
    const struct asked *asked = asked_at(claims, number);
    gint64 own = counted(claims, asked->windows[0], asked->claim.figure);
    gint64 whole = claims_commits(claims, number);
    bool part = asked->claim.kind == CLAIM_SHARE || asked->claim.kind == CLAIM_TOP_SIX;
    if (part && whole == 0)
        return no_whole(claims, asked->windows[asked->count - 1], error);
    if (asked->claim.kind == CLAIM_GROWTH)
        return grown(claims, asked, 0, 1, ret_value, error);
    if (asked->claim.kind == CLAIM_AVERAGE)
        return averaged(claims, asked, ret_value, error);
    if (part)
        *ret_value = share_percent(asked->claim.kind == CLAIM_SHARE ? own : asked->top_six, whole);
    else
        *ret_value = (double)own;
    return true;
}

gint64 claims_commits(const struct claims *claims, guint number)
{
    const struct asked *asked = asked_at(claims, number);
    guint place = asked->claim.kind == CLAIM_SHARE ? 1 : 0;
    return counted(claims, asked->windows[place], FIGURE_COMMITS);
}

const struct reading *claims_reading(const struct claims *claims, guint number)
{
    return selection_reading(claims->selection, asked_at(claims, number)->windows[0]);
}
