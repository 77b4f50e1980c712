#include "trailers.h"

#include "credit.h"

#include <string.h>

enum {
    INDENT_MAX = 3,  /* four blanks and more are how quoted commits are set */
    PERSONS_MAX = 16 /* in one line, so that a line made to be slow is not */
};

struct line {
    const char *begin;
    const char *end; /* without line feed and carriage return */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The text between: blanks around it cut. Caller frees. */
static char *copy(const char *begin, const char *end)
{
    while (begin < end && is_blank(*begin))
        begin++;
    while (begin < end && is_blank(end[-1]))
        end--;
    return g_strndup(begin, (gsize)(end - begin));
}

static const char *skip_any(const char *at, const char *characters)
{
    return at + strspn(at, characters);
}

static const char *trim_any(const char *begin, const char *end, const char *characters)
{
    while (end > begin && strchr(characters, end[-1]) != NULL)
        end--;
    return end;
}

/* Blanks that slipped in next to @ and dots are taken out; what then still is no address is
 * dropped: "ian.campbell.com", "a@{b, c}", "knew (at) pimb (dot) org". */
static char *clean_address(const char *begin, const char *end)
{
    begin = skip_any(begin, " \t");
    if (end - begin > 7 && g_ascii_strncasecmp(begin, "mailto:", 7) == 0)
        begin += 7;
    end = trim_any(begin, end, " \t.,;:?=");
    GString *address = g_string_new(NULL);
    for (const char *at = begin; at < end;) {
        const char *next = skip_any(at, " \t");
        if (next == at)
            g_string_append_c(address, *at++);
        else if (at == begin || (strchr("@.", at[-1]) == NULL && *next != '@' && *next != '.'))
            g_string_append_c(address, ' ');
        at = next > at ? next : at;
    }
    const char *sign = strchr(address->str, '@');
    bool usable = sign != NULL && sign > address->str && sign[1] != '\0' &&
                  strpbrk(address->str, " \t{}()") == NULL;
    if (!usable)
        g_string_truncate(address, 0);
    return g_string_free(address, FALSE);
}

/* Quotes go, and blanks are one space each; mail programs leave tabs and no-break spaces. */
static char *clean_name(const char *begin, const char *end)
{
    static const char no_break[] = "\xc2\xa0";
    GString *name = g_string_new(NULL);
    while (begin < end && strchr(",;& \t", *begin) != NULL)
        begin++;
    for (const char *at = begin; at < end; at++) {
        bool wide = end - at > 1 && memcmp(at, no_break, 2) == 0;
        if (!is_blank(*at) && !wide && *at != '"')
            g_string_append_c(name, *at);
        else if (*at != '"' && name->len > 0 && name->str[name->len - 1] != ' ')
            g_string_append_c(name, ' ');
        at += wide;
    }
    if (name->len > 0 && name->str[name->len - 1] == ' ')
        g_string_truncate(name, name->len - 1);
    if (g_str_has_prefix(name->str, "and "))
        g_string_erase(name, 0, 4);
    return g_string_free(name, FALSE);
}

/* Where a qualifier begins in a value without brackets, else its end. */
static const char *find_qualifier(const char *value)
{
    const char *end = value + strlen(value);
    const char *hash = strstr(value, " #");
    if (hash != NULL)
        return hash + 1;
    if (end == value || (end[-1] != ')' && end[-1] != ']'))
        return end;
    const char *open = strrchr(value, end[-1] == ')' ? '(' : '[');
    bool address = open != NULL && memchr(open, '@', (gsize)(end - open)) != NULL;
    return open == NULL || open == value || address ? end : open;
}

static void read_without_brackets(const char *value, struct trailer *trailer)
{
    const char *end = find_qualifier(value);
    if (*end != '\0')
        trailer->qualifier = g_strdup(end);
    const char *stop = trim_any(value, end, " \t.,;=");
    if (g_str_has_suffix(value, "=20"))
        stop = trim_any(value, value + strlen(value) - 3, " \t.,;=");
    trailer->value = copy(value, stop);
    const char *sign = memchr(value, '@', (gsize)(stop - value));
    if (sign == NULL) {
        trailer->name = clean_name(value, stop);
        trailer->address = g_strdup("");
        return;
    }
    const char *begin = sign;
    while (begin > value && strchr(" \t(,", begin[-1]) == NULL)
        begin--;
    const char *word_end = sign + strcspn(sign, " \t),");
    trailer->address = clean_address(begin, MIN(word_end, stop));
    trailer->name = clean_name(value, trim_any(value, begin, " \t(,"));
}

/* After "<x@y>": a second closing bracket, a mailto: copy of the address. */
static const char *skip_echo(const char *at)
{
    at = skip_any(at, ">");
    if (g_str_has_prefix(at, "<mailto:"))
        at += strcspn(at, ">");
    return skip_any(at, ">");
}

/* Returns what follows the address. */
static const char *read_with_brackets(const char *value, const char *open, struct trailer *trailer)
{
    const char *end = open + 1 + strcspn(open + 1, "<>");
    const char *close = end + strcspn(end, ">");
    trailer->name = clean_name(value, open);
    trailer->address = clean_address(open + 1, end);
    trailer->value = copy(skip_any(value, ",;& \t"), *close == '\0' ? close : close + 1);
    return skip_echo(close);
}

/* "# arm", "(for 4.3)", "[x86 bits]", "for SVM bits"; not "=20", ".", "?". */
static char *read_qualifier(const char *after)
{
    const char *at = skip_any(after, " \t");
    bool marked = *at != '\0' && strchr("#([", *at) != NULL;
    bool words = at > after && g_ascii_isalpha(at[0]) && g_ascii_isalpha(at[1]);
    return marked || words ? g_strdup(at) : NULL;
}

static bool has_another(const char *after)
{
    const char *at = skip_any(after, " \t");
    const char *open = strchr(at, '<');
    const char *sign = open == NULL ? NULL : strchr(open, '@');
    return sign != NULL && strchr("#([", *at) == NULL && strchr(sign, '>') != NULL;
}

static void trailer_free(struct trailer *trailer)
{
    g_free(trailer->written);
    g_free(trailer->name);
    g_free(trailer->address);
    g_free(trailer->value);
    g_free(trailer->qualifier);
    g_free(trailer);
}

static struct trailer *new_trailer(const struct credit *credit, guint n)
{
    struct trailer *trailer = g_new0(struct trailer, 1);
    trailer->kind = credit->kinds[n].name;
    trailer->negative = credit->kinds[n].negative;
    trailer->person = credit->person;
    const char *end = credit->key + credit->key_length;
    if (credit->written_odd)
        trailer->written = g_strndup(credit->key, (gsize)(end - credit->key));
    return trailer;
}

/* The persons of one value, each in every kind; people joined in one line are rare but real. */
static void add_persons(GPtrArray *found, struct credit credit, const char *value)
{
    for (guint person = 0; person < PERSONS_MAX && value != NULL && *value != '\0'; person++) {
        /* "Acked-by: Acked-by: A <a@b>", and two lines that were joined by accident */
        if (credit_read(value, value + strlen(value), &credit))
            value = skip_any(credit.rest, " \t");
        const char *open = strchr(value, '<');
        const char *after = NULL;
        for (guint n = 0; n < credit.kind_count; n++) {
            struct trailer *trailer = new_trailer(&credit, n);
            g_ptr_array_add(found, trailer);
            if (open == NULL) {
                read_without_brackets(value, trailer);
                continue;
            }
            after = read_with_brackets(value, open, trailer);
            if (!has_another(after))
                trailer->qualifier = read_qualifier(after);
        }
        value = after != NULL && has_another(after) ? skip_any(after, ",;& \t") : NULL;
    }
}

static void add_plain(GPtrArray *found, const struct credit *credit, const char *value)
{
    struct trailer *trailer = new_trailer(credit, 0);
    trailer->name = g_strdup("");
    trailer->address = g_strdup("");
    trailer->value = g_strdup(value);
    g_ptr_array_add(found, trailer);
}

static bool take_line(struct line *text, struct line *ret_line)
{
    if (text->begin == text->end)
        return false;
    const char *feed = memchr(text->begin, '\n', (gsize)(text->end - text->begin));
    const char *end = feed == NULL ? text->end : feed;
    *ret_line = (struct line){text->begin, end};
    if (end > text->begin && end[-1] == '\r')
        ret_line->end--;
    text->begin = feed == NULL ? end : feed + 1;
    return true;
}

static struct line without_indent(struct line line)
{
    while (line.begin < line.end && is_blank(*line.begin))
        line.begin++;
    return line;
}

/* A subject that was begun and an address that is still to come are looked for in the next line
 * even when it is not indented. */
static bool is_unfinished(const char *value, const struct credit *credit, struct line next)
{
    if (credit->person)
        return next.begin < next.end && *next.begin == '<' && strpbrk(value, "<@") == NULL;
    const char *open = strchr(value, '(');
    return open != NULL && strchr(open, ')') == NULL &&
           memchr(next.begin, ')', (gsize)(next.end - next.begin)) != NULL;
}

/* The value with its continued lines, which begin with a blank (RFC 822). Takes them off text. */
static char *unfold(struct line *text, struct line line, const struct credit *credit)
{
    g_autofree char *first = copy(credit->rest, line.end);
    GString *value = g_string_new(first);
    struct line rest = *text;
    struct line next;
    while (take_line(&rest, &next)) {
        struct credit other;
        struct line bare = without_indent(next);
        bool folded = bare.begin > next.begin;
        bool goes_on = folded || is_unfinished(value->str, credit, next);
        if (bare.begin == bare.end || !goes_on || credit_read(bare.begin, bare.end, &other))
            break;
        g_autofree char *more = copy(bare.begin, bare.end);
        if (value->len > 0)
            g_string_append_c(value, ' ');
        g_string_append(value, more);
        *text = rest;
    }
    return g_string_free(value, FALSE);
}

/* Indented lines count where they continue a block of trailers, or where `indented` says so. */
static void find(struct line text, bool indented, GPtrArray *found)
{
    struct line line;
    bool in_block = false;
    while (take_line(&text, &line)) {
        struct line bare = without_indent(line);
        struct credit credit;
        gsize indent = (gsize)(bare.begin - line.begin);
        in_block = (indent == 0 || ((indented || in_block) && indent <= INDENT_MAX)) &&
                   credit_read(bare.begin, bare.end, &credit);
        if (!in_block)
            continue;
        g_autofree char *value = unfold(&text, line, &credit);
        if (credit.person)
            add_persons(found, credit, value);
        else if (*value != '\0')
            add_plain(found, &credit, value);
    }
}

GPtrArray *trailers_find(const char *message, gsize length)
{
    GPtrArray *found = g_ptr_array_new_with_free_func((GDestroyNotify)trailer_free);
    struct line text = {message, message + length};
    find(text, false, found);
    /* Old imports indent the whole message; elsewhere indented credit is another commit's. */
    if (found->len == 0)
        find(text, true, found);
    return found;
}
