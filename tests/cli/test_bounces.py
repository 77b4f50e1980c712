"""What comes back about messages: delivery reports and answers, from mailboxes on this machine."""

import hashlib
import mailbox
import sqlite3
import subprocess
import sys

import pytest

from desks import NOW, make_desk  # noqa: F401 (a fixture)
from mining import PROGRAM

LATER = "2026-06-02T08:00:00Z"

REPORT = """\
Return-Path: <>
From: Mail Delivery System <mailer-daemon@mx.example>
To: security@project.example
Message-ID: <{report}@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=b"

--=b
Content-Type: text/plain

Your message came to a bad end.
--=b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; hidden@alpha.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <hidden@alpha.example>: unknown user

--=b
Content-Type: text/rfc822-headers

Message-ID: <{about}@project.example>
Subject: a message

--=b--
"""

ANSWER = """\
From: Security <{sender}>
To: security@project.example
Message-ID: <{report}@answers.example>
In-Reply-To: <{about}@project.example>
Subject: Re: a message
{more}
Received, thank you.
"""


def report(about, action="failed", status="5.1.1", name="r1"):
    return REPORT.format(about=about, action=action, status=status, report=name)


def answer(about, sender="security@alpha.example", more="", name="a1"):
    return ANSWER.format(about=about, sender=sender, more=more, report=name)


class Outbox:
    """Messages as if they had been sent; their ids are m1, m2 and so on."""

    def __init__(self, desk):
        self.desk = desk
        self.count = 0

    def sql(self, text, *values):
        database = sqlite3.connect(self.desk.folder / "security" / "advisory.db")
        with database:
            rows = database.execute(text, values).fetchall()
        database.close()
        return rows

    def member(self, name, address):
        self.desk.add(name, address)
        return self.sql("SELECT id FROM members WHERE name = ?", name)[0][0]

    def send(self, member, address, state="sent", version=1):
        self.count += 1
        body = b"text\r\n"
        self.sql(
            "INSERT INTO outbox (kind, advisory, version, member, recipient, delivery, message_id,"
            " digest, bytes, queued_at, state, code, reply, settled_at)"
            " SELECT 'predisclosure', id, ?, ?, ?, 'tls', ?, ?, ?, 1, ?, 250, '250 kept', ?"
            " FROM advisories",
            version, member, address, f"m{self.count}@project.example",
            hashlib.sha256(body).digest(), body, state, self.count,
        )  # fmt: skip

    def states(self):
        return [row[0] for row in self.sql("SELECT state FROM outbox ORDER BY id")]

    def bounces(self, where, **how):
        return self.desk.run("outbox", "bounces", where, now=LATER, **how)


@pytest.fixture(name="outbox")
def make_outbox(desk):
    outbox = Outbox(desk)
    alpha = outbox.member("Alpha", "security@alpha.example")
    beta = outbox.member("Beta", "security@beta.example")
    outbox.send(alpha, "security@alpha.example")
    outbox.send(beta, "security@beta.example")
    return outbox


def fill(folder, mails):
    box = mailbox.Maildir(folder / "Maildir", create=True)
    for mail in mails:
        box.add(mail.encode())
    return folder / "Maildir"


def mbox(folder, mails):
    path = folder / "mbox"
    path.write_text("".join(f"From MAILER-DAEMON Mon Jun  1 08:00:00 2026\n{m}\n" for m in mails))
    return path


@pytest.mark.parametrize("kind", [fill, mbox])
def test_what_came_back(outbox, kind):
    box = kind(outbox.desk.folder, [
        "From: friend@example.org\nSubject: lunch\n\nIt is\nFrom here far.\n\n>From me\n",
        report("m1"), answer("m2", "psirt@BETA.example"), report("m99", name="r9"),
    ])  # fmt: skip
    result = outbox.bounces(box)
    assert outbox.states() == ["bounced", "acknowledged"]
    assert "4 mails read: 1 bounced, 1 acknowledged, 0 noted, 0 known" in result.stderr
    assert "1 report on messages that are not in this outbox" in result.stderr
    assert "hidden" not in result.stdout + result.stderr
    assert "5.1.1" in result.stdout and "Alpha" in result.stdout
    code, reply, at = outbox.sql("SELECT code, reply, settled_at FROM outbox WHERE id = 1")[0]
    assert (code, reply.splitlines()[0]) == (550, "250 kept") and "unknown user" in reply
    assert at == 1780387200  # LATER
    assert outbox.sql("SELECT code, reply FROM outbox WHERE id = 2") == [(250, "250 kept")]
    again = outbox.bounces(box)
    assert "4 mails read: 0 bounced, 0 acknowledged, 0 noted, 2 known" in again.stderr


@pytest.mark.parametrize("action", ["delivered", "relayed", "delayed", "expanded"])
def test_other_reports_are_noted(outbox, action):
    box = mbox(outbox.desk.folder, [report("m1", action, "2.0.0")])
    assert "noted" in outbox.bounces(box).stdout
    assert outbox.states() == ["sent", "sent"]
    assert outbox.sql("SELECT message, kind, status FROM outbox_reports") == [(1, action, "2.0.0")]


def test_answers_that_acknowledge_nothing(outbox):
    mails = [
        answer("m1", "security@elsewhere.example", name="a1"),
        answer("m1", more="Auto-Submitted: auto-replied\n", name="a2"),
        answer("m1", "mailer-daemon@alpha.example", name="a3"),
        answer("strange", name="a4"),
    ]
    result = outbox.bounces(mbox(outbox.desk.folder, mails))
    assert outbox.states() == ["sent", "sent"]
    assert "look at it" in result.stdout
    assert "0 bounced, 0 acknowledged, 3 noted" in result.stderr
    assert "not in this outbox" not in result.stderr


def test_states_that_a_report_leads_from(outbox):
    states = ["unknown", "sending", "acknowledged", "failed", "queued"]
    for version, state in enumerate(states, 2):
        outbox.send(1, "security@alpha.example", state, version)
    mails = [report(f"m{n}", name=f"r{n}") for n in range(3, 8)]
    outbox.bounces(mbox(outbox.desk.folder, mails))
    assert outbox.states()[2:] == ["bounced", "bounced", "acknowledged", "failed", "queued"]
    answers = [answer(f"m{n}", name=f"a{n}") for n in range(3, 8)]
    outbox.bounces(mbox(outbox.desk.folder, answers))
    assert outbox.states()[2:] == ["acknowledged"] * 3 + ["failed", "queued"]


def test_an_old_report_does_not_undo_a_second_try(outbox):
    box = mbox(outbox.desk.folder, [report("m1")])
    outbox.bounces(box)
    outbox.sql("UPDATE outbox SET state = 'sent' WHERE id = 1")
    assert "1 known" in outbox.bounces(box).stderr
    assert outbox.states()[0] == "sent"
    outbox.bounces(mbox(outbox.desk.folder, [report("m1", name="r2")]))
    assert outbox.states()[0] == "bounced"


def test_one_mail_in_a_file_and_a_line_without_end(outbox):
    path = outbox.desk.folder / "one.eml"
    path.write_text(report("m1"))
    assert "1 mail read: 1 bounced" in outbox.bounces(path).stderr
    mails = ["X: " + "x" * 3_000_000 + "\n\n", report("m2")]
    assert "2 mails read: 1 bounced" in outbox.bounces(mbox(outbox.desk.folder, mails)).stderr


def test_what_is_no_mailbox(outbox):
    folder = outbox.desk.folder
    (folder / "empty").write_text("")
    assert "0 mails read" in outbox.bounces(folder / "empty").stderr
    (folder / "text").write_text("no mail at all\n")
    assert "no mailbox" in outbox.bounces(folder / "text", status=65).stderr
    assert "no Maildir" in outbox.bounces(folder, status=65).stderr
    outbox.bounces(folder / "nothing", status=66)
    box = fill(folder, [report("m1")])
    (box / "new" / "0.junk").write_bytes(b"\x00\xff no mail")
    (box / "new" / "1.link").symlink_to("/etc/passwd")
    (box / "new" / "2.folder").mkdir()
    assert "1 mail read: 1 bounced" in outbox.bounces(box).stderr


def test_by_hand(outbox):
    run = outbox.desk.run
    outbox.send(1, "security@alpha.example", version=2)
    assert "acknowledged" in run("member", "ack", "alpha", "1").stdout
    assert outbox.states() == ["sent", "sent", "acknowledged"]
    run("member", "ack", "Alpha", "XSA-1", "--version", "1")
    run("member", "ack", "Alpha", "1", "--version", "1")
    assert outbox.states() == ["acknowledged", "sent", "acknowledged"]
    assert outbox.sql("SELECT message, kind FROM outbox_reports ORDER BY id") == [
        (3, "hand"),
        (1, "hand"),
    ]
    assert "nothing" in run("member", "ack", "Beta", "7", status=66).stderr
    run("member", "ack", "Beta", "1", "--version", "2", status=66)
    run("member", "ack", "Gamma", "1", status=66)
    run("member", "ack", "Beta", status=64)
    run("member", "ack", "Beta", "one", status=64)
    outbox.sql("UPDATE outbox SET state = 'failed' WHERE id = 2")
    assert "failed" in run("member", "ack", "Beta", "1", status=65).stderr


def test_the_doctor_tells_of_bounces(outbox):
    outbox.bounces(mbox(outbox.desk.folder, [report("m1")]))
    found = outbox.desk.rows("doctor", status=65)
    assert [(row["member"], row["rule"]) for row in found] == [("Alpha", "bounced")]
    outbox.send(1, "security@alpha.example", version=2)
    outbox.sql("UPDATE outbox SET settled_at = 1880000000 WHERE id = 3")
    assert "can be reached" in outbox.desk.run("member", "doctor").stdout


def test_a_million_lines(outbox):
    """Memory does not grow with the mailbox."""
    path = outbox.desk.folder / "mbox"
    filler = "From a@b Mon\nSubject: x\n\n" + "a line of a mail\n" * 96 + "\n"
    with path.open("w") as box:
        for n in range(10_000):
            box.write(filler)
            if n in (10, 9_990):
                box.write(f"From a@b Mon\n{report('m1' if n == 10 else 'm2', name=f'r{n}')}\n")
        box.write("From a@b Mon\nSubject: y\n\n" + "a line of one mail\n" * 1_000_000)
    script = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)\n"
    )
    line = [sys.executable, "-c", script, PROGRAM, "-C", outbox.desk.folder, "outbox", "bounces", path]
    result = subprocess.run(line, check=True, capture_output=True, text=True, timeout=60,
                            env={"BAROGRAPH_NOW": NOW, "LC_ALL": "C.UTF-8"})  # fmt: skip
    assert "10003 mails read: 2 bounced" in result.stderr
    assert outbox.states() == ["bounced", "bounced"]
    peak = int(result.stderr.splitlines()[-1])
    assert peak < 100_000 or b"asan" in PROGRAM.read_bytes(), f"{peak} kB"
