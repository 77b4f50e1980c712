"""Homes with a small history and public advisories, whose records can be published."""

import json
import shutil

import pytest
from cve_server import KEY, ORG, USER, UUID
from drafting import TEXT
from keyrings import Keys
from test_advisory_mail import bring, mail, with_sums
from test_resolve import make_lantern, make_mined  # noqa: F401 (fixtures)
from workshop import Home

PUBLISH = f"""
[publish]
url = https://lantern.example.org/advisories/
publisher = Lantern
namespace = https://lantern.example.org
contact = security@lantern.example.org
cve-organisation = {UUID}
cve-short-name = {ORG}
cve-user = {USER}
cve-key-file = key
timeout = 2
"""
SIGNED = "20210301T120000!"  # and the clock stands still


@pytest.fixture(scope="module", name="keys")
def make_keys():
    keys = Keys(made="20210101T000000")
    yield keys
    keys.end()


class Team(Home):
    def __init__(self, folder, keys):
        self.folder, self.keys, self.now = folder, keys, "2021-07-01T00:00:00Z"
        self.settings = ""
        (folder / "key").write_text(KEY + "\n")
        (folder / "key").chmod(0o600)
        conf = folder / "barograph.conf"
        self.base = conf.read_text().replace(
            "[repository lantern]\n",
            "[repository lantern]\nproduct = Lantern OS\npublic-url = https://git.example.org/lantern\n"
            "cpe = cpe:2.3:o:lantern:lantern\n",
        )
        self.configure()

    def configure(self, more="", publish=PUBLISH):
        (self.folder / "barograph.conf").write_text(self.base + publish + more)

    def attempt(self, *arguments, **environment):
        return super().attempt(*arguments, **{"GNUPGHOME": str(self.keys.folder), **environment})

    def refuse(self, status, *arguments, says=""):
        result = self.attempt(*arguments)
        assert result.returncode == status, (result.returncode, result.stderr)
        assert says in result.stderr and result.stderr.startswith("barograph: "), result.stderr
        assert KEY not in result.stderr + result.stdout
        return result

    def take_in(self, text, patches=None):
        signed = self.keys.sign(text, "--faked-system-time", SIGNED)
        self.run("advisory", "import", bring(self, mail(signed, patches or {})))

    def publish(self, *numbers):
        self.run("publish", *numbers)
        return self.folder / "site"

    def record(self, cve):
        return json.loads((self.folder / "site" / "cve" / f"{cve}.json").read_text())

    def osv(self, number):
        return json.loads((self.folder / "site" / "osv" / f"XSA-{number}.json").read_text())


@pytest.fixture(name="bare")
def make_bare(mined, keys, tmp_path):
    """No advisory yet."""
    folder = tmp_path / "home"
    shutil.copytree(mined.folder, folder)
    return Team(folder, keys)


@pytest.fixture(name="team")
def make_team(bare, lantern):
    """901 is public, with CVE-2026-99999 and its patch."""
    bare.take_in(with_sums({"xsa901.patch": lantern.patch}), {"xsa901.patch": lantern.patch})
    return bare


def another(number, cves, title="gnarls outlive their guest", text=TEXT):
    heading = f"Xen Security Advisory {','.join(cves)}{' / ' if cves else ''}XSA-{number}"
    old = "Xen Security Advisory CVE-2026-99999 / XSA-901"
    return text.replace(old, heading).replace("frobs outlive their guest", title)
