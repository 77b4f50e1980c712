"""Maintainers and people's paths on the real Xen history, beside git and the file itself."""

import re

import pytest

TAG = "RELEASE-4.9.0"


def read_sections(text):
    """Title -> (M: lines, F: patterns, X: patterns), by a reading of our own."""
    lines = text.split("Maintainers List", 1)[1].split("\n")
    sections, name = {}, None
    for i, line in enumerate(lines):
        entry = re.match(r"^([A-Z]):\s*(.*?)\s*$", line)
        if entry and name is None and i > 0 and lines[i - 1].strip():
            name = lines[i - 1].strip()
            sections[name] = ([], [], [])
        if not entry:
            name = name if not line.strip() == "" else None
            continue
        key, value = entry.groups()
        if key in "MFX":
            sections[name]["MFX".index(key)].append(value)
    return sections


def matcher(pattern):
    text = re.escape(pattern).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
    if pattern.endswith("/"):
        return re.compile(text)
    return re.compile(text + r"(/|$)" if not re.search(r"[*?]", pattern) else text + "$")


@pytest.fixture(scope="module")
def sections(xen_people):
    page = xen_people.json("maintainers", "--release", "4.9.0")
    return {row["section"]: row for row in page["sections"]}


def test_sections_are_those_of_the_file(xen, sections):
    by_hand = read_sections(xen.git("show", f"{TAG}:MAINTAINERS"))
    assert set(sections) == set(by_hand)
    for name, (people, _, _) in by_hand.items():
        assert sections[name]["maintainers"] == len(people), name


def test_files_are_those_of_the_tree(xen, sections):
    tree = xen.git("ls-tree", "-r", "--name-only", TAG).split("\n")[:-1]
    for name, (_, files, excluded) in read_sections(xen.git("show", f"{TAG}:MAINTAINERS")).items():
        if "*/" in files:
            continue
        inside = [matcher(p) for p in files]
        outside = [matcher(p) for p in excluded]
        expected = [p for p in tree
                    if any(m.match(p) for m in inside) and not any(m.match(p) for m in outside)]
        assert sections[name]["files"] == len(expected), name


def last_of(xen, *options):
    """The newest day before the release of a commit on any branch that the options find."""
    days = xen.git("log", "--branches", "--no-merges", "-i", "-E", *options, "--format=%cd",
                   "--date=format:%Y-%m-%d").split()
    return max((day for day in days if day <= "2017-06-27"), default="")


def test_a_silent_section_is_silent_in_git(xen, sections):
    name = "INTEL(R) TRUSTED EXECUTION TECHNOLOGY (TXT)"
    people = r"(gang\.wei|shane\.wang)@intel"
    last = max(last_of(xen, f"--grep=^(reviewed|acked)-by:.*{people}"),
               last_of(xen, f"--author={people}"))
    assert sections[name]["people"] == "Gang Wei, Shane Wang"
    assert sections[name]["silent"] and sections[name]["last"] == last < "2016-06-27"


def test_newcomers_are_those_of_the_figure(xen_people):
    rows = {row["release"]: row for row in xen_people.json("community", "newcomers")["rows"]}
    for release in ("4.9.0", "4.16.0"):
        assert rows[release]["newcomers"] == xen_people.figure("newcomers", "--release", release)
        assert rows[release]["people"] == xen_people.figure("people", "--release", release)
    people = xen_people.json("community", "newcomers", "--release", "4.9.0")["rows"]
    assert len(people) == rows["4.9.0"]["newcomers"]
    assert sum(row["came_back"] for row in people) == rows["4.9.0"]["came_back"]


def test_a_newcomer_beside_git(xen, xen_people):
    rows = {row["person"]: row for row in
            xen_people.json("community", "newcomers", "--release", "4.9.0")["rows"]}
    first = xen.git("log", "--branches", "--no-merges", "--author=Sergey Dyasli", "--format=%cd",
                    "--date=format:%Y-%m-%d").split()
    assert rows["Sergey Dyasli"]["first_patch"] == min(first)
    assert rows["Sergey Dyasli"]["commits"] == int(xen.git(
        "rev-list", "--count", "--no-merges", "--author=Sergey Dyasli",
        "RELEASE-4.8.0..RELEASE-4.9.0"))
