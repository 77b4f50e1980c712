#include "rows.h"

#include "clock.h"
#include "commit.h"
#include "fault.h"
#include "figures.h"
#include "growth.h"
#include "near.h"
#include "range.h"

#include <string.h>

struct stream {
    struct selection *selection;
    guint window;
    struct table *table;
    enum table_format format;
    rows_sink sink;
    void *user;
    guint64 count;
};

static bool put(struct stream *stream, char *text, GError **error)
{
    g_autofree char *owned = text;
    return stream->sink(owned, stream->user, error);
}

static bool put_row(struct stream *stream, GError **error)
{
    return put(stream, table_stream_row(stream->table, stream->format, stream->count++ == 0),
               error);
}

/* How a column of a statement becomes a cell. */
enum how { TEXT, INT, BOOL, TIME, HASH, PERSON, EMPLOYER };

#define MOST_COLUMNS 15

struct query_rows {
    const char *statement;
    bool credits; /* needs the givers of credit */
    struct {
        struct table_column column;
        enum how how;
    } columns[MOST_COLUMNS];
};

#define COLUMN(key, title, kind, how)                                                              \
    {                                                                                              \
        {key, title, TABLE_KIND_##kind}, how                                                       \
    }

static const struct query_rows commits_rows = {
    "export_commits",
    false,
    {
        COLUMN("commit", "Commit", STRING, HASH),
        COLUMN("merge", "Merge", BOOL, BOOL),
        COLUMN("author_name", "Author", STRING, TEXT),
        COLUMN("author_address", "Address", STRING, TEXT),
        COLUMN("author_date", "Written", STRING, TIME),
        COLUMN("committer_name", "Committer", STRING, TEXT),
        COLUMN("committer_address", "Address", STRING, TEXT),
        COLUMN("committer_date", "Committed", STRING, TIME),
        COLUMN("person", "Person", STRING, PERSON),
        COLUMN("employer", "Employer", STRING, EMPLOYER),
        COLUMN("paths", "Paths", INT, INT),
        COLUMN("lines_added", "Added", INT, INT),
        COLUMN("lines_removed", "Removed", INT, INT),
        COLUMN("subject", "Subject", STRING, TEXT),
    }};

static const struct query_rows changes_rows = {"export_changes",
                                               false,
                                               {
                                                   COLUMN("commit", "Commit", STRING, HASH),
                                                   COLUMN("path", "Path", STRING, TEXT),
                                                   COLUMN("old_path", "Old path", STRING, TEXT),
                                                   COLUMN("status", "Status", STRING, TEXT),
                                                   COLUMN("similarity", "Similarity", INT, INT),
                                                   COLUMN("content", "Content", STRING, TEXT),
                                                   COLUMN("lines_added", "Added", INT, INT),
                                                   COLUMN("lines_removed", "Removed", INT, INT),
                                               }};

static const struct query_rows trailers_rows = {
    "export_trailers",
    true,
    {
        COLUMN("commit", "Commit", STRING, HASH),
        COLUMN("position", "Position", INT, INT),
        COLUMN("kind", "Kind", STRING, TEXT),
        COLUMN("written", "Written", STRING, TEXT),
        COLUMN("negative", "Negative", BOOL, BOOL),
        COLUMN("name", "Name", STRING, TEXT),
        COLUMN("address", "Address", STRING, TEXT),
        COLUMN("person", "Person", STRING, PERSON),
        COLUMN("employer", "Employer", STRING, EMPLOYER),
        COLUMN("value", "Value", STRING, TEXT),
        COLUMN("qualifier", "Qualifier", STRING, TEXT),
    }};

static bool put_cell(struct stream *stream, struct store_statement *query, int column, enum how how,
                     GError **error)
{
    if (store_column_is_null(query, column)) {
        table_none(stream->table);
        return true;
    }
    gint64 number = store_int(query, column);
    gsize length = 0;
    char hex[41] = "";
    g_autofree char *time = how == TIME ? clock_format_time(number) : NULL;
    const void *hash = how == HASH ? store_blob(query, column, &length) : NULL;
    if (length == 20)
        id_to_hex(hash, hex);
    const char *text =
        how == TIME       ? time
        : how == HASH     ? hex
        : how == PERSON   ? selection_person_name(stream->selection, stream->window, number, error)
        : how == EMPLOYER ? book_employer_name(selection_book(stream->selection), number)
                          : store_text(query, column);
    if (how == INT)
        table_int(stream->table, number);
    else if (how == BOOL)
        table_bool(stream->table, number != 0);
    else
        table_string(stream->table, text);
    return text != NULL;
}

static guint column_count(const struct query_rows *rows)
{
    guint count = 0;
    while (count < MOST_COLUMNS && rows->columns[count].column.key != NULL)
        count++;
    return count;
}

static bool stream_begin(struct stream *stream, const struct table_column *columns, guint count,
                         GError **error)
{
    stream->table = table_new(columns, count);
    return put(stream, table_stream_head(stream->table, stream->format), error);
}

static bool stream_query(struct stream *stream, const struct query_rows *rows, GError **error)
{
    struct table_column columns[MOST_COLUMNS];
    guint count = column_count(rows);
    bool row = false;
    for (guint i = 0; i < count; i++)
        columns[i] = rows->columns[i].column;
    if (!stream_begin(stream, columns, count, error) ||
        (rows->credits &&
         !selection_fill_credits(stream->selection, stream->window, stream->window, error)))
        return false;
    if (!selection_fill_monsters(stream->selection, stream->window, stream->window, error))
        return false;
    struct store_statement *query =
        store_statement(book_store(selection_book(stream->selection)), rows->statement);
    store_bind_int(query, 1, stream->window);
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        for (guint i = 0; i < count; i++)
            if (!put_cell(stream, query, (int)i, rows->columns[i].how, error))
                return false;
        if (!put_row(stream, error))
            return false;
    }
}

static bool stream_commits(struct stream *stream, GError **error)
{
    return stream_query(stream, &commits_rows, error);
}

static bool stream_changes(struct stream *stream, GError **error)
{
    return stream_query(stream, &changes_rows, error);
}

static bool stream_trailers(struct stream *stream, GError **error)
{
    return stream_query(stream, &trailers_rows, error);
}

static void put_time(struct table *table, gint64 time)
{
    g_autofree char *text = time == 0 ? NULL : clock_format_time(time);
    table_string(table, text);
}

static bool put_commit(struct stream *stream, gint node, GError **error)
{
    struct book *book = selection_book(stream->selection);
    struct store_statement *query = store_statement(book_store(book), "book_commit_hash");
    bool row = false;
    gsize length = 0;
    char hex[41] = "";
    if (node < 0) {
        table_none(stream->table);
        return true;
    }
    store_bind_int(query, 1, graph_commit_id(book_graph(book), (guint)node));
    if (!store_step(query, &row, error))
        return false;
    const void *hash = row ? store_blob(query, 0, &length) : NULL;
    if (length == 20)
        id_to_hex(hash, hex);
    table_string(stream->table, hex);
    return store_run(query, error);
}

static const struct table_column release_columns[] = {
    {"version", "Version", TABLE_KIND_STRING},
    {"line", "Line", TABLE_KIND_STRING},
    {"predecessor", "Predecessor", TABLE_KIND_STRING},
    {"tag", "Tag", TABLE_KIND_STRING},
    {"aliases", "Aliases", TABLE_KIND_STRING},
    {"commit", "Commit", TABLE_KIND_STRING},
    {"commit_date", "Committed", TABLE_KIND_STRING},
    {"tag_date", "Tagged", TABLE_KIND_STRING},
    {"fork_commit", "Fork", TABLE_KIND_STRING},
    {"commits", "Commits", TABLE_KIND_INT},
    {"merges", "Merges", TABLE_KIND_INT},
    {"candidates", "Candidates", TABLE_KIND_INT},
    {"signature", "Signature", TABLE_KIND_STRING},
    {"signer", "Signer", TABLE_KIND_STRING},
    {"digest", "Digest", TABLE_KIND_STRING},
};

static bool put_release(struct stream *stream, const struct release_list *list,
                        const struct release *release, GError **error)
{
    struct table *table = stream->table;
    const struct release *before =
        release->predecessor < 0 ? NULL
                                 : g_ptr_array_index(list->releases, (guint)release->predecessor);
    g_autofree char *aliases = release->aliases ? g_strjoinv(" ", release->aliases) : NULL;
    table_string(table, release->version);
    table_string(table, release->line);
    table_string(table, before != NULL ? before->version : NULL);
    table_string(table, release->tag);
    table_string(table, aliases);
    if (!put_commit(stream, (gint)release->node, error))
        return false;
    put_time(table, release->commit_time);
    put_time(table, release->tag_time);
    if (!put_commit(stream, release->fork, error))
        return false;
    table_int(table, release->commits);
    table_int(table, release->merges);
    table_int(table, release->candidates != NULL ? release->candidates->len : 0);
    table_string(table, release->signature);
    table_string(table, release->signer);
    table_string(table, release->digest);
    return put_row(stream, error);
}

/* Releases made in the window: by their date for days, on whatever branch; by what led to them for
 * a range. */
static bool stream_releases(struct stream *stream, GError **error)
{
    struct book *book = selection_book(stream->selection);
    const struct reading *reading = selection_reading(stream->selection, stream->window);
    const struct release_list *list = book_releases_counted(book, error);
    if (list == NULL ||
        !stream_begin(stream, release_columns, G_N_ELEMENTS(release_columns), error))
        return false;
    g_autofree guint8 *set =
        reading->window == READING_DATES ? NULL : range_set(book, reading, error);
    if (set == NULL && reading->window != READING_DATES)
        return false;
    for (guint i = 0; i < list->releases->len; i++) {
        const struct release *release = g_ptr_array_index(list->releases, i);
        bool inside = set != NULL ? set[release->node] != 0
                                  : release->commit_time >= reading->since &&
                                        release->commit_time < reading->until;
        if (inside && !put_release(stream, list, release, error))
            return false;
    }
    return true;
}

static const struct table_column people_columns[] = {
    {"person", "Person", TABLE_KIND_STRING},
    {"address", "Address", TABLE_KIND_STRING},
    {"employer", "Employer", TABLE_KIND_STRING},
    {"commits", "Commits", TABLE_KIND_INT},
    {"share_percent", "Share", TABLE_KIND_REAL},
    {"lines_added", "Added", TABLE_KIND_INT},
    {"lines_removed", "Removed", TABLE_KIND_INT},
    {"reviews", "Reviews", TABLE_KIND_INT},
    {"acks", "Acks", TABLE_KIND_INT},
    {"tests", "Tests", TABLE_KIND_INT},
    {"reports", "Reports", TABLE_KIND_INT},
    {"first_commit", "First", TABLE_KIND_STRING},
    {"last_commit", "Last", TABLE_KIND_STRING},
};

static const struct table_column employer_columns[] = {
    {"employer", "Employer", TABLE_KIND_STRING},
    {"group", "Group", TABLE_KIND_BOOL},
    {"people", "People", TABLE_KIND_INT},
    {"commits", "Commits", TABLE_KIND_INT},
    {"share_percent", "Share", TABLE_KIND_REAL},
    {"lines_added", "Added", TABLE_KIND_INT},
    {"lines_removed", "Removed", TABLE_KIND_INT},
    {"reviews", "Reviews", TABLE_KIND_INT},
    {"acks", "Acks", TABLE_KIND_INT},
    {"tests", "Tests", TABLE_KIND_INT},
    {"reports", "Reports", TABLE_KIND_INT},
    {"first_commit", "First", TABLE_KIND_STRING},
    {"last_commit", "Last", TABLE_KIND_STRING},
};

static gint64 all_commits(const GArray *contributors)
{
    gint64 commits = 0;
    for (guint i = 0; i < contributors->len; i++)
        commits += g_array_index(contributors, struct contributor, i).value[FIGURE_COMMITS];
    return commits;
}

static bool put_numbers(struct stream *stream, const struct contributor *one, gint64 whole,
                        GError **error)
{
    struct table *table = stream->table;
    table_int(table, one->value[FIGURE_COMMITS]);
    table_real(table, share_percent(one->value[FIGURE_COMMITS], whole));
    for (guint figure = FIGURE_LINES_ADDED; figure < FIGURE_COUNT; figure++)
        table_int(table, one->value[figure]);
    bool wrote = one->value[FIGURE_COMMITS] > 0;
    g_autofree char *first = wrote ? clock_format_time(one->first) : NULL;
    g_autofree char *last = wrote ? clock_format_time(one->last) : NULL;
    table_string(table, first);
    table_string(table, last);
    return put_row(stream, error);
}

static bool put_person(struct stream *stream, const struct contributor *one, GError **error)
{
    struct book *book = selection_book(stream->selection);
    const struct reading *reading = selection_reading(stream->selection, stream->window);
    const char *address = NULL;
    if (reading->people != READING_EMPLOYER) {
        const struct people *people =
            book_people(book, reading->people == READING_RAW ? PEOPLE_RAW : PEOPLE_MAILMAP, error);
        if (people == NULL)
            return false;
        address = people_address(people, (guint)one->who);
    }
    table_string(stream->table, one->name);
    table_string(stream->table, address);
    table_string(stream->table,
                 one->employer != 0 ? book_employer_name(book, one->employer) : NULL);
    return true;
}

static bool stream_contributors(struct stream *stream, enum figures_by by, GError **error)
{
    bool people = by == FIGURES_BY_PERSON;
    g_autoptr(GArray) contributors =
        figures_contributors(stream->selection, stream->window, by, FIGURE_EVERY, error);
    if (contributors == NULL ||
        !stream_begin(stream, people ? people_columns : employer_columns,
                      people ? G_N_ELEMENTS(people_columns) : G_N_ELEMENTS(employer_columns),
                      error))
        return false;
    gint64 whole = all_commits(contributors);
    for (guint i = 0; i < contributors->len; i++) {
        const struct contributor *one = &g_array_index(contributors, struct contributor, i);
        if (people && !put_person(stream, one, error))
            return false;
        if (!people) {
            table_string(stream->table, one->name);
            table_bool(stream->table, one->who < 0);
            table_int(stream->table, one->value[FIGURE_PEOPLE]);
        }
        if (!put_numbers(stream, one, whole, error))
            return false;
    }
    return true;
}

static bool stream_people(struct stream *stream, GError **error)
{
    return stream_contributors(stream, FIGURES_BY_PERSON, error);
}

static bool stream_employers(struct stream *stream, GError **error)
{
    return stream_contributors(stream, FIGURES_BY_EMPLOYER, error);
}

static const struct {
    const char *name;
    bool (*run)(struct stream *stream, GError **error);
} kinds[ROWS_COUNT] = {
    [ROWS_COMMITS] = {"commits", stream_commits},
    [ROWS_CHANGES] = {"changes", stream_changes},
    [ROWS_TRAILERS] = {"trailers", stream_trailers},
    [ROWS_RELEASES] = {"releases", stream_releases},
    [ROWS_PEOPLE] = {"people", stream_people},
    [ROWS_EMPLOYERS] = {"employers", stream_employers},
};

bool rows_parse(const char *name, enum rows *ret_rows, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint rows = 0; rows < ROWS_COUNT; rows++) {
        if (g_str_equal(kinds[rows].name, name)) {
            *ret_rows = (enum rows)rows;
            return true;
        }
        g_ptr_array_add(names, (gpointer)(guintptr)kinds[rows].name);
    }
    g_autofree char *near = near_words(name, names);
    return fault_raise(error, FAULT_USAGE, "\"%s\" cannot be exported%s%s", name,
                       *near == '\0' ? ": barograph export --help lists what can" : ": is it ",
                       near);
}

bool rows_stream(struct selection *selection, guint window, enum rows rows,
                 enum table_format format, rows_sink sink, void *user, guint64 *ret_count,
                 GError **error)
{
    struct stream stream = {
        .selection = selection, .window = window, .format = format, .sink = sink, .user = user};
    bool done = kinds[rows].run(&stream, error) &&
                put(&stream, table_stream_tail(stream.table, format), error);
    table_free(stream.table);
    *ret_count = stream.count;
    return done;
}
