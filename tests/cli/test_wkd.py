"""Keys that a member's domain publishes: taken when somebody asks for it, and when the fingerprint
is the one that was meant; nothing else ever asks a domain."""

import os
import subprocess

import pytest

import wkd
from desks import FORM, NOW, make_desk  # noqa: F401 (a fixture)
from mailing import Authority
from mining import PROGRAM

ADDRESS = "security@m.example"
HOSTS = ["m.example", "w.example", "openpgpkey.w.example", "bad.example", "other.example"]


@pytest.fixture(scope="module", name="authority")
def make_authority(tmp_path_factory):
    authority = Authority(tmp_path_factory.mktemp("ca"))
    authority.sign("web", "ca", ",".join(f"DNS:{host}" for host in HOSTS if host != "other.example"))
    authority.sign("nobody", "stranger", "DNS:bad.example")
    return authority


@pytest.fixture(name="stage")
def make_stage(tmp_path, authority):
    why = wkd.trouble()
    if why is not None:
        pytest.skip(why)

    def pair(name):
        return authority.folder / f"{name}.pem", authority.folder / f"{name}.key"

    stage = wkd.Stage(tmp_path, authority.file, HOSTS,
                      {"m.example": pair("web"), "bad.example": pair("nobody")})  # fmt: skip
    yield stage
    stage.end()


@pytest.fixture(name="on")
def make_on(stage, desk):
    """Runs the program where the domains are."""
    made = []

    def run(*arguments, status=0, says="", text=None):
        environment = {**os.environ, "BAROGRAPH_NOW": NOW, "LC_ALL": "C.UTF-8"}
        made.append(1)
        result = stage.run([PROGRAM, "-C", desk.folder, *arguments], environment, text)
        assert result.returncode == status, (result.stdout, result.stderr)
        assert says in result.stderr, result.stderr
        for secret in ("security@", "m.example"):
            assert secret not in result.stderr
        return result

    yield run
    stage.run(["gpgconf", "--homedir", desk.folder / "security" / "keyring", "--kill", "all"],
              dict(os.environ))  # fmt: skip


def key_of(desk, address, who="Security", **how):
    """(what a domain publishes, the fingerprint)"""
    path, fingerprint = desk.key(f"{who} <{address}>", **how)
    path.unlink()
    return export(desk, fingerprint), fingerprint


def export(desk, *fingerprints):
    line = ["gpg", "--homedir", desk.keys, "--batch", "--quiet", "--export", *fingerprints]
    return subprocess.run(line, check=True, capture_output=True).stdout


def pinned(desk, name="M"):
    rows = {row["member"]: row for row in desk.rows("list")}
    return rows[name]["delivery"], rows[name]["fingerprint"]


@pytest.mark.parametrize("address, advanced", [(ADDRESS, False), ("psirt@w.example", True)])
def test_the_key_that_was_meant_is_taken(stage, on, desk, address, advanced):
    data, fingerprint = key_of(desk, address)
    stage.publish(address, data, advanced)
    desk.add("M", address)
    assert stage.requests() == []
    on("member", "key", "M", "--published", "--fingerprint", fingerprint)
    assert pinned(desk) == ("pgp", fingerprint)
    mailbox, _, domain = address.partition("@")
    host = f"openpgpkey.{domain}" if advanced else domain
    assert all(line.startswith(f"{host}/.well-known/openpgpkey/") for line in stage.requests())
    assert any(f"/hu/{wkd.hashed(mailbox)}" in line for line in stage.requests())
    assert on("member", "doctor").stdout.startswith("every active member can be reached")


def test_what_a_domain_says_is_no_proof(stage, on, desk):
    """The fingerprint comes from somewhere else; what is published instead is refused."""
    data, fingerprint = key_of(desk, ADDRESS)
    stage.publish(ADDRESS, data)
    desk.add("M", ADDRESS)
    on("member", "key", "M", "--published", status=65, says=fingerprint)
    on("member", "key", "M", "--published", "--fingerprint", "0123456789" * 4, status=65,
       says="not among them")  # fmt: skip
    assert pinned(desk)[0] == "tls"


def test_a_pin_is_not_moved_by_a_domain(stage, on, desk):
    data, fingerprint = key_of(desk, ADDRESS)
    stage.publish(ADDRESS, data)
    desk.add("M", ADDRESS)
    on("member", "key", "M", "--published", "--fingerprint", fingerprint)
    on("member", "key", "M", "--published")  # the same again: it may have a later end
    assert pinned(desk) == ("pgp", fingerprint)
    data, other = key_of(desk, ADDRESS, who="Others")
    stage.publish(ADDRESS, data)
    on("member", "key", "M", "--published", status=65, says="not the one that is pinned")
    assert pinned(desk) == ("pgp", fingerprint) and other != fingerprint


def test_one_of_several(stage, on, desk):
    """gpg takes the first; the other is asked for as a file."""
    _, first = key_of(desk, ADDRESS)
    _, second = key_of(desk, ADDRESS, who="Others")
    stage.publish(ADDRESS, export(desk, first) + export(desk, second))
    desk.add("M", ADDRESS)
    on("member", "key", "M", "--published", status=65, says=first)
    on("member", "key", "M", "--published", "--fingerprint", second, status=65, says=first)
    assert pinned(desk)[0] == "tls"
    on("member", "key", "M", "--published", "--fingerprint", first)
    assert pinned(desk) == ("pgp", first)


def test_a_key_of_somebody_else_is_not_taken(stage, on, desk):
    """It is published there, and no user id of it has the address."""
    data, fingerprint = key_of(desk, "security@elsewhere.example")
    stage.publish(ADDRESS, data)
    desk.add("M", ADDRESS)
    on("member", "key", "M", "--published", "--fingerprint", fingerprint, status=66, says="no key")


@pytest.mark.parametrize(
    "address", [ADDRESS, "security@bad.example", "security@other.example", "security@none.example"]
)
def test_where_there_is_none(stage, on, desk, address):
    """Nothing published, a certificate by nobody known, one of another host, no such domain."""
    data, fingerprint = key_of(desk, address)
    if address != ADDRESS:
        stage.publish(address, data)
    desk.add("M", address)
    on("member", "key", "M", "--published", "--fingerprint", fingerprint, status=66, says="no key")
    assert pinned(desk)[0] == "tls"
    assert not [line for line in stage.requests() if "bad" in line or "other" in line]


@pytest.mark.parametrize("data", [b"", b"no key", b"\x99\xff" * 4000, b"-----BEGIN PGP"])
def test_what_is_no_key(stage, on, desk, data):
    stage.publish(ADDRESS, data)
    desk.add("M", ADDRESS)
    on("member", "key", "M", "--published", "--fingerprint", "0123456789" * 4, status=66)


def test_a_key_that_cannot_be_used(stage, on, desk):
    data, fingerprint = key_of(desk, ADDRESS, encrypts=False)
    stage.publish(ADDRESS, data)
    desk.add("M", ADDRESS)
    on("member", "key", "M", "--published", "--fingerprint", fingerprint, status=65,
       says="no subkey for encryption")  # fmt: skip


def test_nobody_is_asked_unasked(stage, on, desk):
    """Its key is published and not here: no other command looks for it."""
    data, fingerprint = key_of(desk, ADDRESS)
    stage.publish(ADDRESS, data)
    ring = desk.folder / "security" / "keyring"
    ring.mkdir(mode=0o700)
    (ring / "gpg.conf").write_text("auto-key-locate wkd\nauto-key-retrieve\n")
    form = FORM.format(name="M", address=ADDRESS, delivery=f"pgp\nfingerprint = {fingerprint}")
    on("member", "add", "-", text=form)
    on("member", "edit", "M", "-", text=form)
    on("member", "doctor", status=65)
    on("member", "show", "M")
    on("member", "export")
    on("rehearse", "1", status=65)
    on("outbox", "send")
    assert stage.requests() == []
