"""CVE and OSV records of all real advisories: by their schemas, and by the real Xen history."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Xen, data_folder

sys.path.append(str(Path(__file__).parents[1] / "cli"))
import checkers  # noqa: E402

FIRST = {"4.22": "4.22.0", "4.21": "4.21.1", "4.20": "4.20.3", "4.19": "4.19.5", "4.18": "4.18.6",
         "4.17": "4.17.7"}  # fmt: skip
PUBLISH = """
[publish]
url = https://xenbits.example.org/xsa/
publisher = Xen Project
vendor = Xen
namespace = https://xenproject.example.org
contact = security@xenproject.example.org
cve-organisation = 23aa2041-22e1-471f-9209-9b7396fa234f
cve-short-name = XEN
"""


@pytest.fixture(scope="module")
def advisories():
    folder = data_folder().parent / "xsa"
    if not (folder / "corpus").is_dir():
        pytest.skip(f"{folder} has no published advisories")
    return folder


@pytest.fixture(scope="module")
def home(xen, advisories, tmp_path_factory):
    folder = tmp_path_factory.mktemp("home") / "xen"
    shutil.copytree(xen.folder, folder)
    home = Xen(folder, xen.repository)
    conf = folder / "barograph.conf"
    keys = "product = Xen\npublic-url = https://xenbits.example.org/xen.git\ncpe = cpe:2.3:o:xen:xen\n"
    conf.write_text(re.sub(r"(\[repository \w+\]\n)", rf"\1{keys}", conf.read_text(), count=1) + PUBLISH)
    home.run("advisory", "import", "--key", advisories / "xen.org-key.asc",
             *(advisories / "mail").glob("*.eml"), *(advisories / "corpus").glob("*.txt"))  # fmt: skip
    home.run("publish")
    return home


def load(home, kind, name):
    return json.loads((home.folder / "site" / kind / f"{name}.json").read_text())


def everything(home, kind):
    return [json.loads(path.read_text()) for path in sorted((home.folder / "site" / kind).glob("*.json"))]


class Graph:
    """What leads to what, from git's list of parents, read once."""

    def __init__(self, xen):
        rows = [line.split() for line in xen.git("rev-list", "--topo-order", "--parents", "--all").splitlines()]
        self.rows = rows[::-1]  # parents first
        names = xen.git("tag", "--list", "RELEASE-*").split()
        ids = xen.git("rev-parse", *(f"{name}^{{commit}}" for name in names)).split()
        self.tags = dict(zip(names, ids))

    def ancestors(self, marks):
        """For each commit the set of marks (as bits) that are its ancestors, or itself."""
        bits = {commit: 1 << n for n, commit in enumerate(marks)}
        found = {}
        for commit, *parents in self.rows:
            mask = bits.get(commit, 0)
            for parent in parents:
                mask |= found[parent]
            found[commit] = mask
        return lambda mark, commit: bool(found[commit] & bits[mark])


def has(xen, tag, commit):
    """Whether the tag leads to the commit, by git."""
    done = subprocess.run(["git", "-c", "safe.directory=*", "-C", xen.repository, "merge-base",
                           "--is-ancestor", commit, tag], check=False)  # fmt: skip
    assert done.returncode in (0, 1)
    return done.returncode == 0


@pytest.fixture(scope="module")
def graph(xen):
    return Graph(xen)


def test_they_are_valid(home, advisories):
    schemas = advisories.parent / "schemas"
    if not schemas.is_dir():
        pytest.skip(f"{schemas} has no schemas of CVE and OSV records")
    site = home.folder / "site"
    containers = home.folder / "containers"
    containers.mkdir(exist_ok=True)
    records, osv = sorted((site / "cve").glob("*.json")), sorted((site / "osv").glob("*.json"))
    for path in records:  # what is sent to the server
        cna = json.loads(path.read_text())["containers"]["cna"]
        (containers / path.name).write_text(json.dumps(cna))
    said = checkers.run("records.mjs", schemas / "cve_5.1.1_bundled.json", *records, "--",
                        schemas / "cve_5.1.1_cna_published.json", *sorted(containers.iterdir()), "--",
                        schemas / "osv.json", *osv)
    assert len(osv) == 39 and len(records) == 40
    assert said == "119 documents checked, 0 not valid\n"


def test_xsa_480(xen, home):
    """Six fixes; each release that is listed lacks its line's, each later one has it."""
    item, = load(home, "osv", "XSA-480")["affected"]
    events = item["ranges"][0]["events"]
    fixes = [event["fixed"] for event in events if "fixed" in event]
    begins = [event["introduced"] for event in events if "introduced" in event]
    assert len(fixes) == 6 and any(fix.startswith("4bc2e533") for fix in fixes)
    assert begins == ["4a59e6bb3a96f5ebca95d162b2a81b3e68b076a2"]
    affected = set(item["versions"])
    fixed = {tag for fix in fixes
             for tag in xen.git("tag", "--list", "RELEASE-*", "--contains", fix).split()}
    began = set(xen.git("tag", "--list", "RELEASE-*", "--contains", begins[0]).split())
    for line, first in FIRST.items():
        tags = xen.git("tag", "--list", f"RELEASE-{line}.*", "--sort=version:refname").split()
        at = tags.index(f"RELEASE-{first}")
        assert affected & set(tags) == set(tags[:at]) == set(tags) - fixed
        assert set(tags) <= began
        for tag in tags:  # once more, by its other word for it
            assert any(has(xen, tag, fix) for fix in fixes) == (tag in fixed)
    # No release of another line has what began it.
    lines = {tag.removeprefix("RELEASE-").rsplit(".", 1)[0] for tag in affected | began}
    assert lines <= set(FIRST)


def test_the_cve_record_of_xsa_480(home):
    cna = load(home, "cve", "CVE-2026-23554")["containers"]["cna"]
    releases, commits = cna["affected"]
    assert releases["versions"] == [
        {"version": f"{line}.0", "status": "affected", "versionType": "semver", "lessThan": first}
        for line, first in sorted(FIRST.items()) if line != "4.22"]
    assert releases["defaultStatus"] == commits["defaultStatus"] == "unaffected"
    assert releases["programFiles"] == ["xen/arch/x86/mm/p2m.c"]
    assert len(commits["versions"]) == 6
    assert {entry["versionType"] for entry in commits["versions"]} == {"git"}


# Their texts call a whole line vulnerable; what their Fixes: lines name came to its stable branch with
# a later release. Both are told: releases by the text, commits by the history.
OLDER_BY_TEXT = {"x_XSA-494", "x_XSA-506"}


def ends(record):
    for item in record.get("affected", []):
        events = [event for one in item.get("ranges", []) for event in one["events"]]
        yield (item, [event["introduced"] for event in events if "introduced" in event],
               [event["fixed"] for event in events if "fixed" in event])


def test_every_range_holds_in_git(graph, home):
    """For all advisories: what begins leads to what fixes, and no affected release has a fix."""
    records = everything(home, "osv")
    marks = {one for record in records for _, begins, fixes in ends(record) for one in begins + fixes}
    leads = graph.ancestors(sorted(marks - {"0"}))
    pairs = listed = 0
    for record in records:
        for item, begins, fixes in ends(record):
            for fix in fixes:
                assert "0" in begins or any(leads(one, fix) for one in begins), record["id"]
                pairs += 1
            for tag in item.get("versions", []):
                commit = graph.tags[tag]
                listed += 1
                assert not any(leads(fix, commit) for fix in fixes), (record["id"], tag)
                began = not fixes or "0" in begins or any(leads(one, commit) for one in begins)
                assert began or record["id"] in OLDER_BY_TEXT, (record["id"], tag)
    assert pairs > 100 and listed > 1000


def test_commits_of_cve_records(graph, home):
    spans = {(entry["version"], entry["lessThan"])
             for record in everything(home, "cve")
             for product in record["containers"]["cna"]["affected"]
             for entry in product.get("versions", [])
             if entry["versionType"] == "git"}
    leads = graph.ancestors(sorted({begin for begin, _ in spans} - {"0"}))
    assert len(spans) > 100
    for begin, end in spans:
        assert begin == "0" or leads(begin, end), (begin, end)


# What these texts say of versions under VULNERABLE SYSTEMS, read by a person.
STATED = {"XSA-270": [("4.7", "*")], "XSA-487": [("3.8", "*")], "XSA-510": [("4.6", "*")],
          "XSA-512": [("4.6", "*")]}


def test_what_is_not_known_is_not_invented(home):
    """Products whose history is not here, and a fix that the main branch does not have."""
    withdrawn = load(home, "osv", "XSA-283")
    assert withdrawn["withdrawn"] and "affected" not in withdrawn and "aliases" not in withdrawn
    without = [record for record in everything(home, "osv") if "affected" not in record]
    assert 5 <= len(without) <= 12
    for record in without:
        for cve in record.get("aliases", []):
            product, = load(home, "cve", cve)["containers"]["cna"]["affected"]
            assert product["defaultStatus"] == "unknown"
            stated = [(entry["version"], entry["lessThan"]) for entry in product.get("versions", [])]
            assert stated == STATED.get(record["id"].removeprefix("x_"), []), record["id"]
    # XSA-188: no fix on the main branch; nobody knows of it and of newer lines.
    item, = load(home, "osv", "XSA-188")["affected"]
    assert "ranges" not in item and all(tag.startswith("RELEASE-4.4.") for tag in item["versions"])


def test_twice_is_the_same(home):
    assert " 0 documents written" in home.run("publish")
    site = home.folder / "site"
    before = {path: path.read_bytes() for path in [*site.glob("cve/*"), *site.glob("osv/*")]}
    home.run("publish", BAROGRAPH_NOW="2027-01-01T00:00:00Z")
    assert before == {path: path.read_bytes() for path in before}
    assert os.listdir(site / "cve")
