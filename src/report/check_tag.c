#include "check_parts.h"
#include "clock.h"
#include "fault.h"

#include <string.h>

static void judge_signature(struct check_result *result, const struct seal *seal)
{
    const char *key = seal->signer != NULL ? seal->signer : "no key named";
    if (seal->kind == NULL) {
        check_find(result, CHECK_FAIL, "it is not signed");
        return;
    }
    struct check_finding *finding = check_find(result,
                                               seal->bad    ? CHECK_FAIL
                                               : seal->good ? CHECK_OK
                                                            : CHECK_WARN,
                                               "%s", seal->words);
    check_evidence(finding, "%s%s%s", key, seal->user != NULL ? " " : "",
                   seal->user != NULL ? seal->user : "");
    if (seal->weak)
        check_find(result, CHECK_WARN, "its digest is %s, which new programs refuse", seal->digest);
}

/* The names that a tag may have: this one, or an alias. */
static bool is_own_name(const struct release *release, const char *name)
{
    return g_str_equal(name, release->tag) ||
           g_strv_contains((const char *const *)release->aliases, name);
}

/* The form of a name: its version as a star. */
static char *form_of(const struct release *release)
{
    const char *at = strstr(release->tag, release->parsed.text);
    if (at == NULL)
        return g_strdup("another way to write versions");
    return g_strdup_printf("%.*s*%s", (int)(at - release->tag), release->tag,
                           at + strlen(release->parsed.text));
}

static void judge_name(const struct checking *checking, struct check_result *result,
                       const struct seal *seal)
{
    const struct release *release = checking->release, *before = checking->before;
    g_autofree char *own = form_of(release);
    g_autofree char *theirs = before != NULL ? form_of(before) : NULL;
    bool candidate = release->parsed.candidate[0] != '\0';
    if (seal->own_name != NULL && !is_own_name(release, seal->own_name))
        check_find(result, CHECK_WARN, "its object calls itself %s", seal->own_name);
    if (!candidate && theirs != NULL && !g_str_equal(own, theirs))
        check_find(result, CHECK_WARN, "its name has the form %s, that of %s the form %s", own,
                   before->version, theirs);
    if (seal->depth > 1)
        check_find(result, CHECK_WARN, "it is a tag of a tag");
}

bool check_tag(struct checking *checking, struct check_result *result, GError **error)
{
    struct seal seal = {0};
    g_autoptr(GError) reason = NULL;
    if (checking->release == NULL)
        return true;
    g_autoptr(Seals) seals =
        seals_open(checking->history, checking->home, book_repository(checking->book), &reason);
    if (seals == NULL)
        return check_forgive(result, CHECK_WARN, &reason, error);
    if (!seals_read(seals, book_repository_id(checking->book), checking->release->tag, &seal,
                    error))
        return false;
    if (seal.annotated) {
        check_find(result, CHECK_OK, "%s is annotated", checking->release->tag);
        judge_signature(result, &seal);
    } else {
        check_find(result, CHECK_FAIL, "%s is %s", checking->release->tag, seal.words);
    }
    judge_name(checking, result, &seal);
    seal_clear(&seal);
    return true;
}

/* A branch that holds the release: one that names its line, before any other. */
static const char *branch_of(const struct checking *checking)
{
    const struct graph *graph = book_graph(checking->book);
    const GArray *refs = book_refs(checking->book);
    const char *found = NULL;
    for (guint i = 0; i < refs->len; i++) {
        const struct book_ref *ref = &g_array_index(refs, struct book_ref, i);
        if (ref->tag)
            continue;
        g_autofree guint8 *set = graph_set_new(graph);
        graph_add_ancestors(graph, ref->node, set);
        if (set[checking->node] == 0)
            continue;
        struct version version;
        bool own = branch_parse_version(ref->name, &version) &&
                   version_compare_parts(&version, &checking->release->parsed,
                                         checking->release->line_parts) == 0;
        if (own)
            return ref->name;
        found = found == NULL ? ref->name : found;
    }
    return found;
}

static void judge_order(struct check_result *result, const struct checking *checking)
{
    const struct release *release = checking->release, *before = checking->before;
    g_autofree char *tagged = clock_format_time(release->tag_time);
    if (release->tag_time > 0 && release->tag_time < release->commit_time)
        check_find(result, CHECK_WARN, "the tag is older than its commit (%s)", tagged);
    if (before != NULL && release->tag_time > 0 && before->tag_time > release->tag_time)
        check_find(result, CHECK_WARN, "the tag is older than that of %s (%s)", before->version,
                   tagged);
    if (before != NULL && before->commit_time > release->commit_time)
        check_find(result, CHECK_WARN, "its commit is older than that of %s", before->version);
}

bool check_dates(struct checking *checking, struct check_result *result, GError **error)
{
    (void)error;
    if (checking->release == NULL)
        return true;
    const char *branch = branch_of(checking);
    if (branch == NULL)
        check_find(result, CHECK_FAIL, "%s is on no branch", checking->release->tag);
    else
        check_find(result, CHECK_OK, "%s is on %s", checking->release->tag, branch);
    if (checking->before != NULL && checking->set[checking->before->node] == 0 &&
        g_str_equal(checking->before->line, checking->line))
        check_find(result, CHECK_FAIL, "it does not contain %s, its predecessor",
                   checking->before->version);
    judge_order(result, checking);
    return true;
}
