/* barograph resolve: which commits fix an advisory, and which releases have them. */
#include "fault.h"
#include "layouts.h"
#include "newest.h"
#include "record.h"
#include "resolve_room.h"

#include <stdio.h>
#include <string.h>

extern const struct command command_resolve;

static gboolean all_option, report_option;
static char *format_option;

static const GOptionEntry options[] = {
    {"all", 0, 0, G_OPTION_ARG_NONE, &all_option, "Every advisory that is public", NULL},
    {"report", 0, 0, G_OPTION_ARG_NONE, &report_option,
     "The data of a security page: by year, by release, delays, what is missing", NULL},
    {"format", 0, 0, G_OPTION_ARG_STRING, &format_option,
     "text, md, tsv, csv or json (default: text)", "FORMAT"},
    G_OPTION_ENTRY_NULL};

struct making {
    struct context *context;
    struct layout *layout;
    struct desk *desk; /* NULL: there is none */
    GPtrArray *resolvers;
    GPtrArray *remarks; /* of the repositories */
    GPtrArray *entries; /* struct resolve_entry * */
    gint64 newest;      /* commit */
    guint left_out;     /* under embargo */
};

static void making_clear(struct making *making)
{
    layout_free(making->layout);
    desk_close(making->desk);
    g_clear_pointer(&making->resolvers, g_ptr_array_unref);
    g_clear_pointer(&making->remarks, g_ptr_array_unref);
    g_clear_pointer(&making->entries, g_ptr_array_unref);
}

/* A home without a desk has no patches, but its history may still claim fixes. */
static bool making_open(struct context *context, struct making *making, GError **error)
{
    g_autoptr(GError) reason = NULL;
    *making = (struct making){.context = context};
    making->remarks = g_ptr_array_new_with_free_func(g_free);
    making->entries = g_ptr_array_new_with_free_func(resolve_entry_free);
    making->layout =
        layouts_load(context->home->templates_path, context->home->advisory_prefix, error);
    if (making->layout == NULL)
        return false;
    making->desk = desk_open(context->home->folder, DESK_READ, &reason);
    if (making->desk == NULL && !g_error_matches(reason, FAULT_DOMAIN, FAULT_UNAVAILABLE)) {
        g_propagate_error(error, g_steal_pointer(&reason));
        return false;
    }
    making->resolvers = resolve_open_all(context, making->remarks, error);
    return making->resolvers != NULL && newest_commit(context->history, &making->newest, error);
}

static bool add(struct making *making, struct casefile *casefile, GError **error)
{
    struct resolve_entry *entry = resolve_one(making->resolvers, casefile, making->newest, error);
    if (entry == NULL)
        return false;
    resolve_settle(entry, making->layout, making->context->home);
    g_ptr_array_add(making->entries, entry);
    return true;
}

/* --- which ones --- */

static const char *number_of(const struct making *making, const char *word, GError **error)
{
    gsize length = strlen(making->layout->prefix);
    bool prefixed =
        g_ascii_strncasecmp(word, making->layout->prefix, length) == 0 && word[length] == '-';
    const char *number = prefixed ? word + length + 1 : word;
    if (layout_good_number(number))
        return number;
    fault_raise(error, FAULT_USAGE, "an advisory is named by its number: 480, %s-480 or 2026-01",
                making->layout->prefix);
    return NULL;
}

/* What the record does not have, the history alone may know. */
static bool add_unknown(struct making *making, const char *number, GError **error)
{
    struct casefile *casefile = g_new0(struct casefile, 1);
    casefile->id = layout_id(making->layout, number);
    casefile->patches = g_ptr_array_new_with_free_func(patch_named_free);
    casefile->pending = g_ptr_array_new_with_free_func(patch_named_free);
    casefile->commits = g_ptr_array_new_with_free_func(g_free);
    casefile->labels = g_ptr_array_new_with_free_func(g_free);
    casefile->public_at = casefile->public_by = casefile->reported_at = G_MININT64;
    if (!add(making, casefile, error))
        return false;
    struct resolve_entry *entry = making->entries->pdata[making->entries->len - 1];
    if (entry->why != NULL)
        return fault_raise(error, FAULT_NOINPUT,
                           "%s is not in the record, and no commit of the mined repositories "
                           "claims it: barograph advisory list says what is in the record",
                           entry->casefile->id);
    g_ptr_array_add(entry->remarks, g_strdup("it is not in the record: only what commits say of "
                                             "it is known"));
    return true;
}

static bool add_number(struct making *making, const char *word, GError **error)
{
    const char *number = number_of(making, word, error);
    g_autoptr(GError) reason = NULL;
    if (number == NULL)
        return false;
    if (making->desk == NULL)
        return add_unknown(making, number, error);
    struct store *store = desk_store(making->desk);
    g_autoptr(RecordAdvisory) advisory = record_find(store, number, &reason);
    if (advisory == NULL && g_error_matches(reason, FAULT_DOMAIN, FAULT_NOINPUT))
        return add_unknown(making, number, error);
    if (advisory == NULL) {
        g_propagate_error(error, g_steal_pointer(&reason));
        return false;
    }
    struct casefile *casefile = casefile_open(making->desk, store, making->layout, advisory, error);
    return casefile != NULL && add(making, casefile, error);
}

static int by_number(gconstpointer a, gconstpointer b)
{
    const struct resolve_entry *left = *(struct resolve_entry *const *)a;
    const struct resolve_entry *right = *(struct resolve_entry *const *)b;
    g_autofree char *one = g_utf8_collate_key_for_filename(left->casefile->id, -1);
    g_autofree char *other = g_utf8_collate_key_for_filename(right->casefile->id, -1);
    return strcmp(one, other);
}

/* Nothing under embargo comes near what may be published. */
static bool add_public(struct making *making, GError **error)
{
    if (making->desk == NULL)
        return fault_raise(error, FAULT_UNAVAILABLE,
                           "there is no advisory here yet: barograph advisory import brings some");
    struct store *store = desk_store(making->desk);
    g_autoptr(GPtrArray) all = record_advisories(store, error);
    for (guint i = 0; all != NULL && i < all->len; i++) {
        struct casefile *casefile =
            casefile_open(making->desk, store, making->layout, all->pdata[i], error);
        if (casefile == NULL)
            return false;
        if (casefile->embargoed) {
            making->left_out++;
            casefile_free(casefile);
        } else if (!add(making, casefile, error)) {
            return false;
        }
    }
    g_ptr_array_sort(making->entries, by_number);
    return all != NULL;
}

/* --- what is printed --- */

static void print_table(const struct making *making, struct table *table, enum table_format format)
{
    g_autofree char *text = table_format(table, format, making->context->colour);
    fputs(text, stdout);
    table_free(table);
}

static void print_json(json_t *value)
{
    json_dumpf(value, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    putchar('\n');
    json_decref(value);
}

static void print_titled(const struct making *making, const char *title, struct table *table,
                         enum table_format format)
{
    if (table_rows(table) == 0) {
        table_free(table);
        return;
    }
    printf("\n%s%s\n\n", format == TABLE_MARKDOWN ? "## " : "", title);
    print_table(making, table, format);
}

/* Lines of which there is no more to say. */
static void print_others(const struct resolve_entry *entry, enum resolve_state state)
{
    for (guint i = 0; i < entry->places->len; i++) {
        const struct resolve_place *place = entry->places->pdata[i];
        guint count = 0;
        for (guint j = 0; j < place->lines->len; j++) {
            const struct resolve_line *line = place->lines->pdata[j];
            if (line->state != state || line->main)
                continue;
            if (count++ == 0)
                printf("\n%s, %s:", place->name, resolve_state_name(state));
            printf(" %s", line->line);
        }
        if (count > 0)
            putchar('\n');
    }
}

static void print_entry(const struct making *making, const struct resolve_entry *entry,
                        enum table_format format)
{
    g_autoptr(GPtrArray) alone = g_ptr_array_new();
    g_ptr_array_add(alone, (gpointer)(gsize)entry);
    printf("%s%s%s%s%s\n", format == TABLE_MARKDOWN ? "# " : "", entry->casefile->id,
           entry->casefile->embargoed ? " (under embargo: not for the public)" : "",
           entry->why == NULL ? "" : ": ", entry->why == NULL ? "" : entry->why);
    print_titled(making, "Commits", resolve_matches_table(entry), format);
    print_titled(making, "Lines", resolve_lines_table(alone, true), format);
    print_others(entry, RESOLVE_NOT_AFFECTED);
    print_others(entry, RESOLVE_UNSUPPORTED);
    print_others(entry, RESOLVE_UNKNOWN);
    if (entry->remarks->len > 0)
        putchar('\n');
    for (guint i = 0; i < entry->remarks->len; i++)
        printf("%s%s\n", format == TABLE_MARKDOWN ? "- " : "", (char *)entry->remarks->pdata[i]);
}

static void print_numbers(const struct making *making, enum table_format format)
{
    const GPtrArray *entries = making->entries;
    if (format == TABLE_JSON) {
        print_json(entries->len == 1 ? resolve_entry_json(entries->pdata[0])
                                     : resolve_entries_json(entries));
        return;
    }
    if (format == TABLE_TSV || format == TABLE_CSV) {
        print_table(making, resolve_lines_table(entries, false), format);
        return;
    }
    for (guint i = 0; i < entries->len; i++) {
        if (i > 0)
            putchar('\n');
        print_entry(making, entries->pdata[i], format);
    }
}

static void print_all(const struct making *making, enum table_format format)
{
    const GPtrArray *entries = making->entries;
    if (format == TABLE_JSON) {
        print_json(resolve_entries_json(entries));
        return;
    }
    if (format == TABLE_TSV || format == TABLE_CSV) {
        print_table(making, resolve_lines_table(entries, false), format);
        return;
    }
    print_table(making, resolve_summary_table(entries), format);
    print_titled(making, "Commits by evidence", resolve_evidence_table(entries), format);
    print_titled(making, "Not resolved", resolve_unresolved_table(entries), format);
}

static bool print_report(const struct making *making, enum table_format format, GError **error)
{
    const struct resolve_report_table *part = resolve_report_tables;
    if (format != TABLE_TEXT && format != TABLE_MARKDOWN && format != TABLE_JSON)
        return fault_raise(error, FAULT_USAGE,
                           "--report has several tables: print it as text, md or json");
    if (format == TABLE_JSON)
        print_json(resolve_report_json(making->entries));
    for (; format != TABLE_JSON && part->key != NULL; part++)
        print_titled(making, part->title, part->make(making->entries), format);
    return true;
}

/* How many are under embargo is nothing for a published data set. */
static void print_notes(const struct making *making)
{
    if (making->context->verbosity < 0)
        return;
    for (guint i = 0; i < making->remarks->len; i++)
        fprintf(stderr, "%s\n", (char *)making->remarks->pdata[i]);
    if (all_option || report_option)
        fprintf(stderr, "%u advisor%s under embargo left out\n", making->left_out,
                making->left_out == 1 ? "y" : "ies");
}

static bool make(struct making *making, int argc, char **argv, enum table_format format,
                 GError **error)
{
    bool all = all_option || report_option;
    if (all && !add_public(making, error))
        return false;
    for (int i = 1; i < argc; i++)
        if (!add_number(making, argv[i], error))
            return false;
    if (report_option && !print_report(making, format, error))
        return false;
    if (!report_option)
        (all ? print_all : print_numbers)(making, format);
    print_notes(making);
    return true;
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    enum table_format format = TABLE_TEXT;
    struct making making = {0};
    if ((all_option || report_option) != (argc == 1))
        return fault_raise(error, FAULT_USAGE,
                           "resolve takes numbers of advisories, or --all or --report without "
                           "any: barograph resolve 480");
    if (format_option != NULL && !table_format_parse(format_option, &format, error))
        return false;
    bool done = making_open(context, &making, error) && make(&making, argc, argv, format, error);
    making_clear(&making);
    return done;
}

const struct command command_resolve = {
    .name = "resolve",
    .arguments = "N…|--all|--report",
    .summary = "Find the commits that fix an advisory, and the releases that have them",
    .description =
        "Each patch of the record is looked for in every branch of every mined repository, by what "
        "it changes; then come commits that claim the advisory, and origin lines. For each line: "
        "the first release with the whole fix, how many parts are there, which releases are "
        "affected. --all leaves out what is under embargo; a number asks for it.\n\n"
        "Examples:\n"
        "  barograph resolve 480\n"
        "  barograph resolve --all --format tsv > fixes.tsv\n"
        "  barograph resolve --report --format md",
    .needs = NEEDS_HISTORY,
    .options = options,
    .run = run,
};
