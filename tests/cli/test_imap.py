"""What comes back, read from a real IMAP server with TLS."""

import socket
import threading

import pytest

from desks import make_desk  # noqa: F401 (a fixture)
from dovecot import PASSWORD, USER, make_dovecot  # noqa: F401 (a fixture)
from test_bounces import answer, make_outbox, report  # noqa: F401 (a fixture)


def configure(outbox, authority, tls="required", password=PASSWORD.replace(" ", "_"), user=USER):
    secret = outbox.desk.folder / "password"
    secret.touch(0o600)
    secret.write_text(password + "\n")
    (outbox.desk.folder / "barograph.conf").write_text(
        "[project]\nname = T\n[repository t]\npath = none\n"
        f"[mail]\nimap-user = {user}\nimap-password-file = password\nauthorities = {authority}\n"
        f"tls = {tls}\ntimeout = 10\n"
    )


@pytest.mark.parametrize("scheme, tls", [("imaps", "required"), ("imap", "required"), ("imap", "loopback")])
def test_a_mailbox_on_a_server(outbox, dovecot, scheme, tls):
    configure(outbox, dovecot.authority, tls)
    dovecot.put("1.a", "From: friend@example.org\nSubject: x\n\nA line {7}\nbar2 OK no\n* BYE\n.\n")
    dovecot.put("2.a", report("m1"))
    dovecot.put("3.a", "From: x@example.org\nSubject: long\n\n" + "x" * 70 + "\n" * 3_000_000)
    dovecot.put("4.a", answer("m2", "psirt@beta.example"))
    port = dovecot.tls_port if scheme == "imaps" else dovecot.port
    url = f"{scheme}://localhost:{port}/INBOX"
    assert "4 mails read: 1 bounced, 1 acknowledged" in outbox.bounces(url).stderr
    assert outbox.states() == ["bounced", "acknowledged"]
    assert "2 known" in outbox.bounces(url).stderr
    kept = [path.name for path in (dovecot.folder / "Maildir").glob("*/?.a*")]
    assert len(kept) == 4 and not any(name.endswith("S") for name in kept), "one is marked as seen"


def test_what_is_not_spoken_to(outbox, dovecot):
    url = f"imaps://localhost:{dovecot.tls_port}"
    configure(outbox, dovecot.authority)
    assert "0 mails read" in outbox.bounces(url).stderr
    assert '"frobs"' in outbox.bounces(url + "/frobs", status=66).stderr
    assert "barograph.conf" in outbox.bounces("imaps://me:secret@localhost/INBOX", status=64).stderr
    outbox.bounces(url + "/a%0d%0ab", status=64)
    outbox.bounces("imaps://", status=64)
    outbox.bounces("imaps://localhost:1/INBOX", status=76)
    configure(outbox, dovecot.authority, password="wrong")
    result = outbox.bounces(url, status=77)
    assert "refuses the login" in result.stderr and "wrong" not in result.stderr
    other = outbox.desk.folder / "other.pem"
    other.write_bytes(b"")
    configure(outbox, "/etc/ssl/certs/ca-certificates.crt")
    outbox.bounces(url, status=77)


def test_what_the_configuration_lacks(outbox):
    assert "imap-user" in outbox.bounces("imaps://localhost/INBOX", status=78).stderr
    configure(outbox, "ca.pem")
    (outbox.desk.folder / "password").chmod(0o644)
    assert "chmod" in outbox.bounces("imaps://localhost/INBOX", status=77).stderr


CAPABLE = b"* OK ready\r\n"
LOGIN = [b"* CAPABILITY IMAP4rev1\r\n%s OK\r\n", b"%s OK logged in\r\n"]


def serve(lines):
    """A server that says these lines, one a command, and then goes away."""
    listener = socket.create_server(("127.0.0.1", 0))

    def run():
        line, _ = listener.accept()
        with line:
            line.sendall(CAPABLE)
            for text in lines:
                tag = line.recv(4096).split(b" ")[0]
                line.sendall(text.replace(b"%s", tag))

    threading.Thread(target=run, daemon=True).start()
    return listener.getsockname()[1]


MAIL = report("m1").replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    "lines, status, bounced",
    [
        ([b"* 1 EXISTS\r\n%s OK\r\n", b"* 1 FETCH (BODY[]<0> {%d}\r\n" % len(MAIL) + MAIL + b")\r\n%s OK\r\n"], 0, True),
        ([b"* 1 EXISTS\r\n%s OK\r\n", b"* 1 FETCH (BODY[]<0> {%d}\r\n" % len(MAIL) + MAIL[:200]], 76, False),
        ([b"* 1 EXISTS\r\n%s OK\r\n", b"* 1 FETCH (BODY[]<0> {999999999}\r\n"], 76, False),
        ([b"* 1 EXISTS\r\n%s OK\r\n", b"* 1 FETCH (BODY[]<0> NIL)\r\n%s OK\r\n"], 0, False),
        ([b"* 1 EXISTS\r\n%s OK\r\n", b"%s NO\r\n"], 76, False),
        ([b"* 0 EXISTS\r\n%s OK\r\n"], 0, False),
        ([b"* BYE enough\r\n"], 76, False),
        ([b"x" * 100_000], 76, False),
        ([], 76, False),
    ],
)  # fmt: skip
def test_servers_that_misbehave(outbox, lines, status, bounced):
    configure(outbox, "ca.pem", tls="loopback", user="me")
    port = serve(LOGIN + lines)
    outbox.bounces(f"imap://127.0.0.1:{port}/INBOX", status=status)
    assert outbox.states() == ["bounced" if bounced else "sent", "sent"]
