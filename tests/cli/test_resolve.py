"""From patches to commits and releases, on a history made by hand, beside git's own patch ids."""

import csv
import io
import json
import re
import shutil
import subprocess

import pytest
from test_advisory import Keys
from test_advisory_mail import bring, mail, with_sums
from workshop import ADA, BEN, Home, Repository

BASE = [f"line {n}\n" for n in range(1, 41)]
SECRET = "frobs outlive"


def lines(**changed):
    text = list(BASE)
    for place, words in changed.items():
        text[int(place[1:]) - 1] = words
    return "".join(text)


class Lantern(Repository):
    """Lines 1.0 (before the problem), 1.1 and 1.2 (with it), 1.3 (after the fix)."""

    def head(self):
        return self.git("rev-parse", "HEAD").strip()

    def day(self, number):
        return f"2021-01-{number:02d}T12:00:00"

    def fork(self, line, day):
        self.git("branch", f"stable-{line}")
        self.git("checkout", "-q", f"stable-{line}")
        self.commit(BEN, self.day(day), {"VERSION": f"{line}.0\n"}, f"release {line}.0")
        self.tag(f"RELEASE-{line}.0", self.day(day))
        self.git("checkout", "-q", "main")

    def __init__(self, folder):
        super().__init__(folder)
        self.commit(ADA, self.day(1), {"a.c": lines(), "VERSION": "0\n"}, "start")
        self.fork("1.0", 2)
        self.commit(ADA, self.day(3), {"a.c": lines(n20="frob()\n")}, "a: add the frob")
        self.problem = self.head()
        self.fork("1.1", 4)
        self.fork("1.2", 5)
        self.commit(ADA, self.day(6), {"a.c": "top\n" + lines(n20="frob()\n")}, "a: a top")
        message = f"a: no frob\n\nThis is XSA-601.\n\nFixes: {self.problem[:12]} (\"a: add the frob\")"
        self.commit(ADA, self.day(10), {"a.c": "top\n" + lines(n20="no_frob()\n")}, message)
        self.fix = self.head()
        self.patch = self.git("diff-tree", "-p", self.fix).split("\n", 1)[1].encode()
        self.fork("1.3", 12)
        # The same patch, elsewhere in the file and with nothing said about it.
        self.git("checkout", "-q", "stable-1.2")
        self.commit(BEN, self.day(13), {"a.c": lines(n20="no_frob()\n")}, "quietly")
        self.quiet = self.head()
        self.commit(BEN, self.day(14), {"VERSION": "1.2.1\n"}, "release 1.2.1")
        self.tag("RELEASE-1.2.1", self.day(14))
        # Other context: another patch, but the same lines.
        self.git("checkout", "-q", "stable-1.1")
        self.commit(BEN, self.day(13), {"a.c": lines(n18="other\n", n20="frob()\n")}, "a: context")
        self.commit(BEN, self.day(14), {"a.c": lines(n18="other\n", n20="no_frob()\n")}, "picked")
        self.picked = self.head()
        self.git("checkout", "-q", "main")

    def patch_id(self, text):
        done = subprocess.run(["git", "patch-id", "--stable"], input=text, check=True,
                              capture_output=True, text=True)
        return done.stdout.split()[0]


def quilt(patch):
    """As old patches are: no git lines, another first folder."""
    text = patch.decode()
    text = re.sub(r"^(diff --git|index) .*\n", "", text, flags=re.MULTILINE)
    return text.replace("--- a/", "--- lantern.orig/").replace("+++ b/", "+++ lantern/").encode()


@pytest.fixture(scope="module", name="lantern")
def make_lantern(tmp_path_factory):
    return Lantern(tmp_path_factory.mktemp("lantern") / "lantern")


@pytest.fixture(scope="module", name="mined")
def make_mined(lantern, tmp_path_factory):
    return Home(tmp_path_factory.mktemp("mined"), lantern)


@pytest.fixture(name="home")
def make_home(mined, tmp_path):
    folder = tmp_path / "home"
    shutil.copytree(mined.folder, folder)
    home = object.__new__(Home)
    home.folder, home.now = folder, "2021-07-01T00:00:00Z"
    return home


def draft(home, number, patch=None, name=None):
    home.run("advisory", "new", "--title", SECRET, "--number", number)
    if patch is not None:
        folder = home.folder / "security" / f"xsa-{number}"
        (folder / (name or f"xsa{number}.patch")).write_bytes(patch)


def resolved(home, number):
    return json.loads(home.run("resolve", number, "--format", "json"))


def by_line(page):
    return {line["line"]: line for line in page["repositories"][0]["lines"]}


@pytest.mark.parametrize("form", [bytes, quilt])
def test_patches_lead_to_releases(home, lantern, form):
    draft(home, "602", form(lantern.patch))  # no commit claims this number
    page = resolved(home, "602")
    commits = {one["commit"]: one for one in page["repositories"][0]["commits"]}
    assert {one: commits[one]["evidence"] for one in commits} == {
        lantern.fix: "patch identity", lantern.quiet: "patch identity", lantern.picked: "same lines",
    }  # fmt: skip
    own = lantern.patch_id(lantern.patch.decode())
    ids = {one: lantern.patch_id(lantern.git("show", one)) for one in commits}
    assert {one for one in ids if ids[one] == own} == {lantern.fix, lantern.quiet}
    assert commits[lantern.fix]["branches"] == ["main", "stable-1.3"]
    found = by_line(page)
    told = {line: (one["state"], one["parts_present"], one["parts_needed"], one["first_release"],
                   one["affected_from"], one["affected_to"]) for line, one in found.items()}
    assert told == {
        "1.0": ("not affected", 0, 0, None, None, None),
        "1.1": ("fixed", 1, 1, None, "1.1.0", "1.1.0"),
        "1.2": ("fixed", 1, 1, "1.2.1", "1.2.0", "1.2.0"),
        "1.3": ("fixed", 1, 1, "1.3.0", None, None),
        "main": ("fixed", 1, 1, "1.3.0", None, None),
    }  # fmt: skip
    assert found["1.0"]["reason"] == "what it repairs is not there"
    assert found["1.1"]["introduced"] == "1.1.0" and found["1.3"]["inherited"]
    part = page["repositories"][0]["parts"][0]
    assert (part["commit"], part["introduced_by"]) == (lantern.fix, lantern.problem)


def test_without_a_record_commits_alone_tell(home, lantern):
    page = resolved(home, "XSA-601")
    commits = {one["commit"]: one for one in page["repositories"][0]["commits"]}
    assert commits[lantern.fix]["evidence"] == "declared"
    # The one that says nothing makes the same change; the one with other context cannot be known.
    assert commits[lantern.quiet]["evidence"] == "same change" and lantern.picked not in commits
    assert by_line(page)["1.1"]["state"] == "open" and by_line(page)["1.1"]["affected_to"] == "1.1.0"
    assert "not in the record" in page["remarks"][0]
    result = home.attempt("resolve", "777")
    assert result.returncode == 66 and "XSA-777 is not in the record" in result.stderr


def copied(lantern, folder):
    repository = Repository.__new__(Repository)
    repository.folder = folder / "lantern"
    shutil.copytree(lantern.folder, repository.folder)
    return repository


def test_origin_lines_lead_on(lantern, tmp_path):
    """A backport that was made anew, and one of that; a second commit of the fix is missing."""
    repository = copied(lantern, tmp_path)
    repository.git("checkout", "-q", "main")
    repository.commit(ADA, "2021-02-01T12:00:00", {"b.c": "two\n"}, "b: more\n\nThis is part of XSA-601.")
    repository.git("checkout", "-q", "stable-1.0")
    message = f"made anew\n\n(cherry picked from commit {lantern.fix})"
    repository.commit(BEN, "2021-02-02T12:00:00", {"a.c": lines(n3="anew\n")}, message)
    first = repository.git("rev-parse", "HEAD").strip()
    repository.git("checkout", "-q", "stable-1.1")
    message = f"again\n\n(cherry picked from commit {first})"
    repository.commit(BEN, "2021-02-03T12:00:00", {"a.c": lines(n4="anew\n")}, message)
    repository.git("checkout", "-q", "main")
    page = resolved(Home(tmp_path / "home", repository), "601")
    commits = {one["commit"]: one for one in page["repositories"][0]["commits"]}
    assert (commits[first]["evidence"], commits[first]["through"]) == ("origin line", lantern.fix)
    second = repository.git("rev-parse", "stable-1.1").strip()
    assert (commits[second]["evidence"], commits[second]["sure"]) == ("origin line", "likely")
    found = by_line(page)
    assert [found[line]["state"] for line in ("1.0", "1.1", "1.2", "main")] == [
        "partly fixed", "partly fixed", "partly fixed", "fixed"]
    assert (found["1.1"]["parts_present"], found["1.1"]["parts_needed"]) == (1, 2)
    assert found["1.1"]["affected_to"] == "1.1.0" and found["main"]["first_release"] is None


def test_what_a_line_reverted_is_open(lantern, tmp_path):
    repository = copied(lantern, tmp_path)
    repository.git("checkout", "-q", "stable-1.2")
    repository.commit(BEN, "2021-02-01T12:00:00", {"a.c": lines(n20="frob()\n")}, 'Revert "quietly"')
    repository.tag("RELEASE-1.2.2", "2021-02-01T12:00:00")
    home = Home(tmp_path / "home", repository)
    draft(home, "602", lantern.patch)
    page = resolved(home, "602")
    line = by_line(page)["1.2"]
    assert (line["state"], line["first_release"], line["affected_to"]) == ("open", None, "1.2.2")
    assert line["reason"] == "it was there, and was reverted"
    revert = repository.git("rev-parse", "stable-1.2").strip()
    assert f"{lantern.quiet[:12]} was reverted by {revert[:12]}" in page["remarks"]


def test_one_patch_in_two_commits(lantern, tmp_path):
    repository = copied(lantern, tmp_path)
    repository.git("checkout", "-q", "main")
    text = "top\n" + lines(n20="{}")
    repository.commit(BEN, "2021-02-01T12:00:00", {"a.c": text.replace("{}", "frob()\n")}, "back")
    repository.commit(BEN, "2021-02-02T12:00:00", {"a.c": text.replace("{}", "no_frob()\n")}, "again")
    home = Home(tmp_path / "home", repository)
    draft(home, "602", lantern.patch)
    page = resolved(home, "602")
    assert any("is the change of two commits of main" in remark for remark in page["remarks"])
    assert by_line(page)["main"]["first_release"] == "1.3.0"


def test_what_matches_nothing_says_why(home, lantern):
    draft(home, "602", lantern.patch.replace(b"no_frob", b"never_frob"))
    page = resolved(home, "602")
    assert page["resolved"] is False and page["repositories"] == []
    assert page["why"].startswith("none of its 1 patch is a commit") and SECRET not in page["why"]
    draft(home, "603", b"no patch at all\n")
    assert "cannot be looked for" in resolved(home, "603")["remarks"][0]
    assert resolved(home, "603")["why"].startswith("none of its 1 patch")


def mined_with(folder, lantern, line):
    home = Home(folder, lantern)
    conf = home.folder / "barograph.conf"
    conf.write_text(conf.read_text() + line + "\n")
    home.run("mine", "-q")
    return home


def test_a_history_without_branches(lantern, tmp_path):
    home = mined_with(tmp_path / "home", lantern, "branches=none")
    result = home.attempt("resolve", "601")
    assert result.returncode == 66 and "no main branch" in result.stderr and "main-branch" in result.stderr


def test_a_line_without_its_branch(lantern, tmp_path):
    home = mined_with(tmp_path / "home", lantern, "exclude=stable-1.2")
    draft(home, "602", lantern.patch)
    line = by_line(resolved(home, "602"))["1.2"]
    assert (line["branch"], line["state"], line["first_release"]) == (None, "fixed", "1.2.1")


def test_usage(home):
    for words in (["resolve"], ["resolve", "--all", "601"], ["resolve", "x/y"],
                  ["resolve", "601", "--format", "xml"]):  # fmt: skip
        assert home.attempt(*words).returncode == 64
    assert home.attempt("resolve", "--all").returncode == 69  # there is no record yet


# What may be published


@pytest.fixture(scope="module", name="keys")
def make_keys():
    keys = Keys()
    yield keys
    keys.end()


@pytest.fixture(name="desk")
def make_desk(home, keys, lantern):
    """901 is public, with its patch; 602 is a draft with another."""
    patches = {"xsa901.patch": lantern.patch}
    message = bring(home, mail(keys.sign(with_sums(patches)), patches))
    home.run("advisory", "import", message, GNUPGHOME=str(keys.folder))
    draft(home, "602", lantern.patch.replace(b"no_frob", b"secret_frob"), "xsa602-hidden.patch")
    return home


@pytest.mark.parametrize("form", ["text", "md", "tsv", "csv", "json"])
def test_nothing_under_embargo_is_in_the_data_set(desk, form):
    result = desk.attempt("resolve", "--all", "--format", form)
    assert result.returncode == 0 and "XSA-901" in result.stdout
    for word in ("602", "hidden", "secret", SECRET):
        assert word not in result.stdout and word not in result.stderr
    assert result.stderr == "1 advisory under embargo left out\n"


def test_the_data_set(desk, lantern):
    rows = list(csv.DictReader(io.StringIO(desk.run("resolve", "--all", "--format", "tsv")),
                               delimiter="\t"))
    assert [row["line"] for row in rows] == ["1.0", "1.1", "1.2", "1.3", "main"]
    two = rows[2]
    assert (two["commits"], two["evidence"]) == (lantern.quiet, "patch identity")
    assert (two["first_release"], two["first_day"]) == ("1.2.1", "2021-01-14")
    page = json.loads(desk.run("resolve", "--all", "--format", "json"))
    assert {one["evidence"]: one["commits"] for one in page["evidence"]} == {
        "patch identity": 2, "same lines": 1, "declared": 0, "named": 0, "origin line": 0,
        "same change": 0,
    }  # fmt: skip
    assert page["unresolved"] == []


def test_the_report(desk):
    page = json.loads(desk.run("resolve", "--report", "--format", "json"))
    told = [(row["release"], row["day"], row["advisories"]) for row in page["releases"]]
    assert told == [("1.3.0", "2021-01-12", "XSA-901"), ("1.2.1", "2021-01-14", "XSA-901")]
    assert page["missing"] == [] and page["years"][0]["resolved"] == 1
    assert desk.attempt("resolve", "--report", "--format", "tsv").returncode == 64
    assert "Advisories by year" in desk.run("resolve", "--report")


# The watch


def watch(home, *more):
    return home.attempt("embargo", "watch", *more)


def test_a_quiet_watch(desk):
    result = watch(desk)
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr == "nothing of 1 advisory under embargo was seen\n"


def test_a_patch_in_public_raises_the_alarm(desk, lantern):
    draft(desk, "603", quilt(lantern.patch), "hidden.patch")
    result = watch(desk, "--notice", "--format", "json")
    assert result.returncode == 1
    rows = json.loads(result.stdout)
    assert {row["commit"] for row in rows} == {lantern.fix, lantern.quiet, lantern.picked}
    assert {row["advisory"] for row in rows} == {"XSA-603"}
    for word in (SECRET, "hidden", "frob()"):
        assert word not in result.stdout and word not in result.stderr
    notice = desk.folder / "security" / "notices" / "xsa-603-embargo-broken.txt"
    text = notice.read_text()
    assert notice.stat().st_mode & 0o777 == 0o600
    assert lantern.fix in text and "Embargo broken: XSA-603" in text and SECRET not in text
    assert sorted(p.name for p in notice.parent.iterdir()) == [notice.name]


def test_a_number_in_public_raises_the_alarm(desk, lantern):
    draft(desk, "601")
    result = watch(desk)
    assert result.returncode == 1 and lantern.fix in result.stdout and "names it" in result.stdout
    assert not (desk.folder / "security" / "notices").exists()


def test_what_is_public_is_no_leak(desk, lantern):
    """Whatever the commits' days are: 901's fixes are older than the advisory."""
    assert watch(desk).returncode == 0
    assert desk.attempt("embargo", "watch", "901").returncode == 64


def test_a_watch_needs_the_repository(desk, tmp_path):
    conf = desk.folder / "barograph.conf"
    conf.write_text(re.sub(r"path=.*", f"path={tmp_path}/gone", conf.read_text()))
    result = watch(desk)
    assert result.returncode == 66 and "cannot be looked for in lantern" in result.stderr
