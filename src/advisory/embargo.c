#include "embargo.h"

#include "fault.h"
#include "ledger.h"
#include "plan.h"

#include <string.h>

static const char *const audiences[] = {
    [EMBARGO_MEMBERS] = "members",
    [EMBARGO_PUBLIC] = "public",
};

struct permit {
    char *advisory;
    gint64 version;
    enum embargo_audience audience;
    GHashTable *digests; /* name -> digest */
};

/* What the record says of the version. */
struct facts {
    gint64 id;
    bool frozen, public_text, withdrawn, imported;
    gint64 frozen_at, predisclosure, public; /* POLICY_UNKNOWN where nobody decided */
    guint8 signed_digest[EMBARGO_DIGEST];
};

/* One answer: no `refusal` is a yes. */
struct answer {
    const char *rule; /* short, for the ledger */
    char *refusal;    /* why not */
    bool too_early;   /* an override may turn it */
};

const char *embargo_audience_name(enum embargo_audience audience)
{
    return audiences[audience];
}

static void digest_of(const void *bytes, gsize length, guint8 *ret_digest)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    gsize size = EMBARGO_DIGEST;
    g_checksum_update(sum, bytes, (gssize)length);
    g_checksum_get_digest(sum, ret_digest, &size);
}

struct embargo_file embargo_file(const char *name, const void *bytes, gsize length)
{
    struct embargo_file file = {.name = name};
    digest_of(bytes, length, file.digest);
    return file;
}

static gint64 time_or_unknown(struct store_statement *statement, int column)
{
    return store_column_is_null(statement, column) ? POLICY_UNKNOWN : store_int(statement, column);
}

static bool copy_digest(struct store_statement *statement, int column, guint8 *ret_digest)
{
    gsize length = 0;
    const void *digest = store_blob(statement, column, &length);
    if (length != EMBARGO_DIGEST)
        return false;
    memcpy(ret_digest, digest, EMBARGO_DIGEST);
    return true;
}

static bool read_facts(struct store *desk, const struct embargo_question *question,
                       struct facts *ret_facts, GError **error)
{
    struct store_statement *version = store_statement(desk, "embargo_version");
    struct facts facts = {0};
    bool row = false;
    store_bind_text(version, 1, question->advisory, -1);
    store_bind_int(version, 2, question->version);
    if (!store_step(version, &row, error))
        return false;
    if (!row)
        return fault_raise(error, FAULT_NOINPUT,
                           "advisory %s has no version %" G_GINT64_FORMAT " in the record",
                           question->advisory, question->version);
    facts.id = store_int(version, 0);
    facts.public_text = g_str_equal(store_text(version, 1), "public");
    facts.frozen_at = time_or_unknown(version, 2);
    facts.frozen = facts.frozen_at != POLICY_UNKNOWN;
    facts.frozen = facts.frozen && copy_digest(version, 3, facts.signed_digest);
    facts.predisclosure = time_or_unknown(version, 4);
    facts.public = time_or_unknown(version, 5);
    facts.withdrawn =
        !store_column_is_null(version, 6) && question->version <= store_int(version, 6);
    facts.imported = g_str_equal(store_text(version, 7), "imported");
    store_statement(desk, "embargo_version");
    *ret_facts = facts;
    return true;
}

/* Whether the version froze exactly these bytes under that name. */
static bool is_frozen_file(struct store *desk, const struct facts *facts,
                           const struct embargo_file *file, bool *ret_same, GError **error)
{
    guint8 digest[EMBARGO_DIGEST] = {0};
    bool known = false;
    if (*file->name == '\0') {
        *ret_same = memcmp(facts->signed_digest, file->digest, EMBARGO_DIGEST) == 0;
        return true;
    }
    struct store_statement *patch = store_statement(desk, "embargo_patch");
    store_bind_int(patch, 1, facts->id);
    store_bind_text(patch, 2, file->name, -1);
    if (!store_step(patch, &known, error))
        return false;
    known = known && copy_digest(patch, 0, digest);
    store_statement(desk, "embargo_patch");
    *ret_same = known && memcmp(digest, file->digest, EMBARGO_DIGEST) == 0;
    return true;
}

static bool check_bytes(struct store *desk, const struct embargo_question *question,
                        const struct facts *facts, struct answer *answer, GError **error)
{
    if (!facts->frozen) {
        *answer = (struct answer){.rule = "not frozen",
                                  .refusal = g_strdup("it is not frozen: freeze it first")};
        return true;
    }
    for (guint i = 0; i < question->count; i++) {
        bool same = false;
        if (!is_frozen_file(desk, facts, &question->files[i], &same, error))
            return false;
        if (same)
            continue;
        const char *name = question->files[i].name;
        *answer = (struct answer){
            .rule = "not the frozen bytes",
            .refusal = g_strdup_printf("%s is not what was frozen", *name ? name : "the text")};
        return true;
    }
    if (question->count == 0)
        *answer = (struct answer){.rule = "no bytes",
                                  .refusal = g_strdup("there is nothing to "
                                                      "send")};
    return true;
}

static bool check_clock(struct store *desk, const struct embargo_question *question,
                        const struct facts *facts, struct answer *answer, GError **error)
{
    struct ledger_state state;
    if (!ledger_state(desk, &state, error))
        return false;
    const struct {
        gint64 time;
        const char *what;
    } marks[] = {{state.newest, "the newest row of the ledger"},
                 {facts->frozen_at, "the freeze of this version"},
                 {question->newest_commit, "the newest commit known"}};
    for (gsize i = 0; i < G_N_ELEMENTS(marks) && !question->clock_confirmed; i++) {
        if (marks[i].time == G_MININT64 || question->now >= marks[i].time)
            continue;
        g_autofree char *now = plan_time(question->now);
        g_autofree char *mark = plan_time(marks[i].time);
        *answer = (struct answer){
            .rule = "clock",
            .refusal = g_strdup_printf("the clock says %s, which is before %s (%s): set it right, "
                                       "or confirm it with --confirm-clock",
                                       now, marks[i].what, mark)};
        return true;
    }
    return true;
}

static char *say_too_early(gint64 now, gint64 opens, const char *what)
{
    g_autofree char *moment = plan_time(opens);
    if (opens == POLICY_UNKNOWN)
        return g_strdup_printf("nobody has decided the moment of %s yet", what);
    gint64 left = opens - now;
    return g_strdup_printf("%s is not before %s, in %" G_GINT64_FORMAT " days %02d:%02d:%02d", what,
                           moment, left / WORKDAYS_DAY, (int)(left % WORKDAYS_DAY / 3600),
                           (int)(left % 3600 / 60), (int)(left % 60));
}

/* The moment itself is open, the second before is not. */
static bool has_come(gint64 moment, gint64 now)
{
    return moment != POLICY_UNKNOWN && now >= moment;
}

static void check_moment(const struct embargo_question *question, const struct facts *facts,
                         struct answer *answer)
{
    bool members = question->audience == EMBARGO_MEMBERS;
    if (facts->withdrawn) {
        *answer = (struct answer){.rule = "withdrawn",
                                  .refusal = g_strdup("it was withdrawn: freeze a version that "
                                                      "says so")};
        return;
    }
    if (!members && !facts->public_text) {
        *answer = (struct answer){.rule = "a text for members",
                                  .refusal = g_strdup("its text is meant for members: freeze a "
                                                      "version for the public")};
        return;
    }
    if (has_come(facts->public, question->now)) {
        answer->rule = "public since its moment";
        return;
    }
    if (members && has_come(facts->predisclosure, question->now)) {
        answer->rule = "predisclosed since its moment";
        return;
    }
    *answer = (struct answer){
        .rule = members ? "before predisclosure" : "before publication",
        .refusal = say_too_early(question->now, members ? facts->predisclosure : facts->public,
                                 members ? "predisclosure" : "publication"),
        .too_early = true};
}

static bool find_answer(struct store *desk, const struct embargo_question *question,
                        const struct facts *facts, struct answer *answer, GError **error)
{
    if (!check_bytes(desk, question, facts, answer, error))
        return false;
    struct answer clock = {0};
    if (answer->refusal == NULL && !check_clock(desk, question, facts, &clock, error))
        return false;
    if (answer->refusal == NULL)
        check_moment(question, facts, answer);
    /* What no confirmation helps against is said first; then the clock. */
    if (clock.refusal != NULL && (answer->refusal == NULL || answer->too_early)) {
        g_free(answer->refusal);
        *answer = clock;
        return true;
    }
    g_free(clock.refusal);
    return true;
}

static bool record(struct store *desk, const struct embargo_question *question,
                   const struct answer *answer, enum ledger_verdict verdict, GError **error)
{
    g_autofree struct ledger_entry *entries = g_new0(struct ledger_entry, MAX(question->count, 1));
    g_autofree char *rule =
        g_strdup_printf("%s%s", answer->rule, question->clock_confirmed ? "; clock confirmed" : "");
    static const guint8 nothing[EMBARGO_DIGEST];
    for (guint i = 0; i < MAX(question->count, 1); i++)
        entries[i] = (struct ledger_entry){
            .at = question->now,
            .who = question->who,
            .advisory = question->advisory,
            .version = question->version,
            .name = question->count == 0 ? "" : question->files[i].name,
            .digest = question->count == 0 ? nothing : question->files[i].digest,
            .audience = audiences[question->audience],
            .verdict = verdict,
            .rule = rule,
            .reason = verdict == LEDGER_OVERRIDE ? question->override : ""};
    return ledger_append(desk, entries, MAX(question->count, 1), error);
}

bool embargo_note(struct store *desk, const struct embargo_notice *notice, GError **error)
{
    static const struct embargo_file nothing = {.name = ""};
    guint count = MAX(notice->count, 1);
    const struct embargo_file *files = notice->count == 0 ? &nothing : notice->files;
    g_autofree struct ledger_entry *entries = g_new0(struct ledger_entry, count);
    for (guint i = 0; i < count; i++)
        entries[i] = (struct ledger_entry){.at = notice->now,
                                           .who = notice->who,
                                           .advisory = notice->advisory,
                                           .version = notice->version,
                                           .name = files[i].name,
                                           .digest = files[i].digest,
                                           .audience = notice->audience,
                                           .verdict = LEDGER_NOTE,
                                           .rule = notice->what,
                                           .reason = notice->reason};
    return ledger_append_within(desk, entries, count, error);
}

static struct permit *permit_new(const struct embargo_question *question)
{
    struct permit *permit = g_new0(struct permit, 1);
    permit->advisory = g_strdup(question->advisory);
    permit->version = question->version;
    permit->audience = question->audience;
    permit->digests = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (guint i = 0; i < question->count; i++)
        g_hash_table_insert(permit->digests, g_strdup(question->files[i].name),
                            g_memdup2(question->files[i].digest, EMBARGO_DIGEST));
    return permit;
}

static bool good_override(const struct embargo_question *question, GError **error)
{
    g_autofree char *reason = g_strdup(question->override);
    if (reason == NULL || *g_strstrip(reason) != '\0')
        return true;
    return fault_raise(error, FAULT_USAGE, "an override needs a reason: it stays in the ledger");
}

bool embargo_foresee(struct store *desk, const struct embargo_question *question,
                     char **ret_refusal, GError **error)
{
    struct facts facts;
    struct answer answer = {0};
    if (!read_facts(desk, question, &facts, error) ||
        !find_answer(desk, question, &facts, &answer, error))
        return false;
    *ret_refusal = answer.refusal;
    return true;
}

struct permit *embargo_ask(struct store *desk, const struct embargo_question *question,
                           GError **error)
{
    struct facts facts;
    struct answer answer = {0};
    if (!good_override(question, error) || !read_facts(desk, question, &facts, error) ||
        !find_answer(desk, question, &facts, &answer, error))
        return NULL;
    g_autofree char *refusal = answer.refusal;
    bool overridden = answer.too_early && question->override != NULL;
    enum ledger_verdict verdict = refusal == NULL ? LEDGER_PERMIT
                                  : overridden    ? LEDGER_OVERRIDE
                                                  : LEDGER_REFUSAL;
    if (!record(desk, question, &answer, verdict, error))
        return NULL;
    if (verdict != LEDGER_REFUSAL)
        return permit_new(question);
    fault_raise(error, FAULT_PERMISSION,
                "advisory %s version %" G_GINT64_FORMAT " may not go to %s: %s", question->advisory,
                question->version, question->audience == EMBARGO_PUBLIC ? "the public" : "members",
                refusal);
    return NULL;
}

/* --- what went out before --- */

struct memory {
    const struct embargo_question *question;
    bool *out; /* for each file of the question */
};

static void remember_row(void *user, gint64 id, const struct ledger_entry *entry)
{
    struct memory *memory = user;
    const struct embargo_question *question = memory->question;
    (void)id;
    if ((entry->verdict != LEDGER_PERMIT && entry->verdict != LEDGER_OVERRIDE) ||
        entry->version != question->version ||
        !g_str_equal(entry->audience, audiences[EMBARGO_PUBLIC]))
        return;
    for (guint i = 0; i < question->count; i++)
        memory->out[i] = memory->out[i] ||
                         (g_str_equal(entry->name, question->files[i].name) &&
                          memcmp(entry->digest, question->files[i].digest, EMBARGO_DIGEST) == 0);
}

static bool all_out(struct store *desk, const struct embargo_question *question, bool *ret_out,
                    GError **error)
{
    g_autofree bool *out = g_new0(bool, question->count);
    struct memory memory = {question, out};
    if (!ledger_each(desk, question->advisory, remember_row, &memory, error))
        return false;
    *ret_out = true;
    for (guint i = 0; i < question->count; i++)
        *ret_out = *ret_out && out[i];
    return true;
}

bool embargo_remember(struct store *desk, const struct embargo_question *question,
                      struct permit **ret_permit, GError **error)
{
    struct facts facts;
    struct answer answer = {0};
    if (!read_facts(desk, question, &facts, error) ||
        !check_bytes(desk, question, &facts, &answer, error))
        return false;
    bool out = answer.refusal == NULL && facts.public_text && question->audience == EMBARGO_PUBLIC;
    g_free(answer.refusal);
    if (out && !facts.imported && !all_out(desk, question, &out, error))
        return false;
    *ret_permit = out ? permit_new(question) : NULL;
    return true;
}

void permit_free(struct permit *permit)
{
    if (permit == NULL)
        return;
    g_hash_table_unref(permit->digests);
    g_free(permit->advisory);
    g_free(permit);
}

bool permit_check(const struct permit *permit, enum embargo_audience audience, const char *name,
                  const void *bytes, gsize length, GError **error)
{
    guint8 digest[EMBARGO_DIGEST];
    const guint8 *granted = g_hash_table_lookup(permit->digests, name);
    digest_of(bytes, length, digest);
    if (permit->audience == audience && granted != NULL &&
        memcmp(granted, digest, EMBARGO_DIGEST) == 0)
        return true;
    return fault_raise(error, FAULT_INTERNAL,
                       "the permit for advisory %s version %" G_GINT64_FORMAT
                       " does not cover these bytes: nothing is sent",
                       permit->advisory, permit->version);
}

const char *permit_advisory(const struct permit *permit)
{
    return permit->advisory;
}

gint64 permit_version(const struct permit *permit)
{
    return permit->version;
}
