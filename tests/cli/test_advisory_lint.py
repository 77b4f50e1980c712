"""Lint of drafts as a user runs it: text, record.conf, dates and patches on the branches they are for."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PROGRAM = Path(os.environ.get("BAROGRAPH_BUILD", ROOT / "build" / "release")) / "barograph"
NOW = "2026-06-01T08:00:00Z"  # a Monday

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
"""
NO_PATCH = "\nRESOLUTION\n==========\n\nThere is no patch.\n"


def text_of(word, count=20):
    return "".join(f"{word} {i}\n" for i in range(1, count + 1))


class Desk:
    """A home with a repository of three branches and drafts of advisories."""

    def __init__(self, folder):
        self.folder = folder
        self.repository = folder / "lantern"
        self.repository.mkdir()
        self.git("init", "-q", "-b", "master")
        self.commit("stable-1.0", text_of("old"))
        self.commit("stable-1.1", text_of("line"))
        self.commit("master", "above\n" + text_of("line"))
        self.configure("")

    def git(self, *arguments):
        environment = {
            **os.environ, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@tests.example",
            "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@tests.example",
        }  # fmt: skip
        line = ["git", "-C", self.repository, *arguments]
        return subprocess.run(line, env=environment, check=True, capture_output=True).stdout

    def commit(self, branch, text):
        (self.repository / "frob.c").write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "a tip")
        if branch != "master":
            self.git("branch", branch)

    def configure(self, more):
        (self.folder / "barograph.conf").write_text(
            f"[project]\nname = Lantern\n[repository lantern]\npath = {self.repository}\n{more}"
        )

    def attempt(self, *arguments, text=None, now=NOW):
        return subprocess.run(
            [PROGRAM, "-C", self.folder, *map(str, arguments)],
            input=text, capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "BAROGRAPH_NOW": now},
        )  # fmt: skip

    def run(self, *arguments, **options):
        result = self.attempt(*arguments, **options)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def patch(self, before, after):
        """As git prints it, without its first lines: the old form."""
        text = []
        for number, (old, new) in enumerate(zip(before, after), 1):
            if old != new:
                text += [f"@@ -{number - 1},3 +{number - 1},3 @@\n", " " + before[number - 2]]
                text += ["-" + old, "+" + new, " " + before[number]]
        return "--- a/frob.c\n+++ b/frob.c\n" + "".join(text)

    def draft(self, number, conf, **files):
        self.run("advisory", "new", "--title", "-", "--number", number, text="a frob is kept\n")
        folder = self.folder / "security" / f"xsa-{number}"
        (folder / "advisory.txt").write_text(PROSE + ("" if "patches" in conf else NO_PATCH))
        path = folder / "record.conf"
        lines = path.read_text().splitlines()
        for group, values in conf.items():
            at = lines.index(f"[{group}]") + 1
            for key, value in values.items():
                lines = [line for line in lines if not line.startswith(f"{key}=")]
                lines.insert(at, f"{key}={value}")
        path.write_text("\n".join(lines) + "\n")
        for name, text in files.items():
            (folder / f"{name}.patch").write_text(text)
        return folder

    def lint(self, number, status, **options):
        result = self.attempt("advisory", "lint", number, "--format", "json", **options)
        assert result.returncode == status, result.stderr
        return json.loads(result.stdout)

    def rules(self, number, status, **options):
        return sorted({row["rule"] for row in self.lint(number, status, **options)})


@pytest.fixture(name="desk")
def make_desk(tmp_path):
    return Desk(tmp_path)


LINES = text_of("line").splitlines(keepends=True)
CHANGED = [line if line != "line 9\n" else "line nine\n" for line in LINES]


def test_a_draft_that_nothing_is_said_about(desk):
    desk.draft("501", {"patches": {"xsa501.patch": "lantern-unstable - Lantern 1.1.x"}},
               xsa501=desk.patch(LINES, CHANGED))  # fmt: skip
    assert desk.run("advisory", "lint", "501") == "nothing found\n"


def test_a_patch_that_does_not_apply_to_every_branch(desk):
    desk.draft("501", {"patches": {"xsa501.patch": "lantern-unstable - Lantern 1.0.x"}},
               xsa501=desk.patch(LINES, CHANGED))  # fmt: skip
    (row,) = desk.lint("501", 65)
    assert row["rule"] == "patch-apply" and row["file"] == "record.conf"
    assert row["finding"] == (
        "xsa501.patch does not apply to stable-1.0: frob.c: hunk 1, line 3 of the patch, finds no "
        "place for itself"
    )


def test_labels_are_configuration(desk):
    desk.draft("501", {"patches": {"xsa501.patch": "trunk, Lantern 1.1.3"}},
               xsa501=desk.patch(LINES, CHANGED))  # fmt: skip
    (row,) = desk.lint("501", 0)
    assert row["rule"] == "patch-untried" and '"trunk"' in row["finding"]
    desk.configure("labels = trunk:master;Lantern *:stable-*\n")
    assert desk.lint("501", 0) == []
    desk.configure("labels = trunk:*\n")
    assert desk.attempt("advisory", "lint", "501").returncode == 78


def test_a_series_and_what_goes_out_before(desk):
    middle = [line if line != "line 9\n" else "first\n" for line in LINES]
    last = [line if line != "first\n" else "second\n" for line in middle]
    desk.draft("501", {"patches": {"xsa501.patch": "lantern-unstable"}},
               xsa501=desk.patch(LINES, middle))  # fmt: skip
    desk.draft("502", {"patches": {"xsa502.patch": "lantern-unstable"}},
               xsa502=desk.patch(middle, last))  # fmt: skip
    assert desk.rules("502", 65) == ["patch-apply"]
    conf = desk.folder / "security" / "xsa-502" / "record.conf"
    conf.write_text(conf.read_text().replace("companions=", "companions=501;503"))
    assert desk.lint("502", 0) == []
    desk.draft("504", {"patches": {"xsa504-?.patch": "lantern-unstable"}},
               **{"xsa504-1": desk.patch(LINES, middle), "xsa504-2": desk.patch(middle, last)})  # fmt: skip
    assert desk.lint("504", 0) == []


@pytest.mark.parametrize(
    "data, rule, status",
    [
        ("no diff\n", "patch-unreadable", 65),
        ("--- a/frob.c\n+++ b/frob.c\n@@ -1,3 +1,3 @@\n line 1\n", "patch-unreadable", 65),
        ("--- a/../frob.c\n+++ b/../frob.c\n@@ -1 +1 @@\n-a\n+b\n", "patch-unreadable", 65),
        ("diff --git a/f b/f\nBinary files a/f and b/f differ\n", "patch-untried", 0),
        ("--- a/none.c\n+++ b/none.c\n@@ -2,2 +2,2 @@\n a\n-b\n+c\n", "patch-apply", 65),
    ],
)
def test_patches_that_are_none(desk, data, rule, status):
    desk.draft("501", {"patches": {"xsa501.patch": "lantern-unstable"}}, xsa501=data)
    assert desk.rules("501", status) == [rule]


def test_table_and_files_disagree(desk):
    folder = desk.draft("501", {"patches": {"xsa501.patch": "lantern-unstable"}})
    (row,) = desk.lint("501", 65)
    assert row["rule"] == "record" and "xsa501.patch, but there is no such file" in row["finding"]
    (folder / "xsa501.patch").write_text(desk.patch(LINES, CHANGED))
    (folder / "xsa501-1.1.patch").write_text(desk.patch(LINES, CHANGED))
    (row,) = desk.lint("501", 65)
    assert row["rule"] == "record" and "xsa501-1.1.patch is of this advisory" in row["finding"]


def test_words_of_every_file(desk):
    folder = desk.draft(
        "501",
        {
            "advisory": {"title": "frobs \u202e turned"},
            "deployment": {"patch": "permitted", "mitigation": "forbidden", "reason": "XX" + "X"},
        },
    )
    (folder / "advisory.txt").write_text(
        PROSE.replace("There is none.", "We recommend to\nfrob until 2026-06-16 12:00.")
        .replace("All.", "A" * 80)
        .replace("IMPACT\n======", "IMPACTS\n=======")
    )
    found = {(row["file"], row["line"], row["rule"]) for row in desk.lint("501", 65)}
    assert {
        ("record.conf", None, "bidi"),
        ("record.conf", None, "placeholder"),
        ("advisory.txt", 14, "long-line"),
        ("advisory.txt", 19, "mitigation-forbidden"),
        ("advisory.txt", 20, "date-zone"),
        ("advisory.txt", 6, "section-unknown"),
    } <= found
    assert "section-missing" in {rule for _, _, rule in found}


def test_dates_and_policies(desk):
    dates = {
        "reported": "2026-05-18T09:00:00Z", "predisclosure": "2026-06-02T12:00:00Z",
        "public": "2026-06-16T12:00:00Z",
    }  # fmt: skip
    folder = desk.draft("501", {"advisory": {"policies": "xen;linux-distros"}, "dates": dates})
    assert desk.lint("501", 0) == []
    # A day later both moments are past.
    assert desk.rules("501", 0, now="2026-06-17T08:00:00Z") == ["date-past"]
    conf = folder / "record.conf"
    good = conf.read_text()
    # Saturday the 13th: linux-distros avoids it, and Xen's two working weeks are not over either.
    conf.write_text(good.replace("2026-06-16T12", "2026-06-13T12"))
    assert desk.rules("501", 65) == ["date-avoided", "date-policy"]
    conf.write_text(good.replace("xen;", "").replace("2026-06-16T12", "2026-06-13T12"))
    (row,) = desk.lint("501", 0)
    assert row["rule"] == "date-avoided" and "a Saturday, which linux-distros" in row["finding"]
    conf.write_text(good.replace("2026-06-16T12", "2026-06-15T12"))
    rows = desk.lint("501", 65)
    assert {row["rule"] for row in rows} == {"date-policy"}
    assert any("xen: at least 2 working weeks" in row["finding"] for row in rows)
    conf.write_text(good.replace("2026-05-18T09:00:00Z", "2026-06-01T09:00:00Z"))
    assert "date-policy" in desk.rules("501", 65)
    conf.write_text(good.replace("2026-06-16T12:00:00Z", "2026-06-17T12:00:00"))
    (row,) = desk.lint("501", 65)
    assert row["rule"] == "record" and "06-17" not in row["finding"]
    conf.write_text(good.replace("xen;linux", "xne;linux"))
    (row,) = desk.lint("501", 65)
    assert row["rule"] == "record" and "did you mean xen" in row["finding"]


def test_plans_and_calendars_read_the_draft(desk):
    dates = {"predisclosure": "2026-06-02T12:00:00Z", "public": "2026-06-16T12:00:00Z"}
    desk.draft("501", {"advisory": {"policies": "xen"}, "dates": dates})
    for number in ("501", "XSA-501"):
        assert "Tue 2026-06-16 12:00 UTC, in 15 days (as planned)" in desk.run(
            "embargo", "plan", number
        )
    rows = json.loads(desk.run("embargo", "calendar", "--format", "json"))
    assert [row["time"] for row in rows] == ["Tue 2026-06-02 12:00 UTC", "Tue 2026-06-16 12:00 UTC"]
    assert "frob" not in desk.run("embargo", "calendar", "--ics")


def test_a_rule_is_set_aside_with_its_reason(desk):
    folder = desk.draft("501", {})
    (folder / "advisory.txt").write_text(PROSE.replace("All.", "TO" + "DO") + NO_PATCH)
    assert desk.rules("501", 65) == ["placeholder"]
    desk.run("advisory", "waive", "501", "placeholder", "--reason", "it is a name")
    (row,) = desk.lint("501", 0)
    assert (row["severity"], row["waived"]) == ("waived", "it is a name")
    assert "placeholder=it is a name" in (folder / "record.conf").read_text()
    rows = json.loads(desk.run("advisory", "log", "501", "--format", "json"))
    assert (rows[-1]["what"], rows[-1]["detail"]) == ("waived", "placeholder")
    for words in (["501", "placeholdr", "--reason", "x"], ["501", "bidi"], ["501", "bidi", "--reason", ""]):
        result = desk.attempt("advisory", "waive", *words)
        assert result.returncode == 64 and result.stderr.count("\n") == 1
    assert "did you mean placeholder" in desk.attempt(
        "advisory", "waive", "501", "placeholdr", "--reason", "x"
    ).stderr
    assert desk.attempt("advisory", "waive", "502", "bidi", "--reason", "x").returncode == 66
    conf = folder / "record.conf"
    conf.write_text(conf.read_text().replace("placeholder=it", "plcholder=it"))
    assert desk.rules("501", 65) == ["placeholder", "record"]


def test_titles_and_cves_stay_out_of_the_command_line(desk):
    desk.run("advisory", "new", "--title", "-", "--cve", "-",
             text="a frob; \u00e4\nCVE-2026-99998\nCVE-2026-99999\n\nmore\n")  # fmt: skip
    (row,) = json.loads(desk.run("advisory", "list", "--format", "json"))
    assert row["title"] == "a frob; \u00e4" and row["cves"] == "CVE-2026-99998,CVE-2026-99999"
    desk.run("advisory", "new", "--title", "second", "--cve", "-", text="CVE-2026-99997\n")
    for text in ("", "\n", " a\n", "a frob\nCVE-26-1\n"):
        result = desk.attempt("advisory", "new", "--title", "-", "--cve", "-", text=text)
        assert result.returncode == 64 and "frob" not in result.stderr and "26-1" not in result.stderr
    assert len(json.loads(desk.run("advisory", "list", "--format", "json"))) == 2
