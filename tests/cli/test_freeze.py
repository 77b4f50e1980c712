"""Drafts are frozen, leave when their moment has come, and whatever goes wrong leaves nothing half."""

import hashlib
import os
import random
import shutil
import subprocess

import pytest

from freezing import PATCH, PREDISCLOSURE, PUBLIC, ROOT, SECRET, Home
from keyrings import make_locked_keys  # noqa: F401 (a fixture)


@pytest.fixture
def home(tmp_path, keys):
    keys.forget()
    return Home(tmp_path / "home", keys)


def out_of(folder):
    """name -> (bytes, mode) of what was disclosed"""
    return {p.name: (p.read_bytes(), p.stat().st_mode & 0o777) for p in folder.iterdir()}


def test_a_frozen_version_verifies_and_is_generated(home, keys, tmp_path):
    home.draft(501)
    row = home.freeze(501)[0]
    assert (row["advisory"], row["version"], row["audience"], row["result"]) == (
        "XSA-501", 1, "members", "frozen",
    )  # fmt: skip
    whole = home.run("render", 501, "--signed")
    assert hashlib.sha256(whole.encode()).hexdigest() == row["sha256"]
    path = tmp_path / "whole.txt"
    path.write_text(whole)
    assert keys.verifies(path) and row["signer"] == keys.fingerprint
    text = home.run("render", 501)
    sum_ = hashlib.sha256(PATCH % b"501").hexdigest()
    assert text.startswith("            Xen Security Advisory CVE-2026-00501 / XSA-501\n")
    assert "version 1\n" in text and "\nRESOLUTION\n==========\n" in text
    assert f"\n$ sha256sum xsa501*\n{sum_}  xsa501.patch\n$\n" in text
    assert "\nxsa501.patch           xen-unstable - Xen 4.17.x\n" in text
    assert "\nDEPLOYMENT DURING EMBARGO\n" in text and home.state(501) == "frozen"
    assert "UPDATES" not in text
    again = home.refuse(65, "freeze", 501, passphrase=keys.passphrase, says="frozen already")
    assert "revise 501" in again.stderr and home.run("render", 501) == text


def test_a_whole_life(home, keys, tmp_path):
    home.draft(501)
    home.freeze(501)
    home.now = "2026-06-02T11:59:59Z"
    members = ["disclose", 501, "--for", "members", "--into", tmp_path / "members"]
    home.refuse(77, *members, says="in 0 days 00:00:01")
    assert not (tmp_path / "members").exists() and home.state(501) == "frozen"
    home.now = PREDISCLOSURE
    home.run(*members)
    found = out_of(tmp_path / "members")
    assert set(found) == {"advisory-501.txt", "xsa501.patch"}
    assert found["xsa501.patch"] == (PATCH % b"501", 0o600)
    assert (tmp_path / "members").stat().st_mode & 0o777 == 0o700
    assert keys.verifies(tmp_path / "members" / "advisory-501.txt")
    assert home.state(501) == "predisclosed"
    # The public version is signed hours before, and stays in.
    home.refuse(65, "disclose", 501, "--for", "public", "--into", tmp_path / "p", says="revise")
    home.run("revise", 501)
    assert (home.folder_of(501) / "updates.txt").read_text() == "Public release.\n"
    home.now = "2026-06-16T09:00:00Z"
    assert home.freeze(501)[0]["audience"] == "public" and home.state(501) == "frozen"
    public = ["disclose", 501, "--for", "public", "--into", tmp_path / "public"]
    home.now = "2026-06-16T11:59:59Z"
    home.refuse(77, *public, says="publication is not before")
    home.now = PUBLIC
    home.run(*public)
    text = (tmp_path / "public" / "advisory-501.txt").read_text()
    assert "\nUPDATES IN VERSION 2\n====================\n\nPublic release.\n" in text
    assert keys.verifies(tmp_path / "public" / "advisory-501.txt") and home.state(501) == "public"
    # The same again changes nothing; a later version does.
    home.run("disclose", 501, "--for", "public", "--into", tmp_path / "again")
    assert home.state(501) == "public"
    home.run("revise", 501)
    (home.folder_of(501) / "updates.txt").write_text("Clarified.\n")
    home.freeze(501)
    assert home.state(501) == "public"
    home.run("disclose", 501, "--for", "public", "--into", tmp_path / "third")
    assert home.state(501) == "updated"
    home.run("withdraw", 501, "--reason", "no issue after all")
    home.refuse(77, "disclose", 501, "--for", "public", "--into", tmp_path / "no", says="withdrawn")
    home.run("revise", 501)
    assert (home.folder_of(501) / "updates.txt").read_text() == "Advisory withdrawn.\n"
    home.freeze(501)
    home.run("disclose", 501, "--for", "public", "--into", tmp_path / "fourth")
    assert home.state(501) == "withdrawn" and not (tmp_path / "no").exists()
    assert home.other("ledger", "verify").returncode == 0
    events = [event["what"] for event in home.rows("log", 501)]
    assert events == ["made", "frozen", "disclosed", "frozen", "disclosed", "disclosed", "frozen",
                      "disclosed", "withdrawn", "frozen", "disclosed"]  # fmt: skip


def test_fifteen_with_one_passphrase(home, keys, tmp_path):
    numbers = [str(number) for number in range(501, 516)]
    for number in numbers:
        home.draft(number)
    rows = home.freeze(*numbers)
    assert [row["result"] for row in rows] == ["frozen"] * 15
    for number in numbers:
        path = tmp_path / number
        path.write_text(home.run("render", number, "--signed"))
        assert keys.verifies(path)


def test_one_bad_draft_holds_up_no_other(home, keys):
    for number in (501, 502, 503):
        home.draft(number)
    (home.folder_of(502) / "xsa502.patch").unlink()
    result = home.attempt("freeze", 501, 502, 503, "--format", "json", passphrase=keys.passphrase)
    assert result.returncode == 65 and "1 of 3 were not frozen" in result.stderr
    assert result.stdout.count('"frozen"') == 2 and "there is no such file" in result.stdout
    assert [home.state(number) for number in (501, 502, 503)] == ["frozen", "draft", "frozen"]
    assert home.check_whole(501) and not home.check_whole(502)


def test_one_that_is_public_at_once_has_no_version_line(home, tmp_path):
    home.draft(501, "--for", "public")
    assert home.freeze(501)[0]["audience"] == "public"
    assert "version 1" not in home.run("render", 501)
    home.now = PUBLIC
    home.run("disclose", 501, "--for", "public", "--into", tmp_path / "public")
    assert home.state(501) == "public"


def test_what_is_for_members_never_goes_to_the_public(home, tmp_path):
    home.draft(501)
    home.freeze(501)
    home.now = "2026-07-01T00:00:00Z"
    out = ["disclose", 501, "--for", "public", "--version", 1, "--into", tmp_path / "out"]
    home.refuse(77, *out, says="meant for members")
    home.refuse(77, *out, "--override", "because", says="meant for members")
    assert not (tmp_path / "out").exists()


def test_an_override_needs_its_reason_and_is_kept(home, tmp_path):
    home.draft(501)
    home.freeze(501)
    out = ["disclose", 501, "--for", "members", "--into", tmp_path / "out"]
    home.refuse(64, *out, "--override", " ", says="needs a reason")
    home.run(*out, "--override", "the list asked")
    listed = home.other("ledger", "list", "501", "--format", "json").stdout
    assert '"override"' in listed and "the list asked" in listed


def test_a_clock_set_back_must_be_confirmed(home, tmp_path):
    home.draft(501)
    home.now = "2026-06-10T00:00:00Z"
    home.freeze(501)
    home.now = "2026-06-05T00:00:00Z"
    out = ["disclose", 501, "--for", "members", "--into", tmp_path / "out"]
    home.refuse(77, *out, says="--confirm-clock")
    assert not (tmp_path / "out").exists()
    home.run(*out, "--confirm-clock")


def test_a_clock_behind_the_newest_commit_must_be_confirmed(home, tmp_path):
    work = tmp_path / "work"
    dates = {"GIT_AUTHOR_DATE": "2026-06-20T00:00:00Z", "GIT_COMMITTER_DATE": "2026-06-20T00:00:00Z"}
    plain = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    person = ["-c", "user.name=Ada", "-c", "user.email=ada@acme.se"]
    subprocess.run(["git", "init", "-q", "-b", "main", work], check=True, env={**os.environ, **plain})
    subprocess.run(["git", "-C", work, *person, "commit", "-q", "--allow-empty", "-m", "a"],
                   check=True, env={**os.environ, **plain, **dates})  # fmt: skip
    home.configure(f"signing-key = {home.keys.fingerprint}\n[repository lantern]\npath = {work}\n")
    home.draft(501)
    home.freeze(501)
    assert home.other("mine", "-q").returncode == 0
    home.now = PUBLIC
    out = ["disclose", 501, "--for", "members", "--into", tmp_path / "out"]
    home.refuse(77, *out, says="the newest commit known (Sat 2026-06-20 00:00 UTC)")
    home.now = "2026-06-20T00:00:00Z"
    home.run(*out)


def test_vacate_opens_the_gate_and_says_why(home, tmp_path):
    home.draft(501)
    home.draft(502, "--for", "public")
    home.freeze(501, 502)
    home.refuse(64, "vacate", 502, says="--reason")
    home.now = "2026-06-01T09:00:00Z"
    home.run("vacate", 502, "--reason", "posted by accident")
    home.refuse(65, "vacate", 502, "--reason", "again", says="has ended already")
    home.run("disclose", 502, "--for", "public", "--into", tmp_path / "out")
    assert "public=2026-06-01T09:00:00Z\n" in (home.folder_of(502) / "record.conf").read_text()
    last = home.rows("log", 502)[-2]
    assert (last["what"], last["detail"]) == ("vacated", "posted by accident")
    assert "posted by accident" in home.other("ledger", "list", "502").stdout
    home.refuse(77, "disclose", 501, "--for", "members", "--into", tmp_path / "no")


def test_what_fell_early_is_frozen_for_everybody_at_once(home):
    """No policy's shortest embargo stands in the way of a text for a public that knows already."""
    home.configure(f"signing-key = {home.keys.fingerprint}\npolicies = xen\n")
    home.draft(501)
    home.freeze(501)
    home.now = "2026-06-03T09:00:00Z"
    home.run("vacate", 501, "--reason", "posted by accident")
    home.run("revise", 501, "--for", "public")
    home.freeze(501)


def test_illegal_steps_are_refused_with_the_legal_ones(home, tmp_path):
    home.draft(501)
    result = home.refuse(65, "disclose", 501, "--for", "members", "--into", tmp_path / "out")
    assert "what it can be is: frozen, vacated, withdrawn" in result.stderr
    home.refuse(65, "revise", 501, says="no frozen version yet")
    home.run("withdraw", 501, "--reason", "not an issue")
    home.refuse(65, "withdraw", 501, "--reason", "again", says="what it can be is")
    home.refuse(65, "vacate", 501, "--reason", "again", says="what it can be is")


def test_a_changed_date_counts_when_it_is_taken(home, tmp_path):
    home.draft(501)
    home.freeze(501)
    home.edit(501, ("dates", "predisclosure", "2026-06-03T12:00:00Z"))
    home.now = PREDISCLOSURE
    shutil.copytree(home.folder, tmp_path / "copy")
    home.run("disclose", 501, "--for", "members", "--into", tmp_path / "early")
    copy = Home(tmp_path / "copy", home.keys)
    copy.now = PREDISCLOSURE
    assert copy.run("take", 501) == "XSA-501: 1 date changed\n"
    copy.refuse(77, "disclose", 501, "--for", "members", "--into", tmp_path / "late")
    assert "Wed 2026-06-03 12:00 UTC" in copy.rows("log", 501)[-1]["detail"]


def test_the_next_version_starts_from_the_last(home):
    home.draft(501)
    home.freeze(501)
    before = home.run("render", 501, "--version", 1)
    # Whatever is gone comes back from the record; what was changed is left alone, and named.
    for path in home.folder_of(501).iterdir():
        path.unlink()
    home.run("revise", 501, "--for", "members")
    (home.folder_of(501) / "updates.txt").write_text("A CVE.\n")
    home.refuse(65, "revise", 501, says="is begun already")
    home.freeze(501)
    after = home.run("render", 501)
    changed = before.replace("version 1", "version 2").replace(
        "ISSUE DESCRIPTION\n=", "UPDATES IN VERSION 2\n====================\n\nA CVE.\n\nISSUE DESCRIPTION\n=", 1
    )
    assert after == changed
    (home.folder_of(501) / "xsa501.patch").write_text("another\n")
    (home.folder_of(501) / "advisory.txt").write_text("IMPACT\n======\n\nNone.\n")
    said = home.run("revise", 501)
    assert "xsa501.patch is not as it was frozen" in said and "advisory.txt is not" in said
    assert home.run("render", 501, "--version", 2) == after


def test_lint_stands_before_the_freeze(home, keys):
    folder = home.draft(501)
    prose = (folder / "advisory.txt").read_text()
    (folder / "advisory.txt").write_text(prose.replace("There is none.", "TO" + "DO"))
    result = home.refuse(65, "freeze", 501, passphrase=keys.passphrase, says="(placeholder)")
    assert "lint 501" in result.stderr and not home.check_whole(501)
    assert home.attempt("lint", 501).returncode == 65
    home.edit(501, ("waivers", "placeholder", "the word is what it is about"))
    assert home.freeze(501)[0]["result"] == "frozen"
    assert home.database("SELECT finding FROM waivers") == [("placeholder",)]


@pytest.mark.parametrize(
    "what, says",
    [
        ("missing", "there is no such file"),
        ("unnamed", "names it neither in [patches] nor in files"),
        ("empty", "is empty"),
        ("link", "there is no such file"),
        ("no-conf", "record.conf cannot be opened"),
        ("bad-conf", "line 1 is no [group]"),
        ("typed-table", "patch tables and sums are generated"),
        ("typed-updates", "a first version has no updates"),
        ("no-reason", "must give a reason"),
        ("policy", "no policy"),
        ("wrong-version", "the next is 1"),
    ],
)
def test_what_cannot_be_frozen_says_why(home, keys, what, says):
    folder = home.draft(501)
    patch = folder / "xsa501.patch"
    if what == "missing":
        patch.unlink()
    elif what == "unnamed":
        (folder / "xsa501-4.16.patch").write_text("x\n")
        (folder / "xsa5010.patch").write_text("of another advisory\n")
        (folder / "notes.txt").write_text("nobody minds\n")
    elif what == "empty":
        patch.write_text("")
    elif what == "link":
        patch.rename(home.folder / "elsewhere")
        patch.symlink_to(home.folder / "elsewhere")
    elif what == "no-conf":
        (folder / "record.conf").unlink()
    elif what == "bad-conf":
        (folder / "record.conf").write_text(f"{SECRET}\n")
    elif what == "typed-table":
        with (folder / "advisory.txt").open("a") as file:
            file.write(f"\nRESOLUTION\n==========\n\n$ sha256sum xsa501*\n{'0' * 64}  x.patch\n$\n")
    elif what == "typed-updates":
        (folder / "updates.txt").write_text(f"{SECRET}\n")
    elif what == "no-reason":
        home.edit(501, ("deployment", "patch", "forbidden"))
    elif what == "policy":
        home.edit(501, ("advisory", "policies", "nobody"))
    elif what == "wrong-version":
        home.edit(501, ("advisory", "version", "3"))
    result = home.attempt("freeze", 501, passphrase=keys.passphrase)
    assert result.returncode in (65, 66, 78) and says in result.stderr, result.stderr
    assert home.database("SELECT count(*) FROM versions") == [(0,)]
    assert home.state(501) == "draft"


def test_binary_patches_are_kept_to_the_byte(home, tmp_path):
    folder = home.draft(501)
    chance = random.Random(501)
    blob = chance.randbytes(200_000) + b"\0"
    (folder / "xsa501-blob.patch").write_bytes(blob)
    (folder / "xsa501.meta").write_bytes(b"\xff\xfe\0")
    home.edit(501, ("patches", "xsa501-*.patch", "firmware"), ("advisory", "files", "xsa501.meta"))
    home.freeze(501)
    home.now = PREDISCLOSURE
    home.run("disclose", 501, "--for", "members", "--into", tmp_path / "out")
    found = out_of(tmp_path / "out")
    assert found["xsa501-blob.patch"][0] == blob and found["xsa501.meta"][0] == b"\xff\xfe\0"
    text = found["advisory-501.txt"][0].decode()
    names = [line[66:] for line in text.splitlines() if line[64:66] == "  " and line[:64].isalnum()]
    assert names == ["xsa501.patch", "xsa501-blob.patch", "xsa501.meta"]


def test_files_in_a_folder_below(home, tmp_path):
    folder = home.draft(501)
    (folder / "xen-4.9").mkdir(mode=0o700)
    (folder / "xen-4.9" / "0001.patch").write_text("one\n")
    home.edit(501, ("patches", "xen-4.9/*.patch", "Xen 4.9"))
    home.freeze(501)
    home.now = PREDISCLOSURE
    home.run("disclose", 501, "--for", "members", "--into", tmp_path / "out")
    assert (tmp_path / "out" / "xen-4.9" / "0001.patch").read_text() == "one\n"


def test_a_second_project_has_its_own_numbers_and_layout(home, keys, tmp_path):
    """SA-2026-01, another heading and other sections: configuration and templates alone."""
    home.configure(f"signing-key = {keys.fingerprint}\nprefix = SA\n")
    layout = home.folder / "templates" / "advisory" / "layout.conf"
    layout.parent.mkdir(parents=True)
    shipped = (ROOT / "templates" / "advisory" / "layout.conf").read_text()
    own = {"words=Xen Security Advisory": "words=Lantern Security Notice", "prefix=XSA": "prefix=SA",
           "files=xsa": "files=sa", "width=70": "width=60", "label=23": "label=30",
           "order=ISSUE DESCRIPTION;IMPACT;VULNERABLE SYSTEMS;": "order=WHAT HAPPENS;WHO IS HIT;",
           "required=ISSUE DESCRIPTION;IMPACT;VULNERABLE SYSTEMS;MITIGATION;": "required=WHAT HAPPENS;"}  # fmt: skip
    for before, after in own.items():
        assert before in shipped
        shipped = shipped.replace(before, after)
    layout.write_text(shipped)
    home.run("new", "--title", f"{SECRET} shine too long", "--number", "2026-01", "--for", "public")
    folder = home.folder / "security" / "sa-2026-01"
    (folder / "advisory.txt").write_text("WHAT HAPPENS\n============\n\nThey shine.\n")
    (folder / "sa2026-01.patch").write_bytes(PATCH % b"1")
    conf = (folder / "record.conf").read_text()
    conf = conf.replace("\npublic=\n", f"\npublic={PUBLIC}\n")
    (folder / "record.conf").write_text(conf + "[patches]\nsa2026-01.patch=lantern 2.x\n")
    row = home.freeze("2026-01")[0]
    assert (row["advisory"], row["audience"], row["result"]) == ("SA-2026-01", "public", "frozen")
    text = home.run("render", "SA-2026-01")
    heading = "Lantern Security Notice SA-2026-01"
    assert text.startswith(" " * ((60 - len(heading)) // 2) + heading + "\n")
    assert "\nsa2026-01.patch               lantern 2.x\n" in text
    assert "\n$ sha256sum sa2026-01*\n" in text and "Xen Security Advisory" not in text
    home.now = PUBLIC
    home.run("disclose", "2026-01", "--for", "public", "--into", tmp_path / "out")
    assert keys.verifies(tmp_path / "out" / "advisory-2026-01.txt")
    assert home.run("new", "--title", "the next").startswith("SA-2026-02")
