/* What resolving an advisory needs of the record: its patches as faces (patch_face.h), and since
 * when it is public. Nothing of its text, but the labels that say what a public patch is for. */
#ifndef CASEFILE_H
#define CASEFILE_H

#include "desk.h"
#include "layout.h"
#include "patch_face.h"
#include "prove.h"

struct casefile {
    char *id;       /* "XSA-480" */
    bool embargoed; /* the public has no version of it */
    bool withdrawn;
    bool documents; /* the public text says that its patches document it, and fix nothing */
    /* Seconds UTC; G_MININT64: not known. An imported text that does not say so may not be the
     * first: then it was public by the time it was signed, and nobody knows since when. */
    gint64 public_at, public_by, reported_at;
    GPtrArray *patches; /* struct patch_named * */
    GPtrArray *pending; /* of one that is public: patches that only later versions have */
    GPtrArray *commits; /* char *: ids that the resolution of that version's text names */
    struct text *text;  /* that version's; NULL of what is under embargo */
    GPtrArray *labels;  /* char *: of the patch table of the newest public version, each once */
};
void casefile_free(struct casefile *casefile);
typedef struct casefile Casefile;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Casefile, casefile_free)

/* `patches` are of what is public those of the newest public version alone; of what is under
 * embargo those of every version, and of the draft's folder. FAULT_DATA: the ledger is not what it
 * was. Caller frees. */
struct casefile *casefile_open(const struct desk *desk, struct store *store,
                               const struct layout *layout, const struct record_advisory *advisory,
                               GError **error);

/* A patch file's face; NULL: it is no patch, or one that holds what no lines tell (binary files,
 * renames). Pure. Caller frees. */
struct patch_face *casefile_face(GBytes *bytes);

/* Whether a text says that with it the advisory became public: a first version does, or one whose
 * updates say so. Pure. */
bool casefile_is_release(const struct text *text);

/* Whether a paragraph under RESOLUTION says that the patches, all of them, only write down that
 * there is no fix: "Applying the attached patch documents this issue." Pure. */
bool casefile_documents(const char *words);

#endif
