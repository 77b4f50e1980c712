/* Those who give credit in trailers, and for whom they worked when. */
#include "selection.h"
#include "selection_parts.h"

static bool fill_spans(struct selection *selection, const struct selection_window *window,
                       gint64 identity, GError **error)
{
    guint joins = selection_joins(selection, window);
    const GArray *spans = book_spans(selection->book, identity);
    for (guint i = 0; i < spans->len; i++) {
        const struct book_span *span = &g_array_index(spans, struct book_span, i);
        struct store_statement *add =
            store_statement(book_store(selection->book), "selection_add_span");
        store_bind_int(add, 1, joins);
        store_bind_int(add, 2, identity);
        store_bind_int(add, 3, span->since);
        store_bind_int(add, 4, span->until);
        store_bind_int(add, 5, joins_apply(window->joins, span->employer));
        if (!store_run(add, error))
            return false;
    }
    return true;
}

/* Unless a window before it has done it. */
static bool fill_window_spans(struct selection *selection, guint number, guint first,
                              const GArray *identities, GError **error)
{
    const struct selection_window *window = selection_window_at(selection, number);
    guint joins = selection_joins(selection, window);
    if (joins >= first && joins < number)
        return true;
    for (guint i = 0; i < identities->len; i++)
        if (!fill_spans(selection, window, g_array_index(identities, gint64, i), error))
            return false;
    return true;
}

static bool fill_person(struct selection *selection, gint64 identity, enum reading_people map,
                        GError **error)
{
    const struct people *people =
        book_people(selection->book, map == READING_RAW ? PEOPLE_RAW : PEOPLE_MAILMAP, error);
    if (people == NULL)
        return false;
    struct store_statement *add =
        store_statement(book_store(selection->book), "selection_add_person");
    store_bind_int(add, 1, map);
    store_bind_int(add, 2, identity);
    store_bind_int(add, 3, people_person(people, identity));
    return store_run(add, error);
}

static bool fill_persons(struct selection *selection, guint first, guint last,
                         const GArray *identities, GError **error)
{
    bool done[READING_EMPLOYER + 1] = {false};
    for (guint window = first; window <= last; window++) {
        enum reading_people map = selection_reading(selection, window)->people;
        for (guint i = 0; i < identities->len && !done[map]; i++)
            if (!fill_person(selection, g_array_index(identities, gint64, i), map, error))
                return false;
        done[map] = true;
    }
    return true;
}

static bool find_creditors(struct selection *selection, guint first, guint last, GArray *identities,
                           GError **error)
{
    struct store_statement *query =
        store_statement(book_store(selection->book), "selection_credit_identities");
    bool row = false;
    store_bind_int(query, 1, first);
    store_bind_int(query, 2, last);
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        gint64 identity = store_int(query, 0);
        g_array_append_val(identities, identity);
    }
}

bool selection_fill_credits(struct selection *selection, guint first, guint last, GError **error)
{
    g_autoptr(GArray) identities = g_array_new(FALSE, FALSE, sizeof(gint64));
    if (!find_creditors(selection, first, last, identities, error))
        return false;
    for (guint i = first; i <= last; i++)
        if (!fill_window_spans(selection, i, first, identities, error))
            return false;
    return fill_persons(selection, first, last, identities, error);
}
