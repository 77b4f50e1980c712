"""Servers whose replies are odd: what is not clearly taken over is not called sent."""

import contextlib
import socket
import threading

import pytest

from keyrings import make_keys  # noqa: F401 (a fixture)
from mailing import PREDISCLOSURE, MailHome, Members, stop_agent

FIRST = b"220 here\r\n"
GOOD = {b"EHLO": b"250-here\r\n250 8BITMIME\r\n", b"MAIL": b"250 ok\r\n", b"RCPT": b"250 ok\r\n",
        b"DATA": b"354 go\r\n", b".": b"250 ok\r\n", b"RSET": b"250 ok\r\n"}  # fmt: skip


class Raw:
    """Answers each command's first word with bytes; NONE hangs up."""

    def __init__(self, pieces=0, **replies):
        self.replies = {**GOOD, **{key.encode(): value for key, value in replies.items()}}
        self.replies[b"."] = self.replies.pop(b"END", self.replies[b"."])
        self.pieces, self.commands = pieces, []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                with connection, contextlib.suppress(OSError):
                    self.talk(connection)

    def say(self, connection, reply):
        size = self.pieces or len(reply)
        for start in range(0, len(reply), size):
            connection.sendall(reply[start : start + size])

    def talk(self, connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines, content = connection.makefile("rb"), False
        self.say(connection, FIRST)
        for line in lines:
            word = line.split()[0].upper() if line.split() else b""
            if content and line != b".\r\n":
                continue
            content = False
            self.commands.append(word)
            reply = self.replies.get(word)
            if reply is None:
                return
            content = word == b"DATA" and reply.startswith(b"354")
            self.say(connection, reply)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


@pytest.fixture(scope="module", name="queued")
def make_queued(tmp_path_factory, keys):
    members = Members(1)
    home = MailHome(tmp_path_factory.mktemp("queued") / "home", keys)
    home.draft(501)
    home.freeze(501)
    home.take(members)
    home.now = PREDISCLOSURE
    home.mail(1)
    home.do("predisclose", 501, status=76)
    members.end()
    return home


@pytest.mark.parametrize(
    "replies, state, code",
    [
        ({}, "sent", 250),
        ({"pieces": 1}, "sent", 250),
        ({"END": b"250-2.0.0 one\r\n250-two\r\n250 three\r\n"}, "sent", 250),
        ({"END": b"250 ok\n"}, "sent", 250),
        ({"END": b"250\r\n"}, "sent", 250),
        ({"EHLO": b"250-here\r\n250-PIPELINING\r\n250-DSN\r\n250 SIZE 9\r\n"}, "sent", 250),
        ({"RCPT": b"251 forwarded\r\n"}, "sent", 250),
        ({"END": b"550 5.7.1 no\r\n"}, "failed", 550),
        ({"END": b"450 later\r\n"}, "queued", 450),
        ({"END": b"354 what\r\n"}, "unknown", 354),
        ({"END": b"150 what\r\n"}, "unknown", 150),
        ({"END": b"999 what\r\n"}, "unknown", 999),
        ({"MAIL": b"552 full\r\n"}, "failed", 552),
        ({"MAIL": b"530 5.7.0 log in first\r\n"}, "queued", 530),
        ({"MAIL": b"553 no such sender\r\n"}, "queued", 553),
        ({"DATA": b"250 ok\r\n"}, "queued", 250),
        ({"DATA": b"554 none\r\n"}, "failed", 554),
        ({"RCPT": b"hello\r\n"}, "queued", None),
        ({"RCPT": None}, "queued", None),
        ({"END": b"hello\r\n"}, "unknown", None),
        ({"END": None}, "unknown", None),
        ({"END": b"25"}, "unknown", None),
        ({"END": b"250-one\r\n"}, "unknown", None),
        ({"END": b"x" * 200_000}, "unknown", None),
        ({"END": b"250-" + b"x" * 1000 + b"\r\n" + b"250-y\r\n" * 20_000}, "unknown", None),
        ({"END": b"\0\0\0\r\n"}, "unknown", None),
    ],
)  # fmt: skip
def test_a_reply(tmp_path, queued, replies, state, code):
    home = queued.copy(tmp_path / "home")
    with Raw(**replies) as server:
        home.mail(server.port)
        home.do("outbox", "send", status=0 if state == "sent" else 76)
    (row,) = home.outbox()
    assert (row["state"], row["code"]) == (state, code)
    stop_agent(home.folder / "security" / "keyring")


def test_what_a_server_says_is_kept_and_not_printed(tmp_path, queued):
    home = queued.copy(tmp_path / "home")
    with Raw(RCPT=b"550 psirt-0001@m0001.example is \x1b[31mgone\r\n") as server:
        home.mail(server.port)
        result = home.do("outbox", "send", status=76)
        assert "psirt" not in result.stdout and "\x1b" not in result.stdout
    shown = home.do("outbox", "show", 1).stdout
    assert "550 psirt-0001@m0001.example is" in shown and "\x1b" not in shown
