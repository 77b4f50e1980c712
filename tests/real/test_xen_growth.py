"""What growth is made of on the real Xen history, beside git; its monsters; its components."""

import re

KINDS = ["new", "backport", "security", "revert", "tree"]
PICKED = re.compile(r"^(master commit:|\(cherry picked from commit)", re.MULTILINE)


def rows(xen, *arguments):
    return {row["name"]: row for row in xen.json("growth", *arguments)["rows"]}


def lines(xen, *arguments):
    added = removed = 0
    for line in xen.git("log", "--no-merges", "--numstat", "--format=", *arguments).splitlines():
        more, less, _ = line.split("\t", 2) if "\t" in line else ("-", "-", "")
        if more != "-":
            added, removed = added + int(more), removed + int(less)
    return added, removed


def test_the_parts_are_the_whole(xen):
    found = rows(xen, "--branches", "all")
    for year in ("2012", "2015", "2017", "2018"):
        row = found[year]
        assert sum(row[kind] for kind in KINDS) == row["commits"]
        assert row["commits"] == xen.figure("commits", "--year", year, "--branches", "all")
        assert row["new"] <= row["unique"] <= row["commits"]
    # On master new work is what it is on all branches, but for what was picked without a word.
    master = rows(xen)
    assert master["2017"]["backport"] < 5 < found["2017"]["backport"]
    assert master["2017"]["new"] <= found["2017"]["new"] < 1.06 * master["2017"]["new"]


def test_a_point_release_is_hardly_new(xen):
    row = rows(xen, "--release", "4.9.3")["4.9.3"]
    log = xen.git("log", "--no-merges", "--format=%B%x00", "RELEASE-4.9.2..RELEASE-4.9.3").split("\0")[:-1]
    marked = [text for text in log if PICKED.search(text)]
    assert row["commits"] == len(log) == 129
    assert row["backport"] + row["security"] + row["revert"] >= len(marked)
    assert row["new"] <= len(log) - len(marked)


def test_the_monsters(xen):
    listed = {row["commit"][:10]: row for row in xen.json("growth", "monsters")["monsters"]}
    for commit, added, removed in [("3e820c5dae", 148, 268903), ("19dc3860dc", 2, 203980),
                                   ("8f4b90220c", 156837, 6)]:
        assert (listed[commit]["added"], listed[commit]["removed"]) == (added, removed)
        assert lines(xen, "-M", "-1", commit) == (added, removed)
    assert len(listed) < 100


def test_a_report_leaves_them_out(xen):
    report = xen.json("weather", "--year", "2008")
    value = {figure["figure"]: figure["value"] for figure in report["figures"]}["lines-removed"]
    window = ["--year", "2008"]
    assert value == xen.figure("lines-removed", *window, "--monsters", "no")
    (part,) = [part for part in report["monsters"]["windows"] if part["window"] == "2008"]
    assert part["removed_with"] == xen.figure("lines-removed", *window)
    lost = sum(lines(xen, "-M", "-1", row["commit"])[1] for row in part["rows"])
    assert part["removed_with"] - value == lost >= 203980


def test_a_component_is_what_git_says_of_its_paths(xen):
    """No [components] here: the sections of MAINTAINERS."""
    count = len(xen.git("rev-list", "--no-merges", "--full-history", "RELEASE-4.8.0..RELEASE-4.9.0",
                        "--", "xen/xsm/", "tools/flask/").split())
    assert xen.figure("commits", "--release", "4.9.0", "--path", "tools/flask") <= count
    report = xen.json("weather", "--release", "4.9.0", "--components")
    components = {row["name"]: row for row in report["components"]["rows"]}
    # Its folder of today was made later.
    assert "SCHEDULING" in report["components"]["quiet"]
    assert xen.figure("commits", "--release", "4.9.0", "--component", "SCHEDULING") == 0
    for name in ("X86 ARCHITECTURE", "TOOLSTACK", "LIBS"):
        row = components[name]
        assert row["commits"] == xen.figure("commits", "--release", "4.9.0", "--component", name)
        assert row["people"] == xen.figure("people", "--release", "4.9.0", "--component", name)
        assert row["before"] == xen.figure("commits", "--release", "4.8.0", "--component", name)
        assert row["sentence"]
