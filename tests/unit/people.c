#include "people.h"

#include "address.h"
#include "fault.h"
#include "names.h"
#include "sketch.h"
#include "suggest.h"

#include <string.h>

#define YEAR ((gint64)365 * 24 * 60 * 60)

/* An identity with so many commits, a minute apart. */
static gint64 author(struct sketch *sketch, const char *name, const char *address, guint commits,
                     gint64 time)
{
    gint64 id = sketch_identity(sketch, name, address);
    for (guint i = 0; i < commits; i++) {
        g_autofree char *commit = g_strdup_printf("%s %s %u", name, address, i);
        sketch_commit_by(sketch, commit, "", id, time + 60 * i);
    }
    return id;
}

static struct people *load(struct sketch *sketch, const char *mailmap, enum people_map map)
{
    g_autoptr(GError) error = NULL;
    sketch_finish(sketch, "main", mailmap);
    struct people *people = people_load(sketch->store, NULL, map, &error);
    g_assert_no_error(error);
    return people;
}

static bool one(const struct people *people, gint64 a, gint64 b)
{
    return people_person(people, a) == people_person(people, b);
}

static void check_person(const struct people *people, gint64 identity, const char *name,
                         const char *address)
{
    guint person = people_person(people, identity);
    g_assert_cmpstr(people_name(people, person), ==, name);
    g_assert_cmpstr(people_address(people, person), ==, address);
}

static void equal_addresses_are_one_person(void)
{
    g_autoptr(Sketch) sketch = sketch_new("x");
    gint64 a = author(sketch, "andrew", "Andrew@Citrix.com", 1, 0);
    gint64 b = author(sketch, "Andrew Cooper", "andrew@citrix.com", 3, 0);
    gint64 c = author(sketch, "Andrew Cooper", "andrew@home.org", 1, 0);
    gint64 d = author(sketch, "Keir", "kaf24@cl.cam.ac.uk", 1, 0);
    gint64 e = author(sketch, "kaf24@cl.cam.ac.uk[iap10]", "kaf24@cl.cam.ac.uk[iap10]", 2, 0);
    g_autoptr(People) people = load(sketch, NULL, PEOPLE_MAILMAP);
    g_assert_true(one(people, a, b));
    g_assert_false(one(people, b, c));
    g_assert_true(one(people, d, e));
    check_person(people, a, "Andrew Cooper", "andrew@citrix.com");
    g_assert_cmpuint(people_person(people, 999), ==, PEOPLE_NOBODY);
}

static void placeholders_join_nobody(void)
{
    static const char *const nobody[] = {"none@none",
                                         "root@localhost",
                                         "a@localhost.localdomain",
                                         "",
                                         "olaf.de",
                                         "a@viper.(none)",
                                         "@",
                                         "x@",
                                         "you@example.com",
                                         "noreply@github.com"};
    for (gsize i = 0; i < G_N_ELEMENTS(nobody); i++) {
        g_autoptr(Sketch) sketch = sketch_new("x");
        gint64 a = author(sketch, "Ann", nobody[i], 1, 0);
        gint64 b = author(sketch, "Bob", nobody[i], 1, 0);
        g_autoptr(People) people = load(sketch, NULL, PEOPLE_MAILMAP);
        g_assert_false(one(people, a, b));
        g_autofree char *folded = address_fold(nobody[i]);
        g_assert_true(address_is_placeholder(folded));
    }
    g_assert_false(address_is_placeholder("roge.rpau@citrix.com"));
    g_assert_false(address_is_placeholder("andres@lagarcavilla"));
}

static void the_mailmap_joins(void)
{
    g_autoptr(Sketch) sketch = sketch_new("x");
    gint64 a = author(sketch, "roger", "roger@old.org", 9, 0);
    gint64 b = author(sketch, "Roger Pau", "roger@new.org", 1, 0);
    gint64 c = author(sketch, "Jan", "none@none", 1, 0);
    gint64 d = author(sketch, "Jan Beulich", "jan@new.org", 1, 0);
    gint64 e = author(sketch, "Eve", "none@none", 1, 0);
    g_autoptr(People) people = load(sketch,
                                    "Roger Pau Monn\303\251 <Roger@New.org> <roger@OLD.org>\n"
                                    "Jan Beulich <jan@new.org> Jan <none@none>\n"
                                    "this line is passed over\n",
                                    PEOPLE_MAILMAP);
    g_assert_true(one(people, a, b));
    check_person(people, a, "Roger Pau Monn\303\251", "Roger@New.org");
    g_assert_true(one(people, c, d));
    g_assert_false(one(people, c, e));
}

/* b was sent to a before; now c is sent to b. */
static void mailmaps_join_through_one_another(void)
{
    g_autoptr(Sketch) sketch = sketch_new("x");
    gint64 a = author(sketch, "A", "a@x.org", 1, 0);
    gint64 b = author(sketch, "B", "b@x.org", 1, 0);
    gint64 c = author(sketch, "C", "c@x.org", 1, 0);
    g_autoptr(People) people =
        load(sketch, "A <a@x.org> <b@x.org>\nB <b@x.org> <c@x.org>\n", PEOPLE_MAILMAP);
    g_assert_true(one(people, a, b));
    g_assert_true(one(people, b, c));
}

/* Lines with names: those that no line names go along, unless the address is parted. */
static void an_address_stays_parted(void)
{
    g_autoptr(Sketch) sketch = sketch_new("x");
    gint64 a = author(sketch, "Ann", "team@x.org", 1, 0);
    gint64 b = author(sketch, "Bob", "team@x.org", 1, 0);
    gint64 c = author(sketch, "Cy", "team@x.org", 1, 0);
    gint64 d = author(sketch, "kaf", "kaf@x.org", 1, 0);
    gint64 e = author(sketch, "Keir", "kaf@x.org", 1, 0);
    gint64 f = author(sketch, "Keir", "keir@x.org", 1, 0);
    g_autoptr(People) people = load(sketch,
                                    "Ann <ann@x.org> Ann <team@x.org>\n"
                                    "Bob <bob@x.org> Bob <team@x.org>\n"
                                    "Keir <keir@x.org> kaf <kaf@x.org>\n",
                                    PEOPLE_MAILMAP);
    g_assert_false(one(people, a, b));
    g_assert_false(one(people, a, c));
    g_assert_true(one(people, d, f));
    g_assert_true(one(people, e, f));
}

static void the_homes_mailmap_wins(void)
{
    g_autoptr(Sketch) sketch = sketch_new("x");
    g_autofree char *path = g_strconcat(sketch->path, ".mailmap", NULL);
    g_autoptr(GError) error = NULL;
    gint64 a = author(sketch, "A", "a@x.org", 1, 0);
    sketch_finish(sketch, "main", "Theirs <theirs@x.org> <a@x.org>\n");
    g_assert_true(g_file_set_contents(path, "Ours <ours@x.org> <a@x.org>\n", -1, NULL));
    g_autoptr(People) people = people_load(sketch->store, path, PEOPLE_MAILMAP, &error);
    g_assert_no_error(error);
    check_person(people, a, "Ours", "ours@x.org");
    g_assert_true(g_file_set_contents(path, "\nno address here\n", -1, NULL));
    g_assert_null(people_load(sketch->store, path, PEOPLE_MAILMAP, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_CONFIG);
    g_assert_nonnull(strstr(error->message, ".mailmap:2: "));
    g_remove(path);
}

static void raw_people_are_names(void)
{
    g_autoptr(Sketch) sketch = sketch_new("x");
    gint64 a = author(sketch, "Wei Wang", "wei@amd.com", 1, 0);
    gint64 b = author(sketch, "Wei Wang", "wei@intel.com", 2, 0);
    gint64 c = author(sketch, "wei wang", "wei@intel.com", 1, 0);
    gint64 d = author(sketch, "", "d@x.org", 1, 0);
    gint64 e = author(sketch, "", "e@x.org", 1, 0);
    g_autoptr(People) people = load(sketch, "W <w@x.org> <wei@amd.com>\n", PEOPLE_RAW);
    g_assert_true(one(people, a, b));
    g_assert_false(one(people, b, c));
    g_assert_false(one(people, d, e));
    check_person(people, a, "Wei Wang", "wei@intel.com");
    check_person(people, d, "d@x.org", "d@x.org");
}

static void names_are_always_shown(void)
{
    g_autoptr(Sketch) sketch = sketch_new("x");
    gint64 a = author(sketch, "", "", 1, 0);
    gint64 b = author(sketch, "Bj\366rn", "b@x.org", 1, 0);
    g_autoptr(People) people = load(sketch, NULL, PEOPLE_MAILMAP);
    check_person(people, a, "(nobody)", "");
    check_person(people, b, "Bj\357\277\275rn", "b@x.org");
}

static void names_are_folded(void)
{
    static const char *const names[][2] = {
        {"Roger Pau Monn\303\251", "monne pau roger"},
        {"Liu, Jinsong", "jinsong liu"},
        {"Egger Christoph", "christoph egger"},
        {"YOUNG, MICHAEL A.", "michael young"},
        {"Edwin T\303\266r\303\266k", "edwin torok"},
        {"S\303\270ren \305\201ukasz", "lukasz soeren"},
        {"Andres Lagar-Cavilla", "andres cavilla lagar"},
        {"cegger", NULL},
        {"kaf24@firebug.cl.cam.ac.uk", NULL},
        {"J. R.", NULL},
        {"", NULL},
        {"\xff\xfe", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *folded = name_fold(names[i][0]);
        g_assert_cmpstr(folded, ==, names[i][1]);
    }
    g_assert_false(name_lacks_mailbox("wang wei", "wei.wang2"));
    g_assert_true(name_lacks_mailbox("bob liu", "lliubbo"));
}

static void sign_off(struct sketch *sketch, const char *commit, gint64 identity)
{
    struct store_statement *add = store_statement(sketch->store, "mine_add_trailer");
    store_bind_int(add, 1, sketch_id(sketch, commit));
    store_bind_int(add, 2, 0);
    store_bind_text(add, 3, "Signed-off-by", -1);
    store_bind_int(add, 5, 0);
    store_bind_int(add, 6, identity);
    store_bind_text(add, 7, "", -1);
    sketch_run(add);
}

static struct employers *some_employers(const struct sketch *sketch)
{
    g_autofree char *path = g_strconcat(sketch->path, ".tsv", NULL);
    g_autoptr(GError) error = NULL;
    g_assert_true(g_file_set_contents(path,
                                      "domain\tamd.com\tAMD\ndomain\tintel.com\tIntel\n"
                                      "domain\tgmail.com\t(unaffiliated)\n",
                                      -1, NULL));
    struct employers *employers = employers_load(path, &error);
    g_assert_no_error(error);
    g_remove(path);
    return employers;
}

/* "signed: EVIDENCE | LINES" of each pair. */
static char *suggestions(struct sketch *sketch)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(People) people = load(sketch, NULL, PEOPLE_MAILMAP);
    g_autoptr(Employers) employers = some_employers(sketch);
    g_autoptr(GPtrArray) pairs = people_suggest(people, sketch->store, employers, &error);
    g_assert_no_error(error);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < pairs->len; i++) {
        const struct people_pair *pair = g_ptr_array_index(pairs, i);
        g_string_append_printf(text, "%s: %s | %s\n", suggest_class_name(pair->strength),
                               pair->evidence, pair->mailmap_line);
    }
    return g_string_free(text, FALSE);
}

static void own_signatures_come_first(void)
{
    g_autoptr(Sketch) sketch = sketch_new("x");
    author(sketch, "Bob Liu", "lliubbo@gmail.com", 2, 0);
    gint64 work = author(sketch, "Bob Liu", "bob.liu@amd.com", 0, 0);
    author(sketch, "Roger Pau Monne", "roger.pau@gmail.com", 1, 0);
    author(sketch, "Roger Pau Monn\303\251", "roger.pau@amd.com", 5, 0);
    sign_off(sketch, "Bob Liu lliubbo@gmail.com 0", work);
    sign_off(sketch, "Bob Liu lliubbo@gmail.com 1", work);
    g_autofree char *text = suggestions(sketch);
    g_assert_cmpstr(text, ==,
                    "signed: the same name; lliubbo@gmail.com signs off as bob.liu@amd.com on 2 of "
                    "2 own commits | Bob Liu <lliubbo@gmail.com> <bob.liu@amd.com>\n"
                    "name: the same name but for accents, case, order or initials; the same "
                    "mailbox name \"roger.pau\" | "
                    "Roger Pau Monn\303\251 <roger.pau@amd.com> <roger.pau@gmail.com>\n");
}

static void three_may_have_one_name(void)
{
    g_autoptr(Sketch) sketch = sketch_new("x");
    author(sketch, "Wei Wang", "wei.wang2@amd.com", 2, 0);
    author(sketch, "Wei Wang", "wei.w.wang@intel.com", 1, 3 * YEAR);
    g_autofree char *text = suggestions(sketch);
    g_assert_cmpstr(text, ==,
                    "doubt: the same name; employers differ: AMD and Intel; 3.0 years lie between "
                    "their commits | Wei Wang <wei.wang2@amd.com> <wei.w.wang@intel.com>\n");
}

static void placeholders_are_mapped_by_name(void)
{
    g_autoptr(Sketch) sketch = sketch_new("x");
    author(sketch, "Jan Beulich", "none@none", 4, 0);
    author(sketch, "Jan Beulich", "jbeulich@amd.com", 1, 0);
    g_autofree char *text = suggestions(sketch);
    g_assert_cmpstr(text, ==,
                    "name: the same name | "
                    "Jan Beulich <jbeulich@amd.com> Jan Beulich <none@none>\n");
}

static void a_mailbox_needs_a_similar_name(void)
{
    g_autoptr(Sketch) sketch = sketch_new("x");
    author(sketch, "Gerd Knorr", "kraxel@bytesex.org", 2, 0);
    author(sketch, "Gerd Hoffmann", "kraxel@redhat.com", 1, 0);
    author(sketch, "Ann One", "ann1@x.org", 1, 0);
    author(sketch, "Zoe Two", "ann1@y.org", 1, 0);
    g_autofree char *text = suggestions(sketch);
    g_assert_cmpstr(text, ==,
                    "mailbox: the same mailbox name \"kraxel\" | "
                    "Gerd Knorr <kraxel@bytesex.org> <kraxel@redhat.com>\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/people/addresses", equal_addresses_are_one_person);
    g_test_add_func("/people/placeholders", placeholders_join_nobody);
    g_test_add_func("/people/mailmap", the_mailmap_joins);
    g_test_add_func("/people/chain", mailmaps_join_through_one_another);
    g_test_add_func("/people/parted", an_address_stays_parted);
    g_test_add_func("/people/home", the_homes_mailmap_wins);
    g_test_add_func("/people/raw", raw_people_are_names);
    g_test_add_func("/people/shown", names_are_always_shown);
    g_test_add_func("/names/fold", names_are_folded);
    g_test_add_func("/suggest/signed", own_signatures_come_first);
    g_test_add_func("/suggest/doubt", three_may_have_one_name);
    g_test_add_func("/suggest/placeholder", placeholders_are_mapped_by_name);
    g_test_add_func("/suggest/mailbox", a_mailbox_needs_a_similar_name);
    return g_test_run();
}
