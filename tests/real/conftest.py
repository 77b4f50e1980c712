"""A home with the real Xen history, mined once a run and build, shared by the tests of this folder."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

PROGRAM = Path(os.environ["BAROGRAPH_BUILD"]) / "barograph"
NOW = "2026-11-22T00:00:00Z"


class Xen:
    def __init__(self, folder, repository):
        self.folder = folder
        self.repository = repository

    def git(self, *arguments):
        result = subprocess.run(
            ["git", "-c", "safe.directory=*", "-C", self.repository, *arguments],
            check=True,
            capture_output=True,
        )
        return result.stdout.decode("utf-8", "replace")

    def attempt(self, *arguments, **environment):
        return subprocess.run(
            [PROGRAM, "-C", self.folder, *arguments],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "BAROGRAPH_NOW": NOW, **environment},
        )

    def run(self, *arguments, **environment):
        result = self.attempt(*arguments, **environment)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def figure(self, name, *arguments):
        return int(self.run("figure", name, *arguments))

    def json(self, *arguments, **environment):
        return json.loads(self.run(*arguments, "--format", "json", **environment))


def data_folder():
    """Where a mailmap and an employers table of the project may be."""
    named = os.environ.get("BAROGRAPH_DATA", "../shared/data")
    return Path(__file__).parents[2] / named / "xen"


def room_of(build):
    """Where the homes of a build are; those of builds that are gone go. Builds never touch another's."""
    rooms = Path(tempfile.gettempdir()) / f"barograph-homes-{os.getuid()}"
    rooms.mkdir(mode=0o700, exist_ok=True)
    for room in rooms.iterdir():
        owner = room / "build"
        if owner.exists() and not Path(owner.read_text()).exists():
            shutil.rmtree(room, ignore_errors=True)
    room = rooms / hashlib.sha256(str(build).encode()).hexdigest()[:16]
    room.mkdir(exist_ok=True)
    (room / "build").write_text(str(build))
    return room


def locked(path, how):
    """A lock that goes with its file object, or None when another process holds it."""
    lock = open(path, "w")  # kept open by whom it is given to
    try:
        fcntl.flock(lock, how)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def sweep(room, home):
    """Homes of the same build, before it was built anew, that nobody has open any more."""
    for old in room.iterdir():
        if not old.is_dir() or old == home:
            continue
        path = old.with_suffix(".lock")
        if lock := locked(path, fcntl.LOCK_EX | fcntl.LOCK_NB):
            shutil.rmtree(old)
            path.unlink()
            lock.close()


def mined_home(repository):
    """One home for all test processes of a build, keyed by what it depends on, and a lock that
    keeps it while this process runs."""
    program = PROGRAM.stat()
    tips = subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", repository, "for-each-ref"],
        check=True,
        capture_output=True,
    ).stdout
    key = f"{repository} {PROGRAM} {program.st_size} {program.st_mtime_ns}".encode() + tips
    room = room_of(PROGRAM.parent.resolve())
    home = room / hashlib.sha256(key).hexdigest()[:16]
    with locked(room / "lock", fcntl.LOCK_EX):
        used = locked(home.with_suffix(".lock"), fcntl.LOCK_SH)
        if not (home / "mined").exists():
            sweep(room, home)
            shutil.rmtree(home, ignore_errors=True)
            mine(home, repository)
            (home / "mined").touch()
    return home, used


def mine(home, repository):
    (home / "people").mkdir(parents=True)
    (home / "barograph.conf").write_text(
        f"[project]\nname=Xen Project\n\n[repository xen]\npath={repository}\nforeign=yes\n"
        "exclude=coverity-tested/*;*shim*\n"
    )
    for name, copy in (("mailmap", "mailmap"), ("affiliations.tsv", "employers.tsv")):
        if (data_folder() / name).exists():
            shutil.copy(data_folder() / name, home / "people" / copy)
    subprocess.run([PROGRAM, "-C", home, "mine", "-q"], check=True)


@pytest.fixture(scope="session")
def xen():
    repository = os.environ.get("BAROGRAPH_XEN")
    if not repository:
        pytest.skip("BAROGRAPH_XEN does not name a clone of the Xen history")
    home, used = mined_home(Path(repository).resolve())
    yield Xen(home, repository)
    used.close()


@pytest.fixture(scope="session")
def xen_shims(xen_people, tmp_path_factory):
    """All branches but copies of others: those named after shims are mined too."""
    home = tmp_path_factory.mktemp("shims") / "home"
    shutil.copytree(xen_people.folder, home)
    conf = home / "barograph.conf"
    conf.write_text(conf.read_text().replace(";*shim*", ""))
    subprocess.run([PROGRAM, "-C", home, "mine", "-q"], check=True)
    return Xen(home, xen_people.repository)


@pytest.fixture(scope="session")
def xen_people(xen):
    if not (data_folder() / "mailmap").exists():
        pytest.skip(f"{data_folder()} has no mailmap and no affiliations.tsv of the Xen Project")
    return xen
