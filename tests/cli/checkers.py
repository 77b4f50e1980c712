"""Other people's checkers of what is published: node programs that tests/tools/checkers.sh installs."""

import pathlib
import shutil
import subprocess

import pytest

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "build" / "checkers"
CHROMIUM = "/usr/bin/chromium"


def need():
    """Skips, with a clear line, where the checkers could not be installed."""
    if shutil.which("node") is None or not (FOLDER / "node_modules").is_dir():
        pytest.skip("the checkers are not installed: tests/tools/checkers.sh does, with npm")


def need_browser():
    need()
    if not pathlib.Path(CHROMIUM).exists():
        pytest.skip("there is no Chromium: apt-get install chromium")


def run(script, *arguments, timeout=120):
    """Runs a script of tests/tools/checkers/ with the checkers at hand; what it printed."""
    need()
    code = (pathlib.Path(__file__).resolve().parents[1] / "tools" / "checkers" / script).read_text()
    done = subprocess.run(
        ["node", "--input-type=module", "-", *map(str, arguments)],
        input=code, cwd=FOLDER, capture_output=True, text=True, timeout=timeout,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
