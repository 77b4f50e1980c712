"""`export`: rows that add up to the figures, and that git prints too."""

import csv
import io
import json
from pathlib import Path

import pytest
from workshop import EMPLOYERS, MAILMAP, Home, build

RANGE = ["--range", "v1.0.0..v1.1.0"]


@pytest.fixture(scope="module")
def lantern(tmp_path_factory):
    return build(tmp_path_factory.mktemp("repository") / "lantern")


@pytest.fixture(scope="module")
def home(lantern, tmp_path_factory):
    return Home(tmp_path_factory.mktemp("home") / "home", lantern, MAILMAP, EMPLOYERS)


def rows(home, *arguments):
    return home.json("export", *arguments)


def total(found, key):
    return sum(row[key] for row in found)


def test_commits_are_gits(lantern, home):
    printed = lantern.git("log", "--no-merges", "--format=%H%x09%an%x09%ae%x09%s", "v1.0.0..v1.1.0")
    expected = {tuple(line.split("\t")) for line in printed.splitlines()}
    found = rows(home, "commits", *RANGE)
    assert {(r["commit"], r["author_name"], r["author_address"], r["subject"]) for r in found} == expected
    assert total(found, "lines_added") == home.figure("lines-added", *RANGE)
    assert {r["employer"] for r in found if r["author_name"] == "Cleo Coder"} == {"Acme", "Bolt"}


@pytest.mark.parametrize("renames, option", [("yes", "-M"), ("no", "--no-renames")])
def test_changes_are_numstats(lantern, home, renames, option):
    printed = lantern.git("log", "--no-merges", "--format=%x01%H", "--numstat", "-z", option, "v1.1.0")
    expected = set()
    for part in printed.split("\1")[1:]:
        commit, _, rest = part.partition("\0")
        fields = iter(rest.lstrip("\n").split("\0"))
        for field in fields:
            if field.count("\t") != 2:
                continue
            added, deleted, path = field.split("\t")
            old = None if path else next(fields)
            path = path or next(fields)
            expected.add((commit, old, path, added.strip("-") or "0", deleted.strip("-") or "0"))
    found = rows(home, "changes", "--range", "v1.1.0", "--renames", renames)
    assert {
        (r["commit"], r["old_path"], r["path"], str(r["lines_added"]), str(r["lines_removed"]))
        for r in found
    } == expected
    assert any(r["content"] == "binary" and r["path"] == "net/blob" for r in found)
    assert {r["status"] for r in found} == ({"A", "M", "R"} if renames == "yes" else {"A", "M", "D"})


def test_trailers_add_up_to_the_figures(home):
    found = rows(home, "trailers", *RANGE)
    for kind, figure in (("Reviewed-by", "reviews"), ("Acked-by", "acks"), ("Tested-by", "tests"),
                         ("Reported-by", "reports")):
        given = [r for r in found if r["kind"] == kind and not r["negative"]]
        assert len(given) == home.figure(figure, *RANGE)
    assert sum(r["negative"] for r in found) == 1
    from_home = [r for r in found if r["address"] == "ada@home.se"]
    assert [(r["person"], r["employer"]) for r in from_home] == [("Ada Author", "(unaffiliated)")]
    bolts = rows(home, "trailers", *RANGE, "--employer", "Bolt")
    assert {r["employer"] for r in bolts} == {"Bolt"}


def test_people_and_employers_add_up(home):
    people = rows(home, "people", *RANGE)
    authors = [r for r in people if r["commits"] > 0]
    assert len(authors) == home.figure("people", *RANGE)
    employers = rows(home, "employers", *RANGE)
    assert sum(r["commits"] > 0 and not r["group"] for r in employers) == home.figure("employers", *RANGE)
    for found in (people, employers):
        for key, figure in (("commits", "commits"), ("lines_added", "lines-added"),
                            ("lines_removed", "lines-removed"), ("reviews", "reviews"),
                            ("acks", "acks"), ("tests", "tests"), ("reports", "reports")):
            assert total(found, key) == home.figure(figure, *RANGE)
    eve = next(r for r in people if r["person"] == "Eve Early")
    assert (eve["commits"], eve["reports"], eve["first_commit"], eve["employer"]) == (0, 1, None, "Bolt")
    assert [r["commits"] for r in people] == sorted((r["commits"] for r in people), reverse=True)


def test_releases(lantern, home):
    found = {r["version"]: r for r in rows(home, "releases")}
    assert list(found) == ["1.0.0", "1.0.1", "1.1.0"]
    assert [r["predecessor"] for r in found.values()] == [None, "1.0.0", "1.0.0"]
    assert found["1.0.1"]["commit"] == lantern.git("rev-parse", "v1.0.1^{commit}").strip()
    assert found["1.1.0"]["tag_date"] == "2021-03-02T12:00:00Z"
    assert found["1.1.0"]["commits"] == home.figure("commits", "--release", "1.1.0")
    assert [r["version"] for r in rows(home, "releases", "--from", "2020-02-01", "--to", "2021-01-01")] == ["1.0.1"]
    assert [r["version"] for r in rows(home, "releases", *RANGE)] == ["1.1.0"]


@pytest.mark.parametrize("what", ["commits", "changes", "trailers", "releases", "people", "employers"])
def test_the_formats_say_the_same(home, what):
    found = json.loads(home.run("export", what, "--format", "json"))
    read = list(csv.DictReader(io.StringIO(home.run("export", what, "--format", "csv"))))
    lines = home.run("export", what).splitlines()
    columns = lines[0].split("\t")
    assert len(read) == len(found) == len(lines) - 1
    assert list(read[0]) == columns == list(found[0])

    def plain(value):
        if isinstance(value, float):
            return f"{value:g}"
        return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    for row, line, values in zip(read, lines[1:], found):
        assert list(row.values()) == [plain(value) for value in values.values()]
        assert line.split("\t") == list(row.values())


def test_the_reading_is_told_beside(home):
    result = home.attempt("export", "commits", *RANGE)
    assert "v1.0.0..v1.1.0, merges left out" in result.stderr
    assert home.attempt("-q", "export", "commits", *RANGE).stderr == ""


def test_columns_are_documented(home):
    page = (Path(__file__).parents[2] / "docs" / "json.md").read_text()
    for what in ("commits", "changes", "trailers", "releases", "people", "employers"):
        section = page.split(f"### `export {what}`")[1].split("\n##")[0]
        for column in home.run("export", what).splitlines()[0].split("\t"):
            assert f"`{column}`" in section, f"{what}: {column}"


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["export"], "export what"),
        (["export", "comits"], "commits"),
        (["export", "commits", "--format", "xml"], "tsv, csv, json"),
        (["export", "commits", "people"], "export what"),
    ],
)
def test_what_is_wrong_is_said(home, arguments, words):
    result = home.attempt(*arguments)
    assert (result.returncode, result.stdout) == (64, "")
    assert words in result.stderr
