"""The transparency page: only afterwards, from what is written down, lengths counted by hand."""

import json
import sqlite3

import pytest

from drafting import TEXT, Desk
from keyrings import make_keys  # noqa: F401 (a fixture)

@pytest.fixture
def desk(tmp_path, keys):
    return Desk(tmp_path, keys)


def to_members(desk, number):
    """Reported on a Monday, to members on the next, public two weeks after that."""
    desk.draft(number, title="the members' frobs", reported="2026-06-01T08:00:00Z",
               predisclosure="2026-06-08T12:00:00Z", public="2026-06-22T12:00:00Z")  # fmt: skip
    desk.now = "2026-06-08T10:00:00Z"
    desk.run("freeze", number)
    desk.now = "2026-06-08T12:30:00Z"
    desk.run("disclose", number, "--for", "members", "--into", desk.folder / "out1")


def to_public(desk, number):
    desk.run("revise", number, "--for", "public")
    desk.path(number, "updates.txt").write_text("Public release.\n")
    desk.set(number, title="the public's frobs", cves="CVE-2026-99999")
    desk.run("freeze", number)
    desk.now = "2026-06-22T12:00:00Z"
    desk.run("disclose", number, "--for", "public", "--into", desk.folder / "out2")


def refused(desk, number):
    for form in ("text", "md", "json"):
        result = desk.attempt("prove", number, "--format", form)
        assert result.returncode == 77 and result.stdout == ""
        assert "not been disclosed" in result.stderr and "frob" not in result.stderr


def test_not_before(desk):
    desk.draft("501")
    refused(desk, "501")
    to_members(desk, "502")
    refused(desk, "502")
    desk.now = "2027-01-01T00:00:00Z"  # the moment has come, but nothing has left
    refused(desk, "502")
    desk.run("withdraw", "501", "--reason", "none of ours")
    refused(desk, "501")


def test_afterwards(desk):
    to_members(desk, "502")
    to_public(desk, "502")
    page = json.loads(desk.run("prove", "502", "--format", "json"))
    assert page["title"] == "the public's frobs" and page["cves"] == ["CVE-2026-99999"]
    assert page["members_told"] is None
    moments = {moment["event"]: moment for moment in page["moments"]}
    assert moments["confirmed"]["at"] is None and moments["confirmed"]["shown"] == "unknown"
    assert moments["predisclosure"]["at"] == "2026-06-08T12:30:00Z"
    assert moments["predisclosure"]["planned"] == "Mon 2026-06-08 12:00 UTC"
    assert moments["public"]["source"] == "the ledger" and moments["reported"]["source"] == "the record"
    assert [length["seconds"] for length in page["lengths"]] == [
        None, 7 * 86400 + 4.5 * 3600, 14 * 86400 - 1800, 21 * 86400 + 4 * 3600,
    ]  # fmt: skip
    assert page["lengths"][1]["length"] == "7 days 4 hours"
    policy = page["policies"][0]
    assert policy["policy"] == "xen"
    rules = {(stage["to"], rule["rule"]): rule["verdict"] for stage in policy["stages"] for rule in stage["rules"]}
    assert rules[("predisclosure", "as a rule 1 working week")] == "longer"
    assert rules[("publication", "at least 2 working weeks")] == "shorter"  # by half an hour
    assert page["ledger"]["members"]["permits"] == 1 and page["ledger"]["public"]["permits"] == 1
    text = desk.run("prove", "502")
    assert "How many members were told is not in the record." in text
    assert "  from predisclosure to publication: 13 days 23 hours\n" in text
    markdown = desk.run("prove", "502", "--format", "md")
    assert "# XSA-502: the public's frobs\n" in markdown
    assert desk.attempt("prove", "502", "--format", "csv").returncode == 64


def test_a_later_version_under_embargo_is_not_told(desk):
    to_members(desk, "502")
    to_public(desk, "502")
    desk.run("revise", "502", "--for", "public")
    desk.path("502", "updates.txt").write_text("More.\n")
    desk.set("502", title="what nobody knows", cves="CVE-2026-11111")
    desk.run("freeze", "502")
    for form in ("text", "md", "json"):
        page = desk.run("prove", "502", "--format", form)
        assert "nobody knows" not in page and "11111" not in page


def test_what_was_let_out_early_is_said(desk):
    to_members(desk, "502")
    desk.run("revise", "502", "--for", "public")
    desk.path("502", "updates.txt").write_text("Public release.\n")
    desk.run("freeze", "502")
    desk.run("disclose", "502", "--for", "public", "--into", desk.folder / "out2", "--override", "it was seen in the wild")
    page = desk.run("prove", "502")
    assert "Let out to public before its moment, at 2026-06-08T12:30:00Z: it was seen in the wild" in page


def test_a_changed_ledger_proves_nothing(desk):
    to_members(desk, "502")
    to_public(desk, "502")
    with sqlite3.connect(desk.folder / "security" / "advisory.db") as database:
        database.execute("DROP TRIGGER ledger_keeps_rows")
        database.execute("UPDATE ledger SET at = at - 86400 WHERE id = (SELECT max(id) FROM ledger)")
    result = desk.attempt("prove", "502")
    assert result.returncode == 65 and result.stdout == ""


def test_an_imported_one_knows_little(desk, keys):
    desk.run("import", desk.bring(keys.sign(TEXT)))
    page = json.loads(desk.run("prove", "901", "--format", "json"))
    assert {moment["shown"] for moment in page["moments"]} == {"unknown"}
    assert {length["length"] for length in page["lengths"]} == {"unknown"} and page["policies"] == []
    assert desk.attempt("prove", "999").returncode == 66 and desk.attempt("prove").returncode == 64
