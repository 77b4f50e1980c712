/* barograph growth: what growth is made of, over years, releases or components; the monsters. */
#include "command.h"
#include "fault.h"
#include "growth_view.h"
#include "splits.h"

#include <stdio.h>

extern const struct command command_growth;

static struct reading_words words;
static char *format_option;

static const GOptionEntry options[] = {READING_OPTIONS(words),
                                       {"format", 0, 0, G_OPTION_ARG_STRING, &format_option,
                                        "text, md, tsv, csv or json (default: text)", "FORMAT"},
                                       G_OPTION_ENTRY_NULL};

static bool is_open(const struct reading *reading)
{
    return reading->window == READING_DATES && reading->since == READING_OPEN_START &&
           reading->until == READING_OPEN_END;
}

static bool print_splits(const struct context *context, struct book *book, const char *by_word,
                         const struct reading *reading, enum table_format format, GError **error)
{
    enum splits_by by = is_open(reading) ? SPLITS_BY_YEARS : SPLITS_BY_WINDOW;
    if (by_word != NULL && !splits_by_parse(by_word, &by, error))
        return false;
    g_autoptr(GPtrArray) splits = splits_find(book, reading, by, context->now, error);
    if (splits == NULL)
        return false;
    g_autofree char *text = growth_view(splits, by, format, context->colour);
    fputs(text, stdout);
    return true;
}

static bool print_monsters(const struct context *context, struct book *book,
                           const struct reading *reading, enum table_format format, GError **error)
{
    g_autofree char *text = growth_view_monsters(book, reading, format, context->colour, error);
    if (text == NULL)
        return false;
    fputs(text, stdout);
    return true;
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    enum table_format format = TABLE_TEXT;
    enum splits_by by;
    const char *word = argc > 1 ? argv[1] : NULL;
    bool monsters = word != NULL && g_str_equal(word, "monsters");
    if (argc > 2)
        return fault_raise(error, FAULT_USAGE, "growth takes one word, not \"%s\"", argv[2]);
    if (word != NULL && !monsters && !splits_by_parse(word, &by, error))
        return false;
    if (format_option != NULL && !table_format_parse(format_option, &format, error))
        return false;
    g_autoptr(Reading) reading = reading_parse(&words, error);
    g_autoptr(Book) book =
        reading == NULL ? NULL
                        : book_open(context->history, context->home, reading->repository, error);
    if (book == NULL)
        return false;
    return monsters ? print_monsters(context, book, reading, format, error)
                    : print_splits(context, book, word, reading, format, error);
}

const struct command command_growth = {
    .name = "growth",
    .arguments = "[years|releases|components|monsters]",
    .summary = "Show what growth is made of: new work, backports, security fixes",
    .description =
        "Every commit counts as one of new work, backport, security fix, revert, whole\n"
        "tree added or dropped, and merge (with --merges yes); unique changes count once\n"
        "however many branches carry them. A row for each of the years, releases or\n"
        "components; with a window alone, one for it and one for the window before.\n"
        "\n"
        "growth monsters lists the commits that add or drop a whole tree: --monsters no\n"
        "leaves their lines out of line figures.\n"
        "\n"
        "Examples:\n"
        "  barograph growth --branches all\n"
        "  barograph growth releases\n"
        "  barograph growth components --year 2017\n"
        "  barograph growth monsters --format md",
    .needs = NEEDS_HISTORY,
    .options = options,
    .run = run,
};
