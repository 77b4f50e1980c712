"""Applications for the predisclosure list: mails, looked through for what the policy asks."""

import base64
import quopri

import pytest

from desks import make_desk  # noqa: F401 (a fixture)

TEXT = """\
Dear security team,

I am writing on behalf of Böhm Systems, to apply for the predisclosure list.

We use the domains boehm.example and cloud.boehm.example for the service.

We are a public hosting provider: anybody can rent a machine. Our product, Böhm Cloud, is built
on Xen and serves 4000 guests.

* Our rates are at https://boehm.example/pricing.
* That we use Xen is said at https://boehm.example/technology
* The page that invites people to report security problems:
  https://boehm.example/security (contact hidden-contact@boehm.example)

We have read the policy and agree to abide by its terms.

Please add hidden-predisclosure-team@boehm.example to the list.

--\x20
Hidden Jane, hidden.jane@boehm.example
"""

HTML = """\
<html><head><title>Organisation: Title Corp</title><style>p {}</style></head><body>
<p>I am writing on behalf of <b>B&ouml;hm Systems</b>, to apply.</p>
<p>We use the domain boehm.example.</p>
<p>We are a public hosting provider. Our product is built on Xen.</p>
<ul><li>Our <a href="https://boehm.example/pricing">rates</a></li>
<li>We <a href="https://boehm.example/technology">use Xen</a></li>
<li><a href="https://boehm.example/security">Report</a> security problems</li></ul>
<p>We have read the policy and agree to abide by it.</p>
<p>Please add hidden-predisclosure-team@boehm.example</p><script>Organisation: Evil</script>
"""

HEAD = "From: Hidden Jane <hidden.jane@boehm.example>\nSubject: Application\nMIME-Version: 1.0\n"

ALL = "organisation domains criteria product status use invitation statement alias".split()


def plain(text, charset="utf-8"):
    return f"{HEAD}Content-Type: text/plain; charset={charset}\n\n".encode() + text.encode(charset)


def quoted(text):
    head = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
    return (HEAD + head).encode() + quopri.encodestring(text.encode())


def html(text):
    head = "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    return (HEAD + head).encode() + base64.encodebytes(text.encode())


def alternative(text):
    return (
        f"{HEAD}Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
        f"--b\nContent-Type: text/html\n\n{text}\n--b--\n"
    ).encode()


def apply(desk, mail, *arguments, status=0):
    path = desk.folder / "application.eml"
    path.write_bytes(mail)
    result = desk.run("member", "apply", path, "--format", "tsv", *arguments, status=status)
    rows = [line.split("\t") for line in result.stdout.splitlines()[1:]]
    return {row[0]: (row[2], row[4]) for row in rows}, result


@pytest.mark.parametrize(
    "mail",
    [plain(TEXT), plain(TEXT, "iso-8859-1"), plain(TEXT.replace("\n", "\r\n")), quoted(TEXT),
     html(HTML), alternative(HTML)],
)  # fmt: skip
def test_everything_is_there(desk, mail):
    found, result = apply(desk, mail)
    assert list(found) == ALL and {mark for mark, _ in found.values()} == {"present"}
    assert found["organisation"][1] == "Böhm Systems"
    assert found["status"][1] == "https://boehm.example/pricing"
    assert found["invitation"][1] == "https://boehm.example/security"
    assert "idden" not in result.stdout + result.stderr
    assert desk.rows("list") == []


def test_the_team_asks_for_addresses(desk):
    found, _ = apply(desk, plain(TEXT), "--addresses")
    assert found["alias"] == ("present", "hidden-predisclosure-team@boehm.example")


def test_an_applicant_is_kept_and_judged(desk):
    _, result = apply(desk, plain(TEXT), "--write")
    assert "idden" not in result.stdout + result.stderr and "accept or decline" in result.stderr
    assert [(row["member"], row["state"]) for row in desk.rows("list")] == [("Böhm Systems", "applied")]
    shown = desk.run("member", "show", "böhm systems").stdout
    assert "address=hidden-predisclosure-team@boehm.example\n" in shown
    assert ("links=https://boehm.example/pricing;https://boehm.example/technology;"
            "https://boehm.example/security;\n") in shown  # fmt: skip
    assert "qualifies=We are a public hosting provider" in shown
    assert desk.rows("history")[0]["detail"] == "present: " + ", ".join(ALL)
    apply(desk, plain(TEXT), "--write", status=65)
    desk.run("member", "decline", "Böhm Systems", "--reason", "no evidence")
    assert [row["state"] for row in desk.rows("list")] == ["declined"]


def test_what_is_wanting(desk):
    text = TEXT.replace("We have read the policy and agree", "We agree").replace(
        "hidden-predisclosure-team", "bob.miller").replace("boehm.example/pricing", "blog.boehm.example/p")  # fmt: skip
    found, result = apply(desk, plain(text), "--write", status=65)
    assert {name: mark for name, (mark, _) in found.items() if mark != "present"} == {
        "status": "doubtful", "statement": "absent", "alias": "doubtful"}  # fmt: skip
    assert "3 of 9 items are wanting" in result.stderr and "miller" not in result.stdout + result.stderr
    assert desk.rows("history")[0]["detail"].endswith("; doubtful: status, alias; absent: statement")


def test_a_home_asks_for_other_things(desk):
    forms = desk.folder / "templates" / "applications"
    forms.mkdir(parents=True)
    (forms / "xen.conf").write_text(
        "[application]\ntitle = Ours\n[item phone]\ntitle = number\nkind = text\nlabel = ^phone$\n"
    )
    found, _ = apply(desk, plain("Phone: 112\n"))
    assert found == {"phone": ("present", "112")}
    (forms / "other.conf").write_text("[application]\n")
    apply(desk, plain(TEXT), "--items", "other", status=78)
    assert "third.conf" in apply(desk, plain(TEXT), "--items", "third", status=66)[1].stderr
    desk.run("member", "apply", "x", "--items", "../../etc/passwd", status=66)


@pytest.mark.parametrize(
    "mail, status",
    [
        (b"", 65),
        (b"\x00\xff\xfe", 65),
        (HEAD.encode() + b"\n", 65),
        (HEAD.encode() + b"Content-Type: text/html\n\n" + b"<div>" * 5000, 65),
        (HEAD.encode() + b"Content-Type: text/plain; charset=frobs\n\n\xff\xfe\x00 We are a vendor", 65),
        (HEAD.encode() + b"Content-Type: text/html\n\n<a " + b"x " * 100_000 + b">", 65),
        (HEAD.encode() + b"\nOrganisation: A\x1b[31m\x07\nB\n", 65),
    ],
    ids=range(7),
)
def test_hostile_mails(desk, mail, status):
    _, result = apply(desk, mail, "--write", status=status)
    assert "idden" not in result.stdout + result.stderr
    assert "\x1b" not in result.stdout + result.stderr
