"""Drafts in an editor; the list, by what comes next and in colours."""

import os
import pty
import subprocess
import sys

import pytest

from drafting import PROGRAM, PROSE, TEXT, Desk
from keyrings import make_keys  # noqa: F401 (a fixture)
# An editor that writes down how it was called, and appends a line to the prose.
EDITOR = """\
import os, sys
with open(os.environ["TMPDIR"] + "/../../seen", "w") as seen:
    print(*sys.argv[1:], os.environ["TMPDIR"], sep="\\n", file=seen)
    print(oct(os.umask(0o77)), file=seen)
path = next(word for word in sys.argv if word.endswith("advisory.txt"))
with open(path, "a") as prose:
    prose.write(os.environ.get("WORDS", ""))
sys.exit(int(os.environ.get("STATUS", "0")))
"""


@pytest.fixture
def desk(tmp_path, keys):
    desk = Desk(tmp_path, keys)
    script = tmp_path / "an editor.py"
    script.write_text(EDITOR)
    desk.environment = {"VISUAL": f"{sys.executable} '{script}' --wait", "EDITOR": "false"}
    return desk


def test_a_draft_is_edited_and_looked_at(desk):
    desk.draft("501")
    said = desk.run("edit", "501")
    assert said == "XSA-501 version 1: nothing stands in the way of a freeze\n"
    folder = desk.folder / "security" / "xsa-501"
    seen = (desk.folder / "seen").read_text().splitlines()
    assert seen == ["--wait", str(folder / "advisory.txt"), str(folder / "record.conf"), str(folder), "0o77"]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    desk.environment["WORDS"] = "\nTO" + "DO: frob.\n"
    said = desk.run("edit", "xsa-501")
    assert "not ready to be frozen" in said and "1 error: placeholder" in said
    assert "frob." not in said and "frob.\n" in (folder / "advisory.txt").read_text()


def test_an_editor_that_fails(desk):
    desk.draft("501")
    failed = desk.attempt("edit", "501", STATUS="3")
    assert failed.returncode == 69 and "did not end well" in failed.stderr
    missing = desk.attempt("edit", "501", VISUAL="no-such-editor", EDITOR="")
    assert missing.returncode == 69 and "no-such-editor" in missing.stderr
    assert desk.attempt("edit", "501", VISUAL="'", EDITOR="").returncode == 78


def test_a_record_that_cannot_be_read_is_there_to_be_put_right(desk):
    desk.draft("501")
    desk.path("501", "record.conf").write_text("[advisory]\nfrob\n")
    result = desk.attempt("edit", "501")
    assert result.returncode == 78 and "frob" not in result.stderr
    assert (desk.folder / "seen").exists()


def test_nothing_behind_a_link_is_edited(desk):
    desk.draft("501")
    prose = desk.path("501", "advisory.txt")
    prose.rename(desk.folder / "elsewhere")
    prose.symlink_to(desk.folder / "elsewhere")
    assert desk.attempt("edit", "501").returncode == 77
    assert not (desk.folder / "seen").exists()


def test_what_is_frozen_stays(desk, keys):
    desk.draft("501")
    desk.run("freeze", "501")
    result = desk.attempt("edit", "501")
    assert result.returncode == 65 and "advisory revise 501 begins the next" in result.stderr
    assert not (desk.folder / "seen").exists()
    desk.run("revise", "501")
    desk.path("501", "updates.txt").write_text("More.\n")
    assert desk.run("edit", "501").startswith("XSA-501 version 2:")
    assert str(desk.path("501", "updates.txt")) in (desk.folder / "seen").read_text()
    desk.run("import", desk.bring(keys.sign(TEXT)))
    assert "was imported" in desk.attempt("edit", "901").stderr
    assert desk.attempt("edit", "999").returncode == 66
    assert desk.attempt("edit").returncode == 64


def test_a_draft_beside_the_version_before(desk):
    desk.draft("501")
    desk.path("501", "xsa501.patch").write_text("--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n")
    with open(desk.path("501", "record.conf"), "a", encoding="ascii") as conf:
        conf.write("[patches]\nxsa501.patch=xen-unstable\n")
    desk.path("501", "advisory.txt").write_text(PROSE[: PROSE.index("RESOLUTION")])
    desk.run("freeze", "501")
    desk.run("revise", "501")
    desk.path("501", "updates.txt").write_text("Public release.\n")
    desk.path("501", "xsa501.patch").write_text("--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+c\n")
    page = desk.run("diff", "501", "1", "draft")
    assert "version 1 to version 2" in page
    assert "xsa501.patch: ANOTHER CHANGE UNDER THE SAME NAME; the updates do not name it" in page


def test_vim_is_told_to_keep_no_copies(desk, tmp_path):
    desk.draft("501")
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "vim").write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{tmp_path}/words\n')
    (folder / "vim").chmod(0o755)
    path = f"{folder}:{os.environ['PATH']}"
    desk.environment = {"VISUAL": "", "EDITOR": "vim", "PATH": path}
    desk.run("edit", "501")
    words = (tmp_path / "words").read_text().splitlines()
    assert words[:4] == ["-i", "NONE", "--cmd", "set nobackup noundofile directory=."]


def dated(desk):
    for number, day in (("501", None), ("502", "2026-06-30"), ("503", "2026-06-02"), ("504", "2026-05-30"), ("99", None)):
        desk.draft(number, **({"public": f"{day}T12:00:00Z"} if day else {}))
        if day:
            desk.run("take", number)


def test_the_list_begins_with_what_comes_next(desk, keys):
    dated(desk)
    desk.run("import", desk.bring(keys.sign(TEXT)))
    desk.run("import", desk.bring(keys.sign(TEXT.replace("901", "902"))))
    rows = desk.rows("list")
    assert [(row["advisory"], row["days_to_public"]) for row in rows] == [
        ("XSA-504", -2), ("XSA-503", 1), ("XSA-502", 29), ("XSA-99", None), ("XSA-501", None),
        ("XSA-902", None), ("XSA-901", None),
    ]  # fmt: skip


def on_a_terminal(desk, *arguments, **extra):
    ours, theirs = pty.openpty()
    environment = {**os.environ, "BAROGRAPH_NOW": desk.now, **extra}
    if "NO_COLOR" not in extra:
        environment.pop("NO_COLOR", None)
    command = [PROGRAM, "-C", desk.folder, "advisory", *arguments]
    subprocess.run(command, stdout=theirs, env=environment, check=True, timeout=60)
    os.close(theirs)
    chunks = []
    try:
        while chunk := os.read(ours, 65536):
            chunks.append(chunk)
    except OSError:
        pass
    os.close(ours)
    return b"".join(chunks).decode()


def test_the_list_in_colours(desk, keys):
    dated(desk)
    desk.run("import", desk.bring(keys.sign(TEXT)))
    text = on_a_terminal(desk, "list", TERM="xterm")
    assert "\033[31m-2\033[0m" in text and "\033[31m1\033[0m" in text and "  29  " in text
    assert "\033[33mdraft\033[0m" in text and "\033[32mpublic\033[0m" in text
    assert "\033" not in on_a_terminal(desk, "list", TERM="xterm", NO_COLOR="1")
    assert "\033" not in desk.run("list")


def test_a_draft_is_shown(desk):
    desk.draft("501", cves="CVE-2026-99999", credits="Ada of Example", public="2026-06-16T12:00:00Z")
    facts = [(row["field"], row["value"]) for row in desk.rows("show", "501")]
    assert ("state", "draft") in facts and ("draft", "version 1 for members") in facts
    assert ("credit", "Ada of Example") in facts and ("policy", "xen") in facts
    assert ("draft public", "Tue 2026-06-16 12:00 UTC") in facts
    desk.path("501", "advisory.txt").write_text(PROSE)
    desk.path("501", "record.conf").write_text("[advisory]\nfrob\n")
    facts = dict((row["field"], row["value"]) for row in desk.rows("show", "501"))
    assert "record.conf" in facts["draft"] and "frob" not in facts["draft"]
