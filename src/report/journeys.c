#include "journeys.h"

#include "clock.h"

void journeys_answer_clear(struct journeys_answer *answer)
{
    table_free(answer->table);
    g_free(answer->told);
    *answer = (struct journeys_answer){NULL, NULL};
}

void journeys_add_day(struct table *table, gint64 time)
{
    g_autofree char *day = time == 0 ? NULL : clock_format_day(time);
    table_string(table, day);
}
