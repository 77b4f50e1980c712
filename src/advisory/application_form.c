/* The forms of applications: read from key files. */
#include "application.h"
#include "embedded.h"
#include "fault.h"
#include "member.h"

#include <string.h>

#define ITEM "item "
#define FOLDER "applications/"

static const char *const kinds[] = {
    [APPLICATION_TEXT] = "text",
    [APPLICATION_LINKS] = "links",
    [APPLICATION_DOMAINS] = "domains",
    [APPLICATION_ADDRESS] = "address",
};
static const char *const head_keys[] = {"title", "source", "unfit-links", NULL};
static const char *const item_keys[] = {"title", "kind", "fills", "label", "sentence", NULL};
static const char *const fillable[] = {"name", "address", "ships", "qualifies", "links", NULL};

static void clear_regex(GRegex *regex)
{
    if (regex != NULL)
        g_regex_unref(regex);
}

static void free_item(gpointer pointer)
{
    struct application_item *item = pointer;
    g_free(item->name);
    g_free(item->title);
    g_free(item->fills);
    clear_regex(item->label);
    clear_regex(item->sentence);
    g_free(item);
}

void application_form_free(struct application_form *form)
{
    if (form == NULL)
        return;
    g_free(form->title);
    g_free(form->source);
    g_ptr_array_unref(form->items);
    clear_regex(form->unfit);
    g_free(form);
}

static bool wrong(const char *group, const char *key, const char *what, GError **error)
{
    return fault_raise(error, FAULT_CONFIG, "[%s] %s: %s", group, key, what);
}

/* As it stands, without a key file's escapes; NULL: it is not there. */
static char *raw(GKeyFile *file, const char *group, const char *key)
{
    char *value = g_key_file_get_value(file, group, key, NULL);
    return value == NULL ? NULL : g_strstrip(value);
}

static bool read_regex(GKeyFile *file, const char *group, const char *key, GRegex **ret_regex,
                       GError **error)
{
    g_autofree char *pattern = raw(file, group, key);
    g_autoptr(GError) reason = NULL;
    if (pattern == NULL)
        return true;
    *ret_regex = g_regex_new(pattern, G_REGEX_CASELESS, 0, &reason);
    return *ret_regex != NULL || wrong(group, key, reason->message, error);
}

static bool read_kind(const char *group, const char *word, enum application_kind *ret_kind,
                      GError **error)
{
    for (guint kind = 0; kind < APPLICATION_KINDS; kind++)
        if (g_strcmp0(word, kinds[kind]) == 0) {
            *ret_kind = (enum application_kind)kind;
            return true;
        }
    return wrong(group, "kind", "text, links, domains or address", error);
}

static bool known_keys(GKeyFile *file, const char *group, const char *const *known, GError **error)
{
    g_auto(GStrv) keys = g_key_file_get_keys(file, group, NULL, NULL);
    for (char **key = keys; key != NULL && *key != NULL; key++)
        if (!g_strv_contains(known, *key))
            return wrong(group, *key, "nobody knows that key", error);
    return true;
}

static bool read_item(struct application_form *form, GKeyFile *file, const char *group,
                      GError **error)
{
    struct application_item *item = g_new0(struct application_item, 1);
    g_autofree char *kind = raw(file, group, "kind");
    g_ptr_array_add(form->items, item);
    item->name = g_strdup(group + strlen(ITEM));
    item->title = raw(file, group, "title");
    item->fills = raw(file, group, "fills");
    if (!known_keys(file, group, item_keys, error) || !read_kind(group, kind, &item->kind, error) ||
        !read_regex(file, group, "label", &item->label, error) ||
        !read_regex(file, group, "sentence", &item->sentence, error))
        return false;
    if (item->title == NULL)
        return wrong(group, "title", "it is missing", error);
    if (item->label == NULL && item->sentence == NULL)
        return wrong(group, "label", "it needs one, or a sentence", error);
    return item->fills == NULL || g_strv_contains(fillable, item->fills) ||
           wrong(group, "fills", "name, address, ships, qualifies or links", error);
}

struct application_form *application_form_parse(const char *text, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(ApplicationForm) form = g_new0(struct application_form, 1);
    form->items = g_ptr_array_new_with_free_func(free_item);
    if (!g_key_file_load_from_data(file, text, strlen(text), G_KEY_FILE_NONE, NULL)) {
        fault_raise(error, FAULT_CONFIG, "this is no key file");
        return NULL;
    }
    form->title = raw(file, "application", "title");
    form->source = raw(file, "application", "source");
    if (!known_keys(file, "application", head_keys, error) ||
        !read_regex(file, "application", "unfit-links", &form->unfit, error))
        return NULL;
    g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
    for (char **group = groups; *group != NULL; group++) {
        bool item = g_str_has_prefix(*group, ITEM);
        if (!item && !g_str_equal(*group, "application")) {
            wrong(*group, "", "nobody knows that group", error);
            return NULL;
        }
        if (item && !read_item(form, file, *group, error))
            return NULL;
    }
    if (form->title != NULL && form->items->len > 0)
        return g_steal_pointer(&form);
    fault_raise(error, FAULT_CONFIG, "it needs a title in [application], and at least one [item]");
    return NULL;
}

static const char *shipped(const char *file)
{
    g_autofree char *path = g_strconcat("templates/" FOLDER, file, NULL);
    for (const struct embedded_file *one = embedded_files; one->path != NULL; one++)
        if (g_str_equal(one->path, path))
            return one->bytes;
    return NULL;
}

struct application_form *application_form_load(const char *templates, const char *name,
                                               GError **error)
{
    bool good =
        *name != '\0' && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name);
    g_autofree char *file = g_strconcat(name, ".conf", NULL);
    g_autofree char *path = g_build_filename(templates, FOLDER, file, NULL);
    g_autofree char *own = NULL;
    g_autoptr(GError) reason = NULL;
    if (good && !g_file_get_contents(path, &own, NULL, &reason) &&
        !g_error_matches(reason, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
        fault_raise(error, FAULT_CONFIG, "%s", reason->message);
        return NULL;
    }
    const char *text = own != NULL ? own : good ? shipped(file) : NULL;
    if (text == NULL) {
        fault_raise(error, FAULT_NOINPUT,
                    "nobody knows what an application for \"%s\" must hold: %s would say it", name,
                    path);
        return NULL;
    }
    struct application_form *form = application_form_parse(text, error);
    if (form == NULL)
        g_prefix_error(error, "%s: ", own != NULL ? path : file);
    return form;
}
