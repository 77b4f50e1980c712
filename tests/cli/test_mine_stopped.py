"""Runs that end early: killed, interrupted, or with workers that die. Nothing twice, nothing lost."""

import os
import random
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from mining import ENVIRONMENT, NOISE, PROGRAM, check_database, home_of, large, mine, rows, same_content
from thorough import times

COMMITS = 1500


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    return large(tmp_path_factory.mktemp("large") / "large.git", COMMITS)


@pytest.fixture(scope="module")
def whole(tmp_path_factory, repository):
    """A home mined without any trouble, and the seconds it took."""
    home = home_of(tmp_path_factory.mktemp("whole") / "home", large=repository.path)
    start = time.monotonic()
    mine(home, "--round", "40")
    return home, time.monotonic() - start


def start(home, *arguments, **environment):
    return subprocess.Popen(
        [PROGRAM, "-C", home, "mine", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**ENVIRONMENT, **environment},
        start_new_session=True,
    )


def children(pid):
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def in_session(session):
    """Processes of a session that still run: the program was started as the head of one."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, of = (folder / "stat").read_text().rsplit(")", 1)[1].split()[:4]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(of) == session and state != "Z":
            found.append(int(folder.name))
    return found


def wait_until_gone(session):
    for _ in range(200):
        if not in_session(session):
            return
        time.sleep(0.01)
    raise AssertionError(f"left over: {in_session(session)}")


def readable(home):
    """What a report needs at this moment; before the first write there may be no database."""
    if (home / "history.db").exists() and rows(home, "SELECT count(*) FROM sqlite_schema") != [(0,)]:
        check_database(home)


@pytest.mark.parametrize("size", ["40", "300"])
def test_killed_at_random_moments(tmp_path, repository, whole, size):
    home = home_of(tmp_path / "home", large=repository.path)
    chance = random.Random(int(size))
    finished = kills = 0
    enough = time.monotonic() + 40  # on a busy machine each run takes long
    while kills < times(40, 15) and (kills == 0 or time.monotonic() < enough):
        process = start(home, "--round", size, "--jobs", "2")
        try:
            process.communicate(timeout=chance.uniform(0.005, whole[1] / 3))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills += 1
        # The next one starts at once, though a worker may not have noticed yet.
        assert process.returncode in (0, -signal.SIGKILL)
        readable(home)
        wait = subprocess.run(
            [PROGRAM, "-C", home, "mine", "--problems"], env=ENVIRONMENT, capture_output=True, check=False
        )
        assert wait.returncode in (0, 69), wait.stderr
        if process.returncode == 0:
            finished += 1
            break
        wait_until_gone(process.pid)
    assert kills > 0
    mine(home)
    same_content(home, whole[0])


def test_killed_while_refs_follow(tmp_path, repository, whole):
    """In a second run: reports see the state before until the new one is whole."""
    home = home_of(tmp_path / "home", large=f"path = {repository.path}\nbranches = half")
    repository.git("branch", "half", f"main~{COMMITS // 2}")
    mine(home)
    before = rows(home, "SELECT * FROM refs")
    home_of(home, large=f"path = {repository.path}\nbranches = main")
    chance = random.Random(7)
    for _ in range(10):
        process = start(home, "--round", "40", "--jobs", "2")
        try:
            process.communicate(timeout=chance.uniform(0.01, whole[1] / 5))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        readable(home)
        wait_until_gone(process.pid)
        if process.returncode == 0:
            break
        now = rows(home, "SELECT * FROM refs")
        if now != before:
            # Killed after its last transaction, on the way out: the new state, and all of it.
            assert [row[2] for row in now] == [b"main"]
            break
    repository.git("branch", "-D", "half")
    home_of(home, large=repository.path)
    mine(home)
    same_content(home, whole[0])


def test_the_lock_goes_with_the_process(tmp_path, repository):
    home = home_of(tmp_path / "home", large=repository.path)
    for _ in range(10):
        process = start(home, "--round", "300", "--jobs", "4")
        while process.poll() is None and len(children(process.pid)) < 2:
            time.sleep(0.001)
        process.kill()
        process.communicate()
        mine(home, "--problems")
        again = start(home, "--round", "40")
        time.sleep(0.02)
        assert again.poll() in (None, 0)
        again.kill()
        again.communicate()


def kill_workers(home, how_many):
    """Kills workers as they come up; how many it got, and what the program said."""
    # The leak checker has a process of its own at the end, for which it would wait for ever.
    options = f"{ENVIRONMENT.get('ASAN_OPTIONS', '')}:detect_leaks=0"
    process = start(home, "--jobs", "3", ASAN_OPTIONS=options)
    killed = set()
    while process.poll() is None and len(killed) < how_many:
        for child in children(process.pid):
            if child in killed or len(killed) == how_many:
                continue
            try:
                os.kill(child, signal.SIGKILL)
                killed.add(child)
            except ProcessLookupError:
                pass
        time.sleep(0.002)
    _, said = process.communicate(timeout=100)
    return process, killed, said.decode()


@pytest.mark.parametrize("how_many", [1, 3])
def test_workers_that_are_killed(tmp_path, repository, whole, how_many):
    """Their slices are counted once more: the result is complete."""
    home = home_of(tmp_path / "home", large=repository.path)
    process, killed, said = kill_workers(home, how_many)
    assert process.returncode == 0, said
    assert len(killed) == how_many and f"{how_many} worker processes died" in said
    same_content(home, whole[0])


def test_workers_that_die_again_and_again(tmp_path, repository, whole):
    """What died twice is a problem of its own kind, and all else is there."""
    home = home_of(tmp_path / "home", large=repository.path)
    process, killed, said = kill_workers(home, 25)
    assert process.returncode == 0, said
    assert len(killed) > 6
    check_database(home)
    listed = rows(home, "SELECT DISTINCT kind FROM problems")
    assert listed == [(b"worker",)]
    assert rows(home, "SELECT count(*) FROM commits") == [(COMMITS,)]
    counts = "SELECT count(*) FROM changes"
    assert rows(home, counts) == rows(whole[0], counts)
    text = mine(home, "--problems").stdout.decode()
    assert "worker" in text and "signal 9" in text
    mine(home, "--again")
    same_content(home, whole[0])


def mined(home):
    try:
        return rows(home, "SELECT count(*) FROM commits")[0][0]
    except sqlite3.OperationalError:
        return -1  # not there yet


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("share", [0, 0.3, 0.6])
def test_a_signal_ends_it_cleanly(tmp_path, repository, whole, number, share):
    home = home_of(tmp_path / "home", large=repository.path)
    process = start(home, "--round", "60", "--jobs", "2")
    while process.poll() is None and mined(home) < COMMITS * share:
        time.sleep(0.002)
    os.killpg(process.pid, number)
    _, said = process.communicate(timeout=60)
    said = said.decode()
    assert not [word for word in NOISE if word in said], said
    assert in_session(process.pid) == []
    check_database(home)
    assert process.returncode == 130, said
    last = said.splitlines()[-1]
    assert last.startswith("barograph: ") and "stopped" in last and "goes on from there" in last
    assert [path.name for path in home.glob("history.db*")] == ["history.db"]
    mine(home)
    same_content(home, whole[0])
