"""A home with a desk and a predisclosure list; keys are made for the tests and thrown away."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from mining import PROGRAM

NOW = "2026-06-01T08:00:00Z"

FORM = """\
[member]
name = {name}
address = {address}
delivery = {delivery}
ships = an operating system
qualifies = distributor
links = https://example.com/security
"""


class Desk:
    def __init__(self, folder):
        self.folder = folder
        self.keys, self.minute = tempfile.mkdtemp(prefix="g-", dir="/tmp"), 0
        (folder / "barograph.conf").write_text("[project]\nname = T\n[repository t]\npath = none\n")
        self.run("advisory", "new", "--title", "frobs", "--number", "1")

    def gpg(self, *arguments):
        """Each a minute after the one before: gpg's faked clock goes on while it works."""
        self.minute += 1
        now = f"20260101T{self.minute // 60:02}{self.minute % 60:02}00"
        line = ["gpg", "--homedir", self.keys, "--batch", "--quiet", "--passphrase", "",
                "--faked-system-time", now, *arguments]  # fmt: skip
        return subprocess.run(line, check=True, capture_output=True, text=True).stdout

    def key(self, name, expires="never", encrypts=True):
        """A key file and the fingerprint of the key in it."""
        self.gpg("--quick-generate-key", name, "ed25519", "sign", "never")
        listing = self.gpg("--with-colons", "--list-keys", name)
        fingerprint = next(line.split(":")[9] for line in listing.splitlines() if line[:3] == "fpr")
        if encrypts:
            self.gpg("--quick-add-key", fingerprint, "cv25519", "encr", expires)
        path = self.folder / f"{fingerprint}.asc"
        path.write_text(self.gpg("--armor", "--export", name))
        return path, fingerprint

    def run(self, *arguments, status=0, text=None, now=NOW):
        environment = {**os.environ, "BAROGRAPH_NOW": now, "LC_ALL": "C.UTF-8"}
        result = subprocess.run(
            [PROGRAM, "-C", self.folder, *arguments],
            input=text, capture_output=True, text=True, env=environment, check=False, timeout=30,
        )  # fmt: skip
        assert result.returncode == status, (result.returncode, result.stderr)
        return result

    def add(self, name, address="security@example.com", delivery="tls", **how):
        form = FORM.format(name=name, address=address, delivery=delivery)
        return self.run("member", "add", "-", text=form, **how)

    def rows(self, *arguments, **how):
        return json.loads(self.run("member", *arguments, "--format", "json", **how).stdout)

    def end(self):
        for home in (self.keys, self.folder / "security" / "keyring"):
            subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False,
                           capture_output=True)  # fmt: skip
        shutil.rmtree(self.keys, ignore_errors=True)


@pytest.fixture(name="desk")
def make_desk():
    folder = tempfile.mkdtemp(prefix="m-", dir="/tmp")  # short, for the agent's socket
    desk = Desk(Path(folder))
    yield desk
    desk.end()
    shutil.rmtree(folder, ignore_errors=True)
