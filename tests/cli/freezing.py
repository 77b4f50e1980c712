"""Homes with drafts that are ready to be frozen, and throwaway keys to sign them with."""

import json
import os
import sqlite3
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PROGRAM = Path(os.environ.get("BAROGRAPH_BUILD", ROOT / "build" / "release")) / "barograph"

NOW = "2026-06-01T08:00:00Z"
PREDISCLOSURE = "2026-06-02T12:00:00Z"
PUBLIC = "2026-06-16T12:00:00Z"
SECRET = "frobs"  # is in every title and text, and must be in no error

PROSE = """\
ISSUE DESCRIPTION
=================

Some frobs outlive {number}.

IMPACT
======

Whoever finds frobs reads secrets.

VULNERABLE SYSTEMS
==================

All.

MITIGATION
==========

There is none.
"""
PATCH = b"diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-frobs %s\n+none\n"


class Home:
    def __init__(self, folder, keys):
        self.folder = Path(folder)
        self.keys = keys
        self.now = NOW
        self.folder.mkdir(exist_ok=True)
        self.configure(f"signing-key = {keys.fingerprint}\n")

    def configure(self, text):
        (self.folder / "barograph.conf").write_text(f"[project]\nname = Lantern\n[advisories]\n{text}")

    def line(self, *arguments):
        return [PROGRAM, "-C", self.folder, *map(str, arguments)]

    def environment(self):
        return {**os.environ, "BAROGRAPH_NOW": self.now, "GNUPGHOME": self.keys.folder}

    def attempt(self, *arguments, passphrase=None, before=None):
        options = []
        files = ()
        if passphrase is not None:
            out, into = os.pipe()
            os.write(into, passphrase.encode() + b"\n")
            os.close(into)
            options = ["--passphrase-fd", str(out)]
            files = (out,)
        result = subprocess.run(
            self.line("advisory", *arguments, *options), capture_output=True, text=True,
            env=self.environment(), timeout=120, check=False, pass_fds=files, preexec_fn=before,
        )  # fmt: skip
        for file in files:
            os.close(file)
        assert SECRET not in result.stderr
        assert result.returncode == 0 or result.stderr.startswith("barograph: ")
        return result

    def run(self, *arguments, **options):
        result = self.attempt(*arguments, **options)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def refuse(self, status, *arguments, says="", **options):
        result = self.attempt(*arguments, **options)
        assert result.returncode == status, result.stderr
        assert says in result.stderr + result.stdout and result.stderr.count("\n") == 1
        return result

    def rows(self, *arguments, **options):
        return json.loads(self.run(*arguments, "--format", "json", **options))

    def other(self, *arguments):
        return subprocess.run(
            self.line(*arguments), capture_output=True, text=True, env=self.environment(),
            timeout=60, check=False,
        )  # fmt: skip

    def folder_of(self, number):
        return self.folder / "security" / f"xsa-{number}"

    def edit(self, number, *changes):
        """(group, key, value) in record.conf; a key that is not there is added to its group."""
        path = self.folder_of(number) / "record.conf"
        text = path.read_text()
        for group, key, value in changes:
            head, _, rest = text.partition(f"[{group}]\n")
            body, mark, tail = rest.partition("\n[")
            lines = [line for line in body.split("\n") if not line.startswith(f"{key}=")]
            text = f"{head}[{group}]\n" + "\n".join([f"{key}={value}", *lines]) + mark + tail
        path.write_text(text)

    def draft(self, number, *options):
        self.run("new", "--title", f"some {SECRET} outlive {number}", "--number", number,
                 "--cve", f"CVE-2026-{int(number):05}", *options)  # fmt: skip
        folder = self.folder_of(number)
        (folder / "advisory.txt").write_text(PROSE.format(number=number))
        (folder / f"xsa{number}.patch").write_bytes(PATCH % str(number).encode())
        self.edit(number, ("dates", "predisclosure", PREDISCLOSURE), ("dates", "public", PUBLIC),
                  ("deployment", "patch", "permitted"), ("deployment", "mitigation", "permitted"),
                  ("patches", f"xsa{number}.patch", "xen-unstable - Xen 4.17.x"))  # fmt: skip
        return folder

    def freeze(self, *numbers):
        return self.rows("freeze", *numbers, passphrase=self.keys.passphrase)

    def state(self, number):
        rows = {row["advisory"]: row for row in self.rows("list")}
        return rows[f"XSA-{number}"]["state"]

    def database(self, sql):
        path = f"file:{self.folder}/security/advisory.db?mode=ro"
        with sqlite3.connect(path, uri=True) as database:
            return database.execute(sql).fetchall()

    def check_whole(self, number):
        """No version, or a whole one: its signature verifies, its files have the sums it names."""
        assert self.other("ledger", "verify").returncode == 0
        assert self.database("PRAGMA integrity_check") == [("ok",)]
        assert self.database("PRAGMA foreign_key_check") == []
        assert self.database("SELECT count(*) FROM versions WHERE frozen_at IS NULL") == [(0,)]
        found = self.database(
            "SELECT v.id, v.signed FROM versions v JOIN advisories a ON a.id = v.advisory"
            f" WHERE a.number = '{number}'"
        )
        notes = self.database(
            f"SELECT count(*) FROM ledger WHERE advisory = '{number}' AND verdict = 'note'"
        )[0][0]
        events = [event["what"] for event in self.rows("log", number)]
        if not found:
            assert notes == 0 and events == ["made"] and self.state(number) == "draft"
            return False
        path = self.folder / "check.txt"
        path.write_bytes(found[0][1])
        assert self.keys.verifies(path)
        patches = self.database(
            f"SELECT p.name, c.bytes FROM patches p JOIN contents c ON c.id = p.content"
            f" WHERE p.version = {found[0][0]}"
        )
        assert patches == [(f"xsa{number}.patch", PATCH % str(number).encode())]
        assert notes == 2 and events == ["made", "frozen"] and self.state(number) == "frozen"
        return True
