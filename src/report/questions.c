#include "questions.h"

#include "address.h"
#include "clock.h"
#include "open_domains.h"
#include "range.h"

#include <string.h>

#define DAY 86400

static const char *const reason_names[] = {"signed", "elsewhere", "unknown", "group", "guess"};

const char *question_reason_name(enum question_reason reason)
{
    return reason_names[reason];
}

/* What is asked about one commit. */
struct doubt {
    enum question_reason reason;
    const char *proposed;        /* or NULL */
    const struct tenure *tenure; /* what speaks for it, or stood before it; or NULL */
    guint row;                   /* of a guess: its line */
};

/* A question while it is put together. */
struct topic {
    struct doubt doubt; /* of the first commit; the strongest reason */
    bool domain;
    char *pattern;
    GHashTable *persons; /* person -> its commits */
    GHashTable *counted; /* employer's name -> commits of the window */
    guint person;        /* the first */
    guint commits;       /* of the window, that the answer moves */
    gint64 first, last;
    gint64 row_from, row_to; /* of the row that decides today */
    gint64 from, to;         /* of the answer */
    bool closed;             /* a commit of the address that is not doubted came after it */
    bool certain; /* the address's own row or company says otherwise: the answer needs days */
};

struct asking {
    struct book *book;
    const struct signs *signs;
    const struct people *people;
    guint8 *window; /* by node */
    guint whole;
    gint64 now;
    GHashTable *shares;  /* employer's name -> commits of the window */
    GHashTable *domains; /* of open_domains.h */
    GHashTable *topics;  /* key -> struct topic */
    GHashTable *chains;  /* address -> the topic that its last proposal is in */
    GHashTable *counts;  /* address -> how many topics it has */
    GPtrArray *list;     /* struct topic *, in the order they came up */
};

static void topic_free(gpointer pointer)
{
    struct topic *topic = pointer;
    g_free(topic->pattern);
    g_hash_table_unref(topic->persons);
    g_hash_table_unref(topic->counted);
    g_free(topic);
}

static void count_up(GHashTable *table, gconstpointer key)
{
    gpointer word = (gpointer)(guintptr)key;
    guint before = GPOINTER_TO_UINT(g_hash_table_lookup(table, word));
    g_hash_table_insert(table, word, GUINT_TO_POINTER(before + 1));
}

static bool fill_window(struct asking *asking, struct reading *reading, GError **error)
{
    const struct book *book = asking->book;
    if (!range_resolve(asking->book, reading, error))
        return false;
    asking->window = range_set(asking->book, reading, error);
    if (asking->window == NULL)
        return false;
    for (guint node = 0; node < graph_size(book_graph(book)); node++) {
        gint64 time = book_time(book, node, reading->author_date);
        bool dated = reading->window == READING_DATES;
        if (book_is_merge(book, node) ||
            (dated && (time < reading->since || time >= reading->until)))
            asking->window[node] = 0;
        if (asking->window[node] == 0 || signs_own(asking->signs, node)->counted == NULL)
            continue;
        asking->whole++;
        count_up(asking->shares, signs_own(asking->signs, node)->counted);
    }
    return true;
}

/* The days of another employer, better shown than by an address, that began after those of whom
 * the address is. */
static const struct tenure *find_elsewhere(const GArray *tenures, const struct sign *own)
{
    const struct tenure *found = NULL;
    gint64 began = G_MININT64;
    for (guint i = 0; i < tenures->len; i++) {
        const struct tenure *tenure = &g_array_index(tenures, struct tenure, i);
        if (tenure->first > own->time || tenure->last < own->time)
            continue;
        if (g_str_equal(tenure->employer, own->employer))
            began = MAX(began, tenure->first);
        else if (evidence_is_employer(tenure->employer) && tenure->letter <= 'B')
            found = tenure;
    }
    return found != NULL && found->first > began ? found : NULL;
}

static void propose(struct doubt *doubt, const GArray *tenures, const struct sign *own)
{
    bool within = false;
    const struct tenure *tenure = evidence_at(tenures, own->time, &within);
    doubt->tenure = tenure;
    if (within && tenure->letter != 'D' && !g_str_equal(tenure->employer, own->counted))
        doubt->proposed = tenure->employer;
}

/* False: nothing is asked about this commit. */
static bool doubt_about(const struct asking *asking, guint person, const struct sign *own,
                        struct doubt *ret_doubt)
{
    const GArray *tenures = signs_tenures(asking->signs, person);
    bool within = false;
    *ret_doubt = (struct doubt){.reason = QUESTION_GUESS, .row = own->line};
    if (own->kind == SIGN_SIGNED) {
        *ret_doubt = (struct doubt){QUESTION_SIGNED, own->employer,
                                    evidence_at(tenures, own->time, &within), 0};
        return !g_str_equal(own->employer, own->counted);
    }
    if (own->kind == SIGN_DOMAIN) {
        ret_doubt->reason = QUESTION_ELSEWHERE;
        ret_doubt->tenure = find_elsewhere(tenures, own);
        ret_doubt->proposed = ret_doubt->tenure != NULL ? ret_doubt->tenure->employer : NULL;
        return ret_doubt->tenure != NULL;
    }
    if (own->kind == SIGN_NOTHING)
        ret_doubt->reason =
            g_str_equal(own->counted, EMPLOYER_UNKNOWN) ? QUESTION_UNKNOWN : QUESTION_GROUP;
    else if (own->letter != 'D')
        return false;
    propose(ret_doubt, tenures, own);
    return true;
}

static bool is_for_domain(const struct asking *asking, const char *folded,
                          const struct doubt *doubt)
{
    const char *domain = address_domain(folded);
    return doubt->reason == QUESTION_UNKNOWN && doubt->proposed == NULL && domain != NULL &&
           g_hash_table_contains(asking->domains, domain);
}

static struct topic *topic_new(struct asking *asking, const char *pattern, bool domain,
                               const struct doubt *doubt, guint person, gint64 time)
{
    struct topic *topic = g_new0(struct topic, 1);
    topic->doubt = *doubt;
    topic->domain = domain;
    topic->person = person;
    topic->pattern = g_strdup(pattern);
    topic->persons = g_hash_table_new(NULL, NULL);
    topic->counted = g_hash_table_new(g_str_hash, g_str_equal);
    topic->first = topic->last = time;
    g_ptr_array_add(asking->list, topic);
    count_up(asking->counts, topic->pattern);
    return topic;
}

/* What nobody knows ends where the table does; a proposal may correct it there. */
static bool goes_on(const struct topic *last, const struct doubt *doubt)
{
    return g_strcmp0(last->doubt.proposed, doubt->proposed) == 0 &&
           (doubt->proposed != NULL || !last->closed);
}

/* Commits come in the order of their author dates: what is proposed for an address, or that nothing
 * is, goes on until something else is, a day at the earliest: rows are for days. */
static struct topic *find_topic(struct asking *asking, const char *folded,
                                const struct doubt *doubt, guint person, gint64 time)
{
    bool domain = is_for_domain(asking, folded, doubt);
    const char *pattern = domain ? address_domain(folded) : folded;
    bool chained = !domain && doubt->reason != QUESTION_GUESS;
    struct topic *last = chained ? g_hash_table_lookup(asking->chains, folded) : NULL;
    if (last != NULL && (goes_on(last, doubt) || last->last / DAY == time / DAY))
        return last;
    g_autofree char *key =
        chained ? NULL : g_strdup_printf("%u %d %s", doubt->row, domain, pattern);
    struct topic *topic = key == NULL ? NULL : g_hash_table_lookup(asking->topics, key);
    if (topic != NULL)
        return topic;
    topic = topic_new(asking, pattern, domain, doubt, person, time);
    if (chained)
        g_hash_table_insert(asking->chains, topic->pattern, topic);
    else
        g_hash_table_insert(asking->topics, g_steal_pointer(&key), topic);
    return topic;
}

static void note_row(struct topic *topic, const struct employers *employers, const char *address,
                     gint64 time)
{
    struct employer_answer answer;
    topic->row_from = G_MININT64;
    topic->row_to = G_MAXINT64;
    if (!employers_ask(employers, address, time, &answer))
        return;
    topic->certain |= answer.address || evidence_is_employer(answer.domain);
    if (answer.address) {
        topic->row_from = answer.from;
        topic->row_to = answer.to;
    }
}

static void count_commit(struct topic *topic, guint person, const struct sign *own)
{
    topic->commits++;
    count_up(topic->persons, GUINT_TO_POINTER(person + 1));
    count_up(topic->counted, own->counted);
}

static void ask_about(struct asking *asking, const struct people_identity *author, guint node)
{
    const struct sign *own = signs_own(asking->signs, node);
    struct doubt doubt;
    if (address_is_placeholder(author->folded))
        return;
    if (!doubt_about(asking, author->person, own, &doubt)) {
        struct topic *last = g_hash_table_lookup(asking->chains, author->folded);
        if (last != NULL)
            last->closed = true;
        return;
    }
    gint64 time = book_time(asking->book, node, true);
    struct topic *topic = find_topic(asking, author->folded, &doubt, author->person, time);
    if (g_strcmp0(topic->doubt.proposed, doubt.proposed) == 0)
        topic->doubt.reason = MIN(topic->doubt.reason, doubt.reason);
    topic->last = MAX(topic->last, time);
    note_row(topic, book_employers(asking->book), author->address, time);
    if (topic->domain && asking->window[node] != 0)
        count_commit(topic, author->person, own);
}

static void question_free(gpointer pointer)
{
    struct question *question = pointer;
    g_free(question->pattern);
    g_free(question->name);
    g_free(question->counted);
    g_free(question->proposed);
    g_free(question->evidence);
    g_free(question->line);
    g_free(question);
}

static guint busiest(const struct topic *topic)
{
    GHashTableIter iter;
    gpointer key = NULL, value = NULL;
    guint best = topic->person, most = 0;
    g_hash_table_iter_init(&iter, topic->persons);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        guint person = GPOINTER_TO_UINT(key) - 1, commits = GPOINTER_TO_UINT(value);
        if (commits > most || (commits == most && person < best)) {
            best = person;
            most = commits;
        }
    }
    return best;
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(a, b);
}

static char *join_counted(const struct topic *topic)
{
    GString *text = g_string_new(NULL);
    g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(topic->counted), compare_names);
    for (const GList *name = names; name != NULL; name = name->next)
        g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", (char *)name->data);
    return g_string_free(text, FALSE);
}

/* Which days the answer is for, half-open: those of the row it corrects, those of its commits where
 * others of the address are asked about too, or all. */
static void choose_days(const struct asking *asking, struct topic *topic)
{
    bool several = GPOINTER_TO_UINT(g_hash_table_lookup(asking->counts, topic->pattern)) > 1;
    topic->from = G_MININT64;
    topic->to = G_MAXINT64;
    if (topic->doubt.reason == QUESTION_GUESS) {
        topic->from = topic->row_from;
        topic->to = topic->row_to;
    } else if (!topic->domain && (several || topic->certain)) {
        topic->from = topic->first - topic->first % DAY;
        topic->to = topic->last - topic->last % DAY + DAY;
    }
}

static char *day_words(gint64 time, gint64 shift)
{
    return time == G_MININT64 || time == G_MAXINT64 ? g_strdup("") : clock_format_day(time + shift);
}

/* Whether the row would decide: dated it comes before every other, undated after dated ones. */
static bool would_decide(const struct asking *asking, const struct topic *topic,
                         const struct people_identity *author, gint64 time)
{
    struct employer_answer answer = {.address = false};
    bool dated = topic->from != G_MININT64 || topic->to != G_MAXINT64;
    if (topic->domain || !g_str_equal(author->folded, topic->pattern) || time < topic->from ||
        time >= topic->to)
        return false;
    return dated || !employers_ask(book_employers(asking->book), author->address, time, &answer) ||
           !answer.address || (answer.from == G_MININT64 && answer.to == G_MAXINT64);
}

/* Of an address all commits of the row's days, doubted or not. */
static void count_moved(struct asking *asking)
{
    for (guint node = 0; node < graph_size(book_graph(asking->book)); node++) {
        const struct people_identity *author = signs_author(asking->signs, node);
        const struct sign *own = signs_own(asking->signs, node);
        gint64 time = book_time(asking->book, node, true);
        if (asking->window[node] == 0 || author == NULL || own->counted == NULL)
            continue;
        for (guint i = 0; i < asking->list->len; i++) {
            struct topic *topic = asking->list->pdata[i];
            if (g_strcmp0(topic->doubt.proposed, own->counted) != 0 &&
                would_decide(asking, topic, author, time))
                count_commit(topic, author->person, own);
        }
    }
}

static void ask_all(struct asking *asking)
{
    const guint *order = book_order(asking->book, true);
    for (guint i = 0; i < graph_size(book_graph(asking->book)); i++) {
        const struct people_identity *author = signs_author(asking->signs, order[i]);
        if (author != NULL && !book_is_merge(asking->book, order[i]))
            ask_about(asking, author, order[i]);
    }
    for (guint i = 0; i < asking->list->len; i++)
        choose_days(asking, asking->list->pdata[i]);
    count_moved(asking);
}

static char *evidence_words(const struct asking *asking, const struct topic *topic, GError **error)
{
    const struct tenure *tenure = topic->doubt.tenure;
    if (tenure == NULL)
        return g_strdup("");
    g_autofree char *reason = signs_reason(asking->signs, topic->person, tenure, error);
    g_autofree char *last = clock_format_day(tenure->last);
    if (reason == NULL)
        return NULL;
    char *words = topic->doubt.proposed != NULL
                      ? g_steal_pointer(&reason)
                      : g_strdup_printf("%s until %s: %s", tenure->employer, last, reason);
    return g_strdelimit(words, "\t\n\r", ' ');
}

static char *row_of(const struct asking *asking, const struct topic *topic,
                    const struct question *question)
{
    g_autofree char *from = day_words(topic->from, 0), *to = day_words(topic->to, -DAY);
    g_autofree char *today = clock_format_day(asking->now);
    const char *proposed = topic->doubt.proposed;
    char letter[2] = {proposed == NULL      ? '\0'
                      : topic->doubt.tenure ? topic->doubt.tenure->letter
                                            : 'B',
                      '\0'};
    return g_strdup_printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s", topic->domain ? "domain" : "address",
                           question->pattern, proposed ? proposed : EMPLOYER_OPEN, from, to, letter,
                           question->evidence, today);
}

static double percent(guint part, guint whole)
{
    return whole == 0 ? 0 : 100.0 * part / whole;
}

static struct question *question_new(const struct asking *asking, const struct topic *topic,
                                     GError **error)
{
    g_autofree char *evidence = evidence_words(asking, topic, error);
    if (evidence == NULL)
        return NULL;
    const char *proposed = topic->doubt.proposed;
    struct question *question = g_new0(struct question, 1);
    question->reason = topic->doubt.reason;
    question->domain = topic->domain;
    question->pattern = g_utf8_make_valid(topic->pattern, -1);
    question->name = g_strdup(people_name(asking->people, busiest(topic)));
    question->counted = join_counted(topic);
    question->proposed = g_strdup(proposed);
    question->commits = topic->commits;
    question->whole = asking->whole;
    question->moves = percent(topic->commits, asking->whole);
    if (proposed != NULL) {
        guint before = GPOINTER_TO_UINT(g_hash_table_lookup(asking->shares, proposed));
        question->share_before = percent(before, asking->whole);
        question->share_after = percent(before + topic->commits, asking->whole);
    }
    question->evidence = g_steal_pointer(&evidence);
    question->line = row_of(asking, topic, question);
    return question;
}

static int compare_questions(gconstpointer a, gconstpointer b)
{
    const struct question *left = *(struct question *const *)a;
    const struct question *right = *(struct question *const *)b;
    if (left->commits != right->commits)
        return left->commits > right->commits ? -1 : 1;
    if (left->reason != right->reason)
        return left->reason < right->reason ? -1 : 1;
    return strcmp(left->line, right->line);
}

static GPtrArray *collect(const struct asking *asking, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(question_free);
    for (guint i = 0; i < asking->list->len; i++) {
        const struct topic *topic = asking->list->pdata[i];
        if (topic->commits == 0)
            continue;
        struct question *question = question_new(asking, topic, error);
        if (question == NULL)
            return NULL;
        g_ptr_array_add(list, question);
    }
    g_ptr_array_sort(list, compare_questions);
    return g_steal_pointer(&list);
}

static void asking_clear(struct asking *asking)
{
    g_free(asking->window);
    g_hash_table_unref(asking->shares);
    g_hash_table_unref(asking->domains);
    g_hash_table_unref(asking->topics);
    g_hash_table_unref(asking->chains);
    g_hash_table_unref(asking->counts);
    g_ptr_array_unref(asking->list);
}

GPtrArray *questions_find(struct book *book, const struct signs *signs, struct reading *reading,
                          gint64 now, GError **error)
{
    const struct people *people = book_people(book, PEOPLE_MAILMAP, error);
    if (people == NULL)
        return NULL;
    struct asking asking = {.book = book, .signs = signs, .people = people, .now = now};
    asking.shares = g_hash_table_new(g_str_hash, g_str_equal);
    asking.domains = open_domains(book, signs, people);
    asking.topics = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    asking.chains = g_hash_table_new(g_str_hash, g_str_equal);
    asking.counts = g_hash_table_new(g_str_hash, g_str_equal);
    asking.list = g_ptr_array_new_with_free_func(topic_free);
    bool filled = fill_window(&asking, reading, error);
    if (filled)
        ask_all(&asking);
    GPtrArray *questions = filled ? collect(&asking, error) : NULL;
    asking_clear(&asking);
    return questions;
}
