"""`figure` beside git itself, on a repository made on the spot."""

import json

import pytest
from workshop import BEN, EMPLOYERS, MAILMAP, Home, Repository, build

RANGE = "v1.0.0..v1.1.0"


@pytest.fixture(scope="module")
def lantern(tmp_path_factory):
    return build(tmp_path_factory.mktemp("repository") / "lantern")


@pytest.fixture(scope="module")
def home(lantern, tmp_path_factory):
    return Home(tmp_path_factory.mktemp("home") / "home", lantern, MAILMAP, EMPLOYERS)


@pytest.mark.parametrize("ends", [RANGE, "v1.0.0..v1.0.1", "v1.0.1..v1.1.0", "v1.1.0", "v1.0.0..main"])
def test_commits_of_a_range(lantern, home, ends):
    assert home.figure("commits", "--range", ends) == lantern.count("--no-merges", ends)
    assert home.figure("commits", "--range", ends, "--merges", "yes") == lantern.count(ends)


def test_ends_are_tags_versions_branches_or_commits(lantern, home):
    first = lantern.git("rev-parse", "v1.0.0^{commit}").strip()
    expected = lantern.count("--no-merges", RANGE)
    for a in ("v1.0.0", "1.0.0", "1.0", first, first[:10], first[:7].upper()):
        assert home.figure("commits", "--range", f"{a}..main") == expected


def test_a_release_is_counted_from_its_predecessor(lantern, home):
    assert home.figure("commits", "--release", "1.1.0") == lantern.count("--no-merges", RANGE)
    assert home.figure("commits", "--release", "1.0.1") == 1
    assert home.figure("commits", "--release", "1.0.0") == lantern.count("--no-merges", "v1.0.0")


def test_from_fork_to_fork(lantern, home):
    fork = lantern.git("merge-base", "main", "stable-1.0").strip()
    assert home.figure("commits", "--release", "1.0.0", "--ends", "forks") == lantern.count(fork)
    result = home.attempt("figure", "commits", "--release", "1.0.1", "--ends", "forks")
    assert result.returncode == 64 and "same fork" in result.stderr


def dated(lantern, refs, since, until, form):
    """Commits by date, as git's own dates say; `git log --since` stops at the first old one."""
    times = lantern.git("log", "--no-merges", f"--format={form}", *refs).split()
    return sum(since <= int(time) < until for time in times)


YEAR_2020 = (1577836800, 1609459200)


@pytest.mark.parametrize(
    "branches, refs", [("main", ["main"]), ("stable", ["stable-1.0"]), ("all", ["--all"])]
)
@pytest.mark.parametrize("date, form", [("committer", "%ct"), ("author", "%at")])
def test_commits_of_a_year(lantern, home, branches, refs, date, form):
    counted = home.figure("commits", "--from", "2020-01-01", "--to", "2021-01-01",
                          "--branches", branches, "--date", date)
    assert counted == dated(lantern, refs, *YEAR_2020, form)


def test_days_are_half_open(home):
    # Ben's commit is of 2020-01-01T00:30 by its committer.
    assert home.figure("commits", "--from", "2020-01-01", "--to", "2020-01-02") == 1
    assert home.figure("commits", "--from", "2019-12-31", "--to", "2020-01-01") == 0
    assert home.figure("commits", "--from", "2019-12-31", "--to", "2020-01-01", "--date", "author") == 1


def test_without_a_window_all_of_main_counts(lantern, home):
    assert home.figure("commits") == lantern.count("--no-merges", "main")
    assert home.figure("commits", "--branches", "all") == lantern.count("--no-merges", "--all")


def test_people_raw_and_by_mailmap(lantern, home):
    mailmap = home.folder / "people" / "mailmap"
    for ends in (RANGE, "v1.0.0", "v1.1.0"):
        raw = home.figure("people", "--range", ends, "--people", "raw")
        assert raw == len(lantern.authors("--no-merges", ends))
        joined = lantern.authors("--no-merges", ends, mailmap=mailmap)
        assert home.figure("people", "--range", ends) == len(joined)


def test_newcomers_are_those_who_are_not_before_the_start(lantern, home):
    mailmap = home.folder / "people" / "mailmap"
    here = lantern.authors("--no-merges", RANGE, mailmap=mailmap)
    before = lantern.authors("--no-merges", "v1.0.0", mailmap=mailmap)
    assert here - before == {"Cleo Coder", "Dan Drifter"}
    assert home.figure("newcomers", "--range", RANGE) == 2
    assert home.figure("newcomers", "--range", "v1.0.0") == 3
    assert home.figure("newcomers", "--from", "2020-01-01", "--to", "2021-01-01") == 3  # and Ben
    assert home.figure("newcomers", "--from", "2021-01-01") == 0


def test_employers_go_by_address_and_author_date(home):
    assert home.figure("employers", "--range", "v1.0.0") == 2  # (unaffiliated) is none
    assert home.figure("employers", "--range", "v1.1.0", "--people", "raw") == 2
    assert home.figure("people", "--range", "v1.1.0", "--people", "employer") == 2
    # Cleo's first commit is Acme's, her second Bolt's.
    assert home.figure("commits", "--range", RANGE, "--employer", "Acme") == 2
    assert home.figure("commits", "--range", RANGE, "--employer", "Bolt") == 3
    assert home.figure("commits", "--range", RANGE, "--employer", "(unknown)") == 1
    assert home.figure("commits", "--range", "v1.0.0", "--employer", "(unaffiliated)") == 1


@pytest.mark.parametrize("ends", [RANGE, "v1.0.0", "v1.1.0", "v1.0.0..v1.0.1"])
def test_lines_with_and_without_renames(lantern, home, ends):
    for renames, option in (("yes", "-M"), ("no", "--no-renames")):
        added, removed = lantern.lines(option, ends)
        assert home.figure("lines-added", "--range", ends, "--renames", renames) == added
        assert home.figure("lines-removed", "--range", ends, "--renames", renames) == removed


def test_renames_make_a_difference(home):
    yes = home.figure("lines-added", "--range", RANGE)
    no = home.figure("lines-added", "--range", RANGE, "--renames", "no")
    assert no - yes == 29 + 39  # b to c, and a to net, but for the lines that changed


@pytest.mark.parametrize("path", ["core", "net/", "net/a.c", "README", "core/*.c", "*.c", "n?t/*"])
@pytest.mark.parametrize("renames, option", [("yes", "-M"), ("no", "--no-renames")])
def test_a_path_a_folder_or_a_glob(lantern, home, path, renames, option):
    spec = ["v1.1.0", "--", path]
    commits = lantern.count("--no-merges", "--full-history", *spec)
    assert home.figure("commits", "--range", "v1.1.0", "--path", path) == commits
    added, removed = lantern.lines("--full-history", option, *spec)
    options = ["--range", "v1.1.0", "--path", path, "--renames", renames]
    assert home.figure("lines-added", *options) == added
    assert home.figure("lines-removed", *options) == removed


def credits(lantern, key, *refs):
    messages = lantern.git("log", "--no-merges", "--format=%B", *refs).splitlines()
    return sum(line.lower().startswith(key.lower() + ":") for line in messages)


@pytest.mark.parametrize(
    "figure, key",
    [("reviews", "Reviewed-by"), ("acks", "Acked-by"), ("tests", "Tested-by"),
     ("reports", "Reported-by")],
)
def test_credits_wherever_they_stand(lantern, home, figure, key):
    for ends in (RANGE, "v1.0.0", "v1.1.0"):
        assert home.figure(figure, "--range", ends) == credits(lantern, key, ends)


def test_an_employers_credits_are_those_its_people_gave(home):
    def reviews(employer):
        return home.figure("reviews", "--range", RANGE, "--employer", employer)

    # Cleo reviewed in 2020 for Acme; Ada from home; Ben for Bolt.
    assert (reviews("Acme"), reviews("Bolt"), reviews("(unaffiliated)")) == (1, 1, 1)
    assert home.figure("reports", "--range", RANGE, "--employer", "Bolt") == 1


def test_a_range_may_be_held_against_branches(lantern, home):
    inside = home.figure("commits", "--range", "v1.0.0..v1.0.1", "--branches", "main")
    assert inside == 0
    assert home.figure("commits", "--range", RANGE, "--branches", "main") == lantern.count(
        "--no-merges", RANGE
    )


def test_several_figures_at_once(home):
    printed = home.run("figure", "commits", "people", "--range", RANGE)
    rows = dict(line.split("\t") for line in printed.splitlines())
    assert rows == {
        "commits": str(home.figure("commits", "--range", RANGE)),
        "people": str(home.figure("people", "--range", RANGE)),
    }


def test_json_carries_the_reading(lantern, home):
    one = home.json("figure", "commits", "--range", "1.0..main", "--merges", "yes")
    assert one["figure"] == "commits" and one["value"] == lantern.count("v1.0.0..main")
    reading = one["reading"]
    assert reading["window"]["from"] == "v1.0.0" and reading["window"]["to"] == "main"
    assert reading["window"]["to_commit"] == lantern.git("rev-parse", "main").strip()
    assert (reading["merges"], reading["renames"], reading["people"]) == (True, True, "mailmap")
    assert "merges counted" in reading["text"] and "v1.0.0..main" in reading["text"]
    two = home.json("figure", "commits", "people", "--from", "2020-01-01")
    assert [part["figure"] for part in two] == ["commits", "people"]
    assert two[0]["reading"]["window"]["from"] == "2020-01-01T00:00:00Z"
    assert two[0]["reading"]["branch_names"] == "main"


@pytest.mark.parametrize(
    "arguments, status, words",
    [
        (["figure"], 64, "which figure"),
        (["figure", "comits"], 64, "commits"),
        (["figure", "commits", "--merges", "maybe"], 64, "no, yes"),
        (["figure", "commits", "--from", "2020"], 64, "not a day"),
        (["figure", "commits", "--from", "2020-01-02", "--to", "2020-01-02"], 64, "--to"),
        (["figure", "commits", "--from", "2020-01-02", "--release", "1.0.0"], 64, "one window"),
        (["figure", "commits", "--range", "v1.0.0.."], 64, "A..B"),
        (["figure", "commits", "--range", "v1.0.0...v1.1.0"], 64, "A..B"),
        (["figure", "commits", "--range", ""], 64, "A..B"),
        (["figure", "commits", "--range", "v1.0.0..v7"], 66, "v7"),
        (["figure", "commits", "--release", "1.7"], 66, "1.7"),
        (["figure", "commits", "--employer", "Acne"], 66, "Acme"),
        (["figure", "commits", "--repository", "lamp"], 66, "lantern"),
        (["figure", "commits", "--format", "xml"], 64, "json"),
        (["figure", "commits", "--ends", "forks"], 64, "--release"),
    ],
)
def test_what_is_wrong_is_said(home, arguments, status, words):
    result = home.attempt(*arguments)
    assert (result.returncode, result.stdout) == (status, "")
    assert words in result.stderr and result.stderr.startswith("barograph: ")


def test_nothing_in_the_window_is_nothing(home):
    zero = home.json("figure", *"commits people employers newcomers lines-added lines-removed "
                     "reviews acks tests reports".split(), "--from", "1999-01-01", "--to", "2000-01-01")
    assert [part["value"] for part in zero] == [0] * 10


def test_an_unmined_home_says_what_to_run(tmp_path, lantern):
    (tmp_path / "barograph.conf").write_text(f"[repository lantern]\npath={lantern.folder}\n")
    home = Home.__new__(Home)
    home.folder, home.now = tmp_path, "2021-07-01T00:00:00Z"
    for command in (["figure", "commits"], ["weather"], ["export", "commits"]):
        result = home.attempt(*command)
        assert result.returncode == 69 and "barograph mine" in result.stderr


def test_each_repository_has_its_own_figures(lantern, tmp_path):
    other = Repository(tmp_path / "other")
    for day in range(1, 6):
        other.commit(BEN, f"2020-02-0{day} 12:00", {"f": f"{day}\n"})
    home = Home(tmp_path / "home", lantern, MAILMAP, EMPLOYERS, others={"other": other})
    for name, repository in (("lantern", lantern), ("other", other)):
        assert home.figure("commits", "--repository", name) == repository.count("--no-merges", "main")
        assert home.figure("newcomers", "--repository", name) == len(
            repository.authors("--no-merges", "main", mailmap=home.folder / "people" / "mailmap")
        )
        added, _ = repository.lines("-M", "main")
        assert home.figure("lines-added", "--repository", name) == added
        assert home.json("weather", "--repository", name)["repository"] == name


def test_same_question_same_bytes(home):
    question = ["figure", "people", "--release", "1.1.0", "--format", "json"]
    assert home.run(*question) == home.run(*question)
    assert json.loads(home.run(*question))
