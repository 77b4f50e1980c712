"""`reproduce`: what it prints repeats, and it finds what git counts."""

import json

import pytest
from test_explain import dated, home, lantern, repeat, text_of  # noqa: F401
from workshop import ADA, Home, Repository

FIGURES = ["commits", "people", "employers", "newcomers", "lines-added", "lines-removed", "reviews",
           "acks", "tests", "reports", "growth", "people-growth", "lines-added-growth", "top-six",
           "average-growth"]


def found(home, *arguments):
    return home.json("reproduce", *arguments)


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("number", [3, 60])
def test_every_answer_repeats(home, figure, number):
    result = home.attempt("reproduce", figure, str(number), "--limit", "6", "--format", "json")
    if figure == "average-growth" and result.returncode == 66:
        return
    told = json.loads(result.stdout)
    assert told["readings"]
    for reading in told["readings"]:
        assert repeat(home, reading["command"]) == {figure: text_of(reading["values"][figure])}
        assert reading["exact"] == (round(reading["values"][figure]) == number)


@pytest.mark.parametrize("extra", [
    ["--employer", "Acme"], ["--employer", "Bolt", "--merge", "Acme=Bolt"], ["--merges", "yes"],
    ["--people", "raw"], ["--branches", "main"], ["--branches", "all", "--date", "author"],
    ["--release", "1.1.0"], ["--year", "2020"], ["--range", "v1.0.0..main"], ["--renames", "no"],
    ["--branches", "stable"], ["--from", "2020-01-01", "--to", "2020-05-01"], ["--from", "2020-01-01"],
], ids=str)
@pytest.mark.parametrize("figure", ["commits", "people", "newcomers", "lines-added"])
def test_every_answer_repeats_within_limits(home, figure, extra):
    told = found(home, figure, "4", *extra, "--limit", "3")
    assert told["readings"]
    for reading in told["readings"]:
        assert repeat(home, reading["command"]) == {figure: text_of(reading["values"][figure])}


def test_a_share_and_what_was_printed_beside_it(home):
    told = found(home, "share", "33.3", "--employer", "Acme", "--with", "commits=2", "--merge", "Bolt=Acme")
    for reading in told["readings"]:
        assert repeat(home, reading["command"]) == {
            name: text_of(value) for name, value in reading["values"].items()}


def test_releases_are_found_as_git_counts_them(lantern, home):
    for release, ends in (("1.1.0", "v1.0.0..v1.1.0"), ("1.0.1", "v1.0.0..v1.0.1"), ("1.0.0", "v1.0.0")):
        commits = lantern.count("--no-merges", ends)
        added, removed = lantern.lines("-M", ends)
        told = found(home, f"{commits} commits", "--with", f"lines_added={added:,}", "--with",
                     f"{removed} lines removed")
        first = told["readings"][0]
        assert first["exact"] and told["exact"] >= 1
        assert first["command"] == (
            f"barograph figure commits lines-added lines-removed --release {release}")


def test_candidates_merges_and_years(lantern, home):
    with_merges = lantern.count("v1.0.0..v1.1.0-rc2")
    without = lantern.count("--no-merges", "v1.0.0..v1.1.0-rc2")
    assert with_merges == without + 1
    commands = [r["command"] for r in found(home, "commits", with_merges, "--limit", "50")["readings"]]
    assert "barograph figure commits --release 1.1.0 --ends candidates --merges yes" in commands
    commands = [r["command"] for r in found(home, "commits", without, "--limit", "50")["readings"]]
    assert "barograph figure commits --release 1.1.0 --ends candidates" in commands
    year = dated(lantern, 2020, "%cd", "--no-merges", "main")
    told = found(home, "commits", year, "--limit", "50")
    assert "barograph figure commits --year 2020" in [r["command"] for r in told["readings"]]


def test_the_best_come_first(home):
    told = found(home, "commits", "5", "--with", "people=3", "--limit", "100")
    misses = [sum(reading["values"][name] != told["printed"][name] for name in told["printed"])
              for reading in told["readings"]]
    assert misses == sorted(misses)
    offs = [(m, reading["off_percent"]) for m, reading in zip(misses, told["readings"])]
    assert offs == sorted(offs)
    assert told["exact"] == misses.count(0)


def test_one_set_of_commits_is_told_once(home):
    told = found(home, "commits", "5", "--limit", "100")
    commands = [reading["command"] for reading in told["readings"]]
    assert len(commands) == len(set(commands))
    # Who counts as one, and renames, make no difference to commits.
    assert not any("--people" in command or "--renames" in command for command in commands)


def test_in_words(home):
    text = home.run("reproduce", "1 commit")
    assert "give" in text and "barograph figure commits" in text
    text = home.run("reproduce", "99999 commits")
    assert text.startswith("No reading that was searched gives it")
    lines = home.run("reproduce", "5", "commits", "--format", "tsv").splitlines()
    assert lines[0] == "commits\toff_percent\twindow\tcommand\treading"


@pytest.mark.parametrize("arguments, word", [
    (["commits"], "one number"),
    (["5"], "one number"),
    ([], "which number"),
    (["5 comits"], "is it commits"),
    (["share 30"], "--employer"),
    (["5 commits", "--path", "core"], "--path"),
    (["5 reviews", "--employer", "Acme"], "--employer"),
    (["5 people", "--people", "employer"], "employers"),
    (["5 commits", "--limit", "0"], "--limit"),
    (["5 commits", "--with", "people"], "one number"),
])
def test_what_cannot_be_searched_is_said(home, arguments, word):
    told = home.attempt("reproduce", *arguments)
    assert told.returncode == 64 and word in told.stderr and told.stdout == ""


def test_names_that_are_not_there(home):
    for arguments in (["--release", "9.9"], ["--employer", "Acne"], ["--range", "nowhere..main"]):
        assert home.attempt("reproduce", "5 commits", *arguments).returncode == 66


def test_a_history_without_releases(tmp_path):
    repository = Repository(tmp_path / "r")
    for day in (1, 2, 3):
        repository.commit(ADA, f"2020-03-0{day} 10:00", {"f": str(day)})
    home = Home(tmp_path / "h", repository)
    told = found(home, "3 commits")
    assert told["readings"][0]["command"] == "barograph figure commits --year 2020"


def test_a_candidate_of_what_is_not_released(tmp_path):
    repository = Repository(tmp_path / "r")
    repository.commit(ADA, "2020-03-01 10:00", {"f": "1"})
    repository.tag("v1.0.0", "2020-03-01 11:00")
    for day in (2, 3, 4, 5):
        repository.commit(ADA, f"2020-03-0{day} 10:00", {"f": str(day)})
    repository.tag("v1.1.0-rc1", "2020-03-06 11:00")
    home = Home(tmp_path / "h", repository)
    told = found(home, "4 commits")
    assert repeat(home, told["readings"][0]["command"]) == {"commits": "4"}
    assert told["readings"][0]["exact"]
