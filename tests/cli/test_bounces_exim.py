"""What a real server reports of real messages: exim4, from sending to the outbox."""

import pytest

import test_predisclose_exim as server
from keyrings import make_keys  # noqa: F401 (a fixture)
from mailing import LOGIN, PREDISCLOSURE, MailHome, stop_agent

pytestmark = pytest.mark.skipif(server.why_not() is not None, reason=server.why_not() or "")

# Accepted, and found out afterwards that nobody is there.
NOBODY = """\
begin routers
nobody:
  driver = redirect
  local_parts = gone-team
  data = :fail: nobody is here
  allow_fail
"""


@pytest.fixture(name="exim")
def make_exim(monkeypatch):
    monkeypatch.setattr(server, "CONFIG", server.CONFIG.replace("begin routers\n", NOBODY))
    exim = server.Exim(["plain.example", "lantern.example"])
    yield exim
    exim.end()


@pytest.fixture(name="home")
def make_home(tmp_path, keys, exim):
    home = MailHome(tmp_path / "home", keys)
    home.draft(501)
    home.freeze(501)
    for name, mailbox in (("There", "security"), ("Gone", "gone-team")):
        form = f"[member]\nname = {name}\naddress = {mailbox}@plain.example\ndelivery = tls\n"
        home.do("member", "add", "-", text=form)
    (home.folder / "password").write_text(LOGIN[1] + "\n")
    (home.folder / "password").chmod(0o600)
    home.mail(exim.port, exim.authority.file, f"user = {LOGIN[0]}\npassword-file = password\n")
    yield home
    stop_agent(home.folder / "security" / "keyring")


def test_reports_are_matched(home, exim):
    home.now = PREDISCLOSURE
    home.do("predisclose", 501)
    assert {row["to"]: row["state"] for row in home.outbox()} == {"There": "sent", "Gone": "sent"}
    exim.wait_for(lambda: len(exim.mails("lantern.example")) >= 2, 30, exim.log()[-2000:])
    box = exim.folder / "mail" / "lantern.example"
    result = home.do("outbox", "bounces", box)
    assert "2 mails read: 1 bounced, 0 acknowledged, 1 noted" in result.stderr
    assert "gone-team" not in result.stdout + result.stderr
    assert {row["to"]: row["state"] for row in home.outbox()} == {"There": "sent", "Gone": "bounced"}
    (reply,) = home.database("SELECT reply FROM outbox WHERE state = 'bounced'")[0]
    assert reply.startswith("250 ") and reply.endswith("\n5.0.0")
    home.do("outbox", "bounces", box, says="0 bounced, 0 acknowledged, 0 noted, 2 known before")
    home.do("member", "doctor", status=65)
