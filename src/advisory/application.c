#include "application.h"

#include "html_text.h"
#include "member.h"
#include "mime.h"

#include <string.h>

enum {
    LONGEST_MAIL = 256 * 1024,
    LONGEST_SENTENCE = 1000,
    LONGEST_BLOCK = 4000,
    LONGEST_TEXT = 600,
    FOUND_MOST = 20
};

static const char *const marks[] = {
    [APPLICATION_ABSENT] = "absent",
    [APPLICATION_DOUBTFUL] = "doubtful",
    [APPLICATION_PRESENT] = "present",
};

const char *application_mark_name(enum application_mark mark)
{
    return marks[mark];
}

/* --- the mail's words --- */

static void add_pieces(GString *words, const struct mime_letter *letter, const char *type)
{
    for (guint i = 0; i < letter->pieces->len; i++) {
        const struct mime_piece *piece = letter->pieces->pdata[i];
        g_autofree char *text = g_str_equal(piece->type, type) ? mime_piece_text(piece) : NULL;
        if (text != NULL)
            g_string_append_printf(words, "%s\n\n", text);
    }
}

static bool is_blank(const char *text)
{
    while (g_ascii_isspace(*text))
        text++;
    return *text == '\0';
}

/* Cut where a character ends. */
static char *cut(const char *text, gsize most)
{
    const char *end = text + MIN(most, strlen(text));
    if (*end != '\0')
        end = g_utf8_find_prev_char(text, end + 1);
    return g_strndup(text, end == NULL ? 0 : (gsize)(end - text));
}

char *application_words(const char *mail, gsize length, GError **error)
{
    g_autoptr(MimeLetter) letter = mime_letter_read(mail, length, error);
    g_autoptr(GString) words = g_string_new(NULL);
    if (letter == NULL)
        return NULL;
    add_pieces(words, letter, "text/plain");
    if (is_blank(words->str)) {
        add_pieces(words, letter, "text/html");
        g_autofree char *text = html_text(words->str, words->len, error);
        if (text == NULL)
            return NULL;
        g_string_assign(words, text);
    }
    return cut(words->str, LONGEST_MAIL);
}

/* --- blocks: a paragraph or an item of a list, and what stands above it --- */

struct block {
    char *label; /* the heading, the words before a colon, the question that was quoted; or NULL */
    GString *text;
};

struct blocks {
    const struct application_form *form;
    GPtrArray *all;
    char *label;   /* of those that come */
    GString *open; /* NULL between blocks */
    bool quoting;  /* the line before was quoted */
};

static void free_block(gpointer pointer)
{
    struct block *block = pointer;
    g_free(block->label);
    g_string_free(block->text, TRUE);
    g_free(block);
}

static void end_block(struct blocks *blocks)
{
    if (blocks->open == NULL)
        return;
    struct block *block = g_new0(struct block, 1);
    block->label = g_strdup(blocks->label);
    block->text = g_steal_pointer(&blocks->open);
    g_ptr_array_add(blocks->all, block);
}

static bool matches(const GRegex *regex, const char *text)
{
    return regex != NULL && strlen(text) <= LONGEST_SENTENCE && g_regex_match(regex, text, 0, NULL);
}

static bool is_label(const struct application_form *form, const char *text)
{
    for (guint i = 0; i < form->items->len; i++) {
        const struct application_item *item = form->items->pdata[i];
        if (matches(item->label, text))
            return true;
    }
    return false;
}

static void set_label(struct blocks *blocks, const char *text)
{
    char *label = g_strdup(text);
    end_block(blocks);
    for (gsize length = strlen(label); length > 0 && strchr(".:?", label[length - 1]) != NULL;)
        label[--length] = '\0';
    g_free(blocks->label);
    blocks->label = label;
}

/* A question may go over several lines; an item of a list begins another. */
static void set_quoted(struct blocks *blocks, const char *text, bool bullet)
{
    bool more = blocks->quoting && !bullet && blocks->label != NULL &&
                strlen(blocks->label) < LONGEST_SENTENCE;
    g_autofree char *label = more ? g_strconcat(blocks->label, " ", text, NULL) : g_strdup(text);
    set_label(blocks, label);
    blocks->quoting = true;
}

/* "* ", "- ", "1. ", "2) ", "(3) ": where the item's own text begins. */
static const char *behind_bullet(const char *line)
{
    gsize mark = strspn(line, "(0123456789");
    if (mark > 0 && mark < 5 && strchr(".)", line[mark]) != NULL && line[mark] != '\0')
        mark++;
    else if (g_str_has_prefix(line, "\342\200\242"))
        mark = 3;
    else
        mark = *line != '\0' && strchr("*-+", *line) != NULL ? 1 : 0;
    if (mark == 0 || line[mark] != ' ')
        return line;
    while (line[mark] == ' ')
        mark++;
    return line + mark;
}

/* A line that is a label by itself, or begins with one; returns what is behind it. */
static const char *take_label(struct blocks *blocks, const char *line)
{
    enum { LONGEST = 160 };
    const char *colon = strstr(line, ": ");
    gsize length = strlen(line);
    bool ends = length > 1 && (line[length - 1] == ':' || line[length - 1] == '?');
    g_autofree char *whole = g_strndup(line, ends ? length - 1 : length);
    g_autofree char *before = colon == NULL ? NULL : g_strndup(line, (gsize)(colon - line));
    if (before != NULL && strlen(before) <= LONGEST && strstr(before, "://") == NULL &&
        is_label(blocks->form, before)) {
        set_label(blocks, before);
        return colon + 2;
    }
    if ((ends || blocks->open == NULL) && length <= LONGEST && strstr(line, "://") == NULL &&
        line[length - 1] != '.' && is_label(blocks->form, whole)) {
        set_label(blocks, whole);
        return line + length;
    }
    return line;
}

static void take_line(struct blocks *blocks, const char *raw)
{
    g_autofree char *clean = html_line(raw);
    const char *line = clean;
    bool quoted = *line == '>';
    while (*line == '>' || (quoted && *line == ' '))
        line++;
    const char *text = behind_bullet(line);
    if (quoted || *line == '\0' || text != line)
        end_block(blocks);
    if (quoted && *text != '\0')
        set_quoted(blocks, text, text != line);
    else
        blocks->quoting = false;
    if (quoted || *text == '\0')
        return;
    text = take_label(blocks, text);
    if (*text == '\0')
        return;
    if (blocks->open != NULL && blocks->open->len > LONGEST_BLOCK)
        end_block(blocks);
    if (blocks->open == NULL)
        blocks->open = g_string_new(NULL);
    g_string_append_printf(blocks->open, "%s%s", blocks->open->len > 0 ? " " : "", text);
}

static GPtrArray *blocks_of(const struct application_form *form, const char *words)
{
    struct blocks blocks = {.form = form, .all = g_ptr_array_new_with_free_func(free_block)};
    g_auto(GStrv) lines = g_strsplit(words, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if (g_str_equal(*line, "-- ") || g_str_equal(*line, "-- \r"))
            break; /* a signature names whatever it likes */
        take_line(&blocks, *line);
    }
    end_block(&blocks);
    g_free(blocks.label);
    return blocks.all;
}

/* --- what is in a piece of text --- */

enum pattern { LINK, DOMAIN, ADDRESS, PATTERNS };

/* Made once: they are asked for at every sentence. */
static const GRegex *pattern(enum pattern which)
{
    static const char *const texts[] = {
        [LINK] = "https?://[a-z0-9][-a-z0-9._~:/?#\\[\\]@!$&'()*+,=%]*[-a-z0-9/_~=#]",
        [DOMAIN] = ("(?<![@a-z0-9.-])([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.){1,8}[a-z]{2,24}"
                    "(?![a-z0-9@-])"),
        [ADDRESS] = "[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]{1,63}(\\.[a-z0-9-]{1,63}){1,8}",
    };
    static GRegex *made[PATTERNS];
    if (made[which] == NULL)
        made[which] = g_regex_new(texts[which], G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
    return made[which];
}

static GPtrArray *all_of(enum pattern which, const char *text)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GMatchInfo) match = NULL;
    g_regex_match(pattern(which), text, 0, &match);
    while (g_match_info_matches(match) && found->len < FOUND_MOST) {
        g_ptr_array_add(found, g_match_info_fetch(match, 0));
        g_match_info_next(match, NULL);
    }
    return found;
}

char *application_without_addresses(const char *text)
{
    char *hidden = g_regex_replace_literal(pattern(ADDRESS), text, -1, 0, "(an address)", 0, NULL);
    return hidden == NULL ? g_strdup("") : hidden;
}

static void answer_with(struct application_answer *answer, enum application_mark mark, char *text,
                        const char *why)
{
    if (mark <= answer->mark) {
        g_free(text);
        return;
    }
    g_free(answer->text);
    answer->mark = mark;
    answer->text = text;
    answer->why = why;
}

static void take_text(struct application_answer *answer, const struct application_form *form,
                      const char *text)
{
    (void)form;
    if (!is_blank(text))
        answer_with(answer, APPLICATION_PRESENT, cut(text, LONGEST_TEXT), NULL);
}

static void take_links(struct application_answer *answer, const struct application_form *form,
                       const char *text)
{
    g_autoptr(GPtrArray) links = all_of(LINK, text);
    g_autoptr(GString) fit = g_string_new(NULL), unfit = g_string_new(NULL);
    for (guint i = 0; i < links->len; i++) {
        GString *into = matches(form->unfit, links->pdata[i]) ? unfit : fit;
        g_string_append_printf(into, "%s%s", into->len > 0 ? " " : "", (char *)links->pdata[i]);
    }
    if (fit->len > 0)
        answer_with(answer, APPLICATION_PRESENT, g_strdup(fit->str), NULL);
    else if (unfit->len > 0)
        answer_with(answer, APPLICATION_DOUBTFUL, g_strdup(unfit->str),
                    "pages of that kind do not count");
}

static void take_domains(struct application_answer *answer, const struct application_form *form,
                         const char *text)
{
    (void)form;
    g_autoptr(GPtrArray) domains = all_of(DOMAIN, text);
    g_ptr_array_add(domains, NULL);
    if (domains->len > 1)
        answer_with(answer, APPLICATION_PRESENT, g_strjoinv(" ", (char **)domains->pdata), NULL);
}

static void take_address(struct application_answer *answer, const struct application_form *form,
                         const char *text)
{
    (void)form;
    g_autoptr(GPtrArray) addresses = all_of(ADDRESS, text);
    for (guint i = 0; i < addresses->len; i++) {
        const char *address = addresses->pdata[i];
        if (!member_good_address(address, NULL))
            continue;
        bool personal = member_looks_personal(address);
        answer_with(answer, personal ? APPLICATION_DOUBTFUL : APPLICATION_PRESENT,
                    g_strdup(address), personal ? "it looks like a person's" : NULL);
    }
}

static void (*const takers[])(struct application_answer *answer,
                              const struct application_form *form, const char *text) = {
    [APPLICATION_TEXT] = take_text,
    [APPLICATION_LINKS] = take_links,
    [APPLICATION_DOMAINS] = take_domains,
    [APPLICATION_ADDRESS] = take_address,
};

/* --- sentences --- */

static GPtrArray *sentences_of(const char *text)
{
    GPtrArray *sentences = g_ptr_array_new_with_free_func(g_free);
    const char *start = text;
    for (const char *at = text; *at != '\0'; at++) {
        bool ends = strchr(".!?", *at) != NULL && at[1] == ' ' && !g_ascii_islower(at[2]);
        if (!ends)
            continue;
        g_ptr_array_add(sentences, g_strndup(start, (gsize)(at - start) + 1));
        start = at + 2;
    }
    g_ptr_array_add(sentences, g_strdup(start));
    return sentences;
}

/* The group "found", or all of it; NULL: it does not match. */
static char *said(const GRegex *regex, const char *sentence)
{
    g_autoptr(GMatchInfo) match = NULL;
    if (strlen(sentence) > LONGEST_SENTENCE || !g_regex_match(regex, sentence, 0, &match))
        return NULL;
    char *found = g_match_info_fetch_named(match, "found");
    if (found != NULL && *found != '\0')
        return found;
    g_free(found);
    return g_strdup(sentence);
}

/* Words are in the sentence; a link or an address may be beside it, or come next. */
static void look_around(struct application_answer *answer, const struct application_form *form,
                        const GPtrArray *all, guint place, const char *sentence)
{
    const struct block *block = all->pdata[place];
    const struct block *next = place + 1 < all->len ? all->pdata[place + 1] : NULL;
    takers[answer->item->kind](answer, form, sentence);
    if (answer->mark != APPLICATION_PRESENT)
        takers[answer->item->kind](answer, form, block->text->str);
    if (answer->mark == APPLICATION_ABSENT && next != NULL &&
        g_str_has_suffix(block->text->str, ":"))
        takers[answer->item->kind](answer, form, next->text->str);
}

static void look_in_sentences(struct application_answer *answer,
                              const struct application_form *form, const GPtrArray *all)
{
    for (guint i = 0; i < all->len && answer->mark != APPLICATION_PRESENT; i++) {
        const struct block *block = all->pdata[i];
        g_autoptr(GPtrArray) sentences = sentences_of(block->text->str);
        for (guint j = 0; j < sentences->len && answer->mark != APPLICATION_PRESENT; j++) {
            g_autofree char *words = said(answer->item->sentence, sentences->pdata[j]);
            if (words != NULL)
                look_around(answer, form, all, i, words);
        }
    }
}

static void look_at_labels(struct application_answer *answer, const struct application_form *form,
                           const GPtrArray *all)
{
    for (guint i = 0; i < all->len && answer->mark != APPLICATION_PRESENT; i++) {
        const struct block *block = all->pdata[i];
        if (block->label != NULL && matches(answer->item->label, block->label))
            takers[answer->item->kind](answer, form, block->text->str);
    }
}

static void free_answer(gpointer pointer)
{
    struct application_answer *answer = pointer;
    g_free(answer->text);
    g_free(answer);
}

GPtrArray *application_check(const struct application_form *form, const char *words)
{
    g_autoptr(GPtrArray) all = blocks_of(form, words);
    GPtrArray *answers = g_ptr_array_new_with_free_func(free_answer);
    for (guint i = 0; i < form->items->len; i++) {
        struct application_answer *answer = g_new0(struct application_answer, 1);
        answer->item = form->items->pdata[i];
        answer->text = g_strdup("");
        look_at_labels(answer, form, all);
        if (answer->item->sentence != NULL)
            look_in_sentences(answer, form, all);
        g_ptr_array_add(answers, answer);
    }
    return answers;
}
