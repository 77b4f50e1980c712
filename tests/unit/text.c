#include "text.h"

#include "armour.h"
#include "built_in.h"
#include "compose.h"
#include "fault.h"

static struct layout *layout;

#define DIGEST_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DIGEST_B "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char sample[] =
    "            Xen Security Advisory CVE-2026-11111 / XSA-900\n"
    "                               version 2\n"
    "\n"
    "                     frobs outlive their guest\n"
    "\n"
    "UPDATES IN VERSION 2\n"
    "====================\n"
    "\n"
    "Public release.\n"
    "\n"
    "ISSUE DESCRIPTION\n"
    "=================\n"
    "\n"
    "A frob is kept for too long.  That is,\n"
    " - it is kept, and\n"
    " - it is used.\n"
    "\n"
    "The second one is worse.\n"
    "\n"
    "RESOLUTION\n"
    "==========\n"
    "\n"
    "Applying the appropriate attached patch resolves this issue.\n"
    "\n"
    "xsa900.patch           xen-unstable\n"
    "xsa900-4.20-?.patch    Xen 4.20.x,\n"
    "                       Xen 4.19.x\n"
    "\n"
    "For the tools:\n"
    "\n"
    "xsa900-tools.patch            master\n"
    "\n"
    "$ sha256sum xsa900*\n" DIGEST_A "  xsa900.patch\n" DIGEST_B "  xsa900-4.20-1.patch\n"
    "$\n"
    "\n"
    "DEPLOYMENT DURING EMBARGO\n"
    "=========================\n"
    "\n"
    "Deployment of patches or mitigations is NOT permitted (except where\n"
    "all the affected systems and VMs are administered and used only by\n"
    "organisations which are members of the Xen Project Security Issues\n"
    "Predisclosure List).  Specifically, deployment on public cloud systems\n"
    "is NOT permitted.\n"
    "\n"
    "This is because guests see it.\n"
    "\n"
    "And they talk.\n"
    "\n"
    "Deployment is permitted only AFTER the embargo ends.\n";

static struct text *parse(const char *bytes, enum text_form form)
{
    GError *error = NULL;
    struct text *text = text_parse(bytes, strlen(bytes), form, layout, &error);
    g_assert_no_error(error);
    return text;
}

static char *render(const struct text *text)
{
    GError *error = NULL;
    char *bytes = text_render(text, layout, &error);
    g_assert_no_error(error);
    return bytes;
}

static const struct text_block *block_of(const struct text *text, const char *heading, guint n)
{
    const struct text_section *section = text_find_section(text, heading);
    g_assert_nonnull(section);
    g_assert_cmpuint(n, <, section->blocks->len);
    return section->blocks->pdata[n];
}

static void head_and_sections(void)
{
    g_autoptr(Text) text = parse(sample, TEXT_WHOLE);
    g_autofree char *title = text_title(text);
    g_assert_cmpstr(text->number, ==, "900");
    g_assert_cmpuint(text->version, ==, 2);
    g_assert_cmpuint(text->cves->len, ==, 1);
    g_assert_cmpstr(text->cves->pdata[0], ==, "CVE-2026-11111");
    g_assert_cmpstr(title, ==, "frobs outlive their guest");
    g_assert_cmpint(text->heading_indent, ==, TEXT_BY_RULE);
    g_assert_cmpint(text->version_indent, ==, TEXT_BY_RULE);
    g_assert_cmpuint(text->sections->len, ==, 4);
    g_assert_cmpint(((struct text_section *)text->sections->pdata[0])->kind, ==, TEXT_UPDATES);
    g_assert_cmpstr(block_of(text, NULL, 0)->wording, ==, "public-release");
    const struct text_block *block = block_of(text, "ISSUE DESCRIPTION", 0);
    g_assert_cmpstr(block->words, ==,
                    "A frob is kept for too long.  That is,\n - it is kept, and\n - it is used.");
    g_assert_cmpuint(block->line, ==, 14);
}

static void table_and_sums(void)
{
    static const struct {
        enum text_row_kind kind;
        const char *name;
        int column;
        const char *label;
        unsigned line;
    } expected[] = {
        {TEXT_ROW_PATCH, "xsa900.patch", TEXT_BY_RULE, "xen-unstable", 25},
        {TEXT_ROW_PATCH, "xsa900-4.20-?.patch", TEXT_BY_RULE, "Xen 4.20.x,", 26},
        {TEXT_ROW_MORE, NULL, TEXT_BY_RULE, "Xen 4.19.x", 27},
        {TEXT_ROW_SUBLABEL, NULL, TEXT_BY_RULE, "For the tools:", 29},
        {TEXT_ROW_PATCH, "xsa900-tools.patch", 30, "master", 31},
    };
    g_autoptr(Text) text = parse(sample, TEXT_WHOLE);
    g_assert_cmpstr(block_of(text, "RESOLUTION", 0)->wording, ==, "applying-appropriate-patch");
    const struct text_block *table = block_of(text, "RESOLUTION", 1);
    g_assert_cmpint(table->kind, ==, TEXT_TABLE);
    g_assert_cmpuint(table->rows->len, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < table->rows->len; i++) {
        const struct text_row *row = table->rows->pdata[i];
        g_assert_cmpint(row->kind, ==, expected[i].kind);
        g_assert_cmpint(row->gap, ==, TEXT_BY_RULE);
        g_assert_cmpstr(row->name, ==, expected[i].name);
        g_assert_cmpint(row->column, ==, expected[i].column);
        g_assert_cmpstr(row->label, ==, expected[i].label);
        g_assert_cmpuint(row->line, ==, expected[i].line);
    }
    const struct text_block *sums = block_of(text, "RESOLUTION", 2);
    g_assert_cmpint(sums->kind, ==, TEXT_SUMS);
    g_assert_null(sums->words);
    g_assert_false(sums->open);
    g_assert_cmpuint(sums->sums->len, ==, 2);
    const struct text_sum *sum = sums->sums->pdata[1];
    g_assert_cmpstr(sum->digest, ==, DIGEST_B);
    g_assert_cmpstr(sum->name, ==, "xsa900-4.20-1.patch");
}

static void clause(void)
{
    g_autoptr(Text) text = parse(sample, TEXT_WHOLE);
    const struct text_block *block = block_of(text, "DEPLOYMENT DURING EMBARGO", 0);
    g_assert_cmpint(block->kind, ==, TEXT_CLAUSE);
    g_assert_cmpint(block->patch, ==, TEXT_MEMBERS);
    g_assert_cmpint(block->mitigation, ==, TEXT_MEMBERS);
    g_assert_null(block->wording);
    g_assert_cmpstr(block->words, ==, "guests see it.\n\nAnd they talk.");
}

/* What a clearsignature covers. */
static char *covered(const char *bytes)
{
    g_auto(GStrv) lines = g_strsplit_set(bytes, "\n", -1);
    GString *out = g_string_new(NULL);
    for (char **line = lines; *line != NULL && (line[1] != NULL || **line != '\0'); line++) {
        gsize length = strlen(*line);
        while (length > 0 && strchr(" \t\r", (*line)[length - 1]) != NULL)
            length--;
        g_string_append_len(out, *line, (gssize)length);
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

static void round_trips(const char *bytes, enum text_form form)
{
    g_autoptr(Text) text = parse(bytes, form);
    g_autofree char *expected = covered(bytes);
    g_autofree char *written = render(text);
    g_assert_cmpstr(written, ==, expected);
}

#define HEAD "            Xen Security Advisory XSA-1\n"

static void awkward_texts(void)
{
    static const char *const texts[] = {
        sample,
        "Xen Security Advisory XSA-1",
        HEAD,
        "\n\n" HEAD "\n\n",
        HEAD "version 3\n",
        HEAD "\n\n  version 3\n\n\ntitle\n",
        HEAD "version 03\n\nversion 0\n",
        HEAD "\ntitle of\n      two lines\n\nlead\n\n\nmore\n",
        HEAD "\ncaf\xc3\xa9\n\nISSUE\n=====\n",
        HEAD "\ncaf\xe9\n\n\xc3\x89\n===\n\nISSUE CAF\xe9\n==========\n",
        "** EMBARGOED **\n\n" HEAD "\n\nx\n",
        "** EMBARGOED **\n" HEAD "x\n",
        HEAD "\nt\n\nISSUE\n======\nno gap\n\n\n\nIMPACT\n===\n\n\n",
        HEAD "\nt\n\nnot a heading\n====\n\nMixed Case\n==========\n\ntext\n",
        HEAD "\nt\r\n\r\nISSUE\r\n=====\r\n\r\ntext \t\r\na\rb\r\n",
        HEAD "\nt\n\nA\n===\n\n$ sha256sum xsa1*\n" DIGEST_A "  a b\n\n" DIGEST_B "  c\n$\n",
        HEAD "\nt\n\nA\n===\ntext\n$ sha256sum x\n" DIGEST_A "  a\n$\nmore\n",
        HEAD "\nt\n\nA\n===\n\n$ sha256sum \n$ sha256sum x\n$\n" DIGEST_A " a\n",
        HEAD "\nt\n\nA\n===\n\nxsa1.patch\n\nxsa1-b.patch Xen\n\nxsa1-?.patch\tXen\n",
        HEAD "\nt\n\nA\n===\n\nFor a:\n\n\nxsa1/a.patch  Xen\nFor b:\nxsa1.patch  Xen\n",
        HEAD "\nt\n\nA\n===\n\nFor a:\n\nFor b:\n\nxsa1.patch  Xen\n\n\nxsa1.meta    Xen\n",
        HEAD "\nt\n\nA\n===\n\n          more\nxsa1.patch  Xen\n          more\n         \tx\n",
        HEAD "\nt\n\nA\n===\n\nPublic release.\nNot quite.\n\n\nPublic release.\n",
        HEAD "\nt\n\nA\n===\n\n" DIGEST_A "  xsa1.patch\n- dash\n-- \n-----BEGIN PGP x\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        round_trips(texts[i], TEXT_WHOLE);
        round_trips(texts[i], TEXT_DRAFT);
    }
    round_trips("", TEXT_DRAFT);
    round_trips("\n \n", TEXT_DRAFT);
}

/* Without, with twice, and with an empty line after, each of its lines; and cut off there. */
static void mutilate(const char *bytes)
{
    g_auto(GStrv) lines = g_strsplit_set(bytes, "\n", -1);
    for (guint at = 0; lines[at] != NULL; at++) {
        GString *made[4];
        for (guint n = 0; n < G_N_ELEMENTS(made); n++)
            made[n] = g_string_new(NULL);
        for (guint i = 0; lines[i] != NULL; i++) {
            const int times[] = {i != at, 1 + (i == at), 1, i < at};
            for (guint n = 0; n < G_N_ELEMENTS(made); n++) {
                for (int k = 0; k < times[n]; k++)
                    g_string_append_printf(made[n], "%s\n", lines[i]);
                g_string_append(made[n], n == 2 && i == at ? "\n" : "");
            }
        }
        for (guint n = 0; n < G_N_ELEMENTS(made); n++) {
            round_trips(made[n]->str, TEXT_DRAFT);
            g_autoptr(Text) whole =
                text_parse(made[n]->str, made[n]->len, TEXT_WHOLE, layout, NULL);
            if (whole != NULL)
                round_trips(made[n]->str, TEXT_WHOLE);
            g_string_free(made[n], TRUE);
        }
    }
}

static void mutilated_texts(void)
{
    mutilate(sample);
    g_autoptr(GPtrArray) paths = built_in_corpus();
    for (guint i = 0; paths != NULL && i < paths->len; i += 8) {
        g_autofree char *file = NULL;
        gsize length = 0;
        g_assert_true(g_file_get_contents(paths->pdata[i], &file, &length, NULL));
        g_autoptr(Armour) armour = armour_read(file, length, NULL);
        mutilate(armour->text);
    }
}

static void five_cves(void)
{
    g_autoptr(Text) text =
        parse(" Xen Security Advisory CVE-2026-23559,CVE-2026-23560,CVE-2026-23561,CVE-2026-23562,"
              "CVE-2026-42486 / XSA-489\n"
              "                                                  version 2\n\n  t\n",
              TEXT_WHOLE);
    g_assert_cmpuint(text->cves->len, ==, 5);
    g_assert_cmpint(text->heading_indent, ==, TEXT_BY_RULE);
    g_assert_cmpint(text->version_indent, ==, TEXT_BY_RULE);
}

static void what_is_no_text(void)
{
    static const char *const texts[] = {"",
                                        "secret\n",
                                        ("ISSUE\n=====\n\n" HEAD),
                                        "Xen Security Advisory XSA-x\n",
                                        "Xen Security Advisory XSA-1234567\n",
                                        "Xen Security Advisory  / XSA-1\n"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(text_parse(texts[i], strlen(texts[i]), TEXT_WHOLE, layout, &error));
        g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
        g_assert_null(strstr(error->message, "secret"));
    }
}

static void what_is_too_much(void)
{
    g_autofree char *big = g_strnfill(10 * 1024 * 1024, 'x');
    g_autoptr(GError) error = NULL;
    g_assert_null(text_parse(big, strlen(big), TEXT_WHOLE, layout, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
    g_clear_error(&error);
    g_assert_null(armour_read(big, strlen(big), &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
    g_clear_error(&error);
    g_assert_null(text_parse(HEAD "\0", strlen(HEAD) + 1, TEXT_WHOLE, layout, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
}

/* A second is a hundred times what these take; were the work quadratic, it would be minutes. */
static void texts_made_to_be_slow(void)
{
    static const char *const pieces[] = {
        "For a:\n\n",
        "xsa1.patch  a\n",
        "$ sha256sum x\n" DIGEST_A "  x\n",
        "\n",
        "A\n===\n",
        ("Deployment of patches or mitigations is NOT permitted during the\nembargo, on any "
         "system.\n\nThis is because x\n\n"),
        "          x\n",
        "CVE-2026-1,"};
    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autoptr(GString) text = g_string_new(HEAD "\nt\n\nA\n===\n\n");
        while (text->len + strlen(pieces[i]) < TEXT_LENGTH_MAX)
            g_string_append(text, pieces[i]);
        gint64 begun = g_get_monotonic_time();
        round_trips(text->str, TEXT_WHOLE);
        g_test_message("%u: %" G_GINT64_FORMAT " ms", (guint)i,
                       (g_get_monotonic_time() - begun) / 1000);
        g_assert_cmpint(g_get_monotonic_time() - begun, <, 10 * G_USEC_PER_SEC);
    }
}

static void real_advisories(void)
{
    g_autoptr(GPtrArray) paths = built_in_corpus();
    for (guint i = 0; paths != NULL && i < paths->len; i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *file = NULL;
        gsize length = 0;
        g_test_message("%s", (char *)paths->pdata[i]);
        g_assert_true(g_file_get_contents(paths->pdata[i], &file, &length, NULL));
        g_autoptr(Armour) armour = armour_read(file, length, &error);
        g_assert_no_error(error);
        g_assert_cmpuint(armour->stranger, ==, 0);
        g_autoptr(Text) text = text_parse(armour->text, armour->length, TEXT_WHOLE, layout, &error);
        g_assert_no_error(error);
        g_autofree char *written = render(text);
        g_assert_cmpstr(written, ==, armour->text);
        g_autofree char *again =
            armour_write(written, (const char *const *)armour->hashes, armour->signature);
        g_autofree char *expected = covered(file);
        g_assert_cmpstr(again, ==, expected);
        /* All clauses of the corpus are known ones. */
        const struct text_section *section = text_find_section(text, layout->deployment);
        if (section != NULL)
            g_assert_cmpint(((struct text_block *)section->blocks->pdata[0])->kind, ==,
                            TEXT_CLAUSE);
    }
    g_assert_true(paths == NULL || paths->len >= 40);
}

/* The armour. */

#define BEGIN "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
#define SIGNATURE                                                                                  \
    "-----BEGIN PGP SIGNATURE-----\nVersion: 1\n\niQEc\n=8POv\n-----END PGP SIGNATURE-----\n"

static void armour(void)
{
    static const char file[] = BEGIN "a\n- - b \t\n- \n- -----BEGIN PGP SIGNATURE-----\n" SIGNATURE;
    g_autoptr(GError) error = NULL;
    g_autoptr(Armour) read = armour_read(file, strlen(file), &error);
    g_assert_no_error(error);
    g_assert_cmpstr(read->text, ==, "a\n- b\n\n-----BEGIN PGP SIGNATURE-----\n");
    g_assert_cmpstr(read->signature, ==, SIGNATURE);
    g_assert_cmpuint(g_strv_length(read->hashes), ==, 1);
    g_assert_cmpstr(read->hashes[0], ==, "SHA256");
    g_assert_cmpuint(read->first, ==, 4);
    g_assert_cmpuint(read->stranger, ==, 0);
    static const char mail[] = "\nFrom: x\n\n" BEGIN "a\r\n" SIGNATURE "-- \nfooter\n";
    g_autoptr(Armour) mailed = armour_read(mail, strlen(mail), &error);
    g_assert_no_error(error);
    g_assert_cmpstr(mailed->text, ==, "a\n");
    g_assert_cmpuint(mailed->stranger, ==, 2);
}

static void broken_armour(void)
{
    static const struct {
        const char *file, *sentence;
    } examples[] = {
        {"", "there is no signed message in it"},
        {"secret\n", "there is no signed message in it"},
        {SIGNATURE, "there is no signed message in it"},
        {"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n",
         "the signed message ends in its headers: it is truncated"},
        {"-----BEGIN PGP SIGNED MESSAGE-----\nComment: secret\n\nx\n" SIGNATURE,
         "line 2: a signed message may have no header but Hash"},
        {"-----BEGIN PGP SIGNED MESSAGE-----\nHash: \xff,SHA1\n\nx\n" SIGNATURE,
         "line 2: the Hash header names no digest"},
        {BEGIN "secret\n", "the signed message has no signature: it is truncated"},
        {BEGIN "secret\n-----BEGIN PGP SIGNATURE-----\n\niQEc\n",
         "the signature has no end: it is truncated"},
        {BEGIN "x\n-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n",
         "line 7: the signature is empty"},
        {BEGIN "x\n-----BEGIN PGP SIGNATURE-----\n\nse cret\n-----END PGP SIGNATURE-----\n",
         "line 7: the signature is not base64"},
        {BEGIN "x\n" BEGIN "x\n" SIGNATURE,
         "line 5: a second signed message begins inside the first"},
        {BEGIN "x\n" SIGNATURE SIGNATURE,
         "line 11: there is a second signature; an advisory has one"},
        {BEGIN "x\n" SIGNATURE BEGIN "y\n" SIGNATURE,
         "line 11: there is a second signature; an advisory has one"},
        {BEGIN "x\n-----BEGIN PGP SIGNATURE-----\n\niQEc\n" SIGNATURE,
         "line 8: a second signature begins inside the first"},
        {BEGIN "-secret\n" SIGNATURE, "line 4: begins with a dash that is not escaped"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(examples); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(armour_read(examples[i].file, strlen(examples[i].file), &error));
        g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
        g_assert_cmpstr(error->message, ==, examples[i].sentence);
    }
    g_autoptr(GError) error = NULL;
    g_assert_null(armour_read("a\0", 2, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
}

/* New texts. */

static const char draft[] = "ISSUE DESCRIPTION\n"
                            "=================\n"
                            "\n"
                            "A frob is kept.\n"
                            "\n"
                            "CREDITS\n"
                            "=======\n"
                            "\n"
                            "Found by Ada.\n";

static GPtrArray *rows_of(const char *const (*rows)[2], guint count)
{
    struct text_block *table = text_block_new(TEXT_TABLE);
    for (guint i = 0; i < count; i++)
        text_add_row(table, rows[i][0] == NULL ? TEXT_ROW_SUBLABEL : TEXT_ROW_PATCH, rows[i][0],
                     rows[i][1]);
    GPtrArray *taken = g_steal_pointer(&table->rows);
    g_free(table);
    return taken;
}

static GPtrArray *files_of(const char *const *names, guint count)
{
    struct text_block *sums = text_block_new(TEXT_SUMS);
    for (guint i = 0; i < count; i++)
        text_add_sum(sums, i % 2 == 0 ? DIGEST_A : DIGEST_B, names[i]);
    GPtrArray *taken = g_steal_pointer(&sums->sums);
    g_free(sums);
    return taken;
}

static char *compose(const struct compose_given *given, const struct layout *with)
{
    GError *error = NULL;
    g_autoptr(Text) prose = text_parse(draft, strlen(draft), TEXT_DRAFT, with, &error);
    g_assert_no_error(error);
    g_autoptr(Text) text = compose_text(prose, given, with, &error);
    g_assert_no_error(error);
    char *bytes = text_render(text, with, &error);
    g_assert_no_error(error);
    g_autoptr(Text) again = text_parse(bytes, strlen(bytes), TEXT_WHOLE, with, &error);
    g_assert_no_error(error);
    g_assert_cmpint(again->heading_indent, ==, TEXT_BY_RULE);
    g_assert_cmpint(again->version_indent, ==, TEXT_BY_RULE);
    g_assert_cmpint(((struct text_title_line *)again->title->pdata[0])->indent, ==, TEXT_BY_RULE);
    g_assert_cmpuint(again->sections->len, ==, text->sections->len);
    return bytes;
}

static void a_new_text(void)
{
    static const char *const rows[][2] = {{"xsa901.patch", "xen-unstable"},
                                          {"xsa901-4.21.patch", "Xen 4.21.x - Xen 4.18.x"}};
    static const char *const names[] = {"xsa901-4.21.patch", "xsa901.patch"};
    g_autoptr(GPtrArray) table = rows_of(rows, G_N_ELEMENTS(rows));
    g_autoptr(GPtrArray) files = files_of(names, G_N_ELEMENTS(names));
    g_autoptr(GPtrArray) cves = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(cves, g_strdup("CVE-2026-99999"));
    struct compose_given given = {
        .number = "901",
        .version = 2,
        .title = "frobs outlive their guest",
        .cves = cves,
        .updates = "Public release.\n",
        .rows = table,
        .files = files,
        .deployment = true,
        .patch = TEXT_PERMITTED,
        .mitigation = TEXT_MEMBERS,
        .reason = "not frobbing is a change that a guest sees, which may lead\nto its discovery.",
    };
    g_autofree char *bytes = compose(&given, layout);
    g_assert_cmpstr(bytes, ==,
                    "            Xen Security Advisory CVE-2026-99999 / XSA-901\n"
                    "                               version 2\n"
                    "\n"
                    "                       frobs outlive their guest\n"
                    "\n"
                    "UPDATES IN VERSION 2\n"
                    "====================\n"
                    "\n"
                    "Public release.\n"
                    "\n"
                    "ISSUE DESCRIPTION\n"
                    "=================\n"
                    "\n"
                    "A frob is kept.\n"
                    "\n"
                    "CREDITS\n"
                    "=======\n"
                    "\n"
                    "Found by Ada.\n"
                    "\n"
                    "RESOLUTION\n"
                    "==========\n"
                    "\n"
                    "Applying the appropriate attached patch resolves this issue.\n"
                    "\n"
                    "Note that patches for released versions are generally prepared to\n"
                    "apply to the stable branches, and may not apply cleanly to the most\n"
                    "recent release tarball.  Downstreams are encouraged to update to the\n"
                    "tip of the stable branch before applying these patches.\n"
                    "\n"
                    "xsa901.patch           xen-unstable\n"
                    "xsa901-4.21.patch      Xen 4.21.x - Xen 4.18.x\n"
                    "\n"
                    "$ sha256sum xsa901*\n" DIGEST_B "  xsa901.patch\n" DIGEST_A
                    "  xsa901-4.21.patch\n"
                    "$\n"
                    "\n"
                    "DEPLOYMENT DURING EMBARGO\n"
                    "=========================\n"
                    "\n"
                    "Deployment of the patches described above (or others which are\n"
                    "substantially similar) is permitted during the embargo, even on public-\n"
                    "facing systems with untrusted guest users and administrators.\n"
                    "\n"
                    "HOWEVER, deployment of the mitigation is NOT permitted (except where\n"
                    "all the affected systems and VMs are administered and used only by\n"
                    "organisations which are members of the Xen Project Security Issues\n"
                    "Predisclosure List).  Specifically, deployment on public cloud systems\n"
                    "is NOT permitted.\n"
                    "\n"
                    "This is because not frobbing is a change that a guest sees, which may\n"
                    "lead to its discovery.\n"
                    "\n"
                    "Deployment of this mitigation is permitted only AFTER the embargo ends.\n"
                    "\n"
                    "AND: Distribution of updated software is prohibited (except to other\n"
                    "members of the predisclosure list).\n"
                    "\n"
                    "Predisclosure list members who wish to deploy significantly different\n"
                    "patches and/or mitigations, please contact the Xen Project Security\n"
                    "Team.\n"
                    "\n"
                    "(Note: this during-embargo deployment notice is retained in\n"
                    "post-embargo publicly released Xen Project advisories, even though it\n"
                    "is then no longer applicable.  This is to enable the community to have\n"
                    "oversight of the Xen Project Security Team's decisionmaking.)\n"
                    "\n"
                    "For more information about permissible uses of embargoed information,\n"
                    "consult the Xen Project community's agreed Security Policy:\n"
                    "  http://www.xenproject.org/security-policy.html\n");
}

static void another_project(void)
{
    static const char conf[] = "[heading]\nwords=Lantern Security Notice\nprefix=SA\nfiles=sa-\n"
                               "[wordings]\nresolution-notes=\n";
    static const char *const rows[][2] = {{NULL, "For the wick:"}, {"sa-2026-01.patch", "main"}};
    static const char *const names[] = {"sa-2026-01.patch"};
    g_autoptr(GError) error = NULL;
    g_autoptr(Layout) other = built_in_layout();
    g_assert_true(layout_add(other, "layout.conf", conf, &error));
    g_assert_true(layout_add(other, "paragraph/applying-patch.txt", "Use the patch.\n", &error));
    g_assert_true(layout_check(other, &error));
    g_autoptr(GPtrArray) table = rows_of(rows, G_N_ELEMENTS(rows));
    g_autoptr(GPtrArray) files = files_of(names, G_N_ELEMENTS(names));
    struct compose_given given = {
        .number = "2026-01", .title = "The wick", .rows = table, .files = files};
    g_autofree char *bytes = compose(&given, other);
    g_assert_cmpstr(bytes, ==,
                    "                  Lantern Security Notice SA-2026-01\n"
                    "\n"
                    "                               The wick\n"
                    "\n"
                    "ISSUE DESCRIPTION\n"
                    "=================\n"
                    "\n"
                    "A frob is kept.\n"
                    "\n"
                    "CREDITS\n"
                    "=======\n"
                    "\n"
                    "Found by Ada.\n"
                    "\n"
                    "RESOLUTION\n"
                    "==========\n"
                    "\n"
                    "Use the patch.\n"
                    "\n"
                    "For the wick:\n"
                    "\n"
                    "sa-2026-01.patch       main\n"
                    "\n"
                    "$ sha256sum sa-2026-01*\n" DIGEST_A "  sa-2026-01.patch\n"
                    "$\n");
    layout_set_prefix(other, "WICK");
    g_autofree char *stem = layout_stem(other, "7");
    g_autofree char *id = layout_id(other, "7");
    g_assert_cmpstr(stem, ==, "wick7");
    g_assert_cmpstr(id, ==, "WICK-7");
}

/* Every cell of the matrix can be written, and is known again. */
static void every_clause(void)
{
    for (int patch = 0; patch < TEXT_GRANTS; patch++) {
        for (int mitigation = 0; mitigation < TEXT_GRANTS; mitigation++) {
            if (patch == TEXT_UNSAID && mitigation == TEXT_UNSAID)
                continue;
            bool open = MAX(patch, mitigation) == TEXT_PERMITTED;
            struct compose_given given = {.number = "1",
                                          .title = "t",
                                          .deployment = true,
                                          .patch = (enum text_grant)patch,
                                          .mitigation = (enum text_grant)mitigation,
                                          .reason = open ? NULL : "it shows."};
            g_autofree char *bytes = compose(&given, layout);
            g_autoptr(Text) text = parse(bytes, TEXT_WHOLE);
            const struct text_block *block = block_of(text, "DEPLOYMENT DURING EMBARGO", 0);
            g_assert_cmpint(block->kind, ==, TEXT_CLAUSE);
            g_assert_cmpint((int)block->patch, ==, patch);
            g_assert_cmpint((int)block->mitigation, ==, mitigation);
            g_assert_cmpstr(block->words, ==, given.reason);
            g_assert_null(block->wording);
        }
    }
}

static void what_cannot_be_composed(void)
{
    const struct compose_given good = {.number = "1",
                                       .title = "t",
                                       .deployment = true,
                                       .patch = TEXT_PERMITTED,
                                       .mitigation = TEXT_PERMITTED};
    struct compose_given bad[] = {good, good, good, good, good};
    bad[0].number = "../1";
    bad[1].title = "two\nlines";
    bad[2].reason = "none is needed";
    bad[3].mitigation = TEXT_MEMBERS;
    bad[4].updates = "A\n===\n\nno paragraph\n";
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Text) prose = parse(draft, TEXT_DRAFT);
        g_assert_null(compose_text(prose, &bad[i], layout, &error));
        g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
    }
    static const char *const drafts[] = {
        "UPDATES IN VERSION 1\n====================\n\nsecret\n",
        "DEPLOYMENT DURING EMBARGO\n=========================\n\nsecret\n",
        "RESOLUTION\n==========\n\nxsa1.patch      Xen\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(drafts); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Text) prose = parse(drafts[i], TEXT_DRAFT);
        g_assert_null(compose_text(prose, &good, layout, &error));
        g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
        g_assert_true(g_str_has_prefix(error->message, "line "));
    }
}

static void order_of_names(void)
{
    static const char *const sorted[] = {"xsa494.patch",      "xsa494-4.17.patch",
                                         "xsa494-4.18.patch", "xsa494-4.patch.meta",
                                         "xsa494.meta",       "xsa494/0001.patch"};
    for (gsize i = 0; i + 1 < G_N_ELEMENTS(sorted); i++) {
        g_assert_cmpint(text_name_order(sorted[i], sorted[i + 1]), <, 0);
        g_assert_cmpint(text_name_order(sorted[i + 1], sorted[i]), >, 0);
        g_assert_cmpint(text_name_order(sorted[i], sorted[i]), ==, 0);
    }
    g_assert_cmpint(text_name_order("a", "a.patch"), <, 0);
}

static void centring(void)
{
    g_assert_cmpint(layout_heading_indent(layout, 46), ==, 12);
    g_assert_cmpint(layout_heading_indent(layout, 29), ==, 20);
    g_assert_cmpint(layout_heading_indent(layout, 107), ==, 1);
    g_assert_cmpint(layout_version_indent(12, 46, 9), ==, 31);
    g_assert_cmpint(layout_version_indent(12, 45, 9), ==, 30);
    g_assert_cmpint(layout_version_indent(1, 3, 9), ==, 0);
    g_assert_cmpint(layout_title_indent(layout, 42), ==, 14);
    g_assert_cmpint(layout_title_indent(layout, 90), ==, 1);
    g_assert_cmpint(layout_width("caf\xc3\xa9"), ==, 4);
}

static void bad_layouts(void)
{
    static const char *const examples[][2] = {
        {"layout.conf", "[heading]\nwidht=70\n"},
        {"layout.conf", "[heading]\nwidth=0\n"},
        {"layout.conf", "[heading]\nwords=\n"},
        {"layout.conf", "nonsense"},
        {"page.html", "x"},
        {"paragraph/a.txt", ""},
        {"paragraph/a.txt", "This is because {{reason}}\n"},
        {"deployment/permitted.txt", "x\n"},
        {"deployment/permitted-sometimes.txt", "x\n"},
        {"deployment/permitted-members.txt", "{{reason}}\n{{reason}}\n"},
        {"deployment/permitted-members.txt", "{{reason}}.\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(examples); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Layout) bad = layout_new();
        g_assert_false(layout_add(bad, examples[i][0], examples[i][1], &error));
        g_assert_error(error, FAULT_DOMAIN, FAULT_CONFIG);
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(Layout) empty = layout_new();
    g_assert_false(layout_check(empty, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_CONFIG);
}

static void a_wording_that_is_gone(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Text) text = parse(sample, TEXT_WHOLE);
    struct text_section *updates = text->sections->pdata[0];
    struct text_block *block = updates->blocks->pdata[0];
    g_free(block->wording);
    block->wording = g_strdup("gone");
    g_assert_null(text_render(text, layout, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_CONFIG);
}

static void grants_have_names(void)
{
    for (int i = 0; i < TEXT_GRANTS; i++) {
        enum text_grant grant = TEXT_GRANTS;
        g_assert_true(text_grant_parse(text_grant_name((enum text_grant)i), &grant, NULL));
        g_assert_cmpint((int)grant, ==, i);
    }
    enum text_grant grant = TEXT_GRANTS;
    g_assert_false(text_grant_parse("maybe", &grant, NULL));
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } tests[] = {
        {"head and sections", head_and_sections},
        {"table and sums", table_and_sums},
        {"clause", clause},
        {"awkward texts", awkward_texts},
        {"mutilated texts", mutilated_texts},
        {"five CVEs", five_cves},
        {"what is no text", what_is_no_text},
        {"what is too much", what_is_too_much},
        {"texts made to be slow", texts_made_to_be_slow},
        {"real advisories", real_advisories},
        {"armour", armour},
        {"broken armour", broken_armour},
        {"a new text", a_new_text},
        {"another project", another_project},
        {"every clause", every_clause},
        {"what cannot be composed", what_cannot_be_composed},
        {"order of names", order_of_names},
        {"centring", centring},
        {"bad layouts", bad_layouts},
        {"a wording that is gone", a_wording_that_is_gone},
        {"grants have names", grants_have_names},
    };
    g_test_init(&argc, &argv, NULL);
    layout = built_in_layout();
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strconcat("/text/", tests[i].name, NULL);
        g_test_add_func(path, tests[i].run);
    }
    int status = g_test_run();
    layout_free(layout);
    return status;
}
