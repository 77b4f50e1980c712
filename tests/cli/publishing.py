"""Homes with a history, an advisory desk and a site, and what a reader of the site sees."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import freezing
from freezing import PREDISCLOSURE, PUBLIC  # noqa: F401 (for those who import from here)
from workshop import ADA, QUIET, Repository

FIXED = "2025-02-01T12:00:00"  # for 501
EARLY = "2026-06-16T11:59:59Z"


def make_history(folder):
    """A line 1.0, and a main branch with a fix for one advisory."""
    repository = Repository(folder / "lantern")
    repository.commit(ADA, "2025-01-01T12:00:00", {"f": "frobs 501\n", "VERSION": "1.0.0\n"}, "start")
    repository.git("branch", "stable-1.0")
    repository.tag("RELEASE-1.0.0", "2025-01-02T12:00:00")
    repository.commit(ADA, "2025-01-03T12:00:00", {"g": "more\n"}, "more")
    repository.commit(ADA, FIXED, {"f": "none 501\n"}, "f: no frobs\n\nThis is XSA-501.")
    return repository


def snapshot(folder):
    """Of every file and folder: bytes, mode, date, inode."""
    found = {}
    for path in sorted(Path(folder).rglob("*")):
        facts = path.lstat()
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else None
        found[str(path.relative_to(folder))] = (content, facts.st_mode, facts.st_mtime_ns, facts.st_ino)
    return found


def documents(folder):
    """{path: bytes} of what a web server would serve."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in Path(folder).rglob("*")
        if path.is_file() and ".barograph" not in path.parts
    }


def lists_are_true(folder):
    """What the pages and lists of a site link is there."""
    served = documents(folder)
    for name, content in served.items():
        if not name.endswith(".html"):
            continue
        for link in re.findall(rb'(?:href|src)="([^"#?]+)"', content):
            target = link.decode()
            if re.match(r"[a-z][a-z0-9+.-]*:|//", target) or target.endswith("/"):
                continue
            assert os.path.normpath(os.path.join(os.path.dirname(name), target)) in served, (name, target)


class Site(freezing.Home):
    """The site is in its folder `site`; nothing but `publish` writes there."""

    def __init__(self, folder, keys, repository, extra="", signing=True):
        self.repository, self.extra, self.signing = repository, extra, signing
        super().__init__(folder, keys)
        (self.folder / "people").mkdir()
        self.do("mine", "-q")

    @property
    def site(self):
        return self.folder / "site"

    def configure(self, text):
        key = text if self.signing else ""
        super().configure(
            f"{key}policies = xen\n[repository lantern]\npath = {self.repository.folder}\n"
            "[publish]\nurl = https://xsa.lantern.example/\npublisher = Lantern\n"
            "namespace = https://lantern.example\ncontact = security@lantern.example\n"
            "cve-organisation = 00000000-0000-4000-9000-000000000000\ncve-short-name = LANTERN\n"
            f"{self.extra}"
        )

    def environment(self):
        return {**super().environment(), **QUIET}

    def do(self, *arguments, status=0, says="", before=None, tracer=(), secret=freezing.SECRET):
        result = subprocess.run(
            [*tracer, *self.line(*arguments)], capture_output=True, text=True, check=False,
            env=self.environment(), timeout=120, preexec_fn=before,
        )  # fmt: skip
        assert status is None or result.returncode == status, (result.returncode, result.stderr)
        assert says in result.stderr, result.stderr
        assert secret not in result.stderr
        return result

    def publish(self, *arguments, **options):
        return self.do("publish", *arguments, **options)

    def prepare(self, *numbers, audience="public", title=None):
        """Frozen, for everybody at once or for members."""
        for number in numbers:
            self.draft(number, "--for", audience)
            if title:
                self.edit(number, ("advisory", "title", title))
        self.freeze(*numbers)

    def tell_members(self, number, folder):
        """As predisclose does, without a mail: they have it from here on."""
        self.run("disclose", number, "--for", "members", "--into", folder)

    def rows_of_ledger(self):
        return self.database("SELECT advisory, audience, verdict FROM ledger WHERE name = '' ORDER BY id")

    def copy(self, folder):
        shutil.copytree(self.folder, folder, symlinks=True, ignore=shutil.ignore_patterns("S.*"))
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.folder = Path(folder)
        return other
