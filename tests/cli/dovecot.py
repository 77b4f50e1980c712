"""A dovecot of our own on the loopback: IMAP with TLS over a Maildir, as an ordinary process."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

USER, PASSWORD = "security@project.example", "pass word"

CONFIG = """\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
mail_location = maildir:{folder}/Maildir
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
disable_plaintext_auth = no
auth_mechanisms = plain
default_login_user = {login}
default_internal_user = {internal}
default_internal_group = {group}
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={mail} gid={mail_group} home={folder}/home
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
"""


def free_ports(count):
    """Below the range that outgoing connections take theirs from."""
    ports, at = [], 20000 + os.getpid() % 10000
    while len(ports) < count:
        at += 1
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", at))
            except OSError:
                continue
            ports.append(at)
    return ports


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def certify(folder):
    """An authority, and a server's certificate for localhost that it signed."""
    names = folder / "names"
    names.write_text("subjectAltName = DNS:localhost, IP:127.0.0.1\n")
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-days", "7", "-subj", "/CN=tests", "-keyout", folder / "ca.key", "-out", folder / "ca.pem")  # fmt: skip
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
            "/CN=localhost", "-keyout", folder / "server.key", "-out", folder / "server.csr")  # fmt: skip
    openssl("x509", "-req", "-in", folder / "server.csr", "-CA", folder / "ca.pem", "-CAkey",
            folder / "ca.key", "-CAcreateserial", "-days", "7", "-extfile", names, "-out",
            folder / "server.pem")  # fmt: skip


class Dovecot:
    def __init__(self, folder):
        self.folder = folder
        self.port, self.tls_port = free_ports(2)
        self.authority = folder / "ca.pem"
        certify(folder)
        root = os.geteuid() == 0
        mail = pwd.getpwnam("mail") if root else pwd.getpwuid(os.geteuid())
        me = pwd.getpwuid(os.geteuid()).pw_name
        for inner in ("run", "state", "home", "Maildir", "Maildir/new", "Maildir/cur", "Maildir/tmp"):
            (folder / inner).mkdir()
        (folder / "conf").write_text(CONFIG.format(
            folder=folder, password=PASSWORD.replace(" ", "_"), port=self.port,
            tls_port=self.tls_port, mail=mail.pw_uid, mail_group=mail.pw_gid,
            login="dovenull" if root else me, internal="dovecot" if root else me,
            group="dovecot" if root else grp.getgrgid(os.getegid()).gr_name,
        ))  # fmt: skip
        self.owner = (mail.pw_uid, mail.pw_gid) if root else None
        if root:
            folder.chmod(0o755)
        self.own()
        self.process = subprocess.Popen(
            ["dovecot", "-F", "-c", folder / "conf"], stdout=subprocess.DEVNULL,
            stderr=(folder / "stderr").open("w"),
        )  # fmt: skip

    def own(self):
        """What the server reads as somebody else is theirs."""
        if self.owner is not None:
            for path in [self.folder / "home", *sorted((self.folder / "Maildir").rglob("*")),
                         self.folder / "Maildir"]:  # fmt: skip
                os.chown(path, *self.owner)

    def put(self, name, mail):
        (self.folder / "Maildir" / "new" / name).write_bytes(mail.encode())
        self.own()

    def said(self):
        texts = [self.folder / name for name in ("stderr", "log")]
        return " ".join(path.read_text().strip() for path in texts if path.exists())

    def wait(self):
        for _ in range(100):
            if self.process.poll() is not None:
                return False
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as line:
                    if line.recv(4).startswith(b"* OK"):
                        return True
            except OSError:
                pass
            time.sleep(0.1)
        return False

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture(name="dovecot")
def make_dovecot():
    if shutil.which("dovecot") is None or not Path("/usr/lib/dovecot/imap").exists():
        pytest.skip("there is no dovecot with IMAP here (Debian: dovecot-imapd)")
    folder = Path(tempfile.mkdtemp(prefix="d-", dir="/tmp"))  # short, for its sockets
    server = Dovecot(folder)
    try:
        if not server.wait():
            pytest.skip(f"dovecot does not start here: {server.said()[-300:]}")
        yield server
    finally:
        server.end()
        shutil.rmtree(folder, ignore_errors=True)
