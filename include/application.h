/* Applications for the predisclosure list: a mail, looked through for what the policy asks for.
 *
 * What is asked is data: a key file below applications/ of the templates, of which a home's own of
 * the same name stands in for the shipped one. What is found is for a person to judge: the
 * sentences and links are shown, and nobody is admitted by it. */
#ifndef APPLICATION_H
#define APPLICATION_H

#include <glib.h>
#include <stdbool.h>

enum application_kind {
    APPLICATION_TEXT,    /* words */
    APPLICATION_LINKS,   /* addresses of pages */
    APPLICATION_DOMAINS, /* names of domains */
    APPLICATION_ADDRESS, /* one mail address, not a person's */
    APPLICATION_KINDS
};

struct application_item {
    char *name;  /* "alias": the group's */
    char *title; /* "one address, not a person's" */
    enum application_kind kind;
    char *fills;              /* the key of a member's form that it fills; NULL: none */
    GRegex *label, *sentence; /* or NULL, but not both */
};

struct application_form {
    char *title, *source;
    GPtrArray *items; /* struct application_item *, in their order */
    GRegex *unfit;    /* links that do not count; NULL: all do */
};
void application_form_free(struct application_form *form);
typedef struct application_form ApplicationForm;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ApplicationForm, application_form_free)

/* Pure. FAULT_CONFIG names the group and the key. */
struct application_form *application_form_parse(const char *text, GError **error);
/* By name, from the home's templates or the shipped ones. FAULT_NOINPUT: there is none. */
struct application_form *application_form_load(const char *templates, const char *name,
                                               GError **error);

enum application_mark { APPLICATION_ABSENT, APPLICATION_DOUBTFUL, APPLICATION_PRESENT };
const char *application_mark_name(enum application_mark mark);

/* What was found for one item. */
struct application_answer {
    const struct application_item *item;
    enum application_mark mark;
    char *text;      /* the sentence, the links, the domains, the address; "" nothing */
    const char *why; /* static: why it is doubtful; NULL */
};

/* What a mail says in words, as UTF-8: its text, or what its HTML shows. Caller frees. FAULT_DATA:
 * as of mime_letter_read and html_text. */
char *application_words(const char *mail, gsize length, GError **error);

/* Pure: one answer an item, in their order; struct application_answer *, owned by the array; the
 * form must outlive them. */
GPtrArray *application_check(const struct application_form *form, const char *words);

/* With mail addresses made unreadable. Caller frees. */
char *application_without_addresses(const char *text);

#endif
