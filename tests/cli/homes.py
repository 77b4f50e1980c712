"""Repositories made on the spot, and homes that mine them."""

import json
import os
import subprocess
from pathlib import Path

PROGRAM = Path(os.environ.get("BAROGRAPH_BUILD", "build/release")).resolve() / "barograph"

# The user's own git settings do not reach the repositories.
PLAIN = {
    **os.environ,
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "LC_ALL": "C.UTF-8",
}
DAY = 86400


class Repository:
    """A git repository with a clock of its own: every commit and tag is a day later."""

    def __init__(self, path):
        self.path = path
        self.time = 1262304000  # 2010-01-01
        self.git("init", "-q", "-b", "main", cwd=path.parent, target=path)

    def git(self, *arguments, cwd=None, target=None, **environment):
        command = ["git", *arguments] + ([str(target)] if target else [])
        result = subprocess.run(
            command,
            cwd=cwd or self.path,
            env={**PLAIN, **environment},
            check=True,
            capture_output=True,
            text=True,
        )
        return result.stdout.strip()

    def stamps(self, author):
        name, address = author
        date = f"{self.time} +0000"
        return {
            "GIT_AUTHOR_NAME": name,
            "GIT_AUTHOR_EMAIL": address,
            "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_NAME": name,
            "GIT_COMMITTER_EMAIL": address,
            "GIT_COMMITTER_DATE": date,
        }

    def commit(self, message, author=("Ann Author", "ann@one.org"), count=1):
        for _ in range(count):
            self.time += DAY
            path = self.path / f"file{self.time}"
            path.write_text(message)
            self.git("add", path.name)
            self.git("commit", "-q", "-m", message, **self.stamps(author))
        return self.git("rev-parse", "HEAD")

    def merge(self, branch):
        self.time += DAY
        stamps = self.stamps(("Ann Author", "ann@one.org"))
        self.git("merge", "-q", "--no-ff", "-m", f"merge {branch}", branch, **stamps)

    def switch(self, branch, start=None):
        self.git("checkout", "-q", *(["-b", branch, start] if start else [branch]))

    def tag(self, name, target="HEAD", message=None):
        self.time += DAY
        options = ["-a", "-m", message] if message else []
        stamps = self.stamps(("Tagger", "tagger@one.org"))
        self.git("tag", *options, name, target, **stamps)


class Home:
    """A barograph home over repositories, by name."""

    def __init__(self, path, repositories, **settings):
        self.path = path
        (path / "people").mkdir(parents=True)
        text = "[project]\nname = Test\n"
        for name, repository in repositories.items():
            text += f"[repository {name}]\npath = {repository.path}\n"
            text += "".join(f"{key} = {value}\n" for key, value in settings.items())
        (path / "barograph.conf").write_text(text)

    def run(self, *arguments, status=0, **environment):
        result = subprocess.run(
            [PROGRAM, "-C", self.path, *arguments],
            env={**PLAIN, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert result.returncode == status, result.stderr
        return result

    def mine(self):
        self.run("mine", "-q")
        return self

    def json(self, *arguments, **environment):
        return json.loads(self.run(*arguments, "--format", "json", **environment).stdout)
