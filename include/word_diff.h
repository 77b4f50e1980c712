/* Two texts, word by word: what was taken away and what was added. How the words are broken into
 * lines does not count. Pure. */
#ifndef WORD_DIFF_H
#define WORD_DIFF_H

#include <glib.h>

enum word_kind { WORD_SAME, WORD_REMOVED, WORD_ADDED };

struct word_run {
    enum word_kind kind;
    char
        *text; /* with the blanks before each word, as in the text that it is from; SAME: the new */
};

/* In the order of the texts; what is removed comes before what takes its place. One word that
 * stayed between two changes is told as changed with them. Where thousands of words differ, they
 * are told as replaced as a whole. struct word_run *, owned by the array. */
GPtrArray *word_diff(const char *old, const char *new);

#endif
