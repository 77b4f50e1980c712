"""CVE ids at a server that speaks the CVE Services API, and fails as servers do."""

import json
import os
import re
import subprocess

import cve_server
import pytest
from cve_server import KEY, UUID
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

CVE = "CVE-2026-99999"


@pytest.fixture(name="server")
def make_server():
    with cve_server.running() as state:
        yield state


@pytest.fixture(name="home")
def make_home(team, server):
    team.configure(publish=f"{PUBLISH}cve-server = {server.url}\n")
    server.add(CVE)
    return team


def draft(home, number="501", *options):
    home.run("advisory", "new", "--title", "frobs outlive", "--number", number, *options)
    return home.folder / "security" / f"xsa-{number}" / "record.conf"


def edit(conf, *changes):
    text = conf.read_text()
    for group, key, value in changes:
        head, _, rest = text.partition(f"[{group}]\n")
        body, mark, tail = rest.partition("\n[")
        kept = [line for line in body.split("\n") if not line.startswith(f"{key}=")]
        text = f"{head}[{group}]\n" + "\n".join([f"{key}={value}", *kept]) + mark + tail
    conf.write_text(text)


def rows(home, *arguments):
    return {row["cve"]: row for row in
            json.loads(home.run("cve", "list", *arguments, "--format", "json"))}


def cves_of(conf):
    return re.search(r"^cves=(.*)$", conf.read_text(), re.MULTILINE)[1].strip(";").split(";")


# --- reserve ---


def test_what_is_reserved_is_in_the_draft(home, server):
    conf = draft(home, "501", "--cve", "CVE-2021-00001")
    assert home.run("cve", "reserve", "501") == "CVE-2021-01000\n"
    assert home.run("cve", "reserve", "XSA-501", "--amount", "2", "--year", "2022").split() == [
        "CVE-2022-01001", "CVE-2022-01002"]
    wanted = ["CVE-2021-00001", "CVE-2021-01000", "CVE-2022-01001", "CVE-2022-01002"]
    assert cves_of(conf) == wanted
    assert [path for _, path in server.changes()] == [
        "/api/cve-id?amount=1&cve_year=2021&short_name=LANTERN",
        "/api/cve-id?amount=2&cve_year=2022&batch_type=sequential&short_name=LANTERN"]
    told = rows(home)
    assert {cve: told[cve]["state"] for cve in wanted} == {
        wanted[0]: "assigned", wanted[1]: "reserved", wanted[2]: "reserved", wanted[3]: "reserved"}
    assert {told[cve]["advisory"] for cve in wanted} == {"XSA-501"}
    assert told[CVE]["advisory"] == "XSA-901"
    assert home.attempt("ledger", "verify").returncode == 0


def test_a_lost_answer_is_known_to_be_lost(home, server):
    conf = draft(home)
    server.trouble = ["hang up"]
    result = home.refuse(76, "cve", "reserve", "501", says="whether ids were reserved")
    assert "cve list --server" in result.stderr and result.stdout == ""
    assert server.ids["CVE-2021-01000"] == "RESERVED"
    # Nothing is asked again by itself.
    home.refuse(69, "cve", "reserve", "501", says="the answer was lost")
    assert len(server.changes()) == 1
    # It can be seen, and kept.
    assert rows(home, "--server")["CVE-2021-01000"]["advisory"] is None
    assert home.run("cve", "reserve", "501", "--take", "CVE-2021-01000") == "CVE-2021-01000\n"
    assert cves_of(conf) == ["CVE-2021-01000"]
    assert home.run("cve", "reserve", "501") == "CVE-2021-01001\n"


@pytest.mark.parametrize("trouble", ["slow", "not json", (500, {"error": "INTERNAL_SERVER_ERROR"}),
                                     (502, b"<html>"), "hang up first"])
def test_troubles_after_which_nobody_knows(home, server, trouble):
    draft(home)
    server.trouble = [trouble]
    home.refuse(76, "cve", "reserve", "501", says="whether ids were reserved")
    home.refuse(69, "cve", "reserve", "501", says="was lost")
    assert home.run("cve", "reserve", "501", "--again").startswith("CVE-2021-0100")


def test_taking_what_is_not_ours(home, server):
    draft(home)
    server.add("CVE-2021-00007", owner="OTHER")
    server.add("CVE-2021-00008", state="PUBLISHED")
    for cve in ("CVE-2021-00007", "CVE-2021-00008", "CVE-2021-00009"):
        result = home.refuse(65, "cve", "reserve", "501", "--take", cve, says="as reserved for LANTERN")
        assert "CVE-2021" not in result.stderr
    server.add("CVE-2021-00010")
    home.run("cve", "reserve", "501", "--take", "CVE-2021-00010")
    home.refuse(65, "cve", "reserve", "501", "--take", "CVE-2021-00010", says="kept already")


def test_a_part_of_what_was_asked_for_is_kept(home, server):
    conf = draft(home)
    server.quota = 3  # one is reserved
    result = home.refuse(76, "cve", "reserve", "501", "--amount", "5", says="2 of 5")
    assert result.stdout.split() == cves_of(conf) == ["CVE-2021-01000", "CVE-2021-01001"]
    home.refuse(77, "cve", "reserve", "501", says="EXCEEDED_ID_QUOTA")
    assert len(cves_of(conf)) == 2


def test_a_draft_that_cannot_be_read_loses_nothing(home, server):
    conf = draft(home)
    conf.write_text("[advisory\n")
    result = home.refuse(65, "cve", "reserve", "501", says="what was reserved is kept")
    assert result.stdout == "CVE-2021-01000\n"
    assert rows(home)["CVE-2021-01000"]["advisory"] == "XSA-501"


@pytest.mark.parametrize(("status", "trouble", "says"), [
    (65, (400, {"error": "CANNOT_RESERVE_FOR_YEAR", "message": "not CVE-2021-01234\u0007 now"}),
     "CANNOT_RESERVE_FOR_YEAR: not the CVE  now"),
    (77, (401, {"error": "UNAUTHORIZED", "message": "Unauthorized"}), "cve-key-file"),
    (77, (403, {"error": "CNA_ONLY", "message": "only CNAs"}), "CNA_ONLY"),
    (66, (404, {"error": "CNA_DOES_NOT_EXIST", "message": "no"}), "CNA_DOES_NOT_EXIST"),
    (75, (429, {}), "asked too often"),
    (65, (400, b"<html>"), "no error code"),
])  # fmt: skip
def test_refusals(home, server, status, trouble, says):
    draft(home)
    server.trouble = [trouble]
    assert home.refuse(status, "cve", "reserve", "501", says=says).stdout == ""
    assert home.run("cve", "reserve", "501") == "CVE-2021-01000\n"  # nothing was lost


def test_when_to_ask_again_is_told(home, server):
    draft(home)
    server.trouble, server.retry = [(429, {})], "17"
    home.refuse(75, "cve", "reserve", "501", says="in 17 seconds")
    assert len(server.changes()) == 1


# --- publish ---


def test_the_record_of_the_site_is_what_is_sent(home, server, team):
    home.refuse(69, "cve", "publish", "901", says="barograph publish makes it")
    home.publish()
    assert home.run("cve", "publish", "901") == "1 sent, 0 as they were\n"
    assert server.changes() == [("POST", f"/api/cve/{CVE}/cna")]
    assert server.seen[-1][2] == {"cnaContainer": home.record(CVE)["containers"]["cna"]}
    assert server.ids[CVE] == "PUBLISHED" and rows(home)[CVE]["state"] == "published"
    # Unchanged: nobody is even asked.
    asked = len(server.seen)
    assert home.run("cve", "publish", "901") == "0 sent, 1 as they were\n"
    assert len(server.seen) == asked
    # The ledger has it, with the sum of the file.
    line = json.loads(home.run("ledger", "list", "901", "--format", "json"))[-1]
    file = home.folder / "site" / "cve" / f"{CVE}.json"
    digest = subprocess.run(["sha256sum", file], capture_output=True, text=True, check=True)
    assert (line["file"], line["rule"], line["sha256"]) == (CVE, "CVE record sent", digest.stdout[:64])
    assert home.attempt("ledger", "verify").returncode == 0


def test_a_change_takes_the_place_of_what_is_there(home, server):
    home.publish()
    home.run("cve", "publish", "901")
    home.base = home.base.replace("product = Lantern OS", "product = Lantern System")
    home.configure(publish=f"{PUBLISH}cve-server = {server.url}\n")
    home.now = "2021-07-02T00:00:00Z"
    home.publish()
    assert home.record(CVE)["cveMetadata"]["dateUpdated"] == home.now
    assert home.run("cve", "publish", "901") == "1 sent, 0 as they were\n"
    assert [method for method, _ in server.changes()] == ["POST", "PUT"]
    sent = server.records[CVE]["containers"]["cna"]["affected"][0]
    assert sent["product"] == "Lantern System"


def test_a_record_that_arrived_unnoticed_is_found(home, server):
    home.publish()
    server.trouble = ["hang up"]
    home.refuse(76, "cve", "publish", "901", says="publish it again")
    assert home.run("cve", "publish", "901") == "0 sent, 1 as they were\n"
    assert len(server.changes()) == 1 and rows(home)[CVE]["state"] == "published"


def test_one_that_did_not_arrive_is_sent_again(home, server):
    home.publish()
    server.trouble = ["hang up first"]
    home.refuse(76, "cve", "publish", "901", says="publish it again")
    assert home.run("cve", "publish", "901") == "1 sent, 0 as they were\n"


def test_what_comes_back_is_compared(home, server):
    home.publish()
    server.trouble = ["other"]
    home.refuse(76, "cve", "publish", "901", says="something else")
    assert rows(home)[CVE]["state"] == "assigned"


@pytest.mark.parametrize(("prepare", "status", "says"), [
    (lambda state: state.ids.clear(), 65, "CVEID_DNE"),
    (lambda state: state.add(CVE, owner="OTHER"), 77, "CVEID_ORG_DOES_NOT_MATCH"),
    (lambda state: state.trouble.append((400, {"error": "INVALID_JSON_SCHEMA"})), 65, "INVALID_JSON"),
    (lambda state: state.records.update({CVE: {"cveMetadata": {"state": "REJECTED"}}}), 65, "rejected"),
])  # fmt: skip
def test_a_record_that_is_refused(home, server, prepare, status, says):
    home.publish()
    prepare(server)
    home.refuse(status, "cve", "publish", "901", says=says)
    assert rows(home)[CVE]["state"] == "assigned"


def test_a_record_that_is_not_ours_is_not_sent(home, server):
    path = home.publish() / "cve" / f"{CVE}.json"
    good = path.read_text()
    for text, says in ((good.replace(UUID, "0" * 8 + UUID[8:]), "by this organisation"),
                       (good.replace('"XSA-901"', '"XSA-902"'), "is not the record"),
                       (re.sub(r'"dateUpdated": "2021', '"dateUpdated": "2019', good), "older than"),
                       ("{}", "no CVE record"), ("", "no CVE record")):  # fmt: skip
        path.write_text(text)
        home.refuse(65, "cve", "publish", "901", says=says)
    assert server.seen == []


def test_before_its_moment_nothing_is_sent(home, server, keys):
    """The gate says so, and its ledger; the server hears nothing."""
    home.configure(publish=f"{PUBLISH}cve-server = {server.url}\n[advisories]\n"
                           f"signing-key = {keys.fingerprint}\n")
    conf = draft(home, "501", "--cve", "CVE-2021-00001")
    folder = conf.parent
    (folder / "advisory.txt").write_text(
        TEXT[TEXT.index("ISSUE DESCRIPTION"):TEXT.index("RESOLUTION")])
    (folder / "xsa501.patch").write_bytes(b"--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+b\n")
    edit(conf, ("advisory", "audience", "public"), ("patches", "xsa501.patch", "lantern main"),
         ("dates", "predisclosure", "2021-07-02T12:00:00Z"),
         ("dates", "public", "2021-07-16T12:00:00Z"),
         ("deployment", "patch", "permitted"), ("deployment", "mitigation", "permitted"))
    home.refuse(65, "cve", "publish", "501")
    frozen = home.attempt("advisory", "freeze", "501")
    assert frozen.returncode == 0, frozen.stdout + frozen.stderr
    result = home.refuse(77, "cve", "publish", "501")
    for word in ("CVE-2021", "frob"):
        assert word not in result.stderr + result.stdout
    assert json.loads(home.run("ledger", "list", "501", "--format", "json"))[-1]["verdict"] == "refusal"
    home.now = "2021-07-16T12:00:00Z"
    home.refuse(69, "cve", "publish", "501", says="barograph publish 501")
    assert server.seen == []
    server.add("CVE-2021-00001")
    home.publish("501")
    assert home.run("cve", "publish", "501") == "1 sent, 0 as they were\n"


def test_five_of_one_advisory_and_none_of_another(home, server):
    five = [f"CVE-2021-0000{n}" for n in range(1, 6)]
    home.take_in(another("903", five))
    home.take_in(another("904", []))
    home.publish()
    for cve in five:
        server.add(cve)
    assert home.run("cve", "publish", "903", "901") == "6 sent, 0 as they were\n"
    home.refuse(65, "cve", "publish", "904", says="names no CVE")
    home.refuse(66, "cve", "publish", "905")


# --- reject ---


def test_an_id_that_nobody_uses_is_given_back(home, server):
    conf = draft(home)
    home.run("cve", "reserve", "501")
    unused = "CVE-2021-01000"
    result = home.refuse(77, "cve", "reject", unused, "--reason", "Not used.", says="advisory 501")
    assert unused not in result.stderr
    conf.write_text(re.sub("^cves=.*$", "cves=", conf.read_text(), flags=re.MULTILINE))
    home.run("advisory", "take", "501")
    assert home.run("cve", "reject", unused, "--reason", "Not used.") == "rejected\n"
    assert server.changes()[-1] == ("POST", f"/api/cve/{unused}/reject")
    assert server.seen[-1][2] == {
        "cnaContainer": {"rejectedReasons": [{"lang": "en", "value": "Not used."}]}}
    assert rows(home)[unused]["state"] == "rejected"
    assert "already" in home.run("cve", "reject", unused, "--reason", "Not used.")
    assert home.run("cve", "reject", unused, "--reason", "Never used.") == "rejected\n"
    assert server.changes()[-1] == ("PUT", f"/api/cve/{unused}/reject")


def test_one_that_is_used_is_not(home, server):
    home.refuse(77, "cve", "reject", CVE, "--reason", "No.", says="advisory 901")
    for arguments in ((CVE,), (CVE, "--reason", " "), ("CVE-1", "--reason", "x"), ()):
        home.refuse(64, "cve", "reject", *arguments)
    assert server.seen == []


# --- list and show ---


def test_lists(home, server):
    for n in range(5):
        server.add(f"CVE-2021-0200{n}")
    told = rows(home, "--server")
    assert [told[f"CVE-2021-0200{n}"]["server"] for n in range(5)] == ["reserved"] * 5
    assert told[CVE] == {"cve": CVE, "advisory": "XSA-901", "state": "assigned", "reserved": None,
                         "sent": None, "server": "reserved"}
    shown = json.loads(home.run("cve", "show", CVE, "--server", "--format", "json"))
    assert shown == [told[CVE]]
    home.refuse(66, "cve", "show", "CVE-2021-77777", says="nobody here")
    assert "XSA-901" in home.run("cve", "show", CVE)


# --- the server and its key ---


def test_the_key_is_told_to_nobody(home, server, tmp_path):
    key = home.folder / "key"
    key.chmod(0o644)
    home.refuse(77, "cve", "list", "--server", says="others may read")
    key.chmod(0o600)
    key.write_text("wrong\n")
    home.refuse(77, "cve", "list", "--server", says="does not know this user")
    key.write_text("a\tb\n")
    home.refuse(78, "cve", "list", "--server", says="control character")
    key.unlink()
    home.refuse(78, "cve", "list", "--server", says="cannot be read")
    key.symlink_to(home.folder / "barograph.conf")
    home.refuse(78, "cve", "list", "--server", says="cannot be read")
    assert all(KEY not in str(seen) for seen in server.seen)


@pytest.mark.parametrize("key", ["cve-organisation", "cve-short-name", "cve-user", "cve-key-file",
                                 "cve-server"])
def test_what_is_missing_is_named(home, server, key):
    text = f"{PUBLISH}cve-server = {server.url}\n"
    home.configure(publish=re.sub(f"^{key} = .*\n", "", text, flags=re.MULTILINE))
    home.refuse(78, "cve", "list", "--server", says=key)


@pytest.mark.parametrize(("url", "status", "says"), [
    ("http://cve.example.org/api", 77, "without TLS"),
    ("http://127.0.0.1.example.org/api", 77, "without TLS"),
    ("https://user:word@127.0.0.1/api", 78, "without a user"),
    ("http://127.0.0.1:1/api", 76, "cannot be reached"),
])  # fmt: skip
def test_servers_that_are_not_asked(home, url, status, says):
    home.configure(publish=f"{PUBLISH}cve-server = {url}\n")
    result = home.refuse(status, "cve", "list", "--server", says=says)
    draft(home)
    home.refuse(status, "cve", "reserve", "501", says=says)
    assert "lost" not in result.stderr


def test_a_certificate_has_to_be_trusted(team, tmp_path):
    certificate = cve_server.make_certificate(tmp_path)
    with cve_server.running(certificate) as server:
        settings = f"{PUBLISH}cve-server = {server.url}\n"
        team.configure(publish=settings)
        draft(team)
        team.refuse(77, "cve", "reserve", "501", says="certificate cannot be trusted")
        assert server.seen == []
        team.configure(publish=f"{settings}authorities = {certificate[0]}\n")
        assert team.run("cve", "reserve", "501") == "CVE-2021-01000\n"
        # Another name than the server's.
        team.configure(publish=settings.replace("127.0.0.1", "localhost")
                       + f"authorities = {certificate[0]}\n")
        team.refuse(77, "cve", "list", "--server", says="certificate cannot be trusted")


@pytest.mark.parametrize("arguments", [
    (), ("frob",), ("reserve",), ("reserve", "x y"), ("reserve", "501", "--amount", "0"),
    ("reserve", "501", "--year", "1990"), ("publish",), ("list", "x"), ("show",), ("show", "frob"),
])  # fmt: skip
def test_mistakes(home, arguments):
    draft(home)
    home.refuse(64, "cve", *arguments)


def test_the_key_is_not_in_the_process(home, server):
    """Neither its arguments nor its environment, while it waits for an answer."""
    draft(home)
    server.trouble = ["slow"]
    line = [str(part) for part in ("cve", "reserve", "501")]
    from workshop import PROGRAM

    process = subprocess.Popen([PROGRAM, "-C", home.folder, *line], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL,
                               env={**os.environ, "BAROGRAPH_NOW": home.now})
    while not server.seen and process.poll() is None:
        pass
    place = f"/proc/{process.pid}"
    with open(f"{place}/cmdline", "rb") as file:
        assert KEY.encode() not in file.read()
    try:
        with open(f"{place}/environ", "rb") as file:
            assert KEY.encode() not in file.read()
    except PermissionError:
        pass  # as it should be: nobody may look into the process
    assert process.wait(timeout=20) == 76
