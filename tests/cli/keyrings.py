"""Throwaway keyrings with one key that signs, and what plain gpg says to what was signed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest


class Keys:
    def __init__(self, passphrase="", name="team@tests.example", made=None, expires="never"):
        # The path is short, for the agent's socket is in it.
        self.folder = tempfile.mkdtemp(prefix="g-", dir="/tmp")
        # What is secret here is worth nothing: the agent shall not spend a second to unlock it.
        Path(self.folder, "gpg-agent.conf").write_text("s2k-count 65536\n")
        self.passphrase = passphrase
        self.environment = {"GNUPGHOME": self.folder}
        faked = ["--faked-system-time", made] if made else []
        self.gpg(*faked, "--pinentry-mode", "loopback", "--passphrase", passphrase,
                 "--quick-generate-key", name, "ed25519", "sign", expires)  # fmt: skip
        listing = self.gpg("--with-colons", "--list-keys")
        self.fingerprint = listing.split("\nfpr:::::::::")[1][:40]

    def gpg(self, *arguments, text=None):
        line = ["gpg", "--homedir", self.folder, "--batch", "--quiet", *arguments]
        return subprocess.run(line, input=text, check=True, capture_output=True, text=True).stdout

    def sign(self, text, *options):
        return self.gpg(*options, "--clearsign", text=text)

    def verifies(self, path, *beside):
        """Plain gpg, as a reader of the advisory runs it; a detached signature is before its file."""
        line = ["gpg", "--homedir", self.folder, "--status-fd", "1", "--verify", path, *beside]
        result = subprocess.run(line, check=False, capture_output=True, text=True)
        return result.returncode == 0 and f"VALIDSIG {self.fingerprint}" in result.stdout

    def forget(self):
        """The agent no longer knows any passphrase."""
        subprocess.run(["gpgconf", "--homedir", self.folder, "--kill", "gpg-agent"], check=False)

    def end(self):
        self.forget()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="module", name="keys")
def make_keys():
    keys = Keys()
    yield keys
    keys.end()


@pytest.fixture(scope="module", name="keys")
def make_locked_keys():
    keys = Keys(passphrase="open sesame")
    yield keys
    keys.end()
