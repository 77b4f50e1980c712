/* Any bytes as a commit and as a tag. */
#include "commit.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    const char *bytes = (const char *)data;
    struct commit commit;
    struct tag tag;
    guint8 id[20];
    if (commit_parse(bytes, size, &commit, NULL)) {
        g_autofree char *subject = commit_subject(&commit.message);
        g_assert_nonnull(subject);
        for (guint n = 0; n < commit.parent_count; n++)
            g_assert_true(commit_parent(&commit, n, id));
    }
    tag_parse(bytes, size, &tag, NULL);
    return 0;
}
