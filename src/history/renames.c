#include "renames.h"

#include "similarity.h"

#include <string.h>
#include <sys/stat.h>

enum {
    SCORE_MAX = 60000,
    SCORE_LEAST = SCORE_MAX / 2,
    SCORE_LEAST_SAME_NAME = SCORE_LEAST + (SCORE_MAX - SCORE_LEAST) / 2,
    IDENTICAL_LOOKED_AT = 100,
    CANDIDATES = 4 /* kept for each added path */
};
static const guint64 PAIRS_LIMIT = 1000 * 1000;

struct file {
    const struct rename_side *side;
    const char *name; /* without its folders */
    bool paired;
    bool was_read;
    const char *bytes;
    gsize size;
    struct similarity_print *print; /* made when first compared */
};

struct search {
    struct file *gone;
    guint n_gone;
    struct file *born;
    guint n_born;
    rename_read read;
    void *user;
    struct similarity *similarity; /* made when two files are first compared */
    GArray *pairs;
};

static struct file *files_new(const struct rename_side *sides, guint n)
{
    struct file *files = g_new0(struct file, n);
    for (guint i = 0; i < n; i++) {
        const char *slash = strrchr(sides[i].path, '/');
        files[i].side = &sides[i];
        files[i].name = slash == NULL ? sides[i].path : slash + 1;
    }
    return files;
}

static guint count_unpaired(const struct file *files, guint n)
{
    guint unpaired = 0;
    for (guint i = 0; i < n; i++)
        unpaired += !files[i].paired;
    return unpaired;
}

static void forget_print(struct search *search, struct file *file)
{
    if (file->print != NULL)
        similarity_print_free(search->similarity, file->print);
    file->print = NULL;
}

static void pair(struct search *search, guint gone, guint born, guint score)
{
    struct rename_pair found = {gone, born, score * 100 / SCORE_MAX};
    g_array_append_val(search->pairs, found);
    search->gone[gone].paired = search->born[born].paired = true;
    forget_print(search, &search->gone[gone]);
    forget_print(search, &search->born[born]);
}

/* ---- the same blob ---- */

static guint id_hash(gconstpointer id)
{
    guint hash;
    memcpy(&hash, id, sizeof hash);
    return hash;
}

static gboolean id_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof((struct rename_side *)NULL)->id) == 0;
}

static bool same_kind(guint32 a, guint32 b)
{
    return (S_ISREG(a) && S_ISREG(b)) || a == b;
}

/* Id -> the deleted paths that had it, in order. */
static GHashTable *gone_by_id(const struct search *search)
{
    GHashTable *by_id =
        g_hash_table_new_full(id_hash, id_equal, NULL, (GDestroyNotify)g_array_unref);
    for (guint i = 0; i < search->n_gone; i++) {
        gpointer id = (gpointer)(guintptr)search->gone[i].side->id;
        GArray *sources = g_hash_table_lookup(by_id, id);
        if (sources == NULL) {
            sources = g_array_new(FALSE, FALSE, sizeof(guint));
            g_hash_table_insert(by_id, id, sources);
        }
        g_array_append_val(sources, i);
    }
    return by_id;
}

/* The first of the same name, else the first: a place in `sources`, or its length for none. */
static guint best_identical(const struct search *search, const GArray *sources,
                            const struct file *born)
{
    guint best = sources->len;
    guint looked_at = 0;
    for (guint i = 0; i < sources->len && looked_at < IDENTICAL_LOOKED_AT; i++) {
        const struct file *gone = &search->gone[g_array_index(sources, guint, i)];
        if (!same_kind(gone->side->mode, born->side->mode))
            continue;
        if (strcmp(gone->name, born->name) == 0)
            return i;
        best = MIN(best, i);
        looked_at++;
    }
    return best;
}

static void pair_identical(struct search *search)
{
    g_autoptr(GHashTable) by_id = gone_by_id(search);
    for (guint i = 0; i < search->n_born; i++) {
        GArray *sources = g_hash_table_lookup(by_id, search->born[i].side->id);
        if (sources == NULL)
            continue;
        guint best = best_identical(search, sources, &search->born[i]);
        if (best == sources->len)
            continue;
        pair(search, g_array_index(sources, guint, best), i, SCORE_MAX);
        g_array_remove_index(sources, best);
    }
}

/* ---- similar content ---- */

static bool load(const struct search *search, struct file *file)
{
    if (!file->was_read)
        file->bytes = search->read(search->user, file->side, &file->size);
    file->was_read = true;
    return file->bytes != NULL;
}

static guint64 copied_bytes(struct search *search, struct file *gone, struct file *born)
{
    if (search->similarity == NULL)
        search->similarity = similarity_new();
    if (gone->print == NULL)
        gone->print = similarity_print_new(search->similarity, gone->bytes, gone->size);
    if (born->print == NULL)
        born->print = similarity_print_new(search->similarity, born->bytes, born->size);
    return similarity_copied(search->similarity, gone->print, born->print);
}

/* 0 also when the sizes alone rule out `least`. */
static guint estimate(struct search *search, struct file *gone, struct file *born, guint least)
{
    if (!S_ISREG(gone->side->mode) || !S_ISREG(born->side->mode))
        return 0;
    if (!load(search, gone) || !load(search, born))
        return 0;
    guint64 larger = MAX(gone->size, born->size);
    guint64 smaller = MIN(gone->size, born->size);
    if (smaller == 0 || larger * (SCORE_MAX - least) < (larger - smaller) * SCORE_MAX)
        return 0;
    return (guint)(copied_bytes(search, gone, born) * SCORE_MAX / larger);
}

/* ---- the same name ---- */

static const guint SEVERAL = G_MAXUINT;

/* Name -> index + 1 of the only unpaired file of this name, or SEVERAL. */
static GHashTable *unpaired_by_name(const struct file *files, guint n)
{
    GHashTable *by_name = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < n; i++) {
        gpointer name = (gpointer)(guintptr)files[i].name;
        if (files[i].paired)
            continue;
        guint value = g_hash_table_contains(by_name, name) ? SEVERAL : i + 1;
        g_hash_table_insert(by_name, name, GUINT_TO_POINTER(value));
    }
    return by_name;
}

/* The only file of this name among `files`, or NULL for none or several. */
static struct file *only_one(GHashTable *by_name, struct file *files, const char *name)
{
    guint place = GPOINTER_TO_UINT(g_hash_table_lookup(by_name, name));
    return place == 0 || place == SEVERAL ? NULL : &files[place - 1];
}

static void pair_same_names(struct search *search)
{
    g_autoptr(GHashTable) gone_names = unpaired_by_name(search->gone, search->n_gone);
    g_autoptr(GHashTable) born_names = unpaired_by_name(search->born, search->n_born);
    for (guint i = 0; i < search->n_gone; i++) {
        struct file *gone = &search->gone[i];
        struct file *born = only_one(born_names, search->born, gone->name);
        if (born == NULL || only_one(gone_names, search->gone, gone->name) != gone)
            continue;
        guint score = estimate(search, gone, born, SCORE_LEAST_SAME_NAME);
        if (score >= SCORE_LEAST_SAME_NAME)
            pair(search, i, (guint)(born - search->born), score);
    }
}

/* ---- everything left with everything left ---- */

struct candidate {
    guint gone;
    guint born;
    guint score;
    bool same_name;
};

/* Best first. */
static gint compare_candidates(gconstpointer a, gconstpointer b)
{
    const struct candidate *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return y->same_name - x->same_name;
}

/* Among equals the place in `kept` decides in the end, so the hopeless must hold places too until
 * better ones come: only so are the places git's. */
static void keep_if_better(struct candidate kept[CANDIDATES], guint *n_kept,
                           const struct candidate *candidate)
{
    if (*n_kept < CANDIDATES) {
        kept[(*n_kept)++] = *candidate;
        return;
    }
    guint worst = 0;
    for (guint i = 1; i < CANDIDATES; i++)
        if (compare_candidates(&kept[i], &kept[worst]) > 0)
            worst = i;
    if (compare_candidates(&kept[worst], candidate) > 0)
        kept[worst] = *candidate;
}

static void add_candidates(struct search *search, guint born, GArray *candidates)
{
    struct candidate kept[CANDIDATES];
    guint n_kept = 0;
    struct file *file = &search->born[born];
    for (guint i = 0; i < search->n_gone; i++) {
        struct file *gone = &search->gone[i];
        if (gone->paired)
            continue;
        guint score = estimate(search, gone, file, SCORE_LEAST);
        struct candidate candidate = {i, born, score, strcmp(gone->name, file->name) == 0};
        keep_if_better(kept, &n_kept, &candidate);
    }
    forget_print(search, file);
    for (guint i = 0; i < n_kept; i++)
        if (kept[i].score >= SCORE_LEAST)
            g_array_append_val(candidates, kept[i]);
}

static void pair_similar(struct search *search)
{
    g_autoptr(GArray) candidates = g_array_new(FALSE, FALSE, sizeof(struct candidate));
    for (guint i = 0; i < search->n_born; i++)
        if (!search->born[i].paired)
            add_candidates(search, i, candidates);
    g_array_sort(candidates, compare_candidates); /* stable: equals stay in order */
    for (guint i = 0; i < candidates->len; i++) {
        const struct candidate *next = &g_array_index(candidates, struct candidate, i);
        if (!search->gone[next->gone].paired && !search->born[next->born].paired)
            pair(search, next->gone, next->born, next->score);
    }
}

/* ---- all of it ---- */

static gint compare_pairs(gconstpointer a, gconstpointer b)
{
    const struct rename_pair *x = a, *y = b;
    return (x->born > y->born) - (x->born < y->born);
}

static void find(struct search *search)
{
    pair_identical(search);
    pair_same_names(search);
    guint64 gone = count_unpaired(search->gone, search->n_gone);
    guint64 born = count_unpaired(search->born, search->n_born);
    if (gone * born <= PAIRS_LIMIT)
        pair_similar(search);
    g_array_sort(search->pairs, compare_pairs);
}

static void search_clear(struct search *search)
{
    for (guint i = 0; i < search->n_gone; i++)
        forget_print(search, &search->gone[i]);
    for (guint i = 0; i < search->n_born; i++)
        forget_print(search, &search->born[i]);
    similarity_free(search->similarity);
    g_free(search->gone);
    g_free(search->born);
}

GArray *renames_find(const struct rename_side *gone, guint n_gone, const struct rename_side *born,
                     guint n_born, rename_read read, void *user)
{
    struct search search = {.gone = files_new(gone, n_gone),
                            .n_gone = n_gone,
                            .born = files_new(born, n_born),
                            .n_born = n_born,
                            .read = read,
                            .user = user,
                            .pairs = g_array_new(FALSE, FALSE, sizeof(struct rename_pair))};
    if (n_gone > 0 && n_born > 0)
        find(&search);
    search_clear(&search);
    return search.pairs;
}
