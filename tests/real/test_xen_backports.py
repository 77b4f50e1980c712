"""Backport candidates of the real Xen history, beside git: which they are, and whether they apply."""

import bisect
import os
import re
import resource
import shutil
import subprocess

import pytest

FIXES = re.compile(r"^ {0,3}Fixes: *(?:commit )?([0-9a-f]{6,40})\b", re.MULTILINE | re.IGNORECASE)
ORIGIN = re.compile(
    r"(?:master.commit(?:-id)?:|[Cc]herry.picked from(?: commit| xen-unstable| master)*:?)\s*"
    r"([0-9a-f]{6,40})", re.MULTILINE)


class Lines:
    """What git says of the main branch and the stable ones."""

    def __init__(self, xen):
        self.xen = xen
        branches = xen.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()
        self.stable = [name for name in branches if re.fullmatch(r"stable-[0-9.]+", name)]
        self.all = sorted(xen.git("rev-list", "--all").split())
        self.origins = {}
        self.subjects = {}
        for name in self.stable:
            self.read(f"master..{name}")

    def read(self, *what):
        """id, message of each commit, newest first."""
        text = self.xen.git("log", "--no-merges", "--format=%H%x00%B%x01", *what)
        found = [part.strip("\n").split("\0") for part in text.split("\1")[:-1]]
        for commit, message in found:
            self.origins[commit] = [self.whole(o) for o in ORIGIN.findall(message)]
            self.subjects[commit] = message.split("\n")[0]
        return found

    def whole(self, digits):
        """The only id that begins so, or None."""
        at = bisect.bisect_left(self.all, digits)
        same = [c for c in self.all[at:at + 2] if c.startswith(digits)]
        return same[0] if len(same) == 1 else None

    def reverted(self, own):
        """Of the line's own commits (newest first) those that a later Revert takes back."""
        taken, waiting = set(), []
        for commit in own:
            if self.subjects[commit] in waiting:
                taken.add(commit)
                waiting.remove(self.subjects[commit])
                continue
            match = re.fullmatch(r'Revert "(.*)"', self.subjects[commit])
            if match:
                waiting.append(match.group(1))
        return taken

    def there(self, branch):
        found = set(self.xen.git("rev-list", branch).split())
        own = [commit for commit, _ in self.read(f"master..{branch}")]
        gone = self.reverted(own)
        found -= gone
        more = [o for commit in own if commit not in gone for o in self.origins[commit]]
        while more:
            commit = more.pop()
            if commit is not None and commit not in found and commit not in gone:
                found.add(commit)
                more += self.origins.get(commit, [])
        return found

    def by_fixes(self, branch):
        there = self.there(branch)
        return {commit for commit, message in self.read(f"{branch}..master")
                if commit not in there
                and any(self.whole(digits.lower()) in there for digits in FIXES.findall(message))}


@pytest.fixture(scope="module")
def lines(xen):
    return Lines(xen)


def report(xen, *arguments):
    return xen.json("backports", *arguments)


# Those whose change is in the line by a commit that names no origin.
SAME = {"4.21": {"f12caafc0432"}, "4.20": {"282fa3fdb6a1"}, "4.19": set()}


@pytest.mark.parametrize("line, near", [("4.21", 56), ("4.20", 103), ("4.19", 190)])
def test_candidates_by_fixes_are_gits(xen, lines, line, near):
    rows = report(xen, line, "--no-trials")["candidates"]
    found = {row["commit"] for row in rows if "fixes" in row["evidence"].split()}
    expected = lines.by_fixes(f"stable-{line}")
    assert {c[:12] for c in expected - found} == SAME[line] and found <= expected
    assert abs(len(found) - near) <= 10


def test_reach_is_between_34_and_56_percent(xen):
    shares = [report(xen, line, "--no-trials")["reach"]["percent"] for line in ("4.17", "4.21")]
    assert [round(share) for share in shares] == [34, 56]


def test_a_commit_that_the_line_took_back_says_so(xen):
    rows = {row["commit"][:12]: row for row in report(xen, "4.21", "--no-trials")["candidates"]}
    revert = rows["83a784a15b47"]["reverted_in_line"]
    assert xen.git("log", "-1", "--format=%s", revert).startswith('Revert "xen/mm: allow deferred')


def test_the_order_is_topological(xen):
    rows = report(xen, "4.20", "--no-trials")["candidates"]
    assert all(row["after"] is None or row["after"] < row["order"] for row in rows)
    order = xen.git("rev-list", "--topo-order", "--reverse", "stable-4.20..master").split()
    place = {commit: n for n, commit in enumerate(order)}
    places = [place[row["commit"]] for row in rows]
    assert places == sorted(places)


def git_trials(xen, folder, branch, commits):
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
                   "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org"}

    def git(*arguments):
        return subprocess.run(["git", "-c", "safe.directory=*", *arguments], env=environment,
                              capture_output=True, text=True, errors="replace", check=False)

    git("clone", "-q", "--shared", "-b", branch, xen.repository, folder)
    answers = []
    for commit in commits:
        if git("-C", folder, "cherry-pick", commit).returncode == 0:
            answers.append("clean")
            continue
        files = git("-C", folder, "diff", "--name-only", "--diff-filter=U").stdout
        answers.append("conflict" if files else "empty")
        git("-C", folder, "cherry-pick", "--skip")
        git("-C", folder, "reset", "-q", "--hard")
    return answers


def test_trials_are_gits(xen, tmp_path):
    rows = report(xen, "4.21")["candidates"]
    tried = [row for row in rows if row["reverted_on_main"] is None]
    expected = git_trials(xen, tmp_path / "clone", "stable-4.21", [r["commit"] for r in tried])
    shutil.rmtree(tmp_path / "clone")
    assert [row["applies"] for row in tried] == expected


def test_it_takes_ten_seconds_at_most(xen):
    """Of the processor: others may be at work on this machine."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    report(xen, "4.19")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 10
