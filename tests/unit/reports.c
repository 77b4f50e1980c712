/* Mails that came back: which message they are about, and what they say of it. */
#include "reports.h"

#include "fault.h"
#include "mime.h"

#include <string.h>

#define HEAD "From: MAILER-DAEMON@mx.example\nMessage-ID: <r1@mx.example>\nMIME-Version: 1.0\n"
#define REPORT                                                                                     \
    HEAD "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"        \
         "Content-Type: text/plain\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\n"
#define ORIGINAL "\n--b\nContent-Type: message/rfc822\n\nSubject: x\nMessage-Id:\n <a@b>\n\nbody\n"
#define END "--b--\n"

static struct report *read_report(const char *mail)
{
    g_autoptr(GError) error = NULL;
    struct report *report = reports_read(mail, strlen(mail), &error);
    g_assert_no_error(error);
    return report;
}

static void test_fields(void)
{
    static const struct {
        const char *text;
        enum report_kind kind;
        const char *status;
        int code;
        const char *envelope;
    } cases[] = {
        {"Reporting-MTA: dns; x\nOriginal-Envelope-Id: a@b\n\nFinal-Recipient: rfc822; c@d\n"
         "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no\n such user\n",
         REPORT_FAILED, "5.1.1", 550, "a@b"},
        {"Reporting-MTA: dns; x\r\n\r\naction: Delayed (soon)\r\nstatus: 4.4.7 (timeout)\r\n",
         REPORT_DELAYED, "4.4.7", 0, NULL},
        {"\n\nAction: delivered\nStatus: 2.0.0\n\nAction: failed\nStatus: 5.2.2\n\n"
         "Action: relayed\nStatus: 2.0.0\n",
         REPORT_FAILED, "5.2.2", 0, NULL},
        {"Action: relayed\n\nAction: delivered\nStatus: 2.1.5\n", REPORT_RELAYED, "", 0, NULL},
        {"Status: 5.0.0\nAction: frobbed\n", REPORT_FAILED, "5.0.0", 0, NULL},
        {"Action: failed\nStatus: 5.\nDiagnostic-Code: x-unix; 5500\n", REPORT_FAILED, "", 0, NULL},
        {"Action: failed\nAction: delivered\n", REPORT_FAILED, "", 0, NULL},
        {"Actions: failed\n: failed\nAction\n\n\n", REPORT_NONE, NULL, 0, NULL},
        {"", REPORT_NONE, NULL, 0, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Report) report = g_new0(struct report, 1);
        g_autofree char *envelope =
            reports_read_status(cases[i].text, strlen(cases[i].text), report);
        g_assert_cmpint((int)report->kind, ==, (int)cases[i].kind);
        g_assert_cmpstr(report->status, ==, cases[i].status);
        g_assert_cmpint(report->code, ==, cases[i].code);
        g_assert_cmpstr(envelope, ==, cases[i].envelope);
    }
}

/* By the envelope's id, by the original's header; whole, as header fields, or cut off. */
static void test_which_message(void)
{
    static const struct {
        const char *mail;
        const char *ids;
    } cases[] = {
        {REPORT "Action: failed\nStatus: 5.1.1\n" ORIGINAL END, "a@b"},
        {REPORT "Original-Envelope-ID: e@f\n\nAction: failed\n" ORIGINAL END, "e@f a@b"},
        {REPORT "Original-Envelope-Id: e+2Bx@f\n\nAction: failed\n" ORIGINAL, "e+x@f e+2Bx@f a@b"},
        {REPORT "Action: failed\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <c@d>\n",
         "c@d"},
        {REPORT "Action: failed\n\n--b\nContent-Type: text/rfc822-headers; charset=x\n"
                "Content-Transfer-Encoding: base64\n\nTWVzc2FnZS1JRDogPGNAZD4K\n" END,
         "c@d"},
        {REPORT "Action: failed\n\n--b\nContent-Type: text/rfc822-headers\n\nSubject: z\n\n"
                "Message-ID: <not@header>\n" END,
         ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Report) report = read_report(cases[i].mail);
        g_autofree char *ids = g_strjoinv(" ", report->ids);
        g_assert_cmpint((int)report->kind, ==, REPORT_FAILED);
        g_assert_cmpstr(ids, ==, cases[i].ids);
        g_assert_cmpstr(report->source, ==, "r1@mx.example");
    }
}

static void test_answers(void)
{
    static const struct {
        const char *mail;
        enum report_kind kind;
        const char *ids;
    } cases[] = {
        {"From: Sec <S@Alpha.example>\nIn-Reply-To: <a@b>\n\nGot it.\n", REPORT_REPLY, "a@b"},
        {"From: s@alpha.example\nReferences: <x@y>\n <a@b>\n\n\n", REPORT_REPLY, "x@y a@b"},
        {"From: s@alpha.example\n\nHello.\n", REPORT_NONE, ""},
        {"From: s@alpha.example\nAuto-Submitted: no\nIn-Reply-To: <a@b>\n\n", REPORT_REPLY, "a@b"},
        {"From: s@alpha.example\nAuto-submitted: auto-replied (rejected)\nIn-Reply-To: <a@b>\n\n",
         REPORT_AUTOMATIC, "a@b"},
        {"From: s@alpha.example\nPrecedence: bulk\nIn-Reply-To: <a@b>\n\n", REPORT_AUTOMATIC,
         "a@b"},
        {"From: s@alpha.example\nPrecedence: list\nIn-Reply-To: <a@b>\n\n", REPORT_REPLY, "a@b"},
        {"Return-Path: <>\nFrom: s@alpha.example\nIn-Reply-To: <a@b>\n\n", REPORT_AUTOMATIC, "a@b"},
        {"From: Mailer-Daemon@alpha.example\nIn-Reply-To: <a@b>\n\n", REPORT_AUTOMATIC, "a@b"},
        {"From: s@alpha.example\nIn-Reply-To: <a@b>\n"
         "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n"
         "Content-Type: message/disposition-notification\n\nDisposition: x\n--b--\n",
         REPORT_AUTOMATIC, "a@b"},
        {"From: s@alpha.example\nIn-Reply-To: your mail of Monday\n\n", REPORT_NONE, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Report) report = read_report(cases[i].mail);
        g_autofree char *ids = g_strjoinv(" ", report->ids);
        if (cases[i].ids == NULL)
            continue; /* whatever it takes for a name: it is none of ours */
        g_assert_cmpint((int)report->kind, ==, (int)cases[i].kind);
        g_assert_cmpstr(ids, ==, cases[i].ids);
        g_assert_true(g_str_has_suffix(report->from, "@alpha.example"));
    }
}

static void test_refused(void)
{
    static const char *const cases[] = {"", "no mail\n", "\n\n", "\377\377"};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(reports_read(cases[i], strlen(cases[i]), &error));
        g_assert_error(error, FAULT_DOMAIN, (int)FAULT_DATA);
    }
}

static void test_letter(void)
{
    static const char mail[] =
        "From: =?utf-8?q?B=C3=B6hm?= <Sec@B.example>, x@y\nSubject: =?iso-8859-1?q?f=FCr?= you\n"
        "Content-Type: multipart/alternative; boundary=b\n\n--b\n"
        "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: "
        "quoted-printable\n\nM=FCnchen\n--b\nContent-Type: text/html; "
        "charset=utf-8\n\n<p>M\303\274";
    g_autoptr(MimeLetter) letter = mime_letter_read(mail, strlen(mail), NULL);
    g_assert_cmpstr(letter->from, ==, "sec@b.example");
    g_assert_cmpstr(letter->subject, ==, "f\303\274r you");
    g_assert_null(letter->id);
    g_assert_cmpuint(letter->pieces->len, ==, 2);
    const struct mime_piece *plain = letter->pieces->pdata[0], *page = letter->pieces->pdata[1];
    g_autofree char *text = mime_piece_text(plain), *html = mime_piece_text(page);
    g_assert_cmpstr(plain->type, ==, "text/plain");
    g_assert_cmpstr(text, ==, "M\303\274nchen");
    g_assert_cmpstr(page->type, ==, "text/html");
    g_assert_cmpstr(html, ==, "<p>M\303\274");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reports/fields", test_fields);
    g_test_add_func("/reports/which-message", test_which_message);
    g_test_add_func("/reports/answers", test_answers);
    g_test_add_func("/reports/refused", test_refused);
    g_test_add_func("/reports/letter", test_letter);
    return g_test_run();
}
