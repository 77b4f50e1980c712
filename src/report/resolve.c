#include "resolve.h"

#include "fault.h"
#include "resolve_parts.h"

#include <string.h>

#define NO_PART G_MAXUINT

static const struct {
    const char *name, *sureness;
} evidences[] = {
    [RESOLVE_IDENTITY] = {"patch identity", "certain"}, [RESOLVE_LINES] = {"same lines", "likely"},
    [RESOLVE_DECLARED] = {"declared", "likely"},        [RESOLVE_NAMED] = {"named", "likely"},
    [RESOLVE_ORIGIN] = {"origin line", "likely"},       [RESOLVE_TWIN] = {"same change", "likely"},
};

const char *resolve_evidence_name(enum resolve_evidence evidence)
{
    return evidences[evidence].name;
}

const char *resolve_evidence_sureness(enum resolve_evidence evidence)
{
    return evidences[evidence].sureness;
}

void resolver_close(struct resolver *resolver)
{
    if (resolver == NULL)
        return;
    g_ptr_array_unref(resolver->trunks);
    resolve_files_free(resolver->files);
    shapes_close(resolver->shapes);
    lineage_free(resolver->lineage);
    book_free(resolver->book);
    g_free(resolver->no_shapes);
    g_free(resolver->reachable);
    g_free(resolver);
}

struct resolver *resolver_open(struct store *history, const struct home *home,
                               const char *repository, GError **error)
{
    g_autoptr(Resolver) resolver = g_new0(struct resolver, 1);
    g_autoptr(GError) reason = NULL;
    resolver->history = history;
    resolver->home = home;
    resolver->trunks = g_ptr_array_new_with_free_func(resolve_trunk_free);
    resolver->book = book_open(history, home, repository, error);
    resolver->lineage = resolver->book == NULL ? NULL : lineage_load(resolver->book, error);
    if (resolver->lineage == NULL || !resolve_load_trunks(resolver, error))
        return NULL;
    resolver->shapes = shapes_open(history, home, book_repository(resolver->book),
                                   book_graph(resolver->book), &reason);
    if (resolver->shapes == NULL)
        resolver->no_shapes = fault_sentence(reason);
    return g_steal_pointer(&resolver);
}

const struct home_repository *resolver_repository(const struct resolver *resolver)
{
    return book_repository(resolver->book);
}

bool resolver_compares(const struct resolver *resolver, GError **error)
{
    return resolver->shapes != NULL ||
           fault_raise(error, FAULT_NOINPUT, "patches cannot be looked for in %s: %s",
                       resolver_repository(resolver)->name, resolver->no_shapes);
}

void resolve_match_free(gpointer pointer)
{
    struct resolve_match *match = pointer;
    g_free(match->subject);
    g_ptr_array_unref(match->branches);
    g_free(match);
}

static void part_free(gpointer pointer)
{
    struct resolve_part *part = pointer;
    g_free(part->subject);
    g_array_unref(part->introduced_by);
    g_free(part);
}

static void line_free(gpointer pointer)
{
    struct resolve_line *line = pointer;
    g_ptr_array_unref(line->fixes);
    g_ptr_array_unref(line->begins);
    g_ptr_array_unref(line->releases);
    g_free(line->line);
    g_free(line->branch);
    g_free(line->first_release);
    g_free(line->first_tag);
    g_free(line->affected_from);
    g_free(line->affected_to);
    g_free(line->introduced);
    g_free(line->reason);
    g_free(line);
}

void resolve_place_free(struct resolve_place *place)
{
    if (place == NULL)
        return;
    g_free(place->name);
    g_ptr_array_unref(place->matches);
    g_ptr_array_unref(place->parts);
    g_ptr_array_unref(place->lines);
    g_ptr_array_unref(place->remarks);
    g_free(place);
}

static struct resolve_place *place_new(const struct resolver *resolver)
{
    struct resolve_place *place = g_new0(struct resolve_place, 1);
    place->name = g_strdup(book_repository(resolver->book)->name);
    place->matches = g_ptr_array_new_with_free_func(resolve_match_free);
    place->parts = g_ptr_array_new_with_free_func(part_free);
    place->lines = g_ptr_array_new_with_free_func(line_free);
    place->remarks = g_ptr_array_new_with_free_func(g_free);
    return place;
}

/* --- matches --- */

static void add_branches(struct resolver *resolver, struct resolve_match *match)
{
    for (guint i = 0; i < resolver->trunks->len; i++) {
        const struct resolve_trunk *trunk = g_ptr_array_index(resolver->trunks, i);
        if (trunk->branch == NULL || trunk->set[match->node] == 0)
            continue;
        g_ptr_array_insert(match->branches, trunk->main ? 0 : -1, g_strdup(trunk->branch));
    }
}

struct resolve_match *resolve_match_new(struct resolver *resolver, guint node, GError **error)
{
    struct store_statement *query = store_statement(resolver->history, "resolve_commit");
    struct resolve_match *match = g_new0(struct resolve_match, 1);
    bool row = false;
    match->node = node;
    match->patch = -1;
    match->part = NO_PART;
    match->branches = g_ptr_array_new_with_free_func(g_free);
    store_bind_int(query, 1, graph_commit_id(book_graph(resolver->book), node));
    if (!store_step(query, &row, error)) {
        resolve_match_free(match);
        return NULL;
    }
    g_strlcpy(match->commit, row ? store_text(query, 0) : "", sizeof match->commit);
    match->subject = g_utf8_make_valid(row ? store_text(query, 1) : "", -1);
    match->time = row ? store_int(query, 2) : 0;
    add_branches(resolver, match);
    if (store_run(query, error))
        return match;
    resolve_match_free(match);
    return NULL;
}

static int by_node(gconstpointer a, gconstpointer b)
{
    const struct resolve_match *left = *(struct resolve_match *const *)a;
    const struct resolve_match *right = *(struct resolve_match *const *)b;
    return (left->node > right->node) - (left->node < right->node);
}

struct resolve_place *resolve_find(struct resolver *resolver,
                                   const struct resolve_question *question, GError **error)
{
    g_autoptr(ResolvePlace) place = place_new(resolver);
    g_autoptr(GArray) group = g_array_new(FALSE, FALSE, sizeof(guint));
    struct hunt hunt = {resolver, question, place->matches, group};
    if (!resolve_hunt(&hunt, error) || !resolve_make_parts(&hunt, place, error))
        return NULL;
    g_ptr_array_sort(place->matches, by_node);
    return resolve_judge(resolver, question, place, error) ? g_steal_pointer(&place) : NULL;
}

GPtrArray *resolve_sightings(struct resolver *resolver, const struct resolve_question *question,
                             GError **error)
{
    g_autoptr(ResolvePlace) place = place_new(resolver);
    g_autoptr(GArray) group = g_array_new(FALSE, FALSE, sizeof(guint));
    struct hunt hunt = {resolver, question, place->matches, group};
    return resolve_hunt_patches(&hunt, error) && resolve_hunt_mentions(&hunt, false, error)
               ? g_ptr_array_ref(place->matches)
               : NULL;
}
