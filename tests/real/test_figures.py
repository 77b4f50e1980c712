"""Published and counted figures of the real Xen history, and git's own."""

import pytest

R49 = "RELEASE-4.8.0..4.9.0-rc9"


def test_commits_of_a_range_without_merges(xen):
    assert xen.figure("commits", "--range", R49) == 1316


def test_lines_of_a_range_with_renames(xen):
    assert xen.figure("lines-added", "--range", R49) == 77190
    assert xen.figure("lines-removed", "--range", R49) == 46278


def test_people_raw_and_by_mailmap(xen_people):
    assert xen_people.figure("people", "--range", R49, "--people", "raw") == 86
    assert xen_people.figure("people", "--range", R49) == 84


def test_commits_of_a_range_with_merges(xen):
    assert xen.figure("commits", "--range", "RELEASE-4.3.0..4.4.0-rc6", "--merges", "yes") == 1193


def test_commits_of_a_point_release(xen):
    assert xen.figure("commits", "--range", "RELEASE-4.4.3..RELEASE-4.4.4") == 70
    assert xen.figure("commits", "--release", "4.4.4") == 70


def test_commits_of_2012_by_committer_date(xen):
    assert xen.figure("commits", "--from", "2012-01-01", "--to", "2013-01-01") == 1856


RANGES = ["RELEASE-4.12.0..RELEASE-4.13.0", "4.4.0-rc6..4.9.0-rc9", "RELEASE-4.6.1..RELEASE-4.6.3",
          "RELEASE-2.0.0..RELEASE-3.0.0"]


@pytest.mark.parametrize("ends", RANGES)
def test_commits_and_raw_people_are_gits(xen, ends):
    assert xen.figure("commits", "--range", ends) == int(
        xen.git("rev-list", "--count", "--no-merges", ends))
    names = set(xen.git("log", "--no-merges", "--no-use-mailmap", "--format=%an", ends).split("\n"))
    addresses = set(xen.git("log", "--no-merges", "--no-use-mailmap", "--format=%an%x09%ae", ends)
                    .split("\n"))
    nameless = {line for line in addresses if line.startswith("\t")}
    raw = len(names - {""}) + len(nameless)
    assert xen.figure("people", "--range", ends, "--people", "raw") == raw


@pytest.mark.parametrize("ends", RANGES[:1])
def test_newcomers_are_gits(xen, ends):
    start = ends.split("..")[0]
    form = ["log", "--no-merges", "--no-use-mailmap", "--format=%an"]
    here = set(xen.git(*form, ends).splitlines())
    before = set(xen.git(*form, start).splitlines())
    assert xen.figure("newcomers", "--range", ends, "--people", "raw") == len(here - before)


@pytest.mark.parametrize("ends", RANGES[:1])
def test_lines_without_renames_are_gits(xen, ends):
    added = removed = 0
    for line in xen.git("log", "--no-merges", "--no-renames", "--numstat", "--format=", ends).splitlines():
        more, less, _ = line.split("\t", 2) if "\t" in line else ("-", "-", "")
        if more != "-":
            added, removed = added + int(more), removed + int(less)
    assert xen.figure("lines-added", "--range", ends, "--renames", "no") == added
    assert xen.figure("lines-removed", "--range", ends, "--renames", "no") == removed


def test_averages_on_master(xen):
    report = xen.json("weather", "--year", "2017")
    mean = next(mean for mean in report["years"]["averages"] if mean["years"] == 3)
    assert (mean["from"], mean["to"], mean["growth_percent"]) == (2015, 2017, 7.9)


def test_reviews_of_a_release(xen):
    # Git's own parser, which reads the last block only, finds 1,093.
    assert 1100 <= xen.figure("reviews", "--release", "4.9.0") <= 1110


@pytest.mark.parametrize("arguments", [["--release", "4.9.0"], ["--year", "2012"], []])
def test_the_report_says_the_figures(xen, arguments):
    report = xen.json("weather", *arguments)
    subject = report["subject"]
    window = (["--release", subject["name"]] if subject["kind"] == "release"
              else ["--from", "2012-01-01", "--to", "2013-01-01"])
    names = [figure["figure"] for figure in report["figures"]]
    # A report leaves out the lines of whole trees.
    printed = xen.run("figure", *names, *window, "--monsters", "no")
    assert [int(line.split("\t")[1]) for line in printed.splitlines()] == [
        figure["value"] for figure in report["figures"]
    ]
