#include "notes_parts.h"

static void free_book(gpointer book)
{
    book_free(book);
}

static void free_fixes(gpointer fixes)
{
    fixes_close(fixes);
}

static void free_twins(gpointer twins)
{
    twins_close(twins);
}

bool notes_making_init(struct notes_making *making, struct store *history, const struct home *home,
                       const char *repository, gint64 now, GError **error)
{
    *making = (struct notes_making){.history = history, .home = home, .now = now};
    making->book = book_open(history, home, repository, error);
    making->companions = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_book);
    making->fixes = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_fixes);
    making->twins = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_twins);
    making->readings = json_array();
    return making->book != NULL;
}

void notes_making_clear(struct notes_making *making)
{
    source_close(making->source);
    g_hash_table_unref(making->fixes);
    g_hash_table_unref(making->twins);
    g_hash_table_unref(making->companions);
    book_free(making->book);
    json_decref(making->readings);
}

struct source *notes_source(struct notes_making *making, GError **error)
{
    if (making->source == NULL)
        making->source =
            source_open(making->history, making->home, book_repository(making->book)->name, error);
    return making->source;
}

struct book *notes_companion_book(struct notes_making *making, const char *name, GError **error)
{
    struct book *book = g_hash_table_lookup(making->companions, name);
    if (book != NULL)
        return book;
    book = book_open(making->history, making->home, name, error);
    if (book != NULL)
        g_hash_table_insert(making->companions, (gpointer)(guintptr)book_repository(book)->name,
                            book);
    return book;
}

struct fixes *notes_fixes(struct notes_making *making, const char *name, GError **error)
{
    struct fixes *fixes = g_hash_table_lookup(making->fixes, name);
    if (fixes != NULL)
        return fixes;
    bool own = g_str_equal(name, book_repository(making->book)->name);
    struct book *book = own ? making->book : notes_companion_book(making, name, error);
    if (book == NULL)
        return NULL;
    struct twins *twins = twins_open(making->history, making->home, book_repository(book), error);
    if (twins == NULL)
        return NULL;
    gpointer key = (gpointer)(guintptr)book_repository(book)->name;
    g_hash_table_insert(making->twins, key, twins);
    fixes = fixes_open(book, twins, error);
    if (fixes != NULL)
        g_hash_table_insert(making->fixes, key, fixes);
    return fixes;
}

json_t *notes_reading(struct notes_making *making, const struct reading *reading)
{
    json_t *object = reading_json(reading);
    const json_t *text = json_object_get(object, "text");
    gsize count = json_array_size(making->readings);
    for (gsize i = 0; i < count; i++)
        if (json_equal(json_object_get(json_array_get(making->readings, i), "text"), text)) {
            json_decref(object);
            return json_integer((json_int_t)i + 1);
        }
    json_object_set_new(object, "number", json_integer((json_int_t)count + 1));
    json_array_append_new(making->readings, object);
    return json_integer((json_int_t)count + 1);
}
