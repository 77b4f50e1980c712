"""The predisclosure list as a user runs it."""

import pytest

from desks import FORM, make_desk  # noqa: F401 (a fixture)


def test_the_form_is_filled_in_and_comes_back(desk):
    form = desk.run("member", "form").stdout
    filled = form.replace("name = ", "name = Böhm & Sons").replace("delivery = pgp", "delivery =")
    desk.run("member", "add", "-", "--state", "applied", text=filled)
    shown = desk.run("member", "show", "böhm & sons").stdout
    assert "name=Böhm & Sons" in shown and shown.startswith("# applied\n")
    edited = shown.replace("[member]\n", "[member]\naddress=psirt@example.com\ndelivery=tls\n")
    desk.run("member", "edit", "Böhm & Sons", "-", text=edited)
    desk.run("member", "accept", "Böhm & Sons", "--reason", "all criteria met")
    assert [row["what"] for row in desk.rows("history")] == ["applied", "edited", "accepted"]
    assert desk.rows("history")[2]["detail"] == "all criteria met"


def test_only_names_are_published(desk):
    desk.add("A <b> Corp")
    desk.add("Beta", "psirt@beta.example")
    desk.run("member", "remove", "Beta", "--reason", "left the business")
    assert desk.run("member", "list", "--public").stdout == "A <b> Corp\n"
    html = desk.run("member", "list", "--public", "--format", "html").stdout
    assert html == "<ul>\n<li>A &lt;b&gt; Corp</li>\n</ul>\n"
    assert desk.run("member", "list", "--public", "--format", "md").stdout == "- A \\<b\\> Corp\n"
    public = desk.rows("history", "--public")
    assert [(row["at"], row["member"], row["what"]) for row in public] == [
        ("2026-06-01", "A <b> Corp", "added"),
        ("2026-06-01", "Beta", "added"),
        ("2026-06-01", "Beta", "removed"),
    ]
    assert "reason" not in public[2] and "detail" not in public[2]


def test_no_error_holds_an_address(desk):
    desk.add("Alpha", "hidden-security@alpha.example")
    for how in ({"address": "hidden-security@alpha.example"}, {"address": "hidden@"},
                {"address": "hidden@x.example,b@x.example"}):  # fmt: skip
        result = desk.add("Beta", status=65, **how)
        assert "hidden" not in result.stderr and "alpha" not in result.stderr
    assert "hidden" not in desk.run("member", "list").stdout


def test_a_personal_address_is_said(desk):
    assert "person" in desk.add("Alpha", "jane.doe@alpha.example").stderr
    assert [row["rule"] for row in desk.rows("doctor")] == ["personal-address"]


def test_a_key_is_pinned_and_its_end_foreseen(desk):
    path, fingerprint = desk.key("alpha@alpha.example", expires="2026-07-10")
    desk.add("Alpha", "security@alpha.example")
    desk.run("member", "key", "Alpha", path)
    assert desk.rows("list")[0]["fingerprint"] == fingerprint
    assert desk.rows("list")[0]["delivery"] == "pgp"
    assert "can be reached" in desk.run("member", "doctor").stdout
    soon = desk.rows("doctor", "--on", "2026-06-11")
    assert [(row["rule"], row["severity"]) for row in soon] == [("key-ends", "warning")]
    late = desk.rows("doctor", "--on", "2026-07-11", status=65)
    assert [(row["rule"], row["severity"]) for row in late] == [("key-cannot-encrypt", "error")]


def test_a_key_that_was_prolonged_is_taken_in(desk):
    """And one that has a new subkey: gpg counts neither as imported nor as unchanged."""
    path, fingerprint = desk.key("alpha@alpha.example", expires="2026-07-10")
    desk.add("Alpha", "security@alpha.example")
    desk.run("member", "key", "Alpha", path)
    desk.gpg("--quick-set-expire", fingerprint, "2029-01-01", "*")
    path.write_text(desk.gpg("--armor", "--export", fingerprint))
    assert fingerprint in desk.run("member", "key", "Alpha", path).stdout
    assert "can be reached" in desk.run("member", "doctor", "--on", "2026-08-01").stdout
    desk.gpg("--quick-add-key", fingerprint, "cv25519", "encr", "2031-01-01")
    path.write_text(desk.gpg("--armor", "--export", fingerprint))
    assert fingerprint in desk.run("member", "key", "Alpha", path).stdout
    assert "can be reached" in desk.run("member", "doctor", "--on", "2030-08-01").stdout


def test_a_day_is_over_when_it_is_over(desk):
    """The moment of that day is not known: the key must be good to its end."""
    path, _ = desk.key("alpha@alpha.example", expires="20260710T080000")
    desk.add("Alpha", "security@alpha.example")
    desk.run("member", "key", "Alpha", path)
    desk.rows("doctor", "--on", "2026-07-10T07:00:00Z")
    desk.rows("doctor", "--on", "2026-07-10", status=65)


def test_keys_that_cannot_be_used(desk):
    desk.add("Alpha", "security@alpha.example")
    path, _ = desk.key("sign@alpha.example", encrypts=False)
    assert "no subkey" in desk.run("member", "key", "Alpha", path, status=65).stderr
    junk = desk.folder / "junk"
    junk.write_bytes(b"no key\n")
    assert "no public keys" in desk.run("member", "key", "Alpha", junk, status=65).stderr
    assert desk.rows("list")[0]["delivery"] == "tls"


def test_one_of_many_keys_is_chosen_by_name_only(desk):
    first, wanted = desk.key("one@alpha.example")
    second, other = desk.key("two@alpha.example")
    both = desk.folder / "both.asc"
    both.write_text(first.read_text() + second.read_text())
    desk.add("Alpha", "one@alpha.example")
    refusal = desk.run("member", "key", "Alpha", both, status=65).stderr
    assert wanted in refusal and other in refusal
    desk.run("member", "key", "Alpha", both, "--fingerprint", other)
    assert desk.rows("list")[0]["fingerprint"] == other


def test_one_key_for_two_is_said(desk):
    path, _ = desk.key("one@alpha.example")
    for name in ("Alpha", "Beta"):
        desk.add(name, f"security@{name.lower()}.example")
        desk.run("member", "key", name, path)
    found = desk.rows("doctor")
    assert [(row["rule"], row["severity"]) for row in found] == [("key-shared", "warning")] * 2
    assert "Beta" in found[0]["finding"] and "Alpha" in found[1]["finding"]


def test_a_missing_key_is_found_missing(desk):
    form = FORM.format(name="Alpha", address="security@alpha.example", delivery="pgp")
    desk.run("member", "add", "-", text=form + f"fingerprint = {'0123456789' * 4}\n")
    found = desk.rows("doctor", status=65)
    assert [(row["rule"], row["severity"]) for row in found] == [("no-key", "error")]


def test_rows_go_out_and_come_in(desk):
    desk.add("Alpha; Söhne", "security@alpha.example")
    desk.add("Beta", "psirt@beta.example")
    desk.run("member", "suspend", "Beta", "--reason", "bounces")
    rows = desk.run("member", "export").stdout
    changed = rows.replace("Alpha", "Gamma").replace("Beta", "Delta").replace("@", "2@")
    assert "2 members" in desk.run("member", "import", "-", text=changed).stdout
    again = desk.run("member", "export").stdout.splitlines()
    assert sorted(again[1:]) == sorted(rows.splitlines()[1:] + changed.splitlines()[1:])


def test_a_bad_row_holds_up_no_other(desk):
    rows = "name\taddress\tdelivery\nAlpha\tsecurity@alpha.example\ttls\nBeta\tbeta@\ttls\nGamma\n"
    result = desk.run("member", "import", "-", text=rows, status=65)
    assert "line 3: " in result.stderr and "line 4: " in result.stderr
    assert [row["member"] for row in desk.rows("list")] == ["Alpha"]
    assert "name" in desk.run("member", "import", "-", text="x\ty\n", status=65).stderr


@pytest.mark.parametrize(
    "arguments, status, word",
    [
        (("nothing",), 64, "member what"),
        (("show", "Alfa"), 66, "Alpha"),
        (("suspend", "Alpha"), 64, "--reason"),
        (("accept", "Alpha"), 64, "suspend, remove"),
        (("list", "--state", "asleep"), 64, "applied"),
        (("list", "--public", "--format", "csv"), 64, "html"),
        (("doctor", "--on", "soon"), 64, ""),
        (("key", "Alpha"), 64, "public key"),
    ],
)
def test_what_is_refused(desk, arguments, status, word):
    desk.add("Alpha")
    assert word in desk.run("member", *arguments, status=status).stderr
