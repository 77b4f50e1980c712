"""Published figures of the real Xen history, by the readings that give them, and how they are found."""

import shlex

import pytest


def repeats(xen, reading):
    words = shlex.split(reading["command"])
    printed = xen.run(*words[1:]).splitlines()
    values = [line.split("\t")[-1] for line in printed]
    return values == [f"{value:.1f}" if isinstance(value, float) else str(value)
                      for value in reading["values"].values()]


@pytest.mark.parametrize("printed, window, merges", [
    ("1193 commits", "RELEASE-4.3.0..4.4.0-rc6", True),
    ("1316 commits", "RELEASE-4.8.0..4.9.0-rc9", False),
    ("70 commits", "RELEASE-4.4.3..RELEASE-4.4.4", False),
])
def test_published_commits_are_found_first(xen, printed, window, merges):
    told = xen.json("reproduce", printed, "--limit", "3")
    first = told["readings"][0]
    assert first["exact"]
    assert (first["reading"]["window"]["name"], first["reading"]["merges"]) == (window, merges)
    assert all(repeats(xen, reading) for reading in told["readings"])


RANGE, DAYS = ["rev-list", "--count", "--no-merges"], ["log", "--no-merges", "--format=%cs", "master"]


@pytest.mark.parametrize("command, day, window", [
    (["rev-list", "--count", "RELEASE-4.5.0..RELEASE-4.6.0"], None, "RELEASE-4.5.0..RELEASE-4.6.0"),
    ([*RANGE, "RELEASE-4.8.1..RELEASE-4.8.2"], None, "RELEASE-4.8.1..RELEASE-4.8.2"),
    ([*RANGE, "RELEASE-4.10.0..4.11.0-rc7"], None, "RELEASE-4.10.0..4.11.0-rc7"),
    ([*RANGE, "RELEASE-4.8.0..stable-4.8"], None, "RELEASE-4.8.0..stable-4.8"),
    ([*RANGE, "master..stable-4.8"], None, "master..stable-4.8"),
    ([*RANGE, "RELEASE-4.5.0"], None, "all that led to RELEASE-4.5.0"),
    ([*RANGE, "master"], None, "all time"),
    (DAYS, ("2016-01-01", "2017-01-01"), "2016"),
    (DAYS, ("2016-01-01", "2016-04-01"), "from 2016-01-01 to before 2016-04-01"),
    (DAYS, ("2013-07-01", "2014-07-01"), "from 2013-07-01 to before 2014-07-01"),
    ([word.replace("%cs", "%as") for word in DAYS], ("2015-01-01", "2016-01-01"), "2015"),
])
def test_what_git_counts_is_found(xen, command, day, window):
    """Whatever somebody typed: it is among the first three."""
    printed = xen.git(*command)
    number = sum(day[0] <= one < day[1] for one in printed.split()) if day else int(printed)
    told = xen.json("reproduce", f"{number} commits", "--limit", "3")
    assert window in [reading["reading"]["window"]["name"] for reading in told["readings"] if reading["exact"]]


def test_people_and_lines_as_git_counts_them(xen):
    people = len(xen.git("shortlog", "-sn", "--no-merges", "RELEASE-4.6.0..4.7.0-rc4").splitlines())
    commits = int(xen.git(*RANGE, "RELEASE-4.6.0..4.7.0-rc4"))
    told = xen.json("reproduce", f"{people} people", "--with", f"commits={commits}", "--limit", "3")
    assert told["readings"][0]["reading"]["window"]["name"] == "RELEASE-4.6.0..4.7.0-rc4"
    stat = xen.git("log", "--no-merges", "--no-renames", "--numstat", "--format=", "RELEASE-4.6.0..RELEASE-4.7.0")
    added = sum(int(line.split()[0]) for line in stat.splitlines() if line[:1].isdigit())
    first = xen.json("reproduce", "lines-added", str(added), "--limit", "1")["readings"][0]
    assert first["exact"] and not first["reading"]["renames"]
    assert first["reading"]["window"]["name"] == "RELEASE-4.6.0..RELEASE-4.7.0"


def test_several_numbers_leave_one_reading(xen):
    told = xen.json("reproduce", "1316 commits", "--with", "lines_added=77190", "--with",
                    "lines_removed=46278")
    assert told["exact"] == 1
    assert told["readings"][0]["reading"]["window"]["name"] == "RELEASE-4.8.0..4.9.0-rc9"
    assert all(repeats(xen, reading) for reading in told["readings"])


def test_people_of_a_release(xen_people):
    told = xen_people.json("reproduce", "people", "84", "--release", "4.9.0")
    assert told["readings"][0]["command"] == "barograph figure people --release 4.9.0"
    assert all(repeats(xen_people, reading) for reading in told["readings"])


@pytest.mark.parametrize("figure, number", [
    ("people", 83), ("employers", 22), ("newcomers", 40), ("lines-added", 100000),
    ("lines-removed", 47000), ("reviews", 1100), ("acks", 900), ("tests", 60), ("reports", 110),
    ("growth", 10.9), ("people-growth", 20.9), ("top-six", 90.8), ("average-growth", 11.0),
])
def test_every_answer_repeats(xen_people, figure, number):
    told = xen_people.json("reproduce", figure, str(number), "--limit", "3")
    assert len(told["readings"]) == 3
    assert all(repeats(xen_people, reading) for reading in told["readings"])


def test_arm_with_linaro(xen_people):
    told = xen_people.json("reproduce", "509 commits", "--with", "growth=109.5", "--employer", "Arm",
                           "--merge", "Linaro=Arm")
    assert told["exact"] >= 1
    window = told["readings"][0]["reading"]["window"]
    assert (window["from"][:10], window["to"][:10]) == ("2017-06-01", "2018-06-01")
    assert all(repeats(xen_people, reading) for reading in told["readings"])


def test_growth_by_both_readings(xen):
    assert xen.run("figure", "average-growth", "--year", "2017") == "7.9\n"
    assert 10.9 <= float(xen.run("figure", "average-growth", "--year", "2017", "--branches", "all")) <= 11.1
    told = xen.json("explain", "growth", "--year", "2017")
    assert told["value"] < 0 < told["highest"] and told["sign_flips"]


def test_the_report_of_june_2018(xen_shims):
    """What was published: growth of 11 % a year, the six it named 91.3 % with Linaro as Arm, the top six
    90.8 % without, Arm from 243 to 509; and 7.9 % by the main branch alone. One command has them all."""
    report = xen_shims.json("weather", "--since", "2017-06-01", "--until", "2018-06-01", "--branches", "all",
                            "--merge", "Linaro=Arm", "--together", "Citrix,SUSE,AMD,Arm,Intel,Oracle", "--spans")
    rows = {row["name"]: row for row in report["employers"]["rows"]}
    assert (rows["Arm"]["before"], rows["Arm"]["commits"]) == (243, 509)
    (mean,) = [mean for mean in report["years"]["averages"] if mean["years"] == 3]
    assert (mean["from"], mean["to"], mean["growth_percent"]) == (2015, 2017, 11.1)
    assert report["recent"]["employers"]["together"]["share_percent"] == 91.3
    assert report["recent"]["employers"]["top_six"]["share_percent"] == 92.2
    spans = report["spans"]
    by = [reading["what"] for reading in spans["by"]]
    told = {row["name"]: dict(zip(by, (cell.get("cell_percent") for cell in row["cells"])))
            for row in spans["headlines"]["rows"] + spans["employers"]["rows"]}
    assert told["Share of the top six"]["without Linaro=Arm"] == 90.8
    growth = told["Yearly growth 2015 to 2017"]
    assert (growth["the main branch alone"], growth["merges counted"]) == (7.9, 10.9)
    assert told["Those named, together"]["merges counted"] == 91.3
    assert all("Linaro counted as Arm" in reading["text"] for reading in report["readings"])


@pytest.mark.parametrize("window, ends", [
    (["--release", "4.9.0"], "RELEASE-4.8.0..RELEASE-4.9.0"),
    (["--range", "RELEASE-4.3.0..4.4.0-rc6"], "RELEASE-4.3.0..4.4.0-rc6"),
])
def test_neighbours_are_gits(xen, window, ends):
    told = xen.json("explain", "commits", *window)
    rows = {row["what"]: row["value"] for row in told["neighbours"]}
    assert told["value"] == int(xen.git("rev-list", "--count", "--no-merges", ends))
    assert rows["merges counted"] == int(xen.git("rev-list", "--count", ends))
    outside = [] if "the main branch alone" not in rows else xen.git(
        "rev-list", "--no-merges", ends, "^master").split()
    assert told["value"] - rows["the main branch alone"] == len(outside)
