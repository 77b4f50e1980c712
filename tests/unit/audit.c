#include "audit.h"

#include "audit_read.h"

#include <string.h>

/* The findings of a text, a line each: "row,column rule severity". */
static char *audited(const char *text, struct audit_counts *ret_counts)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) tables = audit_read(text, AUDIT_DETECT, &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) findings = audit_check(tables, ret_counts);
    GString *shown = g_string_new(NULL);
    for (guint i = 0; i < findings->len; i++) {
        const struct audit_finding *finding = findings->pdata[i];
        g_string_append_printf(shown, "%u,%u %s %s\n", finding->row, finding->column,
                               audit_rule_name(finding->rule),
                               audit_severity_name(finding->severity));
    }
    return g_string_free(shown, FALSE);
}

static void expect(const char *text, const char *findings)
{
    struct audit_counts counts;
    g_autofree char *shown = audited(text, &counts);
    g_assert_cmpstr(shown, ==, findings);
}

/* The sentence of the first finding. */
static void expect_sentence(const char *text, const char *sentence)
{
    struct audit_counts counts;
    g_autoptr(GPtrArray) tables = audit_read(text, AUDIT_DETECT, NULL);
    g_autoptr(GPtrArray) findings = audit_check(tables, &counts);
    g_assert_cmpuint(findings->len, >, 0);
    g_assert_cmpstr(((struct audit_finding *)findings->pdata[0])->sentence, ==, sentence);
}

#define MINUS "\xe2\x88\x92"

/* Printed for Xen 4.9 and 4.11. */
static void the_new_value_as_base(void)
{
    expect_sentence("what,4.8,4.9,change\nChangesets,1245,1549,+19.6 %\n",
                    "19.6 % = (1549 " MINUS " 1245) / 1549: the new value is the base; of the old "
                    "one it is 24.4 %");
    expect("what,4.8,4.9,change\nIndividuals,68,86,+20.9 %\n", "2,4 new-base error\n");
    expect("what,4.8,4.9\nIndividuals,68,86 (+20.9 %)\n", "2,3 new-base error\n");
    expect("release,people\n4.8,68\n4.9,86 (+20.9 %)\n", "3,2 new-base error\n");
    expect("1245,1549,+19.6%\n", "1,3 new-base error\n");
    expect("what,Changesets\n4.8,1245\n4.9,1549\nchange,+19.6 %\n", "4,2 new-base error\n");
    expect("release,commits,growth\n4.11,1206,-3.5%\n4.10,1250,-23.9%\n4.9,1549,24.4%\n4.8,1245,\n",
           "3,3 new-base error\n");
    expect("release,commits,growth\n4.9,1549,+19.6 %\n4.8,1245,\n", "2,3 new-base error\n");
}

static void unlike_cells(void)
{
    expect_sentence("what,4.8,4.9,change\nLines added,78899,82336,+4.4 %\n"
                    "Lines removed,62325,47014," MINUS "67.8 %\n",
                    MINUS "67.8 % = (47014 " MINUS " 78899) / 47014: it compares unlike cells, "
                          "Lines removed (4.9) with Lines added (4.8), and the new value is the "
                          "base; like with like it is (47014 " MINUS " 62325) / 62325 = " MINUS
                          "24.6 %");
    expect("what,4.8,4.9\nadded,78899,82336\nremoved,,47014 (-67.8 %)\n",
           "3,3 unlike-cells error\n");
}

static void totals_that_are_not_their_parts(void)
{
    expect_sentence("part,changesets\ncore,987\nother,287\ntotal,1206\n",
                    "987 + 287 = 1274, but the total printed is 1206, 68 less than its parts");
    expect("release,4.11 total,4.11 core,4.11 other,drivers\ncommits,1206,987,287,1493\n",
           "2,2 total error\n");
    expect("release,total,core,other\n4.11,1206,987,287\n", "2,2 total error\n");
    expect("part,a,b\nx,1,5\ny,2,6\ntotal,4,11\n", "4,2 total error\n");
    /* More than its parts, and nothing says that these are all. */
    expect("who,commits\nAda,500\nBen,400\nall,1000\n", "4,2 total doubt\n");
    expect("who,commits\nAda,500\nothers,400\nall,1000\n", "4,2 total error\n");
}

static void totals_that_are_right(void)
{
    expect("who,commits,people\nx,5,2\ny,6,3\ntotal,11,4\n", "");
    expect("a,n\nx,1\ny,2\nsubtotal,3\nz,4\nu,5\nsubtotal,9\ngrand total,12\n", "");
    expect("a,n\ntotal,10\nx,4\ny,6\n", "");
    expect("what,n\ncommits,100\nadded,5000\nremoved,4000\ntotal lines changed,9000\n", "");
    expect("a,n\nx,1.04\ny,1.04\ntotal,2.1\n", "");
    expect("a,n\nprofit,120\nloss,(20)\ntotal,100\n", "");
    expect("who,commits,average\nx,5,2\ny,6,3\ntotal,11,2.5\n", "");
}

static void shares_of_a_whole(void)
{
    expect("who,n,share\na,50,50 %\nb,30,30 %\nc,20,20 %\ntotal,100,100 %\n", "");
    expect("who,n,share\na,50,50 %\nb,30,30 %\nc,10,10 %\nd,10,15 %\n", "5,3 percentage error\n");
    /* The ten of which these are the first is not in the table. */
    expect("who,n,share\na,208,1.7%\nb,132,1.1%\nc,127,1.0%\nd,121,1.0%\n", "");
    expect("who,n,share\na,208,1.7%\nb,132,1.1%\nc,127,1.0%\nd,121,9.0%\n",
           "5,3 other-whole doubt\n");
}

static void shares_alone(void)
{
    expect("who,share\na,40 %\nb,30 %\nc,30 %\n", "");
    expect("who,share\na,33.3 %\nb,33.3 %\nc,33.3 %\n", "");
    expect("who,share\na,40 %\nb,30 %\nc,20 %\nother,15 %\n", "0,2 shares error\n");
    expect("who,share\na,40 %\nb,30 %\nother,15 %\n", "0,2 shares error\n");
    expect("who,share\na,40 %\nb,30 %\nc,25 %\n", "0,2 shares doubt\n");
    expect("who,share\na,12 %\nb,10 %\nc,5 %\n", "");
}

static void slips(void)
{
    expect("what,old,new,change\nx,100,80,+20 %\ny,100,150,+50 %\n", "2,4 sign error\n");
    expect("what,old,new,change\nx,1245,1549,+24.5 %\n", "2,4 rounding doubt\n");
    expect("what,old,new,change\na,10,11,10 %\nb,10,12,20 %\nc,10,13,30 %\nd,10,14,70 %\n",
           "5,4 percentage error\n");
    expect("what,old,new,diff\na,10,11,+1\nb,10,12,+2\nc,10,13,+4\n", "4,4 difference error\n");
    expect("part,added,removed,net\nx,9,4,+5\ny,8,5,+3\nz,7,6,+2\n", "4,4 difference error\n");
    expect("part,added,removed,net\nx,+9,-4,+5\ny,+8,-5,+3\nz,+7,-6,+1\n", "");
}

static void both_ways_of_rounding_are_right(void)
{
    expect("what,old,new,change\nx,200,225,+12.5 %\ny,1000,1125,+12 %\nz,1000,1125,+13 %\n", "");
}

static void questions(void)
{
    expect("what,4.8,4.9,change\nx,1245,1549,+24.4 %\ny,25,29,+71.3 %\n",
           "3,4 unexplained doubt\n");
    expect("who,commits,coverage\na,1245,81.7 %\nb,549,77.1 %\nc,77,93.9 %\n",
           "0,3 unexplained note\n");
}

static void ranks(void)
{
    expect("rank,who,n\n1,a,90\n2,b,80\n3,c,70\n4,d,60\n5,e,50\n", "");
    expect("rank,who,n\n1,a,90\n2,b,80\n3,c,85\n4,d,60\n5,e,50\n", "4,3 rank error\n");
    expect("rank,who,n\n1,a,90\n1,b,95\n3,c,80\n4,d,60\n", "");
    expect("#,who,n\n1,a,90\n2,b,80\n3,c,70\n4,others,500\n", "");
    expect("rank,who,n\n1,a,3\n2,b,80\n3,c,5\n4,d,60\n5,e,50\n", "");
}

static void ragged_rows(void)
{
    expect("a,b,c\nx,1,2\ny,3\n", "3,0 ragged doubt\n");
}

static void what_is_counted(void)
{
    struct audit_counts counts;
    g_autofree char *shown =
        audited("|a|n|share|\n|-|-|-|\n|x|1|25 %|\n|y|3|75 %|\n|total|4|100 %|\n", &counts);
    g_assert_cmpstr(shown, ==, "");
    g_assert_cmpuint(counts.tables, ==, 1);
    g_assert_cmpuint(counts.percentages, ==, 3);
    g_assert_cmpuint(counts.explained, ==, 3);
    g_assert_cmpuint(counts.totals, ==, 1);
}

static void odd_tables_are_no_trouble(void)
{
    expect("a,b\n", "");
    expect("0,0,0 %\n", "");
    expect("a,b,c\nx,0,0,\n", "2,0 ragged doubt\n");
    expect("what,old,new,change\nx,0,5,+100 %\n", "2,4 new-base error\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/audit/the_new_value_as_base", the_new_value_as_base);
    g_test_add_func("/audit/unlike_cells", unlike_cells);
    g_test_add_func("/audit/totals_that_are_not_their_parts", totals_that_are_not_their_parts);
    g_test_add_func("/audit/totals_that_are_right", totals_that_are_right);
    g_test_add_func("/audit/shares_of_a_whole", shares_of_a_whole);
    g_test_add_func("/audit/shares_alone", shares_alone);
    g_test_add_func("/audit/slips", slips);
    g_test_add_func("/audit/both_ways_of_rounding_are_right", both_ways_of_rounding_are_right);
    g_test_add_func("/audit/questions", questions);
    g_test_add_func("/audit/ranks", ranks);
    g_test_add_func("/audit/ragged_rows", ragged_rows);
    g_test_add_func("/audit/what_is_counted", what_is_counted);
    g_test_add_func("/audit/odd_tables_are_no_trouble", odd_tables_are_no_trouble);
    return g_test_run();
}
