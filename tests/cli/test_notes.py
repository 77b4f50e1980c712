"""`notes`: held against git and against a history whose every fact is known."""

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from keyrings import Keys
from workshop import ADA, BEN, CLEO, EMPLOYERS, EVE, MAILMAP, Home, Repository

SUPPORT = "# Support\n\n    Initial-Release: 2020-01-20\n    Supported-Until: {}\n" \
          "    Security-Support-Until: 2024-01-20\n"
ODD = ("Bobby & \"Tables\" | *x* [y](z)", "b@bolt.se")
GOLDEN = Path(__file__).parents[1] / "data" / "notes"
LOG = ["--no-merges", "--abbrev=7", "--format=%h: %s [%an]"]
CONF = """
[releases]
product = Lantern OS
support-file = SUPPORT.md
link-repository = https://git.tests.example/?p=lantern;h={{tag}}
link-download = https://www.tests.example/{{line_dashed}}/{{version_dashed}}
link-advisory = https://www.tests.example/xsa-{{number}}
link-commit = https://git.tests.example/c/{{commit}}
signed-by = Carla
"""
PIN = "title=Wick upstream\npin-file=Config.mk\npin-variable=WICK_REVISION;WICK_TAG\n"


def config(wick):
    return {"Config.mk": f"WICK_URL ?= x\nWICK_REVISION ?= $(WICK_TAG)\nWICK_REVISION ?= {wick}\n"}


def head(repository):
    return repository.git("rev-parse", "HEAD").strip()


def make_wick(folder):
    r = Repository(folder)
    r.commit(EVE, "2019-06-01 10:00", {"w": "1\n"}, "wick: begin")
    r.tag("wick-1.0.0", "2019-06-02 10:00")
    for n in range(2, 5):
        r.commit(BEN, f"2020-03-0{n} 10:00", {"w": f"{n}\n"},
                 "wick: trim\n\nThis is XSA-9." if n == 3 else f"wick: change {n}")
    return r


def make_lantern(folder, wick):
    r = Repository(folder)
    r.commit(EVE, "2019-01-01 10:00", {"README": "1\n", **config("wick-1.0.0")}, "First")
    r.commit(ADA, "2019-02-01 10:00", {"x86/a.c": "1\n"}, "x86/mm: begin")
    r.git("checkout", "-q", "-b", "feature")
    r.commit(CLEO, "2019-03-01 10:00", {"arm/f.c": "1\n"}, "arm: a feature")
    r.git("checkout", "-q", "main")
    r.commit(BEN, "2019-03-02 10:00", {"x86/b.c": "1\n"}, "x86/hvm: b")
    r.merge("feature", ADA, "2019-03-03 10:00")
    r.git("branch", "stable-1.0")
    r.tag("v1.0.0", "2020-01-20 12:00")
    fixes = {}
    for number, name in enumerate(["XSA-7", "XSA-8 a", "XSA-8 b", "XSA-8 c", "XSA-9"]):
        advisory, _, part = name.partition(" ")
        claim = f"This is part of {advisory}." if part else f"This is {advisory}."
        subject = f"x86: mend {name.replace('XSA-', 'hole ')}"
        r.commit(ADA, f"2020-02-0{number + 1} 10:00", {f"x86/{number}.c": f"{name}\n"},
                 f"{subject}\n\n{claim}")
        fixes[name] = (head(r), subject, claim, number)

    def backport(name, date):
        commit, subject, claim, number = fixes[name]
        r.commit(ADA, date, {f"x86/{number}.c": f"{name}\n"},
                 f"{subject}\n\n{claim}\n\n(cherry picked from commit {commit})")

    r.git("branch", "stable-1.1")
    r.tag("v1.1.0", "2020-02-10 12:00")
    r.git("checkout", "-q", "stable-1.0")
    r.commit(BEN, "2020-02-20 10:00", {"SUPPORT.md": SUPPORT.format("2020-06-01")}, "SUPPORT: dates")
    r.tag("v1.0.1", "2020-02-21 12:00")
    backport("XSA-7", "2020-05-01 10:00")
    backport("XSA-8 a", "2020-05-02 10:00")
    backport("XSA-8 c", "2020-05-03 10:00")
    r.commit(ODD, "2020-06-10 10:00", {"n": "1\n", **config(head(wick))},
             "net: <b>bold</b> & *stars* | [link](x) `tick`")
    r.tag("v1.0.3", "2020-06-12 12:00")
    r.commit(BEN, "2020-06-20 10:00", {"n": "2\n", **config(head(wick)[:9])}, "Revert \"net: x\"")
    r.tag("v1.0.4", "2020-06-21 12:00")
    r.git("checkout", "-q", "stable-1.1")
    r.commit(CLEO, "2020-06-11 10:00", {"arm/f.c": "2\n"}, "arm/mm: fix")
    r.tag("v1.1.1", "2020-06-13 12:00")
    r.git("branch", "stable-1.2", "main")
    r.git("checkout", "-q", "main")
    return r


@pytest.fixture(scope="module")
def wick(tmp_path_factory):
    return make_wick(tmp_path_factory.mktemp("wick") / "r")


@pytest.fixture(scope="module")
def lantern(tmp_path_factory, wick):
    return make_lantern(tmp_path_factory.mktemp("lantern") / "r", wick)


def make_home(folder, lantern, wick):
    home = Home(folder, lantern, MAILMAP, EMPLOYERS, others={"wick": wick})
    with open(home.folder / "barograph.conf", "a") as conf:
        conf.write(PIN + CONF)
    return home


@pytest.fixture(scope="module")
def home(lantern, wick, tmp_path_factory):
    return make_home(tmp_path_factory.mktemp("home") / "home", lantern, wick)


@pytest.fixture
def own(lantern, wick, tmp_path):
    """A home that a test may change."""
    return make_home(tmp_path / "home", lantern, wick)


def release(home, version, *options):
    return home.json("notes", version, *options)["releases"][0]


def log(repository, *arguments):
    return repository.git("log", *LOG, *arguments).splitlines()


def lines(changes):
    return [f"{row['short']}: {row['subject']} [{row['author']}]" for row in changes["rows"]]


RANGES = [("1.0.0", "v1.0.0"), ("1.0.1", "v1.0.0..v1.0.1"), ("v1.0.3", "v1.0.1..v1.0.3"),
          ("1.0.4", "v1.0.3..v1.0.4"), ("1.1.0", "v1.0.0..v1.1.0"), ("1.1.1", "v1.1.0..v1.1.1")]


@pytest.mark.parametrize(("version", "span"), RANGES)
def test_the_changes_are_those_of_git_log(home, lantern, version, span):
    notes = release(home, version)
    assert lines(notes["changes"]) == log(lantern, span)
    assert notes["changes"]["total"] == len(log(lantern, span)) == notes["weather"]["commits"]
    text = home.run("notes", version)
    assert [line[2:] for line in text.splitlines() if line[2:] in log(lantern, span)] == log(lantern, span)


def test_the_order_of_commits_of_one_second(tmp_path):
    r = Repository(tmp_path / "r")
    date = "2020-01-01 10:00:00"
    r.commit(ADA, date, {"f": "0\n"}, "root")
    for branch in ("one", "two", "three"):
        r.git("checkout", "-q", "-b", branch, "main")
        for n in range(3):
            late = date if n != 1 else "2020-01-01 10:00:01"
            r.commit(BEN, late, {branch: f"{n}\n"}, f"{branch} {n}")
    r.git("checkout", "-q", "two")
    r.merge("one", ADA, date)
    r.git("checkout", "-q", "main")
    r.merge("three", ADA, date)
    r.commit(CLEO, date, {"f": "1\n"}, "between")
    r.merge("two", ADA, date)
    r.tag("v1.0.0", "2020-01-02 10:00")
    home = Home(tmp_path / "home", r)
    assert lines(release(home, "1.0.0")["changes"]) == log(r, "v1.0.0")


def test_figures_are_those_of_figure(home):
    for version, _ in RANGES[2:5]:
        notes = release(home, version)
        for name in ("commits", "people", "employers", "newcomers"):
            assert notes["weather"][name] == home.figure(name, "--release", version)


def test_a_release_in_its_line(home):
    third = release(home, "1.0.3")
    assert (third["line"], third["branch"], third["tag"]) == ("1.0", "stable-1.0", "v1.0.3")
    assert third["predecessor"]["version"] == "1.0.1"
    assert (third["ordinal"], third["ordinal_word"], third["skipped"]) == (2, "second", ["1.0.2"])
    assert third["days"] == 112 and not third["out_of_band"]
    assert third["support"] == {"file": "SUPPORT.md", "until": "2020-06-01",
                                "security_until": "2024-01-20"}
    assert third["last"] and not third["late"] and third["security_ahead"]
    fourth = release(home, "1.0.4")
    assert fourth["days"] == 9 and fourth["out_of_band"]
    assert fourth["late"] and not fourth["last"]
    first = release(home, "1.0.0")
    assert not first["point"] and first["ordinal"] is None and first["predecessor"] is None
    assert release(home, "1.1.1")["support"]["until"] is None
    assert third["links"] == {"repository": "https://git.tests.example/?p=lantern;h=v1.0.3",
                              "download": "https://www.tests.example/1-0/1-0-3"}


def test_every_figure_names_a_reading(home):
    notes = home.json("notes", "1.0.3", "1.1.1")
    numbers = [reading["number"] for reading in notes["readings"]]
    assert numbers == list(range(1, len(numbers) + 1))
    for one in notes["releases"]:
        for part in (one, one["weather"], one["weather"]["security"], one["changes"], one["thanks"],
                     one["advisories"]):
            assert part["reading"] in numbers
    moved = notes["releases"][0]["companions"][0]["changes"]
    text = notes["readings"][moved["reading"] - 1]["text"]
    assert text.startswith("wick, wick-1.0.0..") and "merges left out" in text


def test_advisories_by_hand(home):
    table = release(home, "1.0.3")["advisories"]
    assert [column["title"] for column in table["columns"]] == ["lantern", "Wick upstream"]
    assert {row["advisory"]: [cell["cell"] for cell in row["cells"]] for row in table["rows"]} == {
        "XSA-7": ["Applied", "N/A"],
        "XSA-8": ["Applied (2 of 3)", "N/A"],
        "XSA-9": ["Unknown", "Applied"],
    }
    assert [row["link"] for row in table["rows"]][0] == "https://www.tests.example/xsa-7"
    parts = table["rows"][1]["cells"][0]["parts"]
    assert [part["present"] for part in parts] == [True, False, True]
    security = release(home, "1.0.3")["weather"]["security"]
    assert (security["commits"], security["share_percent"]) == (3, 75.0)
    assert release(home, "1.1.1")["advisories"]["rows"] == []


def test_columns_of_repositories_that_nothing_pins(lantern, wick, tmp_path):
    other = Repository(tmp_path / "tallow")
    other.commit(EVE, "2020-01-01 10:00", {"t": "1\n"}, "tallow: trim\n\nThis is XSA-8.")
    home = Home(tmp_path / "home", lantern, others={"tallow": other, "wick": wick})
    with open(home.folder / "barograph.conf", "a") as conf:
        conf.write(PIN + CONF + "advisory-columns = wick;lantern;tallow\n")
    table = release(home, "1.0.3")["advisories"]
    assert [column["repository"] for column in table["columns"]] == ["wick", "lantern", "tallow"]
    assert {row["advisory"]: row["cells"][2]["cell"] for row in table["rows"]} == {
        "XSA-7": "N/A", "XSA-8": "Unknown", "XSA-9": "N/A"
    }
    conf = home.folder / "barograph.conf"
    conf.write_text(conf.read_text().replace("advisory-columns = wick", "advisory-columns = wicker"))
    assert "advisory-columns" in fails(home, 66, "1.0.3")


def test_a_cell_is_explained(home, lantern):
    text = home.run("notes", "1.0.3", "--explain", "xsa-8")
    missing = lantern.git("log", "main", "--format=%h", "--abbrev=7", "--grep=mend hole 8 b").strip()
    assert re.search(rf"{missing}: x86: mend hole 8 b\n +missing\n", text)
    there = lantern.git("log", "v1.0.3", "--format=%h", "--abbrev=7", "--grep=mend hole 8 a").strip()
    assert f"origin: {there}" in text and "[1] lantern, v1.0.1..v1.0.3" in text
    result = home.attempt("notes", "1.0.3", "--explain", "XSA-77")
    assert result.returncode == 66 and "XSA-7" in result.stderr


def test_companions(home, wick):
    moved = release(home, "1.0.3")["companions"][0]
    assert (moved["state"], moved["before"], moved["pinned"]) == ("moved", "wick-1.0.0", head(wick))
    assert moved["changes"]["rows"][0]["link"] is None
    assert moved["variable"] == "WICK_REVISION" and moved["file"] == "Config.mk"
    assert lines(moved["changes"]) == log(wick, "wick-1.0.0..HEAD")
    # The same commit by fewer digits.
    same = release(home, "1.0.4")["companions"][0]
    assert (same["state"], same["pinned"], same["changes"]) == ("unchanged", head(wick)[:9], None)
    assert release(home, "1.0.0")["companions"][0]["state"] == "new"


def test_groups_by_subject_and_by_path(own, lantern):
    changes = release(own, "1.1.0", "--by-component")["changes"]
    assert [(g["name"], g["commits"]) for g in changes["groups"]] == [("x86", 5)]
    changes = release(own, "1.0.0", "--by-component")["changes"]
    assert {g["name"]: g["commits"] for g in changes["groups"]} == {"x86": 2, "arm": 1, "other": 1}
    assert "\n  x86 (2)\n" in own.run("notes", "1.0.0", "--by-component")
    with open(own.folder / "barograph.conf", "a") as conf:
        conf.write("\n[components]\nports = arm;x86/b.c\nall x86 = x86/*\n")
    groups = release(own, "1.0.0", "--by-component")["changes"]["groups"]
    assert {g["name"]: g["commits"] for g in groups} == {"ports": 2, "all x86": 1, "other": 1}
    flat = [row["commit"] for g in groups for row in g["rows"]]
    assert sorted(flat) == sorted(lantern.git("rev-list", "--no-merges", "v1.0.0").split())


def test_thanks_in_order_with_newcomers(home):
    thanks = release(home, "1.0.3")["thanks"]
    assert [(row["name"], row["newcomer"]) for row in thanks["rows"]] == [
        ("Ada Author", False), (ODD[0], True)
    ]
    assert [row["name"] for row in release(home, "1.0.0")["thanks"]["rows"]] == [
        "Ada Author", "Ben Builder", "Cleo Coder", "Eve Early"
    ]




def test_one_announcement_for_what_was_tagged_together(home):
    both = home.json("notes", "1.0.3", "1.1.1", "--announcement")
    assert [[r["version"] for r in one["releases"]] for one in both] == [["1.1.1", "1.0.3"]]
    text = home.run("notes", "1.0.3", "1.1.1", "--announcement")
    assert text.startswith("Subject: Lantern OS 1.1.1 and 1.0.3 are available\n\nAll,\n\n")
    assert "second point release, 1.0.3. It is the last point release" in " ".join(text.split())
    assert all(len(line) <= 72 or line.startswith("    http") for line in text.splitlines())
    apart = home.json("notes", "1.0.1", "1.1.1", "--announcement")
    assert [[r["version"] for r in one["releases"]] for one in apart] == [["1.0.1"], ["1.1.1"]]
    remark = release(home, "1.0.3")["remarks"]
    assert remark[-1:] == ["1.1.1 was tagged within 3 days of 1.0.3: name both to announce them together."]


def test_golden_announcement(home):
    """Read by a person when it changes."""
    expected = (GOLDEN / "announcement.txt").read_text()
    assert home.run("notes", "1.0.3", "1.1.1", "--announcement") == expected
    expected = (GOLDEN / "announcement-out-of-band.txt").read_text()
    assert home.run("notes", "1.0.4", "--announcement") == expected


# Wherever a name can stand.


class Tags(HTMLParser):
    VOID = {"meta", "br", "hr", "img", "link"}

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], set()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag


@pytest.mark.parametrize("versions", [["1.0.0"], ["1.0.1"], ["1.0.4"], ["1.0.3", "1.1.1", "1.0.0"]])
@pytest.mark.parametrize("options", [["--announcement"], ["--by-component"]])
def test_every_template_with_every_release(home, versions, options):
    page = home.run("notes", *versions, *options, "--format", "html")
    tags = Tags()
    tags.feed(page)
    assert tags.open == [] and not tags.seen & {"b", "i"}
    for form in ("text", "md", "html"):
        document = home.run("notes", *versions, *options, "--format", form)
        assert "{{" not in document and "}}" not in document
        if form == "text":
            assert not re.search(r"[ \t]$", document, re.MULTILINE)
            assert not re.search(r"\n\n\n\n", document)


def test_odd_characters_are_escaped(home):
    page = home.run("notes", "1.0.3", "--format", "html")
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; *stars* | [link](x) `tick`" in page
    assert "Bobby &amp; &quot;Tables&quot;" in page
    text = home.run("notes", "1.0.3", "--format", "md")
    assert r"\<b\>bold\</b\> \& \*stars\* \| \[link\](x) \`tick\`" in text
    plain = home.run("notes", "1.0.3")
    assert 'net: <b>bold</b> & *stars* | [link](x) `tick` [Bobby & "Tables" | *x* [y](z)]' in plain


def test_a_subject_cannot_steer_a_terminal(tmp_path):
    r = Repository(tmp_path / "r")
    r.commit(ADA, "2020-01-01 10:00", {"f": "0\n"}, "a\x1b[31mred\u202e")
    r.tag("v1.0.0", "2020-01-02 10:00")
    home = Home(tmp_path / "home", r)
    assert "a\ufffd[31mred\ufffd [Ada Author]" in home.run("notes", "1.0.0")
    assert release(home, "1.0.0")["changes"]["rows"][0]["subject"] == "a\x1b[31mred\u202e"


@pytest.mark.parametrize("form", ["text", "md", "html", "json"])
def test_same_home_same_clock_same_bytes(home, form):
    line = ["notes", "1.0.3", "1.1.1", "--format", form]
    assert home.run(*line) == home.run(*line)


# What is wrong is said.


def fails(home, status, *arguments):
    result = home.attempt("notes", *arguments)
    assert result.returncode == status and result.stdout == "", result.stderr
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_versions_that_are_none(home):
    assert "1.0.3" in fails(home, 66, "1.0.33")
    assert "stable-1.0 is a branch: name one of its releases, the newest is 1.0.4" in fails(
        home, 66, "stable-1.0")
    assert "stable-1.2 is a branch without a release yet" in fails(home, 66, "stable-1.2")
    assert "which release" in fails(home, 64)
    assert "--format" in fails(home, 64, "1.0.3", "--format", "pdf")
    assert "--explain" in fails(home, 64, "1.0.3", "--explain", "XSA-7", "--sign")


def test_a_companion_that_is_not_there(own, tmp_path):
    conf = own.folder / "barograph.conf"
    text = conf.read_text()
    conf.write_text(text.replace("[repository wick]", "[repository tallow]"))
    message = fails(own, 69, "1.0.3")
    assert "tallow" in message and "not mined" in message
    conf.write_text(text.replace("WICK_REVISION;WICK_TAG", "WICK_URL"))
    message = fails(own, 66, "1.0.3")
    assert "wick" in message and "pins wick at x" in message and "run barograph mine" in message
    conf.write_text(text.replace("WICK_REVISION;WICK_TAG", "TALLOW"))
    assert release(own, "1.0.3")["companions"][0]["state"] == "none"
    conf.write_text(text.replace("pin-file=Config.mk\n", ""))
    assert "needs both" in fails(own, 78, "1.0.3")


def test_a_repository_that_moved_away(lantern, wick, tmp_path):
    copy = Repository(tmp_path / "copy" / "r")
    shutil.rmtree(copy.folder)
    shutil.copytree(lantern.folder, copy.folder)
    home = make_home(tmp_path / "home", copy, wick)
    copy.folder.rename(tmp_path / "elsewhere")
    message = fails(home, 66, "1.0.3")
    assert "lantern: " in message and "not there any more" in message


def test_a_template_that_cannot_be_read(own, tmp_path):
    (own.folder / "templates").mkdir()
    (own.folder / "templates" / "announcement.txt").write_text("a\nb\n{{#open}}\n")
    target = tmp_path / "notes.txt"
    message = fails(own, 78, "1.0.3", "--output", target)
    assert f"{own.folder}/templates/announcement.txt, line 3: " in message
    assert not target.exists()
    (own.folder / "templates" / "announcement.txt").write_text("{{#announcements}}{{> announcement-subject}}!{{/announcements}}\n")
    assert own.run("notes", "1.0.3", "--announcement") == "Lantern OS 1.0.3 is available!\n"
    conf = own.folder / "barograph.conf"
    conf.write_text(conf.read_text().replace("h={{tag}}", "h={{tag"))
    assert "link-repository" in fails(own, 78, "1.0.3", "--output", target)
    assert not target.exists()


def test_output_is_written_whole(home, tmp_path):
    target = tmp_path / "notes.md"
    assert home.run("notes", "1.0.3", "--format", "md", "--output", target) == ""
    assert target.read_text() == home.run("notes", "1.0.3", "--format", "md")
    assert "no" in fails(home, 73, "1.0.3", "--output", tmp_path / "no" / "folder")


# Signing.


@pytest.fixture
def keyring():
    if shutil.which("gpg") is None:
        pytest.skip("gpg is not installed")
    keys = Keys()
    yield keys
    keys.end()


def test_the_announcement_is_signed(own, keyring):
    assert "signing-key" in fails(own, 78, "1.0.3", "--sign")
    conf = own.folder / "barograph.conf"
    conf.write_text(conf.read_text() + f"signing-key = {keyring.fingerprint}\n")
    signed = own.run("notes", "1.0.3", "1.1.1", "--sign", **keyring.environment)
    assert signed.startswith("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA")
    plain = own.run("notes", "1.0.3", "1.1.1", "--announcement")
    assert keyring.gpg("--decrypt", text=signed).rstrip("\n") == plain.rstrip("\n")
    assert "2 announcements" in fails(own, 64, "1.0.1", "1.1.1", "--sign")
    assert "--format" in fails(own, 64, "1.0.3", "--sign", "--format", "md")
