/* barograph notes: what came with a release, and its announcement. */
#include "notes.h"

#include "command.h"
#include "fault.h"
#include "output.h"
#include "pgp.h"
#include "prompt.h"

#include <string.h>

extern const struct command command_notes;

static char *repository_option, *format_option, *output_option, *explain_option;
static gboolean component_option, announcement_option, sign_option;

static const GOptionEntry options[] = {
    {"by-component", 0, 0, G_OPTION_ARG_NONE, &component_option,
     "Group the changes by part of the project", NULL},
    {"announcement", 0, 0, G_OPTION_ARG_NONE, &announcement_option, "Print the announcement alone",
     NULL},
    {"sign", 0, 0, G_OPTION_ARG_NONE, &sign_option,
     "Print the announcement alone, clearsigned with the key of [releases] signing-key", NULL},
    {"explain", 0, 0, G_OPTION_ARG_STRING, &explain_option,
     "Print why the cells of this advisory say what they say", "ADVISORY"},
    {"repository", 0, 0, G_OPTION_ARG_STRING, &repository_option,
     "Releases of this repository (default: the first of barograph.conf)", "NAME"},
    {"format", 0, 0, G_OPTION_ARG_STRING, &format_option, "How it is written (text)",
     "text|md|html|json"},
    {"output", 0, 0, G_OPTION_ARG_FILENAME, &output_option,
     "Write to this file, whole or not at all", "FILE"},
    {NULL}};

/* A clearsigned text speaks for one announcement in plain text. */
static char *sign(const struct home *home, const json_t *notes, const char *text, GError **error)
{
    const char *key = home->releases.signing_key;
    gsize count = json_array_size(json_object_get(notes, "announcements"));
    if (count != 1) {
        fault_raise(error, FAULT_USAGE,
                    "these releases make %d announcements: sign one after the other", (int)count);
        return NULL;
    }
    if (key == NULL) {
        fault_raise(error, FAULT_CONFIG,
                    "no key signs announcements: write the full fingerprint of one as signing-key "
                    "under [releases] in barograph.conf");
        return NULL;
    }
    g_autoptr(Pgp) pgp = pgp_open(NULL, error);
    struct pgp_signature signature = {0};
    char *signed_text = NULL;
    if (pgp != NULL && prompt_possible())
        pgp_set_last_resort(pgp, prompt_passphrase, NULL);
    if (pgp == NULL || !pgp_clearsign(pgp, key, text, &signed_text, &signature, error))
        return NULL;
    pgp_signature_clear(&signature);
    return signed_text;
}

static char *make_text(const struct context *context, json_t *notes, enum notes_format format,
                       GError **error)
{
    if (explain_option != NULL)
        return notes_explain(notes, context->home, explain_option, error);
    g_autofree char *text =
        notes_render(notes, context->home, format, announcement_option || sign_option, error);
    if (text == NULL || !sign_option)
        return g_steal_pointer(&text);
    return sign(context->home, notes, text, error);
}

static bool check_options(int argc, enum notes_format format, GError **error)
{
    if (argc < 2)
        return fault_raise(error, FAULT_USAGE,
                           "which release? Name one or more: barograph notes 4.10.2 4.9.3");
    if (sign_option && format != NOTES_TEXT)
        return fault_raise(error, FAULT_USAGE, "--sign signs plain text: leave --format out");
    if (explain_option != NULL && (format != NOTES_TEXT || announcement_option || sign_option))
        return fault_raise(error, FAULT_USAGE,
                           "--explain prints plain text and nothing else: leave out --format, "
                           "--announcement and --sign (json and html explain every cell)");
    return true;
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    enum notes_format format = NOTES_TEXT;
    if ((format_option != NULL && !notes_format_parse(format_option, &format, error)) ||
        !check_options(argc, format, error))
        return false;
    struct notes_request request = {.repository = repository_option,
                                    .versions = (const char *const *)argv + 1,
                                    .by_component = component_option,
                                    .now = context->now};
    json_t *notes = notes_build(context->history, context->home, &request, error);
    if (notes == NULL)
        return false;
    g_autofree char *text = make_text(context, notes, format, error);
    json_decref(notes);
    return text != NULL && output_write(output_option, text, error);
}

const struct command command_notes = {
    .name = "notes",
    .arguments = "VERSION...",
    .summary = "Print the notes and the announcement of releases",
    .description =
        "What came since the predecessor: the changes, those of the companions that the\n"
        "release pins, the advisories fixed and where, who took part, and the text that\n"
        "announces it. Releases tagged within a few days share one announcement. Every\n"
        "figure carries its reading. Templates in the home's templates/ replace the\n"
        "built-in notes.* and announcement.*.\n"
        "\n"
        "Examples:\n"
        "  barograph notes 4.10.2\n"
        "  barograph notes 4.10.2 4.9.3 --announcement\n"
        "  barograph notes 4.10.2 --by-component --format html --output notes.html\n"
        "  barograph notes 4.10.2 --explain XSA-273\n"
        "  barograph notes 4.10.2 4.9.3 --sign --output announcement.asc",
    .needs = NEEDS_HISTORY,
    .options = options,
    .run = run,
};
