#include "backports_page.h"

#include "clock.h"

enum { DAY = 86400, SHORT = 12 };

static const struct {
    enum backport_evidence evidence;
    const char *word, *words;
} kinds[] = {
    {BACKPORT_FIXES, "fixes", "fix what the line has (Fixes:)"},
    {BACKPORT_FOLLOWS, "follows", "fix another candidate"},
    {BACKPORT_NEWER, "newer", "were taken into a newer line"},
    {BACKPORT_ASKED, "asked", "ask for it (Backport:)"},
};

static gint64 days_between(gint64 from, gint64 to)
{
    return from >= to ? 0 : (to - from) / DAY;
}

static char *evidence_words(guint evidence)
{
    GString *text = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if ((evidence & kinds[i].evidence) != 0)
            g_string_append_printf(text, "%s%s", text->len > 0 ? " " : "", kinds[i].word);
    return g_string_free(text, FALSE);
}

static char *join_paths(const GPtrArray *paths, const char *separator)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; paths != NULL && i < paths->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? separator : "", (char *)paths->pdata[i]);
    return g_string_free(text, FALSE);
}

/* "Jan Example +2". */
static char *first_person(const GPtrArray *people)
{
    if (people->len == 0)
        return NULL;
    const struct maintainer *first = people->pdata[0];
    g_autofree char *name =
        g_utf8_make_valid(*first->name != '\0' ? first->name : first->address, -1);
    return people->len == 1 ? g_steal_pointer(&name)
                            : g_strdup_printf("%s +%u", name, people->len - 1);
}

static char *all_people(const GPtrArray *people)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < people->len; i++) {
        const struct maintainer *person = people->pdata[i];
        g_string_append_printf(text, "%s%s%s%s%s", i > 0 ? ", " : "", person->name,
                               *person->name != '\0' ? " <" : "", person->address,
                               *person->name != '\0' ? ">" : "");
    }
    return g_string_free(text, FALSE);
}

/* The evidence, and what speaks against it. */
static char *reasons(const struct backport *candidate)
{
    GString *text = g_string_new(candidate->because);
    if (candidate->reverted_main[0] != '\0')
        g_string_append_printf(text, "; reverted on the main branch by %.*s", SHORT,
                               candidate->reverted_main);
    if (candidate->reverted_there[0] != '\0')
        g_string_append_printf(text, "; was here and was reverted by %.*s", SHORT,
                               candidate->reverted_there);
    if (candidate->conflicts != NULL && candidate->conflicts->len > 0) {
        g_autofree char *paths = join_paths(candidate->conflicts, ", ");
        g_string_append_printf(text, "; conflicts in %s", paths);
    }
    return g_string_free(text, FALSE);
}

static const struct table_column for_people[] = {
    {"order", "#", TABLE_KIND_INT},
    {"commit", "Commit", TABLE_KIND_STRING},
    {"days", "Days", TABLE_KIND_INT},
    {"applies", "Applies", TABLE_KIND_STRING},
    {"component", "Component", TABLE_KIND_STRING},
    {"maintainer", "Maintainer", TABLE_KIND_STRING},
    {"subject", "Subject", TABLE_KIND_STRING},
    {"because", "Because it", TABLE_KIND_STRING},
};

static const struct table_column for_programs[] = {
    {"order", "#", TABLE_KIND_INT},
    {"commit", "Commit", TABLE_KIND_STRING},
    {"date", "Date", TABLE_KIND_STRING},
    {"days", "Days", TABLE_KIND_INT},
    {"applies", "Applies", TABLE_KIND_STRING},
    {"conflicts", "Conflicts", TABLE_KIND_STRING},
    {"component", "Component", TABLE_KIND_STRING},
    {"maintainers", "Maintainers", TABLE_KIND_STRING},
    {"evidence", "Evidence", TABLE_KIND_STRING},
    {"because", "Because it", TABLE_KIND_STRING},
    {"fixes", "Fixes", TABLE_KIND_STRING},
    {"after", "After", TABLE_KIND_INT},
    {"reverted_on_main", "Reverted on main", TABLE_KIND_STRING},
    {"reverted_in_line", "Reverted in the line", TABLE_KIND_STRING},
    {"subject", "Subject", TABLE_KIND_STRING},
};

static void add_text(struct table *table, const char *text)
{
    table_string(table, text == NULL || *text == '\0' ? NULL : text);
}

static void add_for_people(struct table *table, const struct backport *candidate, guint order,
                           gint64 now)
{
    g_autofree char *commit = g_strndup(candidate->commit, SHORT);
    g_autofree char *person = first_person(candidate->people);
    g_autofree char *because = reasons(candidate);
    table_int(table, order);
    table_string(table, commit);
    table_int(table, days_between(candidate->time, now));
    add_text(table, candidate->trial);
    table_string(table, candidate->area);
    add_text(table, person);
    table_string(table, candidate->subject);
    table_string(table, because);
}

static void add_for_programs(struct table *table, const struct backport *candidate, guint order,
                             gint64 now)
{
    g_autofree char *day = clock_format_day(candidate->time);
    g_autofree char *conflicts = join_paths(candidate->conflicts, " ");
    g_autofree char *people = all_people(candidate->people);
    g_autofree char *evidence = evidence_words(candidate->evidence);
    table_int(table, order);
    table_string(table, candidate->commit);
    table_string(table, day);
    table_int(table, days_between(candidate->time, now));
    add_text(table, candidate->trial);
    add_text(table, conflicts);
    table_string(table, candidate->area);
    add_text(table, people);
    table_string(table, evidence);
    table_string(table, candidate->because);
    add_text(table, candidate->fixed);
    if (candidate->after < 0)
        table_none(table);
    else
        table_int(table, candidate->after + 1);
    add_text(table, candidate->reverted_main);
    add_text(table, candidate->reverted_there);
    table_string(table, candidate->subject);
}

struct table *backports_table(const struct backports *backports, gint64 now, bool whole)
{
    struct table *table = whole ? table_new(for_programs, G_N_ELEMENTS(for_programs))
                                : table_new(for_people, G_N_ELEMENTS(for_people));
    for (guint i = 0; i < backports->candidates->len; i++)
        (whole ? add_for_programs : add_for_people)(table, backports->candidates->pdata[i], i + 1,
                                                    now);
    return table;
}

struct table *backports_silence_table(const struct backports *backports, gint64 now)
{
    static const struct table_column columns[] = {
        {"component", "Component", TABLE_KIND_STRING},
        {"since_release", "Since release", TABLE_KIND_INT},
        {"since_fork", "Since fork", TABLE_KIND_INT},
        {"last", "Last", TABLE_KIND_STRING},
        {"days", "Days ago", TABLE_KIND_INT},
    };
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < backports->silence->len; i++) {
        const struct backport_silence *row =
            &g_array_index(backports->silence, struct backport_silence, i);
        g_autofree char *day = clock_format_day(row->last);
        table_string(table, row->area);
        table_int(table, row->since);
        table_int(table, row->all);
        table_string(table, day);
        table_int(table, days_between(row->last, now));
    }
    return table;
}

char *backports_heading(const struct backports *backports, const char *repository, gint64 now)
{
    g_autofree char *day = clock_format_day(now);
    guint count = backports->candidates->len;
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%s of %s, %s: %u commit%s of the main branch may be missing\n",
                           backports->branch, repository, day, count, count == 1 ? "" : "s");
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        guint number = backports_count(backports, kinds[i].evidence);
        if (number > 0)
            g_string_append_printf(text, "- %u %s\n", number, kinds[i].words);
    }
    if (backports->same > 0)
        g_string_append_printf(
            text, "- left out: %u whose change is there without an origin line\n", backports->same);
    if (backports->moot > 0)
        g_string_append_printf(text, "- left out: %u whose fault was reverted in this line\n",
                               backports->moot);
    return g_string_free(text, FALSE);
}

char *backports_reach(const struct backports *backports)
{
    GString *text = g_string_new(NULL);
    if (backports->taken == 0)
        g_string_append(text, "Reach: the line has no commit of its own yet, so nothing says how "
                              "many of its backports carry Fixes:.\n");
    else
        g_string_append_printf(
            text,
            "Reach: %u of the %u commits of this line since its fork (%.1f %%) carried Fixes:; "
            "what "
            "carries none is found only where a newer line took it or a Backport: line asks.\n",
            backports->with_fixes, backports->taken,
            100.0 * backports->with_fixes / backports->taken);
    if (backports->release == NULL)
        g_string_append_printf(text,
                               "Since the fork, as the line has no release yet: %u commits.\n",
                               backports->since);
    else
        g_string_append_printf(text, "Since %s: %u commits.\n", backports->release,
                               backports->since);
    return g_string_free(text, FALSE);
}

json_t *backports_json(const struct backports *backports, const char *repository, const char *rule,
                       gint64 now)
{
    g_autofree char *as_of = clock_format_time(now);
    g_autoptr(Table) rows = backports_table(backports, now, true);
    g_autoptr(Table) silence = backports_silence_table(backports, now);
    json_t *counts = json_object();
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        json_object_set_new(counts, kinds[i].word,
                            json_integer(backports_count(backports, kinds[i].evidence)));
    json_t *share = backports->taken == 0
                        ? json_null()
                        : json_real(100.0 * backports->with_fixes / backports->taken);
    json_t *reach = json_pack("{s:i, s:i, s:o}", "commits", (int)backports->taken, "with_fixes",
                              (int)backports->with_fixes, "percent", share);
    return json_pack("{s:s, s:s, s:s, s:s?, s:s, s:s, s:o, s:i, s:i, s:i, s:o, s:o, s:o}",
                     "repository", repository, "branch", backports->branch, "line", backports->line,
                     "release", backports->release, "as_of", as_of, "components", rule, "counts",
                     counts, "same_change", (int)backports->same, "moot", (int)backports->moot,
                     "since_release", (int)backports->since, "reach", reach, "silence",
                     table_json(silence), "candidates", table_json(rows));
}
