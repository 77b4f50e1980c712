"""barograph people evidence, questions, diff, and --as-of, on a repository whose people move."""

import json

import pytest

from homes import DAY, Home, Repository

NOW = "2011-06-01T00:00:00Z"
LIST = """Maintainers

Maintainers List

ALL
M:\t{}
S:\tSupported
F:\t*
"""
TABLE = """domain\tone.org\tOne\t\t\tC
domain\ttwo.org\tTwo\t\t\tC
domain\tfree.org\t(unaffiliated)\t\t\tC
address\tgus@free.org\tTwo\t\t\tD\tperhaps
"""

MAILMAP = "Ann Author <ann@one.org> <ann@free.org>\n"

ANN, ANN_FREE = ("Ann Author", "ann@one.org"), ("Ann Author", "ann@free.org")
BOB = ("Bob Liu", "bob@free.org")
CY, CY_TWO = ("Cy Mover", "cy@one.org"), ("Cy Mover", "cy@two.org")


def signed(name, address):
    return f"work\n\nSigned-off-by: {name} <{address}>\n"


def maintain(repository, who, author):
    (repository.path / "MAINTAINERS").write_text(LIST.format(who))
    repository.git("add", "MAINTAINERS")
    repository.commit("MAINTAINERS: a new address", author)


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    made = Repository(tmp_path_factory.mktemp("repository") / "frob")
    maintain(made, "Ann Author <ann@one.org>", ANN)
    made.commit("one", ANN, 2)
    made.tag("v1.0.0")
    made.commit(signed("Bob Liu", "bob.liu@two.org"), BOB, 4)
    made.commit("early", CY, 2)
    # Written at One, landed by himself at Two forty days later.
    landing = {"GIT_COMMITTER_DATE": f"{made.time + 40 * DAY} +0000"}
    made.git("commit", "-q", "--allow-empty", "-m", signed("Cy Mover", "cy@two.org"),
             **{**made.stamps(CY), **landing})
    made.time += 60 * DAY
    made.commit("late", CY_TWO)
    # An address change, and no employer change: she says so on the commit itself.
    maintain(made, "Ann Author <ann@free.org>", ANN_FREE)
    made.git("commit", "-q", "--amend", "-m", signed("Ann Author", "ann@one.org"),
             **made.stamps(ANN_FREE))
    made.commit("later", ANN_FREE, 3)
    made.commit("guess", ("Gus", "gus@free.org"), 2)
    made.commit("who", ("Hal Ives", "hal@three.org"))
    made.commit("who", ("Ida Jones", "ida@three.org"))
    made.commit("nobody", ("Kim", "none@none"))
    made.commit("same", ("Wei Wang", "wei@one.org"))
    made.commit("other", ("Wei Wang", "wei@two.org"))
    made.tag("v1.1.0")
    return made


@pytest.fixture
def home(repository, tmp_path):
    made = Home(tmp_path / "h", {"frob": repository}).mine()
    table(made).write_text(TABLE)
    (made.path / "people" / "mailmap").write_text(MAILMAP)
    return made


def table(home):
    return home.path / "people" / "employers.tsv"


def ask(home, *arguments):
    return home.json("people", *arguments, BAROGRAPH_NOW=NOW)


def tenures(home, who, *arguments):
    rows = ask(home, "evidence", who, *arguments)
    return [(r["employer"], r["confidence"], r["commits"]) for r in rows]


def share(home, employer, *arguments):
    output = home.run("figure", "share", "--release", "1.1.0", "--employer", employer, *arguments)
    return float(output.stdout)


def commits(home, employer, *arguments):
    output = home.run("figure", "commits", "--release", "1.1.0", "--employer", employer, *arguments)
    return int(output.stdout)


def test_own_signatures_are_stated(home):
    (row,) = ask(home, "evidence", "bob@free.org")
    assert (row["employer"], row["confidence"], row["commits"]) == ("Two", "A", 4)
    assert (row["first"], row["last"]) == ("2010-01-06", "2010-01-09")
    assert "Signed-off-by bob.liu@two.org on 4 of 4 commits" in row["evidence"]
    assert row["counted"] == "(unaffiliated) 4"


def test_an_address_change_is_no_employer_change(home):
    """The new address says nothing, and what is signed on the change itself says: still there."""
    rows = ask(home, "evidence", "Ann Author")
    assert [(r["employer"], r["commits"]) for r in rows] == [("One", 4), ("(unaffiliated)", 3)]
    assert rows[0]["confidence"] == "A" and rows[1]["confidence"] is None


def test_a_list_that_names_an_employer_is_a_strong_sign(home, repository):
    signs = ask(home, "evidence", "ann@one.org", "--commits")
    named = [sign for sign in signs if sign["sign"] == "named"]
    first = repository.git("rev-list", "--reverse", "HEAD", "--", "MAINTAINERS").split()[0]
    assert [(s["commit"], s["confidence"], s["employer"]) for s in named] == [(first, "B", "One")]


def test_written_at_one_landed_at_the_next(home, repository):
    """It counts by the author's date; the next employer begins when it landed."""
    rows = ask(home, "evidence", "cy@one.org")
    assert [(r["employer"], r["commits"]) for r in rows] == [("One", 3), ("Two", 0)]
    rows = ask(home, "evidence", "cy@two.org")
    assert [(r["employer"], r["confidence"], r["commits"]) for r in rows] == [("Two", "C", 1)]
    (home.path / "people" / "mailmap").write_text("Cy Mover <cy@two.org> <cy@one.org>\n")
    rows = ask(home, "evidence", "Cy Mover")
    assert [(r["employer"], r["confidence"], r["commits"]) for r in rows] == [
        ("One", "C", 3),
        ("Two", "B", 1),
    ]
    (landed,) = [
        s for s in ask(home, "evidence", "Cy Mover", "--commits") if s["sign"] == "landed"
    ]
    assert landed["day"] == repository.git("show", "-s", "--format=%cs", landed["commit"])
    assert rows[1]["first"] == landed["day"] > rows[0]["last"]
    assert commits(home, "One") == 3 + 1 and commits(home, "Two") == 1 + 2 + 1


def test_a_person_by_name_or_address(home):
    by_address = tenures(home, "Ann <ANN@one.org>")
    assert tenures(home, "author, ann") == tenures(home, "Ann Author") == by_address
    assert tenures(home, "liu") == tenures(home, "bob@free.org")
    several = home.run("people", "evidence", "Wei Wang", status=66).stderr
    assert "2 people are" in several and "wei@one.org" in several and "wei@two.org" in several
    assert "is it Bob Liu" in home.run("people", "evidence", "Bob Lieu", status=66).stderr
    assert "bob@free.org" in home.run("people", "evidence", "bob@fre.org", status=66).stderr


def test_questions_come_by_what_they_move(home):
    rows = ask(home, "questions")
    told = [(r["commits"], r["reason"], r["pattern"], r["proposed"]) for r in rows]
    assert told == [
        (4, "signed", "bob@free.org", "Two"),
        (3, "group", "ann@free.org", None),
        (2, "unknown", "three.org", None),
        (2, "guess", "gus@free.org", None),
        (1, "signed", "ann@free.org", "One"),
    ]
    whole = int(home.run("figure", "commits", "--release", "1.1.0").stdout)
    for row in rows:
        assert row["moves"] == pytest.approx(100 * row["commits"] / whole)
    assert rows[2]["line"].startswith("domain\tthree.org\t?\t")
    assert rows[3]["line"].startswith("address\tgus@free.org\t?\t")
    assert "One until 2010-0" in rows[1]["line"]
    assert all(row["line"].endswith("\t2011-06-01") for row in rows)


def test_an_answer_moves_what_was_said(home, tmp_path):
    """Pasted and answered, a question is gone, and the figures are those it foretold."""
    old = tmp_path / "old.tsv"
    old.write_text(table(home).read_text())
    for row in ask(home, "questions"):
        answer = row["proposed"] or "Six"
        line = row["line"].replace("\t?\t", f"\t{answer}\t")
        before = share(home, answer) if answer != "Six" else 0
        counted = commits(home, answer) if answer != "Six" else 0
        table(home).write_text(old.read_text() + line + "\n")
        assert commits(home, answer) == counted + row["commits"], line
        assert row["pattern"] not in [r["pattern"] for r in ask(home, "questions")
                                      if r["reason"] == row["reason"]]
        (changed,) = [
            r for r in ask(home, "diff", str(old), str(table(home))) if r["name"] == answer
        ]
        assert (changed["old"], changed["new"]) == (counted, counted + row["commits"])
        assert (changed["old_percent"], changed["new_percent"]) == (before, share(home, answer))
        if row["proposed"]:
            assert round(row["share_before_percent"], 1) == before
            assert round(row["share_after_percent"], 1) == share(home, answer)


def test_all_answers_together(home):
    text = home.run("people", "questions", BAROGRAPH_NOW=NOW).stdout
    asked = [line for line in text.splitlines() if line.lstrip("# ").split("\t")[0] in
             ("address", "domain")]
    assert len(asked) == 5 and "# 1. Bob Liu, bob@free.org: counted for (unaffiliated)" in text
    # As it is printed it may be appended: what is not answered stays a comment.
    table(home).write_text(TABLE + text)
    assert commits(home, "Two") == 4 + 1 + 2 + 1
    answered = [line.removeprefix("# ").replace("\t?\t", "\tSix\t") for line in asked]
    table(home).write_text(TABLE + "\n".join(answered) + "\n")
    assert ask(home, "questions") == []
    assert "nothing is open" in home.run("people", "questions", BAROGRAPH_NOW=NOW).stderr


def test_a_question_mark_is_no_employer(home):
    table(home).write_text(TABLE + "domain\tthree.org\t?\n")
    assert "employers.tsv:5: the employer of three.org is still" in home.run(
        "people", "questions", status=78).stderr


def test_the_table_as_it_was_known(home):
    table(home).write_text(
        TABLE
        + "address\tbob@free.org\tOne\t\t\tB\theard\t2010-06-01\n"
        + "address\tbob@free.org\tTwo\t\t\tA\tasked\t2010-09-01\n"
    )
    for day, expected in (("2010-05-31", 0), ("2010-06-01", 4), ("2010-08-31", 4), ("2010-09-01", 0)):
        assert commits(home, "One", "--as-of", day) == 4 + expected
    told = home.json("figure", "commits", "--release", "1.1.0", "--as-of", "2010-06-01")
    assert told["reading"]["as_of"] == "2010-06-01"
    assert told["reading"]["text"].endswith(", employers as known on 2010-06-01")
    report = home.json("weather", "--release", "1.1.0", "--as-of", "2010-06-01", BAROGRAPH_NOW=NOW)
    assert all(r["as_of"] == "2010-06-01" for r in report["readings"])
    counts = {r["name"]: r["commits"] for r in report["employers"]["rows"]}
    assert counts["One"] == commits(home, "One", "--as-of", "2010-06-01")
    rows = {r["address"]: r["employer"] for r in home.json("people", "--as-of", "2010-06-01")}
    assert rows["bob@free.org"] == "One"
    home.run("figure", "commits", "--as-of", "then", status=64)


def test_what_an_edit_changes(home, tmp_path):
    new = tmp_path / "people"
    new.mkdir()
    (new / "employers.tsv").write_text(TABLE + "address\tbob@free.org\tTwo\t\t\tA\n")
    (new / "mailmap").write_text(MAILMAP + "Cy Mover <cy@two.org> <cy@one.org>\n")
    rows = {(r["kind"], r["name"]): r for r in ask(home, "diff", str(home.path), str(new))}
    assert (rows["figure", "people"]["old"], rows["figure", "people"]["new"]) == (10, 9)
    whole = int(home.run("figure", "commits", "--release", "1.1.0").stdout)
    two = rows["employer", "Two"]
    assert (two["old"], two["new"]) == (4, 8)
    assert two["old_percent"] == pytest.approx(round(100 * 4 / whole, 1))
    assert two["new_percent"] == pytest.approx(round(100 * 8 / whole, 1))
    assert (rows["employer", "(unaffiliated)"]["new"]) == 3 + 1
    same = home.run("people", "diff", str(home.path), str(home.path), BAROGRAPH_NOW=NOW)
    assert "no figure changes" in same.stderr and len(same.stdout.splitlines()) == 1


def test_an_edit_of_a_year(home, tmp_path):
    new = tmp_path / "new.tsv"
    new.write_text(TABLE + "domain\tthree.org\tThree\n")
    result = home.run("people", "diff", str(table(home)), str(new), "--year", "2010",
                      "--format", "json", BAROGRAPH_NOW=NOW)
    rows = {r["name"]: (r["old"], r["new"]) for r in json.loads(result.stdout)}
    assert rows["Three"] == (0, 2) and rows["(unknown)"] == (3, 1)
    assert rows["employers"] == (2, 3)
    assert "2010 by committer date" in result.stderr


def test_wrong_words(home, tmp_path):
    bad = tmp_path / "bad.tsv"
    bad.write_text(TABLE + "domain\tx.org\n")
    assert f"{bad}:5: found 2 columns" in home.run(
        "people", "diff", str(table(home)), str(bad), status=78).stderr
    assert "is not there" in home.run("people", "diff", "no", str(bad), status=66).stderr
    (tmp_path / "empty").mkdir()
    assert "neither an employers.tsv nor a mailmap" in home.run(
        "people", "diff", str(table(home)), str(tmp_path / "empty"), status=66).stderr
    home.run("people", "diff", str(bad), status=64)
    home.run("people", "evidence", status=64)
    home.run("people", "questions", "now", status=64)
    home.run("people", "list", "--release", "1.1.0", status=64)
    home.run("people", "questions", "--commits", status=64)
    assert "2.0.0" in home.run("people", "questions", "--release", "2.0.0", status=66).stderr
    home.run("people", "questions", "--release", "1.1.0", "--year", "2010", status=64)


def test_a_repository_that_moved_away(home, tmp_path, repository):
    """What the lists said is left out, and said so."""
    conf = home.path / "barograph.conf"
    conf.write_text(conf.read_text().replace(str(repository.path), str(tmp_path / "gone")))
    result = home.run("people", "evidence", "Ann Author", "--format", "json")
    assert "MAINTAINERS and CREDITS are left out: " in result.stderr
    assert [r["employer"] for r in json.loads(result.stdout)][0] == "One"


def test_no_release_yet(tmp_path):
    made = Repository(tmp_path / "r")
    made.commit("one", ("Ann Author", "ann@three.org"), 2)
    home = Home(tmp_path / "h", {"r": made}).mine()
    result = home.run("people", "questions", "--format", "json", BAROGRAPH_NOW="2010-02-01T00:00:00Z")
    (row,) = json.loads(result.stdout)
    assert (row["commits"], row["moves"], row["pattern"]) == (2, 100, "ann@three.org")
    later = home.run("people", "questions", "--year", "2012")
    assert later.stdout == ""
