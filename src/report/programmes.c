#include "as_of.h"
#include "clock.h"
#include "deeds.h"
#include "fault.h"
#include "journeys.h"

#include <string.h>

#define DAY ((gint64)86400)
#define ACTIVE_MONTHS 12

enum { PERSON, PROGRAMME, YEAR, FROM, TO, COLUMNS };

/* Somebody who took part, and what they did. */
struct member {
    char *written; /* the person as the file names them */
    char *programme;
    int year;
    gint64 from, to; /* half-open */
    guint person;    /* PEOPLE_NOBODY: never seen in the history */
    guint before, during, after, approvals;
    gint64 last; /* newest commit or approval; 0: none */
};

struct cohorts {
    const struct journeys_question *question;
    const char *path;
    struct reviewers *reviewers;
    GArray *members;
    gint64 end; /* of what is counted */
};

static void member_clear(gpointer pointer)
{
    struct member *member = pointer;
    g_free(member->written);
    g_free(member->programme);
}

static bool refuse(const struct cohorts *cohorts, guint line, const char *what, const char *text,
                   GError **error)
{
    return fault_raise(error, FAULT_CONFIG, "%s:%u: \"%s\" %s", cohorts->path, line, text, what);
}

static bool read_span(const struct cohorts *cohorts, char **cells, guint line,
                      struct member *member, GError **error)
{
    guint64 year = 0;
    if (!g_ascii_string_to_unsigned(cells[YEAR], 10, 1970, 9998, &year, NULL))
        return refuse(cohorts, line, "is not a year such as 2018", cells[YEAR], error);
    member->year = (int)year;
    member->from = clock_day((int)year, 1, 1);
    member->to = clock_day((int)year + 1, 1, 1);
    for (guint i = FROM; i <= TO; i++)
        if (*cells[i] != '\0' &&
            (strlen(cells[i]) != 10 ||
             !clock_parse_day(cells[i], i == FROM ? &member->from : &member->to, NULL)))
            return refuse(cohorts, line, "is not a day: write it like 2018-06-01", cells[i], error);
    if (*cells[TO] != '\0')
        member->to += DAY;
    return member->from < member->to ||
           refuse(cohorts, line, "lies before the first day", cells[TO], error);
}

static bool read_line(struct cohorts *cohorts, const char *text, guint line, GError **error)
{
    static char empty[1];
    char *cells[COLUMNS];
    g_auto(GStrv) written = g_strsplit(text, "\t", -1);
    guint count = g_strv_length(written);
    struct member member = {0};
    if (!g_utf8_validate(text, -1, NULL))
        return fault_raise(error, FAULT_CONFIG, "%s:%u: the line is not UTF-8", cohorts->path,
                           line);
    if (count <= YEAR || count > COLUMNS)
        return fault_raise(error, FAULT_CONFIG,
                           "%s:%u: found %u column%s: write person, programme and year, and if it "
                           "was not the whole year its first and last day, parted by tabs",
                           cohorts->path, line, count, count == 1 ? "" : "s");
    for (guint i = 0; i < COLUMNS; i++)
        cells[i] = i < count ? g_strstrip(written[i]) : empty;
    if (*cells[PERSON] == '\0' || *cells[PROGRAMME] == '\0')
        return fault_raise(error, FAULT_CONFIG, "%s:%u: the %s is missing", cohorts->path, line,
                           *cells[PERSON] == '\0' ? "person" : "programme");
    if (!read_span(cohorts, cells, line, &member, error))
        return false;
    bool address = strchr(cells[PERSON], '@') != NULL;
    member.written = g_strdup(cells[PERSON]);
    member.programme = g_strdup(cells[PROGRAMME]);
    member.person = reviewers_person(cohorts->reviewers, address ? "" : member.written,
                                     address ? member.written : "");
    g_array_append_val(cohorts->members, member);
    return true;
}

static bool read_file(struct cohorts *cohorts, GError **error)
{
    g_autofree char *text = NULL;
    gsize length = 0;
    if (!g_file_get_contents(cohorts->path, &text, &length, NULL))
        return fault_raise(error, FAULT_NOINPUT,
                           "%s cannot be read: write a line for each person there: person, "
                           "programme and year, parted by tabs",
                           cohorts->path);
    if (strlen(text) != length)
        return fault_raise(error, FAULT_CONFIG, "%s: it holds a NUL byte: it is no text",
                           cohorts->path);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        g_strchomp(lines[i]);
        if (lines[i][0] != '#' && lines[i][0] != '\0' &&
            !read_line(cohorts, lines[i], i + 1, error))
            return false;
    }
    return cohorts->members->len > 0 ||
           fault_raise(error, FAULT_NOINPUT, "%s names nobody", cohorts->path);
}

static void note_deed(struct member *member, const struct deed *deed)
{
    member->last = MAX(member->last, deed->time);
    if (deed->kind != DEED_COMMIT)
        member->approvals++;
    else if (deed->author_time < member->from)
        member->before++;
    else if (deed->author_time < member->to)
        member->during++;
    else
        member->after++;
}

static bool count_deeds(struct cohorts *cohorts, GError **error)
{
    g_autoptr(GArray) deeds =
        deeds_read(cohorts->question->book, cohorts->reviewers, READING_ALL, error);
    for (guint i = 0; deeds != NULL && i < deeds->len; i++) {
        const struct deed *deed = &g_array_index(deeds, struct deed, i);
        for (guint j = 0; deed->time < cohorts->end && j < cohorts->members->len; j++) {
            struct member *member = &g_array_index(cohorts->members, struct member, j);
            if (member->person == deed->person)
                note_deed(member, deed);
        }
    }
    return deeds != NULL;
}

static int compare_members(gconstpointer a, gconstpointer b)
{
    const struct member *left = a, *right = b;
    int order = strcmp(left->programme, right->programme);
    if (order == 0)
        order = left->year - right->year;
    return order != 0 ? order : strcmp(left->written, right->written);
}

static bool is_active(const struct cohorts *cohorts, const struct member *member)
{
    return member->last >= as_of_months_before(cohorts->end, ACTIVE_MONTHS);
}

static struct table *people_table(const struct cohorts *cohorts, const struct people *people)
{
    static const struct table_column columns[] = {
        {"programme", "Programme", TABLE_KIND_STRING, 0},
        {"year", "Year", TABLE_KIND_INT, 0},
        {"person", "Person", TABLE_KIND_STRING, 0},
        {"known", "In the history", TABLE_KIND_BOOL, 0},
        {"before", "Before", TABLE_KIND_INT, 0},
        {"during", "During", TABLE_KIND_INT, 0},
        {"after", "After", TABLE_KIND_INT, 0},
        {"approvals", "Approvals", TABLE_KIND_INT, 0},
        {"last", "Last", TABLE_KIND_STRING, 0},
        {"active", "Active", TABLE_KIND_BOOL, 0},
    };
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < cohorts->members->len; i++) {
        const struct member *member = &g_array_index(cohorts->members, struct member, i);
        bool known = member->person != PEOPLE_NOBODY;
        table_string(table, member->programme);
        table_int(table, member->year);
        table_string(table, known ? people_name(people, member->person) : member->written);
        table_bool(table, known);
        table_int(table, member->before);
        table_int(table, member->during);
        table_int(table, member->after);
        table_int(table, member->approvals);
        journeys_add_day(table, member->last);
        table_bool(table, is_active(cohorts, member));
    }
    return table;
}

/* What the people of one programme and year come to, from `*at` on. */
static void add_cohort(const struct cohorts *cohorts, struct table *table, guint *at)
{
    const struct member *first = &g_array_index(cohorts->members, struct member, *at);
    guint people = 0, landed = 0, stayed = 0, active = 0;
    guint before = 0, during = 0, after = 0;
    for (; *at < cohorts->members->len; ++*at) {
        const struct member *member = &g_array_index(cohorts->members, struct member, *at);
        if (member->year != first->year || !g_str_equal(member->programme, first->programme))
            break;
        people++;
        landed += member->during > 0;
        stayed += member->after > 0;
        active += is_active(cohorts, member);
        before += member->before;
        during += member->during;
        after += member->after;
    }
    const guint numbers[] = {people, landed, stayed, active, before, during, after};
    table_string(table, first->programme);
    table_int(table, first->year);
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
        table_int(table, numbers[i]);
}

static struct table *cohorts_table(const struct cohorts *cohorts)
{
    static const struct table_column columns[] = {
        {"programme", "Programme", TABLE_KIND_STRING, 0},
        {"year", "Year", TABLE_KIND_INT, 0},
        {"people", "People", TABLE_KIND_INT, 0},
        {"landed", "Landed a patch", TABLE_KIND_INT, 0},
        {"stayed", "Wrote on", TABLE_KIND_INT, 0},
        {"active", "Active", TABLE_KIND_INT, 0},
        {"before", "Before", TABLE_KIND_INT, 0},
        {"during", "During", TABLE_KIND_INT, 0},
        {"after", "After", TABLE_KIND_INT, 0},
    };
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint at = 0; at < cohorts->members->len;)
        add_cohort(cohorts, table, &at);
    return table;
}

static char *tell(const struct cohorts *cohorts)
{
    g_autofree char *day = clock_format_day(cohorts->end);
    return g_strdup_printf(
        "Counted: %s, all branches, commits to before %s without merges, people joined by the "
        "mailmap.\n"
        "Before, during and after the days of the programme (or its calendar year) by author date; "
        "active: a commit or an approval in the last %d months by committer date.",
        book_repository(cohorts->question->book)->name, day, ACTIVE_MONTHS);
}

bool programmes_tell(const struct journeys_question *question, struct journeys_answer *ret_answer,
                     GError **error)
{
    g_autofree char *path =
        g_build_filename(question->home->folder, "people", "programmes.tsv", NULL);
    const struct people *people = book_people(question->book, PEOPLE_MAILMAP, error);
    struct cohorts cohorts = {
        .question = question,
        .path = path,
        .members = g_array_new(FALSE, FALSE, sizeof(struct member)),
        .end = as_of_find(question->book, question->now).end,
    };
    g_array_set_clear_func(cohorts.members, member_clear);
    if (people != NULL)
        cohorts.reviewers = reviewers_new(question->book, PEOPLE_MAILMAP, NULL, error);
    bool done =
        cohorts.reviewers != NULL && read_file(&cohorts, error) && count_deeds(&cohorts, error);
    if (done) {
        g_array_sort(cohorts.members, compare_members);
        *ret_answer = (struct journeys_answer){question->each ? people_table(&cohorts, people)
                                                              : cohorts_table(&cohorts),
                                               tell(&cohorts)};
    }
    reviewers_free(cohorts.reviewers);
    g_array_unref(cohorts.members);
    return done;
}
