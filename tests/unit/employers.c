#include "employers.h"

#include "clock.h"
#include "country.h"
#include "fault.h"

#include <glib/gstdio.h>
#include <string.h>

#define DAY ((gint64)24 * 60 * 60)

static char *write_table(const char *text)
{
    char *path = NULL;
    g_autoptr(GError) error = NULL;
    int file = g_file_open_tmp("employers-XXXXXX.tsv", &path, &error);
    g_assert_no_error(error);
    g_close(file, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static struct employers *load(const char *text, GError **error)
{
    g_autofree char *path = write_table(text);
    struct employers *employers = employers_load(path, error);
    g_remove(path);
    return employers;
}

static struct employers *load_good(const char *text)
{
    g_autoptr(GError) error = NULL;
    struct employers *employers = load(text, &error);
    g_assert_no_error(error);
    return employers;
}

static const char table[] =
    "# kind\tpattern\temployer\tfrom\tto\tconfidence\tevidence\n"
    "domain\tcitrix.com\tCitrix\t\t\tC\tdomain\n"
    "domain\txensource.com\tCitrix\t\t\tC\tbought\n"
    "domain\txensource.com\tXenSource\t\t2007-10-21\tC\tbefore the purchase\n"
    "domain\txilinx.com\tXilinx\t\t2022-02-13\tC\t\n"
    "domain\txilinx.com\tAMD\t2022-02-14\t\tC\t\n"
    "domain\tbosch.com\tBosch\n"
    "domain\tde.bosch.com\tBosch Germany\t\t\tC\n"
    "\r\n"
    "address\tjulien.grall@ARM.com\tAmazon\t2019-11-01\t\tA\townership\r\n"
    "domain\tarm.com\tArm\t\t\tC\tdomain\n"
    "email\tnone@none\t(nobody)\t\t\tA\thg\n"
    "email\tolafiaepfle.de\tSUSE\t\t\tC\ttypo without an at sign\n";

static void check_find(const char *address, gint64 time, const char *employer)
{
    g_autoptr(Employers) employers = load_good(table);
    g_assert_cmpstr(employers_find(employers, address, time), ==, employer);
}

static void domains_match_whole_labels(void)
{
    check_find("a@citrix.com", 0, "Citrix");
    check_find("a@eu.citrix.com", 0, "Citrix");
    check_find("A@EU.Citrix.COM", 0, "Citrix");
    check_find("a@notcitrix.com", 0, EMPLOYER_UNKNOWN);
    check_find("a@com", 0, EMPLOYER_UNKNOWN);
    check_find("a@x.de.bosch.com", 0, "Bosch Germany");
    check_find("a@us.bosch.com", 0, "Bosch");
}

static void dated_beats_undated(void)
{
    gint64 purchase = clock_day(2007, 10, 22);
    check_find("a@xensource.com", purchase - 1, "XenSource");
    check_find("a@xensource.com", purchase, "Citrix");
    gint64 merger = clock_day(2022, 2, 14);
    check_find("a@xilinx.com", merger - 1, "Xilinx");
    check_find("a@xilinx.com", merger, "AMD");
}

static void address_beats_domain(void)
{
    check_find("Julien.Grall@arm.com", clock_day(2019, 11, 1), "Amazon");
    check_find("julien.grall@arm.com", clock_day(2019, 11, 1) - 1, "Arm");
}

/* The order of the rules: a dated row for a shorter domain beats an undated one for a longer. */
static void date_comes_before_length(void)
{
    g_autoptr(Employers) employers = load_good("domain\teu.a.org\tEurope\n"
                                               "domain\ta.org\tOld\t\t2010-12-31\n"
                                               "domain\ta.org\tNew\n"
                                               "address\tx@eu.a.org\tOwn\n");
    g_assert_cmpstr(employers_find(employers, "y@eu.a.org", 0), ==, "Old");
    g_assert_cmpstr(employers_find(employers, "y@eu.a.org", clock_day(2011, 1, 1)), ==, "Europe");
    g_assert_cmpstr(employers_find(employers, "x@eu.a.org", 0), ==, "Own");
}

static void broken_addresses_survive(void)
{
    static const char *const broken[] = {
        "", "@", "a@", "@@", "a", "roge.rpau@", "a@.", "a@..com", "\xff\xfe@\xff", "[", "[x]@y"};
    for (gsize i = 0; i < G_N_ELEMENTS(broken); i++)
        check_find(broken[i], 0, EMPLOYER_UNKNOWN);
    check_find("none@none", 0, "(nobody)");
    check_find("olafiaepfle.de", 0, "SUSE");
    check_find("kaf24@citrix.com[iap10]", 0, "Citrix");
    check_find(" a@citrix.com [kaf24]", 0, "Citrix");
    check_find("a@b@citrix.com", 0, "Citrix");
}

static void spans_cover_all_time(void)
{
    g_autoptr(Employers) employers = load_good(table);
    g_autoptr(GArray) spans = employers_spans(employers, "julien.grall@arm.com");
    g_assert_cmpuint(spans->len, ==, 2);
    const struct employer_span *span = &g_array_index(spans, struct employer_span, 0);
    g_assert_cmpint(span[0].from, ==, G_MININT64);
    g_assert_cmpint(span[0].to, ==, clock_day(2019, 11, 1));
    g_assert_cmpstr(span[0].employer, ==, "Arm");
    g_assert_cmpint(span[0].confidence, ==, 'C');
    g_assert_cmpint(span[1].from, ==, span[0].to);
    g_assert_cmpint(span[1].to, ==, G_MAXINT64);
    g_assert_cmpstr(span[1].employer, ==, "Amazon");
    g_assert_cmpint(span[1].confidence, ==, 'A');
}

/* Spans and single answers are two ways to the same table. */
static void spans_agree_with_find(void)
{
    static const char *const addresses[] = {"julien.grall@arm.com",
                                            "a@xilinx.com",
                                            "x@nowhere.org",
                                            "a@xensource.com",
                                            "",
                                            "none@none"};
    g_autoptr(Employers) employers = load_good(table);
    for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++) {
        g_autoptr(GArray) spans = employers_spans(employers, addresses[i]);
        guint at = 0;
        for (gint64 time = 0; time < clock_day(2025, 1, 1); time += 7 * DAY) {
            while (time >= g_array_index(spans, struct employer_span, at).to)
                at++;
            g_assert_cmpstr(g_array_index(spans, struct employer_span, at).employer, ==,
                            employers_find(employers, addresses[i], time));
        }
    }
}

static void knows_whatever_the_date(void)
{
    g_autoptr(Employers) employers = load_good(table);
    g_assert_cmpuint(employers_count(employers), ==, 11);
    g_assert_true(employers_knows(employers, "a@eu.xilinx.com"));
    g_assert_true(employers_knows(employers, "None@none"));
    g_assert_false(employers_knows(employers, "a@example.org"));
}

static void no_file_is_an_empty_table(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Employers) employers = employers_load("/nowhere/employers.tsv", &error);
    g_assert_no_error(error);
    g_assert_cmpuint(employers_count(employers), ==, 0);
    g_assert_cmpstr(employers_find(employers, "a@b.org", 0), ==, EMPLOYER_UNKNOWN);
}

static void bad_rows_name_their_line(void)
{
    static const struct {
        const char *text;
        const char *says;
    } bad[] = {
        {"domain\ta.org\n", ":1: found 2 columns"},
        {"domain a.org Acme\n", ":1: found 1 column:"},
        {"#\n\nhost\ta.org\tAcme\n", ":3: the kind is \"host\""},
        {"domain\t\tAcme\n", ":1: the pattern is missing"},
        {"domain\ta.org\t\n", ":1: the employer is missing"},
        {"domain\tx@a.org\tAcme\n", "is not a domain"},
        {"domain\t*.a.org\tAcme\n", "is not a domain"},
        {"domain\t.a.org\tAcme\n", "is not a domain"},
        {"domain\ta.org\tAcme\t2018\n", "\"2018\" is not a day"},
        {"domain\ta.org\tAcme\t2018-02-30\n", "is not a day"},
        {"domain\ta.org\tAcme\t2018-02-03\t2018-02-02\n", "before it begins"},
        {"domain\ta.org\tAcme\t\t\tE\n", "the confidence is \"E\""},
        {"domain\ta.org\tAcme\t\t\tC\tevidence\tmore\n", "\"more\" is not a day"},
        {"domain\ta.org\tAcme\t\t\tC\tevidence\t2018-01-01\tuk\n", "the country is \"uk\""},
        {"domain\ta.org\tAcme\t\t\t\t\t\tUK\n", ":1: the country is \"UK\""},
        {"domain\ta.org\tAcme\t\t\tC\tevidence\t2018-01-01\tGB\tmore\n", "found 10 columns"},
        {"domain\ta.org\tA\t\t\tC\t\t2018-01-01\ndomain\ta.org\tB\t\t\tC\t\t2018-01-01\n",
         ":2: line 1 names"},
        {"#\naddress\tx@a.org\t?\n", ":2: the employer of x@a.org is still \"?\""},
        {"domain\ta.org\tA\ndomain\tA.org\tB\n", ":2: line 1 names an employer"},
        {"domain\ta.org\tA\t\t2018-01-01\ndomain\ta.org\tB\t2018-01-01\n", ":2: line 1 names"},
        {"address\tx@a.org\tA\t2018-01-01\ndomain\ta.org\tC\naddress\tX@a.org\tB\t2019-01-01\n",
         ":3: line 1 names"},
        {"domain\ta.org\tAcm\xe9\n", ":1: the line is not UTF-8"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(load(bad[i].text, &error));
        g_assert_error(error, FAULT_DOMAIN, FAULT_CONFIG);
        if (strstr(error->message, bad[i].says) == NULL)
            g_error("\"%s\" does not say \"%s\"", error->message, bad[i].says);
    }
}

static void countries_are_the_rows_then_the_employers(void)
{
    static const char rows[] = "domain\ta.org\tA\t\t\t\t\t\tGB\n"
                               "domain\ta.jp\tA\t\t\t\t\t\tJP\n"
                               "address\tx@a.org\tA\t2018-01-01\t2018-12-31\t\t\t\tDE\n"
                               "address\ty@home.net\tA\n"
                               "domain\tb.org\tB\n";
    g_autoptr(Employers) employers = load_good(rows);
    g_autoptr(Employers) none = load_good("domain\ta.org\tA\n");
    gint64 day = clock_day(2018, 6, 1), later = clock_day(2019, 1, 1);
    g_assert_cmpstr(employers_country(employers, "z@a.org", day), ==, "GB");
    g_assert_cmpstr(employers_country(employers, "z@a.jp", day), ==, "JP");
    g_assert_cmpstr(employers_country(employers, "x@a.org", day), ==, "DE");
    g_assert_cmpstr(employers_country(employers, "x@a.org", later), ==, "GB");
    g_assert_cmpstr(employers_country(employers, "y@home.net", day), ==, "GB");
    g_assert_null(employers_country(employers, "z@b.org", day));
    g_assert_null(employers_country(employers, "z@c.org", day));
    g_assert_true(employers_have_countries(employers));
    g_assert_false(employers_have_countries(none));
}

static void regions(void)
{
    g_assert_cmpstr(country_region("GB"), ==, "Europe");
    g_assert_cmpstr(country_region("CN"), ==, "Asia");
    g_assert_cmpstr(country_region("US"), ==, "Americas");
    g_assert_cmpstr(country_region("ZW"), ==, "Africa");
    g_assert_cmpstr(country_region("NZ"), ==, "Oceania");
    g_assert_null(country_region("UK"));
    g_assert_null(country_region("gb"));
    g_assert_null(country_region("GBR"));
    g_assert_null(country_region(""));
}

static void neighbours_do_not_overlap(void)
{
    g_autoptr(Employers) employers =
        load_good("\xef\xbb\xbf"
                  "domain\ta.org\tA\t\t2018-01-01\ndomain\ta.org\tB\t2018-01-02\n");
    g_assert_cmpstr(employers_find(employers, "x@a.org", clock_day(2018, 1, 2) - 1), ==, "A");
    g_assert_cmpstr(employers_find(employers, "x@a.org", clock_day(2018, 1, 2)), ==, "B");
}

static const char corrected[] = "domain\ta.org\tA\n"
                                "domain\ta.org\tB\t\t\tB\twrong\t2019-03-01\n"
                                "domain\ta.org\tC\t\t\tA\tright\t2020-03-01\n"
                                "address\tx@a.org\tX\t2018-01-01\t2018-12-31\tB\n"
                                "address\tx@a.org\tY\t2018-07-01\t2018-07-31\tA\t\t2020-05-01\n";

static struct employers *load_corrected(gint64 as_of)
{
    g_autofree char *path = write_table(corrected);
    g_autoptr(GError) error = NULL;
    struct employers *employers = employers_load_as_of(path, as_of, &error);
    g_assert_no_error(error);
    g_remove(path);
    return employers;
}

/* The row learned last counts, and on a day before it was learned the one before it. */
static void learned_rows_correct(void)
{
    static const struct {
        int year;
        const char *domain, *july;
    } known[] = {{2018, "A", "X"}, {2019, "A", "X"}, {2020, "B", "X"}, {2021, "C", "Y"}};
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        g_autoptr(Employers) employers = load_corrected(clock_day(known[i].year, 1, 1));
        g_assert_cmpstr(employers_find(employers, "z@a.org", 0), ==, known[i].domain);
        g_assert_cmpstr(employers_find(employers, "x@a.org", clock_day(2018, 7, 10)), ==,
                        known[i].july);
        g_assert_cmpstr(employers_find(employers, "x@a.org", clock_day(2018, 8, 1)), ==, "X");
    }
    g_autoptr(Employers) then = load_corrected(clock_day(2019, 3, 1));
    g_assert_cmpstr(employers_find(then, "z@a.org", 0), ==, "B");
    g_assert_cmpuint(employers_count(then), ==, 3);
}

static void corrected_spans_agree(void)
{
    g_autoptr(Employers) employers = load_corrected(EMPLOYERS_TODAY);
    g_autoptr(GArray) spans = employers_spans(employers, "x@a.org");
    g_assert_cmpuint(spans->len, ==, 5);
    for (guint i = 0; i < spans->len; i++) {
        const struct employer_span *span = &g_array_index(spans, struct employer_span, i);
        gint64 time = span->from == G_MININT64 ? 0 : span->from;
        g_assert_cmpstr(span->employer, ==, employers_find(employers, "x@a.org", time));
    }
}

static void the_deciding_row_is_told(void)
{
    struct employer_answer answer;
    g_autoptr(Employers) employers = load_good(table);
    gint64 time = clock_day(2020, 1, 1);
    g_assert_true(employers_ask(employers, "Julien.Grall@arm.com", time, &answer));
    g_assert_cmpstr(answer.employer, ==, "Amazon");
    g_assert_cmpstr(answer.domain, ==, "Arm");
    g_assert_true(answer.address);
    g_assert_cmpuint(answer.line, ==, 10);
    g_assert_cmpint(answer.confidence, ==, 'A');
    g_assert_cmpint(answer.from, ==, clock_day(2019, 11, 1));
    g_assert_cmpint(answer.to, ==, G_MAXINT64);
    g_assert_true(employers_ask(employers, "a@eu.citrix.com", time, &answer));
    g_assert_false(answer.address);
    g_assert_cmpstr(answer.domain, ==, "Citrix");
    g_assert_false(employers_ask(employers, "a@example.org", time, &answer));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/employers/labels", domains_match_whole_labels);
    g_test_add_func("/employers/dated", dated_beats_undated);
    g_test_add_func("/employers/address", address_beats_domain);
    g_test_add_func("/employers/order", date_comes_before_length);
    g_test_add_func("/employers/broken", broken_addresses_survive);
    g_test_add_func("/employers/spans", spans_cover_all_time);
    g_test_add_func("/employers/spans-find", spans_agree_with_find);
    g_test_add_func("/employers/knows", knows_whatever_the_date);
    g_test_add_func("/employers/no-file", no_file_is_an_empty_table);
    g_test_add_func("/employers/bad", bad_rows_name_their_line);
    g_test_add_func("/employers/neighbours", neighbours_do_not_overlap);
    g_test_add_func("/employers/countries", countries_are_the_rows_then_the_employers);
    g_test_add_func("/employers/regions", regions);
    g_test_add_func("/employers/learned", learned_rows_correct);
    g_test_add_func("/employers/learned-spans", corrected_spans_agree);
    g_test_add_func("/employers/ask", the_deciding_row_is_told);
    return g_test_run();
}
