"""Whole mails taken in: the signed text and its patches, and mails that are not what they should be."""

import contextlib
import hashlib
import sqlite3
from email.message import EmailMessage

import pytest

from drafting import REAL, TEXT, Home
from keyrings import make_keys  # noqa: F401 (a fixture)
PATCHES = {
    "xsa901.patch": b"--- a/frob.c\n+++ b/frob.c\n@@ -1 +1 @@\n-a\n+b\n",
    "xsa901-4.18.patch": b"--- a/frob.c\n+++ b/frob.c\n@@ -2 +2 @@\n-a\n+\xc3\xa9\r\n",
}


@pytest.fixture
def home(tmp_path, keys):
    return Home(tmp_path, keys.folder)


def with_sums(patches):
    """The advisory with a patch table and sums of these files."""
    table = "".join(f"{name:<23}xen-unstable\n" for name in patches)
    sums = "".join(f"{hashlib.sha256(b).hexdigest()}  {name}\n" for name, b in patches.items())
    block = f"Applying the attached patches resolves this issue.\n\n{table}\n$ sha256sum xsa901*\n{sums}$\n"
    return TEXT.replace("There is no patch.\n", block)


def mail(text, patches, encoding="7bit"):
    """As the real ones are made: UTF-8 behind a transfer encoding that denies it."""
    parts = []
    for name, content in patches.items():
        part = EmailMessage()
        part.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        parts.append(next(part.iter_attachments()).as_bytes())
    head = (
        'MIME-Version: 1.0\nFrom: team@tests.example\nSubject: frobs\n'
        'Content-Type: multipart/mixed; boundary="=separator"; charset="utf-8"\n\n--=separator\n'
        f'Content-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: {encoding}\n\n'
    ).encode()
    body = b"".join(b"\n--=separator\n" + part for part in parts)
    return head + text.encode() + body + b"\n--=separator--\n"


def bring(home, content, name="in.eml"):
    path = home.folder / name
    path.write_bytes(content)
    return path


def refused(home, content, says):
    result = home.attempt("import", bring(home, content))
    assert result.returncode == 65, result.stderr
    assert result.stderr.count("\n") == 1 and says in result.stderr
    assert "frob" not in result.stderr.lower() and home.attempt("show", "901").returncode == 66


def test_a_mail_with_its_patches(home, keys):
    text = with_sums(PATCHES)
    whole = keys.sign(text)
    row = home.rows("import", bring(home, mail(whole, PATCHES)))[0]
    assert (row["result"], row["files"], row["remarks"]) == ("imported", 2, None)
    assert home.run("render", "901", "--signed") == whole
    record = (home.folder / "security" / "advisory.db").read_bytes()
    assert all(content in record for content in PATCHES.values())
    again = home.rows("import", bring(home, mail(whole, PATCHES)))[0]
    assert (again["result"], again["files"], again["remarks"]) == ("already there", 2, None)


def test_line_ends_of_a_mailbox_do_no_harm(home, keys):
    whole = keys.sign(with_sums(PATCHES))
    crlf = mail(whole, PATCHES).replace(b"\n", b"\r\n")
    assert home.rows("import", bring(home, b"From team Mon\r\n" + crlf))[0]["files"] == 2
    assert home.run("render", "901", "--signed") == whole
    alone = bring(home, whole.encode().replace(b"\n", b"\r\n"), "in.txt")
    assert home.rows("import", alone)[0]["result"] == "already there"


def test_missing_and_stray_attachments_are_said(home, keys):
    whole = keys.sign(with_sums(PATCHES))
    some = {"xsa901.patch": PATCHES["xsa901.patch"], "notes.txt": b"frob\n", "../x": b"frob\n"}
    row = home.rows("import", bring(home, mail(whole, some)))[0]
    assert (row["result"], row["files"]) == ("imported", 1)
    assert "xsa901-4.18.patch is not attached" in row["remarks"]
    assert "notes.txt is attached, and in no sum" in row["remarks"]
    assert "../x" not in row["remarks"]


def test_files_that_come_after_their_text_join_it(home, keys):
    """First the text, then a mail with one patch, then with both; the signed sums let them in."""
    whole = keys.sign(with_sums(PATCHES))
    one = {"xsa901-4.18.patch": PATCHES["xsa901-4.18.patch"]}
    home.run("import", home.bring(whole))
    for patches, result, files in ((one, "files added", 1), (PATCHES, "files added", 2),
                                   (PATCHES, "already there", 2)):  # fmt: skip
        row = home.rows("import", bring(home, mail(whole, patches)))[0]
        assert (row["result"], row["files"]) == (result, files)
    details = [event["detail"] for event in home.rows("log", "901")]
    assert details[1:] == ["version 2, 1 more file"] * 2
    wrong = {**PATCHES, "xsa901.patch": b"frob\n"}
    refusal = home.attempt("import", bring(home, mail(whole, wrong)))
    assert refusal.returncode == 65 and "is not the file that the sums" in refusal.stderr


def test_no_other_file_joins_an_imported_version(home, keys):
    """Not even past the program: the database itself asks the signed sums."""
    home.run("import", home.bring(keys.sign(with_sums(PATCHES))))
    good = PATCHES["xsa901.patch"]
    with contextlib.closing(sqlite3.connect(home.folder / "security" / "advisory.db")) as database:
        for row, content in enumerate((good, b"frob\n"), 1):
            database.execute("INSERT INTO contents VALUES (?, ?, ?)",
                             (row, hashlib.sha256(content).digest(), content))  # fmt: skip
        for name, content in (("xsa901.patch", 2), ("xsa901-4.18.patch", 1), ("other.patch", 1)):
            with pytest.raises(sqlite3.DatabaseError, match="frozen"):
                database.execute("INSERT INTO patches VALUES (1, 0, ?, ?)", (name, content))
        database.execute("INSERT INTO patches VALUES (1, 0, 'xsa901.patch', 1)")
        with pytest.raises(sqlite3.DatabaseError, match="frozen"):
            database.execute("DELETE FROM patches")


def test_another_file_than_the_sums_speak_of_is_refused(home, keys):
    home.run("new", "--title", "there is a record")
    whole = keys.sign(with_sums(PATCHES))
    wrong = {**PATCHES, "xsa901.patch": PATCHES["xsa901.patch"] + b"\n"}
    refused(home, mail(whole, wrong), "xsa901.patch is not the file that the sums speak of")
    unsafe = {"../xsa901.patch": b"frob\n"}
    refused(home, mail(keys.sign(with_sums(unsafe)), unsafe), "a name that nothing is kept under")


def test_bad_mails_are_refused(home, keys):
    home.run("new", "--title", "there is a record")
    whole = keys.sign(with_sums(PATCHES))
    good = mail(whole, PATCHES)
    refused(home, good[:-20], "cut off")
    refused(home, good[: good.index(b"\n--=separator\nContent-Type: application")], "cut off")
    refused(home, mail("frob\n", PATCHES), "no clearsigned text")
    refused(home, mail(whole + "\n" + whole, {}), "second signature")
    refused(home, mail(whole, {"xsa902.txt": whole.encode()}), "more than one clearsigned text")
    refused(home, mail(whole, {"big": b"frob" * 3_000_000}), "longer than 10 MB")
    refused(home, mail(whole.replace("frob is", "frob was"), PATCHES), "bad signature")
    refused(home, b"From: a@tests.example\n\nfrob", "no clearsigned text")
    forwarded = EmailMessage()
    forwarded["From"] = "a@tests.example"
    forwarded.set_content("see below\n")
    inner = EmailMessage()
    inner.set_content(whole)
    forwarded.add_attachment(inner)
    refused(home, forwarded.as_bytes(), "a mail within the mail")


def test_a_real_mail(home, tmp_path):
    path = REAL / "mail" / "xsa480-v3-oss-security.eml"
    if not path.exists():
        pytest.skip("no real mail in ../shared/data/xsa/mail")
    empty = tmp_path / "e"
    empty.mkdir(mode=0o700)
    home.keyring = empty
    row = home.rows("import", "--key", REAL / "xen.org-key.asc", path)[0]
    assert (row["signature"], row["files"], row["remarks"]) == ("good signature", 1, None)
    assert home.run("render", "480", "--signed") == (REAL / "corpus" / "xsa480-v3.txt").read_text()
    record = (home.folder / "security" / "advisory.db").read_bytes()
    patch = (REAL / "mail" / "xsa480.patch").read_bytes()
    assert patch[:400] in record
