#include "resolve_room.h"

#include "clock.h"
#include "fault.h"
#include "stated.h"

void resolve_entry_free(gpointer pointer)
{
    struct resolve_entry *entry = pointer;
    casefile_free(entry->casefile);
    g_ptr_array_unref(entry->places);
    g_ptr_array_unref(entry->remarks);
    g_free(entry->why);
    g_free(entry);
}

GPtrArray *resolve_open_all(struct context *context, GPtrArray *remarks, GError **error)
{
    const GPtrArray *repositories = context->home->repositories;
    g_autoptr(GPtrArray) resolvers = g_ptr_array_new_with_free_func((GDestroyNotify)resolver_close);
    for (guint i = 0; i < repositories->len; i++) {
        const struct home_repository *repository = repositories->pdata[i];
        g_autoptr(GError) reason = NULL;
        struct resolver *resolver =
            resolver_open(context->history, context->home, repository->name, &reason);
        if (resolver != NULL) {
            g_ptr_array_add(resolvers, resolver);
            continue;
        }
        if (i == 0) {
            g_propagate_error(error, g_steal_pointer(&reason));
            return NULL;
        }
        g_autofree char *sentence = fault_sentence(reason);
        g_ptr_array_add(remarks,
                        g_strdup_printf("%s is not looked in: %s", repository->name, sentence));
    }
    return g_steal_pointer(&resolvers);
}

/* Why nothing was found. */
static char *explain(const struct resolve_entry *entry, gint64 newest)
{
    const struct casefile *casefile = entry->casefile;
    if (casefile->documents)
        return g_strdup("its text says that the patches document it, and fix nothing");
    g_autoptr(GString) why = g_string_new(casefile->withdrawn ? "it was withdrawn, and " : NULL);
    if (casefile->patches->len == 0)
        g_string_append(why, "no patch of it is in the record");
    else
        g_string_append_printf(why, "none of its %u patch%s is a commit of the mined repositories",
                               casefile->patches->len, casefile->patches->len == 1 ? "" : "es");
    g_string_append(why, ", and no commit claims it");
    for (guint i = 0; i < casefile->labels->len; i++)
        g_string_append_printf(why, "%s\"%s\"", i == 0 ? "; its patches are for " : ", ",
                               (char *)casefile->labels->pdata[i]);
    if (casefile->public_by != G_MININT64 && casefile->public_by > newest) {
        g_autofree char *day = clock_format_day(newest);
        g_string_append_printf(why, "; the newest commit mined is of %s, before it was public",
                               day);
    }
    return g_string_free(g_steal_pointer(&why), FALSE);
}

/* Commits of patches that fix nothing bring no release with a fix: they are named, and that is all.
 */
static void set_aside(struct resolve_entry *entry)
{
    for (guint i = 0; i < entry->places->len; i++) {
        const struct resolve_place *place = entry->places->pdata[i];
        for (guint j = 0; j < place->matches->len; j++) {
            const struct resolve_match *match = place->matches->pdata[j];
            const char *branch =
                match->branches->len == 0 ? "no branch any more" : match->branches->pdata[0];
            g_ptr_array_add(
                entry->remarks,
                g_strdup_printf("%.12s on %s documents it and is no fix", match->commit, branch));
        }
    }
    g_ptr_array_set_size(entry->places, 0);
}

static bool is_matched(const struct resolve_entry *entry, guint patch)
{
    for (guint i = 0; i < entry->places->len; i++) {
        const struct resolve_place *place = entry->places->pdata[i];
        for (guint j = 0; j < place->matches->len; j++) {
            const struct resolve_match *match = place->matches->pdata[j];
            if (match->patch == (gint)patch)
                return true;
        }
    }
    return false;
}

static void remark_patches(struct resolve_entry *entry)
{
    const GPtrArray *patches = entry->casefile->patches;
    for (guint i = 0; i < patches->len; i++) {
        const struct patch_named *patch = patches->pdata[i];
        if (patch->face == NULL)
            g_ptr_array_add(entry->remarks,
                            g_strdup_printf("%s cannot be looked for: it is no patch that lines "
                                            "tell apart",
                                            patch->name));
        else if (!is_matched(entry, i))
            g_ptr_array_add(
                entry->remarks,
                g_strdup_printf("%s is no commit of the mined repositories", patch->name));
    }
}

struct resolve_entry *resolve_one(const GPtrArray *resolvers, struct casefile *casefile,
                                  gint64 newest, GError **error)
{
    const struct resolve_question question = {casefile->id, casefile->patches, casefile->commits,
                                              casefile->public_by};
    struct resolve_entry *entry = g_new0(struct resolve_entry, 1);
    entry->casefile = casefile;
    entry->places = g_ptr_array_new_with_free_func((GDestroyNotify)resolve_place_free);
    entry->remarks = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < resolvers->len; i++) {
        struct resolve_place *place = resolve_find(resolvers->pdata[i], &question, error);
        if (place == NULL) {
            resolve_entry_free(entry);
            return NULL;
        }
        for (guint j = 0; !casefile->documents && j < place->remarks->len; j++)
            g_ptr_array_add(entry->remarks, g_strdup(place->remarks->pdata[j]));
        if (place->matches->len > 0)
            g_ptr_array_add(entry->places, place);
        else
            resolve_place_free(place);
    }
    remark_patches(entry);
    if (casefile->documents)
        set_aside(entry);
    entry->why = entry->places->len == 0 ? explain(entry, newest) : NULL;
    return entry;
}

void resolve_settle(struct resolve_entry *entry, const struct layout *layout,
                    const struct home *home)
{
    const struct casefile *casefile = entry->casefile;
    struct publication publication = {.text = casefile->text,
                                      .layout = layout,
                                      .places = entry->places,
                                      .public_by = casefile->public_by};
    if (casefile->text != NULL)
        stated_settle(&publication, home);
}
