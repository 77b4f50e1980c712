/* advisory new: an advisory begins. */
#include "advisory_room.h"
#include "draft.h"
#include "fault.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FROM_INPUT "-"

/* What standard input gives in place of "-": titles and CVEs are embargoed, and everybody on the
 * machine can read a command line. */
struct dictation {
    char *title;     /* NULL: it is on the command line */
    GPtrArray *cves; /* char *, ended by NULL */
};

static void dictation_clear(struct dictation *dictation)
{
    g_free(dictation->title);
    g_ptr_array_unref(dictation->cves);
}

/* A line without its line feed; NULL at the end. Asks for it when a person is there. */
static char *read_answer(const char *question)
{
    enum { LONGEST = 1000 };
    char line[LONGEST];
    if (isatty(STDIN_FILENO) != 0)
        fputs(question, stderr);
    if (fgets(line, sizeof line, stdin) == NULL)
        return NULL;
    return g_strdup(g_strchomp(line));
}

static bool is_input(const char *word)
{
    return g_strcmp0(word, FROM_INPUT) == 0;
}

/* The title is the first line; then the CVEs, a line each, to an empty one or the end. */
static bool take_dictation(struct dictation *dictation, GError **error)
{
    bool more = false;
    if (is_input(advisory_given.title) && (dictation->title = read_answer("title: ")) == NULL)
        return fault_raise(error, FAULT_USAGE, "standard input ended where the title should be");
    for (char **cve = advisory_given.cves; cve != NULL && *cve != NULL; cve++) {
        if (is_input(*cve))
            more = true;
        else
            g_ptr_array_add(dictation->cves, g_strdup(*cve));
    }
    while (more) {
        char *cve = read_answer("CVE (empty: no more): ");
        more = cve != NULL && *cve != '\0';
        if (more)
            g_ptr_array_add(dictation->cves, cve);
        else
            g_free(cve);
    }
    g_ptr_array_add(dictation->cves, NULL);
    return true;
}

static bool check_policies(const struct room *room, GError **error)
{
    g_autofree char *folder = g_build_filename(room->context->home->folder, "policies", NULL);
    g_autoptr(GPtrArray) known = policies_load(folder, error);
    char **name = room->context->home->advisory_policies;
    for (; known != NULL && name != NULL && *name != NULL; name++)
        if (policies_find(known, *name, error) == NULL)
            return false;
    return known != NULL;
}

static bool make(struct room *room, struct draft_given *given, GError **error)
{
    struct dictation dictation = {NULL, g_ptr_array_new_with_free_func(g_free)};
    g_autofree char *number = NULL;
    bool made = take_dictation(&dictation, error);
    if (made) {
        given->title = dictation.title != NULL ? dictation.title : advisory_given.title;
        given->cves = (const char *const *)dictation.cves->pdata;
        made = room_open(room, DESK_WRITE, error) &&
               draft_make(room->desk, room->layout, given, &number, error);
    }
    dictation_clear(&dictation);
    if (!made)
        return false;
    g_autofree char *id = layout_id(room->layout, number);
    g_autofree char *folder = draft_folder(room->layout, number);
    return printf("%s: write its advisory.txt and record.conf in security/%s\n", id, folder) > 0;
}

bool verb_new(struct room *room, int argc, char **argv, GError **error)
{
    struct draft_given given = {
        .number = advisory_given.number == NULL ? NULL : room_number(room, advisory_given.number),
        .policies = (const char *const *)room->context->home->advisory_policies,
        .now = room->context->now};
    (void)argv;
    if (argc > 0 || advisory_given.title == NULL)
        return fault_raise(error, FAULT_USAGE,
                           "advisory new takes no argument, and needs a --title; --title - reads "
                           "it from standard input, where nobody else sees it");
    if (advisory_given.number != NULL && given.number == NULL)
        return fault_raise(error, FAULT_USAGE,
                           "--number is up to six digits, or 2026-01 and the like");
    return room_audience(false, &given.public_text, error) && check_policies(room, error) &&
           make(room, &given, error);
}
