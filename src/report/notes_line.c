#include "as_of.h"
#include "clock.h"
#include "notes_parts.h"
#include "template.h"

#include <string.h>

#define DAY 86400

static const char *const ordinals[] = {"",      "first",    "second",  "third",  "fourth",
                                       "fifth", "sixth",    "seventh", "eighth", "ninth",
                                       "tenth", "eleventh", "twelfth"};

/* "second", "13th", "21st". */
static char *ordinal_word(guint number)
{
    static const char *const endings[] = {"th", "st", "nd", "rd"};
    if (number < G_N_ELEMENTS(ordinals))
        return g_strdup(ordinals[number]);
    guint last = number % 10;
    bool teen = number % 100 >= 11 && number % 100 <= 13;
    return g_strdup_printf("%u%s", number, last <= 3 && !teen ? endings[last] : "th");
}

/* The stable branch that is named after the line; else the main branch when the release is on it.
 */
static char *branch_of(const struct book *book, const struct release *release)
{
    const GArray *refs = book_refs(book);
    for (guint i = 0; i < refs->len; i++) {
        const struct book_ref *ref = &g_array_index(refs, struct book_ref, i);
        struct version version;
        if (book_is_stable(book, ref) && branch_parse_version(ref->name, &version) &&
            version.count == release->line_parts &&
            version_compare_parts(&version, &release->parsed, release->line_parts) == 0)
            return g_strdup(ref->name);
    }
    return *book_main_branch(book) != '\0' && release->fork < 0 ? g_strdup(book_main_branch(book))
                                                                : NULL;
}

/* How many releases of its line came before it by version: 0 for the line's first. */
static guint place_in_line(const struct release_list *list, const struct release *release)
{
    guint place = 0;
    for (guint i = 0; i < list->releases->len; i++) {
        const struct release *other = g_ptr_array_index(list->releases, i);
        if (g_str_equal(other->line, release->line) &&
            version_compare(&other->parsed, &release->parsed) < 0)
            place++;
    }
    return place;
}

/* Numbers between the predecessor and the release that were never released: 4.6.2. */
static json_t *skipped_json(const struct notes_release *release)
{
    const struct release *now = release->release, *before = release->before;
    json_t *skipped = json_array();
    guint last = now->line_parts;
    if (before == NULL || !g_str_equal(before->line, now->line) || now->parsed.letter ||
        now->parsed.count != last + 1 || before->parsed.count != last + 1)
        return skipped;
    for (guint number = before->parsed.parts[last] + 1; number < now->parsed.parts[last]; number++)
        json_array_append_new(skipped, json_sprintf("%s.%u", now->line, number));
    return skipped;
}

static json_t *day_json(gint64 time)
{
    g_autofree char *day = clock_format_day(time);
    return json_string(day);
}

static json_t *before_json(const struct release *before)
{
    return before == NULL
               ? json_null()
               : json_pack("{s:s, s:s, s:s, s:o}", "version", before->version, "tag", before->tag,
                           "commit", before->commit, "date", day_json(as_of_release(before)));
}

/* The day that stands behind a word in a text, or none. */
static bool find_day(const char *text, const char *word, gint64 *ret_day)
{
    const char *at = text == NULL ? NULL : strstr(text, word);
    if (at == NULL)
        return false;
    at += strlen(word);
    at += strspn(at, " \t*|`");
    g_autofree char *day = g_strndup(at, strlen("2019-06-13"));
    return clock_parse_day(day, ret_day, NULL);
}

/* A release on or after the day its line's support ended is the last one, unless the one before was
 * that already. */
static void set_support(struct notes_making *making, const struct notes_release *release,
                        const char *text)
{
    const struct home_releases *words = &making->home->releases;
    gint64 until = 0, security = 0, date = as_of_release(release->release);
    bool known = find_day(text, words->support_until, &until);
    bool secure = find_day(text, words->security_until, &security);
    gint64 before = release->before == NULL ? date : as_of_release(release->before);
    bool ended = known && date >= until;
    bool same_line =
        release->before != NULL && g_str_equal(release->before->line, release->release->line);
    bool late = ended && same_line && before >= until;
    json_t *notes = release->notes;
    json_object_set_new(notes, "support",
                        json_pack("{s:s?, s:o, s:o}", "file", words->support_file, "until",
                                  known ? day_json(until) : json_null(), "security_until",
                                  secure ? day_json(security) : json_null()));
    json_object_set_new(notes, "last", json_boolean(ended && !late));
    json_object_set_new(notes, "late", json_boolean(late));
    json_object_set_new(notes, "security_ahead", json_boolean(secure && date < security));
}

static bool add_support(struct notes_making *making, const struct notes_release *release,
                        GError **error)
{
    const char *file = making->home->releases.support_file;
    g_autofree char *text = NULL;
    struct source *source = file == NULL ? NULL : notes_source(making, error);
    if (file != NULL && (source == NULL || !source_read_any(source, release->release->commit, file,
                                                            SOURCE_MOST, &text, NULL, error)))
        return false;
    set_support(making, release, text);
    return true;
}

static char *dashed(const char *text)
{
    return g_strdelimit(g_strdup(text), ".", '-');
}

/* What a link may hold. */
static json_t *link_words(const json_t *notes)
{
    json_t *words = json_object();
    static const char *const keys[] = {"version", "line", "tag", "branch"};
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        json_t *value = json_object_get(notes, keys[i]);
        const char *text = json_string_value(value);
        g_autofree char *name = g_strconcat(keys[i], "_dashed", NULL);
        g_autofree char *other = dashed(text != NULL ? text : "");
        json_object_set(words, keys[i], value);
        json_object_set_new(words, name, json_string(other));
    }
    return words;
}

static bool add_links(struct notes_making *making, json_t *notes, GError **error)
{
    const struct home_releases *words = &making->home->releases;
    const struct {
        const char *name, *key, *pattern;
    } links[] = {{"repository", "link-repository", words->link_repository},
                 {"download", "link-download", words->link_download}};
    json_t *data = link_words(notes), *object = json_object();
    bool done = true;
    for (gsize i = 0; i < G_N_ELEMENTS(links) && done; i++) {
        const char *pattern = links[i].pattern;
        g_autofree char *link =
            pattern == NULL ? NULL
                            : template_render(pattern, data, TEMPLATE_NONE, NULL, NULL, error);
        done = pattern == NULL || link != NULL;
        if (!done)
            g_prefix_error(error, "barograph.conf: [releases] %s: ", links[i].key);
        json_object_set_new(object, links[i].name, link != NULL ? json_string(link) : json_null());
    }
    json_object_set_new(notes, "links", object);
    json_decref(data);
    return done;
}

static void add_kind(struct notes_making *making, const struct release_list *list,
                     const struct notes_release *release)
{
    const struct release *now = release->release;
    bool candidate = *now->parsed.candidate != '\0';
    guint place = place_in_line(list, now);
    bool point = !candidate && place > 0;
    gint64 days =
        release->before == NULL ? -1 : (as_of_release(now) - as_of_release(release->before)) / DAY;
    g_autofree char *word = point ? ordinal_word(place) : NULL;
    json_t *notes = release->notes;
    json_object_set_new(notes, "candidate", json_boolean(candidate));
    json_object_set_new(notes, "point", json_boolean(point));
    json_object_set_new(notes, "ordinal", point ? json_integer(place) : json_null());
    json_object_set_new(notes, "ordinal_word", point ? json_string(word) : json_null());
    json_object_set_new(notes, "skipped", skipped_json(release));
    json_object_set_new(notes, "days", days < 0 ? json_null() : json_integer(days));
    json_object_set_new(
        notes, "out_of_band",
        json_boolean(point && days >= 0 && days < making->home->releases.out_of_band_days));
}

bool notes_add_line(struct notes_making *making, const struct release_list *list,
                    const struct notes_release *release, GError **error)
{
    const struct release *now = release->release;
    json_t *notes = release->notes;
    g_autofree char *branch = branch_of(making->book, now);
    g_autofree char *tag = g_utf8_make_valid(now->tag, -1);
    json_object_set_new(notes, "version", json_string(now->version));
    json_object_set_new(notes, "line", json_string(now->line));
    json_object_set_new(notes, "tag", json_string(tag));
    json_object_set_new(notes, "branch", branch == NULL ? json_null() : json_string(branch));
    json_object_set_new(notes, "commit", json_string(now->commit));
    json_object_set_new(notes, "date", day_json(as_of_release(now)));
    json_object_set_new(notes, "predecessor", before_json(release->before));
    add_kind(making, list, release);
    return add_support(making, release, error) && add_links(making, notes, error);
}
