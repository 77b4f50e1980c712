"""The releases of the real Xen history, beside git. BAROGRAPH_XEN names a clone of it."""

import json
import os
import subprocess
import time
from pathlib import Path

import pytest

XEN = os.environ.get("BAROGRAPH_XEN")
PROGRAM = Path(os.environ.get("BAROGRAPH_BUILD", "build/release")).resolve() / "barograph"

pytestmark = pytest.mark.skipif(not XEN, reason="BAROGRAPH_XEN names no clone of the Xen history")


def git(*arguments):
    return subprocess.run(
        ["git", "-C", XEN, *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()


def run(home, *arguments):
    return subprocess.run(
        [PROGRAM, "-C", home, *arguments], check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    path = tmp_path_factory.mktemp("home")
    (path / "barograph.conf").write_text(
        f"[project]\nname = Xen\n[repository xen]\npath = {XEN}\nmain-branch = master\n"
        "exclude = coverity-tested/*;*shim*\nforeign = yes\n"
    )
    run(path, "mine", "-q")
    return path


@pytest.fixture(scope="module")
def rows(home):
    return json.loads(run(home, "releases", "--candidates", "--format", "json"))


def test_every_range_is_counted_as_git_counts_it(rows):
    tags = {row["version"]: row["tag"] for row in rows}
    assert len(rows) > 300
    for row in rows:
        span = [row["tag"]] + (["^" + tags[row["predecessor"]]] if row["predecessor"] else [])
        assert row["commits"] == int(git("rev-list", "--count", "--no-merges", *span)), row
        assert row["merges"] == int(git("rev-list", "--count", "--merges", *span)), row


def test_forks_are_merge_bases(rows):
    branches = set(git("for-each-ref", "--format=%(refname:short)", "refs/heads").split())
    found = {row["line"]: row["fork"] for row in rows if f"stable-{row['line']}" in branches}
    assert len(found) >= 23
    for line, fork in found.items():
        assert fork == git("merge-base", "master", f"stable-{line}"), line


def test_what_is_special_about_xen(rows):
    by_version = {row["version"]: row for row in rows}
    before = {version: row["predecessor"] for version, row in by_version.items()}
    assert before["4.10.0"] == "4.9.0" and before["4.9.0-rc1.2"] == "4.8.0"
    assert before["4.6.3"] == "4.6.1" and "4.6.2" not in before
    assert before["4.1.6.1"] == "4.1.6" and before["4.0.0"] == "3.0.0"
    assert by_version["4.12.0-rc2"]["tag"] == "4.12-rc2"
    assert by_version["4.14.5"]["aliases"] == "xen-RELEASE-4.14.5"
    assert by_version["4.9.0-rc9"]["commits"] == 1316
    assert by_version["4.4.4"]["commits"] == 70
    assert by_version["4.5.0"]["tag_date"] is not None


def test_signatures_are_seen(rows):
    signed = [row for row in rows if row["signature"]]
    assert len(signed) > 200
    assert {row["digest"] for row in signed} == {"SHA1", "SHA256", "SHA512"}
    keys = {row["signer"][-16:] for row in signed}
    assert keys == {"83FE14C957E82BD9", "58C8AC5C088BC7C9"}


def test_ignored(home):
    rows = json.loads(run(home, "releases", "--ignored", "--format", "json"))
    reasons = {row["tag"]: row["reason"] for row in rows}
    assert reasons["4.20-dev"].startswith("it marks the start of development")
    assert {"split-1.0", "semistable", "beta1", "4.0.0-branched"} <= set(reasons)


def test_it_takes_no_second(home):
    start = time.monotonic()
    run(home, "releases")
    assert time.monotonic() - start < 1
