"""A predisclosure over the wire: each member one mail, sealed to that member alone, whatever the
server does."""

import contextlib
import email
import hashlib
import os
import re
import resource
import shutil
import signal
import sqlite3
import tempfile
import time

import pytest

from keyrings import make_keys  # noqa: F401 (a fixture)
from mailing import (DROP, LOGIN, PREDISCLOSURE, STALL, Authority, MailHome, Members, Server,
                     contents, gpg, packets, sealed, stop_agent, subject)  # fmt: skip

COUNT = 42
PATCHES = ("xsa501.patch", "xsa501-4.19.patch", "xsa501-4.18.patch")


@pytest.fixture(scope="module", name="members")
def make_members():
    members = Members(COUNT)
    yield members
    members.end()


@pytest.fixture(scope="module", name="authority")
def make_authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module", name="frozen")
def make_frozen(tmp_path_factory, keys, members):
    """Frozen, with all members, and nothing sent."""
    home = MailHome(tmp_path_factory.mktemp("frozen") / "home", keys)
    home.draft(501)
    home.add_patches(501, *PATCHES[1:])
    home.freeze(501)
    home.take(members)
    home.now = PREDISCLOSURE
    return home


@pytest.fixture(scope="module", name="queued")
def make_queued(tmp_path_factory, frozen):
    """All messages lie in the outbox: the server was not there."""
    home = frozen.copy(tmp_path_factory.mktemp("queued") / "home")
    home.mail(1)
    home.do("predisclose", 501, status=76, says="cannot be reached")
    assert home.states() == {"queued": COUNT}
    return home


@pytest.fixture(name="home")
def make_home(tmp_path, frozen):
    home = frozen.copy(tmp_path / "home")
    yield home
    stop_agent(home.folder / "security" / "keyring")


@pytest.fixture(name="waiting")
def make_waiting(tmp_path, queued):
    home = queued.copy(tmp_path / "home")
    yield home
    stop_agent(home.folder / "security" / "keyring")


def number_of(address):
    return int(re.search(r"\d+", address)[0])


# --- what a member gets ---


def check_no_trace(message, inner, members, mine):
    outside = sealed(message)
    binary = packets(outside)
    haystack = (message + outside + inner).lower()
    for member in members.all:
        if member is mine:
            continue
        words, ids = member.traces()
        assert not [word for word in words if word in haystack]
        assert not [key for key in ids if key in binary]


def check_inner(inner, home, number, files):
    (words, text), attached = contents(inner)
    assert attached == files and list(attached) == list(files)
    assert words.startswith(b"***** EMBARGOED UNTIL Tue 2026-06-16 12:00 UTC *****\n") and b"acknowledge" in words
    sums = dict(reversed(line.split(b"  ")) for line in text.splitlines()
                if re.match(rb"[0-9a-f]{64}  ", line))  # fmt: skip
    assert sums == {name.encode(): hashlib.sha256(data).hexdigest().encode()
                    for name, data in files.items()}  # fmt: skip
    path = home.folder / "inner.txt"
    path.write_bytes(text)
    assert home.keys.verifies(path)
    assert subject(inner) == (
        f"EMBARGOED until Tue 2026-06-16 12:00 UTC: XSA-{number} v1 - some frobs outlive {number}"
    )


def test_each_member_gets_one_mail_and_nothing_of_the_others(home, members):
    with Server() as server:
        home.mail(server.port)
        home.do("predisclose", 501)
    messages = server.messages()
    assert sorted(messages) == [member.address for member in members.all]
    assert server.log.count("CONNECT") == 1
    files = {name: (home.folder_of(501) / name).read_bytes() for name in sorted(PATCHES)}
    names = [row[0] for row in home.database("SELECT name FROM patches ORDER BY position")]
    files = {name: files[name] for name in names}
    seen = set()
    for member in members.all:
        message = messages[member.address]
        ids, inner = members.decrypt(message)
        assert ids == [member.subkey]
        check_no_trace(message, inner, members, member)
        check_inner(inner, home, 501, files)
        outer = email.message_from_bytes(message)
        assert outer["To"] == member.address and not outer["Cc"] and not outer["Bcc"]
        assert "501" not in outer["Subject"] and b"frobs" not in message
        assert email.message_from_bytes(inner)["Message-ID"] == outer["Message-ID"]
        seen.add(outer["Message-ID"])
    assert len(seen) == COUNT
    assert {row["state"] for row in home.outbox()} == {"sent"}
    assert home.do("ledger", "verify").returncode == 0


def test_without_the_key_nobody_reads_it(home, members):
    with Server() as server:
        home.mail(server.port)
        home.do("predisclose", 501)
    mine = members.all[3]
    rest = tempfile.mkdtemp(prefix="g-", dir="/tmp")
    try:
        secret = gpg(members.folder, "--export-secret-keys").stdout
        gpg(rest, "--import", data=secret)
        gpg(rest, "--yes", "--delete-secret-keys", mine.fingerprint)
        for member in members.all[:6]:
            _, inner = members.decrypt(server.messages()[member.address], folder=rest)
            assert (inner is None) == (member is mine)
    finally:
        stop_agent(rest)
        shutil.rmtree(rest, ignore_errors=True)


def test_a_second_time_sends_nothing(home):
    with Server() as server:
        home.mail(server.port)
        home.do("predisclose", 501)
        server.log.clear()
        home.do("predisclose", 501)
        home.do("outbox", "send")
        assert len(server.messages()) == COUNT and "MAIL" not in server.log


def test_a_dry_run_sends_nothing_and_shows_all(home, members):
    with Server() as server:
        home.mail(server.port)
        rows = home.table("predisclose", 501, "--dry-run")
        assert server.log == []
    assert [row["to"] for row in rows] == [member.name for member in members.all]
    assert home.outbox() == []
    for row, member in zip(rows, members.all):
        path = home.folder / "security" / row["why"]
        assert path.stat().st_mode & 0o77 == 0
        assert members.decrypt(path.read_bytes())[0] == [member.subkey]
    for member in members.all[1:]:
        home.do("member", "suspend", member.name, "--reason", "away")
    home.do("predisclose", 501, "--dry-run")
    assert [file.name for file in path.parent.iterdir()] == ["0001.eml"], "no more than would go"


def test_too_early_opens_no_connection(home):
    home.now = "2026-06-02T11:59:59Z"
    with Server() as server:
        home.mail(server.port)
        home.do("predisclose", 501, status=77)
        assert server.log == [] and home.outbox() == []
        home.now = PREDISCLOSURE
        home.do("predisclose", 501)
        assert len(server.messages()) == COUNT


# --- servers that fail ---


def test_each_failure_is_one_recipients(waiting, members):
    script = {("RCPT", 7): "550 5.1.1 no such user psirt-0007",
              ("RCPT", 20): DROP,
              ("RCPT", 30): "451 4.7.1 greylisted",
              ("END", 38): STALL}  # fmt: skip
    with Server(script) as server:
        waiting.mail(server.port)
        result = waiting.do("outbox", "send", status=76, says="4 did not get it, or may not have")
        assert "psirt-0007" not in result.stdout
    rows = waiting.outbox()
    odd = {number_of(row["to"]): (row["state"], row["code"]) for row in rows if row["state"] != "sent"}
    # What is dropped at 20 and 30 has no END: the 38th END is that of the 41st.
    assert odd == {7: ("failed", 550), 20: ("queued", None), 30: ("queued", 451),
                   41: ("unknown", None)}  # fmt: skip
    got = server.messages()
    missing = {number_of(m.address) for m in members.all if m.address not in got}
    assert missing == {7, 20, 30}
    put_off = [row for row in rows if row["state"] == "queued"]
    assert all(row["next"] > row["at"] and row["tries"] == 1 for row in put_off)
    check_going_on(waiting, server, {7, 41})


def check_going_on(home, first, left):
    """The rest goes out once its time has come, to nobody twice."""
    with Server() as server:
        home.mail(server.port)
        home.do("outbox", "send", status=76, says="4 did not get it")
        assert server.log == [], "it is not due yet"
        home.now = "2026-06-02T12:10:00Z"
        home.do("outbox", "send", status=76, says="2 did not get it")
        assert {number_of(address) for address in server.messages()} == {20, 30}
        assert not set(server.messages()) & set(first.messages())
    assert {number_of(row["to"]) for row in home.outbox() if row["state"] != "sent"} == left


def test_who_lacks_it_is_said(waiting):
    with Server({("RCPT", 7): "550 no"}) as server:
        waiting.mail(server.port)
        waiting.do("outbox", "send", status=76)
    who = {row["to"]: row for row in waiting.table("outbox", "who", 501)}
    assert [name for name, row in who.items() if row["lacks_newest"]] == ["Organisation 0007"]
    assert who["Organisation 0007"]["state"] == "failed"
    form = f"[member]\nname = No key\naddress = psirt-x@n.example\ndelivery = pgp\n" \
           f"fingerprint = {'0123456789' * 4}\n"  # fmt: skip
    waiting.do("member", "add", "-", text=form)
    (row,) = [row for row in waiting.table("outbox", "who", "XSA-501") if row["to"] == "No key"]
    assert row["lacks_newest"] and row["version"] is None and row["state"] is None
    assert len(waiting.table("outbox", "list", "XSA-501")) == COUNT
    for verb in ("who", "list"):
        waiting.do("outbox", verb, "777", status=66, says="no advisory 777")


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "END"])
def test_a_server_that_hangs_up_each_time_is_left(waiting, step):
    with Server({(step, n): DROP for n in range(1, 100)}) as server:
        waiting.mail(server.port)
        waiting.do("outbox", "send", status=76)
        assert server.log.count("CONNECT") == 3
    states = waiting.states()
    assert states == ({"queued": COUNT} if step != "END" else {"unknown": 3, "queued": COUNT - 3})


def test_a_person_settles_what_is_unknown(waiting):
    with Server({("END", 1): DROP, ("END", 2): DROP}) as server:
        waiting.mail(server.port)
        waiting.do("outbox", "send", status=76)
    first, second = [row["message"] for row in waiting.outbox() if row["state"] == "unknown"]
    waiting.do("outbox", "resolve", first, "sent")
    waiting.do("outbox", "resolve", first, "--resend", status=65, says="nothing to resolve")
    with Server() as again:
        waiting.mail(again.port)
        waiting.do("outbox", "send", status=76, says="1 did not get it")
        assert again.mails == []
        waiting.do("outbox", "resolve", second, "--resend")
        waiting.do("outbox", "send")
        assert again.mails == [server.mails[1]], "the same bytes, and so the same Message-ID"
    assert waiting.states() == {"sent": COUNT}
    assert waiting.do("ledger", "verify").returncode == 0


# --- TLS and logins ---


def secure(home, authority, server, password=LOGIN[1]):
    path = home.folder / "password"
    path.write_text(password + "\n")
    path.chmod(0o600)
    home.mail(server.port, authority.file, f"user = {LOGIN[0]}\npassword-file = password\n")


def test_tls_and_a_login(waiting, authority):
    with Server(tls=authority.context(), login=LOGIN) as server:
        secure(waiting, authority, server)
        waiting.do("outbox", "send")
        assert len(server.messages()) == COUNT
        assert server.log.count("AUTH") == 1 and server.log.count("CONNECT") == 1


@pytest.mark.parametrize(
    "what, certificate, password, sentence",
    [
        ("nobody's", "bad", LOGIN[1], "certificate cannot be trusted"),
        ("another's", "other", LOGIN[1], "certificate cannot be trusted"),
        ("no TLS", None, LOGIN[1], "offers no TLS"),
        ("the password", "good", "wrong", "refuses the login"),
    ],
)
def test_nothing_is_said_to_a_server_in_doubt(waiting, authority, what, certificate, password,
                                              sentence):  # fmt: skip
    tls = authority.context(certificate) if certificate else None
    with Server(tls=tls, login=LOGIN if tls else None) as server:
        secure(waiting, authority, server, password)
        waiting.do("outbox", "send", status=77, says=sentence)
        assert server.mails == [] and "MAIL" not in server.log and "AUTH" not in server.log, what
    assert waiting.states() == {"queued": COUNT}


@pytest.mark.parametrize(
    "command, status, sentence",
    [
        ("printf '%s\\\\nsecond line' 'let me in'", 0, ""),
        ("printf ''", 78, "fails, or prints none"),
        ("sh -c 'echo let me in; exit 3'", 78, "fails, or prints none"),
        ("no-such-program let", 78, "cannot be run"),
        ("'", 78, "cannot be run"),
    ],
)  # fmt: skip
def test_a_command_that_knows_the_password(waiting, authority, command, status, sentence):
    with Server(tls=authority.context(), login=LOGIN) as server:
        waiting.mail(server.port, authority.file,
                     f"user = {LOGIN[0]}\npassword-command = {command}\n")  # fmt: skip
        waiting.do("outbox", "send", status=status, says=sentence)
        assert len(server.mails) == (COUNT if status == 0 else 0)


def test_the_password_file_is_for_nobody_else(waiting, authority):
    with Server(tls=authority.context(), login=LOGIN) as server:
        secure(waiting, authority, server)
        (waiting.folder / "password").chmod(0o644)
        waiting.do("outbox", "send", status=77, says="others may read the password")
        assert server.log == []


def test_who_is_to_get_it_over_tls_gets_it_over_nothing_else(home, authority):
    form = "[member]\nname = Plain\naddress = psirt-x@plain.example\ndelivery = tls\n"
    home.do("member", "add", "-", text=form)
    with Server() as server:
        home.mail(server.port)
        home.do("predisclose", 501, status=76, says="1 did not get it")
        assert len(server.messages()) == COUNT and "psirt-x@plain.example" not in server.recipients()
    with Server(tls=authority.context(), login=LOGIN) as server:
        secure(home, authority, server)
        home.do("outbox", "send")
        assert server.recipients() == ["psirt-x@plain.example"]
        texts, files = contents(server.mails[0][2])
        assert len(texts) == 2 and len(files) == 3
        assert "501" not in subject(server.mails[0][2])


# --- keys ---


def test_a_bad_key_costs_its_member_alone_and_is_named(home, members):
    ring = home.folder / "security" / "keyring"
    lost = members.all[9]
    gpg(ring, "--yes", "--delete-keys", lost.fingerprint)
    with Server() as server:
        home.mail(server.port)
        result = home.do("predisclose", 501, status=76)
        assert lost.name in result.stdout
        assert set(server.messages()) == {m.address for m in members.all if m is not lost}
        gpg(ring, "--import", data=members.public)
        home.do("predisclose", 501)
        assert len(server.messages()) == COUNT


def test_a_key_that_went_bad_after_queueing_holds_its_message(waiting, members):
    lost = members.all[9]
    gpg(waiting.folder / "security" / "keyring", "--yes", "--delete-keys", lost.fingerprint)
    with Server() as server:
        waiting.mail(server.port)
        result = waiting.do("outbox", "send", status=76)
        assert lost.name in result.stdout and lost.address not in server.messages()
    assert waiting.states() == {"sent": COUNT - 1, "queued": 1}


def settled(home, members, server):
    """Everybody has one."""
    assert sorted(server.messages()) == [member.address for member in members.all]
    assert home.states() == {"sent": COUNT}
    assert home.do("ledger", "verify").returncode == 0


# --- two at once, full disks, Ctrl-C ---


def test_two_at_once(waiting):
    with Server({("END", 3): STALL}) as server:
        waiting.mail(server.port)
        first = waiting.start("outbox", "send")
        deadline = time.monotonic() + 20
        while server.log.count("END") < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        waiting.do("outbox", "send", status=75)
        waiting.do("predisclose", 501, status=75)
        first.communicate(timeout=60)
        assert first.returncode == 76 and len(server.messages()) == COUNT


@pytest.mark.parametrize("step", [9, 10, 11, 12])
def test_ctrl_c_stops_between_messages(waiting, step):
    with Server() as server:
        waiting.mail(server.port)
        process = waiting.start("outbox", "send")
        server.at[step] = lambda: os.kill(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 130 and "outbox send goes on" in errors
        assert waiting.states() == {"sent": 3, "queued": COUNT - 3}
        waiting.do("outbox", "send")
        assert len(server.messages()) == COUNT


def limit(most):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


@pytest.mark.parametrize("more", [0, 20_000, 150_000])
def test_a_full_disk_queues_nothing_or_all(home, members, more):
    size = (home.folder / "security" / "advisory.db").stat().st_size
    with Server() as server:
        home.mail(server.port)
        home.do("predisclose", 501, status=74, before=limit(size + more))
        assert server.log == [] and home.outbox() == []
        home.do("predisclose", 501)
        settled(home, members, server)


def test_a_disk_that_is_full_while_sending(waiting, members):
    """The journal has no room: nothing goes out that could not be noted before."""
    with Server() as server:
        waiting.mail(server.port)
        waiting.do("outbox", "send", status=74, before=limit(4096))
        assert server.mails == []
        waiting.do("outbox", "send")
        settled(waiting, members, server)


# --- the bytes in the outbox ---


def test_a_changed_byte_in_the_outbox_stays_here(waiting):
    path = waiting.folder / "security" / "advisory.db"
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("DROP TRIGGER outbox_message_stays")
        database.execute("UPDATE outbox SET bytes = CAST(bytes || x'0a' AS BLOB) WHERE id = 5")
    with Server() as server:
        waiting.mail(server.port)
        result = waiting.do("outbox", "send", status=76)
        assert "not what was queued" in result.stdout
        assert len(server.messages()) == COUNT - 1
