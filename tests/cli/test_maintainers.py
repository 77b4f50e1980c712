"""`maintainers` on a repository made on the spot, by hand."""

import pytest
from workshop import Home, Repository

ANN = ("Ann Light", "ann@one.org")
BEN = ("Ben Mast", "ben@one.org")
CID = ("Cid Wave", "cid@two.org")

EMPLOYERS = "domain\tone.org\tOne\ndomain\ttwo.org\tTwo\n"

OLD = """Maintainers List (try to look for most precise areas first)

LAMP
M:\tAnn Light <ann@one.org>
M:\tBen Mast <ben@one.org>
S:\tSupported
F:\tlamp/

HORN
M:\tCid Wave <cid@two.org>
R:\tAnn Light <ann@one.org>
S:\tSupported
F:\thorn/*.c
X:\thorn/old.c

GULLS
M:\tNils Nobody <nils@elsewhere.net>
S:\tOdd Fixes
F:\tgulls/

TIDE
L:\tlist@one.org
S:\tOrphan
F:\ttide/

THE REST
M:\tBen Mast <ben@one.org>
M:\tCid Wave <cid@two.org>
S:\tSupported
F:\t*
F:\t*/
"""

FILES = {"lamp/a.c": "a\n", "lamp/deep/b.c": "b\n", "horn/h.c": "h\n", "horn/old.c": "o\n",
         "gulls/g.c": "g\n", "README": "r\n"}


@pytest.fixture(scope="module")
def quay(tmp_path_factory):
    r = Repository(tmp_path_factory.mktemp("repository") / "quay")
    r.commit(ANN, "2019-01-10T12:00:00", {**FILES, "MAINTAINERS": OLD}, "start")
    r.commit(CID, "2019-02-01T12:00:00", {"horn/h.c": "hh\n"}, "horn: louder\n\nAcked-by: Ben Mast <ben@one.org>")
    r.tag("v1.0.0", "2019-03-01T12:00:00")
    r.commit(ANN, "2020-08-01T12:00:00", {"tide/t.c": "t\n"},
             "tide: new\n\nReviewed-by: Ben Mast <ben@one.org>\nNacked-by: Cid Wave <cid@two.org>")
    r.tag("v1.1.0", "2020-09-01T12:00:00")
    r.commit(ANN, "2020-10-01T12:00:00", {"MAINTAINERS": None}, "no maintainers")
    r.tag("v1.2.0", "2020-11-01T12:00:00")
    return r


@pytest.fixture(scope="module")
def home(quay, tmp_path_factory):
    return Home(tmp_path_factory.mktemp("home") / "home", quay, employers=EMPLOYERS)


def sections(home, *arguments):
    return {row["section"]: row for row in home.json("maintainers", *arguments)["sections"]}


def test_sections_of_a_release(quay, home):
    rows = sections(home, "--release", "1.1.0")
    assert list(rows) == ["LAMP", "HORN", "GULLS", "TIDE", "THE REST"]
    files = {name: row["files"] for name, row in rows.items()}
    tree = quay.git("ls-tree", "-r", "--name-only", "v1.1.0").split()
    assert files == {"LAMP": sum(p.startswith("lamp/") for p in tree), "HORN": 1, "GULLS": 1,
                     "TIDE": 1, "THE REST": 3}  # MAINTAINERS, README, horn/old.c
    page = home.json("maintainers", "--release", "1.1.0")
    assert (page["files"], page["files_rest"]) == (len(tree), 3)


def test_who_holds_them(home):
    rows = sections(home, "--release", "1.1.0")
    assert [(r["maintainers"], r["reviewers"]) for r in rows.values()] == [
        (2, 0), (1, 1), (1, 0), (0, 0), (2, 0)]
    assert [r["one_maintainer"] for r in rows.values()] == [False, True, True, False, False]
    # Nils works for nobody knows whom, which is no employer; the rest is in two hands.
    assert [r["one_employer"] for r in rows.values()] == [True, True, False, False, False]
    assert rows["LAMP"]["people"] == "Ann Light, Ben Mast"
    assert rows["THE REST"]["employers"] == "One, Two"


def test_who_is_silent(home):
    # Cid's last commit is of February 2019, and refusing is no approval; Nils never did anything.
    rows = sections(home, "--release", "1.1.0")
    assert [r["silent"] for r in rows.values()] == [False, True, True, False, False]
    assert (rows["HORN"]["last"], rows["HORN"]["last_by"]) == ("2019-02-01", "Cid Wave")
    assert rows["GULLS"]["last"] is None
    assert [r["silent"] for r in sections(home, "--release", "1.0.0").values()] == [
        False, False, True, False, False]


def test_people(home):
    people = {row["person"]: row for row in
              home.json("maintainers", "people", "--release", "1.1.0")["people"]}
    assert set(people) == {"Ann Light", "Ben Mast", "Cid Wave", "Nils Nobody"}
    assert (people["Ben Mast"]["sections"], people["Ben Mast"]["alone"]) == (2, 0)
    assert (people["Cid Wave"]["sections"], people["Cid Wave"]["alone"]) == (2, 1)
    ben = people["Ben Mast"]
    assert (ben["last_commit"], ben["last_review"], ben["last_ack"]) == (
        None, "2020-08-01", "2019-02-01")
    # What came after the release does not count.
    early = {row["person"]: row for row in
             home.json("maintainers", "people", "--release", "1.0.0")["people"]}
    assert early["Ben Mast"]["last_review"] is None and early["Ben Mast"]["last_ack"]


@pytest.mark.parametrize("only, names", [
    ("one", ["HORN", "GULLS"]), ("employer", ["LAMP", "HORN"]), ("silent", ["HORN", "GULLS"]),
    ("none", ["TIDE"])])
def test_only_some(home, only, names):
    assert list(sections(home, "--release", "1.1.0", "--only", only)) == names


def test_the_sentence(home):
    text = home.run("maintainers", "--release", "1.1.0")
    assert ("5 sections: 2 with one maintainer, 2 in one employer's hands, 2 silent for 12 months, "
            "1 without a maintainer. 8 files, 3 of them in no section but the rest.") in text
    assert "MAINTAINERS at v1.1.0" in text and "up to 2020-09-01" in text


@pytest.mark.parametrize("arguments, status, words", [
    ([], 66, "has no MAINTAINERS file at main"),
    (["--release", "1.2.0"], 66, "has no MAINTAINERS file at v1.2.0"),
    (["--release", "9.9"], 66, "9.9"),
    (["gulls"], 64, "sections or people"),
    (["--only", "some"], 64, "one, employer, silent, none"),
    (["people", "--only", "one"], 64, "of people it is silent"),
])
def test_what_cannot_be_answered(home, arguments, status, words):
    result = home.attempt("maintainers", *arguments)
    assert result.returncode == status and words in result.stderr and result.stdout == ""
