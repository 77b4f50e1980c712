"""What lies in the outbox was written for a day and a member as they were then: what is no longer
so does not leave."""

import contextlib
import re
import sqlite3

import pytest

from keyrings import make_keys  # noqa: F401 (a fixture)
from mailing import (PREDISCLOSURE, PUBLIC, MailHome, Members, Server, gpg, stop_agent,
                     subject)  # fmt: skip

COUNT = 3
LATER = "2026-06-02T12:10:00Z"
PUT_OFF = {("RCPT", 2): "451 4.7.1 greylisted"}
MOVED = "2026-06-23T12:00:00Z"


@pytest.fixture(scope="module", name="members")
def make_members():
    members = Members(COUNT + 1)
    members.spare = members.all.pop()
    yield members
    members.end()


@pytest.fixture(scope="module", name="frozen")
def make_frozen(tmp_path_factory, keys, members):
    home = MailHome(tmp_path_factory.mktemp("frozen") / "home", keys)
    home.draft(501)
    home.freeze(501)
    home.take(members)
    home.mail(1)
    return home


@pytest.fixture(name="home")
def make_home(tmp_path, frozen):
    home = frozen.copy(tmp_path / "home")
    yield home
    stop_agent(home.folder / "security" / "keyring")


@pytest.fixture(name="rehearsed")
def make_rehearsed(home):
    """Sealed, never tried."""
    home.do("rehearse", 501, status=65)
    home.now = PREDISCLOSURE
    return home


@pytest.fixture(name="greylisted")
def make_greylisted(home):
    """The second member's was put off, the others have theirs."""
    home.now = PREDISCLOSURE
    with Server(PUT_OFF) as server:
        home.mail(server.port)
        home.do("predisclose", 501, status=76)
    assert home.states() == {"sent": COUNT - 1, "queued": 1}
    home.now = LATER
    return home


def form(member, **changes):
    values = {"name": member.name, "address": member.address, "delivery": "pgp",
              "fingerprint": member.fingerprint, **changes}  # fmt: skip
    return "[member]\n" + "".join(f"{key} = {value}\n" for key, value in values.items() if value)


def suspend(home, members):
    home.do("member", "suspend", members.all[1].name, "--reason", "away")


def remove(home, members):
    home.do("member", "remove", members.all[1].name, "--reason", "leaked")


def new_address(home, members):
    text = form(members.all[1], address="psirt-new@new.example")
    home.do("member", "edit", members.all[1].name, "-", text=text)


def new_key(home, members):
    text = form(members.all[1], fingerprint=members.spare.fingerprint)
    home.do("member", "edit", members.all[1].name, "-", text=text)


def new_delivery(home, members):
    text = form(members.all[1], delivery="tls", fingerprint=None)
    home.do("member", "edit", members.all[1].name, "-", text=text)


CHANGES = [
    (suspend, "its member is suspended"),
    (remove, "its member is removed"),
    (new_address, "its member has another address"),
    (new_key, "its member has another key"),
    (new_delivery, "its member gets mail in another way"),
]


def notes(home):
    rows = home.table("ledger", "list", "501")
    return [row["reason"] for row in rows if row["rule"] == "held"]


@pytest.mark.parametrize("change, sentence", CHANGES)
@pytest.mark.parametrize("kind", ["rehearsed", "greylisted"])
def test_a_member_that_changed(request, members, kind, change, sentence):
    home = request.getfixturevalue(kind)
    change(home, members)
    with Server() as server:
        home.mail(server.port)
        result = home.do("outbox", "send", status=76)
        assert members.all[1].address not in server.recipients()
        assert "psirt-new@new.example" not in server.recipients()
    assert sentence in result.stdout
    row = [row for row in home.outbox() if row["to"] == members.all[1].name]
    assert [r["state"] for r in row] == ["queued"]
    assert any(sentence in note for note in notes(home))
    assert home.do("ledger", "verify").returncode == 0


@pytest.mark.parametrize("change, sentence", CHANGES[:2])
def test_predisclose_does_not_send_it_either(greylisted, members, change, sentence):
    change(greylisted, members)
    with Server() as server:
        greylisted.mail(server.port)
        result = greylisted.do("predisclose", 501, status=76)
        assert server.mails == [] and sentence in result.stdout
    waits = [row["message"] for row in greylisted.outbox() if row["state"] == "queued"]
    greylisted.do("outbox", "resolve", *waits, "failed")
    with Server() as server:
        greylisted.mail(server.port)
        greylisted.do("outbox", "send")
        assert server.log == []


def test_a_member_that_has_it_gets_no_second_at_a_new_address(greylisted, members):
    text = form(members.all[0], address="psirt-new@new.example")
    greylisted.do("member", "edit", members.all[0].name, "-", text=text)
    with Server() as server:
        greylisted.mail(server.port)
        greylisted.do("predisclose", 501)
        assert server.recipients() == [members.all[1].address]


def test_one_that_was_refused_gets_it_at_a_new_address(home, members):
    home.now = PREDISCLOSURE
    with Server({("RCPT", 2): "550 no such user"}) as server:
        home.mail(server.port)
        home.do("predisclose", 501, status=76)
    new_address(home, members)
    with Server() as server:
        home.mail(server.port)
        home.do("predisclose", 501)
        assert server.recipients() == ["psirt-new@new.example"]
        home.do("outbox", "send")
        home.do("predisclose", 501)
        assert len(server.mails) == 1


def move(home, *changes):
    home.edit(501, *(("dates", event, time) for event, time in changes))
    home.run("take", 501)


def test_a_list_is_no_more_than_the_list(rehearsed, members):
    text = form(members.all[2], lists="other")
    rehearsed.do("member", "edit", members.all[2].name, "-", text=text)
    with Server() as server:
        rehearsed.mail(server.port)
        rehearsed.do("predisclose", 501, "--list", "other")
        assert len(server.mails) == COUNT, "who is on no list is on all of them"
    with Server() as server:
        rehearsed.mail(server.port)
        rehearsed.do("predisclose", 501)
        assert server.mails == []


def test_who_is_on_another_list_waits(greylisted, members):
    text = form(members.all[1], lists="other")
    greylisted.do("member", "edit", members.all[1].name, "-", text=text)
    with Server() as server:
        greylisted.mail(server.port)
        greylisted.do("predisclose", 501, "--list", "some")
        assert server.mails == []
        greylisted.do("predisclose", 501, "--list", "other")
        assert server.recipients() == [members.all[1].address]


def test_a_moved_embargo_is_sealed_anew(rehearsed, members):
    move(rehearsed, ("public", MOVED))
    with Server() as server:
        rehearsed.mail(server.port)
        rehearsed.do("outbox", "send", status=76)
        assert server.mails == [] and len(notes(rehearsed)) == COUNT
        rehearsed.do("predisclose", 501)
        for message in server.messages().values():
            _, inner = members.decrypt(message)
            assert subject(inner).startswith("EMBARGOED until Tue 2026-06-23 12:00 UTC: ")
            assert b"EMBARGOED UNTIL Tue 2026-06-23 12:00 UTC" in inner
        assert len(server.mails) == COUNT


def test_a_moved_embargo_is_not_told_wrong(greylisted):
    move(greylisted, ("public", MOVED))
    with Server() as server:
        greylisted.mail(server.port)
        for command in (("outbox", "send"), ("predisclose", 501)):
            result = greylisted.do(*command, status=76)
            assert "says what is no longer so" in result.stdout
        assert server.mails == []


def test_another_sender_is_sealed_anew(rehearsed):
    with Server() as server:
        rehearsed.mail(server.port)
        path = rehearsed.folder / "barograph.conf"
        path.write_text(path.read_text().replace("from = security@", "from = desk@"))
        rehearsed.do("predisclose", 501)
        for sender, _, message in server.mails:
            assert sender == "desk@lantern.example" and b"security@lantern.example" not in message


def revise(home):
    home.run("revise", 501, "--for", "members")
    (home.folder_of(501) / "updates.txt").write_text("Clarified.\n")
    home.freeze(501)


def test_an_older_version_does_not_follow_a_newer(rehearsed, members):
    revise(rehearsed)
    with Server() as server:
        rehearsed.mail(server.port)
        rehearsed.do("predisclose", 501)
        assert len(server.messages()) == COUNT
        rehearsed.do("outbox", "send")
        assert len(server.mails) == COUNT
    assert {row["version"] for row in rehearsed.outbox()} == {2}


def test_nor_when_it_was_put_off(greylisted, members):
    revise(greylisted)
    with Server() as server:
        greylisted.mail(server.port)
        greylisted.do("predisclose", 501)
        assert len(server.messages()) == COUNT
        greylisted.do("outbox", "send")
        assert len(server.mails) == COUNT
    states = {(row["version"], row["state"]) for row in greylisted.outbox()}
    assert states == {(1, "sent"), (1, "failed"), (2, "sent")}


def test_a_new_subkey_does_not_save_what_was_sealed_to_the_old(rehearsed, members):
    """Its key is good again, but the message is for the subkey that was revoked."""
    mine = members.all[1]
    ring = rehearsed.folder / "security" / "keyring"
    work = rehearsed.folder / "rotate"
    work.mkdir(mode=0o700)
    gpg(work, "--import", data=gpg(members.folder, "--export-secret-keys", mine.fingerprint).stdout)
    then = ["--faked-system-time", "20260102T000000!", "--pinentry-mode", "loopback",
            "--passphrase", ""]  # fmt: skip
    gpg(work, *then, "--quick-add-key", mine.fingerprint, "cv25519", "encr", "never")
    edit = b"key 1\nrevkey\ny\n1\n\ny\nsave\n"
    gpg(work, *then, "--no-batch", "--no-tty", "--command-fd", "0", "--edit-key", mine.fingerprint,
        data=edit)  # fmt: skip
    gpg(ring, "--import", data=gpg(work, "--export", mine.fingerprint).stdout)
    stop_agent(work)
    with Server() as server:
        rehearsed.mail(server.port)
        result = rehearsed.do("outbox", "send", status=76)
        assert mine.address not in server.recipients() and len(server.mails) == COUNT - 1
        assert "was revoked" in result.stdout
        rehearsed.do("predisclose", 501)
        assert mine.address in server.recipients()


def tamper(home, sql, *values):
    path = home.folder / "security" / "advisory.db"
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        for trigger in [name for name, in database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'")]:  # fmt: skip
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute(sql, values)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE outbox SET bytes = CAST(bytes || x'0a' AS BLOB) WHERE member = 2",
        "UPDATE outbox SET digest = zeroblob(32) WHERE member = 2",
        "UPDATE outbox SET recipient = 'psirt-x@evil.example' WHERE member = 2",
        "UPDATE outbox SET fingerprint = (SELECT fingerprint FROM members WHERE id = 1) WHERE member = 2",
        "UPDATE outbox SET delivery = 'tls', fingerprint = NULL WHERE member = 2",
        # Another member's whole message.
        "UPDATE outbox SET bytes = (SELECT o.bytes FROM outbox o WHERE o.member = 1),"
        " digest = (SELECT o.digest FROM outbox o WHERE o.member = 1) WHERE member = 2",
    ],
)
def test_a_changed_row_stays_and_the_ledger_says_so(rehearsed, members, sql):
    tamper(rehearsed, sql)
    with Server() as server:
        rehearsed.mail(server.port)
        rehearsed.do("outbox", "send", status=76)
        assert sorted(server.messages()) == [members.all[0].address, members.all[2].address]
    assert len(notes(rehearsed)) == 1
    assert rehearsed.do("ledger", "verify").returncode == 0


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE contents SET bytes = CAST(bytes || x'0a' AS BLOB)",
        "UPDATE versions SET signed = CAST(signed || x'0a' AS BLOB)",
    ],
)
def test_changed_frozen_bytes_go_nowhere(rehearsed, sql):
    tamper(rehearsed, sql)
    with Server() as server:
        rehearsed.mail(server.port)
        for command in (("outbox", "send"), ("predisclose", 501)):
            result = rehearsed.do(*command, status=77, says="is not what was frozen")
            assert result.stdout.count("sent") == 0
        assert server.log == []
    verdicts = [row["verdict"] for row in rehearsed.table("ledger", "list", "501")]
    assert "refusal" in verdicts and "permit" not in verdicts


# --- who waits ---


def test_who_waits_is_named_with_the_time(greylisted, members):
    with Server() as server:
        greylisted.mail(server.port)
        greylisted.now = "2026-06-02T12:04:00Z"
        result = greylisted.do("outbox", "send", status=76, says="1 did not get it")
        assert members.all[1].name in result.stdout
        assert re.search(r"put off until Tue 2026-06-02 12:05(:\d\d)? UTC", result.stdout)
        assert server.log == []
        greylisted.now = LATER
        greylisted.do("outbox", "send")
        greylisted.do("outbox", "send")
        assert len(server.mails) == 1


def test_who_has_nothing_is_named_until_the_public_knows(home, members):
    home.now = PREDISCLOSURE
    with Server({("RCPT", 2): "550 no", ("END", 2): "550 no"}) as server:
        home.mail(server.port)
        home.do("predisclose", 501, status=76, says="2 did not get it")
        result = home.do("outbox", "send", status=76, says="2 did not get it")
        assert result.stdout.count("refused for good") == 2
        home.make_public(501)
        home.now = PUBLIC
        home.do("announce", 501)
        home.do("outbox", "send")


# --- batches ---


def test_one_that_may_not_go_holds_up_no_other(home, members):
    home.draft(502)
    home.edit(502, ("dates", "predisclosure", MOVED))
    home.draft(503)
    home.freeze(502, 503)
    home.now = PREDISCLOSURE
    with Server({("RCPT", 2): "550 no"}) as server:
        home.mail(server.port)
        result = home.do("predisclose", 501, 502, 503, status=77, says="502")
        assert len(server.mails) == 2 * COUNT - 1
        assert "refused for good" in result.stdout


def test_nothing_goes_when_one_is_unknown(home):
    home.now = PREDISCLOSURE
    with Server() as server:
        home.mail(server.port)
        home.do("predisclose", 501, "5x1", status=64)
        home.do("predisclose", 501, 777, status=66)
        assert server.log == []


def test_two_at_once(rehearsed):
    with Server() as server:
        rehearsed.mail(server.port)
        both = [rehearsed.start("predisclose", "501") for _ in range(2)]
        codes = []
        for process in both:
            process.communicate(timeout=60)
            codes.append(process.returncode)
        assert len(server.messages()) == COUNT and set(codes) <= {0, 75} and 0 in codes
