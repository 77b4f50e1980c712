/* document.tracking: the versions of the advisory, and what changed between them without one. */
#include "clock.h"
#include "csaf.h"

#include <stdlib.h>
#include <string.h>

enum { NAMES_MOST = 8 };

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

static const json_t *history_of(const json_t *document)
{
    const json_t *tracking = json_object_get(json_object_get(document, "document"), "tracking");
    return json_object_get(tracking, "revision_history");
}

/* --- what changed --- */

static json_t *without_tracking(const json_t *document)
{
    json_t *copy = json_deep_copy(document);
    json_object_del(json_object_get(copy, "document"), "tracking");
    return copy;
}

/* Ids of the products of one list, in any vulnerability. */
static GHashTable *listed(const json_t *document, const char *list)
{
    GHashTable *ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const json_t *vulnerabilities = json_object_get(document, "vulnerabilities");
    for (size_t i = 0; i < json_array_size(vulnerabilities); i++) {
        const json_t *status =
            json_object_get(json_array_get(vulnerabilities, i), "product_status");
        const json_t *products = json_object_get(status, list);
        for (size_t j = 0; j < json_array_size(products); j++)
            g_hash_table_add(ids, g_strdup(json_string_value(json_array_get(products, j))));
    }
    return ids;
}

/* Names of the products that are new in a list, in the order of the tree. */
static void add_names(const json_t *branches, GHashTable *now, GHashTable *before, GPtrArray *names)
{
    for (size_t i = 0; i < json_array_size(branches); i++) {
        const json_t *branch = json_array_get(branches, i);
        const json_t *product = json_object_get(branch, "product");
        const char *id = text_of(product, "product_id");
        if (g_hash_table_contains(now, id) && !g_hash_table_contains(before, id))
            g_ptr_array_add(names, (gpointer)(gsize)text_of(product, "name"));
        add_names(json_object_get(branch, "branches"), now, before, names);
    }
}

static void say_list(const json_t *document, const json_t *previous, const char *list,
                     const char *one, const char *several, GString *text)
{
    g_autoptr(GHashTable) now = listed(document, list), before = listed(previous, list);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const json_t *tree = json_object_get(document, "product_tree");
    add_names(json_object_get(tree, "branches"), now, before, names);
    if (names->len == 0)
        return;
    g_string_append(text, text->len == 0 ? "" : " ");
    for (guint i = 0; i < names->len && i < NAMES_MOST; i++)
        g_string_append_printf(text, "%s%s",
                               i == 0                ? ""
                               : i + 1 == names->len ? " and "
                                                     : ", ",
                               (const char *)names->pdata[i]);
    if (names->len > NAMES_MOST)
        g_string_append_printf(text, " and %u more", names->len - NAMES_MOST);
    g_string_append_printf(text, " %s.", names->len == 1 ? one : several);
}

static void say_parts(const json_t *document, const json_t *previous, GString *text)
{
    static const char *const parts[] = {"document", "product_tree", "vulnerabilities"};
    static const char *const names[] = {"the head", "the products", "what is said of them"};
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        if (!json_equal(json_object_get(document, parts[i]), json_object_get(previous, parts[i])))
            g_string_append_printf(text, "%s%s", text->len == 0 ? "Changed: " : ", ", names[i]);
    g_string_append_c(text, '.');
}

/* Without tracking, both. */
static char *changed(const json_t *document, const json_t *previous)
{
    GString *text = g_string_new(NULL);
    say_list(document, previous, "fixed", "has the fix", "have the fix", text);
    say_list(document, previous, "known_affected", "is affected", "are affected", text);
    say_list(document, previous, "known_not_affected", "is not affected", "are not affected", text);
    say_list(document, previous, "under_investigation", "is not known to be affected or not",
             "are not known to be affected or not", text);
    if (text->len == 0)
        say_parts(document, previous, text);
    return g_string_free(text, FALSE);
}

/* --- versions --- */

/* Those before it that only members had, since the public one before. */
static void add_steps(const struct publication *publication, guint number, GString *text)
{
    for (guint i = 0; i < publication->steps->len; i++) {
        const struct publication_step *step = publication->steps->pdata[i];
        if (step->public || step->number >= number)
            continue;
        bool told = false;
        for (guint j = 0; j < publication->versions->len; j++) {
            const struct publication_version *version = publication->versions->pdata[j];
            told = told || (version->number > step->number && version->number < number);
        }
        if (told)
            continue;
        g_autofree char *day = clock_format_day(step->time);
        g_string_append_printf(text, " Version %u was given out under embargo on %s.", step->number,
                               day);
    }
}

static char *summary_of(const struct publication *publication,
                        const struct publication_version *version)
{
    GString *text = g_string_new(NULL);
    g_autofree char *changes = g_strdup(version->changes);
    g_strstrip(g_strdelimit(changes, "\n\t", ' '));
    g_string_printf(text, "Version %u of the advisory.", version->number);
    if (*changes != '\0')
        g_string_append_printf(text, " %s", changes);
    add_steps(publication, version->number, text);
    return g_string_free(text, FALSE);
}

static void append(json_t *history, gint64 time, const char *summary, const char *legacy)
{
    g_autofree char *date = clock_format_time(time);
    g_autofree char *number = g_strdup_printf("%zu", json_array_size(history) + 1);
    const char *last = text_of(json_array_get(history, json_array_size(history) - 1), "date");
    json_t *one = json_pack("{s:s, s:s, s:s}", "date",
                            json_array_size(history) > 0 && strcmp(last, date) > 0 ? last : date,
                            "number", number, "summary", summary);
    csaf_set_text(one, "legacy_version", legacy);
    json_array_append_new(history, one);
}

static guint newest_legacy(const json_t *history)
{
    guint newest = 0;
    for (size_t i = 0; i < json_array_size(history); i++) {
        const char *legacy = text_of(json_array_get(history, i), "legacy_version");
        newest = MAX(newest, (guint)g_ascii_strtoull(legacy, NULL, 10));
    }
    return newest;
}

/* Of the versions that the history lacks; how many. */
static guint append_versions(const struct publication *publication, json_t *history)
{
    guint newest = newest_legacy(history), count = 0;
    for (guint i = 0; i < publication->versions->len; i++) {
        const struct publication_version *version = publication->versions->pdata[i];
        if (version->number <= newest)
            continue;
        g_autofree char *legacy = g_strdup_printf("%u", version->number);
        g_autofree char *summary = summary_of(publication, version);
        append(history, version->time, summary, legacy);
        count++;
    }
    return count;
}

json_t *csaf_tracking(const struct publication *publication, const json_t *document,
                      const json_t *previous, gint64 now)
{
    const json_t *old = history_of(previous);
    json_t *history = json_is_array(old) ? json_deep_copy(old) : json_array();
    guint added = append_versions(publication, history);
    if (added == 0 && json_array_size(history) > 0) {
        json_t *here = without_tracking(document), *there = without_tracking(previous);
        g_autofree char *summary = json_equal(here, there) ? NULL : changed(here, there);
        json_decref(here);
        json_decref(there);
        if (summary == NULL) {
            json_decref(history);
            return json_deep_copy(
                json_object_get(json_object_get(previous, "document"), "tracking"));
        }
        append(history, now, summary, NULL);
    }
    size_t count = json_array_size(history);
    g_autofree char *version = g_strdup_printf("%zu", count);
    const char *initial = text_of(json_array_get(history, 0), "date");
    const char *current = text_of(json_array_get(history, count - 1), "date");
    json_t *generator =
        json_pack("{s:{s:s, s:s}}", "engine", "name", "Barograph", "version", BAROGRAPH_VERSION);
    return json_pack("{s:s, s:o, s:s, s:s, s:o, s:s, s:s}", "current_release_date", current,
                     "generator", generator, "id", publication->id, "initial_release_date", initial,
                     "revision_history", history, "status", "final", "version", version);
}
