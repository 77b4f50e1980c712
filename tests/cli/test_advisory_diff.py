"""What changed between two versions: words, tables, and patches by what they change."""

import json

import pytest

from drafting import TEXT, Home
from keyrings import make_keys  # noqa: F401 (a fixture)
from test_advisory_mail import bring, mail, with_sums

MESSAGE = b"From: Ada\nSubject: fix\n\nA message.\n---\n"
CHANGE = b"--- a/f.c\n+++ b/f.c\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n"
OTHER = CHANGE.replace(b"+2", b"+3")
MOVED = MESSAGE + CHANGE.replace(b"-1,2 +1,2", b"-71,2 +81,2").replace(b" one", b"   one")

OLD = {"a.patch": CHANGE, "b.patch": CHANGE, "c.patch": CHANGE, "d.patch": OTHER, "n.patch": b"1"}
NEW = {"a.patch": CHANGE, "b.patch": MOVED, "c.patch": OTHER, "e.patch": MESSAGE + OTHER,
       "f.patch": b"new", "n.patch": b"2"}  # fmt: skip


@pytest.fixture(scope="module", name="home")
def make_home(tmp_path_factory, keys):
    home = Home(tmp_path_factory.mktemp("home"), keys.folder)
    first = with_sums(OLD)
    second = with_sums(NEW).replace("version 2", "version 3").replace("VERSION 2", "VERSION 3")
    second = second.replace("Public release.", "n.patch is another one.")
    second = second.replace("A frob is kept.", "A frob\nis never kept\033[2J.")
    second = second.replace("CVE-2026-99999", "CVE-2026-99998")
    second = second.replace("All.\n\n", "All.\n\nNOTE\n====\n\nNew *words*.\n\n")
    for number, (text, patches) in enumerate([(first, OLD), (second, NEW)]):
        home.run("import", bring(home, mail(keys.sign(text), patches), f"{number}.eml"))
    return home


def test_patches_by_what_they_change(home):
    found = json.loads(home.run("diff", "901", "2", "3", "--format", "json"))
    patches = {patch["name"]: patch for patch in found["patches"]}
    assert {name: patch["change"] for name, patch in patches.items()} == {
        "b.patch": "same-change", "c.patch": "changed", "e.patch": "renamed", "f.patch": "added",
        "n.patch": "changed",
    }  # fmt: skip
    assert patches["e.patch"]["old_name"] == "d.patch"
    assert patches["c.patch"]["silent"] and not patches["n.patch"]["silent"]
    assert patches["b.patch"]["old_patch_id"] == patches["b.patch"]["new_patch_id"]
    assert patches["b.patch"]["old_sha256"] != patches["b.patch"]["new_sha256"]
    assert patches["n.patch"]["new_patch_id"] is None
    assert (found["from"], found["to"], found["layout_only"]) == (2, 3, False)
    assert {(row["cve"], row["change"]) for row in found["cves"]} == {
        ("CVE-2026-99998", "added"), ("CVE-2026-99999", "removed"),
    }  # fmt: skip
    assert {(row["name"], row["change"]) for row in found["table"]} == {
        ("d.patch", "removed"), ("e.patch", "added"), ("f.patch", "added"),
    }  # fmt: skip
    assert [(s["section"], s["change"]) for s in found["sections"]] == [
        ("UPDATES IN VERSION", "changed"), ("ISSUE DESCRIPTION", "changed"), ("NOTE", "added"),
    ]  # fmt: skip


def test_for_people(home):
    page = home.run("diff", "901", "2", "3")
    assert "c.patch: ANOTHER CHANGE UNDER THE SAME NAME; the updates do not name it\n" in page
    assert "b.patch: the same change in other bytes\n" in page
    assert "e.patch: the same change under another name, before d.patch\n" in page
    assert "\033" not in page and "[-kept.-]" in page and "{+never kept" in page
    markdown = home.run("diff", "901", "2", "3", "--format", "md")
    assert "- **c.patch: ANOTHER CHANGE" in markdown and "**New \\*words\\*.**" in markdown
    back = home.run("diff", "901", "3", "2")
    assert "f.patch: removed" in back and "NOTE: removed" in back


def test_nothing_and_line_breaks(home, keys):
    assert "Nothing differs." in home.run("diff", "901", "2", "2")
    for number, text in ((1, TEXT), (2, TEXT.replace("version 2", "version 3"))):
        text = text.replace("901", "902").replace("UPDATES IN VERSION 2", f"UPDATES IN VERSION {number + 1}")
        text = text.replace("A frob is kept.", "A frob is\nkept." if number == 2 else "A frob is kept.")
        home.run("import", home.bring(keys.sign(text)))
    page = home.run("diff", "902", "2", "3")
    assert "No word differs" in page


def test_bytes_that_the_record_lacks(home, keys):
    for number, patches in ((2, OLD), (3, NEW)):
        text = with_sums(patches).replace("901", "903")
        text = text.replace("version 2", f"version {number}").replace("VERSION 2", f"VERSION {number}")
        home.run("import", home.bring(keys.sign(text)))
    assert "c.patch: ANOTHER FILE UNDER THE SAME NAME" in home.run("diff", "903", "2", "3")


@pytest.mark.parametrize(
    "arguments, status",
    [
        (["901"], 64),
        (["901", "2"], 64),
        (["901", "2", "x"], 64),
        (["901", "2", "0"], 64),
        (["901", "2", "9"], 66),
        (["999", "1", "2"], 66),
        (["901", "2", "3", "--format", "csv"], 64),
    ],
)
def test_mistakes_have_their_status(home, arguments, status):
    result = home.attempt("diff", *arguments)
    assert result.returncode == status and result.stderr.count("\n") == 1
