/* cve publish: the records that barograph publish made go to the server, which shows them to
 * everybody at once, whatever date is in them. So only what is public goes. */
#include "clock.h"
#include "cve_record.h"
#include "cve_room.h"
#include "fault.h"
#include "ledger.h"
#include "newest.h"
#include "parcel.h"
#include "publication.h"
#include "record_conf.h"

#include <stdio.h>
#include <string.h>

enum { RECORD_MOST = 4 << 20 };

struct sending {
    struct cve_room *room;
    GPtrArray *policies;
    GPtrArray *kept; /* struct cve_id * */
    gint64 newest_commit;
    guint sent, same;
};

/* --- what is public --- */

static bool find_newest(struct sending *sending, GError **error)
{
    const char *path = sending->room->context->home->history_path;
    sending->newest_commit = G_MININT64;
    if (cve_given.confirm_clock || !g_file_test(path, G_FILE_TEST_EXISTS))
        return true;
    g_autoptr(Store) history = store_open(path, "history", STORE_READ, error);
    return history != NULL && newest_commit(history, &sending->newest_commit, error);
}

/* What is not public yet: the gate says why, and its ledger has it. When it would let it through,
 * the site has to be made first: nothing becomes public by the way. */
static bool refuse_embargoed(struct sending *sending, const struct record_advisory *advisory,
                             GError **error)
{
    struct cve_room *room = sending->room;
    struct store *store = desk_store(room->desk);
    const struct parcel_given given = {.number = advisory->number,
                                       .audience = EMBARGO_PUBLIC,
                                       .who = room->who,
                                       .now = room->context->now,
                                       .newest_commit = sending->newest_commit,
                                       .clock_confirmed = cve_given.confirm_clock};
    g_autofree char *refusal = NULL;
    g_autofree char *id = layout_id(room->layout, advisory->number);
    g_autoptr(Parcel) parcel = parcel_pack(store, &given, error);
    if (parcel == NULL || !parcel_foresee(store, parcel, &given, &refusal, error))
        return false;
    g_autoptr(Permit) permit = refusal == NULL ? NULL : parcel_ask(store, parcel, &given, error);
    if (refusal != NULL && permit == NULL)
        return false;
    return fault_raise(
        error, FAULT_UNAVAILABLE,
        "%s may be public by now, but is not: barograph publish %s makes its records", id,
        advisory->number);
}

static struct publication *open_public(struct sending *sending,
                                       const struct record_advisory *advisory, GError **error)
{
    struct cve_room *room = sending->room;
    g_autoptr(Publication) publication = NULL;
    const struct publication_given given = {.desk = room->desk,
                                            .layout = room->layout,
                                            .policies = sending->policies,
                                            .who = room->who,
                                            .now = room->context->now,
                                            .newest_commit = sending->newest_commit,
                                            .clock_confirmed = cve_given.confirm_clock};
    if (!publication_open(&given, advisory, &publication, error))
        return NULL;
    if (publication != NULL && !publication->embargoed)
        return g_steal_pointer(&publication);
    refuse_embargoed(sending, advisory, error);
    return NULL;
}

/* The gate's leave is for the text that the record tells of. */
static bool check_permit(const struct publication *publication, GError **error)
{
    const struct publication_version *newest = publication_newest(publication);
    gsize length = 0;
    const void *bytes = g_bytes_get_data(newest->text, &length);
    return permit_check(newest->permit, EMBARGO_PUBLIC, "", bytes, length, error);
}

/* --- the record --- */

struct paper {
    const char *cve;
    const struct publication *publication;
    gint64 advisory; /* its row */
    char *path;      /* below the site's folder */
    guint8 digest[EMBARGO_DIGEST];
    json_t *json;
};

static void paper_clear(struct paper *paper)
{
    g_free(paper->path);
    json_decref(paper->json);
}

static const char *text_at(const json_t *json, const char *group, const char *key)
{
    return json_string_value(json_object_get(json_object_get(json, group), key));
}

static json_t *cna_of(const json_t *record)
{
    return json_object_get(json_object_get(record, "containers"), "cna");
}

static bool check_paper(const struct sending *sending, const struct paper *paper, GError **error)
{
    const struct home_publish *publish = &sending->room->context->home->publish;
    const char *updated = text_at(paper->json, "cveMetadata", "dateUpdated");
    gint64 time = G_MININT64;
    const struct {
        const char *is, *should;
    } pairs[] = {
        {text_at(paper->json, "cveMetadata", "cveId"), paper->cve},
        {text_at(paper->json, "cveMetadata", "assignerOrgId"), publish->cve_organisation},
        {text_at(cna_of(paper->json), "source", "advisory"), paper->publication->id},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++)
        if (g_strcmp0(pairs[i].is, pairs[i].should) != 0)
            return fault_raise(error, FAULT_DATA,
                               "%s is not the record of %s by this organisation: barograph publish "
                               "makes it",
                               paper->path, paper->publication->id);
    bool dated = updated != NULL && clock_parse_time(updated, &time, NULL);
    return (dated && time >= publication_newest(paper->publication)->time) ||
           fault_raise(error, FAULT_DATA, "%s is older than %s version %u: barograph publish first",
                       paper->path, paper->publication->id,
                       publication_newest(paper->publication)->number);
}

static bool read_paper(const struct sending *sending, struct paper *paper, GError **error)
{
    const char *site =
        cve_given.site != NULL ? cve_given.site : sending->room->context->home->publish.folder;
    g_autofree char *name = cve_record_path(paper->cve);
    g_autofree char *text = NULL;
    gsize length = 0;
    paper->path = g_build_filename(site, name, NULL);
    if (!g_file_get_contents(paper->path, &text, &length, NULL))
        return fault_raise(error, FAULT_UNAVAILABLE,
                           "%s is not there, or cannot be read: barograph publish makes it",
                           paper->path);
    record_digest(text, length, paper->digest);
    paper->json =
        length > RECORD_MOST ? NULL : json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
    return (paper->json != NULL && json_is_object(cna_of(paper->json))) ||
           fault_raise(error, FAULT_DATA, "%s is no CVE record: barograph publish makes it again",
                       paper->path);
}

/* The server has its own word on who provides it. */
static json_t *bare(const json_t *record)
{
    json_t *copy = json_deep_copy(cna_of(record));
    json_object_del(copy, "providerMetadata");
    return copy;
}

static bool is_same(const json_t *theirs, const json_t *ours)
{
    const char *state = text_at(theirs, "cveMetadata", "state");
    json_t *left = bare(theirs), *right = bare(ours);
    bool same = g_strcmp0(state, "PUBLISHED") == 0 && left != NULL && json_equal(left, right);
    json_decref(left);
    json_decref(right);
    return same;
}

/* --- sending --- */

/* What was sent is in the ledger, with the sum of the file on the site. */
static bool note_within(struct sending *sending, const struct paper *paper, gint64 request,
                        GError **error)
{
    struct cve_room *room = sending->room;
    struct store *store = desk_store(room->desk);
    struct cve_id id = {.cve = (char *)(gsize)paper->cve,
                        .state = (char *)(gsize) "published",
                        .sent_at = room->context->now};
    struct embargo_file file = {.name = paper->cve};
    memcpy(file.digest, paper->digest, sizeof file.digest);
    memcpy(id.sent, paper->digest, sizeof id.sent);
    const struct embargo_notice notice = {.advisory = paper->publication->number,
                                          .version = publication_newest(paper->publication)->number,
                                          .audience = embargo_audience_name(EMBARGO_PUBLIC),
                                          .files = &file,
                                          .count = 1,
                                          .who = room->who,
                                          .now = room->context->now,
                                          .what = "CVE record sent",
                                          .reason = ""};
    const struct record_event event = {room->context->now, room->who, (char *)(gsize) "cve",
                                       (char *)(gsize) "record sent"};
    return cve_ids_sent(store, &id, paper->advisory, error) &&
           embargo_note(store, &notice, error) &&
           record_add_event(store, paper->advisory, &event, error) &&
           (request == 0 || cve_ids_settle(store, request, "done", error));
}

static bool note(struct sending *sending, const struct paper *paper, gint64 request, GError **error)
{
    struct store *store = desk_store(sending->room->desk);
    if (!store_begin(store, error))
        return false;
    if (note_within(sending, paper, request, error) && store_commit(store, error))
        return true;
    store_rollback(store);
    return false;
}

static bool send(struct sending *sending, const struct paper *paper, bool there,
                 gint64 *ret_request, GError **error)
{
    struct cve_room *room = sending->room;
    g_autofree char *path = g_strdup_printf("/cve/%s/cna", paper->cve);
    const struct cve_change change = {
        .request = {paper->advisory, "publish", room->context->now, room->who},
        .method = there ? "PUT" : "POST",
        .path = path,
        .body = json_pack("{s:O}", "cnaContainer", cna_of(paper->json))};
    struct cve_reply reply = {0};
    bool lost = false;
    if (!cve_server_change(room, &change, &reply, ret_request, &lost, error)) {
        g_prefix_error(error,
                       lost ? "whether the record of %s arrived is not known, publish it "
                              "again: it is looked for first: "
                            : "the record of %s was not taken: ",
                       paper->publication->id);
        return false;
    }
    bool done = is_same(json_object_get(reply.json, there ? "updated" : "created"), paper->json) ||
                fault_raise(error, FAULT_REMOTE,
                            "the CVE server keeps something else of %s than was sent: look at it "
                            "there, then publish it again",
                            paper->publication->id);
    cve_reply_clear(&reply);
    return done;
}

static bool is_sent(const struct sending *sending, const struct paper *paper)
{
    const struct cve_id *id = cve_ids_find(sending->kept, paper->cve);
    return id != NULL && id->sent_at != G_MININT64 && g_str_equal(id->state, "published") &&
           memcmp(id->sent, paper->digest, sizeof id->sent) == 0;
}

/* Looking first tells the first time from later ones, also after an answer that was lost. */
static bool send_new(struct sending *sending, const struct paper *paper, GError **error)
{
    json_t *there = NULL;
    gint64 request = 0;
    if (!cve_server_record(sending->room, paper->cve, &there, error))
        return false;
    bool rejected = g_strcmp0(text_at(there, "cveMetadata", "state"), "REJECTED") == 0;
    bool same = there != NULL && is_same(there, paper->json);
    bool done = rejected
                    ? fault_raise(error, FAULT_DATA,
                                  "%s has a CVE that was rejected: take it out of the text, or "
                                  "ask the CVE Program",
                                  paper->publication->id)
                    : (same || send(sending, paper, there != NULL, &request, error)) &&
                          note(sending, paper, request, error);
    json_decref(there);
    sending->sent += done && !same;
    sending->same += done && same;
    return done;
}

static bool publish_one(struct sending *sending, struct paper *paper, GError **error)
{
    if (!read_paper(sending, paper, error) || !check_paper(sending, paper, error) ||
        !check_permit(paper->publication, error))
        return false;
    bool same = is_sent(sending, paper);
    sending->same += same;
    return same || send_new(sending, paper, error);
}

static bool publish(struct sending *sending, const char *word, GError **error)
{
    g_autoptr(RecordAdvisory) advisory = cve_room_find(sending->room, word, error);
    g_autoptr(Publication) publication =
        advisory == NULL ? NULL : open_public(sending, advisory, error);
    if (publication == NULL)
        return false;
    if (publication->cves->len == 0)
        return fault_raise(error, FAULT_DATA, "%s names no CVE: nothing can be published of it",
                           publication->id);
    for (guint i = 0; i < publication->cves->len; i++) {
        struct paper paper = {.cve = publication->cves->pdata[i],
                              .publication = publication,
                              .advisory = advisory->id};
        bool done = record_conf_good_cve(paper.cve)
                        ? publish_one(sending, &paper, error)
                        : fault_raise(error, FAULT_DATA, "%s has a CVE that is none in its heading",
                                      publication->id);
        paper_clear(&paper);
        if (!done)
            return false;
    }
    return true;
}

static bool open_all(struct sending *sending, GError **error)
{
    struct cve_room *room = sending->room;
    g_autofree char *policies = g_build_filename(room->context->home->folder, "policies", NULL);
    struct ledger_state state;
    sending->policies = policies_load(policies, error);
    sending->kept = sending->policies == NULL ? NULL : cve_ids_all(desk_store(room->desk), error);
    return sending->kept != NULL && ledger_verify(desk_store(room->desk), &state, error) &&
           find_newest(sending, error) && cve_server_open(room, error);
}

bool cve_verb_publish(struct cve_room *room, int argc, char **argv, GError **error)
{
    struct sending sending = {.room = room};
    if (argc < 2)
        return fault_raise(error, FAULT_USAGE, "publish the records of which advisories?");
    bool done = open_all(&sending, error);
    for (int i = 1; i < argc && done; i++)
        done = publish(&sending, argv[i], error);
    if (sending.sent + sending.same > 0 && room->context->verbosity >= 0)
        printf("%u sent, %u as they were\n", sending.sent, sending.same);
    g_clear_pointer(&sending.policies, g_ptr_array_unref);
    g_clear_pointer(&sending.kept, g_ptr_array_unref);
    return done;
}
