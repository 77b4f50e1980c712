"""barograph check, on a history in which every way that a fix gets lost was taken on purpose."""

import json
import os
import shutil
import tempfile

import pytest

from keyrings import Keys
from homes import Home, Repository

# Nobody's keys, unless a test says whose.
NOBODY = tempfile.TemporaryDirectory(prefix="bk", dir="/tmp")
NOW = {"BAROGRAPH_NOW": "2012-01-01T00:00:00Z", "GNUPGHOME": NOBODY.name}
# The work tree may stand on any branch.
MAIN = {"main-branch": "main"}
RELEASES = "[releases]\nsupport-file = SUPPORT.md\n"
CHECKS = (
    "[check version]\nfile = version.mk\npattern = ^VERSION = {{version}}$\n"
    "[check changes]\nfile = CHANGES-{{line}}\npattern = ^## {{version}} of {{1}}\\\\.{{2}}\n"
)


class Line(Repository):
    """Commits that change one line of a file, so that they can be told apart and taken along."""

    def change(self, message, name, text=None, **how):
        (self.path / name).write_text(f"{text or message}\n")
        self.git("add", name)
        return self.seal(message, **how)

    def seal(self, message, *options):
        self.time += 86400
        stamps = self.stamps(("Ann Author", "ann@one.org"))
        self.git("commit", "-q", "--no-verify", "-m", message, *options, **stamps)
        return self.git("rev-parse", "HEAD")

    def take(self, commit, message=None):
        """Cherry-picks; without a message the origin line is added, as git does."""
        self.time += 86400
        stamps = self.stamps(("Ben Backporter", "ben@two.org"))
        self.git("cherry-pick", *([] if message else ["-x"]), commit, **stamps)
        if message:
            self.git("commit", "-q", "--amend", "-m", message, **stamps)
        return self.git("rev-parse", "HEAD")

    def revert(self, commit):
        self.time += 86400
        self.git("revert", "--no-edit", commit, **self.stamps(("Ann Author", "ann@one.org")))
        return self.git("rev-parse", "HEAD")


@pytest.fixture(scope="module")
def keys():
    made = Keys(name="Rel Ease <rel@one.org>")
    yield made
    made.end()


def fill_main(made, ids):
    """The fixes on the main branch, after 1.0 left it."""
    ids["one"] = made.change("fix one\n\nThis is XSA-1.", "one")
    ids["two-a"] = made.change("fix two, a\n\nThis is part of XSA-2.", "two-a")
    ids["two-b"] = made.change("fix two, b\n\nThis is part of XSA-2.", "two-b")
    ids["three"] = made.change("fix three\n\nThis is XSA-3.", "three")
    bug = made.change("a new feature", "feature")
    ids["four"] = made.change(
        f'fix four\n\nThis is XSA-4.\n\nFixes: {bug[:12]} ("a new feature")', "feature", "mended"
    )
    ids["five"] = made.change("fix five\n\nThis is part of XSA5.", "five")
    wrong = made.change("fix something else\n\nThis is part of XSA-5.", "five-b")
    made.revert(wrong)
    ids["six"] = made.change("fix six\n\nThis is XSA-6.", "six")
    ids["seven"] = made.change("fix seven\n\nThis is XSA-7.", "seven")
    ids["good"] = made.change("improve", "improved")
    ids["bad"] = made.change("improve more", "more")
    ids["mend-bad"] = made.change(
        f'mend\n\nFixes: {ids["bad"][:12]} ("improve more")', "more", "mended"
    )
    ids["mend-good"] = made.change(
        f'mend too\n\nFixes: {ids["good"][:12]} ("improve")', "improved", "mended"
    )


def fill_line(made, ids):
    """What of it 1.0.1 has, and the mistakes that were made."""
    made.take(ids["one"])
    made.take(ids["two-a"], "fix two, a\n\nThis is part of XSA-2.")
    made.take(ids["three"], "another name for the third")
    six = made.take(ids["six"])
    made.revert(six)
    made.switch("stable-0.9", "RELEASE-1.0.0")
    through = made.take(ids["seven"])
    made.switch("stable-1.0")
    made.take(through)
    text = made.git("show", "-s", "--format=%B").replace("This is XSA-7.", "")
    made.seal("\n".join(line for line in text.split("\n") if ids["seven"] not in line), "--amend")
    ids["good-here"] = made.take(ids["good"])
    made.take(ids["bad"])
    made.change("fixup! improve", "improved-too")
    made.change("DO NOT APPLY: print more", "print")
    made.seal("nothing", "--allow-empty")
    (made.path / "version.mk").write_text("VERSION = 1.0.1\n")
    (made.path / "SUPPORT.md").write_text(
        "    Supported-Until: 2011-01-01\n    Security-Support-Until: 2012-06-01\n"
    )
    (made.path / "CHANGES-1.0").write_text("# Changes\n\n## 1.0.1 of 1.0\n")
    made.git("add", "-A")
    made.seal("update version to 1.0.1")


@pytest.fixture(scope="module")
def project(tmp_path_factory, keys):
    made, ids = Line(tmp_path_factory.mktemp("repository") / "frob"), {}
    made.change("start", "start")
    made.change("before the fork\n\nThis is XSA-100.", "before")
    made.switch("stable-1.0", "main")
    made.change("prepare", "prepared")
    made.tag("RELEASE-1.0.0", message="first")
    made.switch("main")
    fill_main(made, ids)
    made.switch("stable-1.0")
    fill_line(made, ids)
    made.time += 86400
    stamps = made.stamps(("Rel Ease", "rel@one.org"))
    sign = ("-c", "gpg.program=gpg", "tag", "-u", keys.fingerprint)
    made.git(*sign, "-m", "1.0.1", "RELEASE-1.0.1", **stamps, **keys.environment)
    made.switch("main")
    made.change("later\n\nThis is XSA-8.", "later")
    made.switch("stable-1.0")
    made.take(ids["mend-good"])
    made.git("branch", "stable-1.1", "main")
    made.ids = ids
    return made


@pytest.fixture(scope="module")
def home(project, tmp_path_factory):
    made = Home(tmp_path_factory.mktemp("home") / "h", {"frob": project}, **MAIN)
    with open(made.path / "barograph.conf", "a", encoding="utf-8") as conf:
        conf.write(RELEASES + CHECKS)
    return made.mine()


def check(home, name, status, **environment):
    result = home.run("check", name, "--json", status=status, **{**NOW, **environment})
    return json.loads(result.stdout)


def findings(report, name):
    (found,) = [one for one in report["checks"] if one["check"] == name]
    return {one["text"]: one for one in found["findings"]}


def test_every_part_is_looked_for(home, project):
    report = check(home, "1.0.1", 2)
    assert report["level"] == "fail"
    found = findings(report, "advisories")
    whole = "whole in this line: 3 advisories; whole before it forked: 1; not affecting it: 1"
    assert set(found) == {
        "XSA-2: 1 of 2 parts",
        "XSA-5: 0 of 1 part",
        "XSA-6: 0 of 1 part",
        whole,
        "named as fixed since 1.0.0: 3 advisories",
    }
    named = found["named as fixed since 1.0.0: 3 advisories"]
    assert named["evidence"] == ["XSA-1 XSA-2 XSA-6"]
    assert found[whole]["level"] == "ok"
    first, second = found["XSA-2: 1 of 2 parts"]["evidence"]
    assert first.startswith(project.ids["two-b"][:10]) and first.endswith(": missing")
    assert "(declared)" in second
    (gone,) = found["XSA-6: 0 of 1 part"]["evidence"]
    assert ": reverted by " in gone


def test_what_came_later_is_not_asked_for_of_a_release(home):
    assert not [text for text in findings(check(home, "1.0.1", 2), "advisories") if "XSA-8" in text]
    found = findings(check(home, "stable-1.0", 2), "advisories")
    assert {text for text in found if "XSA-" in text} == {
        "XSA-2: 1 of 2 parts, as in 1.0.1",
        "XSA-5: 0 of 1 part, as in 1.0.1",
        "XSA-6: 0 of 1 part, as in 1.0.1",
        "XSA-8: 0 of 1 part",
    }


def test_equal_changes_need_the_repository(home, project, tmp_path):
    """Without it the third advisory, whose backport says nothing of it, is not found."""
    copy = tmp_path / "h"
    shutil.copytree(home.path, copy)
    conf = (copy / "barograph.conf").read_text()
    (copy / "barograph.conf").write_text(conf.replace(str(project.path), str(tmp_path / "gone")))
    moved = Home.__new__(Home)
    moved.path = copy
    found = findings(check(moved, "stable-1.0", 2), "advisories")
    assert "XSA-3: 0 of 1 part, as in 1.0.1" in found
    # The seventh came through another branch, as the origin lines of both say.
    assert not [text for text in found if "XSA-7" in text]
    release = check(moved, "1.0.1", 2)
    (unread,) = findings(release, "tag").values()
    assert unread["level"] == "warn" and "is not there" in unread["text"]
    assert all("is not there any more" in text for text in findings(release, "files"))
    assert all("is not there any more" in text for text in findings(release, "support"))
    assert any(text.startswith("equal changes were not looked for: frob: ") for text in found)


def test_mistakes_among_the_commits(home, project):
    report = check(home, "1.0.1", 2)
    levels = {one["check"]: one["level"] for one in report["checks"]}
    assert (levels["reverts"], levels["unfinished"], levels["empty"]) == ("warn", "fail", "warn")
    (reverts,) = findings(report, "reverts").values()
    assert [line.split(" ", 1)[1] for line in reverts["evidence"]] == ['Revert "fix six"']
    (unfinished,) = findings(report, "unfinished").values()
    assert [line.split(" ", 1)[1] for line in unfinished["evidence"]] == [
        "fixup! improve",
        "DO NOT APPLY: print more",
    ]
    (empty,) = findings(report, "empty").values()
    assert [line.split(" ", 1)[1] for line in empty["evidence"]] == ["nothing"]
    count = project.git("rev-list", "--count", "RELEASE-1.0.0..RELEASE-1.0.1")
    assert report["reading"]["commits"] == int(count)


def test_repairs_that_were_left_out(home, project):
    (found,) = findings(check(home, "1.0.1", 2), "unfixed").values()
    assert [line.split(": ", 1)[1] for line in found["evidence"]] == [
        f"repaired by {project.ids[name][:10]}, which is not here"
        for name in ("mend-good", "mend-bad")
    ]


def test_repairs_of_what_users_have(home, project):
    report = check(home, "stable-1.0", 2)
    (found,) = findings(report, "regressions").items()
    assert found[0] == "repaired here, shipped in 1.0.1"
    assert [line.split(" ", 1)[1] for line in found[1]["evidence"]] == [
        f"mend too: fixes {project.ids['good-here'][:10]}"
    ]
    assert findings(check(home, "1.0.1", 2), "regressions") .keys() == {
        "no commit repairs what 1.0.0 brought"
    }


def test_files_and_days(home):
    report = check(home, "1.0.1", 2)
    assert {text: one["level"] for text, one in findings(report, "files").items()} == {
        "version: version.mk says so": "ok",
        "changes: CHANGES-1.0 says so": "ok",
    }
    assert list(findings(report, "support")) == [
        "supported until 2011-01-01, security until 2012-06-01"
    ]
    tip = check(home, "stable-1.0", 2)
    assert findings(tip, "files")["version: version.mk does not say so"]["level"] == "warn"
    first = check(home, "1.0.0", 2)
    assert findings(first, "files")["version: there is no file version.mk"]["level"] == "fail"
    late = check(home, "stable-1.0", 2, BAROGRAPH_NOW="2013-01-01T00:00:00Z")
    assert list(findings(late, "support")) == ["security support of this line ended on 2012-06-01"]


def test_the_tag(home, keys):
    found = findings(check(home, "1.0.1", 2, **keys.environment), "tag")
    assert found["good signature"]["evidence"] == [f"{keys.fingerprint} Rel Ease <rel@one.org>"]
    assert found["RELEASE-1.0.1 is annotated"]["level"] == "ok"
    unknown = findings(check(home, "1.0.1", 2), "tag")
    assert unknown["signature by a key that is not known here"]["level"] == "warn"
    assert findings(check(home, "1.0.0", 2), "tag")["it is not signed"]["level"] == "fail"
    place = findings(check(home, "1.0.1", 2), "place")
    assert list(place) == ["RELEASE-1.0.1 is on stable-1.0"]


def with_keys(home, tmp_path, text):
    copy = tmp_path / "keyed"
    shutil.copytree(home.path, copy)
    with open(copy / "barograph.conf", "a", encoding="utf-8") as conf:
        conf.write(text)
    made = Home.__new__(Home)
    made.path = copy
    return made


def test_keys_that_may_sign(home, keys, tmp_path):
    (tmp_path / "t").mkdir()
    place = {"TMPDIR": str(tmp_path / "t")}
    (tmp_path / "rel.asc").write_text(keys.gpg("--armor", "--export"))
    given = with_keys(home, tmp_path, f"[check]\nkeys = {tmp_path}/rel.asc\n")
    assert "good signature" in findings(check(given, "1.0.1", 2, **place), "tag")
    shutil.rmtree(given.path)
    other = with_keys(
        home, tmp_path, f"[check]\nkeys = {tmp_path}/rel.asc\nsigners = {'A' * 40}\n"
    )
    found = findings(check(other, "1.0.1", 2, **place), "tag")
    assert found["good signature by a key that may not sign releases"]["level"] == "fail"
    shutil.rmtree(other.path)
    none = with_keys(home, tmp_path, f"[check]\nkeys = {tmp_path}/nothing.asc\n")
    assert "nothing.asc" in none.run("check", "1.0.1", status=78, **NOW, **place).stderr
    assert os.listdir(tmp_path / "t") == []


def test_a_changed_tag_is_seen(home, keys, project, tmp_path):
    body = project.git("cat-file", "tag", "RELEASE-1.0.1").replace("1.0.1\n", "1.0.9\n")
    copy = Repository.__new__(Repository)
    copy.path, copy.time = tmp_path / "copy", 1300000000
    project.git("clone", "-q", "--mirror", project.path, copy.path)
    forged = tmp_path / "tag"
    forged.write_text(body + "\n")
    name = copy.git("hash-object", "-t", "tag", "-w", forged)
    copy.git("update-ref", "refs/tags/RELEASE-1.0.1", name)
    home = Home(tmp_path / "h", {"frob": copy}, **MAIN).mine()
    found = findings(check(home, "1.0.1", 2, **keys.environment), "tag")
    assert found["bad signature: the text is not what was signed"]["level"] == "fail"


def test_all_tags(home, keys):
    rows = home.run("check", "--all-tags", "--format", "tsv", **{**NOW, **keys.environment}).stdout
    head, *tags = [line.split("\t") for line in rows.splitlines()]
    assert head[:4] == ["tag", "tagged", "depth", "signature"]
    assert [(tag[0], tag[2], tag[-2], tag[-1]) for tag in tags] == [
        ("RELEASE-1.0.0", "1", "fail", "not signed"),
        ("RELEASE-1.0.1", "1", "ok", "good signature"),
    ]


def test_what_is_waived(home, tmp_path):
    waived = with_keys(
        home,
        tmp_path,
        "[waived]\nXSA-5 = only with a compiler that nobody uses\n"
        "[waived 1.0]\nXSA-2 = the second part is tests\n[waived 1.1]\nXSA-6 = elsewhere\n",
    )
    found = findings(check(waived, "1.0.1", 2), "advisories")
    assert found["XSA-2: 1 of 2 parts, waived: the second part is tests"]["level"] == "ok"
    assert "XSA-5: 0 of 1 part, waived: only with a compiler that nobody uses" in found
    assert found["XSA-6: 0 of 1 part"]["level"] == "fail"


@pytest.mark.parametrize(
    "text, words",
    [
        ("[waived]\nCVE-1 = no\n", ("CVE-1", "XSA-1")),
        ("[waived]\nXSA-1 =\n", ("XSA-1", "reason")),
        ("[check version]\nfile = a\n", ("[check version]", "pattern")),
        ("[check version]\nfile = start\npattern = (\n", ("[check version]",)),
    ],
)
def test_bad_configuration(home, tmp_path, text, words):
    conf = (home.path / "barograph.conf").read_text().replace(CHECKS, "")
    bad = with_keys(home, tmp_path, "")
    (bad.path / "barograph.conf").write_text(conf + text)
    said = bad.run("check", "1.0.1", status=78, **NOW).stderr
    assert all(word in said for word in words), said


def test_green_and_yellow(project, tmp_path):
    """The first release has no line of its own yet; nothing is asked of it but its tag."""
    home = Home(tmp_path / "h", {"frob": project}, **MAIN).mine()
    text = home.run("check", "RELEASE-1.0.0", status=2, **NOW).stdout
    assert text.splitlines()[0].startswith("frob RELEASE-1.0.0 (") and "-> make an annotated" in text
    assert home.run("check", "stable-1.1", status=66, **NOW).stderr.count("has no release") == 1


def test_a_quiet_branch_is_green(tmp_path):
    made = Line(tmp_path / "r")
    made.change("start\n\nThis is XSA-1.", "start")
    made.switch("stable-2.0", "main")
    made.tag("2.0.0", message="first")
    home = Home(tmp_path / "h", {"r": made}, **MAIN).mine()
    text = home.run("check", "stable-2.0", **NOW).stdout
    assert text.splitlines()[0].endswith(": ok") and "->" not in text
    made.change("Revert \"something\"", "more")
    home.mine()
    assert "warn  reverts" in home.run("check", "stable-2.0", status=1, **NOW).stdout


def test_formats(home):
    for format in ("md", "tsv", "csv"):
        text = home.run("check", "1.0.1", "--format", format, status=2, **NOW).stdout
        assert "XSA-2: 1 of 2 parts" in text
    all_lines = home.run("-v", "check", "stable-1.0", status=2, **NOW).stdout
    assert "more (-v shows all)" not in all_lines


def test_wrong_words(home):
    assert "1.0.1" in home.run("check", "1.0.2", status=66, **NOW).stderr
    assert "stable-1.0" in home.run("check", "stable-1.2", status=66, **NOW).stderr
    home.run("check", status=64)
    home.run("check", "1.0.0", "1.0.1", status=64)
    home.run("check", "--all-tags", "1.0.1", status=64)
    home.run("check", "1.0.1", "--json", "--format", "md", status=64)
    home.run("check", "1.0.1", "--format", "xml", status=64)
    assert "frob" in home.run("check", "1.0.1", "--repository", "nope", status=66).stderr
    assert "has no release" in home.run("check", "main", status=66, **NOW).stderr


# ---- Companions ----


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """A project that pins another, which lacks one of two fixes at the pinned commit."""
    folder = tmp_path_factory.mktemp("pair")
    machine, frob = Line(folder / "machine"), Line(folder / "frob")
    machine.change("start", "start")
    machine.switch("stable-1.0", "main")
    machine.switch("main")
    one = machine.change("fix one\n\nThis is XSA-1.", "one")
    machine.change("fix two\n\nThis is XSA-2.", "two")
    machine.switch("stable-1.0")
    machine.take(one)
    machine.tag("machine-1.0")
    frob.time = machine.time
    frob.change("start", "start")
    frob.switch("stable-1.0", "main")
    frob.tag("RELEASE-1.0.0", message="first")
    frob.change("pin", "Config.mk", "MACHINE_REVISION ?= machine-1.0")
    frob.tag("RELEASE-1.0.1", message="second")
    frob.change("pin another", "Config.mk", "MACHINE_REVISION ?= machine-9.9")
    return frob, machine


def pair_home(folder, pair, mined=True):
    frob, machine = pair
    home = Home(folder, {"frob": frob, "machine": machine}, **MAIN)
    path = home.path / "barograph.conf"
    if not mined:
        path.write_text(path.read_text().split("[repository machine]")[0])
        home.mine()
        path.write_text(path.read_text() + f"[repository machine]\npath = {machine.path}\nmain-branch = main\n")
    with open(path, "a", encoding="utf-8") as conf:
        conf.write("title = The machine\npin-file = Config.mk\npin-variable = MACHINE_REVISION\n")
    return home.mine() if mined else home


def test_a_companion_at_what_is_pinned(pair, tmp_path):
    home = pair_home(tmp_path / "h", pair)
    found = findings(check(home, "1.0.1", 2), "companions")
    assert found["The machine is pinned at machine-1.0"]["level"] == "ok"
    assert found["The machine: XSA-2: 0 of 1 part"]["level"] == "fail"
    first = findings(check(home, "1.0.0", 2), "companions")
    assert list(first) == ["The machine is not pinned: no MACHINE_REVISION in Config.mk"]


def test_a_companion_without_the_commit(pair, tmp_path):
    home = pair_home(tmp_path / "h", pair)
    (text,) = findings(check(home, "stable-1.0", 2), "companions")
    assert "machine-9.9" in text and "machine" in text


def test_a_companion_that_is_not_mined(pair, tmp_path):
    home = pair_home(tmp_path / "h", pair, mined=False)
    (text,) = findings(check(home, "1.0.1", 2), "companions")
    assert "machine is not mined yet" in text
