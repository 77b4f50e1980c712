"""--help, the manual and the bash completion say the same, and the manual is well made."""

import re
import subprocess

import pytest

import tree

PAGES = tree.matching("docs/man/*.1", "docs/man/*.5")
COMPLETION = tree.ROOT / "docs" / "completion" / "barograph.bash"

HELP_COMMAND = re.compile(r"^  ([a-z]+) {2,}\S", re.MULTILINE)
HELP_OPTION = re.compile(r"^  (?:-(\w), )?--([a-z][\w-]*)", re.MULTILINE)
FAULT = re.compile(r'^FAULT\((\w+), (\d+), "([^"]+)"\)', re.MULTILINE)


def program(*arguments):
    result = subprocess.run(
        [tree.PROGRAM, *arguments], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def commands():
    # Collected before the program may be there: then the test itself says so.
    return HELP_COMMAND.findall(program("--help")) if tree.PROGRAM.exists() else ["(no program)"]


def help_options(text):
    """The long and short options of a --help text, with their dashes."""
    found = set()
    for short, long in HELP_OPTION.findall(text):
        found |= {"--" + long} | ({"-" + short} if short else set())
    return found


def groff(path, *options):
    return subprocess.run(
        ["groff", "-mandoc", "-Tutf8", "-P-cbou", "-rLL=90n", "-rHY=0", *options, path],
        capture_output=True,
        text=True,
        check=True,
    )


def rendered(path):
    """The page as text; groff may set minus signs and hyphens of its own."""
    return re.sub("[\u2010\u2011\u2212]", "-", groff(path).stdout)


def section(text, name):
    """The text of a section, or ''."""
    parts = re.split(r"^([A-Z][A-Z ]*[A-Z])$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2])).get(name, "")


def manual_options(text):
    """What the tags of the OPTIONS section name: lines at the section's own indent."""
    found = set()
    for tag in re.findall(r"^ {5}(-\S.*)$", section(text, "OPTIONS"), re.MULTILINE):
        found |= set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", tag))
    return found


def exit_codes():
    return {int(n): words for _, n, words in FAULT.findall(tree.read("include/fault.def"))}


GLOBAL = {"-C", "--directory", "-q", "--quiet", "-v", "--verbose", "--version", "-h", "--help"}


def page_of(command):
    return tree.ROOT / "docs" / "man" / f"barograph-{command}.1"


def completed(*words):
    """What bash offers after these words."""
    script = (
        'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _barograph;'
        ' printf "%s\\n" "${COMPREPLY[@]}"'
    )
    result = subprocess.run(
        ["bash", "-c", script, "bash", COMPLETION, "barograph", *words],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(result.stdout.split())


def test_global_options():
    text = rendered(tree.ROOT / "docs" / "man" / "barograph.1")
    assert help_options(program("--help")) | {"-h"} == manual_options(text) == GLOBAL


@pytest.mark.parametrize("command", commands())
def test_help_and_manual_agree(command):
    offered = help_options(program(command, "--help")) - GLOBAL
    assert manual_options(rendered(page_of(command))) - GLOBAL == offered


@pytest.mark.parametrize("command", commands())
def test_help_and_completion_agree(command):
    offered = {word for word in help_options(program(command, "--help")) if word.startswith("--")}
    assert completed(command, "--") == offered | {"--help"}


def test_every_command_has_a_page_and_a_word():
    pages = {path.stem.removeprefix("barograph-") for path in PAGES if "-" in path.stem}
    assert pages == set(commands()) == completed("") - {"help"}
    listed = section(rendered(tree.ROOT / "docs" / "man" / "barograph.1"), "DESCRIPTION")
    assert set(re.findall(r"^ {5}([a-z]+) {2,}\S", listed, re.MULTILINE)) == set(commands())


def test_the_manual_has_every_exit_status():
    text = section(rendered(tree.ROOT / "docs" / "man" / "barograph.1"), "EXIT STATUS")
    said = {int(n): " ".join(words.split()) for n, words in
            re.findall(r"^ {5}(\d+) +(.+(?:\n {6,}.+)*)", text, re.MULTILINE)}
    assert said == exit_codes()


def test_the_readme_has_every_exit_code():
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", tree.read("README.md"), re.MULTILINE)
    assert {int(n): words for n, words in rows} == {0: "done", **exit_codes()}


def test_links_lead_somewhere():
    for page in tree.matching("*.md"):
        if str(page).startswith("templates/"):
            continue
        for link in re.findall(r"\]\(([^)#:]+)\)", tree.read(page)):
            assert (tree.ROOT / page.parent / link).exists(), f"{page}: {link}"


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_is_well_made(page):
    result = groff(tree.ROOT / page, "-ww", "-z")
    assert result.stderr == ""
    text = rendered(tree.ROOT / page)
    for name in ("NAME", "DESCRIPTION", "SEE ALSO"):
        assert section(text, name), f"{page} has no {name}"


def test_pages_name_pages_that_exist():
    ours = {f"{path.stem} {path.suffix[1:]}" for path in PAGES}
    named = {
        match
        for path in PAGES
        for match in re.findall(r"^\.Xr (barograph\S* \d)", tree.read(path), re.MULTILINE)
    }
    assert named <= ours


def test_the_configuration_page_has_every_key():
    source = tree.read("src/base/home_keys.c")
    lists = re.findall(r"_keys\[\] = \{([^}]*)\}", source)
    known = {key for text in lists for key in re.findall(r'"([^"]+)"', text)}
    page = tree.read("docs/man/barograph.conf.5")
    described = set(re.findall(r"^\.It Cm (\S+)$", page, re.MULTILINE))
    assert known and described == known


def test_completion_knows_words():
    assert completed("figure", "--people", "") == {"raw", "mailmap", "employer"}
    assert completed("-C", "somewhere", "people", "s") == {"suggest"}
    assert completed("figure", "commits", "--merges", "=", "y") == {"yes"}


def test_the_lint_sees_options():
    text = "Options:\n  -C, --directory=DIR   The home\n  --dry-run             Do nothing\n"
    assert help_options(text) == {"-C", "--directory", "--dry-run"}
    page = "OPTIONS\n     -C, --directory=DIR\n             See --other.\n\n     --dry-run\n"
    assert manual_options(page) == {"-C", "--directory", "--dry-run"}


def test_the_lint_sees_a_bad_page(tmp_path):
    page = tmp_path / "bad.1"
    page.write_text(".Dd November 22, 2026\n.Dt BAD 1\n.Os\n.Sh NAME\n.Nosuchmacro x\n")
    assert groff(page, "-ww", "-z").stderr != ""
