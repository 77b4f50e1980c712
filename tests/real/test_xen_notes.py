"""The notes of real Xen releases, beside git and what was published of them."""

import json
import shutil
from pathlib import Path

import pytest
from conftest import Xen

GOLDEN = Path(__file__).parent / "golden"
CONF = """
[releases]
product = Xen
support-file = SUPPORT.md
link-repository = https://xenbits.xen.org/gitweb/?p=xen.git;a=shortlog;h=refs/heads/{{branch}}
link-advisory = https://xenbits.xen.org/xsa/advisory-{{number}}.html
"""
LOG = ["--no-merges", "--no-abbrev-commit", "--format=%H: %s [%an]"]


@pytest.fixture(scope="module")
def home(xen, tmp_path_factory):
    folder = tmp_path_factory.mktemp("home") / "xen"
    shutil.copytree(xen.folder, folder)
    with open(folder / "barograph.conf", "a") as conf:
        conf.write(CONF)
    return Xen(folder, xen.repository)


@pytest.fixture(scope="module")
def both(home):
    return {one["version"]: one for one in home.json("notes", "4.10.2", "4.9.3")["releases"]}


@pytest.mark.parametrize(("version", "span", "commits", "people", "advisories"), [
    ("4.10.2", "RELEASE-4.10.1..RELEASE-4.10.2", 117, 15, 11),
    ("4.9.3", "RELEASE-4.9.2..RELEASE-4.9.3", 129, 15, 13),
])
def test_the_example(home, both, version, span, commits, people, advisories):
    one = both[version]
    log = home.git("log", *LOG, span).splitlines()
    rows = one["changes"]["rows"]
    assert len(log) == commits == one["weather"]["commits"]
    assert [f"{row['commit']}: {row['subject']} [{row['author']}]" for row in rows] == log
    # Git adds digits where any object begins alike, the notes where a commit does.
    assert all(len(row["short"]) == 7 and row["commit"].startswith(row["short"]) for row in rows)
    assert len({row["author"] for row in rows}) == people == one["weather"]["people"]
    assert one["advisories"]["total"] == advisories
    assert {cell["cell"] for row in one["advisories"]["rows"] for cell in row["cells"]} == {"Applied"}


@pytest.mark.parametrize("versions", [["4.10.2", "4.9.3"], ["4.10.2"], ["4.9.3"]])
def test_golden_announcements(home, versions):
    """Read by a person when they change."""
    golden = (GOLDEN / f"announcement-{'-'.join(versions)}.txt").read_text()
    assert home.run("notes", *versions, "--announcement") == golden


def test_a_number_that_was_skipped(home):
    one = home.json("notes", "4.6.3")["releases"][0]
    assert one["predecessor"]["version"] == "4.6.1" and one["skipped"] == ["4.6.2"]
    # The second, though its number is 3.
    assert one["ordinal"] == 2


def test_the_last_of_their_lines(home):
    """What the announcements of these releases said, from the days in SUPPORT.md alone."""
    versions = ["4.10.4", "4.11.4", "4.12.4", "4.13.4", "4.15.4", "4.17.5", "4.10.3", "4.14.5"]
    notes = {one["version"]: one for one in home.json("notes", *versions)["releases"]}
    assert [version for version in versions if notes[version]["last"]] == versions[:6]
    assert [version for version in versions if notes[version]["out_of_band"]] == ["4.14.5"]


def test_what_is_not_whole_is_not_announced_as_fixed(home):
    """4.6.1 was announced with XSA-155, whose fixes it does not have; 4.6.3 has one of two."""
    [early] = home.json("notes", "4.6.1", "--announcement")[0]["releases"]
    assert "XSA-155" not in {one["advisory"] for one in early["fixes"] + early["parts"]}
    [late] = home.json("notes", "4.6.3", "--announcement")[0]["releases"]
    assert "XSA-155" in {one["advisory"] for one in late["parts"]}
    assert "RING_COPY" not in home.git("log", "--format=%s", "RELEASE-4.6.3", "--", "xen/include/public/io")


def test_pins_that_cannot_be_followed(home):
    conf = home.folder / "barograph.conf"
    text = conf.read_text()
    conf.write_text(text + "\n[repository qemu-xen]\npath = nowhere\npin-file = Config.mk\n"
                    "pin-variable = QEMU_UPSTREAM_REVISION\n")
    result = home.attempt("notes", "4.10.2")
    conf.write_text(text)
    assert result.returncode == 69 and result.stdout == ""
    assert "pins qemu-xen at qemu-xen-4.10.2, but qemu-xen is not mined yet" in result.stderr


def test_the_json_is_whole(home, both):
    alone = json.loads(home.run("notes", "4.9.3", "--format", "json"))["releases"][0]
    assert alone["changes"]["rows"] == both["4.9.3"]["changes"]["rows"]
