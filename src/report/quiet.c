#include "as_of.h"
#include "clock.h"
#include "deeds.h"
#include "journeys.h"

#include <string.h>

#define YEAR_MONTHS 12

/* One person, while their deeds are walked in the order of time. */
struct regular {
    guint person;
    guint commits, approvals;
    gint64 first, last, last_author_time;
    gint64 last_identity;
    int months[YEAR_MONTHS]; /* the last different months with a deed, in a ring */
    guint seen;              /* how many there were */
    bool steady;             /* as many of them as it takes lay within twelve */
};

static int month_of(gint64 time)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
    return date == NULL
               ? 0
               : g_date_time_get_year(date) * YEAR_MONTHS + g_date_time_get_month(date) - 1;
}

static void note_month(struct regular *regular, int month, guint wanted)
{
    if (regular->seen > 0 && regular->months[(regular->seen - 1) % YEAR_MONTHS] == month)
        return;
    regular->months[regular->seen++ % YEAR_MONTHS] = month;
    if (regular->seen >= wanted &&
        month - regular->months[(regular->seen - wanted) % YEAR_MONTHS] < YEAR_MONTHS)
        regular->steady = true;
}

static void note_deed(struct regular *regular, const struct deed *deed, guint wanted)
{
    if (regular->last == 0)
        regular->first = deed->time;
    regular->person = deed->person;
    regular->last = deed->time;
    regular->last_identity = deed->identity;
    regular->last_author_time = deed->author_time;
    regular->commits += deed->kind == DEED_COMMIT;
    regular->approvals += deed->kind != DEED_COMMIT;
    note_month(regular, month_of(deed->time), wanted);
}

static int compare_regulars(gconstpointer a, gconstpointer b)
{
    const struct regular *left = a, *right = b;
    if (left->last != right->last)
        return left->last > right->last ? -1 : 1;
    return (left->person > right->person) - (left->person < right->person);
}

static GArray *find_quiet(const struct journeys_question *question, gint64 end, guint count,
                          const GArray *deeds)
{
    gint64 edge = as_of_months_before(end, (int)question->silent);
    GArray *regulars = g_array_new(FALSE, TRUE, sizeof(struct regular));
    g_array_set_size(regulars, count);
    for (guint i = 0; i < deeds->len; i++) {
        const struct deed *deed = &g_array_index(deeds, struct deed, i);
        if (deed->time < end)
            note_deed(&g_array_index(regulars, struct regular, deed->person), deed,
                      question->months);
    }
    for (guint i = regulars->len; i > 0; i--) {
        const struct regular *regular = &g_array_index(regulars, struct regular, i - 1);
        if (!regular->steady || regular->last >= edge)
            g_array_remove_index_fast(regulars, i - 1);
    }
    g_array_sort(regulars, compare_regulars);
    return regulars;
}

static struct table *make_table(const struct journeys_question *question,
                                const struct people *people, struct reviewers *reviewers,
                                const GArray *regulars)
{
    static const struct table_column columns[] = {
        {"person", "Person", TABLE_KIND_STRING, 0},
        {"employer", "Last employer", TABLE_KIND_STRING, 0},
        {"commits", "Commits", TABLE_KIND_INT, 0},
        {"approvals", "Approvals", TABLE_KIND_INT, 0},
        {"first", "First", TABLE_KIND_STRING, 0},
        {"last", "Last", TABLE_KIND_STRING, 0},
        {"months", "Months active", TABLE_KIND_INT, 0},
    };
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < regulars->len; i++) {
        const struct regular *regular = &g_array_index(regulars, struct regular, i);
        struct reviewer last =
            reviewers_find(reviewers, regular->last_identity, regular->last_author_time);
        table_string(table, people_name(people, regular->person));
        table_string(table, book_employer_name(question->book, last.employer));
        table_int(table, regular->commits);
        table_int(table, regular->approvals);
        journeys_add_day(table, regular->first);
        journeys_add_day(table, regular->last);
        table_int(table, regular->seen);
    }
    return table;
}

static char *tell(const struct journeys_question *question, gint64 end, guint count)
{
    g_autofree char *day = clock_format_day(end);
    return g_strdup_printf(
        "Counted: %s, all branches, by committer date (UTC) to before %s, merges left out, people "
        "joined by the mailmap.\n"
        "A regular wrote a commit or approved another's (Reviewed-by, Acked-by) in %u different "
        "months of some twelve in a row, and went quiet when there is nothing in the last %u: %u "
        "%s.",
        book_repository(question->book)->name, day, question->months, question->silent, count,
        count == 1 ? "person" : "people");
}

bool quiet_tell(const struct journeys_question *question, struct journeys_answer *ret_answer,
                GError **error)
{
    gint64 end = as_of_find(question->book, question->now).end;
    const struct people *people = book_people(question->book, PEOPLE_MAILMAP, error);
    g_autoptr(Reviewers) reviewers =
        people == NULL ? NULL : reviewers_new(question->book, PEOPLE_MAILMAP, NULL, error);
    g_autoptr(GArray) deeds =
        reviewers == NULL ? NULL : deeds_read(question->book, reviewers, READING_ALL, error);
    if (deeds == NULL)
        return false;
    g_autoptr(GArray) regulars = find_quiet(question, end, people_count(people), deeds);
    *ret_answer = (struct journeys_answer){make_table(question, people, reviewers, regulars),
                                           tell(question, end, regulars->len)};
    return true;
}
