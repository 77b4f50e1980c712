"""The people of the real Xen history, beside git.

BAROGRAPH_XEN names a clone of it, BAROGRAPH_XEN_DATA a folder with a mailmap and an
affiliations.tsv for it."""

import json
import os
import subprocess
from pathlib import Path

import pytest

XEN = os.environ.get("BAROGRAPH_XEN")
ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("BAROGRAPH_XEN_DATA", ROOT.parent / "shared/data/xen")).resolve()
BUILD = Path(os.environ.get("BAROGRAPH_BUILD", "build/release")).resolve()

pytestmark = [
    pytest.mark.skipif(not XEN, reason="BAROGRAPH_XEN names no clone of the Xen history"),
    pytest.mark.skipif(not DATA.is_dir(), reason="BAROGRAPH_XEN_DATA: no mailmap for Xen there"),
]


def run(*command, **how):
    return subprocess.run(command, check=True, capture_output=True, **how).stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    path = tmp_path_factory.mktemp("home")
    (path / "barograph.conf").write_text(
        f"[project]\nname = Xen\n[repository xen]\npath = {XEN}\nmain-branch = master\n"
        "exclude = coverity-tested/*;*shim*\nforeign = yes\n"
        f"[people]\nmailmap = {DATA}/mailmap\nemployers = {DATA}/affiliations.tsv\n"
    )
    run(BUILD / "barograph", "-C", path, "mine", "-q")
    return path


def listed(home, *arguments):
    output = run(BUILD / "barograph", "-C", home, "people", *arguments, "--format", "json")
    return json.loads(output)


def test_each_identity_is_mapped_as_git_maps_it():
    """git log applies the mailmap itself, to names and addresses that check-mailmap cannot read."""
    form = "%an%x09%ae%x00%aN%x09%aE%n%cn%x09%ce%x00%cN%x09%cE"
    log = run("git", "-C", XEN, "-c", f"mailmap.file={DATA}/mailmap", "log", "--all",
              f"--format={form}")
    pairs = sorted(set(log.splitlines()))
    written, mapped = zip(*(pair.split(b"\0") for pair in pairs))
    assert len(pairs) > 1000
    ours = run(BUILD / "tests" / "tool-mailmap", DATA / "mailmap", input=b"\n".join(written) + b"\n")
    assert ours.splitlines() == list(mapped)


def test_people_of_a_release(home):
    count = lambda which: int(
        run(BUILD / "barograph", "-C", home, "figure", "people", "--people", which,
            "--range", "RELEASE-4.8.0..4.9.0-rc9")
    )
    assert (count("raw"), count("mailmap")) == (86, 84)


def test_three_people_are_called_wei_wang(home):
    addresses = {row["address"] for row in listed(home) if row["name"] == "Wei Wang"}
    assert {"wei.wang2@amd.com", "wei.w.wang@intel.com", "wawei@amazon.com"} <= addresses
    pairs = [row for row in listed(home, "suggest") if row["name"] == "Wei Wang"]
    assert pairs and {row["class"] for row in pairs} == {"doubt"}
    known = {"employers differ", "more than one person seems to have this name"}
    assert all(any(text in row["evidence"] for text in known) for row in pairs)


def test_one_roger(home):
    (roger,) = [row for row in listed(home) if row["address"] == "roger.pau@citrix.com"]
    assert roger["name"] == "Roger Pau Monné" and roger["commits"] > 2000


def test_few_are_unknown(home):
    rows = listed(home, "unknown")
    assert all(row["commits"] > 0 for row in rows)
    assert sum(row["commits_release"] for row in rows if row["kind"] == "domain") < 50
