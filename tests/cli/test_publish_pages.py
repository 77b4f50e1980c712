"""The pages of a site: what is on them, who can read them, and what they never fetch."""

import json
import re
import subprocess
import urllib.parse
import xml.etree.ElementTree as ElementTree
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import checkers
import pytest

from keyrings import make_keys  # noqa: F401 (a fixture)
from mailing import MailHome, Members, Server, stop_agent
from test_resolve import Lantern

ATOM = "{http://www.w3.org/2005/Atom}"
PUBLIC = "2026-06-16T12:00:00Z"
LATER = "2026-06-20T09:30:00Z"
HOSTILE = '</title><script>alert("1 & 2")</script> \'frobs\' &amp; {{id}}'
LONG = "frobs " * 1666 + "end"
PROSE = """\
ISSUE DESCRIPTION
=================

{words}

IMPACT
======

Whoever finds frobs reads secrets:

 - <b>guests</b> & their "administrators",
   of any kind
 - anybody else

VULNERABLE SYSTEMS
==================

Lantern 1.1 and later.  See also XSA-601 and XSA-999, and
https://lantern.example/frobs?a=1&b=2.

MITIGATION
==========

Look for it:

  # frob --list        {wide}
  [16] frob            ... yes ...

There is none.
"""
UNPATCHED = """
RESOLUTION
==========

There is no patch.
"""
CONFIGURATION = """\
[repository lantern]
path = {path}
product = Lantern <&>
[publish]
url = https://lantern.example/xsa/
namespace = https://lantern.example
publisher = Lantern & Friends
contact = security@lantern.example
cve-organisation = 00000000-0000-4000-8000-000000000001
cve-short-name = LANTERN
"""


class SiteHome(MailHome):
    def __init__(self, folder, keys, lantern):
        self.lantern = lantern
        super().__init__(folder, keys)

    def configure(self, text):
        super().configure(text + CONFIGURATION.format(path=self.lantern.folder))

    def write(self, number, *changes, cves=(), words="Some frobs outlive it.", title="a lamp",
              rest=""):
        options = [option for cve in cves for option in ("--cve", cve)]
        self.run("new", "--title", "T", "--number", number, "--for", "public", *options)
        folder = self.folder_of(number)
        (folder / "advisory.txt").write_text(PROSE.format(words=words, wide="x" * 90) + rest)
        self.edit(number, ("advisory", "title", title), ("dates", "public", PUBLIC),
                  ("deployment", "mitigation", "permitted"), *changes)  # fmt: skip
        return folder

    def embargo(self, number, members):
        """Told to members, under a policy that lets the public know the number and the day."""
        self.draft(number)
        self.edit(number, ("advisory", "policies", "xen"))
        self.freeze(number)
        self.take(members)
        self.now = "2026-06-02T12:00:00Z"
        with Server() as server:
            self.mail(server.port)
            self.do("predisclose", number)

    def publish(self, *numbers, status=0):
        return self.do("publish", "--into", self.folder / "site", *numbers, status=status)

    def page(self, name):
        return (self.folder / "site" / name).read_text()


def make_texts(home, lantern):
    """601 has its patch in the history and two versions; the others try what can go wrong."""
    folder = home.write(601, ("patches", "xsa601.patch", "lantern-unstable - Lantern 1.1"),
                        ("deployment", "patch", "permitted"), cves=["CVE-2026-00601"])  # fmt: skip
    (folder / "xsa601.patch").write_bytes(lantern.patch)
    folder = home.write(602, ("patches", "xsa602-a+b.patch", "Other 1.0 - 0.9"),
                        ("deployment", "patch", "permitted"), title=HOSTILE, words=HOSTILE,
                        cves=[f"CVE-2026-1060{n}" for n in range(5)])  # fmt: skip
    (folder / "xsa602-a+b.patch").write_bytes(b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n")
    home.write("2026-01", title=LONG, rest=UNPATCHED)
    home.write(603, rest=UNPATCHED)
    home.run("waive", 601, "patch-apply", "--reason", "the history has it already")
    home.freeze(601, 602, 603, "2026-01")


@pytest.fixture(scope="module", name="home")
def make_home(tmp_path_factory, keys):
    folder = tmp_path_factory.mktemp("site")
    lantern = Lantern(folder / "lantern")
    home = SiteHome(folder / "home", keys, lantern)
    members = Members(1)
    home.do("mine")
    make_texts(home, lantern)
    home.embargo(604, members)
    home.now = PUBLIC
    home.publish(601, 602, 603, "2026-01")
    home.now = LATER
    home.run("revise", 601)
    (home.folder_of(601) / "updates.txt").write_text("Clarified.\n")
    home.run("withdraw", 603, "--reason", "it was no issue")
    home.run("revise", 603)
    home.freeze(601, 603)
    home.publish(601, 603)
    yield home
    members.end()
    stop_agent(home.folder / "security" / "keyring")


class Reader(HTMLParser):
    """Elements that are open when the file ends, links, ids, and the text of rows."""

    EMPTY = {"meta", "link", "br", "input"}

    def __init__(self, text):
        super().__init__()
        self.open, self.links, self.ids, self.rows, self.elements = [], [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.elements.append(tag)
        self.links += [value for name, value in attributes.items() if name in ("href", "src")]
        self.ids += [attributes["id"]] if "id" in attributes else []
        if tag == "tr":
            self.rows.append("")
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in self.EMPTY:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open, self.getpos())
        self.open.pop()

    def handle_data(self, data):
        if self.rows:
            self.rows[-1] += data


def pages(home):
    return sorted(path.name for path in (home.folder / "site").glob("*.html"))


def test_every_page_is_well_formed_and_no_link_is_dead(home):
    assert pages(home) == ["advisory-2026-01.html", "advisory-601.html", "advisory-602.html",
                           "advisory-603.html", "index.html", "statistics.html"]  # fmt: skip
    for name in pages(home):
        reader = Reader(home.page(name))
        assert reader.open == [] and len(reader.ids) == len(set(reader.ids))
        for link in reader.links:
            url = urllib.parse.urlsplit(link)
            if url.scheme == "" and url.path:
                assert (home.folder / "site" / urllib.parse.unquote(url.path)).is_file(), link
            elif url.scheme == "":
                assert url.fragment in reader.ids, link
            else:
                assert url.scheme in ("http", "https", "data"), link


def test_the_parser_at_hand_finds_nothing(home):
    known = "header|main|section|footer|time|details|summary|output|figure|svg|text|title|rect|line|g|path|desc"
    for name in pages(home):
        result = subprocess.run(["xmllint", "--html", "--noout", home.folder / "site" / name],
                                capture_output=True, text=True, check=False)  # fmt: skip
        errors = [line for line in result.stderr.splitlines() if "error" in line]
        assert [e for e in errors if not re.search(rf"Tag ({known}) invalid", e)] == []


def test_what_came_from_outside_is_only_text(home):
    page, index = home.page("advisory-602.html"), home.page("index.html")
    escaped = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = escaped.replace('"', "&quot;").replace("'", "&#39;")
    assert page.count(escaped) >= 3 and escaped in index
    assert "<script" not in page and "alert(\"" not in page + index
    assert "&lt;b&gt;guests&lt;/b&gt; &amp; their" in page and "<b>" not in page
    assert 'href="xsa602-a%2Bb.patch"' in page
    assert LONG in home.page("advisory-2026-01.html")


def test_all_are_there_without_a_script(home):
    rows = Reader(home.page("index.html")).rows
    names = [re.search(r"XSA-\S+", row)[0] for row in rows[1:]]
    assert names == ["XSA-604", "XSA-2026-01", "XSA-603", "XSA-602", "XSA-601"]
    by_name = dict(zip(names, rows[1:]))
    assert "hidden" not in home.page("index.html").split("<tbody")[1].split("</tbody>")[0]
    assert "2026-06-16 12:00" in by_name["XSA-601"] and "2026-06-20" in by_name["XSA-601"]
    assert all(f"CVE-2026-1060{n}" in by_name["XSA-602"] for n in range(5))
    assert "not known here" in by_name["XSA-602"] and "withdrawn" in by_name["XSA-603"]
    assert re.sub(r"\s+", " ", by_name["XSA-601"]).count("1.2.1") == 1
    assert "1.1 fixed, not released" in by_name["XSA-601"]


def test_of_what_is_under_embargo_only_number_and_day_are_told(home):
    row = next(row for row in Reader(home.page("index.html")).rows if "XSA-604" in row)
    assert "planned 2026-06-16 12:00" in row and "Under embargo" in row
    assert "CVE" not in row and "frobs" not in row
    others = [home.page(name) for name in (*pages(home), "feed.atom") if name != "index.html"]
    assert not [page for page in others if "XSA-604" in page or "00604" in page]
    entry = entries(home)["604"]
    assert entry == {"public_time": "2026-06-16 12:00", "xsa": "604"}


def section(page, start):
    return page.split(start, 1)[1].split("</section>", 1)[0]


def test_which_release_has_the_fix(home):
    part = section(home.page("advisory-601.html"), 'id="releases"')
    told = [re.sub(r"\s+", " ", row).strip() for row in Reader(part).rows]
    fix, quiet, picked = (one[:12] for one in (home.lantern.fix, home.lantern.quiet,
                                               home.lantern.picked))  # fmt: skip
    assert told[1:4] == [
        f"mainfixed1.3.0 2021-01-12{fix}",
        f"1.2fixed1.2.01.2.1 2021-01-14{quiet}",
        f"1.1fixed, no release has it yet1.1.0{picked} 2 other lines",
    ]
    assert "1.3had the fix from the beginning1.3.0 2021-01-12" in told[5]
    assert told[6].startswith("1.0not affected") and "what it repairs is not there" in told[6]


def test_when_nothing_is_known_it_says_so(home):
    page = home.page("advisory-602.html")
    assert "No commit is known here that fixes XSA-602" in page
    anchor = re.search(r'<a href="#([^"]+)">vulnerable systems</a>', page)[1]
    assert "Lantern 1.1 and later." in section(page, f'id="{anchor}"')
    assert "<strong>Withdrawn.</strong>" in home.page("advisory-603.html")
    assert "Nothing is to be fixed" in home.page("advisory-603.html")


def test_the_text_is_prose_lists_and_what_was_set(home):
    page = home.page("advisory-601.html")
    assert "<li>&lt;b&gt;guests&lt;/b&gt; &amp; their &quot;administrators&quot;,\nof any kind</li>" in page
    assert '<pre tabindex="0"># frob --list        xxx' in page and "\n[16] frob            ... yes ...</pre>" in page
    assert '<a href="https://lantern.example/frobs?a=1&amp;b=2">https://lantern.example/frobs?a=1&amp;b=2</a>.' in page
    assert "See also XSA-601 and XSA-999" in page, "no link to itself, and none to what is not there"
    assert '<a href="advisory-601.html">XSA-601</a> and XSA-999' in home.page("advisory-602.html")
    sums = re.findall(r'<td class="sum">([0-9a-f]{64})</td>', page)
    site = home.folder / "site"
    assert sums == [subprocess.run(["sha256sum", site / "xsa601.patch"], check=True, text=True,
                                   capture_output=True).stdout.split()[0]]  # fmt: skip


def test_older_versions_are_linked(home):
    part = section(home.page("advisory-601.html"), 'id="versions"')
    assert re.findall(r'<a href="([^"]+)">Version (\d)</a>', part) == [
        ("advisory-601.txt", "2"), ("xsa601-v1/advisory-601.txt", "1"),
    ]  # fmt: skip
    assert "2026-06-20 09:30 UTC" in part and "2026-06-16 12:00 UTC" in part and "Clarified." in part


def test_a_page_as_it_was_read(home):
    """The page of 601, without its style: who changes it reads it again."""
    page = re.sub(r"(?s)<style>.*</style>\n", "", home.page("advisory-601.html"))
    golden = Path(__file__).resolve().parents[1] / "data" / "publish" / "advisory-601.html"
    assert page == golden.read_text()


# --- for programs ---


def entries(home):
    whole = json.loads(home.page("xsa.json"))
    assert len(whole) == 1 and list(whole[0]) == ["xsas"]
    return {entry["xsa"]: entry for entry in whole[0]["xsas"]}


def test_the_list_for_programs_has_the_shape_of_xens(home):
    found = entries(home)
    assert list(found) == ["601", "602", "603", "604", "2026-01"]
    assert found["601"] == {
        "cve": ["CVE-2026-00601"],
        "files": [{"name": "xsa601.patch", "project": "lantern", "upstream": "Lantern <&>",
                   "versions": [["lantern-unstable", "1.1"]]}],
        "public_time": "2026-06-16 12:00", "title": "a lamp", "version": 2,
        "version_time": "2026-06-20 09:30", "xsa": "601",
    }  # fmt: skip
    assert found["602"]["title"] == HOSTILE and len(found["602"]["cve"]) == 5
    assert found["602"]["files"] == [
        {"name": "xsa602-a+b.patch", "upstream": "Other", "versions": [["1.0", "0.9"]]}
    ]


def test_the_feed_is_what_rfc_4287_asks_for(home):
    subprocess.run(["xmllint", "--noout", home.folder / "site" / "feed.atom"], check=True)
    feed = ElementTree.fromstring(home.page("feed.atom"))
    assert feed.tag == ATOM + "feed" and feed.find(f"{ATOM}author/{ATOM}name").text
    found = feed.findall(ATOM + "entry")
    for element in (feed, *found):
        assert all(len(element.findall(ATOM + name)) == 1 for name in ("id", "title", "updated"))
        links = element.findall(ATOM + "link")
        assert len([link for link in links if link.get("rel") == "alternate"]) == 1
        assert all(link.get("href").startswith("https://lantern.example/xsa/") for link in links)
    ids = [element.find(ATOM + "id").text for element in (feed, *found)]
    assert len(ids) == len(set(ids)) and ids[0] == "tag:lantern.example,2026:xsa"
    assert "tag:lantern.example,2026:XSA-2026-01" in ids
    times = [e.find(ATOM + "updated").text for e in (feed, *found)]
    times += [e.find(ATOM + "published").text for e in found]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", time) for time in times)
    assert all(datetime.fromisoformat(time.replace("Z", "+00:00")) for time in times)
    titles = [e.find(ATOM + "title").text for e in found]
    assert f"XSA-602: {HOSTILE}" in titles and "XSA-603: withdrawn: a lamp" in titles


def test_the_feed_fits_the_schema(home):
    schema = Path(__file__).resolve().parents[1] / "data" / "atom.rng"
    result = subprocess.run(
        ["xmllint", "--noout", "--relaxng", schema, home.folder / "site" / "feed.atom"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr


# --- again ---


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_publishing_again_changes_no_byte(home):
    before = contents(home.folder / "site")
    now, home.now = home.now, "2027-01-01T00:00:00Z"
    home.publish()
    home.now = now
    assert contents(home.folder / "site") == before


def test_a_template_of_the_home_takes_the_place(home, tmp_path):
    templates = home.folder / "templates"
    templates.mkdir()
    (templates / "site-head.html").write_text("<meta charset=\"utf-8\">\n<!-- {{publisher}} -->\n")
    home.do("publish", "--into", tmp_path / "own")
    assert "<!-- Lantern &amp; Friends -->" in (tmp_path / "own" / "index.html").read_text()
    (templates / "site-head.html").write_text("{{#open}}\n")
    result = home.do("publish", "--into", tmp_path / "broken", status=78)
    assert "site-head.html, line 1: " in result.stderr
    (templates / "site-head.html").unlink()
    templates.rmdir()


# --- in a browser ---


def test_a_browser_reads_filters_and_sorts(home):
    checkers.need_browser()
    site = home.folder / "site"
    first = ["index.html", "advisory-601.html", "statistics.html"]
    rest = [name for name in pages(home) if name not in first]
    found = json.loads(checkers.run("pages.mjs", checkers.CHROMIUM, site, *first, "--", *rest))
    assert found["requests"] == [], "nothing is fetched from elsewhere"
    assert found["violations"] == [] and found["overflows"] == [] and found["complaints"] == []
    table = found["table"]
    assert table["count"] == "5 advisories" and table["first"] == "XSA-604"
    assert table["filtered"] == {"cve-2026-1060": ["XSA-602"], "1.2.1": ["XSA-601"], "LAMP 603": ["XSA-603"],
                                 "nothing has this": []}  # fmt: skip
    assert table["said"] == "1 of 5"
    assert table["sorted"]["Advisory"] == ["XSA-2026-01", "XSA-604", "XSA-603", "XSA-602", "XSA-601"]
    assert table["sorted"]["Title"][-1] == "XSA-604" or table["sorted"]["Title"][0] == "XSA-602"
    assert table["sorted"]["CVEs"][:2] == ["XSA-601", "XSA-602"], "the empty ones come last"
