"""The same with a real server: exim4 with STARTTLS, a login and delivery reports, which delivers to
Maildirs. It runs as an ordinary process with a configuration, a spool and a port of its own."""

import email
import hashlib
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from keyrings import make_keys  # noqa: F401 (a fixture)
from mailing import (FROM, LOGIN, PREDISCLOSURE, PUBLIC, Authority, MailHome, Members, contents,
                     packets, sealed, stop_agent, subject)  # fmt: skip
from thorough import times

COUNT = times(200, 30)
PATCHES = ("xsa501-4.19.patch", "xsa501-4.18.patch")
USER = "Debian-exim"

CONFIG = """\
primary_hostname = mail.tests.example
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
log_selector = +smtp_connection +tls_cipher +smtp_protocol_error
tls_advertise_hosts = *
tls_certificate = {ca}/good.pem
tls_privatekey = {ca}/good.key
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
dsn_advertise_hosts = *
smtp_accept_queue_per_connection = 0
smtp_accept_max = 20
queue_run_in_order = true
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
never_users =
acl_smtp_rcpt = check
acl_smtp_data = accept
begin acl
check:
  deny !encrypted = *
  deny local_parts = refused
  accept authenticated = *
  deny
begin routers
here:
  driver = accept
  condition = ${{lookup{{$domain}}lsearch{{{folder}/domains}}{{1}}{{0}}}}
  transport = maildir
begin transports
maildir:
  driver = appendfile
  directory = {folder}/mail/${{lookup{{$domain}}lsearch,ret=key{{{folder}/domains}}}}
  maildir_format
  create_directory
  delivery_date_add
  envelope_to_add
  return_path_add
  user = {user}
  mode = 0600
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{name}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
"""


def why_not():
    if shutil.which("exim4", path="/usr/sbin:/usr/bin") is None:
        return "exim4 is not installed (exim4-daemon-light)"
    try:
        pwd.getpwnam(USER)
    except KeyError:
        return f"there is no user {USER} for exim4"
    return None if os.geteuid() == 0 else "exim4 delivers only when it is started by root"


pytestmark = pytest.mark.skipif(why_not() is not None, reason=why_not() or "")


def free_port():
    """Below those that the system gives out by itself."""
    for port in range(20000 + os.getpid() % 4000, 32000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise RuntimeError("no port is free")


class Exim:
    def __init__(self, domains):
        self.folder = Path(tempfile.mkdtemp(prefix="x-", dir="/tmp"))
        self.folder.chmod(0o755)
        owner = pwd.getpwnam(USER)
        for name in ("ca", "spool", "log", "mail"):
            (self.folder / name).mkdir()
            os.chown(self.folder / name, owner.pw_uid, owner.pw_gid)
        self.authority = Authority(self.folder / "ca")
        for path in (self.folder / "ca").iterdir():
            os.chown(path, owner.pw_uid, owner.pw_gid)
        (self.folder / "domains").write_text("".join(f"{domain}: x\n" for domain in domains))
        self.port = free_port()
        config = self.folder / "exim.conf"
        config.write_text(CONFIG.format(port=self.port, folder=self.folder, user=USER,
                                        ca=self.folder / "ca", name=LOGIN[0], password=LOGIN[1]))  # fmt: skip
        self.process = subprocess.Popen(
            ["/usr/sbin/exim4", "-C", config, "-bdf", "-q30s"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.wait_for(self.answers, 20, "exim4 does not answer")

    def answers(self):
        assert self.process.poll() is None, self.process.stderr.read().decode()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def wait_for(self, what, seconds, otherwise):
        end = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < end, otherwise
            time.sleep(0.05)

    def log(self):
        path = self.folder / "log" / "mainlog"
        return path.read_text() if path.exists() else ""

    def mails(self, domain):
        return [path.read_bytes() for path in (self.folder / "mail" / domain / "new").glob("*")]

    def count(self):
        return sum(1 for _ in (self.folder / "mail").glob("*/new/*"))

    def end(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stderr.close()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="module", name="members")
def make_members():
    members = Members(COUNT)
    yield members
    members.end()


@pytest.fixture(scope="module", name="exim")
def make_exim(members):
    exim = Exim([member.address.partition("@")[2] for member in members.all] +
                ["plain.example", "lantern.example"])  # fmt: skip
    yield exim
    exim.end()


@pytest.fixture(scope="module", name="home")
def make_home(tmp_path_factory, keys, members, exim):
    home = MailHome(tmp_path_factory.mktemp("home") / "home", keys)
    home.draft(501)
    home.add_patches(501, *PATCHES)
    home.freeze(501)
    home.make_public(501)
    home.take(members)
    form = "[member]\nname = {}\naddress = {}\ndelivery = tls\n"
    home.do("member", "add", "-", text=form.format("Plain", "security@plain.example"))
    home.do("member", "add", "-", text=form.format("Refused", "refused@plain.example"))
    (home.folder / "password").write_text(LOGIN[1] + "\n")
    (home.folder / "password").chmod(0o600)
    home.mail(exim.port, exim.authority.file, f"user = {LOGIN[0]}\npassword-file = password\n")
    yield home
    stop_agent(home.folder / "security" / "keyring")


def test_one_second_early_no_connection_is_opened(home, exim):
    before = exim.log().count("SMTP connection from")
    home.now = "2026-06-02T11:59:59Z"
    home.do("predisclose", 501, status=77)
    time.sleep(0.3)
    assert exim.log().count("SMTP connection from") == before and exim.count() == 0


def test_two_hundred_members_and_three_patches(home, exim, members):
    home.now = PREDISCLOSURE
    result = home.do("predisclose", 501, status=76, says="1 did not get it")
    assert "refused@" not in result.stdout
    exim.wait_for(lambda: exim.count() >= COUNT + 1, 60, exim.log()[-2000:])
    states = {row["to"]: row["state"] for row in home.outbox()}
    assert states.pop("Refused") == "failed" and set(states.values()) == {"sent"}
    files = files_of(home)
    for member in members.all:
        (message,) = exim.mails(member.address.partition("@")[2])
        check_delivered(home, message, members, member, files)
    (plain,) = exim.mails("plain.example")
    (_, text), attached = contents(plain)
    assert attached == files
    check_text(home, text, files)


def files_of(home):
    names = [row[0] for row in home.database("SELECT name FROM patches WHERE version = 1 ORDER BY position")]
    assert len(names) == 3
    return {name: (home.folder_of(501) / name).read_bytes() for name in names}


def check_delivered(home, message, members, member, files):
    outer = email.message_from_bytes(message)
    assert outer["Envelope-To"] == outer["To"] == member.address
    assert outer["Return-Path"] == f"<{FROM}>"
    assert "501" not in outer["Subject"] and "ncrypted" in subject(message)
    ids, inner = members.decrypt(message)
    assert ids == [member.subkey]
    outside = sealed(message)
    binary, haystack = packets(outside), (message + outside + inner).lower()
    for other in members.all:
        if other is not member:
            words, keys = other.traces()
            assert not any(word in haystack for word in words)
            assert not any(key in binary for key in keys)
    (_, text), attached = contents(inner)
    assert attached == files
    check_text(home, text, files)


def check_text(home, text, files):
    sums = dict(reversed(line.split(b"  ")) for line in text.splitlines()
                if re.match(rb"[0-9a-f]{64}  ", line))  # fmt: skip
    assert sums == {name.encode(): hashlib.sha256(data).hexdigest().encode()
                    for name, data in files.items()}  # fmt: skip
    path = home.folder / "inner.txt"
    path.write_bytes(text)
    assert home.keys.verifies(path)


def test_it_went_over_one_connection_with_tls_and_a_login(exim):
    log = exim.log()
    arrivals = [line for line in log.splitlines() if " <= " in line and f"<= {FROM} " in line]
    assert len(arrivals) == COUNT + 1
    assert all(" X=TLS" in line and " A=plain:barograph " in line for line in arrivals)
    assert len({re.search(r"127\.0\.0\.1\]:(\d+)", line)[1] for line in arrivals
                if re.search(r"127\.0\.0\.1\]:(\d+)", line)}) <= 1  # fmt: skip


def test_reports_of_delivery_come_back(exim):
    """DSN was offered, and so asked for: exim says of each message that it was delivered."""
    exim.wait_for(lambda: len(exim.mails("lantern.example")) >= COUNT + 1, 60,
                  f"{len(exim.mails('lantern.example'))} reports")  # fmt: skip
    reports = exim.mails("lantern.example")
    assert all(b"message/delivery-status" in report for report in reports)
    assert all(b"Action: delivered" in report for report in reports)


def test_the_public_mail(home, exim):
    connections, before = exim.log().count("SMTP connection from"), len(exim.mails("lantern.example"))
    home.now = "2026-06-16T11:59:59Z"
    home.do("announce", 501, status=77, says="publication is not before")
    time.sleep(0.3)
    assert exim.log().count("SMTP connection from") == connections, "one second early"
    home.now = PUBLIC
    home.do("announce", 501)
    assert exim.log().count("SMTP connection from") > connections
    exim.wait_for(lambda: len(exim.mails("lantern.example")) >= before + 2, 30, "two lists")
    ours = [mail for mail in exim.mails("lantern.example") if not mail.startswith(b"Return-path: <>")]
    assert len(ours) == 2
    for mail in ours:
        assert subject(mail) == "Xen Security Advisory 501 v2 (CVE-2026-00501) - some frobs outlive 501"
        (text,), attached = contents(mail)
        assert attached == files_of(home)
        check_text(home, text, attached)
