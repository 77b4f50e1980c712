"""Renames against git itself: repositories made on the spot, every pair and percentage compared."""

import os
import random
import re
import subprocess

import pytest

TOOL = os.path.join(os.environ["BAROGRAPH_BUILD"], "tests", "tool-renames_pairs")
ENVIRONMENT = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull,
               "LC_ALL": "C"}
FILE, PROGRAM, LINK, MODULE = "100644", "100755", "120000", "160000"


def git(repo, *words, stdin=b""):
    return subprocess.run(["git", "-C", str(repo), *words], input=stdin, stdout=subprocess.PIPE,
                          check=True, env=ENVIRONMENT).stdout


def git_version():
    words = subprocess.run(["git", "--version"], stdout=subprocess.PIPE, check=True).stdout.decode()
    return tuple(int(number) for number in re.search(r"(\d+)\.(\d+)", words).groups())


pytestmark = pytest.mark.skipif(
    not (2, 36) <= git_version() < (2, 44),
    reason="this git pairs renames by other rules: the rules are those of 2.36 to 2.43")


def make_repository(folder, states):
    """One commit for each state, {path: (mode, content)}."""
    git(folder, "init", "-q", "-b", "master", ".")
    stream = []
    for number, state in enumerate(states):
        date = 1000000000 + number * 60
        stream.append(b"commit refs/heads/master\ncommitter A <a@example.org> %d +0000\n" % date)
        stream.append(b"data 1\nx\ndeleteall\n")
        for path, (mode, content) in state.items():
            if mode == MODULE:
                stream.append(b"M 160000 %s %s\n" % (content, path.encode()))
            else:
                stream.append(b"M %s inline %s\ndata %d\n%s\n"
                              % (mode.encode(), path.encode(), len(content), content))
    git(folder, "fast-import", "--quiet", stdin=b"".join(stream))


def diff(repo, *how):
    commits = git(repo, "rev-list", "--reverse", "master")
    return git(repo, "diff-tree", "-r", "--raw", "-z", "--no-abbrev", "--stdin", *how,
               stdin=commits)


def pairs_of_git(repo):
    words = diff(repo, "-M").split(b"\0")[:-1]
    pairs, commit = [], None
    while words:
        word = words.pop(0)
        if not word.startswith(b":"):
            commit = word
            continue
        status = word.split(b" ")[4]
        paths = [words.pop(0) for _ in range(2 if status.startswith(b"R") else 1)]
        if len(paths) == 2:
            pairs.append((commit, int(status[1:]), *paths))
    return pairs


def pairs_of_ours(repo):
    done = subprocess.run([TOOL], input=diff(repo, "--no-renames"), stdout=subprocess.PIPE,
                          check=True, cwd=repo, env=ENVIRONMENT)
    words = done.stdout.split(b"\0")[:-1]
    pairs = []
    for head, born in zip(words[::2], words[1::2]):
        commit, similarity, gone = head.split(b" ", 2)
        pairs.append((commit, int(similarity), gone, born))
    return pairs


def compared(folder, states):
    make_repository(folder, states)
    expected = pairs_of_git(folder)
    assert pairs_of_ours(folder) == expected
    return [pair[1:] for pair in expected]


class Weaver:
    """Random trees that change as real ones do: moved, edited, copied, replaced, emptied."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        # Few different lines make many ties.
        self.lines = [self.line() for _ in range(self.random.choice([3, 8, 40]))]
        self.names = ["Makefile", "README", "x.c", "y.c", "z.h", "d1"]
        self.names += ["f%d" % number for number in range(self.random.choice([3, 30]))]
        self.state = {}

    def line(self):
        size = self.random.choice([0, 1, 5, 30, 62, 63, 64, 65, 150])
        text = bytes(self.random.choice(b"abcdefgh \t\xe4") for _ in range(size))
        return text + self.random.choice([b"\n"] * 6 + [b"\r\n", b"\r\r\n", b"\r", b"", b"\0\n"])

    def content(self):
        length = self.random.choice([0, 1, 2, 5, 12, 40])
        return b"".join(self.random.choices(self.lines, k=length))

    def edited(self, content):
        parts = content.splitlines(keepends=True)
        for _ in range(self.random.randrange(4)):
            place = self.random.randrange(len(parts) + 1)
            parts[place:place + self.random.randrange(2)] = self.random.choices(
                self.lines, k=self.random.randrange(3))
        if self.random.random() < 0.1:
            self.random.shuffle(parts)
        text = b"".join(parts)
        return text.replace(b"\n", b"\r\n") if self.random.random() < 0.1 else text

    def path(self):
        folders = self.random.choices(["d1", "d2", "lib", "f1"], k=self.random.randrange(4))
        return "/".join(folders + [self.random.choice(self.names)])

    def entry(self):
        mode = self.random.choice([FILE] * 12 + [PROGRAM, LINK, MODULE])
        if mode == MODULE:
            return mode, self.random.choice(b"0123456789abcdef").to_bytes(1, "big") * 40
        return mode, self.content().replace(b"\0", b"") if mode == LINK else self.content()

    def put(self, path, entry):
        """As on a disk, a file and a folder of the same name push each other out."""
        for other in list(self.state):
            if other.startswith(path + "/") or path.startswith(other + "/"):
                del self.state[other]
        self.state[path] = entry

    def move(self):
        if not self.state:
            return
        path = self.random.choice(sorted(self.state))
        mode, content = self.state.pop(path)
        if mode in (FILE, PROGRAM) and self.random.random() < 0.6:
            content = self.edited(content)
            mode = self.random.choice([mode, FILE, PROGRAM])
        if self.random.random() < 0.4:
            target = "moved/" + path.rsplit("/", 1)[-1]
        else:
            target = self.path()
        for _ in range(self.random.choice([1, 1, 1, 2, 4])):
            self.put(target, (mode, content))
            target = self.path()

    def step(self):
        for _ in range(self.random.choice([1, 3, 12, 30])):
            chance = self.random.random()
            if chance < 0.55:
                self.move()
            elif chance < 0.8:
                self.put(self.path(), self.entry())
            elif self.state:
                del self.state[self.random.choice(sorted(self.state))]
        return dict(self.state)

    def states(self, commits):
        for _ in range(25):
            self.put(self.path(), self.entry())
        return [dict(self.state)] + [self.step() for _ in range(commits)]


@pytest.mark.parametrize("seed", range(24))
def test_random_histories(tmp_path, seed):
    compared(tmp_path, Weaver(seed).states(40))


def text(first, lines=10):
    return b"".join(b"line %d of a file\n" % (first + number) for number in range(lines))


def test_everything_at_once_is_seen(tmp_path):
    """Guards the comparison itself: without pairs it would prove nothing."""
    before = {"a/one": (FILE, text(0)), "a/two": (FILE, text(100)), "link": (LINK, b"one"),
              "module": (MODULE, b"1" * 40), "empty": (FILE, b"")}
    after = {"b/one": (FILE, text(0)), "b/three": (FILE, text(101)), "link2": (LINK, b"one"),
             "module2": (MODULE, b"1" * 40), "void": (PROGRAM, b"")}
    pairs = compared(tmp_path, [before, after])
    assert len(pairs) == 5 and (90, b"a/two", b"b/three") in pairs


def test_of_many_identical_files_only_a_hundred_are_looked_at(tmp_path):
    before = {"old/%03d" % number: (FILE, text(0)) for number in range(150)}
    after = {"new/120": (FILE, text(0)), "new/099": (FILE, text(0)), "new/other": (FILE, text(0))}
    pairs = compared(tmp_path, [before, after])
    assert (100, b"old/099", b"new/099") in pairs and (100, b"old/120", b"new/120") not in pairs


@pytest.mark.parametrize("gone, born, found", [
    (1000, 1000, 1000), (1001, 1000, 0), (100, 10000, 100), (100, 10001, 0)])
def test_too_many_are_not_compared(tmp_path, gone, born, found):
    """The names differ, so that only the comparison of all with all could find a pair."""
    before = {"old/a%d" % number: (FILE, text(number * 20, 4)) for number in range(gone)}
    after = {"new/b%d" % number: (FILE, text(number * 20, 4) + b"more\n") for number in range(born)}
    assert len(compared(tmp_path, [before, after])) == found
