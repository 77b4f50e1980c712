#include "lint_dates.h"

#include <string.h>

static void check_past(GPtrArray *findings, const struct lint_dates *dates, enum policy_event event)
{
    gint64 time = dates->conf->at[event];
    if (time == POLICY_UNKNOWN || time >= dates->now)
        return;
    g_autofree char *shown = plan_time(time);
    lint_report(findings, LINT_DATE_PAST, 0, "%s is planned for %s, which is past",
                policy_event_phrase(event), shown);
}

/* What has happened cannot lie ahead. */
static void check_future(GPtrArray *findings, const struct lint_dates *dates,
                         enum policy_event event)
{
    gint64 time = dates->conf->at[event];
    if (time == POLICY_UNKNOWN || time <= dates->now)
        return;
    g_autofree char *shown = plan_time(time);
    lint_report(findings, LINT_DATE_POLICY, 0, "%s has its date ahead: %s",
                policy_event_phrase(event), shown);
}

/* Whether some policy avoids the moment of publication. */
static bool check_avoided(GPtrArray *findings, const struct lint_dates *dates)
{
    gint64 public = dates->conf->at[POLICY_PUBLIC];
    bool found = false;
    for (guint i = 0; public != POLICY_UNKNOWN && i < dates->count; i++) {
        const char *why = policy_avoids(dates->policies[i], public, dates->workdays);
        if (why == NULL)
            continue;
        g_autofree char *shown = plan_time(public);
        lint_report(findings, LINT_DATE_AVOIDED, 0,
                    "publication is planned for %s, %s, which %s avoids", shown, why,
                    dates->policies[i]->name);
        found = true;
    }
    return found;
}

static void check_window(GPtrArray *findings, const struct plan_window *window, bool avoided)
{
    if (window->conflict != NULL)
        lint_report(findings, LINT_DATE_POLICY, 0, "%s", window->conflict);
    else if (window->objection != NULL && !avoided)
        lint_report(findings, LINT_DATE_POLICY, 0, "%s", window->objection);
}

static void check_policies(GPtrArray *findings, const struct lint_dates *dates, bool avoided)
{
    struct plan_question question;
    if (dates->count == 0)
        return;
    plan_question_init(&question);
    question.policies = dates->policies;
    question.count = dates->count;
    question.workdays = dates->workdays;
    memcpy(question.at, dates->conf->at, sizeof question.at);
    g_autoptr(Plan) plan = plan_make(&question);
    check_window(findings, &plan->predisclosure, false);
    check_window(findings, &plan->publication, avoided);
}

void lint_dates(GPtrArray *findings, const struct lint_dates *dates)
{
    static const enum policy_event over[] = {POLICY_DISCOVERED, POLICY_REPORTED,  POLICY_CONFIRMED,
                                             POLICY_FIXED,      POLICY_EXPLOITED, POLICY_LEAKED};
    for (gsize i = 0; i < G_N_ELEMENTS(over); i++)
        check_future(findings, dates, over[i]);
    if (!dates->told && !dates->conf->public_text)
        check_past(findings, dates, POLICY_PREDISCLOSURE);
    if (dates->vacated)
        return;
    check_past(findings, dates, POLICY_PUBLIC);
    check_policies(findings, dates, check_avoided(findings, dates));
}
