/* What is said of an advisory once its parts are looked for. */
#include "fixes.h"

static const char *const evidence_names[] = {
    [FIXES_MISSING] = "missing",
    [FIXES_REVERTED] = "reverted",
    [FIXES_ITSELF] = "itself",
    [FIXES_ORIGIN] = "origin",
    [FIXES_DECLARED] = "declared",
    [FIXES_TWIN] = "same change",
    [FIXES_NOT_AFFECTED] = "not affected",
};

static const char *const state_names[] = {
    [FIXES_APPLIED] = "applied", [FIXES_PARTLY] = "partly",   [FIXES_NONE_NEEDED] = "not affected",
    [FIXES_WAIVED] = "waived",   [FIXES_UNKNOWN] = "unknown",
};

const char *fixes_evidence_name(enum fixes_evidence evidence)
{
    return evidence_names[evidence];
}

const char *fixes_state_name(enum fixes_state state)
{
    return state_names[state];
}

bool fixes_is_present(enum fixes_evidence evidence)
{
    return evidence >= FIXES_ITSELF && evidence <= FIXES_TWIN;
}

struct fixes_advisory *fixes_find(const GPtrArray *advisories, const char *name)
{
    for (guint i = 0; i < advisories->len; i++) {
        struct fixes_advisory *advisory = g_ptr_array_index(advisories, i);
        if (g_str_equal(advisory->name, name))
            return advisory;
    }
    return NULL;
}

void fixes_waive(const GPtrArray *advisories, const struct home *home, const char *const *where)
{
    for (guint i = 0; i < home->waivers->len; i++) {
        const struct home_waiver *waiver = g_ptr_array_index(home->waivers, i);
        struct fixes_advisory *advisory = fixes_find(advisories, waiver->advisory);
        bool meant = waiver->where == NULL || g_strv_contains(where, waiver->where);
        if (!meant || advisory == NULL || advisory->missing == 0)
            continue;
        advisory->state = FIXES_WAIVED;
        advisory->reason = waiver->reason;
    }
}

char *fixes_cell(const struct fixes_advisory *advisory)
{
    if (advisory == NULL)
        return g_strdup("N/A");
    if (advisory->state == FIXES_APPLIED)
        return g_strdup("Applied");
    if (advisory->present > 0)
        return g_strdup_printf("Applied (%u of %u)", advisory->present, advisory->parts->len);
    return g_strdup(advisory->state == FIXES_UNKNOWN ? "Unknown" : "N/A");
}
