/* barograph people evidence, questions, diff: for whom somebody wrote, what nobody knows, and what
 * an answer changes. */
#include "as_of.h"
#include "clock.h"
#include "map_diff.h"
#include "people_parts.h"
#include "person.h"
#include "questions.h"

#include <stdio.h>
#include <string.h>

static void print_table(const struct context *context, const struct table *table,
                        enum table_format format)
{
    g_autofree char *text = table_format(table, format, context->colour);
    fputs(text, stdout);
}

static void add_day(struct table *table, gint64 time)
{
    g_autofree char *day = clock_format_day(time);
    table_string(table, day);
}

static void add_letter(struct table *table, char letter)
{
    char text[2] = {letter, '\0'};
    table_string(table, letter == '\0' ? NULL : text);
}

static bool ask_once(struct context *context, const struct people_request *request,
                     struct book **ret_book, struct signs **ret_signs, struct reading **ret_reading,
                     GError **error)
{
    g_autoptr(Reading) reading = reading_parse(&request->words, error);
    g_autoptr(Book) book = reading == NULL
                               ? NULL
                               : book_open_as_of(context->history, context->home,
                                                 reading->repository, reading->as_of, error);
    g_autoptr(Signs) signs = book == NULL ? NULL : signs_gather(book, context->home, error);
    if (signs == NULL)
        return false;
    if (signs_remark(signs) != NULL)
        fprintf(stderr, "barograph: %s\n", signs_remark(signs));
    *ret_book = g_steal_pointer(&book);
    *ret_signs = g_steal_pointer(&signs);
    *ret_reading = g_steal_pointer(&reading);
    return true;
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(a, b);
}

/* For whom the table counts the commits of a tenure: "Oracle 38, (unaffiliated) 2". */
static char *counted_words(const struct signs *signs, guint person, const struct tenure *tenure)
{
    const GArray *list = signs_of(signs, person);
    g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < list->len; i++) {
        const struct sign *sign = &g_array_index(list, struct sign, i);
        if (sign->counted == NULL ||
            &g_array_index(signs_tenures(signs, person), struct tenure, sign->tenure) != tenure)
            continue;
        gpointer name = (gpointer)(guintptr)sign->counted;
        guint before = GPOINTER_TO_UINT(g_hash_table_lookup(counts, name));
        g_hash_table_insert(counts, name, GUINT_TO_POINTER(before + 1));
    }
    g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(counts), compare_names);
    for (const GList *name = names; name != NULL; name = name->next)
        g_string_append_printf(text, "%s%s %u", text->len > 0 ? ", " : "", (char *)name->data,
                               GPOINTER_TO_UINT(g_hash_table_lookup(counts, name->data)));
    return g_string_free(text, FALSE);
}

static bool add_tenure(struct table *table, const struct signs *signs, guint person,
                       const struct tenure *tenure, GError **error)
{
    g_autofree char *reason = signs_reason(signs, person, tenure, error);
    g_autofree char *counted = counted_words(signs, person, tenure);
    if (reason == NULL)
        return false;
    table_string(table, tenure->employer);
    add_day(table, tenure->first);
    add_day(table, tenure->last);
    add_letter(table, tenure->letter);
    table_int(table, tenure->commits);
    table_string(table, reason);
    table_string(table, counted);
    return true;
}

static bool print_tenures(const struct context *context, const struct signs *signs, guint person,
                          enum table_format format, GError **error)
{
    static const struct table_column columns[] = {
        {"employer", "Employer", TABLE_KIND_STRING},
        {"first", "First", TABLE_KIND_STRING},
        {"last", "Last", TABLE_KIND_STRING},
        {"confidence", "Confidence", TABLE_KIND_STRING},
        {"commits", "Commits", TABLE_KIND_INT},
        {"evidence", "Evidence", TABLE_KIND_STRING},
        {"counted", "Counted for", TABLE_KIND_STRING},
    };
    const GArray *tenures = signs_tenures(signs, person);
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < tenures->len; i++)
        if (!add_tenure(table, signs, person, &g_array_index(tenures, struct tenure, i), error))
            return false;
    print_table(context, table, format);
    return true;
}

static bool print_signs(const struct context *context, const struct signs *signs, guint person,
                        enum table_format format, GError **error)
{
    static const struct table_column columns[] = {
        {"day", "Day", TABLE_KIND_STRING},
        {"commit", "Commit", TABLE_KIND_STRING},
        {"sign", "Sign", TABLE_KIND_STRING},
        {"confidence", "Confidence", TABLE_KIND_STRING},
        {"employer", "Employer", TABLE_KIND_STRING},
        {"address", "Address", TABLE_KIND_STRING},
        {"counted", "Counted for", TABLE_KIND_STRING},
    };
    const GArray *list = signs_of(signs, person);
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < list->len; i++) {
        const struct sign *sign = &g_array_index(list, struct sign, i);
        char hex[41];
        if (!signs_commit(signs, sign->node, hex, error))
            return false;
        if (format == TABLE_TEXT || format == TABLE_MARKDOWN)
            hex[12] = '\0';
        add_day(table, sign->time);
        table_string(table, hex);
        table_string(table, sign_name(sign->kind));
        add_letter(table, sign->letter);
        table_string(table, sign->employer);
        table_string(table, sign->address);
        table_string(table, sign->counted);
    }
    print_table(context, table, format);
    return true;
}

bool people_evidence(struct context *context, const struct people_request *request, GError **error)
{
    struct book *opened = NULL;
    struct signs *gathered = NULL;
    struct reading *asked = NULL;
    guint person = 0;
    if (!ask_once(context, request, &opened, &gathered, &asked, error))
        return false;
    g_autoptr(Book) book = opened;
    g_autoptr(Signs) signs = gathered;
    reading_free(asked);
    const struct people *people = book_people(book, PEOPLE_MAILMAP, error);
    if (people == NULL || !person_find(people, request->arguments[0], &person, error))
        return false;
    if (context->verbosity >= 0)
        fprintf(stderr, "%s <%s>\n", people_name(people, person), people_address(people, person));
    return request->commits ? print_signs(context, signs, person, request->format, error)
                            : print_tenures(context, signs, person, request->format, error);
}

/* Without a window: the newest release; where there is none, the last twelve months. */
static bool choose_window(struct context *context, struct book *book,
                          const struct reading_words *words, struct reading *reading,
                          GError **error)
{
    if (words->release != NULL || words->year != NULL)
        return true;
    const struct release_list *list = book_releases(book, error);
    if (list == NULL)
        return false;
    const struct release *newest = releases_newest(list);
    if (newest == NULL) {
        reading->until = as_of_find(book, context->now).end;
        reading->since = as_of_months_before(reading->until, 12);
        return true;
    }
    reading->window = READING_RELEASE;
    reading->branches = READING_ANY;
    reading->release = g_strdup(newest->tag);
    return true;
}

static void say_reading(const struct context *context, const struct reading *reading)
{
    g_autofree char *text = reading_describe(reading);
    if (context->verbosity >= 0)
        fprintf(stderr, "%s\n", text);
}

static void add_question(struct table *table, const struct question *question, guint number)
{
    table_int(table, number);
    table_int(table, question->commits);
    table_real(table, question->moves);
    table_string(table, question_reason_name(question->reason));
    table_string(table, question->pattern);
    table_string(table, question->name);
    table_string(table, question->counted);
    table_string(table, question->proposed);
    if (question->proposed != NULL) {
        table_real(table, question->share_before);
        table_real(table, question->share_after);
    } else {
        table_none(table);
        table_none(table);
    }
    table_string(table, question->line);
}

static void print_questions_table(const struct context *context, const GPtrArray *questions,
                                  enum table_format format)
{
    static const struct table_column columns[] = {
        {"number", "Number", TABLE_KIND_INT},
        {"commits", "Commits", TABLE_KIND_INT},
        {"moves", "Moves, points", TABLE_KIND_REAL},
        {"reason", "Reason", TABLE_KIND_STRING},
        {"pattern", "Pattern", TABLE_KIND_STRING},
        {"name", "Name", TABLE_KIND_STRING},
        {"counted", "Counted for", TABLE_KIND_STRING},
        {"proposed", "Proposed", TABLE_KIND_STRING},
        {"share_before_percent", "Share, %", TABLE_KIND_REAL, 1},
        {"share_after_percent", "Then, %", TABLE_KIND_REAL, 1},
        {"line", "Line", TABLE_KIND_STRING},
    };
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < questions->len; i++)
        add_question(table, questions->pdata[i], i + 1);
    print_table(context, table, format);
}

static const char *const asked_words[] = {
    [QUESTION_SIGNED] = "the own Signed-off-by says otherwise",
    [QUESTION_ELSEWHERE] = "the history names another employer by then",
    [QUESTION_UNKNOWN] = "no row names an employer",
    [QUESTION_GROUP] = "by the mail domain alone",
    [QUESTION_GUESS] = "the row is a guess",
};

/* A comment above each line: the whole can be kept as a file and edited. */
static void print_question(const struct question *question, guint number)
{
    printf("# %u. %s, %s: counted for %s; %s.\n#    %u of %u commits, up to %.2f points", number,
           question->name, question->pattern, question->counted, asked_words[question->reason],
           question->commits, question->whole, question->moves);
    if (question->proposed != NULL)
        printf("; %s %.1f -> %.1f %%", question->proposed, question->share_before,
               question->share_after);
    printf("\n%s%s\n", question->proposed == NULL ? "# " : "", question->line);
}

bool people_questions(struct context *context, const struct people_request *request, GError **error)
{
    struct book *opened = NULL;
    struct signs *gathered = NULL;
    struct reading *asked = NULL;
    if (!ask_once(context, request, &opened, &gathered, &asked, error))
        return false;
    g_autoptr(Book) book = opened;
    g_autoptr(Signs) signs = gathered;
    g_autoptr(Reading) reading = asked;
    if (!choose_window(context, book, &request->words, reading, error))
        return false;
    g_autoptr(GPtrArray) questions = questions_find(book, signs, reading, context->now, error);
    if (questions == NULL)
        return false;
    say_reading(context, reading);
    if (request->format != TABLE_TEXT)
        print_questions_table(context, questions, request->format);
    for (guint i = 0; request->format == TABLE_TEXT && i < questions->len; i++)
        print_question(questions->pdata[i], i + 1);
    if (questions->len == 0 && context->verbosity >= 0)
        fputs("nothing is open\n", stderr);
    return true;
}

static void add_change(struct table *table, const struct map_row *row)
{
    static const char *const kinds[] = {"figure", "employer", "person"};
    table_string(table, kinds[row->kind]);
    table_string(table, row->name);
    table_int(table, row->before);
    table_int(table, row->now);
    if (row->share) {
        table_real(table, row->share_before);
        table_real(table, row->share_now);
    } else {
        table_none(table);
        table_none(table);
    }
}

static void print_changes(const struct context *context, const GPtrArray *rows,
                          enum table_format format)
{
    static const struct table_column columns[] = {
        {"kind", "Of", TABLE_KIND_STRING},
        {"name", "Name", TABLE_KIND_STRING},
        {"old", "Old", TABLE_KIND_INT},
        {"new", "New", TABLE_KIND_INT},
        {"old_percent", "Old, %", TABLE_KIND_REAL, 1},
        {"new_percent", "New, %", TABLE_KIND_REAL, 1},
    };
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < rows->len; i++)
        add_change(table, rows->pdata[i]);
    print_table(context, table, format);
}

static bool count_diff(struct context *context, const struct people_request *request,
                       const struct map_files *old, const struct map_files *new, GError **error)
{
    g_autoptr(Reading) reading = reading_parse(&request->words, error);
    g_autoptr(Reading) resolved = NULL;
    if (reading == NULL)
        return false;
    {
        g_autoptr(Book) book =
            book_open(context->history, context->home, reading->repository, error);
        if (book == NULL || !choose_window(context, book, &request->words, reading, error))
            return false;
    }
    g_autoptr(GPtrArray) rows =
        map_diff(context->history, context->home, old, new, reading, &resolved, error);
    if (rows == NULL)
        return false;
    say_reading(context, resolved);
    if (rows->len == 0 && context->verbosity >= 0)
        fputs("no figure changes\n", stderr);
    print_changes(context, rows, request->format);
    return true;
}

bool people_diff(struct context *context, const struct people_request *request, GError **error)
{
    struct map_files old = {NULL, NULL}, new = {NULL, NULL};
    bool done = map_files_find(context->home, request->arguments[0], &old, error) &&
                map_files_find(context->home, request->arguments[1], &new, error) &&
                count_diff(context, request, &old, &new, error);
    map_files_clear(&old);
    map_files_clear(&new);
    return done;
}
