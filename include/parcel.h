/* What leaves the desk: one frozen version, its text and the files beside it; the question that is
 * put to the gate about all of it; and the note in the record that it left. */
#ifndef PARCEL_H
#define PARCEL_H

#include "embargo.h"
#include "record.h"
#include "record_versions.h"

struct parcel_given {
    const char *number;
    gint64 version; /* 0: the newest that is meant for the audience */
    enum embargo_audience audience;
    const char *who; /* desk_user */
    gint64 now;
    gint64 newest_commit; /* as in embargo.h, which also has the two that follow */
    bool clock_confirmed;
    const char *override;
};

struct parcel {
    struct record_advisory *advisory;
    GPtrArray *versions;                  /* struct record_version * */
    const struct record_version *version; /* the one that leaves; its bytes were signed here */
    GPtrArray *patches;                   /* struct record_patch *, in the order of the sums */
    char *text_name;                      /* "advisory-501.txt" */
    const char *state;                    /* of the advisory, once it has left */
};
void parcel_free(struct parcel *parcel);
typedef struct parcel Parcel;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Parcel, parcel_free)

/* FAULT_NOINPUT: no such advisory or version; FAULT_DATA: its state forbids it, no version is meant
 * for that audience, or it was not signed here. */
struct parcel *parcel_pack(struct store *store, const struct parcel_given *given, GError **error);

/* The gate's answer about all of its bytes: what embargo_ask raises. */
struct permit *parcel_ask(struct store *store, const struct parcel *parcel,
                          const struct parcel_given *given, GError **error);

/* What it would say at given->now: as embargo_foresee. */
bool parcel_foresee(struct store *desk, const struct parcel *parcel,
                    const struct parcel_given *given, char **ret_refusal, GError **error);

/* The state and an event, in a transaction of its own; `how` is one word: "disclosed", "mailed". */
bool parcel_note(struct store *store, const struct parcel *parcel, const struct parcel_given *given,
                 const char *how, GError **error);

#endif
