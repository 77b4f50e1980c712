"""Real advisories and the real Xen history: which commits, which releases, beside git."""

import json
import shutil
import subprocess

import pytest
from conftest import Xen, data_folder

XSA_480 = {
    "master": "4.22.0", "4.21": "4.21.1", "4.20": "4.20.3", "4.19": "4.19.5", "4.18": "4.18.6",
    "4.17": "4.17.7",
}  # fmt: skip


@pytest.fixture(scope="module")
def advisories():
    folder = data_folder().parent / "xsa"
    if not (folder / "mail" / "xsa480.patch").exists():
        pytest.skip(f"{folder} has no mail/xsa480.patch and no published advisories")
    return folder


@pytest.fixture(scope="module")
def home(xen, advisories, tmp_path_factory):
    folder = tmp_path_factory.mktemp("home") / "xen"
    shutil.copytree(xen.folder, folder)
    home = Xen(folder, xen.repository)
    home.run("advisory", "import", "--key", advisories / "xen.org-key.asc",
             *(advisories / "mail").glob("*.eml"), *(advisories / "corpus").glob("*.txt"))  # fmt: skip
    return home


def patch_id(text):
    done = subprocess.run(["git", "patch-id", "--stable"], input=text, check=True, capture_output=True)
    return done.stdout.split()[0].decode() if done.stdout else None


def contains(xen, tag, commit):
    return xen.git("rev-list", "--count", f"{tag}..{commit}").strip() == "0"


def is_first(xen, commit, line, release):
    """In the release's tag, and not in the one before."""
    tags = xen.git("tag", "--list", f"RELEASE-{line}.*", "--sort=version:refname").split()
    at = tags.index(f"RELEASE-{release}")
    return contains(xen, tags[at], commit) and (at == 0 or not contains(xen, tags[at - 1], commit))


def test_xsa_480(xen, home, advisories):
    page = home.json("resolve", "480")
    place = page["repositories"][0]
    commits = {one["commit"]: one for one in place["commits"]}
    assert len(commits) == 6 and any(one.startswith("4bc2e533") for one in commits)
    wanted = patch_id((advisories / "mail" / "xsa480.patch").read_bytes())
    for commit, one in commits.items():
        assert (one["evidence"], one["sure"]) == ("patch identity", "certain")
        assert patch_id(xen.git("show", commit).encode()) == wanted
    found = {line["line"]: line for line in place["lines"]}
    assert {line: found[line]["first_release"] for line in XSA_480} == XSA_480
    for line in XSA_480:
        if line != "master":
            commit = found[line]["fixes"][0]["commit"]
            assert is_first(xen, commit, line, XSA_480[line])
            assert found[line]["first_tag"] == f"RELEASE-{XSA_480[line]}"
            assert found[line]["affected_from"] == f"{line}.0"
    assert {line["state"] for line in place["lines"] if line["line"] not in XSA_480} <= {
        "not affected", "fixed"}


def test_all_of_them(xen, home):
    page = json.loads(home.run("resolve", "--all", "--format", "json"))
    assert len(page["advisories"]) == 39  # forty texts, two of one advisory
    resolved = [one for one in page["advisories"] if one["resolved"]]
    assert len(resolved) >= 27
    # Of those for Xen itself only what is newer than the history, or without a fix, is not resolved.
    others = {row["advisory"] for row in page["unresolved"]}
    assert {"XSA-270", "XSA-283", "XSA-487", "XSA-489", "XSA-498", "XSA-513"} <= others
    # What the text excludes is in no range: "Xen 4.9 and earlier are not affected".
    item = next(one for one in resolved if one["advisory"] == "XSA-253")
    assert [line["line"] for line in item["repositories"][0]["lines"] if line["affected_from"]] == ["4.10"]
    told = [
        (fix["commit"], line["line"], fix["first_release"])
        for one in resolved
        for line in one["repositories"][0]["lines"]
        for fix in line["fixes"]
        if fix["first_release"] and not line["main"] and not line["inherited"]
    ]
    for commit, line, release in told[:: len(told) // 8]:  # git takes a second for each
        assert is_first(xen, commit, line, release), (commit, line, release)


def quilt(xen, commit):
    """As it was mailed in its day: plain diff's lines, another first folder, two lines of context."""
    text = xen.git("diff-tree", "-p", "-U2", "--no-indent-heuristic", "--src-prefix=xen.orig/",
                   "--dst-prefix=xen/", "--no-renames", commit)  # fmt: skip
    kept = [line for line in text.split("\n")[1:] if not line.startswith(("diff --git", "index "))]
    return "\n".join(kept) + "\n"


def test_old_patches_without_git_lines(xen, home):
    """The fixes of 2012 to 2016 that change text only, written as quilt writes them."""
    claims = xen.git("log", "--format=%H", "--no-merges", "--since=2012-01-01", "--until=2016-12-31",
                     "--extended-regexp", "--grep=^This is XSA-[0-9]+", "master").split()[:20]  # fmt: skip
    assert len(claims) == 20
    wanted = {}
    for number, commit in enumerate(claims, start=9000):
        home.run("advisory", "new", "--title", "old", "--number", str(number))
        folder = home.folder / "security" / f"xsa-{number}"
        (folder / f"xsa{number}.patch").write_text(quilt(xen, commit), encoding="utf-8")
        wanted[f"XSA-{number}"] = commit
    for one in home.json("resolve", *(str(number) for number in range(9000, 9020)))["advisories"]:
        commits = {c["commit"]: c for place in one["repositories"] for c in place["commits"]}
        assert wanted[one["advisory"]] in commits, one["advisory"]
