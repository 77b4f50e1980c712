#include "splits.h"

#include "as_of.h"
#include "claims.h"
#include "clock.h"
#include "fault.h"
#include "range.h"
#include "regions.h"
#include "years.h"

static const char *const words[] = {"window", "years", "releases", "components"};

bool splits_by_parse(const char *word, enum splits_by *ret_by, GError **error)
{
    for (guint by = SPLITS_BY_YEARS; by < G_N_ELEMENTS(words); by++)
        if (g_str_equal(words[by], word)) {
            *ret_by = (enum splits_by)by;
            return true;
        }
    return fault_raise(
        error, FAULT_USAGE,
        "growth can be had by years, releases or components, and lists monsters; not "
        "\"%s\"",
        word);
}

const char *splits_by_name(enum splits_by by)
{
    return words[by];
}

gint64 split_work(const struct split *split)
{
    return split->counts.kinds[MAKEUP_NEW];
}

/* The rows while they are found; each is a window of the selection. */
struct finding {
    struct book *book;
    struct selection *selection;
    const struct reading *reading;
    gint64 end; /* what is over time ends before it */
    gint64 now;
    GPtrArray *splits;
};

static void free_split(gpointer pointer)
{
    struct split *split = pointer;
    g_free(split->name);
    reading_free(split->reading);
    g_free(split);
}

/* `name` NULL: that of the window. */
static struct split *add(struct finding *finding, const struct reading *reading, const char *name,
                         gint before, GError **error)
{
    guint window = 0;
    if (!selection_add(finding->selection, reading, &window, error))
        return NULL;
    struct split *split = g_new0(struct split, 1);
    split->reading = reading_copy(selection_reading(finding->selection, window));
    split->name = name == NULL ? reading_window_name(split->reading) : g_strdup(name);
    split->before = before;
    g_ptr_array_add(finding->splits, split);
    return split;
}

static bool add_window(struct finding *finding, GError **error)
{
    g_autoptr(Reading) before = claims_before(finding->book, finding->reading, NULL);
    const char *release = finding->reading->release;
    if (before != NULL && add(finding, before, before->release, -1, error) == NULL)
        return false;
    return add(finding, finding->reading, release, before == NULL ? -1 : 0, error) != NULL;
}

/* The part of a year that the reading's days leave; years are whole, but for the last. */
static bool add_year(struct finding *finding, int year, GError **error)
{
    gint64 since = clock_day(year, 1, 1), until = clock_day(year + 1, 1, 1);
    g_autoptr(Reading) reading = reading_copy(finding->reading);
    if (since < finding->reading->since || since >= finding->reading->until)
        return true;
    reading->since = since;
    reading->until = MIN(until, MIN(finding->end, finding->reading->until));
    g_autofree char *name = g_strdup_printf("%d", year);
    bool partial = reading->until < until;
    gint before = partial ? -1 : (gint)finding->splits->len - 1;
    struct split *split = add(finding, reading, name, before, error);
    if (split != NULL)
        split->partial = partial;
    return split != NULL;
}

static bool add_years(struct finding *finding, GError **error)
{
    g_autoptr(Reading) all = reading_copy(finding->reading);
    int first = 0, last = 0;
    all->since = READING_OPEN_START;
    all->until = READING_OPEN_END;
    if (!range_resolve(finding->book, all, error) ||
        !years_find(finding->book, all, finding->end, &first, &last, error))
        return false;
    for (int year = first; last != 0 && year <= last; year++)
        if (!add_year(finding, year, error))
            return false;
    return true;
}

static bool add_releases(struct finding *finding, GError **error)
{
    const struct release_list *list = book_releases(finding->book, error);
    for (guint i = 0; list != NULL && i < list->releases->len; i++) {
        const struct release *release = g_ptr_array_index(list->releases, i);
        const struct release *before =
            release->predecessor < 0 ? NULL
                                     : g_ptr_array_index(list->releases, release->predecessor);
        bool point = before != NULL && g_str_equal(before->line, release->line);
        if (point || before == NULL || as_of_release(release) > finding->now)
            continue;
        g_autoptr(Reading) reading = reading_copy(finding->reading);
        reading->window = READING_RELEASE;
        /* What goes without saying of days is the main branch; of a release, any. */
        if (reading->branches == READING_MAIN)
            reading->branches = READING_ANY;
        reading->release = g_strdup(release->version);
        if (add(finding, reading, release->version, (gint)finding->splits->len - 1, error) == NULL)
            return false;
    }
    return list != NULL;
}

static bool add_components(struct finding *finding, GError **error)
{
    g_autoptr(Regions) regions = regions_load(finding->book, error);
    g_autoptr(Reading) reading = reading_copy(finding->reading);
    if (reading->window == READING_DATES && reading->since == READING_OPEN_START &&
        reading->until == READING_OPEN_END) {
        reading->until = finding->end;
        reading->since = as_of_months_before(finding->end, 12);
    }
    for (guint i = 0; regions != NULL && i < regions_count(regions); i++) {
        g_free(reading->component);
        reading->component = g_strdup(regions_name(regions, i));
        if (add(finding, reading, reading->component, -1, error) == NULL)
            return false;
    }
    return regions != NULL;
}

typedef bool (*adder)(struct finding *finding, GError **error);
static const adder adders[] = {add_window, add_years, add_releases, add_components};

static bool check(const struct reading *reading, enum splits_by by, GError **error)
{
    bool open = reading->since == READING_OPEN_START && reading->until == READING_OPEN_END;
    if (by == SPLITS_BY_COMPONENTS && (reading->component != NULL || reading->path != NULL))
        return fault_raise(error, FAULT_USAGE,
                           "components choose the paths: leave out "
                           "--component and --path");
    if (by == SPLITS_BY_RELEASES && (reading->window != READING_DATES || !open))
        return fault_raise(error, FAULT_USAGE, "all releases are shown: leave out the window");
    if (by == SPLITS_BY_YEARS && reading->window != READING_DATES)
        return fault_raise(error, FAULT_USAGE, "years need days: leave out --release and --range");
    return true;
}

static bool count(struct finding *finding, GError **error)
{
    guint rows = finding->splits->len;
    gint64 commits = 0;
    g_autoptr(Makeup) makeup = makeup_load(finding->book, error);
    if (makeup == NULL)
        return false;
    g_autoptr(GArray) counts = NULL;
    if (rows > 0 && selection_fill(finding->selection, 0, error))
        counts = makeup_count(makeup, finding->selection, 0, rows - 1, error);
    for (guint i = 0; counts != NULL && i < rows; i++) {
        struct split *split = g_ptr_array_index(finding->splits, i);
        split->counts = g_array_index(counts, struct makeup_counts, i);
        commits += split->counts.commits;
    }
    if (rows > 0 && counts == NULL)
        return false;
    return commits > 0 || fault_raise(error, FAULT_NOINPUT, "there are no commits in the window");
}

GPtrArray *splits_find(struct book *book, const struct reading *reading, enum splits_by by,
                       gint64 now, GError **error)
{
    g_autoptr(GPtrArray) splits = g_ptr_array_new_with_free_func(free_split);
    g_autoptr(Selection) selection = selection_new(book);
    struct finding finding = {book, selection, reading, as_of_find(book, now).end, now, splits};
    if (!check(reading, by, error) || !adders[by](&finding, error) || !count(&finding, error))
        return NULL;
    return g_steal_pointer(&splits);
}
