#include "stages.h"

#include "fault.h"

static const char *const done[STAGE_STEPS] = {
    [STAGE_FREEZE] = "frozen",
    [STAGE_MEMBERS] = "disclosed to members",
    [STAGE_PUBLIC] = "disclosed to the public",
    [STAGE_UPDATE] = "disclosed in a later version",
    [STAGE_VACATE] = "vacated",
    [STAGE_WITHDRAW] = "withdrawn",
};

/* By step; NULL: not legal. */
static const struct {
    const char *state;
    const char *after[STAGE_STEPS];
} stages[] = {
    /*               freeze       members         public      update     vacate        withdraw */
    {"draft", {"frozen", NULL, NULL, NULL, "draft", "withdrawn"}},
    {"frozen", {"frozen", "predisclosed", "public", "updated", "frozen", "withdrawn"}},
    {"predisclosed", {"frozen", "predisclosed", "public", "updated", "predisclosed", "withdrawn"}},
    {"public", {"public", "public", "public", "updated", NULL, "withdrawn"}},
    {"updated", {"updated", "updated", "updated", "updated", NULL, "withdrawn"}},
    {"withdrawn", {"withdrawn", "withdrawn", "withdrawn", "withdrawn", NULL, NULL}},
};

static char *list_legal(gsize stage)
{
    GString *list = g_string_new(NULL);
    for (guint step = 0; step < STAGE_STEPS; step++)
        if (stages[stage].after[step] != NULL)
            g_string_append_printf(list, "%s%s", list->len == 0 ? "" : ", ", done[step]);
    return g_string_free(list, FALSE);
}

const char *stage_after(const char *number, const char *state, enum stage_step step, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(stages); i++) {
        if (!g_str_equal(stages[i].state, state))
            continue;
        if (stages[i].after[step] != NULL)
            return stages[i].after[step];
        g_autofree char *legal = list_legal(i);
        fault_raise(error, FAULT_DATA,
                    "advisory %s is %s%s and cannot be %s; what it can be is: %s", number,
                    i == 0 ? "a " : "", state, done[step], legal);
        return NULL;
    }
    fault_raise(error, FAULT_INTERNAL, "nobody knows the state of advisory %s", number);
    return NULL;
}
