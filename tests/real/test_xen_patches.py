"""Real patches on the real history: they apply to the parents of what fixed them, and to nothing after."""

import os
import subprocess
from pathlib import Path

import pytest

BUILD = Path(os.environ["BAROGRAPH_BUILD"])
TOOL = BUILD / "tests" / "tool-tryout"
PATCH = Path(__file__).parents[2] / ".." / "shared" / "data" / "xsa" / "mail" / "xsa480.patch"


class Branches:
    """A repository of branches alone; its objects are those of the real one."""

    def __init__(self, folder, xen):
        self.folder, self.xen = folder, xen
        self.git("init", "-q", "--bare", folder)
        objects = xen.git("rev-parse", "--git-path", "objects").strip()
        path = (Path(xen.repository) / objects).resolve()
        (folder / "objects" / "info" / "alternates").write_text(f"{path}\n")

    def git(self, *arguments):
        line = ["git", "-c", "safe.directory=*", *arguments]
        return subprocess.run(line, check=True, capture_output=True).stdout

    def applies(self, commit, *patches):
        self.git("-C", self.folder, "update-ref", "refs/heads/tip", commit)
        line = [TOOL, self.folder, "tip", *patches]
        return subprocess.run(line, capture_output=True, check=False).returncode == 0


@pytest.fixture(name="branches")
def make_branches(tmp_path, xen):
    return Branches(tmp_path / "branches", xen)


def test_xsa_480(branches, xen):
    if not PATCH.exists():
        pytest.skip("no real patch in ../shared/data/xsa/mail")
    fixes = xen.git("log", "--all", "--format=%H", "--grep=This is XSA-480").split()
    assert "4bc2e5333abb37b9a67e44d7d6c712247e5e5146" in fixes and len(fixes) >= 6
    for fix in fixes:
        assert branches.applies(f"{fix}^", PATCH), fix
        assert not branches.applies(fix, PATCH), fix


def test_every_commit_is_a_patch_for_its_parent(branches, xen, tmp_path):
    commits = xen.git("log", "-40", "--no-merges", "--format=%H", "RELEASE-4.17.0").split()
    for commit in commits:
        path = tmp_path / "one.patch"
        path.write_bytes(
            branches.git("-C", xen.repository, "format-patch", "-1", "--stdout", commit)
        )
        assert branches.applies(f"{commit}^", path), commit
        assert not branches.applies(commit, path), commit
