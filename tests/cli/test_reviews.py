"""`reviews` beside counts by hand, on a repository made on the spot."""

import re

import pytest
from workshop import Home, Repository

ANN = ("Ann Light", "ann@one.org")
ANN_AT_HOME = ("Ann Light", "ann@home.net")
BEN = ("Ben Mast", "ben@one.org")
CID = ("Cid Wave", "cid@two.org")
DOT = ("Dot Quay", "dot@nowhere.net")
EVE = ("Eve Reef", "eve@elsewhere.net")

MAILMAP = "Ann Light <ann@one.org> <ann@home.net>\n"
EMPLOYERS = "\n".join(
    "\t".join(row) for row in [
        ("domain", "one.org", "One", "", "", "C", ""),
        ("domain", "two.org", "Two", "", "2021-06-30", "C", ""),
        ("domain", "two.org", "One", "2021-07-01", "", "C", "bought"),
    ]) + "\n"


class Harbour(Repository):
    def __init__(self, folder):
        super().__init__(folder)
        self.number = 0

    def say(self, author, date, *lines, committed=None):
        self.number += 1
        message = "\n".join(["water: change", "", "Text.", "", *lines])
        self.commit(author, date, {f"files/{self.number}": f"{self.number}\n"}, message, committed)

    def imported(self, author, date):
        self.number += 1
        self.write({f"files/{self.number}": "x\n"})
        self.git("add", "-A")
        stamps = self.stamps(author, date)
        stamps.update(GIT_COMMITTER_NAME=author[0], GIT_COMMITTER_EMAIL=author[1])
        self.git("commit", "-q", "-m", f"import\n\nReviewed-by: {CID[0]} <{CID[1]}>", **stamps)


def by(kind, person):
    return f"{kind}-by: {person[0]} <{person[1]}>"


@pytest.fixture(scope="module")
def harbour(tmp_path_factory):
    """2019: imported. 2020 and 2021: what the tests below count."""
    r = Harbour(tmp_path_factory.mktemp("repository") / "harbour")
    for day in (1, 2, 3):
        r.imported(ANN, f"2019-02-0{day}T12:00:00")
    r.tag("v1.0.0", "2019-02-10T12:00:00")
    # 2020: ten commits, three days, one day and no time from author to committer.
    r.say(ANN, "2020-01-01T12:00:00", by("Reviewed", BEN), committed="2020-01-04T12:00:00")
    r.say(ANN, "2020-01-05T12:00:00", by("Reviewed", CID), by("Acked", CID),
          committed="2020-01-06T12:00:00")
    r.say(ANN, "2020-01-07T12:00:00", by("Reviewed", ANN))  # herself
    r.say(ANN, "2020-01-08T12:00:00", by("Reviewed", ANN_AT_HOME))  # herself, by the mailmap
    r.say(CID, "2020-01-09T12:00:00", by("Acked", ANN), by("Reviewed", BEN))
    r.say(BEN, "2020-01-10T12:00:00", by("Nacked", CID))
    r.say(BEN, "2020-01-11T12:00:00", by("Reviewed", DOT))  # of an unknown employer
    r.say(DOT, "2020-01-12T12:00:00", by("Acked", EVE))  # both unknown
    r.say(ANN, "2020-01-13T12:00:00", "Acked-by: Cid Wave")  # by name alone
    r.say(BEN, "2020-01-14T12:00:00", "Reviwed-by: Cid Wave <cid@two.org>")  # misspelt
    r.tag("v1.1.0", "2020-02-01T12:00:00")
    # 2021: Cid's employer is bought by Ann's in July; what was written before lands after.
    r.say(ANN, "2021-06-30T12:00:00", by("Acked", CID), committed="2021-07-10T12:00:00")
    r.say(ANN, "2021-07-01T12:00:00", by("Acked", CID), committed="2021-07-11T12:00:00")
    r.tag("v1.2.0", "2021-08-01T12:00:00")
    return r


@pytest.fixture(scope="module")
def home(harbour, tmp_path_factory):
    return Home(tmp_path_factory.mktemp("home") / "home", harbour, MAILMAP, EMPLOYERS)


def rows(home, *arguments):
    page = home.json("reviews", *arguments)
    key = next(iter(page["rows"][0]))
    return {row[key]: row for row in page["rows"]}


def test_years(home):
    years = rows(home)
    assert list(years) == ["2019", "2020", "2021"]
    # Approved: by Ben, by Cid, by Ann and Ben, by Dot, by Eve, by Cid by name.
    assert (years["2020"]["commits"], years["2020"]["approved"]) == (10, 6)
    assert years["2020"]["approved_percent"] == 60.0
    # Cid of Ann, Ann of Cid, Dot of Ben, Cid by name of Ann; Ben is of Ann's employer, and of Dot
    # and Eve it is not known that they differ.
    assert years["2020"]["independent"] == 4
    assert years["2020"]["certain"] == 3
    # Ann and Ben both approve Cid's commit; Cid's two lines are one approval.
    assert years["2020"]["approvals"] == 7
    assert years["2020"]["reviewers"] == 5
    assert years["2020"]["ratio"] == 0.7


def test_the_author_date_decides_about_employers(home):
    year = rows(home)["2021"]
    assert (year["commits"], year["approved"], year["independent"]) == (2, 2, 1)


def test_misspelt_keys_count_on_request(home):
    page = home.json("reviews", "--year", "2020", "--spelling", "any")
    assert page["total"]["approved"] == 7 and page["total"]["independent"] == 5
    assert page["spelling"] == "any"


def test_raw_names_are_people_too(home):
    # By name Ann is Ann at both addresses.
    assert home.json("reviews", "--year", "2020", "--people", "raw")["total"]["approved"] == 6


def test_days_from_author_to_committer(home):
    year = rows(home)["2020"]
    # Eight commits at once, one after a day, one after three: ranks 5 and 9 of ten.
    assert (year["timed"], year["median_days"], year["p90_days"]) == (10, 0.0, 1.0)
    assert rows(home)["2021"]["median_days"] == 10.0


def test_an_imported_year_has_no_days_but_a_sentence(home):
    page = home.json("reviews")
    year = page["rows"][0]
    assert (year["year"], year["approved"], year["timed"]) == ("2019", 3, 0)
    assert year["median_days"] is None and year["p90_days"] is None
    assert "In 2019 the committer is the author" in page["imported"]
    assert page["imported"] in home.run("reviews")
    assert home.json("reviews", "--from", "2020-01-01")["imported"] is None


def test_releases(home):
    releases = rows(home, "releases")
    assert {name: row["commits"] for name, row in releases.items()} == {
        "1.0.0": 3, "1.1.0": 10, "1.2.0": 2}
    assert releases["1.1.0"]["independent"] == 4
    assert home.json("reviews", "people", "--release", "1.1.0")["total"]["independent"] == 4


def test_employers_give_and_write(home):
    employers = rows(home, "employers", "--year", "2020")
    one = employers["One"]
    # Ann wrote five, Ben three; Ben gave two, Ann one.
    assert (one["commits"], one["approvals"], one["reviewers"]) == (8, 3, 2)
    assert one["ratio"] == 0.38  # 3 / 8
    two = employers["Two"]
    assert (two["commits"], two["approvals"], two["ratio"]) == (1, 2, 2.0)
    unknown = employers["(unknown)"]
    assert (unknown["commits"], unknown["independent"]) == (1, 0)


def test_people_who_wrote_nothing_have_no_ratio(home):
    people = rows(home, "people", "--year", "2020")
    assert people["Ann Light"]["commits"] == 5
    assert people["Ben Mast"]["approvals"] == 2
    assert people["Eve Reef"]["commits"] == 0 and people["Eve Reef"]["ratio"] is None
    assert people["Eve Reef"]["approved_percent"] is None


def test_an_employer_that_counts_as_another(home):
    page = home.json("reviews", "--year", "2020", "--merge", "Two=One")
    assert page["total"]["independent"] == 1  # Dot's of Ben
    assert "Two counted as One" in page["reading"]["text"]


def test_components(home):
    components = rows(home, "components", "--year", "2020")
    assert components["water"]["commits"] == 10
    assert "first word" in home.run("reviews", "components")


def test_every_format_has_the_reading(home):
    for form in ("text", "md"):
        assert "people joined by the mailmap" in home.run("reviews", "--format", form)
    result = home.attempt("reviews", "--format", "csv")
    assert result.stdout.startswith("year,commits,approved,") and len(result.stdout.splitlines()) == 4
    assert "people joined by the mailmap" in result.stderr
    chart = home.run("reviews", "releases", "--format", "svg")
    assert chart.startswith("<svg") and "40" in chart and "people joined by the mailmap" in chart


@pytest.mark.parametrize("arguments, status, words", [
    (["--year", "1999"], 66, "no commit (1999)"),
    (["people", "--path", "not/there"], 66, "there is no commit"),
    (["months"], 64, "by years, releases, components, employers or people"),
    (["years", "twice"], 64, "one word too many"),
    (["--release", "1.1.0"], 64, "years are days"),
    (["releases", "--year", "2020"], 64, "a row for each release"),
    (["--people", "employer"], 64, "--people is raw or mailmap"),
    (["--spelling", "good"], 64, "exact or any"),
    (["people", "--format", "svg"], 64, "only years and releases"),
    (["--employer", "Nobody"], 66, "nobody here works for"),
])
def test_what_cannot_be_answered(home, arguments, status, words):
    result = home.attempt("reviews", *arguments)
    assert result.returncode == status and words in result.stderr and result.stdout == ""


def test_refusals_are_no_approvals(harbour, home):
    assert len(re.findall("Nacked-by", harbour.git("log", "--format=%B"))) == 1
    assert rows(home, "people", "--year", "2020")["Ben Mast"]["approved"] == 1
