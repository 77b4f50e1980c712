"""The pages of forty real advisories, with the real Xen history behind them, beside git."""

import json
import re

import pytest
from test_xen_resolve import XSA_480, advisories, home, is_first  # noqa: F401 (fixtures)

OTHER_PRODUCTS = ("270", "487", "489", "498", "513")
WITHDRAWN = "283"


@pytest.fixture(scope="module")
def site(home, tmp_path_factory):  # noqa: F811
    folder = tmp_path_factory.mktemp("site") / "xsa"
    home.run("publish", "--into", folder)
    return folder


def lines(page):
    """(line, first release, beginning of a commit) of each row of the first table."""
    table = page.split('<table class="cards lines">', 1)[1].split("</table>", 1)[0]
    for row in table.split("<tr>")[2:]:
        release = re.search(r"<strong>([\d.]+)</strong>", row)
        commit = re.search(r'<code title="(\w{40})"', row)
        yield (re.search(r'<th scope="row">([^<]+)<', row)[1], release and release[1],
               commit and commit[1])  # fmt: skip


def test_xsa_480_says_which_release_has_the_fix(xen, site):
    told = {line: (release, commit) for line, release, commit in
            lines((site / "advisory-480.html").read_text())}  # fmt: skip
    assert {line: release for line, (release, _) in told.items()} == XSA_480
    for line, (release, commit) in told.items():
        assert line == "master" or is_first(xen, commit, line, release)


def test_all_of_them_are_in_the_table(site):
    index = (site / "index.html").read_text()
    numbers = re.findall(r'<a href="advisory-([\d-]+)\.html">', index)
    assert len(numbers) == 39 and len(set(numbers)) == 39
    assert sorted(numbers) == sorted(p.stem[9:] for p in site.glob("advisory-*.html"))
    entries = json.loads((site / "xsa.json").read_text())[0]["xsas"]
    assert sorted(entry["xsa"] for entry in entries) == sorted(numbers)
    assert [entry["cve"] for entry in entries if entry["xsa"] == "508"] == [[]]
    assert [len(entry["cve"]) for entry in entries if entry["xsa"] == "489"] == [5]


def test_what_is_not_known_is_not_told(site):
    for number in OTHER_PRODUCTS:
        page = (site / f"advisory-{number}.html").read_text()
        assert f"No commit is known here that fixes XSA-{number}" in page
        assert '<table class="cards lines">' not in page
    assert "Nothing is to be fixed" in (site / f"advisory-{WITHDRAWN}.html").read_text()
