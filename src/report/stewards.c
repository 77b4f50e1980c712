#include "stewards.h"

#include "address.h"
#include "as_of.h"
#include "commit.h"
#include "deeds.h"
#include "employers.h"
#include "fault.h"
#include "maintainers.h"

#include <string.h>

/* When each person last did what. */
struct last {
    gint64 kind[DEED_ACK + 1];
};

struct reading_room {
    struct book *book;
    const struct employers *employers;
    const struct maintainers *file;
    struct reviewers *reviewers;
    GArray *lasts;      /* struct last, by person */
    GHashTable *places; /* who -> place in stewards->people, + 1 */
    struct stewards *stewards;
};

static void clear_section(gpointer pointer)
{
    struct steward_section *section = pointer;
    g_free(section->name);
    g_free(section->status);
    g_free(section->people);
    g_free(section->employers);
    g_free(section->last_by);
}

static void clear_steward(gpointer pointer)
{
    struct steward *steward = pointer;
    g_free(steward->name);
    g_free(steward->address);
    g_free(steward->employer);
}

void stewards_free(struct stewards *stewards)
{
    if (stewards == NULL)
        return;
    g_free(stewards->place);
    g_array_unref(stewards->sections);
    g_array_unref(stewards->people);
    g_free(stewards);
}

static bool note_lasts(struct reading_room *room, GError **error)
{
    const struct people *people = book_people(room->book, PEOPLE_MAILMAP, error);
    g_autoptr(GArray) deeds =
        people == NULL ? NULL : deeds_read(room->book, room->reviewers, READING_ALL, error);
    if (deeds == NULL)
        return false;
    g_array_set_size(room->lasts, people_count(people));
    for (guint i = 0; i < deeds->len; i++) {
        const struct deed *deed = &g_array_index(deeds, struct deed, i);
        if (deed->time <= room->stewards->as_of)
            g_array_index(room->lasts, struct last, deed->person).kind[deed->kind] = deed->time;
    }
    return true;
}

static gint64 newest(const struct steward *steward)
{
    return MAX(steward->last_commit, MAX(steward->last_review, steward->last_ack));
}

static bool is_silent(const struct reading_room *room, gint64 last)
{
    gint64 as_of = room->stewards->as_of;
    return last == 0 || last < as_of_months_before(as_of, STEWARDS_SILENT_MONTHS);
}

static struct steward make_steward(struct reading_room *room, const struct maintainer *maintainer,
                                   guint person)
{
    const char *shown = *maintainer->name != '\0' ? maintainer->name : maintainer->address;
    struct steward steward = {
        .name = g_utf8_make_valid(shown, -1),
        .address = g_utf8_make_valid(maintainer->address, -1),
        .employer =
            g_strdup(employers_find(room->employers, maintainer->address, room->stewards->as_of)),
        .known = person != PEOPLE_NOBODY,
    };
    if (steward.known) {
        const struct last *last = &g_array_index(room->lasts, struct last, person);
        steward.last_commit = last->kind[DEED_COMMIT];
        steward.last_review = last->kind[DEED_REVIEW];
        steward.last_ack = last->kind[DEED_ACK];
    }
    steward.silent = is_silent(room, newest(&steward));
    return steward;
}

/* The same person may stand there under several addresses. */
static struct steward *steward_of(struct reading_room *room, const struct maintainer *maintainer)
{
    GArray *people = room->stewards->people;
    guint person = reviewers_person(room->reviewers, maintainer->name, maintainer->address);
    g_autofree char *folded =
        address_fold(*maintainer->address != '\0' ? maintainer->address : maintainer->name);
    char *key = person == PEOPLE_NOBODY ? g_strdup(folded) : g_strdup_printf("%u is known", person);
    guint place = GPOINTER_TO_UINT(g_hash_table_lookup(room->places, key));
    if (place == 0) {
        struct steward steward = make_steward(room, maintainer, person);
        g_array_append_val(people, steward);
        place = people->len;
    }
    g_hash_table_insert(room->places, key, GUINT_TO_POINTER(place));
    return &g_array_index(people, struct steward, place - 1);
}

static void add_word(GString *list, const char *word)
{
    g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", word);
}

static void add_employer(GPtrArray *employers, GString *text, const char *employer)
{
    for (guint i = 0; i < employers->len; i++)
        if (g_str_equal(employers->pdata[i], employer))
            return;
    g_ptr_array_add(employers, (gpointer)(guintptr)employer);
    add_word(text, employer);
}

static struct steward_section make_section(struct reading_room *room,
                                           const struct maintainers_section *from)
{
    struct steward_section section = {.name = g_utf8_make_valid(from->name, -1),
                                      .status = g_utf8_make_valid(from->status, -1)};
    g_autoptr(GPtrArray) different = g_ptr_array_new();
    GString *people = g_string_new(NULL), *employers = g_string_new(NULL);
    for (guint i = 0; i < from->people->len; i++) {
        const struct maintainer *maintainer = g_ptr_array_index(from->people, i);
        if (maintainer->reviewer) {
            section.reviewers++;
            continue;
        }
        struct steward *steward = steward_of(room, maintainer);
        steward->sections++;
        section.maintainers++;
        add_word(people, steward->name);
        add_employer(different, employers,
                     employers_find(room->employers, maintainer->address, room->stewards->as_of));
        if (newest(steward) > section.last) {
            section.last = newest(steward);
            g_free(section.last_by);
            section.last_by = g_strdup(steward->name);
        }
    }
    section.alone = section.maintainers == 1;
    section.one_hand = different->len == 1 && *employers->str != '(';
    section.silent = section.maintainers > 0 && is_silent(room, section.last);
    section.people = g_string_free(people, FALSE);
    section.employers = g_string_free(employers, FALSE);
    return section;
}

static void note_alone(struct reading_room *room, const struct maintainers_section *section)
{
    for (guint i = 0; i < section->people->len; i++) {
        const struct maintainer *maintainer = g_ptr_array_index(section->people, i);
        if (!maintainer->reviewer)
            steward_of(room, maintainer)->alone++;
    }
}

static void take_sections(struct reading_room *room)
{
    for (guint i = 0; i < maintainers_count(room->file); i++) {
        const struct maintainers_section *from = maintainers_section(room->file, i);
        struct steward_section section = make_section(room, from);
        if (section.alone)
            note_alone(room, from);
        g_array_append_val(room->stewards->sections, section);
    }
}

static void take_file(const char *path, void *user)
{
    struct reading_room *room = user;
    struct stewards *stewards = room->stewards;
    bool named = false;
    stewards->files++;
    for (guint i = 0; i < stewards->sections->len; i++) {
        const struct maintainers_section *section = maintainers_section(room->file, i);
        if (section->rest || maintainers_matches(section, path) == 0)
            continue;
        g_array_index(stewards->sections, struct steward_section, i).files++;
        named = true;
    }
    if (named)
        return;
    stewards->rest++;
    for (guint i = 0; i < stewards->sections->len; i++) {
        const struct maintainers_section *section = maintainers_section(room->file, i);
        if (section->rest && maintainers_matches(section, path) != 0)
            g_array_index(stewards->sections, struct steward_section, i).files++;
    }
}

static int compare_stewards(gconstpointer a, gconstpointer b)
{
    const struct steward *left = a, *right = b;
    if (left->sections != right->sections)
        return left->sections > right->sections ? -1 : 1;
    int by_name = strcmp(left->name, right->name);
    return by_name != 0 ? by_name : strcmp(left->address, right->address);
}

static bool hex_of(struct book *book, guint node, char ret_hex[41], GError **error)
{
    struct store_statement *query = store_statement(book_store(book), "book_commit_hash");
    bool row = false;
    gsize length = 0;
    store_bind_int(query, 1, graph_commit_id(book_graph(book), node));
    if (!store_step(query, &row, error))
        return false;
    const void *hash = row ? store_blob(query, 0, &length) : NULL;
    if (length == 20)
        id_to_hex(hash, ret_hex);
    return store_run(query, error);
}

static bool find_tip(struct book *book, struct stewards *stewards, gint64 now, GError **error)
{
    const GArray *refs = book_refs(book);
    for (guint i = 0; i < refs->len; i++) {
        const struct book_ref *ref = &g_array_index(refs, struct book_ref, i);
        if (ref->tag || !g_str_equal(ref->name, book_main_branch(book)))
            continue;
        stewards->place = g_strdup(ref->name);
        stewards->as_of = as_of_find(book, now).end;
        return hex_of(book, ref->node, stewards->commit, error);
    }
    return fault_raise(error, FAULT_NOINPUT,
                       "%s has no main branch here: choose a release with --release",
                       book_repository(book)->name);
}

static bool find_place(struct book *book, const char *name, gint64 now, struct stewards *stewards,
                       GError **error)
{
    const struct release_list *list = name == NULL ? NULL : book_releases(book, error);
    const struct release *release = list == NULL ? NULL : releases_find(list, name, error);
    if (name == NULL)
        return find_tip(book, stewards, now, error);
    if (release == NULL)
        return false;
    stewards->place = g_strdup(release->tag);
    stewards->as_of = as_of_release(release);
    memcpy(stewards->commit, release->commit, sizeof stewards->commit);
    return true;
}

static struct maintainers *read_file(struct book *book, struct source *source,
                                     const struct stewards *stewards, GError **error)
{
    g_autofree char *text = NULL;
    gsize length = 0;
    if (!source_read_any(source, stewards->commit, "MAINTAINERS", SOURCE_MOST, &text, &length,
                         error))
        return NULL;
    g_autoptr(Maintainers) file = maintainers_parse(text == NULL ? "" : text, length);
    if (maintainers_count(file) > 0)
        return g_steal_pointer(&file);
    fault_raise(error, FAULT_NOINPUT, "%s has no MAINTAINERS file %sat %s: choose another release",
                book_repository(book)->name, text == NULL ? "" : "with sections in it ",
                stewards->place);
    return NULL;
}

static bool fill(struct reading_room *room, struct source *source, GError **error)
{
    room->reviewers = reviewers_new(room->book, PEOPLE_MAILMAP, NULL, error);
    if (room->reviewers == NULL || !note_lasts(room, error))
        return false;
    take_sections(room);
    if (!source_list(source, room->stewards->commit, take_file, room, error))
        return false;
    g_array_sort(room->stewards->people, compare_stewards);
    return true;
}

struct stewards *stewards_read(struct book *book, const struct home *home, struct source *source,
                               const char *release, gint64 now, GError **error)
{
    g_autoptr(Stewards) stewards = g_new0(struct stewards, 1);
    stewards->sections = g_array_new(FALSE, FALSE, sizeof(struct steward_section));
    stewards->people = g_array_new(FALSE, FALSE, sizeof(struct steward));
    g_array_set_clear_func(stewards->sections, clear_section);
    g_array_set_clear_func(stewards->people, clear_steward);
    if (!find_place(book, release, now, stewards, error))
        return NULL;
    g_autoptr(Maintainers) file = read_file(book, source, stewards, error);
    g_autoptr(Employers) employers =
        file == NULL ? NULL : employers_load(home->employers_path, error);
    if (employers == NULL)
        return NULL;
    struct reading_room room = {
        .book = book,
        .employers = employers,
        .file = file,
        .lasts = g_array_new(FALSE, TRUE, sizeof(struct last)),
        .places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .stewards = stewards,
    };
    bool done = fill(&room, source, error);
    reviewers_free(room.reviewers);
    g_array_unref(room.lasts);
    g_hash_table_unref(room.places);
    return done ? g_steal_pointer(&stewards) : NULL;
}
