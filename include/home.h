/* The home: the folder a user works in, and its barograph.conf, read into a struct.
 * GKeyFile format; the defaults and their meaning are in the file `init` writes. */
#ifndef HOME_H
#define HOME_H

#include "home_publish.h"

#include <glib.h>
#include <stdbool.h>

struct home_repository {
    char *name;     /* "xen" */
    char *path;     /* absolute; NULL when there is only a URL (then it is mirrors/<name>.git in the
                       home) */
    char *url;      /* to mirror from with `mine --fetch`; NULL: none */
    GStrv branches; /* patterns (GPatternSpec) of branch names to count; default "*" */
    GStrv tags;     /* patterns of tags; default "*" */
    GStrv exclude;  /* patterns of branches and tags to leave out */
    char *main_branch; /* NULL: what HEAD names, else master, main */
    GStrv stable;      /* patterns of stable branches; default stable-*, release-*, ... */
    char *tag_pattern; /* a regular expression for tags; NULL: the built-in forms only */
    char *title;       /* in reports: "QEMU upstream"; the name when the file gives none */
    /* Of a companion, whose commit the main repository's releases pin: the file there, and the
     * variables that may name it, the first that is set wins. NULL: no companion. */
    char *pin_file;
    GStrv pin_variables;
    GStrv labels;    /* what labels of patch tables mean: "Xen *.x:stable-*"; NULL: by its name */
    bool incomplete; /* mine a shallow or partial clone all the same */
    bool foreign;    /* read a repository that belongs to another user */
    /* What published documents call it. */
    char *product;    /* "Xen"; the title when the file gives none */
    char *public_url; /* where everybody may clone it: the url when the file gives none; or NULL */
    char *cpe, *purl; /* without a version: "cpe:2.3:o:xen:xen", "pkg:generic/xen"; or NULL */
};

/* A part of the main repository that reports group by. */
struct home_component {
    char *name;  /* "x86" */
    GStrv paths; /* paths, folders or globs, in which * matches / too */
};

/* What is said of releases: [releases]. Links are Mustache texts. */
struct home_releases {
    char *product;       /* "Xen"; the project's name when the file gives none */
    char *signing_key;   /* a full fingerprint, or NULL */
    char *signed_by;     /* who announces, or NULL */
    char *support_file;  /* holds the dates of the line's support: SUPPORT.md; NULL: none */
    char *support_until; /* what stands before the day in it: "Supported-Until:" */
    char *security_until;
    char *link_repository, *link_download, *link_advisory, *link_commit; /* or NULL */
    guint together_days;    /* releases tagged within so many days share an announcement */
    guint out_of_band_days; /* one that comes within so many days of its predecessor */
    guint digits;           /* of a commit's id in the list of changes */
    GStrv columns;          /* repositories of the table of advisories; NULL: the main one and its
                               companions */
};

/* How mail leaves: [mail]. */
struct home_mail {
    char *server;             /* smtp://mail.example.com:587, smtps://...; NULL: none */
    bool plain_loopback;      /* tls = loopback: the server is this machine, and there is no TLS */
    char *user;               /* to log in as, or NULL */
    char *password_path;      /* a file with the password, or NULL */
    char *password_command;   /* that prints it, or NULL; never both */
    char *authorities_path;   /* a file of certificates to trust; NULL: the system's */
    char *from, *from_name;   /* whom mails are from; or NULL */
    GStrv lists;              /* addresses that announcements go to; NULL: none */
    guint timeout;            /* seconds without an answer */
    char *imap_user;          /* whose mailbox is read over IMAP, or NULL */
    char *imap_password_path; /* a file with the password, or NULL */
    char *imap_password_command;
};

/* An advisory that a line need not carry. */
struct home_waiver {
    char *advisory; /* "XSA-155" */
    char *where;    /* a line, version or branch; NULL: everywhere */
    char *reason;
};

/* What a file must say when a release is made: [check NAME]. */
struct home_check {
    char *name;    /* "version" */
    char *file;    /* in the repository, read at the release's commit */
    char *pattern; /* a regular expression (GRegex, ^ and $ at lines), with {{version}} and the like
                    */
};

struct home {
    char *folder;         /* absolute */
    char *project;        /* the project's name: "Xen Project" */
    char *history_path;   /* <folder>/history.db */
    char *mailmap_path;   /* <folder>/people/mailmap */
    char *employers_path; /* <folder>/people/employers.tsv */
    char *templates_path; /* <folder>/templates: overrides of the built-in templates */
    GPtrArray
        *repositories;     /* struct home_repository *, in file order; the first is the main one */
    char *advisory_prefix; /* "XSA" */
    GPtrArray *components; /* struct home_component *, in file order; may be empty */
    struct home_releases releases;
    struct home_mail mail;
    struct home_publish publish;
    GStrv advisory_policies;    /* names of those that bind new advisories; NULL: none */
    char *advisory_signing_key; /* a full fingerprint; NULL: none */
    GStrv advisory_fix, advisory_part, advisory_no_fix; /* NULL: the defaults of origins.h */
    GPtrArray *waivers;                                 /* struct home_waiver *, in file order */
    GPtrArray *checks;                                  /* struct home_check *, in file order */
    char *check_keys;    /* a file or folder of public keys that may sign tags; NULL: gpg's own */
    GStrv check_signers; /* fingerprints, or ends of at least 16 digits, that may; NULL: all */
};

/* FAULT_UNAVAILABLE: no barograph.conf there (says: run barograph init); FAULT_CONFIG: file, group
 * and key. Keys that nobody knows are errors with the nearest known one. */
struct home *home_open(const char *folder, GError **error);
void home_free(struct home *home);
typedef struct home Home;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Home, home_free)

/* Whether a repository may be called that: letters, digits, . _ and -, not "all". */
bool home_good_name(const char *name);

/* Where it is: its path, or the mirror of its URL. The caller frees it. */
char *home_repository_path(const struct home *home, const struct home_repository *repository);

/* By name; NULL name: the first. FAULT_NOINPUT names those there are. */
const struct home_repository *home_repository_find(const struct home *home, const char *name,
                                                   GError **error);

#endif
