"""A freeze that goes wrong: keys that cannot sign, full disks, kill -9. Nothing is left half."""

import contextlib
import fcntl
import hashlib
import os
import pty
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from freezing import NOW, PREDISCLOSURE, ROOT, Home
from keyrings import Keys, make_locked_keys  # noqa: F401 (a fixture)


@pytest.fixture
def home(tmp_path, keys):
    keys.forget()
    return Home(tmp_path / "home", keys)


def test_no_key_is_named(home):
    home.draft(501)
    home.configure("")
    home.refuse(78, "freeze", 501, says="names no signing key")


@pytest.mark.parametrize("key", ["DEADBEEF", "A" * 40])
def test_a_key_that_is_not_there(home, keys, key):
    home.draft(501)
    home.configure(f"signing-key = {key}\n")
    home.refuse(78, "freeze", 501, passphrase=keys.passphrase)
    assert not home.check_whole(501)


def test_an_expired_key_signs_nothing(tmp_path):
    keys = Keys("open sesame", made="20200101T000000!", expires="20200201T000000")
    try:
        home = Home(tmp_path / "home", keys)
        home.draft(501)
        home.refuse(78, "freeze", 501, passphrase=keys.passphrase, says="has expired")
        assert not home.check_whole(501)
    finally:
        keys.end()


def test_a_wrong_passphrase_is_asked_for_once(home):
    for number in (501, 502):
        home.draft(number)
    result = home.attempt("freeze", 501, 502, "--format", "json", passphrase="wrong")
    assert result.returncode == 65 and result.stdout.count("the key stays locked") == 2
    assert "wrong" not in result.stdout + result.stderr
    assert not home.check_whole(501) and not home.check_whole(502)


# Somebody at a terminal, and an agent that has no way to ask


def at_terminal(home, keys, typed, *arguments):
    """What is said on a terminal where each of `typed` answers a question; and the exit status."""
    keys.forget()
    conf = Path(keys.folder, "gpg-agent.conf")
    conf.write_text("pinentry-program /nonexistent/pinentry\n")
    said = b""
    child, terminal = pty.fork()
    if child == 0:
        os.execve(home.line()[0], [str(word) for word in home.line(*arguments)], home.environment())
    try:
        with contextlib.suppress(OSError):
            while chunk := os.read(terminal, 1024):
                said += chunk
                if chunk.endswith(b": ") and typed:
                    os.write(terminal, typed.pop(0))
    finally:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        conf.unlink()
        keys.forget()
    return said.decode(), code


def test_a_terminal_is_asked_once_when_the_agent_cannot(home, keys):
    for number in (501, 502):
        home.draft(number)
    typed = [b"wrong\n", b"no\x15" + keys.passphrase.encode() + b"x\x7f\n"]
    said, code = at_terminal(home, keys, typed, "advisory", "freeze", 501, 502)
    assert code == 0, said
    assert said.count("Passphrase for ") == 2 and said.count("That was not it.") == 1
    assert "team@tests.example: " in said and keys.passphrase not in said and "wrong" not in said
    assert home.check_whole(501) and home.check_whole(502)


@pytest.mark.parametrize("key", [b"\x03", b"\x04", b"\n"])
def test_who_gives_up_at_the_terminal_signs_nothing(home, keys, key):
    home.draft(501)
    said, code = at_terminal(home, keys, [key], "advisory", "freeze", 501)
    assert code == 77 and "the key stays locked" in said and said.count("Passphrase for") == 1
    assert not home.check_whole(501)


def test_without_a_terminal_nobody_is_asked(home, keys):
    home.draft(501)
    keys.forget()
    conf = Path(keys.folder, "gpg-agent.conf")
    conf.write_text("pinentry-program /nonexistent/pinentry\n")
    try:
        home.refuse(77, "freeze", 501, says="the key stays locked")
        assert not home.check_whole(501)
    finally:
        conf.unlink()


# What may happen to the machine


def limit_files(most):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def test_a_full_disk_leaves_no_version(home, keys):
    home.draft(501)
    for most in (1024, 8192, 65536):
        result = home.attempt("freeze", 501, passphrase=keys.passphrase, before=limit_files(most))
        assert result.returncode == 74, result.stderr
        assert not home.check_whole(501)
    home.freeze(501)
    assert home.check_whole(501)


def test_a_full_disk_leaves_no_half_disclosure(home, tmp_path):
    folder = home.draft(501)
    (folder / "xsa501-big.patch").write_bytes(b"x" * 400_000)
    home.edit(501, ("patches", "xsa501-*.patch", "all"))
    home.freeze(501)
    home.now = PREDISCLOSURE
    outside = tmp_path / "outside"
    outside.mkdir()
    out = ["disclose", 501, "--for", "members", "--into", outside / "out"]
    home.refuse(74, *out, before=limit_files(300_000), says="cannot be written")
    assert list(outside.iterdir()) == [] and home.state(501) == "frozen"
    home.run(*out)
    home.refuse(73, *out, says="something is there already")


def test_a_second_process_waits_its_turn(home, keys):
    home.draft(501)
    with (home.folder / "security" / "lock").open("r+") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        home.refuse(75, "freeze", 501, passphrase=keys.passphrase)
    home.freeze(501)


def test_an_embargo_ends_in_the_record_first(home, keys):
    """When record.conf cannot follow, or did not, the embargo has ended, and no draft brings it back."""
    path = home.draft(501) / "record.conf"
    home.freeze(501)
    good = path.read_text()
    path.write_text("no conf\n")
    result = home.refuse(78, "vacate", 501, "--reason", "it leaked", says="has ended, but put public=")
    assert NOW in result.stderr
    assert [event["what"] for event in home.rows("log", 501)] == ["made", "frozen", "vacated"]
    path.write_text(good.replace("version=1", "version=2").replace("=members", "=public", 1))
    (path.parent / "updates.txt").write_text("Public release.\n")
    for verb, options in (("take", {}), ("freeze", {"passphrase": keys.passphrase})):
        home.refuse(65, verb, 501, says=f"put public={NOW} into [dates]", **options)
    home.edit(501, ("dates", "public", NOW))
    assert home.freeze(501)[0]["result"] == "frozen"


def test_what_cannot_be_vacated_changes_nothing(home):
    path = home.draft(501) / "record.conf"
    home.freeze(501)
    before = path.read_text()
    home.refuse(74, "vacate", 501, "--reason", "it leaked", before=limit_files(1024))
    assert path.read_text() == before
    assert [event["what"] for event in home.rows("log", 501)] == ["made", "frozen"]
    assert home.run("take", 501) == "XSA-501: 0 dates changed\n"


def test_a_newer_database_is_refused(home, keys):
    home.draft(501)
    path = home.folder / "security" / "advisory.db"
    subprocess.run(["sqlite3", path, "PRAGMA user_version = 999"], check=True)
    home.refuse(65, "freeze", 501, passphrase=keys.passphrase, says="a newer barograph wrote it")


def hash_of(before, *fields):
    """A row of the ledger, as docs and ledger.c have it: every field with its length before it."""
    whole = hashlib.sha256()
    for field in ("barograph ledger 1", before, *fields):
        data = field if isinstance(field, bytes) else str(field).encode()
        whole.update(f"{len(data)}:".encode() + data)
    return whole.digest()


def test_an_older_record_is_brought_up_to_date(home):
    """Its ledger is copied row by row, with its hashes, and with how many rows there ever were."""
    (home.folder / "security").mkdir(mode=0o700)
    path = home.folder / "security" / "advisory.db"
    with contextlib.closing(sqlite3.connect(path)) as database:
        schema = ROOT / "sql" / "advisory" / "schema" / "0001_advisory.sql"
        database.executescript(schema.read_text())
        before = bytes(32)
        for row in (1, 2, 3):
            fields = (1780000000, "ada", "480", 1, "", bytes(32), "public", "permit", "why", "")
            before = hash_of(before, row, *fields)
            database.execute(f"INSERT INTO ledger VALUES ({row}, {'?, ' * 10}?)", (*fields, before))
        database.executescript("PRAGMA user_version = 1; PRAGMA application_id = 0x4241524f")
    path.chmod(0o600)
    assert home.rows("list") == []  # reading it is enough
    home.draft(501)
    home.freeze(501)
    said = home.other("ledger", "verify")
    assert said.returncode == 0 and "5 rows" in said.stdout, said.stderr
    with contextlib.closing(sqlite3.connect(path)) as database:
        with pytest.raises(sqlite3.DatabaseError, match="append-only"):
            database.execute("DELETE FROM ledger WHERE id = 5")


def start(home, *arguments, tracer=()):
    """The program with its passphrase ready in a pipe."""
    out, into = os.pipe()
    os.write(into, home.keys.passphrase.encode() + b"\n")
    os.close(into)
    line = [*tracer, *home.line("advisory", *arguments, "--passphrase-fd", str(out))]
    process = subprocess.Popen(line, env=home.environment(), pass_fds=(out,), start_new_session=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    os.close(out)
    return process


def restore(home, saved):
    shutil.rmtree(home.folder)
    shutil.copytree(saved, home.folder)


def test_killed_at_any_moment(home, tmp_path):
    """kill -9 at moments spread over a freeze, the finest around its transaction."""
    home.draft(501)
    saved = tmp_path / "saved"
    shutil.copytree(home.folder, saved)
    home.keys.forget()
    begin = time.monotonic()
    start(home, "freeze", 501).wait()
    length = time.monotonic() - begin
    outcomes = {False: 0, True: home.check_whole(501)}
    for step in range(12):
        restore(home, saved)
        process = start(home, "freeze", 501)
        time.sleep(length * (step + 1) / 12)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        outcomes[home.check_whole(501)] += 1
    print(outcomes)
    assert outcomes[False] > 0 and outcomes[True] > 0
    if home.state(501) == "draft":
        home.freeze(501)
    assert home.check_whole(501)


@pytest.mark.skipif(shutil.which("strace") is None, reason="there is no strace")
@pytest.mark.parametrize("call", ["pwrite64", "fdatasync", "unlink"])
def test_killed_at_every_write(home, tmp_path, call):
    """Killed as it enters its first, second, ... call that changes the disk."""
    home.draft(501)
    saved = tmp_path / "saved"
    shutil.copytree(home.folder, saved)
    whole = []
    for when in [1, 2, 3, 4, 5, 9, 20, 40, 80, 120, 300]:
        restore(home, saved)
        tracer = ("strace", "-o", "/dev/null", "-e", f"trace={call}",
                  "-e", f"inject={call}:signal=KILL:when={when}")  # fmt: skip
        code = start(home, "freeze", 501, tracer=tracer).wait()
        whole.append(home.check_whole(501))
        if code == 0:
            break
    print(call, whole)
    assert whole == sorted(whole) and not whole[0] and whole[-1]


@pytest.mark.skipif(shutil.which("strace") is None, reason="there is no strace")
def test_a_disclosure_that_was_killed_is_cleaned_up(home, tmp_path):
    """Killed at each call that brings it to the disk: whole, or gone with the next run that writes."""
    home.draft(501)
    home.freeze(501)
    home.now = PREDISCLOSURE
    outside = tmp_path / "outside"
    outcomes = set()
    for call, most in (("fsync", 7), ("rename", 2)):
        for when in range(1, most):
            shutil.rmtree(outside, ignore_errors=True)
            outside.mkdir()
            tracer = ["strace", "-o", "/dev/null", "-e", f"trace={call}",
                      "-e", f"inject={call}:signal=KILL:when={when}"]  # fmt: skip
            line = home.line("advisory", "disclose", 501, "--for", "members", "--into", outside / "out")
            subprocess.run([*tracer, *line], env=home.environment(), check=False, capture_output=True)
            left = [path.name for path in outside.iterdir()]
            said = home.attempt("take", 501).stderr
            assert ("was stopped in its middle" in said) == (left not in ([], ["out"]))
            found = [path.name for path in outside.iterdir()]
            assert found in ([], ["out"]) and found == [name for name in left if name == "out"]
            assert home.attempt("take", 501).stderr == ""
            outcomes.add(tuple(name.split(".")[0] for name in left))
    assert ("",) in outcomes and ("out",) in outcomes


def test_only_a_folder_of_a_disclosure_is_removed(home, tmp_path):
    """Whatever the mark names: nothing that others can look into, no link, no path from here."""
    home.draft(501)
    link = tmp_path / ".link"
    link.symlink_to(tmp_path)
    for name, mode in (("plain", 0o700), (".open", 0o755)):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(mode)
    for path in (tmp_path / "plain", tmp_path / ".open", link, ".", "", tmp_path / ".nowhere"):
        mark = home.folder / "security" / "disclosing"
        mark.write_text(str(path))
        assert home.attempt("take", 501).stderr == "" and not mark.exists()
    assert {"plain", ".open", ".link"} <= {path.name for path in tmp_path.iterdir()}
