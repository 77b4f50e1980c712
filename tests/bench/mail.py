#!/usr/bin/python3
"""How fast a predisclosure is beside encrypting alone: the same keys, a message of the same size,
gpg once for each, and nothing else. The server is on this machine and takes everything. Prints a
Markdown table; see docs/performance.md.

  mail.py [COUNT...]       members (200 1000); BAROGRAPH_BUILD names the build (build/release)
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "cli"))
os.environ.setdefault("BAROGRAPH_BUILD", str(Path(__file__).parent.parent.parent / "build/release"))

from keyrings import Keys  # noqa: E402
from mailing import (PREDISCLOSURE, Authority, MailHome, Members, Server, gpg,  # noqa: E402
                     stop_agent)  # fmt: skip


def measure(act):
    """(seconds, seconds of the processor, those of children included)"""
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    act()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - start, used


def encrypt_all(members, ring, size):
    text = b"x" * 70 + b"\n"
    text = text * (size // len(text))
    for member in members.all:
        gpg(ring, "--armor", "--trust-model", "always", "--encrypt", "-r", member.fingerprint,
            data=text)  # fmt: skip


def mail_all(home, server, tls):
    home.mail(server.port, tls)
    result = subprocess.run(home.line("predisclose", 501, "-q"), env=home.environment(), check=False,
                            capture_output=True)  # fmt: skip
    assert result.returncode == 0, result.stderr


def make_home(folder, keys, members):
    home = MailHome(folder, keys)
    home.draft(501)
    home.add_patches(501, "xsa501-4.19.patch", "xsa501-4.18.patch")
    home.freeze(501)
    home.take(members)
    home.now = PREDISCLOSURE
    return home


def rows_for(count, keys, folder):
    members = Members(count)
    home = make_home(folder / f"home{count}", keys, members)
    authority = Authority(folder)
    ring = home.folder / "security" / "keyring"
    alone = measure(lambda: encrypt_all(members, ring, 6000))
    yield count, "gpg, encrypting alone", *alone, alone[0]
    for name, tls in (("predisclose, no TLS", None), ("predisclose, TLS", authority)):
        copy = home.copy(folder / f"{count}-{tls is not None}")
        with Server(tls=tls and tls.context()) as server:
            taken = measure(lambda: mail_all(copy, server, tls and tls.file))
            assert len(server.messages()) == count
        stop_agent(copy.folder / "security" / "keyring")
        yield count, name, *taken, alone[0]
    stop_agent(ring)
    members.end()


def main():
    counts = [int(word) for word in sys.argv[1:]] or [200, 1000]
    keys = Keys()
    print("| members | run | wall s | CPU s | messages a second | wall / encrypting alone |")
    print("|---:|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="b-", dir="/tmp") as folder:
        for count in counts:
            for members, name, wall, cpu, alone in rows_for(count, keys, Path(folder)):
                print(f"| {members} | {name} | {wall:.2f} | {cpu:.2f} | {members / wall:.1f}"
                      f" | {wall / alone:.2f} |", flush=True)  # fmt: skip
    keys.end()


main()
