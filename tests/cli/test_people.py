"""barograph people, on a repository of people who are known."""

import json

import pytest

from homes import Home, Repository

NOW = "2010-06-01T00:00:00Z"


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    made = Repository(tmp_path_factory.mktemp("repository") / "frob")
    made.commit("start", ("Ann Author", "ann@one.org"), count=3)
    made.tag("v1.0.0")
    made.commit("shout", ("ANN AUTHOR", "Ann@One.ORG"))
    made.commit(
        "work\n\nSigned-off-by: Bob Liu <bob.liu@two.com>\n", ("Bob Liu", "lliubbo@mail.com"), 2
    )
    made.commit("one", ("Wei Wang", "wei@amd.com"))
    made.commit("other", ("Wei Wang", "wei@intel.com"))
    made.commit("accent", ("Rene Monné", "rene@three.org"), 2)
    made.commit("no accent", ("Monne, Rene", "monne@four.org"))
    made.commit("nobody", ("Cy", "none@none"))
    made.commit("nobody either", ("Di", "none@none"))
    made.tag("v1.1.0")
    return made


@pytest.fixture
def home(repository, tmp_path):
    made = Home(tmp_path / "h", {"frob": repository}).mine()
    (made.path / "people" / "employers.tsv").write_text(
        "domain\tamd.com\tAMD\ndomain\tintel.com\tIntel\ndomain\tone.org\tOne\n"
        "address\tnone@none\t(nobody)\ndomain\tthree.org\tThree\t2010-01-01\t2010-01-10\n"
    )
    return made


def test_everybody_once(home):
    assert home.json("people") == home.json("people", "list")
    rows = {row["name"]: row for row in home.json("people")}
    assert rows["Ann Author"] == {
        "name": "Ann Author",
        "address": "ann@one.org",
        "commits": 4,
        "identities": 2,
        "first": "2010-01-02",
        "last": "2010-01-06",
        "employer": "One",
    }
    assert rows["Cy"]["commits"] == rows["Di"]["commits"] == 1
    assert sum(row["name"] == "Wei Wang" for row in home.json("people")) == 2


def test_the_mailmap_of_the_home(home):
    mailmap = home.path / "people" / "mailmap"
    mailmap.write_text("# ours\nRené Monné <rene@three.org> <MONNE@four.org>\n")
    (row,) = [r for r in home.json("people") if r["name"] in ("René Monné", "Rene Monné")]
    assert (row["commits"], row["identities"]) == (3, 2)
    mailmap.write_text("René <rene@three.org>\nnonsense\n")
    assert "mailmap:2: " in home.run("people", status=78).stderr


def test_the_mailmap_of_the_repository(repository, tmp_path):
    mapped = Repository(tmp_path / "r")
    (mapped.path / ".mailmap").write_text("Ann Author <ann@one.org> <ann@two.org>\nnonsense\n")
    mapped.git("add", ".mailmap")
    mapped.commit("start", ("Ann Author", "ann@one.org"))
    mapped.commit("more", ("ann", "ann@two.org"), 2)
    home = Home(tmp_path / "h", {"r": mapped}).mine()
    (row,) = home.json("people")
    assert (row["name"], row["address"], row["commits"]) == ("Ann Author", "ann@one.org", 3)


def test_suggestions_carry_their_evidence(home):
    rows = home.json("people", "suggest")
    assert [(row["class"], row["name"]) for row in rows] == [
        ("signed", "Bob Liu"),
        ("name", "Rene Monné"),
        ("doubt", "Wei Wang"),
    ]
    assert "signs off as bob.liu@two.com on 2 of 2 own commits" in rows[0]["evidence"]
    assert rows[1]["mailmap"] == "Rene Monné <rene@three.org> <monne@four.org>"
    assert "employers differ: AMD and Intel" in rows[2]["evidence"]


def test_only_what_is_signed_is_written(home):
    mailmap = home.path / "people" / "mailmap"
    mailmap.write_text("# no line end")
    result = home.run("people", "suggest", "--write")
    line = "Bob Liu <lliubbo@mail.com> <bob.liu@two.com>\n"
    text = mailmap.read_text()
    assert text.startswith("# no line end\n# the same name; ") and text.endswith(line)
    assert result.stdout.endswith(line) and "1 pair written" in result.stderr
    assert [row["class"] for row in home.json("people", "suggest")] == ["name", "doubt"]
    assert "0 pairs" in home.run("people", "suggest", "--write").stderr
    assert mailmap.read_text() == text


def test_a_chosen_pair_is_written(home):
    home.run("people", "suggest", "--write", "--line", "2")
    text = (home.path / "people" / "mailmap").read_text()
    assert text.endswith("Rene Monné <rene@three.org> <monne@four.org>\n")
    assert "Bob" not in text
    assert "1 to 2" in home.run("people", "suggest", "--line", "3", status=64).stderr


def test_text_names_the_number(home):
    lines = home.run("people", "suggest", "--line", "2").stdout.splitlines()
    assert lines[0].startswith("2  name  Rene Monné <rene@three.org> and Monne, Rene <")
    assert lines[2].strip() == "Rene Monné <rene@three.org> <monne@four.org>"


def test_unknown(home):
    rows = home.json("people", "unknown", BAROGRAPH_NOW=NOW)
    found = [(r["kind"], r["pattern"], r["commits_release"], r["commits_year"]) for r in rows]
    assert found == [
        ("domain", "mail.com", 2, 2),
        ("domain", "three.org", 2, 2),
        ("address", "lliubbo@mail.com", 2, 2),
        ("address", "rene@three.org", 2, 2),
        ("domain", "four.org", 1, 1),
        ("address", "monne@four.org", 1, 1),
    ]


def test_unknown_ends_with_an_old_mirror(home):
    """The same twelve months as in the weather report."""
    later = home.run("people", "unknown", "--format", "json", BAROGRAPH_NOW="2012-01-01T00:00:00Z")
    assert json.loads(later.stdout) == home.json("people", "unknown", BAROGRAPH_NOW=NOW)
    window = home.json("weather", BAROGRAPH_NOW="2012-01-01T00:00:00Z")["recent"]["window"]
    assert f"last release: 1.1.0; 12 months: {window} by committer date" in later.stderr


def test_bad_employers_have_a_place(home):
    (home.path / "people" / "employers.tsv").write_text("# fine\ndomain\tone.org\n")
    assert "employers.tsv:2: " in home.run("people", status=78).stderr


def test_wrong_words(home):
    home.run("people", "everybody", status=64)
    home.run("people", "list", "suggest", status=64)
    home.run("people", "list", "--write", status=64)
