"""CVE and OSV records of a small history: by their schemas, and by git's own word on what is fixed."""

import os
import re
from pathlib import Path

import checkers
import pytest
from drafting import TEXT
from recording import (  # noqa: F401 (fixtures)
    PUBLISH,
    another,
    make_bare,
    make_keys,
    make_lantern,
    make_mined,
    make_team,
)
from test_advisory_mail import with_sums
from test_resolve import quilt

CVE = "CVE-2026-99999"
SIGNED = "2021-03-01T12:00:00Z"


def schemas():
    """The official ones, where they are kept for tests."""
    folder = Path(__file__).parents[2] / os.environ.get("BAROGRAPH_DATA", "../shared/data") / "schemas"
    if not folder.is_dir():
        pytest.skip(f"{folder} has no schemas of CVE and OSV records")
    return folder


def check_schemas(site):
    records, osv = sorted((site / "cve").glob("*.json")), sorted((site / "osv").glob("*.json"))
    said = checkers.run("records.mjs", schemas() / "cve_5.1.1_bundled.json", *records, "--",
                        schemas() / "osv.json", *osv)
    assert said == f"{len(records) + len(osv)} documents checked, 0 not valid\n"


def products(home, cve=CVE):
    """Of releases, and of commits."""
    return home.record(cve)["containers"]["cna"]["affected"]


# --- what is affected ---


def judge(product, version):
    """As the schema's own algorithm says; versions are pairs and triples of numbers."""
    def key(text):
        return [int(part) for part in text.split(".")]

    for entry in product["versions"]:
        end = entry.get("lessThan") or entry["lessThanOrEqual"]
        if key(entry["version"]) <= key(version) and (
                key(version) < key(end) or ("lessThanOrEqual" in entry and version == end)):
            return entry["status"]
    return product["defaultStatus"]


@pytest.mark.parametrize("form", [bytes, quilt])
def test_ranges_are_what_git_says(bare, lantern, form):
    """The patch as git writes it, and as old advisories have it."""
    patch = form(lantern.patch)
    bare.take_in(with_sums({"xsa901.patch": patch}), {"xsa901.patch": patch})
    bare.publish()
    releases, commits = products(bare)
    assert (releases["vendor"], releases["product"]) == ("Lantern", "Lantern OS")
    assert releases["repo"] == "https://git.example.org/lantern"
    assert releases["programFiles"] == ["a.c"]
    assert releases["cpes"] == ["cpe:2.3:o:lantern:lantern" + ":*" * 8]
    tags = lantern.git("tag").split()
    affected = set()
    for tag in tags:
        text = lantern.git("show", f"{tag}:a.c")
        wanted = "affected" if "frob()\n" in text and "no_frob()" not in text else "unaffected"
        assert judge(releases, tag.removeprefix("RELEASE-")) == wanted, tag
        affected |= {tag} if wanted == "affected" else set()
    assert affected == {"RELEASE-1.1.0", "RELEASE-1.2.0"}
    # Commits: the problem's, to the fix of each branch.
    spans = {(entry["version"], entry["lessThan"]) for entry in commits["versions"]}
    assert spans == {(lantern.problem, fix) for fix in (lantern.fix, lantern.quiet, lantern.picked)}
    for begin, end in spans:
        lantern.git("merge-base", "--is-ancestor", begin, end)
    item, = bare.osv("901")["affected"]
    assert set(item["versions"]) == affected
    git, = item["ranges"]
    assert git["events"] == [{"introduced": lantern.problem}, *(
        {"fixed": fix} for fix in (lantern.picked, lantern.quiet, lantern.fix))]
    assert git["repo"] == "https://git.example.org/lantern"


def test_the_fix_of_a_line_that_has_no_release_yet(team):
    """1.1 has the fix on its branch, and 1.1.0 is its last release."""
    team.publish()
    releases, _ = products(team)
    assert {"version": "1.1.0", "status": "affected", "versionType": "semver",
            "lessThanOrEqual": "1.1.0"} in releases["versions"]
    assert {"version": "1.2.0", "status": "affected", "versionType": "semver",
            "lessThan": "1.2.1"} in releases["versions"]
    match, = team.record(CVE)["containers"]["cna"]["cpeApplicability"][0]["nodes"]
    assert [(one["versionStartIncluding"], one.get("versionEndExcluding"),
             one.get("versionEndIncluding")) for one in match["cpeMatch"]] == [
        ("1.1.0", None, "1.1.0"), ("1.2.0", "1.2.1", None)]


def test_an_ecosystem_has_ranges_of_versions(team):
    team.base = team.base.replace("cpe = ", "purl = pkg:generic/lantern\ncpe = ")
    team.configure(publish=f"{PUBLISH}ecosystem = Debian:12\n")
    item, = (team.publish(), team.osv("901"))[1]["affected"]
    assert item["package"] == {"ecosystem": "Debian:12", "name": "Lantern OS",
                               "purl": "pkg:generic/lantern"}
    assert item["versions"] == ["1.1.0", "1.2.0"]
    assert [one["events"] for one in item["ranges"] if one["type"] == "ECOSYSTEM"] == [
        [{"introduced": "1.2.0"}, {"fixed": "1.2.1"}],
        [{"introduced": "1.1.0"}, {"last_affected": "1.1.0"}]]
    check_schemas(team.folder / "site")


def test_what_no_repository_has_is_not_known(bare):
    bare.take_in(TEXT)
    bare.publish()
    assert products(bare) == [{"vendor": "Lantern", "product": "Lantern", "defaultStatus": "unknown"}]
    cna = bare.record(CVE)["containers"]["cna"]
    assert cna["configurations"] == [{"lang": "en", "value": "All."}]
    assert "affected" not in bare.osv("901")
    check_schemas(bare.folder / "site")


@pytest.mark.parametrize("said, versions", [
    ("Linux from 3.8 onwards is vulnerable.",
     [{"version": "3.8", "status": "affected", "versionType": "custom", "lessThan": "*"}]),
    ("Linux 4.7 to 4.17 are vulnerable.",
     [{"version": "4.7", "status": "affected", "versionType": "custom", "lessThan": "4.18"}]),
    ("All versions of Linux are vulnerable.", None),
])
def test_other_products_are_what_the_text_states(bare, said, versions):
    bare.take_in(TEXT.replace("All.", said))
    bare.publish()
    (product,) = products(bare)
    assert (product["product"], product["defaultStatus"]) == ("Linux", "unknown")
    assert product.get("versions") == versions
    check_schemas(bare.folder / "site")



# --- what is said ---


def test_the_record(team):
    team.publish()
    record = team.record(CVE)
    assert record["cveMetadata"] == {
        "cveId": CVE, "assignerOrgId": "6f6d8a5e-3c1f-4a52-9a3f-0d8d5cf41a11",
        "assignerShortName": "LANTERN", "state": "PUBLISHED", "datePublished": SIGNED,
        "dateUpdated": SIGNED}
    cna = record["containers"]["cna"]
    assert cna["title"] == "frobs outlive their guest" and cna["datePublic"] == SIGNED
    assert cna["descriptions"] == [
        {"lang": "en", "value": "A frob is kept.\n\n- caf\u00e9 with a dash"}]
    assert cna["impacts"][0]["descriptions"][0]["value"] == "Secrets are kept too."
    assert cna["workarounds"][0]["value"] == "There is none."
    assert cna["solutions"][0]["value"] == "Applying the attached patches resolves this issue."
    assert cna["source"] == {"advisory": "XSA-901", "discovery": "UNKNOWN"}
    url = "https://lantern.example.org/advisories/"
    assert cna["references"] == [
        {"url": f"{url}advisory-901.html", "tags": ["vendor-advisory"]},
        {"url": f"{url}advisory-901.txt", "tags": ["vendor-advisory"]},
        {"url": f"{url}xsa901.patch", "tags": ["patch"]}]


def test_the_osv_record(team, lantern):
    team.configure("[releases]\nlink-commit = https://git.example.org/c/{{commit}}\n")
    team.publish()
    osv = team.osv("901")
    assert (osv["id"], osv["published"], osv["modified"]) == ("x_XSA-901", SIGNED, SIGNED)
    assert osv["aliases"] == [CVE] and osv["summary"] == "frobs outlive their guest"
    assert osv["details"].startswith("## ISSUE DESCRIPTION\n\nA frob is kept.\n\n- caf\u00e9 with a dash\n\n"
                                     "## IMPACT\n\nSecrets are kept too.")
    links = {(one["type"], one["url"]) for one in osv["references"]}
    assert {("FIX", f"https://git.example.org/c/{fix}")
            for fix in (lantern.fix, lantern.quiet, lantern.picked)} < links
    said = osv["affected"][0]["database_specific"]
    assert {one["commit"]: one["evidence"] for one in said["commits"]} == {
        lantern.fix: "patch identity", lantern.quiet: "patch identity", lantern.picked: "same lines"}
    assert "withdrawn" not in osv
    check_schemas(team.folder / "site")


def test_a_registered_prefix_is_the_id(bare):
    bare.configure("[advisories]\nprefix = CURL\n")
    bare.take_in(TEXT.replace("XSA-901", "CURL-901"))
    bare.publish()
    assert '"id": "CURL-901"' in (bare.folder / "site" / "osv" / "CURL-901.json").read_text()


def test_five_cves_and_none(bare):
    five = [f"CVE-2021-0000{n}" for n in range(1, 6)]
    bare.take_in(another("903", five))
    bare.take_in(another("904", []))
    site = bare.publish()
    assert sorted(path.stem for path in (site / "cve").iterdir()) == five
    records = [bare.record(cve) for cve in five]
    assert [one["cveMetadata"]["cveId"] for one in records] == five
    assert all(one["containers"] == records[0]["containers"] for one in records)
    assert bare.osv("903")["aliases"] == five and "aliases" not in bare.osv("904")
    check_schemas(site)


def test_a_withdrawn_one_names_no_release(bare):
    """As in CSAF and OSV: what was found of it in the history is not said."""
    bare.take_in(another("601", ["CVE-2021-00006"]).replace("Public release.", "Advisory withdrawn."))
    site = bare.publish()
    parts = bare.record("CVE-2021-00006")["containers"]["cna"]
    assert parts["title"].startswith("withdrawn: ")
    assert parts["descriptions"][0]["value"].startswith("XSA-601 was withdrawn: ")
    product, = parts["affected"]
    assert product["defaultStatus"] == "unknown" and "versions" not in product
    assert "cpeApplicability" not in parts and bare.osv("601")["withdrawn"]
    check_schemas(site)


def test_one_cve_of_two_advisories_has_one_record(bare):
    bare.take_in(another("903", [CVE]))
    bare.take_in(another("902", [CVE]))
    bare.publish()
    assert bare.record(CVE)["containers"]["cna"]["source"]["advisory"] == "XSA-902"
    assert "0 documents written" in bare.run("publish")


LONG = "\n\n".join(f"Paragraph {n}: " + "\u00e9" * 90 for n in range(100))
STRANGE = 'frobs & <gnarls> "outlive" _their_ *guest*'


def test_long_and_strange_words(bare):
    text = TEXT.replace("A frob is kept.", f"# 5 *<b>* a_b &amp; [x](y) `c`\n\n    if (a < b) *p = 1;\n\n{LONG}")
    bare.take_in(another("901", [CVE], STRANGE, text))
    site = bare.publish()
    cna = bare.record(CVE)["containers"]["cna"]
    assert cna["title"] == STRANGE
    value = cna["descriptions"][0]["value"]
    assert len(value) <= 4096 and value.endswith("\n\n[...]") and value.startswith("# 5 *<b>*")
    media = cna["descriptions"][0]["supportingMedia"][0]
    assert media["type"] == "text/plain" and media["value"].endswith("- caf\u00e9 with a dash")
    details = bare.osv("901")["details"]
    assert r"\# 5 \*\<b\>\* a\_b \&amp; \[x\](y) \`c\`" in details
    assert "\n\n    if (a < b) *p = 1;\n\n" in details and LONG in details
    check_schemas(site)


def test_control_characters_are_escaped(bare):
    bare.take_in(another("901", [CVE], "frobs \u0007 outlive", TEXT.replace("A frob", "A \u001b[31m frob")))
    site = bare.publish()
    assert "\u001b" not in (site / "cve" / f"{CVE}.json").read_text()
    check_schemas(site)


# --- dates ---


def test_publishing_again_changes_nothing(team):
    site = team.publish()
    before = {path: path.read_bytes() for path in site.rglob("*.json")}
    team.now = "2021-09-01T00:00:00Z"
    assert "0 documents written" in team.run("publish")
    assert before == {path: path.read_bytes() for path in site.rglob("*.json")}


def test_what_is_new_in_the_history_is_a_revision(team, lantern, tmp_path):
    """1.1 gets its release: the text is as it was, the record is not."""
    team.publish()
    clone = tmp_path / "clone"
    lantern.git("clone", "-q", "--mirror", lantern.folder, clone)
    team.base = team.base.replace(str(lantern.folder), str(clone))
    team.configure()
    lantern.git("-C", clone, "tag", "-a", "-m", "x", "RELEASE-1.1.1", lantern.picked,
                GIT_COMMITTER_NAME="C", GIT_COMMITTER_EMAIL="c@x.se",
                GIT_COMMITTER_DATE="2021-07-01T12:00:00 +0000")
    team.now = "2021-07-02T00:00:00Z"
    team.run("mine", "-q")
    team.publish()
    record = team.record(CVE)
    assert record["cveMetadata"]["dateUpdated"] == team.osv("901")["modified"] == team.now
    assert record["cveMetadata"]["datePublished"] == SIGNED
    assert {"version": "1.1.0", "status": "affected", "versionType": "semver",
            "lessThan": "1.1.1"} in products(team)[0]["versions"]
    team.now = "2021-07-03T00:00:00Z"
    assert "0 documents written" in team.run("publish")


# --- settings ---


def test_without_an_organisation_there_are_no_records(team):
    team.configure(publish=re.sub("cve-.*\n", "", PUBLISH))
    result = team.attempt("publish")
    assert result.returncode == 0 and "no CVE records are made" in result.stdout
    site = team.folder / "site"
    assert not (site / "cve").exists() and (site / "osv" / "XSA-901.json").exists()


def test_a_record_needs_the_address_of_its_page(team):
    team.configure(publish=re.sub("url = .*\n", "", PUBLISH, count=1))
    result = team.attempt("publish")
    assert result.returncode == 78 and "url of [publish]" in result.stderr


def test_a_bad_link_is_named(team):
    team.configure("[releases]\nlink-commit = https://x/{{#commit}}\n")
    result = team.attempt("publish")
    assert result.returncode == 78 and "link-commit" in result.stderr


def test_nothing_under_embargo_is_there(team, lantern):
    team.run("advisory", "new", "--title", "secret gnarls", "--number", "602", "--cve", "CVE-2021-31337")
    patch = lantern.patch.replace(b"no_frob", b"secret_frob")
    (team.folder / "security" / "xsa-602" / "xsa602.patch").write_bytes(patch)
    site = team.publish()
    for path in site.rglob("*"):
        words = path.read_bytes() if path.is_file() else b""
        for word in (b"XSA-602", b"xsa602", b"gnarls", b"secret", b"31337"):
            assert word not in words and word not in os.fsencode(path.name)
