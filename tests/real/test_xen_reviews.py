"""Reviews and independence on the real Xen history: shares that are known, and git's own counts."""

import pytest


@pytest.fixture(scope="module")
def years(xen_people):
    return {row["year"]: row for row in xen_people.json("reviews")["rows"]}


@pytest.mark.parametrize("year, percent", [
    ("2011", 20), ("2012", 36), ("2013", 62), ("2016", 77), ("2020", 86)])
def test_the_known_shares_of_independent_approvals(years, year, percent):
    row = years[year]
    assert round(100 * row["independent"] / row["commits"]) == percent


def test_commits_are_gits(xen, years):
    times = xen.git("log", "--no-merges", "--format=%cd", "--date=format:%Y", "master").split()
    for year in ("2011", "2017", "2020"):
        assert years[year]["commits"] == times.count(year)


def test_imported_years_are_recognised(xen, xen_people, years):
    log = xen.git("log", "--no-merges", "--format=%cd%x01%an <%ae>%x01%cn <%ce>",
                  "--date=format:%Y", "master")
    own, other = set(), set()
    for line in log.strip().split("\n"):
        year, author, committer = line.split("\x01")
        (own if author == committer else other).add(year)
    assert {year for year, row in years.items() if row["timed"] == 0} == own - other
    assert "2002 to 2012 the committer is the author" in xen_people.json("reviews")["imported"]


def test_days_of_a_year_are_gits(xen, years):
    pairs = [list(map(int, line.split())) for line in
             xen.git("log", "--no-merges", "--format=%ct %at", "master").splitlines()]
    seconds = sorted(max(c - a, 0) for c, a in pairs if 1483228800 <= c < 1514764800)  # 2017
    row = years["2017"]
    assert row["timed"] == len(seconds)
    assert row["median_days"] == pytest.approx(seconds[-(-len(seconds) // 2) - 1] / 86400, abs=0.05)
    assert row["p90_days"] == pytest.approx(seconds[-(-len(seconds) * 9 // 10) - 1] / 86400, abs=0.05)
