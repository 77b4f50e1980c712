"""A mailing to 200 members, killed at 50 points spread over it: nobody has two mails, nobody is
forgotten, and each kill leaves at most one message of which nobody knows."""

import shutil
import time

import pytest

from keyrings import make_keys  # noqa: F401 (a fixture)
from mailing import PREDISCLOSURE, MailHome, Members, Server, killer, stop_agent
from thorough import times

COUNT = times(200, 60)
KILLS = times(50, 15)
STEPS = 4  # MAIL, RCPT, DATA, END
PATCHES = ("xsa501-4.19.patch", "xsa501-4.18.patch")


@pytest.fixture(scope="module", name="members")
def make_members():
    members = Members(COUNT)
    yield members
    members.end()


@pytest.fixture(scope="module", name="frozen")
def make_frozen(tmp_path_factory, keys, members):
    home = MailHome(tmp_path_factory.mktemp("frozen") / "home", keys)
    home.draft(501)
    home.add_patches(501, *PATCHES)
    home.freeze(501)
    home.take(members)
    home.now = PREDISCLOSURE
    return home


@pytest.fixture(name="home")
def make_home(tmp_path, frozen):
    home = frozen.copy(tmp_path / "home")
    yield home
    stop_agent(home.folder / "security" / "keyring")
    shutil.rmtree(home.folder)


def die(home, act, *arguments):
    """`act` is given the process, and has it killed; nothing secret is said meanwhile."""
    process = home.start(*arguments)
    act(process)
    _, errors = process.communicate(timeout=120)
    assert "frobs outlive" not in errors and "psirt-" not in errors
    return process.returncode


def check(home, members, server, most):
    """Nobody twice, nobody lost: who has no mail is unknown, and those are few and named."""
    got = server.recipients()
    assert len(got) == len(set(got)), "somebody has two"
    rows = home.outbox()
    assert [row["to"] for row in rows] == [member.name for member in members.all]
    assert {row["state"] for row in rows} <= {"sent", "unknown"}
    sent = {row["to"] for row in rows if row["state"] == "sent"}
    unknown = {row["to"] for row in rows if row["state"] == "unknown"}
    names = {member.name for member in members.all if member.address in got}
    assert sent <= names <= sent | unknown and len(unknown) <= most
    assert home.do("ledger", "verify").returncode == 0
    return len(unknown)


def test_fifty_kills_over_one_mailing(home, members):
    """Every third message: at each step of the talk in turn, just before the answer, or while the
    answer is on its way and is being written down."""
    with Server() as server:
        home.mail(server.port)
        for kill in range(KILLS):
            late = (kill // STEPS % 3) * 0.002
            point = 2 * STEPS + kill % STEPS + 1

            def act(process, late=late, point=point):
                def end():
                    server.loop.call_later(late, killer(process))
                    if late == 0:
                        killer(process)()

                server.at[len([s for s in server.log if s != "CONNECT"]) + point] = end

            command = ("predisclose", 501) if kill == 0 else ("outbox", "send")
            code = die(home, act, *command)
            assert code == -9
            rows = home.table("outbox", "list", 501)
            assert len(rows) == COUNT
            assert sum(row["state"] == "sending" for row in rows) <= 1
            assert sum(row["state"] == "unknown" for row in rows) <= kill
        home.do("outbox", "send", status=76)
        unknown = check(home, members, server, KILLS)
        before_the_answer = sum(kill // STEPS % 3 == 0 for kill in range(KILLS))
        assert unknown >= before_the_answer


@pytest.mark.parametrize("point", range(8))
def test_killed_while_it_is_sealed(home, members, point):
    """All messages are in the outbox, or none is; and it goes on."""
    with Server() as server:
        home.mail(server.port)
        die(home, lambda process: (time.sleep(0.1 + point * 0.2), process.kill()), "predisclose", 501)
        assert len(home.outbox()) in (0, COUNT)
        if point == 5:
            lost = sum(row["state"] == "sending" for row in home.outbox())
            home.do("predisclose", 501, status=76 if lost else 0)
            check(home, members, server, 1)
