"""Patches tried in memory on the tip of a branch: git apply is the judge, on patches of every make."""

import os
import random
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
BUILD = Path(os.environ.get("BAROGRAPH_BUILD", ROOT / "build" / "release"))
TOOL = BUILD / "tests" / "tool-tryout"
GIT = {
    **os.environ,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@tests.example",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@tests.example",
}


class Lantern:
    """A repository whose work tree is the tip of its branch."""

    def __init__(self, folder):
        self.folder = folder
        self.git("init", "-q", "-b", "main")
        self.count = 0

    def git(self, *arguments, check=True, text=None):
        result = subprocess.run(
            ["git", "-C", self.folder, *arguments],
            env=GIT,
            input=text,
            capture_output=True,
            check=False,
        )
        assert not check or result.returncode == 0, result.stderr
        return result

    def put(self, files):
        for old in self.folder.glob("*"):
            if old.name != ".git":
                subprocess.run(["rm", "-rf", old], check=True)
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "a tip")

    def diff(self, before, after, *options):
        """What makes the second set of files of the first, by git."""
        self.put(before)
        self.put(after)
        return self.git("diff", *options, "HEAD~1", "HEAD").stdout

    def patch(self, data):
        self.count += 1
        path = self.folder.parent / f"{self.count}.patch"
        path.write_bytes(data)
        return path

    def tried(self, *paths):
        result = subprocess.run(
            [TOOL, self.folder, "main", *paths], capture_output=True, timeout=60, check=False
        )
        assert result.returncode in (0, 1), result.stderr
        return result.returncode == 0, result.stderr.decode()

    def agree(self, data):
        """Whether it applies; git and the tool must say the same."""
        path = self.patch(data)
        judge = self.git("apply", "--check", path, check=False)
        applies, says = self.tried(path)
        assert applies == (judge.returncode == 0), (path, judge.stderr, says)
        return applies


@pytest.fixture(name="lantern")
def make_lantern(tmp_path):
    folder = tmp_path / "lantern"
    folder.mkdir()
    return Lantern(folder)


def lines(count, word="line"):
    return "".join(f"{word} {i}\n" for i in range(1, count + 1)).encode()


def edited(text, dice):
    rows = text.splitlines(keepends=True)
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(rows) + 1)
        how = dice.randrange(4)
        if how == 0:
            rows[at:at] = [b"put %d\n" % dice.randrange(5)] * dice.randint(1, 3)
        elif how == 1:
            del rows[at : at + dice.randint(1, 3)]
        elif how == 2 and at < len(rows):
            rows[at] = b"changed\n"
        elif at < len(rows):
            rows[-1] = rows[-1].rstrip(b"\n")
    return b"".join(rows)


def test_hunks_find_their_places_as_with_git(lantern):
    dice = random.Random(20260616)
    counts = {True: 0, False: 0}
    for _ in range(5):
        # Few words, so that hunks may fit in more than one place.
        base = {
            "frob.c": b"".join(b"w%d\n" % dice.randrange(3) for _ in range(30)),
            "doc/frob.txt": lines(40),
        }
        patches = []
        for _ in range(12):
            after = {name: edited(text, dice) for name, text in base.items()}
            patches.append(lantern.diff(base, after, f"-U{dice.choice([0, 1, 2, 3, 3, 3, 8])}"))
        lantern.put({name: edited(text, dice) for name, text in base.items()})
        for data in patches:
            if data:
                counts[lantern.agree(data)] += 1
    assert counts[True] > 8 and counts[False] > 8, counts


def test_series_are_tried_on_top_of_each_other(lantern):
    dice = random.Random(480)
    before = {"frob.c": lines(30)}
    series, ends = [], []
    for _ in range(4):
        after = {"frob.c": edited(before["frob.c"], dice)}
        series.append(lantern.patch(lantern.diff(before, after)))
        before = after
    lantern.put({"frob.c": b"more\nabove\n" + lines(30)})
    for number in range(1, len(series) + 1):
        lantern.git("checkout", "-q", "-f", "main")
        judged = all(
            lantern.git("apply", path, check=False).returncode == 0 for path in series[:number]
        )
        ends.append(judged)
        assert lantern.tried(*series[:number])[0] == judged
    assert ends[0]
    assert not lantern.tried(series[0], series[0])[0]


PLAIN = b"""\
Some words before.

--- %s\t2026-01-01 00:00:00 +0000
+++ %s\t2026-01-02 00:00:00 +0000
@@ -1,3 +1,3 @@
 line 1
-line 2
+line two
 line 3
"""


@pytest.mark.parametrize(
    "old, new",
    [
        (b"a/doc/frob.c", b"b/doc/frob.c"),
        (b"lantern.orig/doc/frob.c", b"lantern/doc/frob.c"),
        (b"a/doc/frob.c", b"b/doc/frob.c~"),
        (b"a/doc/frob.c.orig", b"b/doc/frob.c"),
        (b"doc/frob.c", b"doc/frob.c"),
        (b"top.c", b"top.c"),
        (b"top.c.orig", b"top.c"),
        (b"a/none.c", b"b/none.c"),
        (b"/dev/null", b"b/doc/frob.c"),
    ],
)
def test_patches_without_gits_headers(lantern, old, new):
    lantern.put({"doc/frob.c": lines(9), "top.c": lines(9)})
    applies = lantern.agree(PLAIN % (old, new))
    if b"/" not in new or old.startswith((b"a/doc", b"lantern")):
        assert applies


def test_an_index_line_and_gnu_diff(lantern):
    text = b"Index: lantern/frob.c\n" + b"=" * 67 + b"\n" + PLAIN % (b"lantern/frob.c", b"lantern/frob.c")
    lantern.put({"frob.c": lines(9)})
    assert lantern.agree(text)
    # Nothing stands behind the last change: it belongs to the end of the file.
    assert not lantern.agree(
        text.replace(b" line 3", b" line 3\n-line 4").replace(b"1,3 +", b"1,4 +")
    )
    empty = b"--- a/frob.c\n+++ b/frob.c\n@@ -1,3 +1,3 @@\n line 1\n\n-line 2\n+line two\n"
    lantern.put({"frob.c": b"line 1\n\nline 2\n"})
    assert lantern.agree(empty)


def test_files_that_come_go_and_move(lantern):
    base = {"old.c": lines(20), "gone.c": lines(3), "caf\u00e9.c": lines(5)}
    after = {
        "new/old.c": lines(20).replace(b"line 7\n", b""),
        "made.c": lines(4),
        "empty.c": b"",
        "caf\u00e9.c": lines(6),
    }
    moved = lantern.diff(base, after, "-M")
    apart = lantern.diff(base, after, "--no-renames")
    assert b"rename from" in moved and rb"\303\251" in moved
    assert not lantern.agree(moved) and not lantern.agree(apart)
    lantern.put(base)
    assert lantern.agree(moved) and lantern.agree(apart)
    lantern.put({**base, "made.c": b"there\n"})
    assert not lantern.agree(moved)
    lantern.put({**base, "gone.c": lines(4)})
    assert not lantern.agree(apart)
    lantern.put({**base, "new/old.c": b"there\n"})
    assert not lantern.agree(moved)


def test_modes_and_copies(lantern):
    base = {"run.sh": lines(20)}
    copied = lantern.diff(base, {**base, "copy.sh": lines(21)}, "-C", "--find-copies-harder")
    assert b"copy from" in copied
    lantern.put(base)
    assert lantern.agree(copied)
    (lantern.folder / "run.sh").chmod(0o755)
    mode = lantern.git("diff").stdout
    assert b"new mode" in mode
    lantern.git("checkout", "-q", "-f", "main")
    assert lantern.agree(mode)


GOOD = PLAIN % (b"a/frob.c", b"b/frob.c")


@pytest.mark.parametrize(
    "data, says",
    [
        (b"", "no unified diff"),
        (b"frob\n" * 9, "no unified diff"),
        (b"\0\xff" * 5000, "no unified diff"),
        (GOOD[: GOOD.index(b" line 3")], "line 9: the hunk is cut off"),
        (GOOD.replace(b" line 3\n", b"@@ frob @@\n"), "line 9: the hunk is cut off"),
        (GOOD.replace(b"-1,3", b"-1,99999999999"), "no unified diff"),
        (GOOD.replace(b"-1,3", b"-1,999999999"), "the hunk is cut off"),
        (GOOD.replace(b"a/frob.c", b"a/../frob.c").replace(b"b/frob.c", b"b/../frob.c"), "inside"),
        (GOOD.replace(b"b/frob.c", b"b//etc/passwd/../x"), "inside"),
        (GOOD.replace(b"b/frob.c", b"b/.git/config").replace(b"a/frob.c", b"a/.GIT/config"), "inside"),
        (GOOD[GOOD.index(b"@@") :], "without the name"),
        (
            b"diff --git a/frob.c b/frob.c\nindex 1..2 100644\nGIT binary patch\nliteral 1\nIcmZ\n",
            "binary patch",
        ),
        (b"diff --git a/frob.c b/frob.c\nBinary files a/frob.c and b/frob.c differ\n", "binary"),
        (b"diff --git a/frob.c b/frob.c\n--- a/frob.c\n+++ b/other.c\n@@ -1 +1 @@\n-a\n+b\n", "another"),
        (b"diff --git frob.c\n@@ -1 +1 @@\n-a\n+b\n", "inside"),
    ],
)  # fmt: skip
def test_what_cannot_be_tried(lantern, data, says):
    lantern.put({"frob.c": lines(9)})
    applies, sentence = lantern.tried(lantern.patch(data))
    assert not applies and says in sentence and "two" not in sentence
    assert lantern.git("apply", "--check", "-", check=False, text=data).returncode != 0
    assert lantern.git("status", "--porcelain").stdout == b""


def test_huge_patches_end_soon(lantern):
    lantern.put({"frob.c": b"a\n" * 200000})
    hunks = b"".join(b"@@ -%d,2 +%d,2 @@\n a\n-b\n+c\n" % (i, i) for i in range(2, 200000))
    applies, sentence = lantern.tried(lantern.patch(b"--- a/frob.c\n+++ b/frob.c\n" + hunks))
    assert not applies and "hunk 1" in sentence
    many = b"".join(b"@@ -%d,3 +%d,3 @@\n a\n-a\n+a\n a\n" % (3 * i, 3 * i) for i in range(2, 66000))
    applies, sentence = lantern.tried(lantern.patch(b"--- a/frob.c\n+++ b/frob.c\n" + many))
    assert applies, sentence
    longer = many.replace(b"+a\n a", b"+a\n+a\n a").replace(b",3 @@", b",4 @@")
    applies, sentence = lantern.tried(lantern.patch(b"--- a/frob.c\n+++ b/frob.c\n" + longer))
    assert not applies and "too long" in sentence
    applies, sentence = lantern.tried(lantern.patch(b"--- a\n" * 3_000_000))
    assert not applies and "longer than any patch" in sentence


def test_nothing_is_written(lantern):
    base = {"frob.c": lines(9)}
    data = lantern.diff(base, {"frob.c": lines(10)})
    lantern.put(base)
    lantern.git("gc", "-q")
    before = {
        path: path.stat().st_mtime_ns for path in sorted((lantern.folder / ".git").rglob("*"))
    }
    assert lantern.tried(lantern.patch(data))[0]
    assert before == {
        path: path.stat().st_mtime_ns for path in sorted((lantern.folder / ".git").rglob("*"))
    }
