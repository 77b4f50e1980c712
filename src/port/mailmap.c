#include "mailmap.h"

#include "fault.h"

#include <git2.h>
#include <string.h>

struct mailmap {
    GHashTable *entries; /* key -> struct entry, both owned */
    git_mailmap *map;    /* made of the entries when it is first asked; NULL: not yet */
};

/* What one line replaces, and by what; NULL: left alone. */
struct entry {
    char *key_address; /* never NULL */
    char *key_name;
    char *name;
    char *address;
};

static void entry_free(gpointer pointer)
{
    struct entry *entry = pointer;
    g_free(entry->key_address);
    g_free(entry->key_name);
    g_free(entry->name);
    g_free(entry->address);
    g_free(entry);
}

struct mailmap *mailmap_new(void)
{
    struct mailmap *mailmap = g_new0(struct mailmap, 1);
    git_libgit2_init();
    mailmap->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, entry_free);
    return mailmap;
}

void mailmap_free(struct mailmap *mailmap)
{
    if (mailmap == NULL)
        return;
    git_mailmap_free(mailmap->map);
    g_hash_table_unref(mailmap->entries);
    g_free(mailmap);
    git_libgit2_shutdown();
}

/* libgit2 refuses an empty address and takes an empty name for none: with a mark in front neither
 * is empty. */
static char *folded_key(const char *text)
{
    g_autofree char *folded = g_ascii_strdown(text, -1);
    return g_strconcat("=", folded, NULL);
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
    g_autofree char *key_address = folded_key(old_address);
    g_autofree char *key_name = old_name == NULL ? NULL : folded_key(old_name);
    g_autofree char *key = g_strconcat(key_address, "\n", key_name, NULL);
    struct entry *entry = g_hash_table_lookup(mailmap->entries, key);
    if (entry == NULL || old_name != NULL) {
        entry = g_new0(struct entry, 1);
        entry->key_address = g_strdup(key_address);
        entry->key_name = g_strdup(key_name);
        g_hash_table_insert(mailmap->entries, g_strdup(key), entry);
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
    git_mailmap_free(mailmap->map);
    mailmap->map = NULL;
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

static void build(struct mailmap *mailmap)
{
    GHashTableIter iter;
    gpointer value = NULL;
    if (git_mailmap_new(&mailmap->map) != 0)
        g_error("libgit2 has no memory for a mailmap");
    g_hash_table_iter_init(&iter, mailmap->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const struct entry *entry = value;
        if (entry->name != NULL || entry->address != NULL)
            git_mailmap_add_entry(mailmap->map, entry->name, entry->address, entry->key_name,
                                  entry->key_address);
    }
}

bool mailmap_resolve(struct mailmap *mailmap, const char *name, const char *address,
                     const char **ret_name, const char **ret_address)
{
    g_autofree char *key_name = folded_key(name);
    g_autofree char *key_address = folded_key(address);
    const char *new_name = NULL, *new_address = NULL;
    if (mailmap->map == NULL)
        build(mailmap);
    git_mailmap_resolve(&new_name, &new_address, mailmap->map, key_name, key_address);
    *ret_name = new_name == NULL || new_name == key_name ? name : new_name;
    *ret_address = new_address == NULL || new_address == key_address ? address : new_address;
    return *ret_name != name || *ret_address != address;
}
