#include "doctor.h"

#include "clock.h"
#include "fault.h"
#include "incoming.h"

static void free_finding(gpointer pointer)
{
    struct doctor_finding *finding = pointer;
    g_free(finding->sentence);
    g_free(finding);
}

GPtrArray *doctor_findings_new(void)
{
    return g_ptr_array_new_with_free_func(free_finding);
}

static void tell(GPtrArray *findings, struct doctor_finding finding)
{
    g_ptr_array_add(findings, g_memdup2(&finding, sizeof finding));
}

static const char *const trouble_rules[] = {
    [PGP_REVOKED] = "key-revoked",
    [PGP_DISABLED] = "key-disabled",
    [PGP_EXPIRED_BY_THEN] = "key-expired",
    [PGP_NO_ENCRYPTION] = "key-cannot-encrypt",
    [PGP_WEAK] = "key-weak",
};

static void look_at_key(const struct member *member, const struct pgp_key *key, gint64 on,
                        GPtrArray *findings)
{
    gint64 until = 0;
    enum pgp_trouble trouble = pgp_key_trouble(key, on, &until);
    if (trouble != PGP_USABLE) {
        tell(findings, (struct doctor_finding){member, true, trouble_rules[trouble],
                                               g_strdup_printf("its key %s: ask for a new one",
                                                               pgp_trouble_words(trouble))});
        return;
    }
    if (until == 0 || until > on + DOCTOR_FORECAST)
        return;
    g_autofree char *day = clock_format_day(until);
    tell(findings,
         (struct doctor_finding){member, false, "key-ends",
                                 g_strdup_printf("its key ends on %s: ask for a longer one", day)});
}

void doctor_look(const struct member *member, const struct pgp_key *key, gint64 on,
                 GPtrArray *findings)
{
    if (member->state != MEMBER_ACTIVE)
        return;
    if (member->delivery == MEMBER_PGP && key == NULL)
        tell(findings, (struct doctor_finding){
                           member, true, "no-key",
                           g_strdup("its key is not in the keyring: member key takes one in")});
    if (member->delivery == MEMBER_PGP && key != NULL)
        look_at_key(member, key, on, findings);
    if (member_looks_personal(member->address))
        tell(findings, (struct doctor_finding){
                           member, false, "personal-address",
                           g_strdup("its address looks like a person's: ask for a role's")});
}

void doctor_look_back(const struct member *member, bool bounced, GPtrArray *findings)
{
    if (member->state == MEMBER_ACTIVE && bounced)
        tell(findings, (struct doctor_finding){
                           member, true, "bounced",
                           g_strdup("its last message came back: ask for a working address")});
}

/* Two members with one key: what is for one of them was perhaps meant for another's. */
static void look_around(const GPtrArray *members, guint at, GPtrArray *findings)
{
    const struct member *member = members->pdata[at];
    for (guint i = 0; i < members->len; i++) {
        const struct member *other = members->pdata[i];
        if (i == at || member->state != MEMBER_ACTIVE || other->state != MEMBER_ACTIVE ||
            member->fingerprint == NULL || g_strcmp0(member->fingerprint, other->fingerprint) != 0)
            continue;
        tell(findings,
             (struct doctor_finding){
                 member, false, "key-shared",
                 g_strdup_printf("its key is that of %s as well: is it its own?", other->name)});
        return;
    }
}

static bool look_up(struct pgp *pgp, const struct member *member, struct pgp_key **ret_key,
                    GError **error)
{
    g_autoptr(GError) reason = NULL;
    *ret_key = NULL;
    if (member->fingerprint == NULL)
        return true;
    *ret_key = pgp_key_find(pgp, member->fingerprint, &reason);
    if (*ret_key != NULL || g_error_matches(reason, FAULT_DOMAIN, FAULT_NOINPUT))
        return true;
    g_propagate_error(error, g_steal_pointer(&reason));
    return false;
}

GPtrArray *doctor_round(const GPtrArray *members, struct store *desk, struct pgp *pgp, gint64 on,
                        GError **error)
{
    g_autoptr(GPtrArray) findings = doctor_findings_new();
    for (guint i = 0; i < members->len; i++) {
        const struct member *member = members->pdata[i];
        g_autoptr(PgpKey) key = NULL;
        bool bounced = false;
        if (!look_up(pgp, member, &key, error) ||
            !incoming_last_bounced(desk, member->id, &bounced, error))
            return NULL;
        doctor_look(member, key, on, findings);
        doctor_look_back(member, bounced, findings);
        look_around(members, i, findings);
    }
    return g_steal_pointer(&findings);
}
