#include "similarity.h"

#include <stdbool.h>
#include <string.h>

enum { CHUNK_VALUES = 107927, LONGEST_CHUNK = 64, LOOKED_AT_FOR_NUL = 8000 };

struct chunk {
    guint32 value;
    guint32 bytes;
};

struct similarity_print {
    guint n_chunks;
    struct chunk chunks[]; /* each value once */
};

/* Tables of bytes by chunk value: all zero between calls, but for what `into` put into `held`. */
struct similarity {
    guint32 counted[CHUNK_VALUES];
    guint32 held[CHUNK_VALUES];
    const struct similarity_print *into;
    GArray *values; /* those not zero in `counted`, as guint32 */
};

struct similarity *similarity_new(void)
{
    struct similarity *similarity = g_new0(struct similarity, 1);
    similarity->values = g_array_new(FALSE, FALSE, sizeof(guint32));
    return similarity;
}

void similarity_free(struct similarity *similarity)
{
    if (similarity == NULL)
        return;
    g_array_unref(similarity->values);
    g_free(similarity);
}

static void count_chunk(struct similarity *similarity, guint32 value, guint32 bytes)
{
    if (similarity->counted[value] == 0)
        g_array_append_val(similarity->values, value);
    similarity->counted[value] += bytes;
}

static void count_chunks(struct similarity *similarity, const guint8 *bytes, gsize size)
{
    bool text = size == 0 || memchr(bytes, 0, MIN(size, LOOKED_AT_FOR_NUL)) == NULL;
    guint32 low = 0, high = 0, length = 0;
    for (gsize i = 0; i < size; i++) {
        guint8 byte = bytes[i];
        if (text && byte == '\r' && i + 1 < size && bytes[i + 1] == '\n')
            continue;
        /* The two words turn left by 7 bits as one ring, and the byte is added to the lower. */
        guint32 turned = low << 7 ^ high >> 25;
        high = high << 7 ^ low >> 25;
        low = turned + byte;
        if (++length < LONGEST_CHUNK && byte != '\n')
            continue;
        count_chunk(similarity, (low + high * 0x61) % CHUNK_VALUES, length);
        low = high = length = 0;
    }
}

struct similarity_print *similarity_print_new(struct similarity *similarity, const char *bytes,
                                              gsize size)
{
    g_array_set_size(similarity->values, 0);
    count_chunks(similarity, (const guint8 *)bytes, size);
    guint n = similarity->values->len;
    struct similarity_print *print =
        g_malloc(sizeof(struct similarity_print) + n * sizeof(struct chunk));
    print->n_chunks = n;
    for (guint i = 0; i < n; i++) {
        guint32 value = g_array_index(similarity->values, guint32, i);
        print->chunks[i] = (struct chunk){value, similarity->counted[value]};
        similarity->counted[value] = 0;
    }
    return print;
}

static void let_go(struct similarity *similarity)
{
    for (guint i = 0; similarity->into != NULL && i < similarity->into->n_chunks; i++)
        similarity->held[similarity->into->chunks[i].value] = 0;
    similarity->into = NULL;
}

static void hold(struct similarity *similarity, const struct similarity_print *into)
{
    let_go(similarity);
    for (guint i = 0; i < into->n_chunks; i++)
        similarity->held[into->chunks[i].value] = into->chunks[i].bytes;
    similarity->into = into;
}

void similarity_print_free(struct similarity *similarity, struct similarity_print *print)
{
    if (print != NULL && similarity->into == print)
        let_go(similarity);
    g_free(print);
}

guint64 similarity_copied(struct similarity *similarity, const struct similarity_print *from,
                          const struct similarity_print *into)
{
    if (similarity->into != into)
        hold(similarity, into);
    guint64 copied = 0;
    for (guint i = 0; i < from->n_chunks; i++)
        copied += MIN(from->chunks[i].bytes, similarity->held[from->chunks[i].value]);
    return copied;
}
