"""Nothing in the project names the machine or the services of whoever wrote it."""

import re

import tree

# Absolute folders of somebody's machine, and hosts of package registries and their mirrors.
PRIVATE = re.compile(
    r"(?<![\w.~$}/-])/(?:wor" r"k|roo" r"t|hom" r"e/[a-z][\w-]*|User" r"s/\w+)/"
    r"|\b(?:py" r"pi|files\.python" r"hosted|registry\.npm" r"js|registry\.yarn" r"pkg|proxy\.gol"
    r"ang|static\.crat" r"es|index\.crat" r"es)\.(?:org|com|io)\b"
    r"|\b(?:artifact" r"ory|nex" r"us)\.[\w.-]+"
)

BINARY = {".png", ".gz", ".ico", ".pack"}


def private(text):
    return [(tree.line_of(text, m.start()), m.group()) for m in PRIVATE.finditer(text)]


def test_no_path_or_host_of_a_machine():
    found = [
        f"{path}:{line}: {what}"
        for path in tree.files()
        if path.suffix not in BINARY
        for line, what in private((tree.ROOT / path).read_text(encoding="utf-8", errors="replace"))
    ]
    tree.none_of(found)


def test_nothing_generated_is_kept():
    generated = ("*.pyc", "*.o", "*.a", "*.deb", "*.db", "embedded.c", "compile_commands.json")
    tree.none_of(tree.matching(*generated))


def test_the_lint_sees_private_names():
    bad = ["cd /wor" + "k/main", "'/hom" + "e/ada/src'", "https://py" + "pi.org/x", "/roo" + "t/a"]
    good = ["src/home.c", "https://lantern.example/src/1", "$HOME/x", "build/root/x", "~/src/"]
    assert all(private(text) for text in bad)
    assert not any(private(text) for text in good)
