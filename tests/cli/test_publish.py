"""What goes to the site and when, what is left alone there, and what a stop in the middle leaves."""

import fcntl
import hashlib
import json
import resource
import shutil
import stat
import subprocess

import pytest

from keyrings import make_keys  # noqa: F401 (a fixture)
from publishing import EARLY, PUBLIC, Site, documents, lists_are_true, make_history, snapshot
from test_advisory_mail import bring, mail, with_sums


@pytest.fixture(scope="module", name="base")
def make_base(tmp_path_factory, keys):
    """501 and 502 for everybody at the same moment, and 901, which was imported."""
    folder = tmp_path_factory.mktemp("base")
    base = Site(folder / "home", keys, make_history(folder))
    base.prepare(501, 502)
    patches = {"xsa901.patch": b"--- a/f\n+++ b/f\n@@ -1 +1 @@\n-frobs 901\n+none\n"}
    base.run("import", bring(base, mail(keys.sign(with_sums(patches)), patches)))
    return base


@pytest.fixture(name="home")
def make_home(base, tmp_path):
    home = base.copy(tmp_path / "home")
    home.now = PUBLIC
    return home


def served(home):
    return {name for name in documents(home.site) if name.endswith(".txt") and "/" not in name}


def unsigned(found):
    """Without signatures, which differ each time."""
    return {name: text for name, text in found.items() if not name.endswith(".asc")}


def check_seals(home, count):
    """As a reader of CSAF documents does, with plain gpg and coreutils."""
    found = list((home.site / "csaf").glob("white/*/*.json"))
    assert len(found) == count
    for path in found:
        for kind in ("sha256", "sha512"):
            line = [f"{kind}sum", "--check", "--strict", "--status", f"{path.name}.{kind}"]
            subprocess.run(line, cwd=path.parent, check=True)
        assert home.keys.verifies(f"{path}.asc", path)


def test_not_one_second_early(home):
    home.now = EARLY
    home.publish("501", status=77, says="XSA-501 is not published: ")
    assert served(home) == {"advisory-901.txt"}
    assert not any("501" in name or b"XSA-501" in text for name, text in documents(home.site).items())
    assert ("501", "public", "refusal") in home.rows_of_ledger() and home.state(501) == "frozen"
    home.now = PUBLIC
    home.publish("501")
    assert served(home) == {"advisory-901.txt", "advisory-501.txt"}
    assert home.state(501) == "public" and home.state(502) == "frozen"
    signed = home.run("render", 501, "--signed").encode()
    assert (home.site / "advisory-501.txt").read_bytes() == signed
    patch = (home.folder_of(501) / "xsa501.patch").read_bytes()
    assert (home.site / "xsa501.patch").read_bytes() == patch
    assert [event["what"] for event in home.rows("log", 501)][-1] == "published"
    assert home.keys.verifies(home.site / "advisory-501.txt")


def test_one_refused_leaves_the_others(home):
    home.edit(502, ("dates", "public", "2026-07-01T12:00:00Z"))
    home.run("take", 502)
    result = home.publish("501", "502", status=77, says="XSA-502 is not published")
    assert "1 advisory was not published" in result.stderr
    assert "advisory-501.txt" in served(home) and "advisory-502.txt" not in served(home)
    assert home.state(501) == "public" and home.state(502) == "frozen"
    home.publish("501", "777", status=66)


def test_everybody_can_read_it_and_twice_changes_nothing(home):
    home.publish("501", "502")
    for path in home.site.rglob("*"):
        if ".barograph" not in path.parts:
            assert stat.S_IMODE(path.stat().st_mode) == (0o755 if path.is_dir() else 0o644), path
    assert stat.S_IMODE((home.site / ".barograph").stat().st_mode) == 0o700
    lists_are_true(home.site)
    before = snapshot(home.site)
    rows = home.rows_of_ledger()
    home.now = "2026-09-01T00:00:00Z"
    assert " 0 documents written" in home.publish().stdout
    home.publish("501")
    after = snapshot(home.site)
    assert {name: facts for name, facts in after.items() if facts[0] is not None} == {
        name: facts for name, facts in before.items() if facts[0] is not None}  # fmt: skip
    assert home.rows_of_ledger() == rows
    assert [event["what"] for event in home.rows("log", 501)].count("published") == 1


def test_a_dry_run_changes_nothing(home):
    home.publish()
    before, rows = snapshot(home.site), home.rows_of_ledger()
    result = home.publish("501", "--dry-run")
    assert "XSA-501 version 1 would go out" in result.stdout
    assert snapshot(home.site) == before and home.rows_of_ledger() == rows
    home.now = EARLY
    home.publish("501", "--dry-run", status=77, says="XSA-501 would not be published")
    assert snapshot(home.site) == before and home.rows_of_ledger() == rows
    (home.site / "advisory-901.txt").unlink()
    (home.site / "index.html").write_text("edited\n")
    table = json.loads(home.publish("--dry-run", "--format", "json").stdout)
    assert {row["path"]: (row["change"], row["edited"]) for row in table} == {
        "advisory-901.txt": ("restored", False), "index.html": ("changed", True)}  # fmt: skip
    new = home.folder / "elsewhere"
    home.publish("--dry-run", "--into", new)
    assert not new.exists()


def test_other_peoples_files_are_left_alone(home):
    home.publish()
    (home.site / "logo.png").write_bytes(b"theirs")
    (home.site / "advisory-501.txt").write_text("theirs\n")
    before = snapshot(home.site)
    home.publish("501", status=73, says="advisory-501.txt is not ours")
    assert snapshot(home.site) == before
    (home.site / "advisory-501.txt").unlink()
    home.publish()  # the gate has let it out already
    assert "advisory-501.txt" in served(home) and home.state(501) == "public"
    assert (home.site / "logo.png").read_bytes() == b"theirs"


def test_what_somebody_edited_is_asked_about(home):
    home.publish()
    (home.site / "advisory-901.txt").write_text("edited\n")
    before = snapshot(home.site)
    result = home.publish(status=77, says="--force")
    assert "advisory-901.txt" in result.stderr and snapshot(home.site) == before
    home.publish("--force", says="advisory-901.txt was edited by somebody: it is again")
    signed = home.run("render", 901, "--signed").encode()
    assert (home.site / "advisory-901.txt").read_bytes() == signed


def test_no_link_is_followed_out_of_the_site(home, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    home.publish()
    (home.site / "xsa501.patch").symlink_to(outside / "patch")
    home.publish("501", status=73, says="xsa501.patch is not ours")
    (home.site / "xsa501.patch").unlink()
    shutil.rmtree(home.site / "cve")
    (home.site / "cve").symlink_to(outside)
    home.publish("--force", status=73, says="is not ours")
    assert list(outside.iterdir()) == []


def test_two_at_once(home):
    home.publish()
    with (home.site / ".barograph" / "lock").open("r+") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        home.publish(status=75, says="another barograph publishes into")


def limit_files(most):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def test_a_full_disk_leaves_the_old_site(home):
    home.publish()
    home.publish("501")  # the record has its rows
    (home.site / ".barograph" / "manifest").unlink()
    shutil.copytree(home.site, home.folder / "old", symlinks=True)
    for name in ("advisory-501.txt", "index.html", "advisory-901.html"):
        (home.site / name).unlink()
    before = documents(home.site)
    for most in (100, 1000, 3000):
        home.publish(status=74, before=limit_files(most))
        assert documents(home.site) == before
    home.publish()
    assert documents(home.site) == documents(home.folder / "old")


# Seals


def test_seals_are_there_and_kept(home):
    home.publish("501")
    check_seals(home, 2)
    before = documents(home.site)
    (home.site / ".barograph" / "manifest").unlink()  # a good signature is as good without it
    home.publish()
    assert documents(home.site) == before
    path = home.site / "csaf" / "white" / "2026" / "xsa-501.json.asc"
    path.write_bytes((path.parent / "xsa-901.json.asc").read_bytes())
    home.publish(status=77, says="xsa-501.json.asc")
    home.publish("--force")
    check_seals(home, 2)


def test_without_a_key_one_line_says_so(home):
    home.signing = False
    home.configure("")
    result = home.publish("501")
    assert "nothing is signed: " in result.stdout
    assert (home.site / "csaf" / "white" / "2026" / "xsa-501.json.sha256").exists()
    assert not list(home.site.rglob("*.json.asc"))


def test_a_key_that_cannot_sign_publishes_nothing_new(home):
    home.publish()
    before = documents(home.site)
    home.configure("signing-key = " + "A" * 40 + "\n")
    result = home.publish("501", status=78, says="gpg has no secret key")
    after = documents(home.site)
    assert result.stderr.count("\n") == 3 and not any("501" in name for name in after)
    assert {name for name in after if "901" in name} == {name for name in before if "901" in name}
    assert home.state(501) == "frozen"
    home.configure(f"signing-key = {home.keys.fingerprint}\n")
    home.publish()
    check_seals(home, 2)
    assert home.state(501) == "public"


# What fails of one advisory


def test_one_that_cannot_be_opened_keeps_its_documents(home):
    """Nor does it vanish from the lists: those stay as they were."""
    home.publish("501")
    before = documents(home.site)
    folder = home.folder / "templates" / "advisory"
    folder.mkdir(parents=True)
    (folder / "layout.conf").write_text("[heading]\nwidth=60\n")  # 901 was imported with another
    result = home.publish("502", status=78, says="XSA-901 stays as it was published")
    assert "not what was signed" in result.stderr
    after = documents(home.site)
    for name, text in before.items():
        assert after[name] == text, name
    assert {name for name in after if name not in before} >= {"advisory-502.txt", "xsa502.patch"}
    assert home.state(502) == "public"
    lists_are_true(home.site)
    shutil.rmtree(folder)
    home.publish()
    assert b"advisory-502.html" in (home.site / "index.html").read_bytes()


def test_changed_bytes_are_no_withdrawal(home):
    """Somebody changed the signed text in the record: it is not published, and the reason is told."""
    home.publish("501")
    before = documents(home.site)
    record = home.folder / "security" / "advisory.db"
    content = record.read_bytes()
    assert content.count(b"-----BEGIN PGP SIGNED") > 0
    record.write_bytes(content.replace(b"RESOLUTION", b"RESOLUTIOM"))
    result = home.publish(status=65, says="XSA-501 version 1 is not what was signed: the database was changed")
    assert "withdrawn" not in result.stderr and documents(home.site) == before
    record.write_bytes(content)
    home.publish()


def test_one_that_cannot_be_made_is_in_no_list(home):
    """Two advisories have a file of the same name, and not the same bytes."""
    for number in (503, 504):
        folder = home.draft(number, "--for", "public")
        (folder / "fix.patch").write_bytes(b"--- a/f\n+++ b/f\n@@ -1 +1 @@\n-frobs %d\n+none\n" % number)
        home.edit(number, ("patches", "fix.patch", "xen-unstable"))
    home.now = "2026-06-01T08:00:00Z"
    home.freeze(503, 504)
    home.now = PUBLIC
    home.publish("503", "504", status=65, says="another document is called fix.patch too")
    after = documents(home.site)
    assert "advisory-503.txt" in after and not any("504" in name for name in after)
    assert not any(b"advisory-504" in text for text in after.values())
    assert home.state(503) == "public" and home.state(504) == "frozen"
    lists_are_true(home.site)


# What may happen to the machine


@pytest.fixture(scope="module", name="begun")
def make_begun(base, tmp_path_factory):
    """What a publication of both begins with, and what it comes to."""
    begun = base.copy(tmp_path_factory.mktemp("begun") / "home")
    begun.now = PUBLIC
    begun.publish()
    whole = begun.copy(tmp_path_factory.mktemp("whole") / "home")
    whole.publish("501", "502")
    return begun, unsigned(documents(whole.site))


def states(home):
    return dict(home.database("SELECT number, state FROM advisories"))


@pytest.mark.skipif(shutil.which("strace") is None, reason="there is no strace")
@pytest.mark.parametrize("call, when", [
    ("renameat2", 1), ("renameat2", 4), ("renameat", 1), ("renameat", 2), ("fsync", 8), ("unlink", 3),
])  # fmt: skip
def test_killed_as_it_changes_the_disk(begun, tmp_path, call, when):
    """Lists name nothing that is not there; the next run makes it whole, the record too."""
    home, wanted = begun[0].copy(tmp_path / "home"), begun[1]
    tracer = ("strace", "-o", "/dev/null", "-e", f"trace={call}",
              "-e", f"inject={call}:signal=KILL:when={when}")  # fmt: skip
    assert home.publish("501", "502", status=None, tracer=tracer).returncode not in (0, 1)
    lists_are_true(home.site)
    if (call, when) == ("unlink", 3):  # of SQLite's journal: after the gate's two, the first note
        assert unsigned(documents(home.site)) == wanted
        assert (home.folder / "security" / "advisory.db-journal").exists()
    home.publish("501", "502")
    assert unsigned(documents(home.site)) == wanted
    check_seals(home, 3)
    assert {path.name for path in (home.site / ".barograph").iterdir()} == {"lock", "manifest"}
    assert states(home) == {"501": "public", "502": "public", "901": "public"}
    events = home.database("SELECT what, detail FROM events WHERE what = 'published'")
    assert events == [("published", "version 1 to the public, 2 files")] * 2


def test_a_trial_elsewhere_notes_only_what_was_asked_for(home):
    home.publish("501", "--into", home.folder / "trial")
    assert states(home)["501"] == "public" and not home.site.exists()
    home.publish("--into", home.folder / "trial")
    home.publish()
    assert home.database("SELECT count(*) FROM events WHERE what = 'published'") == [(1,)]


def test_the_list_has_what_is_there(home):
    home.publish("501")
    lines = (home.site / ".barograph" / "manifest").read_text().splitlines()
    assert lines[0] == "barograph site 1" and lines[-1] == "end"
    listed = {line.split(" ")[3]: line.split(" ")[0] for line in lines[1:-1]}
    assert listed == {name: hashlib.sha256(text).hexdigest()
                      for name, text in documents(home.site).items()}  # fmt: skip


def test_what_is_withdrawn_says_so_and_stays(home):
    home.publish("501", "502")
    before = documents(home.site)
    home.now = "2026-06-18T12:00:00Z"
    home.run("withdraw", 502, "--reason", "it was no issue")
    home.publish()
    after = documents(home.site)
    for name in ("advisory-502.txt", "xsa502.patch", "advisory-501.html"):
        assert after[name] == before[name], name
    assert b"withdrawn" in after["advisory-502.html"].lower()
    assert b"withdrawn" not in before["advisory-502.html"].lower()
    assert home.rows_of_ledger()[-1][2] != "permit" or home.rows_of_ledger()[-1][0] != "502"
    document = json.loads(after["csaf/white/2026/xsa-502.json"])
    assert "product_tree" not in document and "vulnerabilities" not in document
    lists_are_true(home.site)
