"""The advisory record as a user runs it: throwaway keys sign, and what comes in comes out again."""

import json
import subprocess
from pathlib import Path

import pytest

from drafting import REAL, TEXT, Home
from keyrings import Keys, make_keys  # noqa: F401 (a fixture)

@pytest.fixture
def home(tmp_path, keys):
    return Home(tmp_path, keys.folder)


def test_what_comes_in_comes_out_again(home, keys):
    whole = keys.sign(TEXT)
    path = home.bring(whole)
    row = home.rows("import", path)[0]
    assert (row["advisory"], row["version"], row["result"]) == ("XSA-901", 2, "imported")
    assert row["signature"] == "good signature" and len(row["signer"]) == 40
    assert home.run("render", "901") == home.run("render", "xsa-901", "--version", "2") == TEXT
    again = home.run("render", "901", "--signed")
    assert again == whole and keys.gpg("--decrypt", text=again).rstrip("\n") == TEXT.rstrip("\n")
    assert home.rows("import", path)[0]["result"] == "already there"
    assert [event["what"] for event in home.rows("log", "901")] == ["imported"]
    listed = home.rows("list")[0]
    assert listed["cves"] == "CVE-2026-99999" and listed["title"] == "frobs outlive their guest"
    assert {"field": "sha256", "value": row_digest(path)} in home.rows("show", "901")


def row_digest(path):
    return subprocess.run(
        ["sha256sum", path], check=True, capture_output=True, text=True
    ).stdout.split()[0]


def test_no_row_holds_the_whole_text(home, keys):
    home.run("import", home.bring(keys.sign(TEXT)))
    record = (home.folder / "security" / "advisory.db").read_bytes()
    assert b"A frob is kept." in record and TEXT.encode() not in record
    assert b"Hash: SHA" not in record
    assert (home.folder / "security").stat().st_mode & 0o777 == 0o700
    assert (home.folder / "security" / "advisory.db").stat().st_mode & 0o777 == 0o600


def test_a_weak_digest_is_said(home, keys):
    weak = keys.sign(TEXT, "--digest-algo", "SHA1")
    assert home.rows("import", home.bring(weak))[0]["digest"] == "SHA1 (weak)"


def refused(home, path, *says):
    result = home.attempt("import", path)
    assert result.returncode == 65, result.stderr
    assert result.stderr.count("\n") == 1 and all(word in result.stderr for word in says)
    assert "frob" not in result.stderr and "frob" not in result.stdout
    assert home.attempt("render", "901").returncode in (66, 69)


def test_what_is_not_well_signed_stays_out(home, keys):
    whole = keys.sign(TEXT)
    refused(home, home.bring(whole.replace("frob is", "frob was")), "bad signature")
    refused(home, home.bring(whole[:-40]), "truncated")
    refused(home, home.bring(whole + whole), "second signature")
    refused(home, home.bring("frob\n" + whole), "outside")
    refused(home, home.bring(TEXT), "no signed message")
    refused(home, home.bring(keys.sign("A frob.\n")), "in.txt")
    refused(home, home.bring("frob\n" * 2_000_000), "in.txt")
    refused(home, home.folder, "no regular file")


def test_an_unknown_key_becomes_known(home, keys, tmp_path):
    path = home.bring(keys.sign(TEXT))
    public = home.bring(keys.gpg("--armor", "--export"), "team.asc")
    empty = tmp_path / "e"
    empty.mkdir(mode=0o700)
    home.keyring = empty
    refused(home, path, "not known here", "--key")
    assert home.rows("import", "--key", public, path)[0]["signature"] == "good signature"
    assert (home.folder / "security" / "keyring").stat().st_mode & 0o777 == 0o700


def test_an_expired_key_is_said(home):
    keys = Keys()
    try:
        keys.gpg("--faked-system-time", "20200101T000000!", "--passphrase", "",
                 "--quick-generate-key", "old@tests.example", "ed25519", "sign", "20200201T000000")  # fmt: skip
        old = keys.sign(TEXT, "--faked-system-time", "20200102T000000!", "-u", "old@tests.example")
        home.keyring = keys.folder
        row = home.rows("import", home.bring(old))[0]
        assert row["signature"] == "good signature by a key that has expired"
    finally:
        keys.end()


def test_a_revoked_key_is_refused(home):
    keys = Keys()
    try:
        whole = keys.sign(TEXT)
        made = next((Path(keys.folder) / "openpgp-revocs.d").iterdir()).read_text()
        keys.gpg("--import", text=made.replace(":-----BEGIN", "-----BEGIN"))
        home.keyring = keys.folder
        refused(home, home.bring(whole), "revoked")
    finally:
        keys.end()


def test_another_text_of_a_version_is_refused(home, keys):
    home.run("import", home.bring(keys.sign(TEXT)))
    other = home.bring(keys.sign(TEXT.replace("All.", "None.")), "other.txt")
    result = home.attempt("import", other)
    assert result.returncode == 65 and "with another text" in result.stderr
    assert home.run("render", "901") == TEXT


def test_one_bad_file_holds_up_no_other(home, keys):
    good = home.bring(keys.sign(TEXT), "good.txt")
    bad = home.bring("nothing\n", "bad.txt")
    result = home.attempt("import", bad, good, "--format", "json")
    assert result.returncode == 65 and "1 of 2 files" in result.stderr
    assert [row["result"].split(":")[0] for row in json.loads(result.stdout)] == [
        "refused", "imported",
    ]  # fmt: skip
    assert home.run("render", "901") == TEXT


def test_lint_of_files_and_of_the_record(home, keys):
    home.run("import", home.bring(keys.sign(TEXT)))
    assert home.run("lint", "901") == "nothing found\n"
    assert home.run("lint", home.bring(TEXT, "plain.txt")) == "nothing found\n"
    bad = TEXT.replace("There is none.", "TO" + "DO")
    result = home.attempt("lint", home.bring(bad, "bad.txt"), "--format", "json")
    assert result.returncode == 65 and result.stderr == "barograph: lint found 1 error\n"
    finding = json.loads(result.stdout)[0]
    assert finding["rule"] == "placeholder" and bad.splitlines()[finding["line"] - 1] == "TO" + "DO"


def test_new_makes_a_folder_to_write_in(home):
    text = home.run("new", "--title", "frobs; and \u00e4", "--cve", "CVE-2026-99999")
    assert text.startswith("XSA-1: ") and "security/xsa-1" in text
    folder = home.folder / "security" / "xsa-1"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "advisory.txt": 0o600, "record.conf": 0o600,
    }  # fmt: skip
    assert "IMPACT\n======\n" in (folder / "advisory.txt").read_text()
    assert home.run("new", "--title", "second", "--number", "XSA-501").startswith("XSA-501")
    assert home.run("new", "--title", "third").startswith("XSA-502")
    rows = home.rows("list")
    assert [row["title"] for row in rows] == ["frobs; and \u00e4", "second", "third"]
    assert {row["state"] for row in rows} == {"draft"} and rows[0]["cves"] == "CVE-2026-99999"
    taken = home.attempt("new", "--title", "frob", "--number", "501")
    assert taken.returncode == 73 and "frob" not in taken.stderr
    (home.folder / "security" / "xsa-503").mkdir(mode=0o700)
    assert home.attempt("new", "--title", "fourth").returncode == 73
    assert len(home.rows("list")) == 3


def test_a_draft_has_a_log_and_facts_but_no_text(home):
    home.run("new", "--title", "frobs outlive their guest", "--cve", "CVE-2026-99999")
    assert [event["what"] for event in home.rows("log", "1")] == ["made"]
    facts = {row["field"]: row["value"] for row in home.rows("show", "XSA-1")}
    assert facts["state"] == "draft" and facts["title"] == "frobs outlive their guest"
    assert "            Xen Security Advisory CVE-2026-99999 / XSA-1\n" in home.run("render", "1")
    result = home.attempt("render", "1", "--signed")
    assert result.returncode == 66 and "no version yet" in result.stderr
    assert home.attempt("show", "1", "--version", "2").returncode == 66


def test_another_project_numbers_by_year(home):
    (home.folder / "barograph.conf").write_text(
        "[project]\nname = Lantern\n[advisories]\nprefix = SA\npolicies = xen;curl\n"
    )
    assert home.run("new", "--title", "a", "--number", "2026-01").startswith("SA-2026-01")
    assert home.run("new", "--title", "b").startswith("SA-2026-02")
    assert (home.folder / "security" / "sa-2026-02" / "record.conf").exists()
    (home.folder / "barograph.conf").write_text("[advisories]\npolicies = xne\n")
    assert home.attempt("new", "--title", "c").returncode == 66


def test_a_draft_behind_a_link_is_not_read(home):
    home.run("new", "--title", "a")
    conf = home.folder / "security" / "xsa-1" / "record.conf"
    conf.rename(home.folder / "elsewhere")
    conf.symlink_to(home.folder / "elsewhere")
    assert home.rows("list")[0]["title"] is None


@pytest.mark.parametrize(
    "arguments, status",
    [
        ([], 64),
        (["dance"], 64),
        (["new"], 64),
        (["new", "--title", " a"], 64),
        (["new", "--title", "a", "--number", "../1"], 64),
        (["new", "--title", "a", "--cve", "CVE-26-1"], 64),
        (["import"], 64),
        (["import", "nowhere.txt"], 66),
        (["list", "901"], 64),
        (["show"], 64),
        (["show", "../901"], 64),
        (["show", "901"], 69),
        (["render", "901", "--version", "two"], 64),
        (["lint", "nowhere.txt"], 66),
    ],
)
def test_mistakes_have_their_status(home, arguments, status):
    result = home.attempt(*arguments)
    assert result.returncode == status
    assert result.stderr.startswith("barograph: ") and result.stderr.count("\n") == 1


def test_real_advisories(home, tmp_path):
    files = sorted((REAL / "corpus").glob("*.txt"))
    if not files:
        pytest.skip("no real advisories in ../shared/data/xsa/corpus")
    empty = tmp_path / "e"
    empty.mkdir(mode=0o700)
    home.keyring = empty
    rows = home.rows("import", "--key", REAL / "xen.org-key.asc", *files)
    assert len(rows) == len(files) >= 40
    assert {row["signature"] for row in rows} == {"good signature"}
    for path, row in zip(files, rows):
        words = ["render", row["advisory"], "--version", row["version"]]
        assert home.run(*words, "--signed") == path.read_text(), path.name
        year = int(row["signed_at"][4:8])
        assert (row["digest"] == "SHA1 (weak)") == (year <= 2016), path.name
    findings = home.attempt("lint", "132", "--format", "json")
    names = " ".join(row["finding"] for row in json.loads(findings.stdout))
    assert "xsa132-unstable.patch" in names and "xsa132.patch" in names


def test_what_is_under_embargo_is_not_imported(home, keys):
    marked = "***** EMBARGOED UNTIL 2026-06-16 12:00 UTC *****\n\n" + TEXT
    refused(home, home.bring(keys.sign(marked)), "mark before the heading", "counts as public")
