"""Nothing of what is under embargo is in the site, in what is said, or in what others see running."""

import base64
import contextlib
import gzip
import hashlib
import os
import re
import subprocess
import time
import zlib
from pathlib import Path

import pytest

import freezing
from keyrings import make_keys  # noqa: F401 (a fixture)
from publishing import EARLY, PREDISCLOSURE, PUBLIC, Site, make_history

# number: (title, word in the prose, file, word in the file, CVE)
HIDDEN = {
    "511": ("zeppelin nodes rust", "quartzfeather", "xsa511-mango.patch", "walrusline", "CVE-2026-51111"),
    "512": ("velvet maps tear", "basiltornado", "xsa512-plum.patch", "otterline", "CVE-2026-51222"),
    "513": ("copper rings sing", "juniperfog", "xsa513-quince.patch", "ferretline", "CVE-2026-51333"),
    "515": ("amber queues drip", "thistlemoon", "xsa515-papaya.patch", "badgerline", "CVE-2026-51555"),
}
OPEN = {
    "510": ("plain frobs leak", "ordinary", "xsa510.patch", "openline", "CVE-2026-51000"),
    "514": ("silver locks jam", "lavenderice", "xsa514.patch", "heronline", "CVE-2026-51444"),
}
NEWER = ("pewter gates howl", "saffronvale", "xsa514-fig.patch", "lynxline", "CVE-2026-51499")
ALL = {**HIDDEN, **OPEN}


def fill(home, number, facts):
    title, word, name, line, cve = facts
    folder = home.folder_of(number)
    text = (folder / "advisory.txt").read_text()
    (folder / "advisory.txt").write_text(text.replace("reads secrets", f"reads {word}"))
    for patch in folder.glob("*.patch"):
        patch.unlink()
    (folder / name).write_bytes(f"--- a/f\n+++ b/f\n@@ -1 +1 @@\n-{line} before\n+{line} after\n".encode())
    conf = re.sub(r"^xsa\d+\S*\.patch=.*\n", "", (folder / "record.conf").read_text(), flags=re.M)
    (folder / "record.conf").write_text(conf)
    home.edit(number, ("patches", name, "xen-unstable"), ("advisory", "title", title),
              ("advisory", "cves", cve))  # fmt: skip


def draft(home, number, audience):
    title, *_, cve = ALL[number]
    home.run("new", "--title", title, "--number", number, "--cve", cve, "--for", audience)
    folder = home.folder_of(number)
    (folder / "advisory.txt").write_text(home.prose.format(number=number))
    home.edit(number, ("dates", "predisclosure", PREDISCLOSURE), ("dates", "public", PUBLIC),
              ("deployment", "patch", "permitted"), ("deployment", "mitigation", "permitted"))  # fmt: skip
    fill(home, number, ALL[number])


@pytest.fixture(scope="module", name="base")
def make_base(tmp_path_factory, keys):
    """510 public; 511 with members; 512 a draft; 513 frozen; 514 public, and its next version frozen;
    515 with members and no policy. 511 has 513 as its companion."""
    folder = tmp_path_factory.mktemp("base")
    base = Site(folder / "home", keys, make_history(folder))
    base.prose = freezing.PROSE
    for number in ("510", "513", "514"):
        draft(base, number, "public")
    for number in ("511", "512", "515"):
        draft(base, number, "members")
    for number in ("511", "512", "513", "515"):
        base.edit(number, ("dates", "public", "2026-07-07T12:00:00Z"))
    base.edit("511", ("advisory", "companions", "513"))
    base.edit("515", ("advisory", "policies", ""))
    base.freeze("510", "511", "513", "514", "515")
    base.now = PREDISCLOSURE
    base.tell_members("511", folder / "members-511")
    base.tell_members("515", folder / "members-515")
    base.now = EARLY
    base.publish("510", status=77)
    base.now = PUBLIC
    base.publish("510", "514")
    base.run("revise", "514", "--for", "public")
    (base.folder_of("514") / "updates.txt").write_text("More.\n")
    fill(base, "514", NEWER)
    base.freeze("514")
    return base


def traces(home):
    """What must not be found, by where it comes from."""
    found = {}
    for number, (title, word, name, line, cve) in {**HIDDEN, "514 v2": NEWER}.items():
        words = [*title.split(" "), title, word, name, line, cve, cve.removeprefix("CVE-")]
        words += [title.replace(" ", "-"), name.removesuffix(".patch")]
        found[number] = [word for word in words if len(word) > 4]
    for number, version, sha, content in home.database(
        "SELECT a.number, v.version, hex(c.sha256), c.bytes FROM patches p JOIN contents c ON c.id = p.content"
        " JOIN versions v ON v.id = p.version JOIN advisories a ON a.id = v.advisory"
    ):
        if number in HIDDEN or (number, version) == ("514", 2):
            blob = b"blob %d\0" % len(content) + content
            found[f"{number} v{version} files"] = [
                sha.lower(), hashlib.sha512(content).hexdigest(), hashlib.sha1(blob).hexdigest(),
                hashlib.sha1(content).hexdigest(), base64.b64encode(content).decode()[:32],
            ]  # fmt: skip
    for number, version, sha in home.database(
        "SELECT a.number, v.version, hex(v.signed_sha256) FROM versions v JOIN advisories a ON a.id = v.advisory"
    ):
        if number in HIDDEN or (number, version) == ("514", 2):
            found[f"{number} v{version} text"] = [sha.lower(), base64.b64encode(bytes.fromhex(sha)).decode()]
    return found


def unpacked(content):
    """The bytes, and what they hold when they are packed."""
    yield content
    for unpack in (gzip.decompress, zlib.decompress, base64.b64decode):
        with contextlib.suppress(Exception):
            yield unpack(content)
    for data in re.findall(rb"data:[^,\"')]*;base64,([A-Za-z0-9+/=]+)", content):
        yield base64.b64decode(data)


def search(folder, words):
    """Of the words, those that are in names or bytes of anything below."""
    found = []
    for path in Path(folder).rglob("*"):
        contents = [str(path.relative_to(folder)).encode()]
        if path.is_file():
            contents += unpacked(path.read_bytes())
        whole = b"\n".join(contents).lower()
        found += [(str(path), word) for word in words if word.lower().encode() in whole]
    return found


def test_the_search_finds_what_is_there(base):
    for number in ("510", "514"):
        _, word, name, line, cve = ALL[number]
        assert {found for _, found in search(base.site, (word, name, line, cve))} == {word, name, line, cve}
    assert len(traces(base)) >= 5 + 5 and all(traces(base).values())
    assert search(base.folder / "security", ["quartzfeather"]), "and it is in the desk"


def hidden_in(base, folder, said=""):
    for what, words in traces(base).items():
        assert search(folder, words) == [], what
        for word in words:
            assert word.lower() not in said.lower(), what


def test_only_number_and_date_are_in_the_site(base, tmp_path):
    home = base.copy(tmp_path / "home")
    result = home.publish()
    hidden_in(home, home.site, result.stdout + result.stderr)
    page = (home.site / "index.html").read_text()
    assert "XSA-511" in page and "2026-07-07" in page
    for number in ("512", "513", "515"):
        assert search(home.site, [f"XSA-{number}", f"xsa{number}", f"advisory-{number}"]) == [], number
    listed = (home.site / ".barograph" / "manifest").read_text()
    assert not re.search(r"\b51[1235]\b", "\n".join(line.split(" ", 2)[-1] for line in listed.splitlines()))
    assert "advisory-514.txt" in listed and "xsa514-v" not in listed


def test_without_a_policy_nothing_is_in_the_site(base, tmp_path):
    home = base.copy(tmp_path / "home")
    folder = home.folder / "policies"
    folder.mkdir()
    source = Path(__file__).parents[2] / "templates" / "policies" / "xen.conf"
    text = source.read_text().replace("shows = number; date", "shows =")
    (folder / "xen.conf").write_text(text)
    result = home.publish()
    hidden_in(home, home.site, result.stdout + result.stderr)
    for number in HIDDEN:
        assert search(home.site, [f"XSA-{number}", f"advisory-{number}", "2026-07-07"]) == [], number


def test_a_refusal_and_a_rehearsal_say_nothing(base, tmp_path):
    home = base.copy(tmp_path / "home")
    for arguments, status in ((["511", "513"], 77), (["511", "513", "--dry-run"], 77),
                              (["512"], 77), (["--dry-run", "--format", "json"], 0)):  # fmt: skip
        result = home.publish(*arguments, status=status)
        hidden_in(home, home.site, result.stdout + result.stderr)
    home.publish("--into", home.folder / "trial")
    hidden_in(home, home.folder / "trial")
    assert search(home.folder / "trial", ["advisory-514.txt"])


def test_what_is_staged_and_what_others_see_of_the_process(base, tmp_path):
    """Looked at while it runs: the hidden folder, its arguments, its environment, its open files."""
    home = base.copy(tmp_path / "home")
    words = [word for group in traces(home).values() for word in group]
    seen = []
    for turn in range(3):
        site = tmp_path / f"site-{turn}"
        process = subprocess.Popen(home.line("publish", "--into", site), env=home.environment(),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        while process.poll() is None:
            for name in ("cmdline", "environ", "comm", "status", "maps"):
                with contextlib.suppress(OSError):
                    seen.append(Path(f"/proc/{process.pid}/{name}").read_bytes())
            with contextlib.suppress(OSError):
                for entry in os.scandir(f"/proc/{process.pid}/fd"):
                    with contextlib.suppress(OSError):
                        seen.append(os.readlink(entry.path).encode())
            with contextlib.suppress(OSError):
                assert search(site, words) == []
            time.sleep(0.005)
        assert process.returncode == 0
        assert search(site, words) == []
    whole = b"\n".join(seen).lower()
    assert seen and [word for word in words if word.lower().encode() in whole] == []
