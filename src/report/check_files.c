#include "check_parts.h"
#include "clock.h"
#include "fault.h"

#include <string.h>

/* A branch is not ready yet: what is missing there is a warning. */
static enum check_level level_of(const struct checking *checking)
{
    return checking->release != NULL ? CHECK_FAIL : CHECK_WARN;
}

static bool match_file(struct checking *checking, struct check_result *result,
                       const struct home_check *check, const char *path, const char *text,
                       GError **error)
{
    g_autofree char *pattern = check_fill(checking, check->pattern, true);
    g_autoptr(GError) reason = NULL;
    g_autoptr(GRegex) regex =
        g_regex_new(pattern, G_REGEX_MULTILINE | G_REGEX_RAW, G_REGEX_MATCH_DEFAULT, &reason);
    if (regex == NULL)
        return fault_raise(error, FAULT_CONFIG, "barograph.conf: [check %s] pattern: %s",
                           check->name, reason->message);
    bool found = g_regex_match(regex, text, 0, NULL);
    struct check_finding *finding =
        check_find(result, found ? CHECK_OK : level_of(checking), "%s: %s %s", check->name, path,
                   found ? "says so" : "does not say so");
    check_evidence(finding, "looked for: %s", pattern);
    return true;
}

static bool check_file(struct checking *checking, struct check_result *result,
                       const struct home_check *check, GError **error)
{
    g_autofree char *path = check_fill(checking, check->file, false);
    g_autofree char *text = NULL;
    struct source *source = check_source(checking, error);
    if (source == NULL ||
        !source_read_any(source, checking->commit, path, SOURCE_MOST, &text, NULL, error))
        return false;
    if (text != NULL)
        return match_file(checking, result, check, path, text, error);
    check_find(result, level_of(checking), "%s: there is no file %s", check->name, path);
    return true;
}

bool check_files(struct checking *checking, struct check_result *result, GError **error)
{
    for (guint i = 0; i < checking->home->checks->len; i++) {
        const struct home_check *check = g_ptr_array_index(checking->home->checks, i);
        g_autoptr(GError) reason = NULL;
        if (!check_file(checking, result, check, &reason) &&
            !check_forgive(result, CHECK_FAIL, &reason, error))
            return false;
    }
    return true;
}

bool check_find_day(const char *text, const char *mark, gint64 *ret_day)
{
    const char *at = strstr(text, mark);
    if (at == NULL)
        return false;
    at += strlen(mark);
    const char *end = at + strcspn(at, "\n");
    for (; end - at >= 10; at++) {
        g_autofree char *day = g_strndup(at, 10);
        if (g_ascii_isdigit(*day) && clock_parse_day(day, ret_day, NULL))
            return true;
    }
    return false;
}

static void judge_days(struct checking *checking, struct check_result *result, gint64 until,
                       gint64 security)
{
    const struct release *release = checking->release;
    gint64 day = release == NULL         ? checking->until
                 : release->tag_time > 0 ? release->tag_time
                                         : release->commit_time;
    g_autofree char *first = clock_format_day(until);
    g_autofree char *last = clock_format_day(security);
    if (security < until)
        check_find(result, CHECK_WARN, "security support ends on %s, before support on %s", last,
                   first);
    else if (day >= security)
        check_find(result, CHECK_WARN, "security support of this line ended on %s", last);
    else
        check_find(result, CHECK_OK, "supported until %s, security until %s", first, last);
}

bool check_support(struct checking *checking, struct check_result *result, GError **error)
{
    const struct home_releases *words = &checking->home->releases;
    g_autofree char *text = NULL;
    gint64 until = 0, security = 0;
    if (words->support_file == NULL)
        return true;
    g_autoptr(GError) reason = NULL;
    struct source *source = check_source(checking, &reason);
    if (source == NULL || !source_read_any(source, checking->commit, words->support_file,
                                           SOURCE_MOST, &text, NULL, &reason))
        return check_forgive(result, CHECK_WARN, &reason, error);
    if (text == NULL)
        check_find(result, CHECK_WARN, "there is no file %s", words->support_file);
    else if (!check_find_day(text, words->support_until, &until))
        check_find(result, CHECK_WARN, "%s has no day after %s", words->support_file,
                   words->support_until);
    else if (!check_find_day(text, words->security_until, &security))
        check_find(result, CHECK_WARN, "%s has no day after %s", words->support_file,
                   words->security_until);
    else
        judge_days(checking, result, until, security);
    return true;
}
