#include "checks.h"

#include "as_of.h"
#include "clock.h"
#include "fault.h"
#include "near.h"

#include <string.h>

/* In the order they are shown. */
static const struct {
    const char *name;
    bool (*run)(struct checking *checking, struct check_result *result, GError **error);
    const char *advice;
} table[] = {
    {"advisories", check_advisories,
     "take the missing parts into the line, or say in barograph.conf, under [waived LINE], why "
     "they "
     "need not be there"},
    {"companions", check_companions,
     "pin a commit that has the fixes; mine a companion that is not known (barograph mine)"},
    {"regressions", check_regressions,
     "say in the notes that the release before had these mistakes"},
    {"unfixed", check_unfixed, "take the repairs too, or leave out what they repair"},
    {"reverts", check_reverts, "make sure that each is meant, and say so in the notes"},
    {"unfinished", check_unfinished, "join or drop these commits before the tag"},
    {"empty", check_empty, "make sure that nothing was lost when they were taken"},
    {"files", check_files, "correct the file at the release's commit, before the tag"},
    {"support", check_support, "write the days of this line's support into the file"},
    {"tag", check_tag,
     "make an annotated tag, signed by a key that users know and with SHA-256 or better; name the "
     "keys under [check] in barograph.conf"},
    {"place", check_dates, "tag a commit on the line's branch, after the release before"},
};

static void finding_free(gpointer pointer)
{
    struct check_finding *finding = pointer;
    g_free(finding->text);
    g_ptr_array_unref(finding->evidence);
    g_free(finding);
}

static void result_free(gpointer pointer)
{
    struct check_result *result = pointer;
    g_ptr_array_unref(result->findings);
    g_free(result);
}

void checks_close(struct checking *checking)
{
    if (checking == NULL)
        return;
    fixes_close(checking->fixes);
    twins_close(checking->twins);
    source_close(checking->source);
    book_free(checking->book);
    g_free(checking->branch);
    g_free(checking->version);
    g_free(checking->line);
    g_free(checking->set);
    g_free(checking->old);
    g_free(checking->no_twins);
    g_free(checking);
}

static const struct book_ref *find_branch(const struct book *book, const char *name)
{
    const GArray *refs = book_refs(book);
    for (guint i = 0; i < refs->len; i++) {
        const struct book_ref *ref = &g_array_index(refs, struct book_ref, i);
        if (!ref->tag && g_str_equal(ref->name, name))
            return ref;
    }
    return NULL;
}

static bool refuse_name(const struct checking *checking, const char *name, GError **error)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    const GPtrArray *releases = checking->releases->releases;
    const GArray *refs = book_refs(checking->book);
    for (guint i = 0; i < releases->len; i++)
        g_ptr_array_add(known, ((struct release *)g_ptr_array_index(releases, i))->version);
    for (guint i = 0; i < refs->len; i++)
        if (!g_array_index(refs, struct book_ref, i).tag)
            g_ptr_array_add(known, g_array_index(refs, struct book_ref, i).name);
    g_autofree char *near = near_words(name, known);
    return fault_raise(error, FAULT_NOINPUT, "\"%s\" is no release and no branch of %s%s%s", name,
                       book_repository(checking->book)->name,
                       *near == '\0' ? ": barograph releases lists what there is" : ": is it ",
                       near);
}

/* The newest release of a branch's line that led to its tip, or NULL. */
static const struct release *last_release(const struct checking *checking,
                                          const struct version *line)
{
    const GPtrArray *releases = checking->releases->releases;
    for (guint i = releases->len; i > 0; i--) {
        const struct release *release = g_ptr_array_index(releases, i - 1);
        if (checking->set[release->node] != 0 &&
            version_compare_parts(line, &release->parsed, release->line_parts) == 0)
            return release;
    }
    return NULL;
}

/* 4.6.1 after 4.6.0, 4.6.1 after 4.6. */
static char *next_version(const struct release *release)
{
    if (release->parsed.count <= release->line_parts)
        return g_strdup_printf("%s.1", release->version);
    const char *dot = strrchr(release->version, '.');
    guint last = release->parsed.parts[release->parsed.count - 1];
    return g_strdup_printf("%.*s.%u", dot == NULL ? 0 : (int)(dot - release->version),
                           release->version, last + 1);
}

static bool take_branch(struct checking *checking, const struct book_ref *ref, gint64 now,
                        GError **error)
{
    struct version line;
    checking->node = ref->node;
    checking->branch = g_strdup(ref->name);
    checking->until = now;
    graph_add_ancestors(book_graph(checking->book), ref->node, checking->set);
    bool named = branch_parse_version(ref->name, &line);
    checking->before = named ? last_release(checking, &line) : NULL;
    if (checking->before == NULL)
        return fault_raise(error, FAULT_NOINPUT,
                           "the branch %s has no release to go on from: name a branch of a line "
                           "that has one, or a release",
                           ref->name);
    checking->line = g_strdup(checking->before->line);
    checking->version = next_version(checking->before);
    return true;
}

static void take_release(struct checking *checking, const struct release *release)
{
    checking->release = release;
    checking->node = release->node;
    checking->until = as_of_release(release);
    checking->line = g_strdup(release->line);
    checking->version = g_strdup(release->version);
    if (release->predecessor >= 0)
        checking->before =
            g_ptr_array_index(checking->releases->releases, (guint)release->predecessor);
    graph_add_ancestors(book_graph(checking->book), release->node, checking->set);
}

static bool take_subject(struct checking *checking, const char *name, gint64 now, GError **error)
{
    const struct book_ref *branch = find_branch(checking->book, name);
    const struct release *release = releases_find(checking->releases, name, NULL);
    checking->set = graph_set_new(book_graph(checking->book));
    checking->old = graph_set_new(book_graph(checking->book));
    if (branch == NULL && release == NULL)
        return refuse_name(checking, name, error);
    if (branch == NULL)
        take_release(checking, release);
    else if (!take_branch(checking, branch, now, error))
        return false;
    if (checking->before != NULL)
        graph_add_ancestors(book_graph(checking->book), checking->before->node, checking->old);
    return lineage_hex(fixes_lineage(checking->fixes), checking->node, checking->commit, error);
}

/* Without the repository the history still says most. */
static void open_twins(struct checking *checking)
{
    g_autoptr(GError) reason = NULL;
    checking->twins =
        twins_open(checking->history, checking->home, book_repository(checking->book), &reason);
    if (checking->twins == NULL)
        checking->no_twins = g_strdup(reason->message);
}

struct checking *checks_open(struct store *history, const struct home *home, const char *repository,
                             const char *name, gint64 now, GError **error)
{
    g_autoptr(Checking) checking = g_new0(struct checking, 1);
    checking->history = history;
    checking->home = home;
    checking->book = book_open(history, home, repository, error);
    if (checking->book == NULL)
        return NULL;
    checking->releases = book_releases(checking->book, error);
    if (checking->releases == NULL)
        return NULL;
    open_twins(checking);
    checking->fixes = fixes_open(checking->book, checking->twins, error);
    if (checking->fixes == NULL || !take_subject(checking, name, now, error))
        return NULL;
    return g_steal_pointer(&checking);
}

GPtrArray *checks_run(struct checking *checking, GError **error)
{
    g_autoptr(GPtrArray) results = g_ptr_array_new_with_free_func(result_free);
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        struct check_result *result = g_new0(struct check_result, 1);
        result->name = table[i].name;
        result->advice = table[i].advice;
        result->level = CHECK_SKIPPED;
        result->findings = g_ptr_array_new_with_free_func(finding_free);
        g_ptr_array_add(results, result);
        if (!table[i].run(checking, result, error))
            return NULL;
        if (result->level == CHECK_SKIPPED)
            g_ptr_array_remove_index(results, results->len - 1);
    }
    return g_steal_pointer(&results);
}

enum check_level checks_level(const GPtrArray *results)
{
    enum check_level level = CHECK_OK;
    for (guint i = 0; i < results->len; i++)
        level = MAX(level, ((struct check_result *)g_ptr_array_index(results, i))->level);
    return level;
}

static const char *subject_name(const struct checking *checking)
{
    return checking->release != NULL ? checking->release->tag : checking->branch;
}

/* The rule that all of it was counted by. */
static char *reading_of(const struct checking *checking)
{
    g_autofree char *day = clock_format_day(checking->until);
    g_autoptr(GArray) range = check_range(checking);
    return g_strdup_printf("%u commits of %s that are not in %s, without merges; advisories with "
                           "parts on %s by %s",
                           range->len, subject_name(checking),
                           checking->before != NULL ? checking->before->tag : "anything before",
                           book_main_branch(checking->book), day);
}

static void add_finding(GString *text, const struct check_finding *finding, guint lines)
{
    g_string_append_printf(text, "      %s%s\n",
                           finding->level == CHECK_OK     ? ""
                           : finding->level == CHECK_WARN ? "warn: "
                                                          : "fail: ",
                           finding->text);
    guint shown = lines == 0 ? finding->evidence->len : MIN(lines, finding->evidence->len);
    for (guint i = 0; i < shown; i++)
        g_string_append_printf(text, "        %s\n",
                               (const char *)g_ptr_array_index(finding->evidence, i));
    if (shown < finding->evidence->len)
        g_string_append_printf(text, "        and %u more (-v shows all)\n",
                               finding->evidence->len - shown);
}

char *checks_text(const struct checking *checking, const GPtrArray *results, guint lines)
{
    GString *text = g_string_new(NULL);
    g_autofree char *reading = reading_of(checking);
    g_string_append_printf(text, "%s %s (%.10s): %s\n%s\n\n", book_repository(checking->book)->name,
                           subject_name(checking), checking->commit,
                           check_level_name(checks_level(results)), reading);
    for (guint i = 0; i < results->len; i++) {
        const struct check_result *result = g_ptr_array_index(results, i);
        g_string_append_printf(text, "%-5s %s\n", check_level_name(result->level), result->name);
        for (guint j = 0; j < result->findings->len; j++)
            add_finding(text, g_ptr_array_index(result->findings, j), lines);
        if (result->level != CHECK_OK)
            g_string_append_printf(text, "      -> %s\n", result->advice);
    }
    return g_string_free(text, FALSE);
}

struct table *checks_table(const GPtrArray *results)
{
    static const struct table_column columns[] = {
        {"level", "Level", TABLE_KIND_STRING},       {"check", "Check", TABLE_KIND_STRING},
        {"finding", "Finding", TABLE_KIND_STRING},   {"evidence", "Evidence", TABLE_KIND_STRING},
        {"advice", "What to do", TABLE_KIND_STRING},
    };
    struct table *rows = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < results->len; i++) {
        const struct check_result *result = g_ptr_array_index(results, i);
        for (guint j = 0; j < result->findings->len; j++) {
            const struct check_finding *finding = g_ptr_array_index(result->findings, j);
            g_ptr_array_add(finding->evidence, NULL);
            g_autofree char *evidence = g_strjoinv("; ", (char **)finding->evidence->pdata);
            g_ptr_array_remove_index(finding->evidence, finding->evidence->len - 1);
            table_string(rows, check_level_name(finding->level));
            table_string(rows, result->name);
            table_string(rows, finding->text);
            table_string(rows, evidence);
            table_string(rows, finding->level == CHECK_OK ? NULL : result->advice);
        }
    }
    return rows;
}

/* Text from git may hold bytes that are no UTF-8. */
static json_t *text_json(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    return json_string(valid);
}

static json_t *findings_json(const GPtrArray *findings)
{
    json_t *list = json_array();
    for (guint i = 0; i < findings->len; i++) {
        const struct check_finding *finding = g_ptr_array_index(findings, i);
        json_t *evidence = json_array();
        for (guint j = 0; j < finding->evidence->len; j++)
            json_array_append_new(evidence, text_json(g_ptr_array_index(finding->evidence, j)));
        json_array_append_new(list, json_pack("{s:s, s:o, s:o}", "level",
                                              check_level_name(finding->level), "text",
                                              text_json(finding->text), "evidence", evidence));
    }
    return list;
}

static json_t *subject_json(const struct checking *checking)
{
    g_autoptr(GArray) range = check_range(checking);
    g_autofree char *until = clock_format_time(checking->until);
    g_autofree char *reading = reading_of(checking);
    json_t *tag = checking->release != NULL ? text_json(checking->release->tag) : json_null();
    json_t *branch = checking->branch != NULL ? text_json(checking->branch) : json_null();
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:s?, s:i, s:s, s:s}", "repository",
                     book_repository(checking->book)->name, "version", checking->version, "line",
                     checking->line, "tag", tag, "branch", branch, "commit", checking->commit,
                     "predecessor", checking->before != NULL ? checking->before->version : NULL,
                     "commits", (int)range->len, "until", until, "counts", reading);
}

json_t *checks_json(const struct checking *checking, const GPtrArray *results)
{
    json_t *checks = json_array();
    for (guint i = 0; i < results->len; i++) {
        const struct check_result *result = g_ptr_array_index(results, i);
        json_array_append_new(checks,
                              json_pack("{s:s, s:s, s:o, s:s?}", "check", result->name, "level",
                                        check_level_name(result->level), "findings",
                                        findings_json(result->findings), "advice",
                                        result->level == CHECK_OK ? NULL : result->advice));
    }
    return json_pack("{s:s, s:o, s:o}", "level", check_level_name(checks_level(results)), "reading",
                     subject_json(checking), "checks", checks);
}

static void add_seal(struct table *rows, const char *tag, const struct seal *seal)
{
    g_autofree char *day = seal->tagged_at > 0 ? clock_format_day(seal->tagged_at) : NULL;
    table_string(rows, tag);
    table_string(rows, day);
    table_int(rows, seal->depth);
    table_string(rows, seal->kind);
    table_string(rows, seal->signer);
    table_string(rows, seal->user);
    table_string(rows, seal->digest);
    table_bool(rows, seal->weak);
    enum check_level level = seal->bad || seal->kind == NULL ? CHECK_FAIL
                             : seal->good && !seal->weak     ? CHECK_OK
                                                             : CHECK_WARN;
    table_string(rows, check_level_name(level));
    table_string(rows, seal->words);
}

struct table *checks_tags(struct store *history, const struct home *home, const char *repository,
                          GError **error)
{
    static const struct table_column columns[] = {
        {"tag", "Tag", TABLE_KIND_STRING},       {"tagged", "Tagged", TABLE_KIND_STRING},
        {"depth", "Depth", TABLE_KIND_INT},      {"signature", "Signature", TABLE_KIND_STRING},
        {"signer", "Signer", TABLE_KIND_STRING}, {"user", "User", TABLE_KIND_STRING},
        {"digest", "Digest", TABLE_KIND_STRING}, {"old_digest", "Old", TABLE_KIND_BOOL},
        {"level", "Level", TABLE_KIND_STRING},   {"verdict", "Verdict", TABLE_KIND_STRING},
    };
    const struct home_repository *found = home_repository_find(home, repository, error);
    if (found == NULL)
        return NULL;
    g_autoptr(Book) book = book_open(history, home, repository, error);
    g_autoptr(Seals) seals = book == NULL ? NULL : seals_open(history, home, found, error);
    g_autoptr(GPtrArray) names =
        seals == NULL ? NULL : seals_names(seals, book_repository_id(book), error);
    g_autoptr(Table) rows = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; names != NULL && i < names->len; i++) {
        struct seal seal = {0};
        if (!seals_read(seals, book_repository_id(book), g_ptr_array_index(names, i), &seal, error))
            return NULL;
        add_seal(rows, g_ptr_array_index(names, i), &seal);
        seal_clear(&seal);
    }
    return names == NULL ? NULL : g_steal_pointer(&rows);
}
