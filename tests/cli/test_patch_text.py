"""Identities of patches beside git's own: `git patch-id --stable`."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from workshop import ADA, BEN, build, text

TOOL = Path(os.environ["BAROGRAPH_BUILD"]) / "tests" / "tool-patch_text"
# What only git's own form says.
GIT_ONLY = re.compile(rb"^(diff --git|index|new file mode|deleted file mode) .*\n", re.MULTILINE)


def ours(paths):
    result = subprocess.run([TOOL, *paths], check=True, capture_output=True, text=True)
    return result.stdout.split()


def git_id(path):
    """The last one: words of a message that begin with "diff" have an identity of their own."""
    with open(path, "rb") as patch:
        out = subprocess.run(
            ["git", "patch-id", "--stable"], check=True, stdin=patch, capture_output=True, text=True
        ).stdout
    return out.split()[-2] if out else "-"


def format_patches(repository, *arguments):
    folder = repository.folder / "out"
    repository.git("format-patch", "-q", "--root", "-o", str(folder), *arguments)
    return sorted(folder.glob("*.patch"))


@pytest.fixture(name="patches")
def make_patches(tmp_path):
    r = build(tmp_path / "r")
    r.commit(ADA, "2022-01-01 10:00", {"new.c": text("n", 3), "core/c.c": text("b", 31, {7})}, "diff\n\ndiff of words")
    r.git("mv", "new.c", "moved.c")
    r.commit(BEN, "2022-01-02 10:00", {}, "a rename")
    (r.folder / "moved.c").chmod(0o755)
    r.commit(BEN, "2022-01-03 10:00", {"z.c": "no end"}, "a mode, and no line feed at the end")
    return format_patches(r, "HEAD")


def binary(path):
    return b"GIT binary patch" in path.read_bytes()


def test_the_same_as_git(patches):
    plain = [path for path in patches if not binary(path)]
    assert len(plain) > 10 and len(plain) < len(patches)
    assert ours(plain) == [git_id(path) for path in plain]
    assert set(ours([path for path in patches if binary(path)])) == {"-"}


def test_without_the_lines_of_git(patches):
    """The patch as diff would have written it is the same change."""
    checked = 0
    for path in patches:
        content = path.read_bytes()
        if binary(path) or re.search(rb"^(old mode|rename|similarity)", content, re.MULTILINE):
            continue
        expected = git_id(path)
        path.write_bytes(GIT_ONLY.sub(b"", content).replace(b"\n+++ b/", b"\n+++ new-tree/"))
        assert ours([path]) == [expected], path.name
        checked += 1
    assert checked > 6


def test_real_patches(tmp_path):
    folder = os.environ.get("BAROGRAPH_XEN")
    if not folder:
        pytest.skip("BAROGRAPH_XEN does not name a clone of the Xen history")
    command = ["git", "-c", "safe.directory=*", "-C", folder, "format-patch", "-q", "--no-merges",
               "-o", tmp_path, "-300", "HEAD"]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    paths = [path for path in sorted(tmp_path.glob("*.patch")) if not binary(path)]
    assert len(paths) > 250
    assert ours(paths) == [git_id(path) for path in paths]
