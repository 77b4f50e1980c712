"""The day before the day: what is sealed, what would fail, and that nothing of it counts."""

import hashlib
import json
import shutil
import subprocess
import tempfile

import pytest

from freezing import PREDISCLOSURE, PROGRAM, PUBLIC, SECRET, Home
from keyrings import Keys
from mailing import Server

MAIL = "[mail]\nserver = smtp://127.0.0.1:1\ntls = loopback\nfrom = security@lantern.example\n" \
       "lists = announce@lantern.example;users@lantern.example\n"  # fmt: skip


class Members:
    """Keys of those who are written to."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="g-", dir="/tmp")

    def gpg(self, *arguments, data=None):
        line = ["gpg", "--homedir", self.folder, "--batch", "--quiet", "--passphrase", "",
                "--faked-system-time", "20260101T000000!", *arguments]  # fmt: skip
        return subprocess.run(line, input=data, check=True, capture_output=True).stdout

    def make(self, name, expires="never"):
        self.gpg("--quick-generate-key", name, "ed25519", "sign", "never")
        listing = self.gpg("--with-colons", "--list-keys", name).decode()
        fingerprint = listing.split("\nfpr:::::::::")[1][:40]
        self.gpg("--quick-add-key", fingerprint, "cv25519", "encr", expires)
        return fingerprint, self.gpg("--armor", "--export", fingerprint)

    def end(self):
        subprocess.run(["gpgconf", "--homedir", self.folder, "--kill", "all"], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


class Desk(Home):
    def __init__(self, folder, keys, members):
        super().__init__(folder, keys)
        self.members = members
        self.configure(f"signing-key = {keys.fingerprint}\n{MAIL}")

    def command(self, *arguments, status=0, text=None):
        result = subprocess.run(self.line(*arguments), input=text, capture_output=True, text=True,
                                env=self.environment(), timeout=60, check=False)  # fmt: skip
        assert result.returncode == status, (result.stdout, result.stderr)
        assert SECRET not in result.stderr
        return result

    def table(self, *arguments, status=0):
        return json.loads(self.command(*arguments, "--format", "json", status=status).stdout)

    def join(self, number, expires="never"):
        fingerprint, key = self.members.make(f"security@m{number}.example", expires)
        form = f"[member]\nname=Member {number}\naddress=security@m{number}.example\n" \
               f"delivery=pgp\nfingerprint={fingerprint}\n"  # fmt: skip
        self.command("member", "add", "-", text=form)
        path = self.folder / f"{number}.asc"
        path.write_bytes(key)
        self.command("member", "key", f"Member {number}", path)

    def outbox(self):
        return self.database("SELECT kind, version, recipient, state, tries, hex(digest),"
                             " hex(bytes) FROM outbox ORDER BY id")  # fmt: skip


@pytest.fixture(name="desk")
def make_desk():
    folder = tempfile.mkdtemp(prefix="h-", dir="/tmp")
    keys, members = Keys(passphrase="open sesame"), Members()
    desk = Desk(folder, keys, members)
    yield desk
    keys.end()
    members.end()
    subprocess.run(["gpgconf", "--homedir", desk.folder / "security" / "keyring", "--kill", "all"],
                   check=False)  # fmt: skip
    shutil.rmtree(folder, ignore_errors=True)


def results(rows, to):
    return [row["result"] for row in rows if row["to"] == to]


def test_the_whole_day(desk):
    for number in (1, 2):
        desk.join(number)
    desk.draft(501)
    desk.freeze(501)
    desk.run("revise", 501, "--for", "public")
    (desk.folder_of(501) / "updates.txt").write_text("Public release.\n")
    desk.freeze(501)
    before = desk.database("SELECT count(*) FROM ledger")
    rows = desk.table("rehearse", "501")
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    assert [(row["at"], row["result"][:8]) for row in rows if row["to"] == "(members)"] == [
        ("2026-06-02T11:59:59Z", "refused:"), (PREDISCLOSURE, "the gate")]  # fmt: skip
    assert [(row["at"], row["result"][:8]) for row in rows if row["to"] == "(the public)"] == [
        ("2026-06-16T11:59:59Z", "refused:"), (PUBLIC, "the gate")]  # fmt: skip
    assert results(rows, "Member 1") == results(rows, "Member 2") == ["would go"]
    # Nothing counts: no row of the ledger, no state, no try; the sums are those of the messages.
    assert desk.database("SELECT count(*) FROM ledger") == before
    assert desk.state(501) == "frozen"
    lying = desk.outbox()
    assert [row[:5] for row in lying] == [
        ("predisclosure", 1, "security@m1.example", "queued", 0),
        ("predisclosure", 1, "security@m2.example", "queued", 0),
        ("public", 2, "announce@lantern.example", "queued", 0),
        ("public", 2, "users@lantern.example", "queued", 0),
    ]
    sums = [hashlib.sha256(bytes.fromhex(row[6])).hexdigest() for row in lying]
    assert [row["sha256"] for row in rows if row["sha256"]] == sums
    mail = bytes.fromhex(lying[2][6]).decode()
    assert "\r\nDate: Tue, 16 Jun 2026 12:00:00 +0000\r\n" in "\r\n" + mail
    # What was rehearsed is what would be sent: a dry run of the day makes no second message.
    assert desk.outbox() == lying


def test_the_public_day_is_rehearsed_after_the_members(desk):
    """What went out is not played again; who came since is."""
    desk.join(1)
    desk.draft(501)
    desk.freeze(501)
    with Server() as server:
        mail = MAIL.replace("127.0.0.1:1", f"127.0.0.1:{server.port}")
        desk.configure(f"signing-key = {desk.keys.fingerprint}\n{mail}")
        desk.now = PREDISCLOSURE
        desk.command("predisclose", "501")
        desk.join(2)
        desk.now = "2026-06-16T08:00:00Z"
        desk.run("revise", 501, "--for", "public")
        desk.freeze(501)
        rows = desk.table("rehearse", "501")
        assert results(rows, "Member 1") == [] and results(rows, "Member 2") == ["would go"]
        assert results(rows, "(members)") == ["the gate is open"]
        assert [row["at"] for row in rows if row["to"] == "Member 2"] == [desk.now]
        assert len(results(rows, "(the public)")) == 2
        desk.command("predisclose", "501")
        assert server.recipients() == ["security@m1.example", "security@m2.example"]


def test_what_would_fail_is_said(desk):
    desk.join(1, expires="2036-06-10")  # gpg itself looks at the real clock
    form = f"[member]\nname=No key\naddress=security@m9.example\ndelivery=pgp\n" \
           f"fingerprint={'0123456789' * 4}\n"  # fmt: skip
    desk.command("member", "add", "-", text=form)
    desk.draft(501)
    desk.freeze(501)
    rows = desk.table("rehearse", "501", status=65)
    assert results(rows, "Member 1") == ["would go"]
    assert "keyring" in results(rows, "No key")[0]
    assert "no version for the public" in results(rows, "(the public)")[0]
    late = desk.table("rehearse", "501", "--at", "2036-06-12T00:00:00Z", status=65)
    assert "subkey" in results(late, "Member 1")[0]


def test_a_new_key_is_sealed_to(desk):
    desk.join(1)
    desk.draft(501)
    desk.freeze(501)
    desk.table("rehearse", "501", status=65)
    first = desk.outbox()
    fingerprint, key = desk.members.make("security@new.example")
    path = desk.folder / "new.asc"
    path.write_bytes(key)
    desk.command("member", "key", "Member 1", path)
    desk.now = PREDISCLOSURE
    # Nobody listens at that port; what was sealed to the old key is gone all the same.
    desk.command("predisclose", "501", status=76)
    second = desk.outbox()
    assert len(second) == 1 and second[0][6] != first[0][6]
    assert desk.database("SELECT fingerprint FROM outbox") == [(fingerprint,)]
    assert desk.state(501) == "frozen"


def test_too_early_is_too_early(desk):
    desk.join(1)
    desk.draft(501)
    desk.freeze(501)
    desk.table("rehearse", "501", status=65)
    desk.now = "2026-06-02T11:59:59Z"
    for command in (("predisclose", "501"), ("outbox", "send")):
        assert "00:00:01" in desk.command(*command, status=77).stderr
    assert {row[3] for row in desk.outbox()} == {"queued"}


def test_what_is_refused(desk):
    assert "which advisories" in desk.command("rehearse", status=64).stderr
    assert "no advisory 7" in desk.command("rehearse", "7", status=66).stderr
    desk.draft(501)
    assert desk.command("rehearse", "501", "--at", "noon", status=64)
    assert PROGRAM.name == "barograph"
