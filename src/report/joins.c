#include "joins.h"

#include "fault.h"

#include <string.h>

struct join {
    gint64 from, to;
};

struct joins {
    GArray *list;
};

static bool add(struct book *book, struct joins *joins, const char *text, GError **error)
{
    const char *sign = strchr(text, '=');
    g_return_val_if_fail(sign != NULL, false);
    g_autofree char *from = g_strndup(text, (gsize)(sign - text));
    struct join join = {.from = 0};
    if (!book_find_employer(book, from, &join.from, error))
        return false;
    join.to = book_employer_number(book, sign + 1);
    g_array_append_val(joins->list, join);
    return true;
}

struct joins *joins_new(struct book *book, const char *const *joins, GError **error)
{
    g_autoptr(Joins) made = g_new0(struct joins, 1);
    made->list = g_array_new(FALSE, FALSE, sizeof(struct join));
    for (guint i = 0; joins != NULL && joins[i] != NULL; i++)
        if (!add(book, made, joins[i], error))
            return NULL;
    return g_steal_pointer(&made);
}

void joins_free(struct joins *joins)
{
    if (joins == NULL)
        return;
    g_array_unref(joins->list);
    g_free(joins);
}

gint64 joins_apply(const struct joins *joins, gint64 employer)
{
    for (guint i = 0; i < joins->list->len; i++) {
        const struct join *join = &g_array_index(joins->list, struct join, i);
        if (employer == join->from)
            employer = join->to;
    }
    return employer;
}
