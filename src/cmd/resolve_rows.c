/* What resolve found, as tables and as JSON. */
#include "clock.h"
#include "resolve_room.h"

#include <string.h>

#define DAY ((gint64)24 * 60 * 60)

static char *day_of(gint64 time)
{
    return time == G_MININT64 || time == 0 ? NULL : clock_format_day(time);
}

static void add_day(struct table *table, gint64 time)
{
    g_autofree char *day = day_of(time);
    table_string(table, day);
}

/* Ends of days are not counted: from the day of one to the day of the other. */
static void add_days(struct table *table, gint64 from, gint64 to)
{
    if (from == G_MININT64 || to == 0)
        table_none(table);
    else
        table_int(table, to / DAY - from / DAY);
}

/* The commits that bring what is there, or how each was found; without the same word twice. */
static char *join_fixes(const struct resolve_line *line, bool evidence, gsize digits)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < line->fixes->len; i++) {
        const struct resolve_fix *fix = line->fixes->pdata[i];
        const char *word = evidence ? resolve_evidence_name(fix->evidence) : fix->commit;
        if (!fix->present || !g_hash_table_add(seen, (gpointer)(gsize)word))
            continue;
        g_string_append(text, text->len == 0 ? "" : evidence ? ", " : " ");
        g_string_append_len(text, word, (gssize)MIN(strlen(word), digits));
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void add_line(struct table *table, const struct resolve_entry *entry,
                     const struct resolve_place *place, const struct resolve_line *line, bool told)
{
    static const enum table_paint paints[] = {
        [RESOLVE_FIXED] = TABLE_GREEN,        [RESOLVE_PARTLY] = TABLE_RED,
        [RESOLVE_NOT_AFFECTED] = TABLE_FAINT, [RESOLVE_OPEN] = TABLE_RED,
        [RESOLVE_UNKNOWN] = TABLE_YELLOW,     [RESOLVE_UNSUPPORTED] = TABLE_FAINT,
    };
    g_autofree char *commits = join_fixes(line, false, told ? 12 : 40);
    g_autofree char *evidence = join_fixes(line, true, 40);
    table_string(table, entry->casefile->id);
    table_string(table, place->name);
    table_string(table, line->line);
    table_string(table, resolve_state_name(line->state));
    table_paint(table, paints[line->state]);
    table_int(table, line->present);
    table_int(table, line->needed);
    table_string(table, line->first_release);
    add_day(table, line->first_time);
    add_days(table, entry->casefile->public_at, line->first_time);
    table_string(table, line->affected_from);
    table_string(table, line->affected_to);
    table_string(table, commits);
    table_string(table, evidence);
    table_string(table, line->reason);
    if (told)
        return;
    table_string(table, line->introduced);
    table_string(table, line->branch);
    table_bool(table, line->main);
    table_bool(table, line->inherited);
    table_string(table, line->first_tag);
    add_day(table, entry->casefile->public_at);
}

struct table *resolve_lines_table(const GPtrArray *entries, bool told)
{
    static const struct table_column columns[] = {
        {"advisory", "Advisory", TABLE_KIND_STRING},
        {"repository", "Repository", TABLE_KIND_STRING},
        {"line", "Line", TABLE_KIND_STRING},
        {"state", "State", TABLE_KIND_STRING},
        {"parts_present", "Parts", TABLE_KIND_INT},
        {"parts_needed", "of", TABLE_KIND_INT},
        {"first_release", "First release", TABLE_KIND_STRING},
        {"first_day", "Day", TABLE_KIND_STRING},
        {"days", "Days", TABLE_KIND_INT},
        {"affected_from", "Affected from", TABLE_KIND_STRING},
        {"affected_to", "to", TABLE_KIND_STRING},
        {"commits", "Commits", TABLE_KIND_STRING},
        {"evidence", "Evidence", TABLE_KIND_STRING},
        {"reason", "Remark", TABLE_KIND_STRING},
        {"introduced", "Introduced", TABLE_KIND_STRING},
        {"branch", "Branch", TABLE_KIND_STRING},
        {"main", "Main", TABLE_KIND_BOOL},
        {"inherited", "Inherited", TABLE_KIND_BOOL},
        {"first_tag", "Tag", TABLE_KIND_STRING},
        {"public", "Public", TABLE_KIND_STRING},
    };
    struct table *table = table_new(columns, told ? 14 : G_N_ELEMENTS(columns));
    for (guint i = 0; i < entries->len; i++) {
        const struct resolve_entry *entry = entries->pdata[i];
        for (guint j = 0; j < entry->places->len; j++) {
            const struct resolve_place *place = entry->places->pdata[j];
            for (guint k = 0; k < place->lines->len; k++)
                if (!told || resolve_is_told(place->lines->pdata[k]))
                    add_line(table, entry, place, place->lines->pdata[k], told);
        }
    }
    return table;
}

static const char *patch_name(const struct resolve_entry *entry, const struct resolve_match *match)
{
    if (match->patch < 0)
        return NULL;
    const struct patch_named *patch = entry->casefile->patches->pdata[match->patch];
    return patch->name;
}

static void add_match(struct table *table, const struct resolve_entry *entry,
                      const struct resolve_place *place, const struct resolve_match *match)
{
    g_autofree char *commit = g_strndup(match->commit, 12);
    g_autofree char *through = g_strndup(match->through, 12);
    table_string(table, place->name);
    table_string(table, commit);
    add_day(table, match->time);
    table_string(table, match->branches->len == 0 ? NULL : match->branches->pdata[0]);
    table_int(table, match->part + 1);
    table_string(table, resolve_evidence_name(match->evidence));
    table_string(table, match->near ? "unsure" : resolve_evidence_sureness(match->evidence));
    table_string(table, match->patch >= 0         ? patch_name(entry, match)
                        : *match->through != '\0' ? through
                                                  : NULL);
    table_string(table, match->subject);
}

struct table *resolve_matches_table(const struct resolve_entry *entry)
{
    static const struct table_column columns[] = {{"repository", "Repository", TABLE_KIND_STRING},
                                                  {"commit", "Commit", TABLE_KIND_STRING},
                                                  {"day", "Day", TABLE_KIND_STRING},
                                                  {"branch", "Branch", TABLE_KIND_STRING},
                                                  {"part", "Part", TABLE_KIND_INT},
                                                  {"evidence", "Evidence", TABLE_KIND_STRING},
                                                  {"sure", "Sure", TABLE_KIND_STRING},
                                                  {"by", "By", TABLE_KIND_STRING},
                                                  {"subject", "Subject", TABLE_KIND_STRING}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < entry->places->len; i++) {
        const struct resolve_place *place = entry->places->pdata[i];
        for (guint j = 0; j < place->matches->len; j++)
            add_match(table, entry, place, place->matches->pdata[j]);
    }
    return table;
}

/* --- JSON --- */

static json_t *text_json(const char *text)
{
    return text == NULL || *text == '\0' ? json_null() : json_string(text);
}

static json_t *day_json(gint64 time)
{
    g_autofree char *day = day_of(time);
    return text_json(day);
}

static json_t *list_json(const GPtrArray *list)
{
    json_t *array = json_array();
    for (guint i = 0; i < list->len; i++)
        json_array_append_new(array, json_string(list->pdata[i]));
    return array;
}

static json_t *match_json(const struct resolve_entry *entry, const struct resolve_match *match)
{
    return json_pack("{s:s, s:s, s:o, s:o, s:i, s:s, s:s, s:o, s:o, s:o}", "commit", match->commit,
                     "subject", match->subject, "day", day_json(match->time), "branches",
                     list_json(match->branches), "part", (int)match->part + 1, "evidence",
                     resolve_evidence_name(match->evidence), "sure",
                     match->near ? "unsure" : resolve_evidence_sureness(match->evidence), "patch",
                     text_json(patch_name(entry, match)), "through", text_json(match->through),
                     "reverted_by", text_json(match->reverted));
}

static json_t *part_json(const struct resolve_part *part)
{
    return json_pack("{s:o, s:s, s:o, s:o, s:b}", "commit", text_json(part->commit), "subject",
                     part->subject, "day", day_json(part->time), "introduced_by",
                     text_json(part->introduced), "withdrawn", part->withdrawn);
}

static json_t *fixes_json(const struct resolve_line *line)
{
    json_t *array = json_array();
    for (guint i = 0; i < line->fixes->len; i++) {
        const struct resolve_fix *fix = line->fixes->pdata[i];
        json_array_append_new(
            array, json_pack("{s:i, s:b, s:b, s:b, s:o, s:o, s:o, s:o}", "part", (int)fix->part + 1,
                             "present", fix->present, "needed", fix->needed, "reverted",
                             fix->reverted, "commit", text_json(fix->commit), "evidence",
                             fix->present ? json_string(resolve_evidence_name(fix->evidence))
                                          : json_null(),
                             "first_release", text_json(fix->release), "why", text_json(fix->why)));
    }
    return array;
}

static json_t *line_json(const struct resolve_line *line)
{
    return json_pack("{s:s, s:o, s:b, s:s, s:i, s:i, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
                     "line", line->line, "branch", text_json(line->branch), "main", line->main,
                     "state", resolve_state_name(line->state), "parts_present", (int)line->present,
                     "parts_needed", (int)line->needed, "inherited", line->inherited,
                     "first_release", text_json(line->first_release), "first_tag",
                     text_json(line->first_tag), "first_day", day_json(line->first_time),
                     "affected_from", text_json(line->affected_from), "affected_to",
                     text_json(line->affected_to), "introduced", text_json(line->introduced),
                     "reason", text_json(line->reason), "fixes", fixes_json(line));
}

static json_t *place_json(const struct resolve_entry *entry, const struct resolve_place *place)
{
    json_t *matches = json_array(), *parts = json_array(), *lines = json_array();
    for (guint i = 0; i < place->matches->len; i++)
        json_array_append_new(matches, match_json(entry, place->matches->pdata[i]));
    for (guint i = 0; i < place->parts->len; i++)
        json_array_append_new(parts, part_json(place->parts->pdata[i]));
    for (guint i = 0; i < place->lines->len; i++)
        json_array_append_new(lines, line_json(place->lines->pdata[i]));
    return json_pack("{s:s, s:o, s:o, s:o}", "repository", place->name, "parts", parts, "commits",
                     matches, "lines", lines);
}

static json_t *patches_json(const struct resolve_entry *entry)
{
    json_t *array = json_array();
    for (guint i = 0; i < entry->casefile->patches->len; i++) {
        const struct patch_named *patch = entry->casefile->patches->pdata[i];
        gsize found = 0;
        for (guint j = 0; j < entry->places->len; j++) {
            const struct resolve_place *place = entry->places->pdata[j];
            for (guint k = 0; k < place->matches->len; k++) {
                const struct resolve_match *match = place->matches->pdata[k];
                found += match->patch == (gint)i;
            }
        }
        json_array_append_new(array, json_pack("{s:s, s:b, s:I}", "name", patch->name, "readable",
                                               patch->face != NULL, "commits", (json_int_t)found));
    }
    return array;
}

json_t *resolve_entry_json(const struct resolve_entry *entry)
{
    json_t *places = json_array();
    for (guint i = 0; i < entry->places->len; i++)
        json_array_append_new(places, place_json(entry, entry->places->pdata[i]));
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "advisory", entry->casefile->id,
                     "public", day_json(entry->casefile->public_at), "public_by",
                     day_json(entry->casefile->public_by), "patches", patches_json(entry),
                     "repositories", places, "remarks", list_json(entry->remarks), "resolved",
                     json_boolean(entry->why == NULL), "why", text_json(entry->why));
}

json_t *resolve_entries_json(const GPtrArray *entries)
{
    g_autoptr(Table) evidence = resolve_evidence_table(entries);
    g_autoptr(Table) unresolved = resolve_unresolved_table(entries);
    json_t *list = json_array();
    for (guint i = 0; i < entries->len; i++)
        json_array_append_new(list, resolve_entry_json(entries->pdata[i]));
    return json_pack("{s:o, s:o, s:o}", "advisories", list, "evidence", table_json(evidence),
                     "unresolved", table_json(unresolved));
}
