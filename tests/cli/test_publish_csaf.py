"""CSAF documents of advisories made here, over a history made here."""

import hashlib
import re
import shutil
import subprocess

import pytest

import csaf_room
from keyrings import Keys
from test_advisory_mail import bring, mail
from test_resolve import Lantern
from workshop import BEN, Home

URL = "https://lantern.example/xsa/"
PUBLISH = f"""
[publish]
url = {URL}
publisher = Lantern Project
namespace = https://lantern.example
contact = security@lantern.example
"""
LONG = "A long line of words that goes on.\n" * 300


def advisory(number, title, cves=(), version=1, **sections):
    """As the real ones look; the names of sections have _ for blanks."""
    heading = "Xen Security Advisory " + (",".join(cves) + " / " if cves else "") + f"XSA-{number}"
    lines = [" " * max(1, (70 - len(heading)) // 2) + heading]
    if version > 1:
        lines.append(" " * 31 + f"version {version}")
    lines += ["", " " * max(1, (71 - len(title)) // 2) + title, ""]
    defaults = {"ISSUE_DESCRIPTION": "Some frobs outlive.", "IMPACT": "Whoever finds frobs reads.",
                "VULNERABLE_SYSTEMS": "All.", "MITIGATION": "There is no mitigation.",
                "RESOLUTION": "There is no patch."}  # fmt: skip
    updates = sections.pop("updates", None)
    if updates:
        lines += [f"UPDATES IN VERSION {version}", "=" * len(f"UPDATES IN VERSION {version}"), "", updates, ""]
    for name, prose in {**defaults, **sections}.items():
        heading = name.replace("_", " ")
        lines += [heading, "=" * len(heading), "", prose, ""]
    return "\n".join(lines[:-1]) + "\n"


def resolution(patches, label):
    table = "".join(f"{name:<23}{label}\n" for name in patches)
    sums = "".join(f"{hashlib.sha256(b).hexdigest()}  {name}\n" for name, b in patches.items())
    stem = next(iter(patches)).split(".")[0]
    return f"Applying the attached patch resolves this issue.\n\n{table}\n$ sha256sum {stem}*\n{sums}$"


@pytest.fixture(scope="module", name="keys")
def make_keys():
    keys = Keys(made="20210101T000000")
    yield keys
    keys.end()


@pytest.fixture(scope="module", name="lantern")
def make_lantern(tmp_path_factory):
    return Lantern(tmp_path_factory.mktemp("lantern") / "lantern")


def take(home, keys, text, day, patches=None):
    signed = keys.sign(text, "--faked-system-time", f"202102{day:02d}T120000")
    path = bring(home, mail(signed, patches)) if patches else home.folder / "in.txt"
    if not patches:
        path.write_text(signed)
    home.run("advisory", "import", path, GNUPGHOME=str(keys.folder))


def samples(home, keys, lantern):
    patches = {"xsa901.patch": lantern.patch}
    take(home, keys, advisory(
        "901", "frobs outlive their guest", ["CVE-2021-90001"], version=2, updates="Public release.",
        VULNERABLE_SYSTEMS="Lantern 1.1 and later are vulnerable.  Lantern 1.0 and older are not\nvulnerable.",
        MITIGATION="Do not frob.", RESOLUTION=resolution(patches, "lantern main - Lantern 1.1.x"),
        CREDITS="This issue was discovered by Ada of Acme."), 1, patches)  # fmt: skip
    take(home, keys, advisory(
        "902", "wicks burn twice", VULNERABLE_SYSTEMS="All versions of Rushlight are vulnerable."), 2)  # fmt: skip
    take(home, keys, advisory(
        "902", "wicks burn twice", version=2, updates="The release is named.",
        VULNERABLE_SYSTEMS="Rushlight versions 2.0 and later are vulnerable.  Earlier versions have not\n"
                           "been inspected.",
        RESOLUTION="It is fixed in Rushlight 2.7."), 3)  # fmt: skip
    cves = [f"CVE-2021-9000{n}" for n in range(3, 8)]
    take(home, keys, advisory(
        "903", "five at once", cves,
        ISSUE_DESCRIPTION="Some are bad.\n\n" + "\n\n".join(f" * {cve}: number {cve[-1]} is bad." for cve in cves)),
        4)  # fmt: skip
    take(home, keys, advisory("904", "nothing at all", version=2, updates="Advisory withdrawn."), 5)
    take(home, keys, advisory(
        "2021-01", 'a <b>bold</b> & "quoted" title', IMPACT="It's <script>alert(\"&amp;\")</script>.\n\n\\ \u00e9 \u2603.",
        ISSUE_DESCRIPTION=LONG.strip()), 6)  # fmt: skip


@pytest.fixture(scope="module", name="whole")
def make_whole(lantern, keys, tmp_path_factory):
    """A home with all samples, and a draft that nobody may know of."""
    home = Home(tmp_path_factory.mktemp("csaf") / "home", lantern)
    with (home.folder / "barograph.conf").open("a") as file:
        file.write("product = Lantern\ncpe = cpe:2.3:a:lantern:lantern\npurl = pkg:generic/lantern\n" + PUBLISH)
    samples(home, keys, lantern)
    home.run("advisory", "new", "--title", "moths come", "--number", "999")
    home.run("publish")
    return home


def copied(home, folder):
    shutil.copytree(home.folder, folder)
    other = object.__new__(Home)
    other.folder, other.now = folder, home.now
    return other


@pytest.fixture(scope="module", name="renewed")
def make_renewed(whole, lantern, tmp_path_factory):
    """The same, published again when a release has brought the fix."""
    folder = tmp_path_factory.mktemp("renewed")
    home = copied(whole, folder / "home")
    other = object.__new__(Lantern)
    other.folder = shutil.copytree(lantern.folder, folder / "repository")
    conf = home.folder / "barograph.conf"
    conf.write_text(conf.read_text().replace(str(lantern.folder), str(other.folder)))
    other.git("checkout", "-q", "stable-1.1")
    other.commit(BEN, "2021-08-01T12:00:00", {"VERSION": "1.1.1\n"}, "release 1.1.1")
    other.tag("RELEASE-1.1.1", "2021-08-01T12:00:00")
    home.now = "2021-08-02T08:00:00Z"
    home.run("mine", "-q")
    home.run("publish")
    return home


def test_all_of_them_are_valid(whole, renewed):
    assert len(csaf_room.check_valid(whole.folder / "site", renewed.folder / "site")) == 12


def test_lists_name_them_all(whole):
    provider = csaf_room.check_lists(whole.folder / "site", URL)
    assert provider["role"] == "csaf_provider" and "public_openpgp_keys" not in provider


def test_releases_have_the_status_of_the_history(whole, lantern):
    document = csaf_room.read(whole.folder / "site")["XSA-901"]
    assert csaf_room.statuses(document) == {
        "Lantern 1.0.0": "known_not_affected", "Lantern 1.1.0": "known_affected",
        "Lantern 1.2.0": "known_affected", "Lantern 1.2.1": "fixed", "Lantern 1.3.0": "fixed",
    }  # fmt: skip
    one = document["vulnerabilities"][0]
    assert one["cve"] == "CVE-2021-90001" and one["release_date"] == "2021-02-01T12:00:00Z"
    assert one["product_status"]["first_fixed"] == ["lantern:1.2.1", "lantern:1.3.0"]
    assert one["flags"] == [{"label": "vulnerable_code_not_present", "product_ids": ["lantern:1.0.0"]}]
    vendor = document["product_tree"]["branches"][0]
    assert (vendor["category"], vendor["name"]) == ("vendor", "Lantern Project")
    first = vendor["branches"][0]["branches"][0]["product"]
    assert first["product_identification_helper"] == {
        "cpe": "cpe:2.3:a:lantern:lantern:1.0.0:*:*:*:*:*:*:*", "purl": "pkg:generic/lantern@1.0.0",
    }  # fmt: skip
    remedies = {tuple(one["product_ids"]): one for one in one["remediations"] if "url" not in one}
    assert remedies["lantern:1.2.0",]["details"] == "Update to Lantern 1.2.1, or a later release of 1.2."
    assert lantern.picked[:12] in remedies["lantern:1.1.0",]["details"]
    assert remedies["lantern:1.1.0", "lantern:1.2.0"]["category"] == "workaround"
    patch = next(one for one in one["remediations"] if "url" in one)
    assert patch["url"] == URL + "xsa901.patch" and len(patch["product_ids"]) == 2
    assert document["document"]["acknowledgments"] == [{"summary": "This issue was discovered by Ada of Acme."}]


def test_other_products_have_what_the_text_says(whole):
    documents = csaf_room.read(whole.folder / "site")
    other = documents["XSA-902"]
    assert csaf_room.statuses(other) == {
        "Rushlight 2.0 and later": "known_affected", "Rushlight before 2.0": "under_investigation"}  # fmt: skip
    branch = other["product_tree"]["branches"][0]
    assert (branch["category"], branch["name"]) == ("product_name", "Rushlight")
    assert [one["name"] for one in branch["branches"]] == ["vers:generic/>=2.0", "vers:generic/<2.0"]
    assert "cve" not in other["vulnerabilities"][0]
    assert other["vulnerabilities"][0]["ids"] == [{"system_name": "Xen Security Advisory", "text": "XSA-902"}]
    assert [one["details"] for one in other["vulnerabilities"][0]["remediations"]] == ["It is fixed in Rushlight 2.7."]
    assert csaf_room.statuses(documents["XSA-903"]) == {"Lantern": "under_investigation"}


def test_all_versions_are_those_that_there_were(whole, keys, tmp_path):
    home = copied(whole, tmp_path / "home")
    take(home, keys, advisory("905", "sparks fly", VULNERABLE_SYSTEMS="All versions of Rushlight are vulnerable."), 7)
    home.run("publish")
    document = csaf_room.read(home.folder / "site")["XSA-905"]
    assert csaf_room.statuses(document) == {
        "Rushlight, all versions when the advisory was published": "known_affected"}  # fmt: skip
    assert set(document["product_tree"]["branches"][0]) == {"category", "name", "product"}


def test_five_cves_are_five_vulnerabilities(whole):
    document = csaf_room.read(whole.folder / "site")["XSA-903"]
    assert [one["cve"][-1] for one in document["vulnerabilities"]] == list("34567")
    for one in document["vulnerabilities"]:
        note = next(note for note in one["notes"] if note["category"] == "description")
        assert note["text"].strip() == f"* {one['cve']}: number {one['cve'][-1]} is bad."


def test_a_withdrawn_one_speaks_of_no_product(whole):
    document = csaf_room.read(whole.folder / "site")["XSA-904"]
    assert set(document) == {"document"} and document["document"]["category"] == "csaf_base"
    assert document["document"]["notes"][0]["title"] == "Reasoning for withdrawal"
    assert document["document"]["tracking"]["status"] == "final"
    assert "withdrawn" in document["document"]["title"]


def test_words_come_through_as_they_are(whole):
    document = csaf_room.read(whole.folder / "site")["XSA-2021-01"]
    assert document["document"]["title"] == 'XSA-2021-01: a <b>bold</b> & "quoted" title'
    texts = {note["title"]: note["text"] for note in document["document"]["notes"]}
    assert texts["Impact"] == "It's <script>alert(\"&amp;\")</script>.\n\n\\ \u00e9 \u2603."
    assert texts["Issue description"] == LONG.strip()


def test_versions_are_revisions(whole):
    tracking = csaf_room.read(whole.folder / "site")["XSA-902"]["document"]["tracking"]
    assert [(one["number"], one["legacy_version"], one["date"]) for one in tracking["revision_history"]] == [
        ("1", "1", "2021-02-02T12:00:00Z"), ("2", "2", "2021-02-03T12:00:00Z")]  # fmt: skip
    assert tracking["version"] == "2" and tracking["revision_history"][1]["summary"].endswith("The release is named.")


def test_nothing_under_embargo_is_there(whole):
    for path in (whole.folder / "site" / "csaf").rglob("*"):
        if path.is_file() and not path.suffix.startswith(".sha"):
            assert not re.search(r"moths|XSA-999|xsa999", path.read_text()), path


def contents(home):
    folder = home.folder / "site" / "csaf"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_publishing_again_changes_nothing(whole, tmp_path):
    home = copied(whole, tmp_path / "home")
    before = contents(home)
    home.now = "2021-09-01T00:00:00Z"
    home.run("publish")
    assert contents(home) == before
    shutil.rmtree(home.folder / "site")
    home.run("publish")
    assert contents(home) == before  # no date is the clock's


def test_a_release_is_a_revision(renewed, tmp_path):
    documents = csaf_room.read(renewed.folder / "site")
    tracking = documents["XSA-901"]["document"]["tracking"]
    last = tracking["revision_history"][-1]
    assert last == {"date": "2021-08-02T08:00:00Z", "number": "2", "summary": "Lantern 1.1.1 has the fix."}
    assert (tracking["version"], tracking["current_release_date"]) == ("2", "2021-08-02T08:00:00Z")
    assert tracking["initial_release_date"] == "2021-02-01T12:00:00Z"
    assert csaf_room.statuses(documents["XSA-901"])["Lantern 1.1.1"] == "fixed"
    assert documents["XSA-902"]["document"]["tracking"]["version"] == "2"
    csaf_room.check_lists(renewed.folder / "site", URL)
    home = copied(renewed, tmp_path / "home")
    before = contents(home)
    home.now = "2021-08-09T08:00:00Z"
    home.run("publish")
    assert contents(home) == before


def test_a_new_version_goes_on_from_there(renewed, keys, tmp_path):
    home = copied(renewed, tmp_path / "home")
    take(home, keys, advisory("901", "frobs outlive their guest", ["CVE-2021-90001"], version=3,
                              updates="Words were mended."), 9)  # fmt: skip
    home.now = "2021-08-10T08:00:00Z"
    home.run("publish")
    tracking = csaf_room.read(home.folder / "site")["XSA-901"]["document"]["tracking"]
    assert [one["number"] for one in tracking["revision_history"]] == ["1", "2", "3"]
    # It was signed before the revision that it follows.
    assert tracking["revision_history"][2] == {
        "date": "2021-08-02T08:00:00Z", "legacy_version": "3", "number": "3",
        "summary": "Version 3 of the advisory. Words were mended."}  # fmt: skip


def test_what_is_signed_has_its_key(whole, keys, tmp_path):
    home = copied(whole, tmp_path / "home")
    conf = home.folder / "barograph.conf"
    conf.write_text(conf.read_text() + f"signing-key = {keys.fingerprint}\n")
    home.run("publish", GNUPGHOME=str(keys.folder))
    provider = csaf_room.check_lists(home.folder / "site", URL)
    assert provider["role"] == "csaf_trusted_provider"
    path = f"csaf/openpgp/{keys.fingerprint}.asc"
    assert provider["public_openpgp_keys"] == [{"fingerprint": keys.fingerprint, "url": URL + path}]
    shown = subprocess.run(["gpg", "--show-keys", "--with-colons", home.folder / "site" / path], check=True,
                           capture_output=True, text=True, env={"GNUPGHOME": keys.folder, "PATH": "/usr/bin"})  # fmt: skip
    assert keys.fingerprint in shown.stdout
    for path in csaf_room.documents(home.folder / "site"):
        keys.gpg("--verify", f"{path}.asc", str(path))


@pytest.mark.parametrize("key", ["url", "namespace"])
def test_without_an_address_there_is_none(lantern, keys, tmp_path, key):
    home = Home(tmp_path / "home", lantern)
    lines = [line for line in PUBLISH.splitlines() if not line.startswith(key)]
    with (home.folder / "barograph.conf").open("a") as file:
        file.write("\n".join(lines) + "\n")
    take(home, keys, advisory("902", "wicks burn twice"), 2)
    said = home.run("publish")
    assert f"no CSAF documents are made: barograph.conf has no {key} in [publish]" in said
    assert not (home.folder / "site" / "csaf").exists()
    assert (home.folder / "site" / "advisory-902.txt").exists()
