"""Installing: `cmake --install`, and the Debian package."""

import gzip
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

BUILD = Path(os.environ["BAROGRAPH_BUILD"])
ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted((ROOT / "docs" / "man").glob("*.[15]"))

GUIDES = "advisories auditing json lint policies readings releasing security-model".split()

INSTALLED = {
    "bin/barograph",
    "libexec/barograph/barograph-whole",
    "share/bash-completion/completions/barograph",
    "share/doc/barograph/changelog.gz",
    "share/doc/barograph/copyright",
    "share/doc/barograph/README.md",
    *(f"share/doc/barograph/{name}.md" for name in GUIDES),
    *(f"share/man/man{page.suffix[1:]}/{page.name}.gz" for page in PAGES),
}


def run(*command, **options):
    result = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def files(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    prefix = tmp_path_factory.mktemp("in stalled") / "usr"
    run("cmake", "--install", BUILD, "--prefix", prefix)
    return prefix


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    run("cpack", "-G", "DEB", "-B", folder, "--config", BUILD / "CPackConfig.cmake", cwd=BUILD)
    (deb,) = folder.glob("*.deb")
    return deb


def field(deb, name):
    return run("dpkg-deb", "--field", deb, name).strip()


def test_install_puts_everything_in_its_place(installed):
    assert files(installed) == INSTALLED


def test_the_installed_program_runs(installed):
    version = run(installed / "bin" / "barograph", "--version")
    assert version == f"barograph {field_of_project('VERSION')}\n"


def test_the_installed_program_finds_the_whole_one(installed):
    listed = run(installed / "bin" / "barograph", "--help")
    assert re.search(r"^ +weather ", listed, re.MULTILINE)
    assert re.search(r"^ +predisclose ", listed, re.MULTILINE)


def test_a_program_that_was_moved_away_says_what_is_missing(installed, tmp_path):
    alone = shutil.copy2(installed / "bin" / "barograph", tmp_path)
    result = subprocess.run([alone, "ledger"], capture_output=True, text=True, check=False)
    assert result.returncode == 69
    assert result.stderr == ("barograph: barograph-whole cannot be run, the part of barograph that "
                             "this needs: install it again\n")


def test_figures_do_not_wait_for_the_libraries_of_mail(installed):
    def needed(program):
        return set(re.findall(r"NEEDED.*\[lib([a-z]+)", run("readelf", "--dynamic", program)))

    mail = {"curl", "gmime", "gpgme", "gobject"}
    assert not needed(installed / "bin" / "barograph") & mail
    assert needed(installed / "libexec" / "barograph" / "barograph-whole") > mail - {"gobject"}


def field_of_project(name):
    text = (BUILD / "CMakeCache.txt").read_text(encoding="utf-8")
    (line,) = [x for x in text.splitlines() if x.startswith(f"CMAKE_PROJECT_{name}:")]
    return line.split("=", 1)[1]


def test_the_installed_manual_is_the_manual(installed):
    for page in PAGES:
        compressed = installed / "share" / "man" / f"man{page.suffix[1:]}" / f"{page.name}.gz"
        assert gzip.decompress(compressed.read_bytes()) == page.read_bytes()


def test_the_package_holds_the_same(package, tmp_path):
    run("dpkg-deb", "--extract", package, tmp_path)
    assert files(tmp_path / "usr") == INSTALLED
    assert {path.name for path in tmp_path.iterdir()} == {"usr"}


def test_the_package_says_what_it_is_and_needs(package):
    assert field(package, "Package") == "barograph"
    assert field(package, "Version") == field_of_project("VERSION")
    assert field(package, "Section") == "vcs"
    assert field(package, "Maintainer") == "The Barograph authors <barograph@barograph.example>"
    needed = field(package, "Depends")
    for library in ("libc6", "libglib2.0-0", "libgit2-1.5", "libjansson4", "libsqlite3-0",
                    "libxml2"):
        assert library in needed, needed


def test_files_belong_to_root_with_the_usual_modes(package):
    for line in run("dpkg-deb", "--contents", package).splitlines():
        mode, owner, *_, name = line.split()
        wanted = "drwxr-xr-x" if name.endswith("/") else "-rw-r--r--"
        program = name.endswith(("/bin/barograph", "/barograph-whole"))
        assert mode == ("-rwxr-xr-x" if program else wanted), line
        assert owner == "root/root", line


def test_the_changelog_has_this_version():
    first = (ROOT / "docs" / "debian" / "changelog").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith(f"barograph ({field_of_project('VERSION')}) ")
