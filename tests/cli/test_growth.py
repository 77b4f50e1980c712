"""`growth`, whole trees and components: made histories, counted by hand and by git."""

import csv
import io
import json

import pytest
from workshop import ADA, BEN, CLEO, EMPLOYERS, Home, Repository, text

PARTS = ["new", "backport", "security", "revert", "tree"]


def committer(date):
    return {"GIT_COMMITTER_NAME": "Carla", "GIT_COMMITTER_EMAIL": "carla@hub.se",
            "GIT_COMMITTER_DATE": f"{date} +0000"}


def head(r):
    return r.git("rev-parse", "HEAD").strip()


def tree(count, lines):
    return {f"vendor/f{n}.c": text(f"f{n}", lines) for n in range(count)}


def build(folder):
    """2019: a tree comes, work begins. 2020: work, two security fixes, a revert; the tree goes.
    Stable takes over five of them."""
    r = Repository(folder)
    r.commit(ADA, "2019-01-01 10:00", {"core/a.c": text("a", 30), "core/b.c": text("b", 20)}, "begin")
    r.commit(BEN, "2019-02-01 10:00", tree(12, 1000), "import vendor 1.0")
    r.commit(CLEO, "2019-03-01 10:00", tree(1, 10), "vendor: shorter")
    r.git("branch", "stable-1.0")
    r.tag("v1.0.0", "2019-04-01 10:00")
    picks = []
    r.commit(ADA, "2020-01-05 10:00", {"core/a.c": text("a", 30, {1})}, "core: fix one")
    picks.append(head(r))
    r.commit(BEN, "2020-01-06 10:00", {"core/b.c": text("b", 20, {2})}, "core: fix two")
    picks.append(head(r))
    # Of one author and second, as series are; no twins.
    r.commit(BEN, "2020-01-06 10:00", {"core/b.c": text("b", 20, {2, 3})}, "core: fix three",
             committed="2020-01-06 10:01")
    r.commit(ADA, "2020-02-01 10:00", {"core/a.c": text("a", 30, {1, 5})},
             "core: check bounds\n\nThis is XSA-7 / CVE-2020-0007.")
    picks.append(head(r))
    r.commit(ADA, "2020-02-02 10:00", {"core/a.c": text("a", 30, {1, 5, 6})},
             "core: log\n\nThis documents, but does not fix, XSA-7.")
    r.git("revert", "--no-edit", "HEAD", **r.stamps(BEN, "2020-02-03 10:00"))
    picks.append(head(r))
    r.git("checkout", "-q", "-b", "topic")
    r.commit(CLEO, "2020-03-01 10:00", {"net/n.c": text("n", 8)}, "net: begin")
    r.git("checkout", "-q", "main")
    r.merge("topic", ADA, "2020-03-02 10:00")
    r.commit(ADA, "2020-04-01 10:00", {f"vendor/f{n}.c": None for n in range(12)}, "drop vendor")
    r.tag("v1.1.0", "2020-05-01 10:00")
    r.commit(CLEO, "2020-12-31 10:00", {"doc/d.txt": "d\n"}, "doc")
    r.git("checkout", "-q", "stable-1.0")
    # With an origin line; by its author, date and patch; a security fix; a revert, twice.
    r.git("cherry-pick", "-x", picks[0], **committer("2020-06-01 10:00"))
    r.git("cherry-pick", picks[1], **committer("2020-06-02 10:00"))
    r.git("cherry-pick", "-x", picks[2], **committer("2020-06-03 10:00"))
    # The same author and date, another patch, no word of where it comes from: new work.
    r.commit(CLEO, "2020-03-01 10:00", {"net/n.c": text("n", 9)}, "net: begin",
             committed="2020-06-04 10:00")
    r.git("revert", "--no-edit", "HEAD~2", **r.stamps(BEN, "2020-06-05 10:00"))
    r.tag("v1.0.1", "2020-06-06 10:00")
    r.git("checkout", "-q", "main")
    return r


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    return build(tmp_path_factory.mktemp("repository") / "lantern")


@pytest.fixture(scope="module")
def home(repository, tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("home") / "home", repository, "", EMPLOYERS)
    conf = home.folder / "barograph.conf"
    conf.write_text(conf.read_text() + "\n[components]\ncore=core\nouter=net;vendor/*\nnothing=none\n")
    return home


def rows(home, *arguments):
    return {row["name"]: row for row in home.json("growth", *arguments)["rows"]}


def parts(row):
    return {part: row[part] for part in PARTS if row[part]}


def test_years_of_main(home):
    found = rows(home)
    assert list(found) == ["2019", "2020"]
    assert parts(found["2019"]) == {"new": 2, "tree": 1}
    assert parts(found["2020"]) == {"new": 6, "security": 1, "revert": 1, "tree": 1}
    assert (found["2019"]["commits"], found["2020"]["commits"]) == (3, 9)
    assert found["2020"]["growth_percent"] == 200 and found["2020"]["new_growth_percent"] == 200
    assert found["2020"]["unique"] == 9 and found["2020"]["merge"] is None


def test_years_of_all_branches(home, repository):
    row = rows(home, "--branches", "all", "--merges", "yes")["2020"]
    assert parts(row) == {"new": 7, "backport": 2, "security": 2, "revert": 2, "tree": 1}
    assert row["merge"] == 1
    assert row["commits"] == repository.count("--all", "--since=2020-01-01T00:00:00Z") == 15
    assert sum(row[part] for part in [*PARTS, "merge"]) == row["commits"]
    # Three of the stable branch's are those of main.
    assert row["unique"] == 12
    assert row["new_share_percent"] == 46.7


def test_releases_and_a_window(home):
    found = rows(home, "releases")
    assert list(found) == ["1.1.0"]
    assert parts(found["1.1.0"]) == {"new": 5, "security": 1, "revert": 1, "tree": 1}
    point = rows(home, "--release", "1.0.1")
    assert parts(point["1.0.1"]) == {"new": 1, "backport": 2, "security": 1, "revert": 1}
    ranged = rows(home, "--range", "v1.0.0..v1.0.1")
    assert parts(ranged["v1.0.0..v1.0.1"]) == parts(point["1.0.1"])


def test_the_share_of_an_employer_and_a_path(home, repository):
    row = rows(home, "--path", "core", "--year", "2020")["2020"]
    assert row["commits"] == repository.count("--no-merges", "--since=2020-01-01T00:00:00Z", "main",
                                              "--", "core")
    assert parts(rows(home, "--employer", "Bolt", "--year", "2020")["2020"]) == {"new": 2, "revert": 1}


def test_components_are_sets_of_paths(home, repository):
    found = rows(home, "components", "--from", "2019-01-01", "--to", "2021-01-01")
    paths = {"core": ["core"], "outer": ["net", "vendor"], "nothing": ["none"]}
    assert list(found) == list(paths)
    for name, where in paths.items():
        window = ["--component", name, "--from", "2019-01-01", "--to", "2021-01-01"]
        count = repository.count("--no-merges", "main", "--", *where)
        assert found[name]["commits"] == count == home.figure("commits", *window)
        added, removed = repository.lines("--no-renames", "main", "--", *where)
        assert home.figure("lines-added", *window, "--renames", "no") == added
        assert home.figure("lines-removed", *window, "--renames", "no") == removed


def test_a_component_is_named_as_its_owner_does(home):
    told = home.json("figure", "commits", "--component", "CORE")
    assert told["reading"]["component"] == "core"
    assert "only what touches the component core" in told["reading"]["text"]


def test_components_of_maintainers(repository, tmp_path):
    r = Repository(tmp_path / "other")
    r.commit(ADA, "2020-01-01 10:00", {
        "MAINTAINERS": "Maintainers List\n\nCORE PART\nM:\tAda <ada@acme.se>\nF:\tcore/\nX:\tcore/x/\n\n"
                       "THE REST\nM:\tBen <ben@bolt.se>\nF:\t*\nF:\t*/\n",
        "core/a": "a\n", "core/x/b": "b\n", "c": "c\n"}, "begin")
    r.commit(BEN, "2020-02-01 10:00", {"core/x/b": "bb\n"}, "left out")
    r.commit(BEN, "2020-03-01 10:00", {"core/a": "aa\n"}, "core")
    home = Home(tmp_path / "home", r)
    assert home.figure("commits", "--component", "core part") == 2
    assert home.figure("commits", "--component", "THE REST") == 2
    assert home.figure("lines-added", "--component", "CORE PART") == 2


def test_whole_trees(home, repository):
    """12 files of 1000 lines come, one is cut to ten lines, all twelve go."""
    listed = home.json("growth", "monsters")
    subjects = {row["subject"]: (row["added"], row["removed"], row["files"])
                for row in listed["monsters"]}
    assert subjects == {"import vendor 1.0": (12000, 0, 12), "drop vendor": (0, 11010, 12)}
    added, removed = repository.lines("-M", "main")
    assert listed["lines_added"] == {"with": added, "without": added - 12000}
    assert listed["lines_removed"] == {"with": removed, "without": removed - 11010}
    assert home.figure("lines-added") == added
    assert home.figure("lines-added", "--monsters", "no") == added - 12000
    told = home.json("explain", "lines-added")
    (beside,) = [row for row in told["neighbours"] if row["what"] == "whole trees left out"]
    assert beside["value"] == added - 12000
    assert beside["command"] == "barograph figure lines-added --monsters no"


def test_a_moved_tree_is_no_monster(tmp_path):
    r = Repository(tmp_path / "moved")
    r.commit(ADA, "2020-01-01 10:00", tree(12, 1000), "import")
    r.git("mv", "vendor", "third")
    r.commit(ADA, "2020-02-01 10:00", {}, "move")
    # Much is new, but in one file, or in files that were there.
    r.commit(ADA, "2020-03-01 10:00", {"big.c": text("big", 12000)}, "big")
    r.commit(ADA, "2020-04-01 10:00", {f"third/f{n}.c": text(f"g{n}", 1000) for n in range(12)}, "new lines")
    home = Home(tmp_path / "home", r)
    listed = home.json("growth", "monsters")
    assert [row["subject"] for row in listed["monsters"]] == ["import"]


def test_reports_leave_them_out_and_say_so(home, repository):
    report = home.json("weather", "--year", "2019")
    figures = {figure["figure"]: figure["value"] for figure in report["figures"]}
    added, removed = repository.lines("-M", "v1.0.0")
    assert figures["lines-added"] == added - 12000 and figures["lines-removed"] == removed
    (window,) = report["monsters"]["windows"]
    assert (window["added_with"], window["lines_added"]) == (added, added - 12000)
    assert any("whole tree" in remark and f"{added} lines added instead of {added - 12000}" in remark
               for remark in report["remarks"])
    assert not report["readings"][0]["monsters"]
    # The same words give the same number.
    assert home.figure("lines-added", "--year", "2019", "--monsters", "no") == added - 12000
    whole = home.json("weather", "--year", "2019", "--monsters", "yes")
    assert {figure["figure"]: figure["value"] for figure in whole["figures"]}["lines-added"] == added
    assert whole["monsters"]["windows"] == [] and not any("tree" in text for text in whole["remarks"])


def test_the_report_says_what_it_is_made_of(home):
    made = home.json("weather", "--year", "2020", "--branches", "all", "--makeup")["makeup"]
    years = {row["year"]: row for row in made["years"]["rows"]}
    assert parts(years[2020]) == {"new": 7, "backport": 2, "security": 2, "revert": 2, "tree": 1}
    assert years[2020]["unique"] == 11 and years[2020]["growth_percent"] == 250
    assert {kind["kind"] for kind in made["kinds"]} == {*PARTS, "merge"}
    for form in ("text", "md", "html"):
        assert "What the years are made of" in home.run(
            "weather", "--year", "2020", "--makeup", "--format", form) or form == "html"


def test_the_report_has_a_line_a_component(home):
    window = ["--year", "2020"]
    report = home.json("weather", *window, "--components")
    components = {row["name"]: row for row in report["components"]["rows"]}
    assert list(components) == ["core", "outer"]
    assert report["components"]["quiet"] == ["nothing"]  # one line for all of them
    for name, row in components.items():
        assert row["commits"] == home.figure("commits", *window, "--component", name)
        assert row["people"] == home.figure("people", *window, "--component", name)
        assert row["before"] == home.figure("commits", "--year", "2019", "--component", name)
        for year in row["years"]:
            assert year["commits"] == home.figure("commits", "--year", year["year"], "--component", name)
    assert components["core"]["sentence"] == "Commits rose from 1 to 6 (+500.0 %)." or (
        components["core"]["changed"] == "steady")
    assert "No commits, now or before: nothing" in home.run("weather", *window, "--components")
    assert "<svg" in home.run("weather", *window, "--components", "--format", "html").split("Components")[1]


def test_every_figure_of_a_report_by_component(home):
    report = home.json("weather", "--year", "2020", "--component", "core")
    for figure in report["figures"]:
        assert figure["value"] == home.figure(figure["figure"], "--year", "2020", "--component", "core")


@pytest.mark.parametrize("arguments, status, words", [
    (["growth", "--component", "cor"], 66, "is it core"),
    (["weather", "--component", "kore"], 66, "is it core"),
    (["growth", "--year", "2017"], 66, "no commits"),
    (["growth", "weeks"], 64, "years, releases or components"),
    (["growth", "years", "--release", "1.1.0"], 64, "leave out --release"),
    (["growth", "components", "--component", "core"], 64, "leave out --component"),
    (["growth", "monsters", "too"], 64, "one word"),
    (["growth", "releases", "--year", "2020"], 64, "leave out the window"),
    (["figure", "commits", "--path", "core", "--component", "core"], 64, "--path or --component"),
    (["figure", "commits", "--monsters", "maybe"], 64, "no, yes"),
    (["reproduce", "5 commits", "--component", "core"], 64, "leave out --component"),
    (["weather", "--components", "--component", "core"], 64, "leave out --component"),
])
def test_bad_input(home, arguments, status, words):
    result = home.attempt(*arguments)
    assert result.returncode == status and words in result.stderr
    assert result.stdout == ""


def test_without_components_it_says_what_to_do(repository, tmp_path):
    home = Home(tmp_path / "home", repository)
    result = home.attempt("growth", "--component", "core")
    assert result.returncode == 66 and "[components] of barograph.conf" in result.stderr


def test_formats_agree(home):
    told = rows(home)
    table = csv.DictReader(io.StringIO(home.run("growth", "--format", "csv")))
    for row in table:
        assert {part: int(row[part]) for part in PARTS} == {
            part: told[row["name"]][part] for part in PARTS}
        assert row["reading"] == told[row["name"]]["reading"]["text"]
    shown = home.run("growth")
    assert "New work: commits that are none of the others" in shown
    assert "\n| 2020 " in home.run("growth", "--format", "md")
    assert json.loads(home.run("growth", "monsters", "--format", "json"))["counts"]


def test_reproduce_leaves_them_out_too(home, repository):
    added, _ = repository.lines("-M", "v1.0.0")
    told = home.json("reproduce", "lines-added", str(added - 12000), "--year", "2019", "--monsters", "no")
    assert told["readings"][0]["command"].endswith("--monsters no")
