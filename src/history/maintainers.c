#include "maintainers.h"

#include <string.h>

enum {
    VALUE_MAX = 1024, /* a longer value is no path and nobody's name */
    DEPTH_UNIT = VALUE_MAX + 2,
    REST_SCORE = 1
};

struct maintainers {
    GPtrArray *sections;
};

struct line {
    const char *begin, *end; /* without blanks around it */
    guint number;
};

/* What is read so far: a title waits for its first entry. */
struct reader {
    GPtrArray *sections;
    struct line title;
    struct maintainers_section *open; /* the last section, while entries follow; or NULL */
    char *name;                       /* of P:, for the M: that follows */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\0';
}

static void maintainer_free(gpointer pointer)
{
    struct maintainer *maintainer = pointer;
    g_free(maintainer->name);
    g_free(maintainer->address);
    g_free(maintainer);
}

static void section_free(gpointer pointer)
{
    struct maintainers_section *section = pointer;
    g_free(section->name);
    g_free(section->status);
    g_ptr_array_unref(section->people);
    g_ptr_array_unref(section->lists);
    g_ptr_array_unref(section->files);
    g_ptr_array_unref(section->excluded);
    g_free(section);
}

static struct line trimmed(const char *begin, const char *end, guint number)
{
    while (begin < end && is_blank(*begin))
        begin++;
    while (begin < end && is_blank(end[-1]))
        end--;
    return (struct line){begin, end, number};
}

static char *copy(struct line line)
{
    return g_strndup(line.begin, (gsize)(line.end - line.begin));
}

static char *copy_between(const char *begin, const char *end)
{
    while (begin < end && (is_blank(*begin) || *begin == '"'))
        begin++;
    while (begin < end && (is_blank(end[-1]) || end[-1] == '"' || end[-1] == ','))
        end--;
    return g_strndup(begin, (gsize)(end - begin));
}

/* "Full Name <address>", "address", "Full Name". */
static struct maintainer *read_person(const char *value)
{
    struct maintainer *person = g_new0(struct maintainer, 1);
    const char *open = strchr(value, '<');
    const char *end = value + strlen(value);
    if (open != NULL) {
        person->name = copy_between(value, open);
        person->address = copy_between(open + 1, open + 1 + strcspn(open + 1, ">"));
        return person;
    }
    const char *sign = strchr(value, '@');
    const char *begin = sign;
    while (begin != NULL && begin > value && !is_blank(begin[-1]) && begin[-1] != '(')
        begin--;
    person->name = copy_between(value, sign == NULL ? end : begin);
    person->address =
        sign == NULL ? g_strdup("") : copy_between(begin, begin + strcspn(begin, " \t)"));
    return person;
}

static void add_person(struct reader *reader, const char *value, bool reviewer)
{
    struct maintainer *person = read_person(value);
    person->reviewer = reviewer;
    if (*person->name == '\0' && reader->name != NULL) {
        g_free(person->name);
        person->name = g_steal_pointer(&reader->name);
    }
    g_clear_pointer(&reader->name, g_free);
    g_ptr_array_add(reader->open->people, person);
}

static void add_list(struct reader *reader, const char *value)
{
    struct maintainer *list = read_person(value);
    if (*list->address != '\0')
        g_ptr_array_add(reader->open->lists, g_steal_pointer(&list->address));
    maintainer_free(list);
}

static void add_pattern(GPtrArray *patterns, const char *value)
{
    while (g_str_has_prefix(value, "./"))
        value += 2;
    if (*value != '\0')
        g_ptr_array_add(patterns, g_strdup(value));
}

static void set_status(struct maintainers_section *section, const char *value)
{
    g_free(section->status);
    section->status = g_strdup(value);
}

static void add_entry(struct reader *reader, char key, const char *value)
{
    struct maintainers_section *section = reader->open;
    switch (key) {
    case 'P':
        g_free(reader->name);
        reader->name = g_strdup(value);
        break;
    case 'M':
    case 'R':
        add_person(reader, value, key == 'R');
        break;
    case 'L':
        add_list(reader, value);
        break;
    case 'S':
        set_status(section, value);
        break;
    case 'F':
        add_pattern(section->files, value);
        section->rest = section->rest || g_str_equal(value, "*/");
        break;
    case 'X':
        add_pattern(section->excluded, value);
        break;
    default:
        break;
    }
}

/* The section of the title that waits; entries without a title belong to nobody. */
static void open_section(struct reader *reader)
{
    if (reader->title.begin == NULL)
        return;
    struct maintainers_section *section = g_new0(struct maintainers_section, 1);
    section->name = copy(reader->title);
    section->line = reader->title.number;
    section->status = g_strdup("");
    section->people = g_ptr_array_new_with_free_func(maintainer_free);
    section->lists = g_ptr_array_new_with_free_func(g_free);
    section->files = g_ptr_array_new_with_free_func(g_free);
    section->excluded = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(reader->sections, section);
    reader->open = section;
    reader->title.begin = NULL;
}

static void read_line(struct reader *reader, const char *begin, const char *end, guint number)
{
    struct line line = trimmed(begin, end, number);
    if (line.begin == line.end)
        return;
    bool entry = end - begin > 1 && g_ascii_isupper(begin[0]) && begin[1] == ':';
    if (!entry) {
        reader->title = line;
        reader->open = NULL;
        g_clear_pointer(&reader->name, g_free);
        return;
    }
    open_section(reader);
    struct line value = trimmed(begin + 2, end, number);
    if (reader->open == NULL || value.end - value.begin > VALUE_MAX)
        return;
    g_autofree char *text = copy(value);
    add_entry(reader, *begin, text);
}

static bool is_heading(const char *begin, const char *end)
{
    static const char heading[] = "Maintainers List";
    return (gsize)(end - begin) >= strlen(heading) &&
           g_ascii_strncasecmp(begin, heading, strlen(heading)) == 0;
}

struct maintainers *maintainers_parse(const char *text, gsize length)
{
    struct maintainers *maintainers = g_new0(struct maintainers, 1);
    struct reader reader = {.sections = g_ptr_array_new_with_free_func(section_free)};
    const char *last = text + length;
    guint number = 0;
    for (const char *begin = text; begin < last;) {
        const char *feed = memchr(begin, '\n', (gsize)(last - begin));
        const char *end = feed == NULL ? last : feed;
        number++;
        read_line(&reader, begin, end, number);
        if (is_heading(begin, end)) {
            g_ptr_array_set_size(reader.sections, 0);
            reader.title.begin = NULL;
        }
        begin = feed == NULL ? last : feed + 1;
    }
    g_free(reader.name);
    maintainers->sections = reader.sections;
    return maintainers;
}

void maintainers_free(struct maintainers *maintainers)
{
    if (maintainers == NULL)
        return;
    g_ptr_array_unref(maintainers->sections);
    g_free(maintainers);
}

guint maintainers_count(const struct maintainers *maintainers)
{
    return maintainers->sections->len;
}

const struct maintainers_section *maintainers_section(const struct maintainers *maintainers,
                                                      guint index)
{
    return g_ptr_array_index(maintainers->sections, index);
}

/* Whether a pattern matches the beginning of a path up to its end, or where `folder` up to a
 * slash in it. Wildcards do not match slashes, so only the last star is ever gone back to. */
static bool glob(const char *pattern, const char *path, bool folder)
{
    const char *star = NULL, *mark = NULL;
    while (true) {
        if (*pattern == '*') {
            star = pattern++;
            mark = path;
        } else if (*pattern == '\0' && (*path == '\0' || (folder && *path == '/'))) {
            return true;
        } else if (*path != '\0' && (*pattern == *path || (*pattern == '?' && *path != '/'))) {
            pattern++;
            path++;
        } else if (star != NULL && *mark != '\0' && *mark != '/') {
            pattern = star + 1;
            path = ++mark;
        } else {
            return false;
        }
    }
}

/* A folder's pattern ends in a slash; what is below it must be something. */
static bool pattern_matches(const char *pattern, const char *path)
{
    gsize length = strlen(pattern);
    gsize literal = strcspn(pattern, "*?");
    if (strncmp(pattern, path, literal == length && literal > 0 ? literal - 1 : literal) != 0)
        return false;
    bool folder_only = length > 0 && pattern[length - 1] == '/';
    if (folder_only && literal == length)
        return strncmp(pattern, path, length) == 0 && path[length] != '\0';
    if (folder_only) {
        g_autofree char *folder = g_strndup(pattern, length - 1);
        for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
            g_autofree char *parent = g_strndup(path, (gsize)(slash - path));
            if (glob(folder, parent, false))
                return true;
        }
        return false;
    }
    return glob(pattern, path, literal == length);
}

static guint literal_length(const char *pattern)
{
    guint count = 0;
    for (; *pattern != '\0'; pattern++)
        count += strchr("*?", *pattern) == NULL;
    return count;
}

static guint pattern_score(const char *pattern)
{
    guint depth = 0;
    if (g_str_equal(pattern, "*") || g_str_equal(pattern, "*/"))
        return REST_SCORE;
    for (const char *at = pattern; *at != '\0'; at++)
        depth += *at == '/';
    gsize length = strlen(pattern);
    depth += pattern[length - 1] != '/';
    return depth * DEPTH_UNIT + literal_length(pattern) + REST_SCORE + 1;
}

guint maintainers_matches(const struct maintainers_section *section, const char *path)
{
    guint best = 0;
    for (guint i = 0; i < section->files->len; i++) {
        const char *pattern = g_ptr_array_index(section->files, i);
        guint score = pattern_matches(pattern, path) ? pattern_score(pattern) : 0;
        best = MAX(best, score);
    }
    for (guint i = 0; best > 0 && i < section->excluded->len; i++)
        if (pattern_matches(g_ptr_array_index(section->excluded, i), path))
            return 0;
    return best;
}

static bool has_maintainer(const struct maintainers_section *section)
{
    for (guint i = 0; i < section->people->len; i++)
        if (!((const struct maintainer *)g_ptr_array_index(section->people, i))->reviewer)
            return true;
    return false;
}

static const struct maintainers_section *closest(const struct maintainers *maintainers,
                                                 const char *path, bool responsible)
{
    const struct maintainers_section *found = NULL;
    guint best = 0;
    for (guint i = 0; i < maintainers->sections->len; i++) {
        const struct maintainers_section *section = maintainers_section(maintainers, i);
        guint score =
            responsible && !has_maintainer(section) ? 0 : maintainers_matches(section, path);
        if (score > best) {
            best = score;
            found = section;
        }
    }
    return found;
}

const struct maintainers_section *maintainers_find(const struct maintainers *maintainers,
                                                   const char *path)
{
    return closest(maintainers, path, false);
}

const struct maintainers_section *maintainers_responsible(const struct maintainers *maintainers,
                                                          const char *path)
{
    return closest(maintainers, path, true);
}

struct ranked {
    const struct maintainers_section *section;
    guint score;
};

static gint compare_ranked(gconstpointer a, gconstpointer b)
{
    const struct ranked *left = a, *right = b;
    if (left->score != right->score)
        return left->score > right->score ? -1 : 1;
    return left->section->line < right->section->line ? -1 : 1;
}

GPtrArray *maintainers_find_all(const struct maintainers *maintainers, const char *path)
{
    g_autoptr(GArray) ranked = g_array_new(FALSE, FALSE, sizeof(struct ranked));
    GPtrArray *found = g_ptr_array_new();
    for (guint i = 0; i < maintainers->sections->len; i++) {
        struct ranked one = {.section = maintainers_section(maintainers, i)};
        one.score = maintainers_matches(one.section, path);
        if (one.score > 0)
            g_array_append_val(ranked, one);
    }
    g_array_sort(ranked, compare_ranked);
    for (guint i = 0; i < ranked->len; i++)
        g_ptr_array_add(found, (gpointer)(guintptr)g_array_index(ranked, struct ranked, i).section);
    return found;
}
