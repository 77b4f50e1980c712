#include "newest.h"

bool newest_commit(struct store *history, gint64 *ret_time, GError **error)
{
    struct store_statement *newest = store_statement(history, "newest_commit");
    gint64 time = G_MININT64;
    bool row = false;
    if (!store_single(newest, &row, &time, error))
        return false;
    *ret_time = row ? time : G_MININT64;
    return true;
}
