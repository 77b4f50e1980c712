"""Repositories made on the spot, homes that are mined from them, and git's own answers."""

import json
import os
import subprocess
from pathlib import Path

PROGRAM = Path(os.environ["BAROGRAPH_BUILD"]) / "barograph"

QUIET = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
}


class Repository:
    """A work tree whose every commit is made with the given people and dates."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments, **environment):
        result = subprocess.run(
            ["git", "-C", self.folder, *arguments],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, **QUIET, **environment},
        )
        return result.stdout

    def stamps(self, author, date, committed=None):
        name, address = author
        return {
            "GIT_AUTHOR_NAME": name,
            "GIT_AUTHOR_EMAIL": address,
            "GIT_AUTHOR_DATE": f"{date} +0000",
            "GIT_COMMITTER_NAME": "Carla Committer",
            "GIT_COMMITTER_EMAIL": "carla@hub.se",
            "GIT_COMMITTER_DATE": f"{committed or date} +0000",
        }

    def write(self, files):
        for name, text in files.items():
            path = self.folder / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def commit(self, author, date, files, message="change", committed=None):
        self.write(files)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message,
                 **self.stamps(author, date, committed))

    def merge(self, branch, author, date):
        self.git("merge", "-q", "--no-ff", "-m", f"Merge {branch}", branch,
                 **self.stamps(author, date))

    def tag(self, name, date):
        self.git("tag", "-a", "-m", name, name,
                 GIT_COMMITTER_NAME="Carla", GIT_COMMITTER_EMAIL="carla@hub.se",
                 GIT_COMMITTER_DATE=f"{date} +0000")

    # git's own answers

    def count(self, *arguments):
        return int(self.git("rev-list", "--count", *arguments))

    def authors(self, *arguments, mailmap=None):
        form = "--format=%aN" if mailmap else "--format=%an"
        options = ["-c", f"mailmap.file={mailmap}"] if mailmap else []
        return set(self.git(*options, "log", form, *arguments).splitlines())

    def lines(self, *arguments):
        """(added, deleted) of the commits that are no merges"""
        added = deleted = 0
        for line in self.git("log", "--no-merges", "--format=", "--numstat", *arguments).splitlines():
            if line and not line.startswith("-"):
                more, less, _ = line.split("\t", 2)
                added, deleted = added + int(more), deleted + int(less)
        return added, deleted


class Home:
    """A home, mined; the repository is called lantern, and there may be others."""

    def __init__(self, folder, repository, mailmap="", employers="", now="2021-07-01T00:00:00Z",
                 others=None):
        self.folder = Path(folder)
        self.now = now
        (self.folder / "people").mkdir(parents=True)
        groups = {"lantern": repository, **(others or {})}
        (self.folder / "barograph.conf").write_text(
            "[project]\nname=Lantern\n"
            + "".join(f"\n[repository {name}]\npath={r.folder}\n" for name, r in groups.items())
        )
        (self.folder / "people" / "mailmap").write_text(mailmap)
        (self.folder / "people" / "employers.tsv").write_text(employers)
        self.run("mine", "-q")

    def attempt(self, *arguments, **environment):
        return subprocess.run(
            [PROGRAM, "-C", self.folder, *map(str, arguments)],
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, **QUIET, "BAROGRAPH_NOW": self.now, **environment},
        )

    def run(self, *arguments, **environment):
        result = self.attempt(*arguments, **environment)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def figure(self, name, *arguments):
        return int(self.run("figure", name, *arguments))

    def json(self, *arguments, **environment):
        return json.loads(self.run(*arguments, "--format", "json", **environment))


ADA = ("Ada Author", "ada@acme.se")
ADA_HOME = ("A. Author", "ada@home.se")
BEN = ("Ben Builder", "ben@bolt.se")
BEN_LOUD = ("Ben Builder", "Ben@BOLT.se")
CLEO = ("Cleo Coder", "cleo@acme.se")
DAN = ("Dan Drifter", "dan@nowhere.se")
EVE = ("Eve Early", "eve@bolt.se")

MAILMAP = "Ada Author <ada@acme.se> <ada@home.se>\n"

# Ada works at home for nobody; Cleo changes hands in 2021.
EMPLOYERS = """\
domain\tacme.se\tAcme\t\t\tC\tdomain
domain\tbolt.se\tBolt\t\t\tC\tdomain
domain\thome.se\t(unaffiliated)\t\t\tC\tdomain
email\tcleo@acme.se\tBolt\t2021-01-01\t\tA\tsaid so
"""


def text(name, count, changed=()):
    """Lines that differ from file to file; those in `changed` are rewritten."""
    return "".join(
        f"{name} line {n}{' again' if n in changed else ''}\n" for n in range(count)
    )


def build(folder):
    """Two releases and a point release; merges, renames inside and between folders, a binary file,
    dates out of order, credit lines in all places."""
    r = Repository(folder)
    r.commit(EVE, "2019-02-01 10:00", {"README": text("readme", 5)}, "First")
    r.commit(ADA, "2019-03-01 10:00", {"core/a.c": text("a", 40), "core/b.c": text("b", 30)})
    r.commit(BEN, "2019-12-31 23:30", {"net/n.c": text("n", 50)},
             "net: begin\n\nReviewed-by: Ada Author <ada@acme.se>\n\nBody goes on.\n\n"
             "Signed-off-by: Ben Builder <ben@bolt.se>", committed="2020-01-01 00:30")
    r.commit(ADA_HOME, "2020-01-10 10:00", {"core/a.c": text("a", 40, {3, 4})})
    r.tag("v1.0.0", "2020-01-15 12:00")
    r.git("branch", "stable-1.0")
    r.git("checkout", "-q", "-b", "feature")
    r.commit(CLEO, "2020-02-01 10:00", {"net/x.c": text("x", 20), "net/blob": "\0\1\2"},
             "net: x\n\nAcked-by: Ben Builder <ben@bolt.se>\n"
             "Tested-by: Dan Drifter <dan@nowhere.se>")
    r.git("checkout", "-q", "main")
    r.commit(BEN_LOUD, "2020-03-01 10:00", {"core/b.c": None, "core/c.c": text("b", 30, {2})},
             "core: rename b\n\nNacked-by: Ada Author <ada@acme.se>\n"
             "Reported-by: Eve Early <eve@bolt.se>")
    r.merge("feature", ADA, "2020-03-02 10:00")
    r.commit(DAN, "2020-05-01 10:00", {"core/a.c": None, "net/a.c": text("a", 40, {3, 4, 9})},
             "a moves to net\n\nReviewed-by: Cleo Coder <cleo@acme.se>")
    # Committed after the next one, though its parent.
    r.commit(ADA, "2020-06-01 10:00", {"README": text("readme", 7)}, committed="2021-02-01 10:00")
    r.commit(CLEO, "2021-01-05 10:00", {"doc/d.txt": text("d", 12)},
             "doc\n\nReviewed-by: Ada Author <ada@home.se>\n"
             "reviewed-by: Ben Builder <ben@bolt.se>")
    r.commit(BEN, "2021-03-01 10:00", {"doc/d.txt": text("d", 12, {1}), "core/c.c": text("b", 31, {2})})
    r.tag("v1.1.0", "2021-03-02 12:00")
    r.git("checkout", "-q", "stable-1.0")
    r.commit(BEN, "2020-04-01 10:00", {"core/a.c": text("a", 41, {3, 4})}, "fix")
    r.tag("v1.0.1", "2020-04-02 12:00")
    r.git("checkout", "-q", "main")
    return r
