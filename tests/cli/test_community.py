"""`community` on a repository made on the spot, by hand and beside `figure`."""

import pytest
from workshop import Home, Repository

ANN = ("Ann Light", "ann@one.org")
BEN = ("Ben Mast", "ben@two.org")
CID = ("Cid Wave", "cid@two.org")
DOT = ("Dot Quay", "dot@home.net")
EVE = ("Eve Reef", "eve@three.org")

# kind, pattern, employer, from, to, confidence, evidence, learned, country
EMPLOYERS = "\n".join("\t".join(row) for row in [
    ("domain", "one.org", "One", "", "", "C", "", "", "GB"),
    ("domain", "two.org", "Two", "", "", "C", "", "", "JP"),
    ("address", "cid@two.org", "Two", "", "", "A", "", "", "DE"),
    ("address", "dot@home.net", "One"),
]) + "\n"

PROGRAMMES = """# person, programme, year, first day, last day
Ben Mast\tSummer\t2020
cid@two.org\tSummer\t2020\t2020-03-01\t2020-03-31
Never Landed\tSummer\t2020
Ann Light\tWinter\t2021
"""

LIST = "Maintainers List\n\nWATER\nM:\tBen Mast <ben@two.org>\nS:\tSupported\nF:\tfiles/\n"


@pytest.fixture(scope="module")
def pier(tmp_path_factory):
    r = Repository(tmp_path_factory.mktemp("repository") / "pier")
    number = 0

    def say(author, date, *lines, files=None):
        nonlocal number
        number += 1
        r.commit(author, f"{date}T12:00:00", files or {f"files/{number}": "x\n"},
                 "\n".join(["change", "", *lines]))

    # Ann is there in seven months of 2019 and never again; Eve in two far apart.
    for month in range(1, 8):
        say(ANN, f"2019-0{month}-10")
    r.tag("v1.0.0", "2019-08-01T12:00:00")
    say(BEN, "2020-02-01", "Reviewed-by: Ann Light <ann@one.org>")
    say(BEN, "2020-02-02", "Reviewed-by: Ann Light <ann@one.org>", "Acked-by: Dot Quay <dot@home.net>")
    say(CID, "2020-02-10")
    say(CID, "2020-03-10", "Nacked-by: Ann Light <ann@one.org>")
    say(DOT, "2020-04-01")
    r.tag("v1.1.0", "2020-08-01T12:00:00")
    say(BEN, "2021-02-01", files={"MAINTAINERS": LIST})
    say(EVE, "2021-02-02", "Reviewed-by: Ben Mast <ben@two.org>")
    r.tag("v1.2.0", "2021-06-01T12:00:00")
    return r


@pytest.fixture(scope="module")
def home(pier, tmp_path_factory):
    made = Home(tmp_path_factory.mktemp("home") / "home", pier, employers=EMPLOYERS)
    (made.folder / "people" / "programmes.tsv").write_text(PROGRAMMES)
    return made


def rows(home, *arguments):
    found = home.json("community", *arguments)["rows"]
    return {next(iter(row.values())): row for row in found}


def test_newcomers_by_release(home):
    releases = rows(home, "newcomers")
    assert [(r["people"], r["newcomers"], r["came_back"]) for r in releases.values()] == [
        (1, 1, 0), (3, 3, 1), (2, 1, None)]
    assert releases["1.1.0"]["came_back_percent"] == 33.3
    assert releases["1.1.0"]["next"] == "1.2.0"
    assert releases["1.1.0"]["reviewed_by"] == "Ann Light 2, Dot Quay 1"
    assert releases["1.1.0"]["reviewers"] == 2
    for name, row in releases.items():
        assert row["newcomers"] == home.figure("newcomers", "--release", name)


def test_newcomers_of_a_release(home):
    people = rows(home, "newcomers", "--release", "1.1.0")
    assert list(people) == ["Ben Mast", "Cid Wave", "Dot Quay"]
    ben = people["Ben Mast"]
    assert (ben["first_patch"], ben["commits"], ben["came_back"]) == ("2020-02-01", 2, True)
    assert (ben["first_review"], ben["first_maintained"]) == ("2021-02-02", "1.2.0: WATER")
    assert ben["employer"] == "Two" and ben["reviewed_by"] == "Ann Light 2, Dot Quay 1"
    assert people["Cid Wave"]["reviewed_by"] == "" and not people["Cid Wave"]["came_back"]
    # Dot acked before the first patch.
    assert people["Dot Quay"]["first_review"] == "2020-02-02"


def test_regulars_who_went_quiet(home):
    # The newest commit is of 2021-02-02 and was not mined lately: twelve months before its end Ann
    # had done her last, and Cid and Dot had not.
    people = rows(home, "quiet")
    assert list(people) == ["Ann Light"]
    ann = people["Ann Light"]
    assert (ann["commits"], ann["approvals"], ann["months"]) == (7, 2, 8)
    assert (ann["first"], ann["last"]) == ("2019-01-10", "2020-02-02")
    assert rows(home, "quiet", "--silent", "24") == {}
    assert rows(home, "quiet", "--months", "9") == {}


def test_how_regular_and_how_quiet(home):
    # Cid: February and March 2020. Dot: an ack in February, a commit in April.
    assert list(rows(home, "quiet", "--months", "2", "--silent", "9")) == [
        "Dot Quay", "Cid Wave", "Ann Light"]
    assert list(rows(home, "quiet", "--months", "3", "--silent", "9")) == ["Ann Light"]


def test_months_must_lie_within_twelve(tmp_path):
    # February 2020 and February 2021 are thirteen months; March 2020 would make it twelve.
    branch = Repository(tmp_path / "far")
    for month in ("2019-02", "2020-02"):
        branch.commit(BEN, f"{month}-01T12:00:00", {f"files/{month}": "x\n"})
    for month in ("2019-03", "2020-02"):
        branch.commit(CID, f"{month}-01T12:00:00", {f"files/c{month}": "x\n"})
    branch.commit(EVE, "2021-06-01T12:00:00", {"files/e": "x\n"})
    far = Home(tmp_path / "home", branch)
    assert list(rows(far, "quiet", "--months", "2")) == ["Cid Wave"]


def test_programmes(home):
    cohorts = home.json("community", "programmes")["rows"]
    assert [(c["programme"], c["year"], c["people"]) for c in cohorts] == [
        ("Summer", 2020, 3), ("Winter", 2021, 1)]
    summer = cohorts[0]
    # Ben landed two and one later, Cid one before and one in March; the third nothing. Both did
    # something in the twelve months to February 2021.
    assert (summer["landed"], summer["stayed"], summer["active"]) == (2, 1, 2)
    assert (summer["before"], summer["during"], summer["after"]) == (1, 3, 1)
    each = home.json("community", "programmes", "--each")["rows"]
    assert [(m["person"], m["known"]) for m in each] == [
        ("Ben Mast", True), ("Never Landed", False), ("Cid Wave", True), ("Ann Light", True)]


def test_countries(home):
    countries = rows(home, "countries", "--year", "2020")
    assert {name: (c["region"], c["people"], c["commits"]) for name, c in countries.items()} == {
        "DE": ("Europe", 1, 2),   # Cid by a row of his own
        "JP": ("Asia", 1, 2),     # Ben by the domain
        "GB": ("Europe", 1, 1)}   # Dot by the employer
    assert countries["DE"]["share_percent"] == 40.0
    assert countries["GB"]["before"] == 7 and countries["GB"]["growth_percent"] == -85.7
    assert countries["JP"]["growth_percent"] is None


def test_regions(home):
    regions = home.json("community", "countries", "--year", "2020", "--regions")["rows"]
    assert [(r["region"], r["commits"]) for r in regions] == [("Europe", 3), ("Asia", 2)]
    assert "2020" in home.run("community", "countries", "--year", "2020")


def test_countries_by_a_rule_of_ones_own(home):
    found = rows(home, "countries", "--release", "1.1.0", "--employer", "Two")
    assert {name: c["commits"] for name, c in found.items()} == {"DE": 2, "JP": 2}
    assert "only for Two" in home.run("community", "countries", "--employer", "Two")


def test_unknown_countries_are_told(home):
    assert rows(home, "countries")["(unknown)"]["commits"] == 1  # Eve


@pytest.mark.parametrize("arguments, status, words", [
    ([], 64, "one of newcomers, quiet, programmes, countries"),
    (["gulls"], 64, "\"gulls\" is none of newcomers"),
    (["quiet", "--year", "2020"], 64, "--year does not go with community quiet"),
    (["newcomers", "--path", "files"], 64, "--path does not go with"),
    (["countries", "--path", "not/there"], 66, "no commit in"),
    (["quiet", "--months", "1"], 64, "2 to 12"),
    (["quiet", "--silent", "x"], 64, "number of months"),
    (["newcomers", "--release", "7.7"], 66, "7.7"),
    (["countries", "--year", "1999"], 66, "no commit in 1999"),
])
def test_what_cannot_be_answered(home, arguments, status, words):
    result = home.attempt("community", *arguments)
    assert result.returncode == status and words in result.stderr and result.stdout == ""


@pytest.mark.parametrize("text, words", [
    ("Ben Mast\tSummer\n", ":1: found 2 columns"),
    ("# x\nBen Mast\tSummer\tlate\n", ":2: \"late\" is not a year"),
    ("\tSummer\t2020\n", ":1: the person is missing"),
    ("Ben\tSummer\t2020\t2020-05-01\t2020-04-01\n", "lies before the first day"),
    ("Ben\tSummer\t2020\tsoon\n", "\"soon\" is not a day"),
])
def test_bad_programmes(pier, tmp_path, text, words):
    home = Home(tmp_path / "home", pier, employers=EMPLOYERS)
    result = home.attempt("community", "programmes")
    assert result.returncode == 66 and "programmes.tsv cannot be read" in result.stderr
    (home.folder / "people" / "programmes.tsv").write_text(text)
    result = home.attempt("community", "programmes")
    assert result.returncode == 78 and words in result.stderr


def test_bad_and_missing_countries(pier, tmp_path):
    home = Home(tmp_path / "home", pier, employers="domain\tone.org\tOne\n")
    result = home.attempt("community", "countries")
    assert result.returncode == 66 and "names no country" in result.stderr
    row = "domain\tone.org\tOne\t\t\t\t\t\tUK\n"
    (home.folder / "people" / "employers.tsv").write_text(row)
    result = home.attempt("community", "countries")
    assert result.returncode == 78 and "the country is \"UK\"" in result.stderr
