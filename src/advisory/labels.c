#include "labels.h"

#include <string.h>

/* One end of a range, or a label that is none. */
struct end {
    guint place;
    const char *branch;
    const char *pattern; /* "stable-*" when a version chose the branch, else NULL */
    char *version;       /* "4.17"; NULL with the pattern */
};

struct search {
    const struct labels_place *places;
    guint count;
    GArray *found; /* struct labels_target */
};

static guint stars(const char *text, gsize length)
{
    guint count = 0;
    for (gsize i = 0; i < length; i++)
        count += text[i] == '*';
    return count;
}

bool labels_good_rule(const char *rule)
{
    const char *colon = strrchr(rule, ':');
    if (colon == NULL || colon == rule || colon[1] == '\0')
        return false;
    guint left = stars(rule, (gsize)(colon - rule)), right = stars(colon + 1, strlen(colon + 1));
    return left <= 1 && right <= left;
}

/* "4.17.x", "4.17.3" and "4.17" -> "4.17"; NULL when it is no version. */
static char *line_of(const char *text)
{
    gsize major = strspn(text, "0123456789");
    gsize minor = major == 0 || text[major] != '.' ? 0 : strspn(text + major + 1, "0123456789");
    const char *rest = text + major + 1 + minor;
    bool good = minor > 0 && (*rest == '\0' || (*rest == '.' && rest[1] != '\0' &&
                                                strspn(rest, ".0123456789x") == strlen(rest)));
    return good ? g_strndup(text, major + 1 + minor) : NULL;
}

/* By number, part by part. */
static int compare_versions(const char *left, const char *right)
{
    while (*left != '\0' || *right != '\0') {
        char *left_rest = NULL, *right_rest = NULL;
        guint64 a = g_ascii_strtoull(left, &left_rest, 10);
        guint64 b = g_ascii_strtoull(right, &right_rest, 10);
        if (a != b)
            return a < b ? -1 : 1;
        if (left_rest == left || right_rest == right)
            return 0;
        left = left_rest + (*left_rest == '.');
        right = right_rest + (*right_rest == '.');
    }
    return 0;
}

static const char *find_branch(const struct labels_place *place, const char *name)
{
    for (guint i = 0; name != NULL && i < place->branches->len; i++)
        if (g_str_equal(place->branches->pdata[i], name))
            return place->branches->pdata[i];
    return NULL;
}

static char *put_in(const char *pattern, const char *what)
{
    const char *star = strchr(pattern, '*');
    if (star == NULL)
        return g_strdup(pattern);
    return g_strdup_printf("%.*s%s%s", (int)(star - pattern), pattern, what, star + 1);
}

/* What * stands for; "" where there is none; NULL: it does not match. Letters match in both cases.
 */
static char *captured(const char *pattern, gsize length, const char *text)
{
    const char *star = memchr(pattern, '*', length);
    gsize head = star == NULL ? length : (gsize)(star - pattern);
    gsize tail = star == NULL ? 0 : length - head - 1;
    gsize all = strlen(text);
    if (all < head + tail || (star == NULL && all != length) ||
        g_ascii_strncasecmp(pattern, text, head) != 0 ||
        (star != NULL && g_ascii_strncasecmp(star + 1, text + all - tail, tail) != 0))
        return NULL;
    return g_strndup(text + head, all - head - tail);
}

/* A version to its branch, by one pattern of branches. */
static bool by_version(const struct labels_place *place, const char *pattern, const char *what,
                       struct end *end)
{
    g_autofree char *line = line_of(what);
    g_autofree char *name = put_in(pattern, line == NULL ? what : line);
    end->branch = find_branch(place, name);
    if (end->branch == NULL)
        return false;
    if (line != NULL && strchr(pattern, '*') != NULL) {
        end->pattern = pattern;
        end->version = g_steal_pointer(&line);
    }
    return true;
}

static bool by_rules(const struct labels_place *place, const char *item, struct end *end)
{
    for (const char *const *rule = place->labels; *rule != NULL; rule++) {
        const char *colon = strrchr(*rule, ':');
        g_autofree char *what =
            colon == NULL ? NULL : captured(*rule, (gsize)(colon - *rule), item);
        if (what != NULL && by_version(place, colon + 1, what, end))
            return true;
    }
    return false;
}

/* "NAME", "NAME-unstable", "NAME 4.17.x" and "NAME BRANCH". */
static bool by_name(const struct labels_place *place, const char *item, struct end *end)
{
    gsize length = strlen(place->name);
    if (g_ascii_strncasecmp(item, place->name, length) != 0)
        return false;
    const char *rest = item + length;
    if (*rest == '\0' || g_ascii_strcasecmp(rest, "-unstable") == 0) {
        end->branch = find_branch(place, place->main_branch);
        return end->branch != NULL;
    }
    if (*rest != ' ')
        return false;
    g_autofree char *line = line_of(rest + 1);
    for (const char *const *pattern = place->stable;
         line != NULL && pattern != NULL && *pattern != NULL; pattern++)
        if (stars(*pattern, strlen(*pattern)) == 1 && by_version(place, *pattern, line, end))
            return true;
    end->branch = find_branch(place, rest + 1);
    return end->branch != NULL;
}

static bool find_end(const struct search *search, const char *item, struct end *ret_end)
{
    for (guint i = 0; i < search->count; i++) {
        const struct labels_place *place = &search->places[i];
        *ret_end = (struct end){.place = i};
        if (place->labels == NULL ? by_name(place, item, ret_end) : by_rules(place, item, ret_end))
            return true;
    }
    return false;
}

static void add(struct search *search, guint place, const char *branch)
{
    for (guint i = 0; i < search->found->len; i++) {
        const struct labels_target *known = &g_array_index(search->found, struct labels_target, i);
        if (known->place == place && g_str_equal(known->branch, branch))
            return;
    }
    struct labels_target target = {place, branch};
    g_array_append_val(search->found, target);
}

struct dated {
    const char *branch;
    char *version;
};

static void dated_clear(gpointer pointer)
{
    g_free(((struct dated *)pointer)->version);
}

static int newest_first(gconstpointer left, gconstpointer right)
{
    return compare_versions(((const struct dated *)right)->version,
                            ((const struct dated *)left)->version);
}

/* The branches that a pattern has between two versions; NULL is no bound. */
static void add_between(struct search *search, guint at, const char *pattern, const char *oldest,
                        const char *newest)
{
    const struct labels_place *place = &search->places[at];
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(struct dated));
    g_array_set_clear_func(all, dated_clear);
    for (guint i = 0; i < place->branches->len; i++) {
        const char *branch = place->branches->pdata[i];
        g_autofree char *what = captured(pattern, strlen(pattern), branch);
        g_autofree char *line = what == NULL ? NULL : line_of(what);
        if (line == NULL || !g_str_equal(line, what) ||
            (oldest != NULL && compare_versions(line, oldest) < 0) ||
            (newest != NULL && compare_versions(line, newest) > 0))
            continue;
        struct dated dated = {branch, g_steal_pointer(&line)};
        g_array_append_val(all, dated);
    }
    g_array_sort(all, newest_first);
    for (guint i = 0; i < all->len; i++)
        add(search, at, g_array_index(all, struct dated, i).branch);
}

/* The development branch is newer than every version. */
static bool add_range(struct search *search, const struct end *first, const struct end *second)
{
    const struct end *newer = first, *older = second;
    if (first->place != second->place || (first->version == NULL && second->version == NULL))
        return false;
    if (second->version == NULL ||
        (first->version != NULL && compare_versions(first->version, second->version) < 0)) {
        newer = second;
        older = first;
    }
    if (newer->version == NULL)
        add(search, newer->place, newer->branch);
    add_between(search, older->place, older->pattern, older->version, newer->version);
    return true;
}

static bool take_ends(struct search *search, char **parts, guint count)
{
    struct end ends[2] = {{0}, {0}};
    bool good = count <= 2;
    for (guint i = 0; i < count && good; i++)
        good = find_end(search, parts[i], &ends[i]);
    if (good && count == 2)
        good = add_range(search, &ends[0], &ends[1]);
    else if (good)
        add(search, ends[0].place, ends[0].branch);
    g_free(ends[0].version);
    g_free(ends[1].version);
    return good;
}

/* "Xen 4.6.x, 4.5.x": the name goes on. */
static char *with_name(const char *item, const char *before)
{
    const char *blank = before == NULL ? NULL : strchr(before, ' ');
    if (blank == NULL || !g_ascii_isdigit(*item))
        return g_strdup(item);
    return g_strdup_printf("%.*s %s", (int)(blank - before), before, item);
}

static bool take_item(struct search *search, const char *item, char **before)
{
    g_autoptr(GString) one = g_string_new(item);
    g_string_replace(one, " ... ", " - ", 0);
    g_auto(GStrv) parts = g_strsplit(one->str, " - ", -1);
    for (char **part = parts; *part != NULL; part++) {
        char *whole = with_name(g_strstrip(*part), *before);
        g_free(*part);
        *part = whole;
        g_free(*before);
        *before = g_strdup(whole);
    }
    return take_ends(search, parts, g_strv_length(parts));
}

GArray *labels_find(const char *label, const struct labels_place *places, guint count,
                    char **ret_unknown)
{
    struct search search = {places, count, g_array_new(FALSE, FALSE, sizeof(struct labels_target))};
    g_auto(GStrv) items = g_strsplit(label, ",", -1);
    g_autofree char *before = NULL;
    char *unknown = *items == NULL ? g_strdup(label) : NULL;
    for (char **item = items; *item != NULL; item++)
        if (!take_item(&search, g_strstrip(*item), &before) && unknown == NULL)
            unknown = g_strdup(*item);
    *ret_unknown = unknown;
    return search.found;
}
