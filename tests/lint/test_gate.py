"""Only the gate makes permits, and only it writes the ledger."""

import re

import tree

GATE = "src/advisory/embargo.c"

ONLY_THE_GATE = {
    "defines struct permit": re.compile(r"\bstruct\s+permit\s*\{"),
    "makes a permit": re.compile(r"g_(new0?|malloc0?|slice_new0?)\s*\([^;]*\bstruct\s+permit\b"),
    "takes a permit's size": re.compile(r"\bsizeof\s*\(?\s*struct\s+permit\b"),
}


def breaches(path, source):
    code = tree.without_comments_and_strings(source)
    for what, pattern in ONLY_THE_GATE.items():
        if pattern.search(code) and path != GATE:
            yield f"{path} {what}"
    if re.search(r"\bledger_append(_within)?\s*\(", code) and path not in (GATE, "src/advisory/ledger.c"):
        yield f"{path} writes the ledger"


def test_only_the_gate_makes_permits():
    tree.none_of(
        found
        for path in tree.c_files("src")
        for found in breaches(str(path), tree.read(path))
    )


def test_the_gate_is_there():
    assert ONLY_THE_GATE["defines struct permit"].search(tree.read(GATE))


def test_the_lint_sees_a_way_around():
    forged = "struct permit { int x; };\nstatic struct permit *p;\np = g_new0(struct permit, 1);"
    assert len(list(breaches("src/advisory/outbox.c", forged))) == 2
    assert list(breaches("src/cmd/x.c", "ledger_append(desk, &entry, 1, NULL);"))
    assert list(breaches("src/cmd/x.c", "ledger_append_within(desk, &entry, 1, NULL);"))
    assert not list(breaches("src/cmd/x.c", "/* struct permit { */ f(struct permit *permit);"))
