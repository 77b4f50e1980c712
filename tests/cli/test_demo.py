"""demo.sh, as a stranger runs it. Only on the release build, which it makes itself."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.skipif(
    Path(os.environ["BAROGRAPH_BUILD"]) != ROOT / "build" / "release",
    reason="demo.sh makes the release build",
)


def demo(folder, *arguments, cwd=ROOT):
    return subprocess.run(
        [ROOT / "demo.sh", *arguments],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "BAROGRAPH_DEMO": str(folder),
            "BAROGRAPH_NOW": "2022-01-10T12:00:00Z",
        },
    )


def page_of(result):
    assert result.returncode == 0, result.stderr
    return Path(re.search(r"^The same as a page: (.+)$", result.stdout, re.MULTILINE).group(1))


def shown(result):
    """What it printed, but for the digits that a key made for the day gives."""
    return re.sub(r"[0-9A-Fa-f]{40,64}", "...", result.stdout)


def test_the_sample_twice(tmp_path):
    first = demo(tmp_path / "a demo")
    page = page_of(first)
    assert page == tmp_path / "a demo" / "weather.html"
    assert "<svg" in page.read_text(encoding="utf-8")
    assert "1.1.1" in first.stdout and "Beacon Works" in first.stdout
    kept = (tmp_path / "a demo" / "barograph.conf").read_bytes()
    again = demo(tmp_path / "a demo")
    assert page_of(again) == page
    assert shown(again) == shown(first)
    site = Path(re.search(r"^The public site: (.+)$", first.stdout, re.MULTILINE).group(1))
    assert "Lantern Security Advisory CVE-2020-99905 / XSA-5" in (site / "advisory-5.txt").read_text()
    assert "publication is not before Tue 2020-11-03 12:00 UTC, in 0 days 00:00:01" in first.stdout
    assert (tmp_path / "a demo" / "barograph.conf").read_bytes() == kept


def test_a_repository_by_a_relative_path(tmp_path):
    subprocess.run([ROOT / "tests" / "data" / "sample-project.sh", tmp_path], check=True)
    result = demo(tmp_path / "demo", "lantern", cwd=tmp_path)
    assert page_of(result).exists()
    assert "lantern" in result.stdout
    other = demo(tmp_path / "demo")
    assert other.returncode == 73 and "belongs to" in other.stderr


def test_what_is_not_there(tmp_path):
    assert demo(tmp_path, "no-such-folder").returncode == 66
    assert demo(tmp_path, "one", "two").returncode == 64
