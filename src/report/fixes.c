#include "fixes.h"

#include "fault.h"
#include "near.h"

#include <stdlib.h>
#include <string.h>

/* Subjects are near when at most this share of the longer one differs. */
#define NEAR_SHARE 4

struct claim {
    gint64 commit_id;
    guint node;
    char commit[41];
    char *subject;
    gint64 time;
    char *advisory;
};

struct fixes {
    struct book *book;
    struct twins *twins;
    struct lineage *lineage;
    GPtrArray *claims;      /* struct claim *, parents before children */
    GHashTable *advisories; /* name, borrowed from a claim -> GPtrArray of its claims */
};

/* What leads to one commit. */
struct line {
    struct fixes *fixes;
    guint8 *set;
    GArray *own; /* row ids (gint64) of its commits that are not on the main branch and not
                    reverted; NULL until asked for */
    gint64 until;
};

static void claim_free(gpointer pointer)
{
    struct claim *claim = pointer;
    g_free(claim->subject);
    g_free(claim->advisory);
    g_free(claim);
}

static void part_free(gpointer pointer)
{
    struct fixes_part *part = pointer;
    g_free(part->subject);
    g_free(part);
}

static void advisory_free(gpointer pointer)
{
    struct fixes_advisory *advisory = pointer;
    g_free(advisory->name);
    g_ptr_array_unref(advisory->parts);
    g_ptr_array_unref(advisory->claims);
    g_free(advisory);
}

static void add_claim(struct fixes *fixes, struct claim *claim)
{
    GPtrArray *list = g_hash_table_lookup(fixes->advisories, claim->advisory);
    if (list == NULL) {
        list = g_ptr_array_new();
        g_hash_table_insert(fixes->advisories, claim->advisory, list);
    }
    g_ptr_array_add(list, claim);
    g_ptr_array_add(fixes->claims, claim);
}

static bool load_claims(struct fixes *fixes, GError **error)
{
    struct store_statement *query = store_statement(book_store(fixes->book), "fixes_claims");
    bool row = false;
    guint node = 0;
    store_bind_int(query, 1, book_repository_id(fixes->book));
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        if (!graph_node(book_graph(fixes->book), store_int(query, 0), &node))
            continue;
        struct claim *claim = g_new0(struct claim, 1);
        claim->commit_id = store_int(query, 0);
        claim->node = node;
        claim->advisory = g_strdup(store_text(query, 1));
        g_strlcpy(claim->commit, store_text(query, 2), sizeof claim->commit);
        claim->subject = g_utf8_make_valid(store_text(query, 3), -1);
        claim->time = store_int(query, 4);
        add_claim(fixes, claim);
    }
}

struct fixes *fixes_open(struct book *book, struct twins *twins, GError **error)
{
    g_autoptr(Fixes) fixes = g_new0(struct fixes, 1);
    fixes->book = book;
    fixes->twins = twins;
    fixes->claims = g_ptr_array_new_with_free_func(claim_free);
    fixes->advisories =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    fixes->lineage = lineage_load(book, error);
    if (fixes->lineage == NULL || !load_claims(fixes, error))
        return NULL;
    return g_steal_pointer(&fixes);
}

void fixes_close(struct fixes *fixes)
{
    if (fixes == NULL)
        return;
    lineage_free(fixes->lineage);
    g_hash_table_unref(fixes->advisories);
    g_ptr_array_unref(fixes->claims);
    g_free(fixes);
}

struct lineage *fixes_lineage(const struct fixes *fixes)
{
    return fixes->lineage;
}

/* Made when patch identity is asked for the first time: the line's own commits. */
static const GArray *own_commits(struct line *line)
{
    const struct graph *graph = book_graph(line->fixes->book);
    const guint8 *main = lineage_main(line->fixes->lineage);
    if (line->own != NULL)
        return line->own;
    line->own = g_array_new(FALSE, FALSE, sizeof(gint64));
    for (guint node = 0; node < graph_size(graph); node++) {
        gint64 id = graph_commit_id(graph, node);
        if (line->set[node] != 0 && main[node] == 0 && !book_is_merge(line->fixes->book, node) &&
            lineage_revert(line->fixes->lineage, node, line->set) < 0)
            g_array_append_val(line->own, id);
    }
    return line->own;
}

/* By itself: 1; reverted: -1; else 0. */
static gint in_itself(const struct line *line, guint node)
{
    if (line->set[node] == 0)
        return 0;
    return lineage_revert(line->fixes->lineage, node, line->set) < 0 ? 1 : -1;
}

static bool find_twin(struct line *line, gint64 commit_id, gint *ret_node, GError **error)
{
    gint64 twin = 0;
    guint node = 0;
    *ret_node = -1;
    if (line->fixes->twins == NULL)
        return true;
    if (!twins_find(line->fixes->twins, commit_id, own_commits(line), &twin, error))
        return false;
    if (twin != 0 && graph_node(book_graph(line->fixes->book), twin, &node))
        *ret_node = (gint)node;
    return true;
}

static bool carries(struct line *line, guint node, bool *ret_carried, guint *ret_found,
                    GError **error)
{
    struct lineage *lineage = line->fixes->lineage;
    gint64 commit_id = graph_commit_id(book_graph(line->fixes->book), node);
    char hex[41];
    gint found = in_itself(line, node) > 0 ? (gint)node : -1;
    if (found < 0 && (!lineage_hex(lineage, node, hex, error) ||
                      !lineage_carrier(lineage, hex, line->set, &found, error)))
        return false;
    if (found >= 0 && lineage_revert(lineage, (guint)found, line->set) >= 0)
        found = -1;
    if (found < 0 && line->set[node] == 0 && !find_twin(line, commit_id, &found, error))
        return false;
    *ret_carried = found >= 0;
    *ret_found = found >= 0 ? (guint)found : 0;
    return true;
}

static void line_init(struct line *line, struct fixes *fixes, guint node, gint64 until)
{
    *line = (struct line){
        .fixes = fixes, .set = lineage_ancestry(fixes->lineage, node), .until = until};
}

static void line_clear(struct line *line)
{
    g_free(line->set);
    if (line->own != NULL)
        g_array_unref(line->own);
}

bool fixes_carries(struct fixes *fixes, gint64 commit_id, guint node, bool *ret_carried,
                   guint *ret_found, GError **error)
{
    struct line line;
    guint wanted = 0;
    *ret_carried = false;
    if (!graph_node(book_graph(fixes->book), commit_id, &wanted))
        return true;
    line_init(&line, fixes, node, G_MAXINT64);
    bool done = carries(&line, wanted, ret_carried, ret_found, error);
    line_clear(&line);
    return done;
}

static bool settle(const struct line *line, struct fixes_part *part, enum fixes_evidence evidence,
                   gint found, GError **error)
{
    part->evidence = evidence;
    return lineage_hex(line->fixes->lineage, (guint)found, part->found, error);
}

/* Itself, or by an origin line. */
static bool trace(const struct line *line, struct fixes_part *part, GError **error)
{
    struct lineage *lineage = line->fixes->lineage;
    gint found = -1;
    if (in_itself(line, part->node) > 0)
        return settle(line, part, FIXES_ITSELF, (gint)part->node, error);
    if (!lineage_carrier(lineage, part->commit, line->set, &found, error))
        return false;
    gint lost = found >= 0 ? found : line->set[part->node] != 0 ? (gint)part->node : -1;
    if (lost < 0)
        return true;
    gint revert = lineage_revert(lineage, (guint)lost, line->set);
    return revert >= 0 ? settle(line, part, FIXES_REVERTED, revert, error)
                       : settle(line, part, FIXES_ORIGIN, found, error);
}

static bool is_used(const struct fixes_advisory *advisory, const char *commit)
{
    for (guint i = 0; i < advisory->parts->len; i++) {
        const struct fixes_part *part = g_ptr_array_index(advisory->parts, i);
        if (fixes_is_present(part->evidence) && g_str_equal(part->found, commit))
            return true;
    }
    return false;
}

/* Whether a commit of the line stands for a part, by what both say of themselves. */
typedef bool (*resemblance)(const struct fixes_advisory *advisory, const struct fixes_part *part,
                            const struct claim *claim);

static bool same_subject(const struct fixes_advisory *advisory, const struct fixes_part *part,
                         const struct claim *claim)
{
    (void)advisory;
    return g_str_equal(part->subject, claim->subject);
}

static bool near_subject(const struct fixes_advisory *advisory, const struct fixes_part *part,
                         const struct claim *claim)
{
    gsize longer = MAX(strlen(part->subject), strlen(claim->subject));
    return advisory->parts->len == 1 ||
           near_distance(part->subject, claim->subject) * NEAR_SHARE <= longer;
}

/* Gives the line's own claims that are left to the parts that are left. */
static void pair(const struct line *line, struct fixes_advisory *advisory, const GPtrArray *claims,
                 resemblance alike)
{
    for (guint i = 0; i < advisory->parts->len; i++) {
        struct fixes_part *part = g_ptr_array_index(advisory->parts, i);
        for (guint j = 0; part->evidence <= FIXES_REVERTED && j < claims->len; j++) {
            const struct claim *claim = g_ptr_array_index(claims, j);
            if (is_used(advisory, claim->commit) || !alike(advisory, part, claim) ||
                lineage_revert(line->fixes->lineage, claim->node, line->set) >= 0)
                continue;
            part->evidence = FIXES_DECLARED;
            memcpy(part->found, claim->commit, sizeof part->found);
        }
    }
}

/* Not after `until`: then nobody could have had it. */
static bool is_open(const struct line *line, const struct fixes_part *part)
{
    return !fixes_is_present(part->evidence) && part->time <= line->until;
}

static bool compare_changes(struct line *line, struct fixes_advisory *advisory, GError **error)
{
    for (guint i = 0; i < advisory->parts->len; i++) {
        struct fixes_part *part = g_ptr_array_index(advisory->parts, i);
        gint twin = -1;
        if (!is_open(line, part) || line->set[part->node] != 0)
            continue;
        if (!find_twin(line, part->commit_id, &twin, error) ||
            (twin >= 0 && !settle(line, part, FIXES_TWIN, twin, error)))
            return false;
    }
    return true;
}

/* A part that repairs only what the line does not have is not needed there. */
static bool excuse(struct line *line, struct fixes_part *part, GError **error)
{
    guint unclear = 0, found = 0;
    g_autoptr(GArray) targets =
        lineage_targets(line->fixes->lineage, part->commit_id, &unclear, error);
    bool carried = targets == NULL || targets->len == 0 || unclear > 0;
    for (guint i = 0; !carried && i < targets->len; i++) {
        guint target = g_array_index(targets, guint, i);
        bool on_main = lineage_main(line->fixes->lineage)[target] != 0;
        if (on_main && !carries(line, target, &carried, &found, error))
            return false;
        carried = carried || !on_main;
    }
    if (carried)
        return targets != NULL;
    return settle(line, part, FIXES_NOT_AFFECTED, (gint)g_array_index(targets, guint, 0), error);
}

static bool excuse_all(struct line *line, struct fixes_advisory *advisory, GError **error)
{
    for (guint i = 0; i < advisory->parts->len; i++) {
        struct fixes_part *part = g_ptr_array_index(advisory->parts, i);
        if (part->evidence == FIXES_MISSING && is_open(line, part) && !excuse(line, part, error))
            return false;
    }
    return true;
}

/* Nobody owed these when the release was made. */
static void drop_later_parts(const struct line *line, struct fixes_advisory *advisory)
{
    for (guint i = advisory->parts->len; i > 0; i--) {
        const struct fixes_part *part = g_ptr_array_index(advisory->parts, i - 1);
        if (!fixes_is_present(part->evidence) && part->time > line->until)
            g_ptr_array_remove_index(advisory->parts, i - 1);
    }
}

static void judge(struct fixes_advisory *advisory)
{
    advisory->inherited = advisory->parts->len > 0;
    for (guint i = 0; i < advisory->parts->len; i++) {
        const struct fixes_part *part = g_ptr_array_index(advisory->parts, i);
        advisory->present += fixes_is_present(part->evidence);
        advisory->missing += part->evidence <= FIXES_REVERTED;
        advisory->inherited = advisory->inherited && part->evidence == FIXES_ITSELF;
    }
    advisory->state = advisory->present == advisory->parts->len ? FIXES_APPLIED
                      : advisory->present > 0                   ? FIXES_PARTLY
                      : advisory->missing == 0                  ? FIXES_NONE_NEEDED
                                                                : FIXES_UNKNOWN;
}

/* Taken back on the main branch, so far as it was known then. */
static bool withdrawn(const struct line *line, const struct claim *claim)
{
    const struct lineage *lineage = line->fixes->lineage;
    gint revert = lineage_revert(lineage, claim->node, lineage_main(lineage));
    return revert >= 0 && book_time(line->fixes->book, (guint)revert, false) <= line->until;
}

static void add_part(struct fixes_advisory *advisory, const struct claim *claim)
{
    struct fixes_part *part = g_new0(struct fixes_part, 1);
    part->commit_id = claim->commit_id;
    part->node = claim->node;
    memcpy(part->commit, claim->commit, sizeof part->commit);
    part->subject = g_strdup(claim->subject);
    part->time = claim->time;
    g_ptr_array_add(advisory->parts, part);
}

/* Claims of one advisory: those on the main branch are its parts, those of the line are its own. */
static struct fixes_advisory *gather(const struct line *line, const char *name,
                                     const GPtrArray *claims, GPtrArray *own)
{
    const guint8 *main = lineage_main(line->fixes->lineage);
    struct fixes_advisory *advisory = g_new0(struct fixes_advisory, 1);
    advisory->name = g_strdup(name);
    advisory->parts = g_ptr_array_new_with_free_func(part_free);
    advisory->claims = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < claims->len; i++) {
        struct claim *claim = g_ptr_array_index(claims, i);
        if (main[claim->node] != 0 && !withdrawn(line, claim))
            add_part(advisory, claim);
        if (main[claim->node] != 0 || line->set[claim->node] == 0)
            continue;
        g_ptr_array_add(own, claim);
        g_ptr_array_add(advisory->claims, g_strdup(claim->commit));
    }
    return advisory;
}

static bool cover(struct line *line, struct fixes_advisory *advisory, const GPtrArray *own,
                  GError **error)
{
    for (guint i = 0; i < advisory->parts->len; i++)
        if (!trace(line, g_ptr_array_index(advisory->parts, i), error))
            return false;
    pair(line, advisory, own, same_subject);
    if (!compare_changes(line, advisory, error))
        return false;
    pair(line, advisory, own, near_subject);
    drop_later_parts(line, advisory);
    if (!excuse_all(line, advisory, error))
        return false;
    judge(advisory);
    return true;
}

static guint number_of(const char *name)
{
    const char *dash = strrchr(name, '-');
    return (guint)strtoul(dash != NULL ? dash + 1 : name, NULL, 10);
}

static int compare_names(const char *a, const char *b)
{
    guint left = number_of(a), right = number_of(b);
    return left != right ? (left > right) - (left < right) : strcmp(a, b);
}

static int compare_advisories(gconstpointer a, gconstpointer b)
{
    const struct fixes_advisory *left = *(struct fixes_advisory *const *)a;
    const struct fixes_advisory *right = *(struct fixes_advisory *const *)b;
    return compare_names(left->name, right->name);
}

static bool cover_all(struct line *line, GPtrArray *advisories, GError **error)
{
    GHashTableIter iter;
    gpointer name = NULL, claims = NULL;
    g_hash_table_iter_init(&iter, line->fixes->advisories);
    while (g_hash_table_iter_next(&iter, &name, &claims)) {
        g_autoptr(GPtrArray) own = g_ptr_array_new();
        struct fixes_advisory *advisory = gather(line, name, claims, own);
        g_ptr_array_add(advisories, advisory);
        if (!cover(line, advisory, own, error))
            return false;
        if (advisory->parts->len == 0 && own->len == 0)
            g_ptr_array_remove_index(advisories, advisories->len - 1);
    }
    g_ptr_array_sort(advisories, compare_advisories);
    return true;
}

GPtrArray *fixes_cover(struct fixes *fixes, guint node, gint64 until, GError **error)
{
    g_autoptr(GPtrArray) advisories = g_ptr_array_new_with_free_func(advisory_free);
    struct line line;
    line_init(&line, fixes, node, until);
    bool done = cover_all(&line, advisories, error);
    line_clear(&line);
    return done ? g_steal_pointer(&advisories) : NULL;
}

static int compare_texts(gconstpointer a, gconstpointer b)
{
    return compare_names(*(char *const *)a, *(char *const *)b);
}

GPtrArray *fixes_claimed(struct fixes *fixes, gint from, guint to)
{
    g_autofree guint8 *set = lineage_ancestry(fixes->lineage, to);
    g_autofree guint8 *before = from < 0 ? NULL : lineage_ancestry(fixes->lineage, (guint)from);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < fixes->claims->len; i++) {
        const struct claim *claim = g_ptr_array_index(fixes->claims, i);
        if (set[claim->node] != 0 && (before == NULL || before[claim->node] == 0) &&
            g_hash_table_add(seen, claim->advisory))
            g_ptr_array_add(names, g_strdup(claim->advisory));
    }
    g_ptr_array_sort(names, compare_texts);
    return names;
}
