"""What a web server has beside what was published, and how far mail, page and fix lie apart."""

import functools
import http.server
import json
import shutil
import threading
from datetime import datetime

import pytest

from keyrings import make_keys  # noqa: F401 (a fixture)
from mailing import FROM, Server
from publishing import FIXED, PUBLIC, Site, make_history


@pytest.fixture(scope="module", name="base")
def make_base(tmp_path_factory, keys):
    folder = tmp_path_factory.mktemp("base")
    base = Site(folder / "home", keys, make_history(folder))
    base.prepare(501, 502)
    base.draft(503, "--for", "members")
    base.now = PUBLIC
    base.publish("501")
    return base


@pytest.fixture(name="home")
def make_home(base, tmp_path):
    return base.copy(tmp_path / "home")


class Quiet(http.server.SimpleHTTPRequestHandler):
    broken = ()

    def do_GET(self):  # noqa: N802
        if self.path.lstrip("/") in self.broken:
            self.send_error(503)
        else:
            super().do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture(name="live")
def make_live(home):
    """A copy of the site as a web server has it, and its address."""
    folder = home.folder / "live"
    shutil.copytree(home.site, folder, ignore=shutil.ignore_patterns(".barograph"))
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def check(home, url, status):
    result = home.publish("--check", url, "--format", "json", status=status)
    return {row["path"]: row["state"] for row in json.loads(result.stdout)}


def test_all_is_as_it_was_published(home, live):
    _, url = live
    result = home.publish("--check", url)
    count = len((home.site / ".barograph" / "manifest").read_text().splitlines()) - 2
    assert result.stdout == f"{count} documents were published; 0 are otherwise at {url}/\n"
    assert check(home, url + "/", 0) == {}


def test_what_is_otherwise(home, live):
    folder, url = live
    shutil.copy(home.site / "index.html", home.folder / "old.html")
    home.publish("502")
    shutil.copytree(home.site, folder, ignore=shutil.ignore_patterns(".barograph"), dirs_exist_ok=True)
    shutil.copy(home.folder / "old.html", folder / "index.html")
    (folder / "advisory-502.txt").unlink()
    (folder / "xsa501.patch").write_text("other\n")
    (folder / "not-ours.txt").write_text("other\n")
    Quiet.broken = ("advisory-502.html",)
    try:
        assert check(home, url, 1) == {
            "index.html": "stale", "advisory-502.txt": "missing", "xsa501.patch": "different",
            "advisory-502.html": "HTTP 503",
        }  # fmt: skip
    finally:
        Quiet.broken = ()
    index = (home.site / "index.html").read_text()
    assert "</body>" in index
    (folder / "index.html").write_text(index.replace("</body>", '<a href="advisory-777.html">x</a></body>'))
    with (folder / "csaf" / "white" / "index.txt").open("a") as lists:
        lists.write("2026/xsa-778.json\n")
    found = check(home, url, 1)
    assert found["advisory-777.html"] == found["csaf/white/2026/xsa-778.json"] == "extra"
    assert found["index.html"] == "different"
    text = home.publish("--check", url, status=1).stdout
    assert "missing" in text and text.endswith(f"6 are otherwise at {url}/\n")


def test_what_cannot_be_compared(home, live):
    _, url = live
    home.publish("--check", "http://127.0.0.1:9", status=76)
    home.publish("--check", "http://security.example.org/", status=77)
    home.publish("--check", "ftp://127.0.0.1/", status=78)
    home.publish("--check", url, "--into", home.folder / "nothing", status=69, says="nothing was published")
    home.publish("--check", url, "501", status=64)
    home.publish("--check", url, "--lag", status=64)
    home.publish("--check", url, "--format", "xml", status=64)


def minutes(later, earlier):
    return int((datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds() // 60)


def test_the_lag(home):
    with Server() as server:
        home.extra = (
            f"[mail]\nserver = smtp://127.0.0.1:{server.port}\ntls = loopback\nfrom = {FROM}\n"
            "lists = announce@lantern.example\ntimeout = 3\n"
        )
        home.configure(f"signing-key = {home.keys.fingerprint}\n")
        home.now = "2026-06-16T12:02:00Z"
        home.do("announce", "501", "502")
        assert len(server.mails) == 2
    home.now = "2026-06-16T12:07:59Z"
    home.publish("502")
    rows = json.loads(home.publish("--lag", "--format", "json").stdout)
    assert rows[0] == {
        "advisory": "XSA-501", "announced": "2026-06-16T12:02:00Z", "page": PUBLIC, "page_minutes": -2,
        "cve": None, "cve_minutes": None, "cves_sent": 0, "cves": 1, "fix_committed": FIXED + "Z",
        "fix_minutes": minutes(FIXED, "2026-06-16T12:02:00"),
    }  # fmt: skip
    assert rows[1]["page"] == "2026-06-16T12:07:59Z" and rows[1]["page_minutes"] == 5
    assert (rows[1]["fix_committed"], rows[1]["fix_minutes"]) == (None, None)
    assert [row["advisory"] for row in rows] == ["XSA-501", "XSA-502"]
    assert "2026-06-16T12:07:59Z" in home.publish("--lag").stdout
