"""CSAF documents of the real advisories over the real Xen history, by other people's checkers."""

import importlib
import json
import shutil
import sys
from pathlib import Path

import pytest
from conftest import Xen, data_folder

sys.path.append(str(Path(__file__).parents[1] / "cli"))
csaf_room = importlib.import_module("csaf_room")

URL = "https://xenbits.example.org/xsa/"
CONF = f"""
[publish]
url = {URL}
publisher = Xen Project
namespace = https://xenproject.example.org
"""
FIRST = ["4.17.7", "4.18.6", "4.19.5", "4.20.3", "4.21.1", "4.22.0"]


@pytest.fixture(scope="module", name="site")
def make_site(xen, tmp_path_factory):
    advisories = data_folder().parent / "xsa"
    if not (advisories / "mail" / "xsa480.patch").exists():
        pytest.skip(f"{advisories} has no mail/xsa480.patch and no published advisories")
    folder = tmp_path_factory.mktemp("home") / "xen"
    shutil.copytree(xen.folder, folder)
    conf = folder / "barograph.conf"
    conf.write_text(conf.read_text() + CONF)
    home = Xen(folder, xen.repository)
    home.run("advisory", "import", "--key", advisories / "xen.org-key.asc",
             *(advisories / "mail").glob("*.eml"), *(advisories / "corpus").glob("*.txt"))  # fmt: skip
    home.run("publish")
    return folder / "site"


def test_all_of_them_are_valid(site):
    assert len(csaf_room.check_valid(site)) == 40  # forty texts, two of one advisory; and the provider


def test_lists_name_them_all(site):
    csaf_room.check_lists(site, URL)


def test_xsa_480(site, xen):
    document = csaf_room.read(site)["XSA-480"]
    one = document["vulnerabilities"][0]
    versions = {word: [name.split(":")[1] for name in names] for word, names in one["product_status"].items()}
    assert versions["first_fixed"] == FIRST
    for line in ("4.17", "4.18", "4.19", "4.20", "4.21"):
        tags = xen.git("tag", "--list", f"RELEASE-{line}.*", "--sort=version:refname").split()
        released = [tag.removeprefix("RELEASE-") for tag in tags]
        at = released.index(next(first for first in FIRST if first.startswith(line)))
        assert [v for v in versions["known_affected"] if v.startswith(line + ".")] == released[:at]
        assert [v for v in versions["fixed"] if v.startswith(line + ".")] == released[at:]
    assert "under_investigation" not in versions and "4.16.7" in versions["known_not_affected"]


def test_what_the_text_excludes_is_not_affected(site):
    told = csaf_room.statuses(csaf_room.read(site)["XSA-253"])
    affected = [name for name, word in told.items() if word == "known_affected"]
    assert len(affected) == 1 and affected[0].endswith(" 4.10.0")
    assert "under_investigation" not in told.values()


def test_other_products_and_withdrawn_ones(site):
    documents = csaf_room.read(site)
    assert csaf_room.statuses(documents["XSA-270"]) == {"Linux 4.7 and later": "known_affected"}
    assert csaf_room.statuses(documents["XSA-498"]) == {"XAPI": "under_investigation"}
    assert len(documents["XSA-489"]["vulnerabilities"]) == 5
    assert csaf_room.statuses(documents["XSA-489"], 4) == {
        "XAPI, all versions when the advisory was published": "known_affected"}  # fmt: skip
    assert "vulnerabilities" not in documents["XSA-283"]
    assert "see the advisory" not in json.dumps(list(documents.values())).lower()


@pytest.mark.parametrize("number", [163, 461, 495, 508])
def test_a_patch_that_only_documents_fixes_no_release(site, number):
    """ "Applying the attached patch documents this issue": nothing is fixed, nor safe for want of SUPPORT.md."""
    document = csaf_room.read(site)[f"XSA-{number}"]
    assert set(csaf_room.statuses(document).values()) <= {"known_affected", "under_investigation"}
    remedies = {one["category"] for one in document["vulnerabilities"][0]["remediations"]}
    assert "vendor_fix" not in remedies and "none_available" in remedies
    record = json.loads((site / "osv" / f"XSA-{number}.json").read_text())
    assert "affected" not in record and "FIX" not in {one["type"] for one in record["references"]}
    page = (site / f"advisory-{number}.html").read_text()
    assert "fixed in" not in page and ">fixed<" not in page


def test_what_nobody_inspected_is_not_called_affected(site):
    """The page says of releases what CSAF says: the text of XSA-387 names versions up to 4.13, on a condition."""
    told = csaf_room.statuses(csaf_room.read(site)["XSA-387"])
    assert {word for name, word in told.items() if name.endswith(" 4.9.4")} == {"under_investigation"}
    assert "4.9.4" not in (site / "advisory-387.html").read_text()
