"""The public mail, its later versions, and what goes to members after the first mail."""

import email
import email.policy
import hashlib
import os
import re
from pathlib import Path

import pytest

from keyrings import make_keys  # noqa: F401 (a fixture)
from mailing import (FROM, PREDISCLOSURE, PUBLIC, MailHome, Members, Server, contents, stop_agent,
                     subject)  # fmt: skip

LATER = "2026-06-17T08:00:00Z"
REAL = Path(os.environ.get("BAROGRAPH_XSA", Path(__file__).parents[3] / "shared/data/xsa")) / "mail"


@pytest.fixture(scope="module", name="members")
def make_members():
    members = Members(3)
    yield members
    members.end()


@pytest.fixture(name="home")
def make_home(tmp_path, keys):
    keys.forget()
    home = MailHome(tmp_path / "home", keys)
    yield home
    stop_agent(home.folder / "security" / "keyring")


@pytest.fixture(name="server")
def make_server(home):
    with Server() as server:
        home.mail(server.port)
        yield server


def for_all(home, *numbers, title=None):
    """Frozen for everybody at once."""
    for number in numbers:
        home.draft(number, "--for", "public")
        home.add_patches(number, f"xsa{number}-4.19.patch")
        if title:
            home.edit(number, ("advisory", "title", title))
    home.freeze(*numbers)


def header(message, name):
    return email.message_from_bytes(message, policy=email.policy.default)[name]


def test_one_mail_to_each_list(home, server):
    for_all(home, 501)
    home.now = "2026-06-16T11:59:59Z"
    home.do("announce", 501, status=77, says="publication is not before")
    assert server.log == [] and home.outbox() == []
    home.now = PUBLIC
    home.do("announce", 501)
    assert server.recipients() == ["announce@lantern.example", "users@lantern.example"]
    first, second = [message for _, _, message in server.mails]
    assert first == second, "one mail, with one Message-ID"
    assert header(first, "To") == "announce@lantern.example, users@lantern.example"
    assert header(first, "From") == f"Lantern security <{FROM}>"
    assert subject(first) == "Xen Security Advisory 501 v1 (CVE-2026-00501) - some frobs outlive 501"
    assert header(first, "In-Reply-To") is None
    (text,), files = contents(first)
    path = home.folder / "text"
    path.write_bytes(text)
    assert home.keys.verifies(path) and set(files) == {"xsa501.patch", "xsa501-4.19.patch"}
    for name, data in files.items():
        assert data == (home.folder_of(501) / name).read_bytes()
        assert f"{hashlib.sha256(data).hexdigest()}  {name}\n".encode() in text
    assert home.state(501) == "public"
    home.do("announce", 501)
    assert len(server.mails) == 2, "nobody gets a second mail"


def test_a_batch_goes_in_the_order_of_its_numbers(home, server):
    for_all(home, 503, 1001, 502)
    home.now = PUBLIC
    home.do("announce", "1001", "503", "502")
    numbers = [int(re.search(r"Advisory (\d+) ", subject(m))[1]) for _, _, m in server.mails]
    assert numbers == [502, 502, 503, 503, 1001, 1001]


def test_the_next_version_answers_the_one_before(home, server):
    for_all(home, 501)
    home.now = PUBLIC
    home.do("announce", 501)
    home.now = LATER
    for version in (2, 3):
        home.run("revise", 501)
        (home.folder_of(501) / "updates.txt").write_text("Clarified.\n")
        home.freeze(501)
        home.do("announce", 501)
        before, after = server.mails[-4][2], server.mails[-1][2]
        assert subject(after).startswith(f"Xen Security Advisory 501 v{version} (CVE-2026-00501) - ")
        assert header(after, "In-Reply-To") == header(before, "Message-ID")
        assert header(after, "References") == header(before, "Message-ID")


@pytest.mark.parametrize(
    "title",
    ["frobs " * 1999 + "end", "f" * 10000, "caf\xe9 frobs: \u201cS\xf6hne\u201d \U0001f4a9",
     "\xe9" * 5000, "frobs, \"quoted\\\" <x@y.example>; (a)", "frobs: Bcc: x@y.example"],
)  # fmt: skip
def test_any_title_stays_in_the_subject(home, server, title):
    for_all(home, 501, title=title.replace("\\", "\\\\"))
    home.now = PUBLIC
    home.do("announce", 501)
    message = server.mails[0][2]
    head, _, _ = message.partition(b"\r\n\r\n")
    assert all(len(line) <= 998 for line in message.split(b"\r\n")) and message.isascii()
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert len(names) == len(set(names)) and b"Bcc" not in names
    decoded = str(email.header.make_header(email.header.decode_header(
        email.message_from_bytes(message)["Subject"])))  # fmt: skip
    assert re.sub(r"\s+", "", decoded).endswith(re.sub(r"\s+", "", title))


@pytest.mark.parametrize("title", ["frobs\x01", "frobs\x1b[2J", "frobs\u2028x", "frobs\x85Bcc: x"])
def test_a_title_with_controls_is_not_even_frozen(home, title):
    home.draft(501, "--for", "public")
    home.edit(501, ("advisory", "title", title))
    home.refuse(65, "freeze", 501, passphrase="", says="(control)")


def test_what_a_reader_would_decode_is_refused(home, server):
    home.draft(501, "--for", "public")
    home.edit(501, ("advisory", "title", "=?utf-8?q?=0D=0ABcc:_x@y.example?= frobs"))
    home.refuse(65, "freeze", 501, passphrase="", says="(mail)")
    home.run("waive", 501, "mail", "--reason", "nobody gets it by mail")
    home.freeze(501)
    home.now = PUBLIC
    home.do("announce", 501, status=65, says="no mail is made")
    assert server.log == [] and home.outbox() == []


@pytest.mark.skipif(not REAL.is_dir(), reason="no real mail (BAROGRAPH_XSA names the folder)")
def test_it_is_built_as_the_real_one(home, server):
    for_all(home, 501)
    home.now = PUBLIC
    home.do("announce", 501)

    def shape(message):
        mail = email.message_from_bytes(message)
        parts = [(p.get_content_type(), p.get_content_disposition()) for p in mail.get_payload()]
        return mail.get_content_type(), parts[:2]

    (path,) = REAL.glob("xsa480*.eml")
    assert shape(server.mails[0][2]) == shape(path.read_bytes())
    real = re.sub(r"\s+", " ", email.message_from_bytes(path.read_bytes())["Subject"])
    form = r"Xen Security Advisory \d+ v\d+ \(CVE-\d+-\d+\) - \S.*"
    assert re.search(form, real) and re.fullmatch(form, subject(server.mails[0][2]))


# --- members, after the first mail ---


def inner(members, server, member):
    """The newest mail to that member, opened."""
    mine = [message for _, to, message in server.mails if to == (member.address,)]
    return members.decrypt(mine[-1])[1] if mine else None


@pytest.fixture(name="told")
def make_told(home, members, server):
    """Two of three members have version 1: the third was added afterwards."""
    home.draft(501)
    home.freeze(501)
    home.take(members)
    home.do("member", "suspend", members.all[2].name, "--reason", "away")
    home.now = PREDISCLOSURE
    home.do("predisclose", 501)
    home.do("member", "resume", members.all[2].name)
    assert len(server.mails) == 2
    return home


def test_a_new_version_answers_the_old(told, members, server):
    first = inner(members, server, members.all[0])
    told.run("revise", 501, "--for", "members")
    (told.folder_of(501) / "updates.txt").write_text("Clarified.\n")
    told.freeze(501)
    who = {row["to"]: row for row in told.table("outbox", "who", 501)}
    assert {name: (row["version"], row["lacks_newest"]) for name, row in who.items()} == {
        members.all[0].name: (1, True), members.all[1].name: (1, True),
        members.all[2].name: (None, True)}  # fmt: skip
    told.do("predisclose", 501)
    second = inner(members, server, members.all[0])
    assert header(second, "In-Reply-To") == header(first, "Message-ID")
    assert header(inner(members, server, members.all[2]), "In-Reply-To") is None
    assert " v2 - " in subject(second)
    who = {row["to"]: row for row in told.table("outbox", "who", 501)}
    assert {row["version"] for row in who.values()} == {2}


def test_an_embargo_that_ended_is_told_to_those_who_knew(told, members, server):
    told.run("vacate", 501, "--reason", "discussed in public")
    told.do("outbox", "notify", 501, "--reason", "it was discussed in public")
    assert len(server.mails) == 4 and members.all[2].address not in server.recipients()
    text = inner(members, server, members.all[0])
    assert subject(text) == "The embargo of XSA-501 has ended"
    assert b"the same batch, stay under their own embargoes" in text
    assert b"it was discussed in public" in text
    told.do("outbox", "notify", 501)
    assert len(server.mails) == 4, "nobody is told twice"


def test_a_withdrawal_says_that_the_others_stay(told, members, server):
    told.run("withdraw", 501, "--reason", "no issue after all")
    told.run("revise", 501, "--for", "members")
    told.freeze(501)
    told.do("predisclose", 501)
    assert len(server.mails) == 4 and members.all[2].address not in server.recipients()
    text = inner(members, server, members.all[1])
    assert b"XSA-501 is withdrawn" in text and b"stay under their own embargoes" in text
