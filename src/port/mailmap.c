#include "mailmap.h"

#include "fault.h"

#include <string.h>

struct mailmap {
    GHashTable *entries; /* entry_key -> struct entry, both owned */
};

/* By what a name and an address are replaced; NULL: left alone. */
struct entry {
    char *name;
    char *address;
};

static void entry_free(gpointer pointer)
{
    struct entry *entry = pointer;
    g_free(entry->name);
    g_free(entry->address);
    g_free(entry);
}

struct mailmap *mailmap_new(void)
{
    struct mailmap *mailmap = g_new0(struct mailmap, 1);
    mailmap->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, entry_free);
    return mailmap;
}

void mailmap_free(struct mailmap *mailmap)
{
    if (mailmap == NULL)
        return;
    g_hash_table_unref(mailmap->entries);
    g_free(mailmap);
}

/* What a line replaces, whatever its case; `name` NULL: every name at that address. */
static char *entry_key(const char *name, const char *address)
{
    g_autofree char *key = g_strconcat(address, name == NULL ? NULL : "\n", name, NULL);
    return g_ascii_strdown(key, -1);
}

static void replace(char **place, const char *text)
{
    if (text == NULL)
        return;
    g_free(*place);
    *place = g_strdup(text);
}

/* Git keeps what lines said before about an address; what they say about a name there they say
 * anew. */
static void add_entry(struct mailmap *mailmap, const char *name, const char *address,
                      const char *old_name, const char *old_address)
{
    g_autofree char *key = entry_key(old_name, old_address);
    struct entry *entry = g_hash_table_lookup(mailmap->entries, key);
    if (entry == NULL || old_name != NULL) {
        entry = g_new0(struct entry, 1);
        g_hash_table_insert(mailmap->entries, g_steal_pointer(&key), entry);
    }
    replace(&entry->name, name);
    replace(&entry->address, address);
}

/* A name and an address in angle brackets, inside the line, which is cut up. */
struct pair {
    char *name;    /* NULL: none */
    char *address; /* NULL: there is no pair */
    char *rest;    /* behind it */
};

static struct pair read_pair(char *text, bool empty_address)
{
    struct pair pair = {NULL, NULL, text};
    char *left = strchr(text, '<');
    char *right = left == NULL ? NULL : strchr(left + 1, '>');
    if (right == NULL || (right == left + 1 && !empty_address))
        return pair;
    *left = '\0';
    *right = '\0';
    pair.name = g_strstrip(text);
    if (*pair.name == '\0')
        pair.name = NULL;
    pair.address = left + 1;
    pair.rest = right + 1;
    return pair;
}

static bool is_comment(const char *text)
{
    text += strspn(text, " \t\r");
    return *text == '\0' || *text == '#';
}

/* False when the line says nothing, or more than git reads. */
static bool read_line(struct mailmap *mailmap, char *line)
{
    if (line[0] == '#' || line[strspn(line, " \t\r")] == '\0')
        return true;
    struct pair first = read_pair(line, false);
    if (first.address == NULL)
        return false;
    struct pair second = read_pair(first.rest, true);
    if (second.address == NULL)
        add_entry(mailmap, first.name, NULL, NULL, first.address);
    else
        add_entry(mailmap, first.name, first.address, second.name, second.address);
    return is_comment(second.rest);
}

bool mailmap_add(struct mailmap *mailmap, const char *bytes, gsize length, const char *path,
                 GError **error)
{
    g_autofree char *text = g_strndup(bytes, length);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        bool good = read_line(mailmap, lines[i]);
        if (!good && path != NULL)
            return fault_raise(error, FAULT_CONFIG,
                               "%s:%u: this is no mailmap line: write Name <address>, or "
                               "Name <address> <other address>",
                               path, i + 1);
    }
    return true;
}

static const struct entry *find_entry(const struct mailmap *mailmap, const char *name,
                                      const char *address)
{
    g_autofree char *key = entry_key(name, address);
    return g_hash_table_lookup(mailmap->entries, key);
}

bool mailmap_resolve(const struct mailmap *mailmap, const char *name, const char *address,
                     const char **ret_name, const char **ret_address)
{
    const struct entry *entry = find_entry(mailmap, name, address);
    if (entry == NULL)
        entry = find_entry(mailmap, NULL, address);
    *ret_name = entry == NULL || entry->name == NULL ? name : entry->name;
    *ret_address = entry == NULL || entry->address == NULL ? address : entry->address;
    return *ret_name != name || *ret_address != address;
}
