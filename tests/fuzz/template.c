/* Any bytes as a template, with partials made of the same bytes: it must end, and not crash. */
#include "template.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Up to three texts, divided by NUL: the template, partial "p", partial "q". */
static const char *partial(void *user, const char *name)
{
    char **texts = user;
    return *name == 'p' || *name == 'q' ? texts[1 + (*name - 'p')] : NULL;
}

static char **split(const uint8_t *bytes, size_t size)
{
    char **texts = g_new0(char *, 4);
    for (int i = 0; i < 3; i++) {
        const uint8_t *end = size > 0 ? memchr(bytes, 0, size) : NULL;
        size_t length = end != NULL ? (size_t)(end - bytes) : size;
        texts[i] = g_strndup((const char *)bytes, length);
        bytes += MIN(length + 1, size);
        size -= MIN(length + 1, size);
    }
    return texts;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    g_auto(GStrv) texts = split(bytes, size);
    json_auto_t *data = json_pack("{s:s, s:{s:f, s:[i,s,b]}, s:[{s:i},{s:n}], s:b}", "a", "<_x>",
                                  "b", "c", 1.5, "l", -1, "# y", 1, "l", "a", 7, "a", "t", 1);
    for (int escape = TEMPLATE_HTML; escape <= TEMPLATE_NONE; escape++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *text =
            template_render(texts[0], data, (enum template_escape)escape, partial, texts, &error);
        if ((text == NULL) == (error == NULL) || (text && !g_utf8_validate(text, -1, NULL)))
            __builtin_trap();
    }
    return 0;
}
