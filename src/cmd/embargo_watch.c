/* embargo watch: is anything that is under embargo to be read in a public branch? */
#include "clock.h"
#include "embedded.h"
#include "fault.h"
#include "record.h"
#include "resolve_room.h"
#include "template.h"

#include <stdio.h>
#include <string.h>

#define NOTICES "notices"
#define TEMPLATE "embargo-broken.txt"
enum { FOUND = 1 }; /* what the program exits with */

struct watch {
    struct context *context;
    const struct layout *layout;
    struct desk *desk;
    GPtrArray *resolvers;
    struct table *table;
    bool notice;
    guint watched, broken;
};

/* What is found tells of the commit and the number, never of what is under embargo. */
static const char *found_words(const struct resolve_match *match)
{
    return match->evidence == RESOLVE_IDENTITY ? "makes the change of one of its patches"
           : match->evidence == RESOLVE_LINES  ? "adds and takes away the lines of one of its "
                                                 "patches"
                                               : "names it";
}

static const char *branch_of(const struct resolve_match *match)
{
    return match->branches->len == 0 ? "(a tag)" : match->branches->pdata[0];
}

/* --- the notice --- */

static char *find_template(const struct home *home)
{
    char *text = NULL;
    g_autofree char *path = g_build_filename(home->templates_path, TEMPLATE, NULL);
    if (g_file_get_contents(path, &text, NULL, NULL))
        return text;
    for (const struct embedded_file *file = embedded_files; file->path != NULL; file++)
        if (g_str_equal(file->path, "templates/" TEMPLATE))
            text = g_strndup(file->bytes, file->length);
    return text;
}

static bool write_notice(struct watch *watch, const char *id, const char *number, json_t *commits,
                         GError **error)
{
    g_autofree char *now = clock_format_time(watch->context->now);
    g_autofree char *template = find_template(watch->context->home);
    g_autofree char *small = g_ascii_strdown(id, -1);
    g_autofree char *path = g_strdup_printf(NOTICES "/%s-embargo-broken.txt", small);
    g_autofree char *folder = g_build_filename(desk_folder(watch->desk), NOTICES, NULL);
    json_auto_t *page = json_pack("{s:s, s:s, s:s, s:O}", "advisory", id, "number", number, "now",
                                  now, "commits", commits);
    g_autofree char *text = template_render(template, page, TEMPLATE_NONE, NULL, NULL, error);
    if (text == NULL ||
        (!g_file_test(folder, G_FILE_TEST_IS_DIR) &&
         !desk_make_folder(watch->desk, NOTICES, error)) ||
        !desk_write(watch->desk, path, text, strlen(text), true, error))
        return false;
    if (watch->context->verbosity >= 0)
        fprintf(stderr, "a notice is drafted in security/%s\n", path);
    return true;
}

/* --- the search --- */

static void add_row(struct watch *watch, const char *id, const struct home_repository *repository,
                    const struct resolve_match *match, json_t *commits)
{
    g_autofree char *day = clock_format_day(match->time);
    table_string(watch->table, id);
    table_string(watch->table, repository->name);
    table_string(watch->table, branch_of(match));
    table_string(watch->table, match->commit);
    table_string(watch->table, day);
    table_string(watch->table, found_words(match));
    json_array_append_new(commits,
                          json_pack("{s:s, s:s, s:s, s:s, s:s}", "repository", repository->name,
                                    "branch", branch_of(match), "commit", match->commit, "day", day,
                                    "found", found_words(match)));
}

static bool look(struct watch *watch, const struct resolve_question *question, const char *id,
                 json_t *commits, GError **error)
{
    for (guint i = 0; i < watch->resolvers->len; i++) {
        struct resolver *resolver = watch->resolvers->pdata[i];
        g_autoptr(GPtrArray) found = resolve_sightings(resolver, question, error);
        if (found == NULL)
            return false;
        for (guint j = 0; j < found->len; j++)
            add_row(watch, id, resolver_repository(resolver), found->pdata[j], commits);
    }
    return true;
}

/* Of what is public already only the patches of a later version are secret. */
static bool watch_one(struct watch *watch, const struct record_advisory *advisory, GError **error)
{
    struct store *store = desk_store(watch->desk);
    g_autoptr(Casefile) casefile =
        casefile_open(watch->desk, store, watch->layout, advisory, error);
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    json_auto_t *commits = json_array();
    if (casefile == NULL)
        return false;
    const struct resolve_question question = {
        .advisory = casefile->embargoed ? casefile->id : "",
        .patches = casefile->embargoed ? casefile->patches : casefile->pending,
        .commits = none,
        .public_by = G_MININT64,
    };
    if (casefile->withdrawn || (!casefile->embargoed && casefile->pending->len == 0))
        return true;
    watch->watched++;
    if (!look(watch, &question, casefile->id, commits, error))
        return false;
    watch->broken += json_array_size(commits) > 0;
    return json_array_size(commits) == 0 || !watch->notice ||
           write_notice(watch, casefile->id, advisory->number, commits, error);
}

static bool print(const struct watch *watch, const char *name, GError **error)
{
    enum table_format format = TABLE_TEXT;
    if (name != NULL && !table_format_parse(name, &format, error))
        return false;
    if (watch->broken > 0 || (format != TABLE_TEXT && format != TABLE_MARKDOWN)) {
        g_autofree char *text = table_format(watch->table, format, watch->context->colour);
        fputs(text, stdout);
    }
    if (watch->broken > 0)
        fprintf(stderr,
                "the embargo of %u advisor%s may be broken: look at the commits, then see "
                "barograph embargo plan and barograph advisory vacate\n",
                watch->broken, watch->broken == 1 ? "y" : "ies");
    else if (watch->context->verbosity >= 0)
        fprintf(stderr, "nothing of %u advisor%s under embargo was seen\n", watch->watched,
                watch->watched == 1 ? "y" : "ies");
    return true;
}

static bool run(struct watch *watch, const char *format, GError **error)
{
    g_autoptr(GPtrArray) remarks = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) all = record_advisories(desk_store(watch->desk), error);
    watch->resolvers = all == NULL ? NULL : resolve_open_all(watch->context, remarks, error);
    if (watch->resolvers == NULL)
        return false;
    for (guint i = 0; i < watch->resolvers->len; i++)
        if (!resolver_compares(watch->resolvers->pdata[i], error))
            return false;
    for (guint i = 0; i < all->len; i++)
        if (!watch_one(watch, all->pdata[i], error))
            return false;
    if (!print(watch, format, error))
        return false;
    if (remarks->len > 0 && watch->broken == 0)
        return fault_raise(error, FAULT_UNAVAILABLE, "%s", (char *)remarks->pdata[0]);
    watch->context->status = watch->broken > 0 ? FOUND : 0;
    return true;
}

static bool open_history(struct context *context, GError **error)
{
    if (!g_file_test(context->home->history_path, G_FILE_TEST_EXISTS))
        return fault_raise(error, FAULT_UNAVAILABLE,
                           "nothing was mined here yet, so there is no branch to watch: run "
                           "barograph mine --fetch");
    context->history = store_open(context->home->history_path, "history", STORE_READ, error);
    return context->history != NULL;
}

bool embargo_watch(struct context *context, const struct layout *layout, bool notice,
                   const char *format, GError **error)
{
    static const struct table_column columns[] = {{"advisory", "Advisory", TABLE_KIND_STRING},
                                                  {"repository", "Repository", TABLE_KIND_STRING},
                                                  {"branch", "Branch", TABLE_KIND_STRING},
                                                  {"commit", "Commit", TABLE_KIND_STRING},
                                                  {"day", "Day", TABLE_KIND_STRING},
                                                  {"found", "Found", TABLE_KIND_STRING}};
    struct watch watch = {.context = context, .layout = layout, .notice = notice};
    if (!open_history(context, error))
        return false;
    watch.desk = desk_open(context->home->folder, notice ? DESK_WRITE : DESK_READ, error);
    watch.table = table_new(columns, G_N_ELEMENTS(columns));
    bool done = watch.desk != NULL && run(&watch, format, error);
    g_clear_pointer(&watch.resolvers, g_ptr_array_unref);
    table_free(watch.table);
    desk_close(watch.desk);
    return done;
}
