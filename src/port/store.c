#include "store.h"

#include "embedded.h"
#include "fault.h"
#include "shelf.h"

#include <sqlite3.h>
#include <string.h>

#define APPLICATION_ID 0x4241524f /* "BARO" */
#define BUSY_MILLISECONDS 10000

struct manners;

struct store {
    sqlite3 *db;
    char *path;
    char *schema;
    enum store_mode mode;
    const struct manners *manners;
    bool writing;           /* its manners of writing are set */
    GHashTable *texts;      /* statement name -> SQL, borrowed from embedded_files */
    GHashTable *statements; /* statement name -> struct store_statement, owned */
    GHashTable *shelves;    /* table name -> struct shelf, owned */
    bool open_transaction;
    guint views; /* STORE_READ: how many share it */
};

struct store_statement {
    struct store *store;
    sqlite3_stmt *stmt;
    int failed; /* what preparing it answered, when the database was at fault */
};

struct sql_text {
    const char *file;
    const char *start;
    gsize length;
};

/* What is derived can be derived again, so it is written without checks, and readers go on while it
 * is. The record is written so that what was committed survives even a power cut. */
struct manners {
    const char *schema;
    const char *pragmas; /* when it is opened */
    const char *writing; /* before the first write */
    const char *maker;   /* the command that makes it */
    const char *lost;    /* what to do when it cannot be read */
};

static const struct manners all_manners[] = {
    {"history", "PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY",
     "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL", "barograph mine",
     "move it away and run barograph mine again"},
    {"advisory", "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON",
     "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA", "barograph advisory",
     "take it from a backup; nothing can make it again"},
};

/* SQLite's answers, in our words. Everything else is an I/O failure with SQLite's own text. */
static const struct {
    int code;
    enum fault kind;
    const char *sentence;
} answers[] = {
    {SQLITE_FULL, FAULT_IO,
     "the disk is full: free some room and run the command again; what was written stays good"},
    {SQLITE_BUSY, FAULT_BUSY, "another program is at work on it: try again when that has ended"},
    {SQLITE_LOCKED, FAULT_BUSY, "another program is at work on it: try again when that has ended"},
    {SQLITE_CONSTRAINT, FAULT_INTERNAL,
     "a rule of the database forbids the change; nothing was changed"},
    {SQLITE_PERM, FAULT_PERMISSION, "you may not open it: check its owner and mode"},
    {SQLITE_READONLY, FAULT_PERMISSION,
     "it may not be written: check the owner and mode of the file and its folder"},
    {SQLITE_CANTOPEN, FAULT_PERMISSION,
     "it cannot be opened: check the owner and mode of the file and its folder"},
};

static bool refuse(const struct store *store, int code, GError **error)
{
    if ((code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB)
        return fault_raise(error, FAULT_DATA, "%s: it is %s: %s", store->path,
                           (code & 0xff) == SQLITE_CORRUPT ? "damaged"
                                                           : "not a database of barograph",
                           store->manners->lost);
    for (gsize i = 0; i < G_N_ELEMENTS(answers); i++)
        if ((code & 0xff) == answers[i].code)
            return fault_raise(error, answers[i].kind, "%s: %s", store->path, answers[i].sentence);
    return fault_raise(error, FAULT_IO, "%s: reading or writing it failed (%s): check the disk",
                       store->path, sqlite3_errstr(code));
}

static bool execute(struct store *store, const char *sql, GError **error)
{
    int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK || refuse(store, code, error);
}

static bool pragma(struct store *store, const char *name, gint64 *ret_value, GError **error)
{
    g_autofree char *sql = g_strdup_printf("PRAGMA %s", name);
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(stmt);
    if (code == SQLITE_ROW)
        *ret_value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return code == SQLITE_ROW || refuse(store, code, error);
}

/* "0001_history.sql" in sql/<schema>/schema/ -> 1; 0 for a file of another folder. */
static guint step_number(const struct store *store, const struct embedded_file *file)
{
    g_autofree char *folder = g_strdup_printf("sql/%s/schema/", store->schema);
    return g_str_has_prefix(file->path, folder)
               ? (guint)g_ascii_strtoull(file->path + strlen(folder), NULL, 10)
               : 0;
}

static guint newest_step(const struct store *store)
{
    guint newest = 0;
    for (const struct embedded_file *file = embedded_files; file->path != NULL; file++)
        newest = MAX(newest, step_number(store, file));
    return newest;
}

static bool apply_step(struct store *store, const struct embedded_file *file, guint number,
                       GError **error)
{
    g_autofree char *seal = g_strdup_printf("PRAGMA user_version = %u; PRAGMA application_id = %d",
                                            number, APPLICATION_ID);
    bool done = store_begin(store, error) && execute(store, file->bytes, error) &&
                execute(store, seal, error) && store_commit(store, error);
    if (!done)
        store_rollback(store);
    return done;
}

static bool bring_up_to_date(struct store *store, guint version, GError **error)
{
    for (const struct embedded_file *file = embedded_files; file->path != NULL; file++) {
        guint number = step_number(store, file);
        if (number > version && !apply_step(store, file, number, error))
            return false;
    }
    return true;
}

static bool refuse_absent(const struct store *store, GError **error)
{
    return fault_raise(error, FAULT_UNAVAILABLE, "%s is not there yet: run %s first", store->path,
                       store->manners->maker);
}

static bool check_version(struct store *store, GError **error)
{
    gint64 application = 0, version = 0, schema = 0;
    if (!pragma(store, "application_id", &application, error) ||
        !pragma(store, "user_version", &version, error) ||
        !pragma(store, "schema_version", &schema, error))
        return false;
    /* Empty, or as a first run leaves it that was stopped before it wrote anything. */
    bool fresh = application == 0 && version == 0 && schema == 0;
    if (fresh && store->mode == STORE_READ)
        return refuse_absent(store, error);
    if (application != APPLICATION_ID && !fresh)
        return refuse(store, SQLITE_NOTADB, error);
    if (version > newest_step(store))
        return fault_raise(
            error, FAULT_DATA,
            "%s: a newer barograph wrote it (its schema is %d, this program knows %u): "
            "use that newer program, or %s",
            store->path, (int)version, newest_step(store), store->manners->lost);
    if (version < newest_step(store) && store->mode == STORE_READ)
        return fault_raise(error, FAULT_UNAVAILABLE,
                           "%s: an older barograph wrote it: run %s to bring it up to date",
                           store->path, store->manners->maker);
    return bring_up_to_date(store, (guint)version, error);
}

/* Statement names of sql/<schema>/query/ -> their text. */
static void index_statements(struct store *store)
{
    static const char mark[] = "-- name: ";
    g_autofree char *folder = g_strdup_printf("sql/%s/query/", store->schema);
    for (const struct embedded_file *file = embedded_files; file->path != NULL; file++) {
        if (!g_str_has_prefix(file->path, folder))
            continue;
        const char *at = strstr(file->bytes, mark);
        while (at != NULL) {
            const char *end = strchr(at, '\n');
            char *name = g_strndup(at + strlen(mark), (gsize)(end - at) - strlen(mark));
            at = strstr(end, mark);
            struct sql_text *text = g_new(struct sql_text, 1);
            *text = (struct sql_text){file->path, end, at ? (gsize)(at - end) : strlen(end)};
            if (!g_hash_table_insert(store->texts, g_strstrip(name), text))
                g_error("two SQL statements are named %s", name);
        }
    }
}

static void statement_free(gpointer pointer)
{
    struct store_statement *statement = pointer;
    sqlite3_finalize(statement->stmt);
    g_free(statement);
}

static bool open_database(struct store *store, GError **error)
{
    int flags = store->mode == STORE_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                           : SQLITE_OPEN_READONLY;
    /* One thread, and nobody asks how much memory SQLite uses; refused, and harmless, the second
     * time. */
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    int code = sqlite3_open_v2(store->path, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK)
        return refuse(store, code, error);
    sqlite3_busy_timeout(store->db, BUSY_MILLISECONDS);
    sqlite3_extended_result_codes(store->db, 0);
    return execute(store, store->manners->pragmas, error) && check_version(store, error);
}

/* A run killed in the middle of a change of the file's first page leaves a journal, which somebody
 * who may write must play back. What goes wrong here shows again when the file is read. */
static void play_back(const char *path)
{
    sqlite3 *db = NULL;
    g_autofree char *journal = g_strconcat(path, "-journal", NULL);
    if (!g_file_test(journal, G_FILE_TEST_EXISTS))
        return;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK)
        sqlite3_exec(db, "PRAGMA user_version", NULL, NULL, NULL);
    sqlite3_close(db);
}

static const struct manners *manners_of(const char *schema)
{
    for (gsize i = 0; i < G_N_ELEMENTS(all_manners); i++)
        if (g_str_equal(schema, all_manners[i].schema))
            return &all_manners[i];
    g_error("there is no schema %s", schema);
}

struct store *store_open(const char *path, const char *schema, enum store_mode mode, GError **error)
{
    g_autoptr(Store) store = g_new0(struct store, 1);
    store->manners = manners_of(schema);
    store->path = g_strdup(path);
    store->schema = g_strdup(schema);
    store->mode = mode;
    store->texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    store->statements = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, statement_free);
    store->shelves =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)shelf_free);
    if (mode == STORE_READ && !g_file_test(path, G_FILE_TEST_EXISTS)) {
        refuse_absent(store, error);
        return NULL;
    }
    if (mode == STORE_READ)
        play_back(path);
    index_statements(store);
    return open_database(store, error) ? g_steal_pointer(&store) : NULL;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    store_rollback(store);
    g_hash_table_unref(store->statements);
    g_hash_table_unref(store->texts);
    /* At rest it is one plain file, readable from a folder that is not writable. */
    if (store->db != NULL && store->mode == STORE_WRITE)
        sqlite3_exec(store->db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    sqlite3_close(store->db);
    g_hash_table_unref(store->shelves);
    g_free(store->path);
    g_free(store->schema);
    g_free(store);
}

static struct store_statement *prepare(struct store *store, const struct sql_text *text,
                                       const char *name)
{
    struct store_statement *statement = g_new0(struct store_statement, 1);
    statement->store = store;
    int code = sqlite3_prepare_v3(store->db, text->start, (int)text->length,
                                  SQLITE_PREPARE_PERSISTENT, &statement->stmt, NULL);
    /* A table may be missing from a file that something else has written to. */
    if (code == SQLITE_ERROR && g_str_has_prefix(sqlite3_errmsg(store->db), "no such table"))
        code = SQLITE_CORRUPT;
    if (code == SQLITE_ERROR)
        g_error("the SQL statement %s does not prepare: %s", name, sqlite3_errmsg(store->db));
    statement->failed = code;
    return statement;
}

struct store_statement *store_statement(struct store *store, const char *name)
{
    struct store_statement *statement = g_hash_table_lookup(store->statements, name);
    if (statement == NULL) {
        gpointer key = NULL, text = NULL;
        if (!g_hash_table_lookup_extended(store->texts, name, &key, &text))
            g_error("there is no SQL statement %s", name);
        statement = prepare(store, text, name);
        g_hash_table_insert(store->statements, key, statement);
    }
    if (statement->stmt != NULL) {
        sqlite3_reset(statement->stmt);
        sqlite3_clear_bindings(statement->stmt);
    }
    return statement;
}

struct shelf *store_shelf(struct store *store, const char *name, const char *declaration,
                          guint columns)
{
    struct shelf *shelf = g_hash_table_lookup(store->shelves, name);
    const struct sql_text *text = g_hash_table_lookup(store->texts, declaration);
    if (shelf != NULL)
        return shelf;
    if (text == NULL)
        g_error("there is no SQL statement %s", declaration);
    g_autofree char *sql = g_strndup(text->start, text->length);
    shelf = shelf_new(store->db, name, sql, columns);
    if (shelf == NULL)
        g_error("SQLite does not take the table %s: %s", name, sqlite3_errmsg(store->db));
    g_hash_table_insert(store->shelves, (gpointer)(guintptr)name, shelf);
    return shelf;
}

void store_bind_int(struct store_statement *statement, int parameter, gint64 value)
{
    sqlite3_bind_int64(statement->stmt, parameter, value);
}

void store_bind_real(struct store_statement *statement, int parameter, double value)
{
    sqlite3_bind_double(statement->stmt, parameter, value);
}

void store_bind_text(struct store_statement *statement, int parameter, const char *text,
                     gssize length)
{
    sqlite3_bind_text(statement->stmt, parameter, text, (int)length, SQLITE_STATIC);
}

void store_bind_blob(struct store_statement *statement, int parameter, const void *bytes,
                     gsize length)
{
    sqlite3_bind_blob(statement->stmt, parameter, bytes, (int)length, SQLITE_STATIC);
}

void store_bind_null(struct store_statement *statement, int parameter)
{
    sqlite3_bind_null(statement->stmt, parameter);
}

bool store_step(struct store_statement *statement, bool *ret_row, GError **error)
{
    if (statement->failed != SQLITE_OK)
        return refuse(statement->store, statement->failed, error);
    int code = sqlite3_step(statement->stmt);
    if (code != SQLITE_ROW)
        sqlite3_reset(statement->stmt);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return refuse(statement->store, code, error);
    *ret_row = code == SQLITE_ROW;
    return true;
}

/* A statement left at its row would hold on to the state it sees, and the log could not shrink. */
bool store_single(struct store_statement *statement, bool *ret_row, gint64 *ret_value,
                  GError **error)
{
    bool done = store_step(statement, ret_row, error);
    if (done && *ret_row)
        *ret_value = store_int(statement, 0);
    sqlite3_reset(statement->stmt);
    return done;
}

bool store_run(struct store_statement *statement, GError **error)
{
    bool row = false;
    bool done = store_step(statement, &row, error);
    sqlite3_reset(statement->stmt);
    return done;
}

int store_columns(struct store_statement *statement)
{
    return sqlite3_column_count(statement->stmt);
}

const char *store_column_name(struct store_statement *statement, int column)
{
    return sqlite3_column_name(statement->stmt, column);
}

bool store_column_is_null(struct store_statement *statement, int column)
{
    return sqlite3_column_type(statement->stmt, column) == SQLITE_NULL;
}

gint64 store_int(struct store_statement *statement, int column)
{
    return sqlite3_column_int64(statement->stmt, column);
}

double store_real(struct store_statement *statement, int column)
{
    return sqlite3_column_double(statement->stmt, column);
}

const char *store_text(struct store_statement *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement->stmt, column);
    return text == NULL ? "" : text;
}

const void *store_blob(struct store_statement *statement, int column, gsize *ret_length)
{
    const void *bytes = sqlite3_column_blob(statement->stmt, column);
    *ret_length = (gsize)sqlite3_column_bytes(statement->stmt, column);
    return bytes;
}

gint64 store_last_id(struct store *store)
{
    return sqlite3_last_insert_rowid(store->db);
}

gint64 store_changed(struct store *store)
{
    return sqlite3_changes64(store->db);
}

bool store_begin(struct store *store, GError **error)
{
    if (store->mode == STORE_READ) {
        store->open_transaction = store->open_transaction || execute(store, "BEGIN", error);
        store->views += store->open_transaction;
        return store->open_transaction;
    }
    store->writing = store->writing || execute(store, store->manners->writing, error);
    store->open_transaction = store->writing && execute(store, "BEGIN IMMEDIATE", error);
    return store->open_transaction;
}

bool store_commit(struct store *store, GError **error)
{
    if (!execute(store, "COMMIT", error))
        return false;
    store->open_transaction = false;
    return true;
}

void store_rollback(struct store *store)
{
    if (store->views > 1) {
        store->views--;
        return;
    }
    store->views = 0;
    if (store->open_transaction)
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    store->open_transaction = false;
}
