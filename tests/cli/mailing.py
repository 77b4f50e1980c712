"""Members with keys of their own, a mail server that follows a script, and homes that mail."""

import asyncio
import base64
import email
import email.policy
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import tempfile
import threading
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult

from freezing import PREDISCLOSURE, PUBLIC, Home  # noqa: F401 (for those who import from here)

FROM = "security@lantern.example"
LISTS = "announce@lantern.example;users@lantern.example"
LOGIN = ("barograph", "let me in")

KEY = """\
%no-protection
Key-Type: EDDSA
Key-Curve: ed25519
Key-Usage: sign
Subkey-Type: ECDH
Subkey-Curve: cv25519
Subkey-Usage: encrypt
Name-Email: {address}
Creation-Date: 20260101T000000
Expire-Date: 0
%commit
"""
HEAD = "name\taddress\tdelivery\tfingerprint\tships\tqualifies\tlinks\tlists\n"


def gpg(folder, *arguments, check=True, data=None):
    line = ["gpg", "--homedir", folder, "--batch", "--quiet", *arguments]
    return subprocess.run(line, input=data, check=check, capture_output=True)


def stop_agent(folder):
    subprocess.run(["gpgconf", "--homedir", folder, "--kill", "all"], check=False,
                   capture_output=True)  # fmt: skip


class Member:
    """Names, addresses and keys are all different, so that each can be looked for."""

    def __init__(self, number):
        self.name = f"Organisation {number:04}"
        self.address = f"psirt-{number:04}@m{number:04}.example"
        self.fingerprint = self.subkey = None

    def row(self):
        return f"{self.name}\t{self.address}\tpgp\t{self.fingerprint}\tx\tx\t\t\n"

    def traces(self):
        """What no message to somebody else may hold."""
        ids = (self.fingerprint, self.fingerprint[-16:], self.subkey)
        texts = (self.name, self.address, self.address.partition("@")[2])
        plain = [word.lower().encode() for word in (*texts, *ids)]
        return plain, [bytes.fromhex(self.fingerprint[-16:]), bytes.fromhex(self.subkey)]


class Members:
    """That many, in one keyring with all their secret keys."""

    def __init__(self, count):
        self.folder = tempfile.mkdtemp(prefix="g-", dir="/tmp")  # short, for the agent's socket
        self.all = [Member(number + 1) for number in range(count)]
        made = "".join(KEY.format(address=member.address) for member in self.all)
        gpg(self.folder, "--generate-key", data=made.encode())
        self.read_keys()
        self.public = gpg(self.folder, "--armor", "--export").stdout

    def read_keys(self):
        listing = gpg(self.folder, "--with-colons", "--list-keys").stdout.decode()
        by_address = {member.address: member for member in self.all}
        for key in listing.split("\npub:")[1:]:
            member = by_address[re.search(r"[\w-]+@[\w.]+", key)[0]]
            member.fingerprint = re.search(r"^fpr:+(\w{40}):", key, re.MULTILINE)[1]
            member.subkey = re.search(r"^sub:(?:[^:]*:){3}(\w{16}):", key, re.MULTILINE)[1]

    def decrypt(self, message, folder=None):
        """(the key ids it is encrypted to, what is inside)"""
        result = gpg(folder or self.folder, "--status-fd", "2", "--decrypt", check=False,
                     data=sealed(message))  # fmt: skip
        ids = re.findall(r"\[GNUPG:\] ENC_TO (\w{16})", result.stderr.decode())
        return ids, result.stdout if result.returncode == 0 else None

    def end(self):
        stop_agent(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)


def sealed(message):
    """What a multipart/encrypted message of RFC 3156 carries."""
    mail = email.message_from_bytes(message)
    assert mail.get_content_type() == "multipart/encrypted"
    assert mail.get_param("protocol") == "application/pgp-encrypted"
    control, content = mail.get_payload()
    assert control.get_content_type() == "application/pgp-encrypted"
    assert control.get_payload().strip() == "Version: 1"
    return content.get_payload(decode=True)


def packets(armoured):
    """The bytes behind the armour."""
    body = armoured.decode().partition("\n\n")[2].partition("\n=")[0]
    return base64.b64decode(body)


def contents(message):
    """(the texts shown, {name: bytes of an attachment})"""
    mail = email.message_from_bytes(message)
    assert mail.get_content_type() == "multipart/mixed"
    texts, files = [], {}
    for part in mail.get_payload():
        data = part.get_payload(decode=True)
        if part.get_content_disposition() == "attachment":
            files[part.get_filename()] = data
        else:
            assert part.get_content_type() == "text/plain"
            texts.append(data.replace(b"\r\n", b"\n"))
    return texts, files


def subject(message):
    return email.message_from_bytes(message, policy=email.policy.default)["Subject"]


# --- servers ---


class Authority:
    """A CA of the test's own, and a certificate for this machine; `bad`: by nobody known."""

    def __init__(self, folder):
        self.folder = Path(folder)
        for name in ("ca", "stranger"):
            self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                         "-nodes", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out",
                         f"{name}.pem", "-days", "30")  # fmt: skip
        self.sign("good", "ca", "IP:127.0.0.1,DNS:localhost")
        self.sign("bad", "stranger", "IP:127.0.0.1,DNS:localhost")
        self.sign("other", "ca", "DNS:elsewhere.example")
        self.file = self.folder / "ca.pem"

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def sign(self, name, issuer, names):
        (self.folder / f"{name}.ext").write_text(f"subjectAltName={names}\n")
        self.openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                     "-subj", "/CN=mail", "-keyout", f"{name}.key", "-out", f"{name}.csr")  # fmt: skip
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{issuer}.pem", "-CAkey",
                     f"{issuer}.key", "-CAcreateserial", "-extfile", f"{name}.ext", "-out",
                     f"{name}.pem", "-days", "30")  # fmt: skip

    def context(self, name="good"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        return context


DROP = object()  # the connection, at once
STALL = object()  # no answer any more


class Talk(SMTP):
    """One connection; the server is told of each step, and may have it answered otherwise."""

    def __init__(self, owner, **options):
        super().__init__(owner, hostname="mail.tests.example", ident="test", **options)
        self.owner = owner

    def connection_made(self, transport):
        if transport.get_extra_info("sslcontext") is None:  # STARTTLS makes it anew
            self.owner.log.append("CONNECT")
        super().connection_made(transport)

    async def smtp_DATA(self, arg):
        answer = await self.owner.step("DATA", self)
        if answer is None:
            await super().smtp_DATA(arg)
        else:
            await self.push(answer)


class Server:
    """script: {("RCPT", 7): "550 no", ("END", 20): DROP}; steps are MAIL, RCPT, DATA and END, which
    is the whole message, each counted from 1. `at`: {number of a step of any kind: function}."""

    def __init__(self, script=None, at=None, tls=None, login=None):
        self.script, self.at = script or {}, at or {}
        self.log, self.mails = [], []
        options = {"tls_context": tls, "require_starttls": tls is not None} if tls else {}
        if login:
            options |= {"authenticator": self.authenticate, "auth_required": True}
        self.login = login
        self.loop = asyncio.new_event_loop()
        self.server = self.loop.run_until_complete(
            self.loop.create_server(lambda: Talk(self, loop=self.loop, **options), "127.0.0.1", 0)
        )
        self.port = self.server.sockets[0].getsockname()[1]
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def authenticate(self, _server, _session, _envelope, _mechanism, data):
        good = (data.login.decode(), data.password.decode()) == self.login
        self.log.append("AUTH" if good else "REFUSED")
        return AuthResult(success=good, handled=False)

    async def step(self, kind, talk):
        self.log.append(kind)
        act = self.at.pop(sum(line in ("MAIL", "RCPT", "DATA", "END") for line in self.log), None)
        if act is not None:
            act()
        answer = self.script.get((kind, self.log.count(kind)))
        if answer is DROP:
            talk.transport.abort()
            return "421 gone"
        if answer is STALL:
            await asyncio.sleep(8)
            return "421 too late"
        return answer

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        answer = await self.step("MAIL", server)
        if answer is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        answer = await self.step("RCPT", server)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.append((envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content))
        answer = await self.step("END", server)
        return answer or "250 OK"

    def recipients(self):
        return [address for _, addresses, _ in self.mails for address in addresses]

    def messages(self):
        """{recipient: message}, and nobody twice"""
        found = {}
        for _, recipients, message in self.mails:
            assert len(recipients) == 1 and recipients[0] not in found
            found[recipients[0]] = message
        return found

    def __enter__(self):
        return self

    def __exit__(self, *_):
        async def close():
            self.server.close()
            for task in asyncio.all_tasks():
                if task is not asyncio.current_task():
                    task.cancel()

        asyncio.run_coroutine_threadsafe(close(), self.loop).result(5)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)


# --- homes ---


class MailHome(Home):
    """With a frozen advisory and members; the home can be copied to begin anew."""

    def mail(self, port, tls=None, extra=""):
        """tls: a file of authorities; without, nothing but loopback is spoken to."""
        how = f"authorities = {tls}\n" if tls else "tls = loopback\n"
        self.configure(
            f"signing-key = {self.keys.fingerprint}\n[mail]\nserver = smtp://127.0.0.1:{port}\n"
            f"{how}from = {FROM}\nfrom-name = Lantern security\nlists = {LISTS}\ntimeout = 3\n{extra}"
        )

    def take(self, members):
        """Their rows, and their keys as `member key` keeps them."""
        ring = self.folder / "security" / "keyring"
        ring.mkdir(mode=0o700, exist_ok=True)
        gpg(ring, "--import", data=members.public)
        stop_agent(ring)
        rows = HEAD + "".join(member.row() for member in members.all)
        self.do("member", "import", "-", text=rows)

    def add_patches(self, number, *names):
        for name in names:
            (self.folder_of(number) / name).write_bytes(
                f"--- a/{name}\n+++ b/{name}\n@@ -1 +1 @@\n-caf\xe9 frobs\n+none\n".encode("latin-1")
            )
            self.edit(number, ("patches", name, "xen-unstable"))

    def make_public(self, number):
        """The next version, for everybody, frozen."""
        self.run("revise", number, "--for", "public")
        self.freeze(number)

    def copy(self, folder):
        shutil.copytree(self.folder, folder, symlinks=True,
                        ignore=shutil.ignore_patterns("S.*"))  # fmt: skip
        other = MailHome.__new__(MailHome)
        other.folder, other.keys, other.now = Path(folder), self.keys, self.now
        return other

    def start(self, *arguments, **options):
        return subprocess.Popen(
            self.line(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=self.environment(), **options,
        )  # fmt: skip

    def do(self, *arguments, status=0, says="", text=None, before=None):
        result = subprocess.run(
            self.line(*arguments), input=text, capture_output=True, text=True, check=False,
            env=self.environment(), timeout=240, preexec_fn=before,
        )  # fmt: skip
        assert result.returncode == status, (result.returncode, result.stdout, result.stderr)
        assert says in result.stderr, result.stderr
        for secret in ("frobs outlive", "psirt-", LOGIN[1]):
            assert secret not in result.stderr
        return result

    def table(self, *arguments, **options):
        return json.loads(self.do(*arguments, "--format", "json", **options).stdout)

    def outbox(self):
        return self.table("outbox", "list")

    def states(self):
        """{state: how many}"""
        found = {}
        for row in self.outbox():
            found[row["state"]] = found.get(row["state"], 0) + 1
        return found


def killer(process):
    return lambda: os.kill(process.pid, signal.SIGKILL)
