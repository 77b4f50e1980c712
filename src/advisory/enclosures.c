#include "enclosures.h"

#include "desk.h"
#include "fault.h"
#include "mime.h"

#include <string.h>

#define MARK "-----BEGIN PGP SIGNED MESSAGE-----"

/* A text has the mark at the beginning of any line; a file is a clearsigned text as a whole. */
static bool is_signed(const struct mime_part *part)
{
    gsize length = 0;
    if (part->kind != MIME_TEXT && part->kind != MIME_ATTACHMENT)
        return false;
    const char *bytes = g_bytes_get_data(part->bytes, &length);
    const char *mark = bytes == NULL ? NULL : g_strstr_len(bytes, (gssize)length, MARK);
    while (mark != NULL && mark != bytes && mark[-1] != '\n')
        mark = g_strstr_len(mark + 1, (gssize)length - (mark + 1 - bytes), MARK);
    return mark != NULL && (part->kind == MIME_TEXT || mark == bytes);
}

static GBytes *refuse_none(bool within, GError **error)
{
    fault_raise(error, FAULT_DATA, "%s",
                within ? "there is a mail within the mail: save that one, and import it"
                       : "there is no clearsigned text in the mail");
    return NULL;
}

GBytes *enclosures_text(const GPtrArray *parts, GError **error)
{
    GBytes *found = NULL;
    bool within = false;
    for (guint i = 0; i < parts->len; i++) {
        const struct mime_part *part = parts->pdata[i];
        within |= part->kind == MIME_MAIL;
        if (!is_signed(part))
            continue;
        if (found != NULL) {
            fault_raise(error, FAULT_DATA, "there is more than one clearsigned text in the mail");
            return NULL;
        }
        found = part->bytes;
    }
    return found != NULL ? found : refuse_none(within, error);
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* Mails give the last part of a path alone. */
static bool is_named(const struct mime_part *part, const struct text_sum *sum)
{
    return part->kind == MIME_ATTACHMENT && part->name != NULL &&
           (strcmp(part->name, sum->name) == 0 || strcmp(part->name, last_part(sum->name)) == 0);
}

static bool is_summed(const struct mime_part *part, const struct text_sum *sum)
{
    gsize length = 0;
    const void *bytes = g_bytes_get_data(part->bytes, &length);
    g_autofree char *digest = g_compute_checksum_for_data(
        G_CHECKSUM_SHA256, bytes == NULL ? (const void *)"" : bytes, length);
    return strcmp(digest, sum->digest) == 0;
}

/* All sums of the text: struct text_sum *, borrowed. */
static GPtrArray *sums_of(const struct text *text)
{
    GPtrArray *sums = g_ptr_array_new();
    for (guint i = 0; i < text->sections->len; i++) {
        const struct text_section *section = text->sections->pdata[i];
        for (guint j = 0; j < section->blocks->len; j++) {
            const struct text_block *block = section->blocks->pdata[j];
            if (block->kind == TEXT_SUMS)
                g_ptr_array_extend(sums, block->sums, NULL, NULL);
        }
    }
    return sums;
}

struct match {
    const GPtrArray *parts;
    bool *used; /* by part */
    GPtrArray *found;
    GString *remarks;
};

static void remark(struct match *match, const char *name, const char *words)
{
    bool good = name != NULL && desk_good_path(name);
    g_string_append_printf(match->remarks, "%s%s %s", match->remarks->len > 0 ? "; " : "",
                           good ? name : "a file without a safe name", words);
}

static bool match_sum(struct match *match, const struct text_sum *sum, GError **error)
{
    const struct mime_part *found = NULL;
    for (guint i = 0; i < match->parts->len; i++) {
        const struct mime_part *part = match->parts->pdata[i];
        if (!is_named(part, sum))
            continue;
        match->used[i] = true;
        if (!desk_good_path(sum->name))
            return fault_raise(error, FAULT_DATA,
                               "an attached file has a name that nothing is kept under here");
        if (!is_summed(part, sum))
            return fault_raise(error, FAULT_DATA, "%s is not the file that the sums speak of",
                               sum->name);
        found = part;
    }
    if (found == NULL) {
        remark(match, sum->name, "is not attached");
        return true;
    }
    struct enclosure *enclosure = g_new0(struct enclosure, 1);
    *enclosure = (struct enclosure){sum->name, found->bytes};
    g_ptr_array_add(match->found, enclosure);
    return true;
}

/* A name twice in the sums is kept once; both sums must be right. */
static bool is_new(const struct match *match, const struct text_sum *sum)
{
    for (guint i = 0; i < match->found->len; i++)
        if (strcmp(((const struct enclosure *)match->found->pdata[i])->name, sum->name) == 0)
            return false;
    return true;
}

static bool match_all(struct match *match, const struct text *text, GError **error)
{
    g_autoptr(GPtrArray) sums = sums_of(text);
    for (guint i = 0; i < sums->len; i++) {
        bool fresh = is_new(match, sums->pdata[i]);
        if (!match_sum(match, sums->pdata[i], error))
            return false;
        if (!fresh)
            g_ptr_array_set_size(match->found, (int)match->found->len - 1);
    }
    for (guint i = 0; i < match->parts->len; i++) {
        const struct mime_part *part = match->parts->pdata[i];
        if ((part->kind == MIME_ATTACHMENT && !match->used[i] && !is_signed(part)) ||
            part->kind == MIME_MAIL)
            remark(match, part->name, "is attached, and in no sum");
    }
    return true;
}

GPtrArray *enclosures_match(const GPtrArray *parts, const struct text *text, char **ret_remarks,
                            GError **error)
{
    g_autofree bool *used = g_new0(bool, parts->len + 1);
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) remarks = g_string_new(NULL);
    struct match match = {parts, used, found, remarks};
    if (!match_all(&match, text, error))
        return NULL;
    *ret_remarks = remarks->len == 0 ? NULL : g_strdup(remarks->str);
    return g_steal_pointer(&found);
}
