"""CSAF documents as other people's checkers see them, and what a provider's lists have to say."""

import csv
import io
import json
import os
import re
from pathlib import Path

import checkers

SHARED = Path(os.environ.get("BAROGRAPH_XSA", Path(__file__).parents[3] / "shared/data/xsa"))
SCHEMAS = SHARED.parent / "schemas"

# Optional tests that may find something, and why it stays; docs/publishing.md says it in words.
ALLOWED = {
    "optionalTest_6_2_3": "advisories carry no CVSS score, and none is made up",
    "optionalTest_6_2_16": "a range of versions that the text names, and a product that is not of this "
                           "home, have no CPE and no purl of ours",
}  # fmt: skip
ROLIE = "urn:ietf:params:rolie:category:information-type"
FORMAT = {"schema": "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json", "version": "2.0"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def documents(site):
    return sorted((site / "csaf" / "white").glob("*/*.json"))


def check_valid(*sites):
    """Everything mandatory, and of what is optional only what is allowed above. Skips without checkers."""
    files = [path for site in sites for path in documents(site)]
    files += [site / "csaf" / "provider-metadata.json" for site in sites]
    schemas = SCHEMAS if (SCHEMAS / "csaf_2.0.json").exists() else "-"
    found = json.loads(checkers.run("csaf.mjs", schemas, *files))
    assert len(found) == len(files)
    for name, one in found.items():
        assert one["errors"] == [], (name, one["errors"][:3])
        others = [warning for warning in one["warnings"] if warning[0] not in ALLOWED]
        assert others == [], (name, others[:3])
    return found


def read(site):
    """id -> document"""
    loaded = [(path, json.loads(path.read_text())) for path in documents(site)]
    for path, document in loaded:
        tracking = document["document"]["tracking"]
        assert path.name == re.sub(r"[^+\-a-z0-9]+", "_", tracking["id"].lower()) + ".json"
        assert path.parent.name == tracking["initial_release_date"][:4]
    return {document["document"]["tracking"]["id"]: document for _, document in loaded}


def statuses(document, index=0):
    """version or range -> its status, as the names of the tree have it"""
    names = {}

    def walk(branches):
        for branch in branches:
            if "product" in branch:
                names[branch["product"]["product_id"]] = branch["product"]["name"]
            walk(branch.get("branches", []))

    walk(document["product_tree"]["branches"])
    status = dict(document["vulnerabilities"][index]["product_status"])
    first = {names[one] for one in status.pop("first_fixed", [])}
    told = {names[one]: word for word, ids in status.items() for one in ids}
    assert set(told) == set(names.values()), "each product has one status"
    assert first <= {name for name, word in told.items() if word == "fixed"}
    return told


def check_lists(site, url):
    """CSAF 2.0, 7.1.11 to 7.1.17, and the demands of its schema for ROLIE feeds."""
    white = site / "csaf" / "white"
    paths = sorted(str(path.relative_to(white)) for path in documents(site))
    loaded = {path: json.loads((white / path).read_text())["document"] for path in paths}
    assert (white / "index.txt").read_text().splitlines() == paths
    rows = list(csv.reader(io.StringIO((white / "changes.csv").read_text())))
    assert sorted(row[0] for row in rows) == paths
    for path, date in rows:
        assert date == loaded[path]["tracking"]["current_release_date"]
    assert [row[1] for row in rows] == sorted((row[1] for row in rows), reverse=True)
    check_feed(json.loads((white / "csaf-feed-tlp-white.json").read_text())["feed"], loaded, url, site)
    provider = json.loads((site / "csaf" / "provider-metadata.json").read_text())
    assert provider["canonical_url"] == url + "csaf/provider-metadata.json"
    directory, rolie = provider["distributions"]
    assert directory == {"directory_url": url + "csaf/white/"}
    feed = rolie["rolie"]["feeds"][0]
    assert (feed["tlp_label"], feed["url"]) == ("WHITE", url + "csaf/white/csaf-feed-tlp-white.json")
    for address in [feed["url"], *rolie["rolie"]["services"], *rolie["rolie"]["categories"]]:
        json.loads((site / address.removeprefix(url)).read_text())
    return provider


def check_feed(feed, loaded, url, site):
    assert set(feed) == {"id", "title", "link", "category", "updated", "entry"}
    assert re.fullmatch(r"[a-zA-Z0-9+\-_.]+", feed["id"]) and feed["title"]
    assert feed["link"][0] == {"rel": "self", "href": url + "csaf/white/csaf-feed-tlp-white.json"}
    assert feed["category"] == [{"scheme": ROLIE, "term": "csaf"}]
    assert {one["id"] for one in feed["entry"]} == {one["tracking"]["id"] for one in loaded.values()}
    dates = [one["updated"] for one in feed["entry"]]
    assert dates == sorted(dates, reverse=True) and feed["updated"] == dates[0]
    for entry in feed["entry"]:
        source = entry["content"]["src"]
        head = loaded[source.removeprefix(url + "csaf/white/")]
        assert source.startswith("https://") and source.endswith(".json")
        assert (entry["id"], entry["title"]) == (head["tracking"]["id"], head["title"])
        assert entry["published"] == head["tracking"]["initial_release_date"]
        assert entry["updated"] == head["tracking"]["current_release_date"]
        assert TIME.fullmatch(entry["updated"]) and entry["summary"]["content"]
        assert (entry["content"]["type"], entry["format"]) == ("application/json", FORMAT)
        assert entry["link"][0] == {"rel": "self", "href": source}
        for link in entry["link"][1:]:
            assert link["rel"] in ("hash", "signature")
            assert (site / link["href"].removeprefix(url)).is_file()
