"""Every rule of the advisory lint is in docs/lint.md, with its severity, and nothing else is."""

import re

import tree

RULE = re.compile(r'\{"([a-z-]+)",\s*LINT_(ERROR|WARNING)')
ROW = re.compile(r"^\| `([a-z-]+)` \| (error|warning) \|", re.MULTILINE)


def test_rules_are_documented():
    rules = {(name, grave.lower()) for name, grave in RULE.findall(tree.read("src/advisory/lint.c"))}
    assert len(rules) > 20
    assert rules == set(ROW.findall(tree.read("docs/lint.md")))
