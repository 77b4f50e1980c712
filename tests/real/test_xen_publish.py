"""Forty real advisories as one site: the signed files to the byte, and nothing that is not there."""

import email
import email.policy
import hashlib
import os
import re
import shutil
import sys
import time
from pathlib import Path

import pytest
from conftest import Xen, data_folder

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
from publishing import documents, lists_are_true, snapshot  # noqa: E402

CONF = """\
product = Xen
[publish]
url = https://xsa.example.org/
publisher = Xen Project
namespace = https://xenproject.example.org
contact = security@example.org
cve-organisation = 00000000-0000-4000-9000-000000000000
cve-short-name = XEN
"""
NUMBER = re.compile(r"^xsa(\d+)-v(\d+)\.txt$")


@pytest.fixture(scope="module", name="advisories")
def find_advisories():
    folder = data_folder().parent / "xsa"
    if not (folder / "mail" / "xsa480.patch").exists():
        pytest.skip(f"{folder} has no mail/xsa480.patch and no published advisories")
    return folder


@pytest.fixture(scope="module", name="published")
def publish(xen, advisories, tmp_path_factory):
    folder = tmp_path_factory.mktemp("home") / "xen"
    shutil.copytree(xen.folder, folder)
    conf = folder / "barograph.conf"
    conf.write_text(conf.read_text().rstrip("\n") + "\n" + CONF)
    home = Xen(folder, xen.repository)
    home.run("advisory", "import", "--key", advisories / "xen.org-key.asc",
             *(advisories / "mail").glob("*.eml"), *(advisories / "corpus").glob("*.txt"))  # fmt: skip
    begin = time.monotonic()
    home.run("publish")
    print(f"published in {time.monotonic() - begin:.1f} s: {len(documents(folder / 'site'))} documents")
    return home


def is_signed_text(content):
    """As the signed file was: the clearsigned part of what was published."""
    start = content.index(b"-----BEGIN PGP SIGNED MESSAGE-----")
    end = content.index(b"-----END PGP SIGNATURE-----") + len(b"-----END PGP SIGNATURE-----\n")
    return content[start:end].replace(b"\r\n", b"\n")


def corpus(advisories):
    """{number: [(version, path), ...]}, the newest last."""
    found = {}
    for path in (advisories / "corpus").glob("*.txt"):
        match = NUMBER.match(path.name)
        found.setdefault(match[1], []).append((int(match[2]), path))
    return {number: sorted(files) for number, files in found.items()}


def test_every_signed_file_to_the_byte(published, advisories):
    """The newest by its name, older ones in a folder for the version."""
    site = published.folder / "site"
    found = corpus(advisories)
    assert sum(map(len, found.values())) == 40
    for number, files in found.items():
        for version, path in files:
            folder = site if version == files[-1][0] else site / f"xsa{number}-v{version}"
            served = (folder / f"advisory-{number}.txt").read_bytes()
            assert served == is_signed_text(path.read_bytes()), path.name


def test_advisory_480_and_its_patch(published, advisories):
    site = published.folder / "site"
    (path,) = (advisories / "mail").glob("xsa480-v*.eml")
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    texts = [part.get_payload(decode=True) for part in message.walk()
             if part.get_content_type() == "text/plain"]  # fmt: skip
    signed = next(text for text in texts if b"BEGIN PGP SIGNED" in text)
    assert (site / "advisory-480.txt").read_bytes() == is_signed_text(signed)
    patch = (advisories / "mail" / "xsa480.patch").read_bytes()
    assert (site / "xsa480.patch").read_bytes() == patch
    assert hashlib.sha256(patch).hexdigest() in (site / "advisory-480.txt").read_text()


def test_every_advisory_is_in_the_site(published, advisories):
    served = documents(published.folder / "site")
    numbers = set(corpus(advisories))
    assert {f"advisory-{number}.txt" for number in numbers} <= set(served)
    assert {f"advisory-{number}.html" for number in numbers} <= set(served)
    page = served["index.html"].decode()
    assert all(f"advisory-{number}.html" in page for number in numbers)
    lists_are_true(published.folder / "site")
    assert all(os.access(published.folder / "site" / name, os.R_OK) for name in served)


def test_twice_changes_nothing(published):
    before = snapshot(published.folder / "site")
    published.run("publish", BAROGRAPH_NOW="2027-05-01T00:00:00Z")
    after = snapshot(published.folder / "site")
    assert {n: f for n, f in after.items() if f[0] is not None} == {
        n: f for n, f in before.items() if f[0] is not None}  # fmt: skip
