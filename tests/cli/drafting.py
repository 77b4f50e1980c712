"""A home in which advisories are written, frozen and disclosed, at any time of the clock."""

import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PROGRAM = Path(os.environ.get("BAROGRAPH_BUILD", ROOT / "build" / "release")) / "barograph"
REAL = ROOT.parent / "shared" / "data" / "xsa"
NOW = "2026-06-01T08:00:00Z"

TEXT = """\
            Xen Security Advisory CVE-2026-99999 / XSA-901
                               version 2

                       frobs outlive their guest

UPDATES IN VERSION 2
====================

Public release.

ISSUE DESCRIPTION
=================

A frob is kept.

- caf\u00e9 with a dash

IMPACT
======

Secrets are kept too.

VULNERABLE SYSTEMS
==================

All.

MITIGATION
==========

There is none.

RESOLUTION
==========

There is no patch.
"""

# What the team writes.
PROSE = """\
ISSUE DESCRIPTION
=================

A frob is kept.

IMPACT
======

Secrets are kept too.

VULNERABLE SYSTEMS
==================

All.

MITIGATION
==========

There is none.

RESOLUTION
==========

There is no patch.
"""


class Home:
    def __init__(self, folder, keyring):
        self.folder = folder
        self.keyring = keyring
        (folder / "barograph.conf").write_text("[project]\nname = Lantern\n")

    def attempt(self, *arguments):
        environment = {**os.environ, "BAROGRAPH_NOW": NOW, "GNUPGHOME": str(self.keyring)}
        return subprocess.run(
            [PROGRAM, "-C", self.folder, "advisory", *map(str, arguments)],
            capture_output=True,
            text=True,
            env=environment,
            timeout=120,
            check=False,
        )

    def run(self, *arguments):
        result = self.attempt(*arguments)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def rows(self, *arguments):
        return json.loads(self.run(*arguments, "--format", "json"))

    def bring(self, text, name="in.txt"):
        path = self.folder / name
        path.write_text(text)
        return path


class Desk(Home):
    def __init__(self, folder, keys):
        super().__init__(folder, keys.folder)
        self.now = "2026-06-01T08:00:00Z"
        self.environment = {}
        with open(folder / "barograph.conf", "a", encoding="ascii") as conf:
            conf.write(f"[advisories]\nsigning-key = {keys.fingerprint}\npolicies = xen\n")

    def attempt(self, *arguments, **extra):
        environment = {**os.environ, "BAROGRAPH_NOW": self.now, "GNUPGHOME": str(self.keyring),
                       **self.environment, **extra}  # fmt: skip
        return subprocess.run(
            [PROGRAM, "-C", self.folder, "advisory", *map(str, arguments)],
            capture_output=True, text=True, env=environment, timeout=120, check=False,
        )  # fmt: skip

    def rows(self, *arguments):
        return json.loads(self.run(*arguments, "--format", "json"))

    def path(self, number, name):
        return self.folder / "security" / f"xsa-{number}" / name

    def set(self, number, **values):
        """Fills in record.conf, whose keys are all there."""
        path = self.path(number, "record.conf")
        lines = path.read_text().splitlines()
        for key, value in values.items():
            at = next(i for i, line in enumerate(lines) if line.startswith(f"{key}="))
            lines[at] = f"{key}={value}"
        path.write_text("\n".join(lines) + "\n")

    def draft(self, number, prose=PROSE, **values):
        self.run("new", "--title", f"frobs of {number}", "--number", number)
        self.path(number, "advisory.txt").write_text(prose)
        self.set(number, **values)
