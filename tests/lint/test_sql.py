"""Every SQL statement prepares, and reads no table from end to end without saying why."""

import re
import sqlite3
from collections import Counter

import pytest

import tree

NAME = re.compile(r"^-- name: *(\S+) *$", re.MULTILINE)
REASON = re.compile(r"^\s*-- scan: *\S+", re.MULTILINE)
# Temporary tables, and those that lie in memory (shelf.h).
CREATES = re.compile(r"^\s*CREATE\s+(TEMP|TABLE)", re.IGNORECASE | re.MULTILINE)


def statements(text):
    """name -> SQL of a query file"""
    parts = NAME.split(text)
    return list(zip(parts[1::2], parts[2::2]))


def open_empty(schema, queries):
    """An empty database with the schema, and the temporary tables that statements make."""
    database = sqlite3.connect(":memory:")
    for text in schema:
        database.executescript(text)
    for _, sql in queries:
        if CREATES.search(sql):
            database.execute(sql)
    return database


def parameters(sql):
    return [None] * max([int(n) for n in re.findall(r"\?(\d+)", sql)] + [0])


def scans(database, sql):
    """The tables that a statement reads whole. A query plan says that there is a scan, but names
    aliases; so the tables are taken from the program that SQLite makes of the statement: those
    whose cursor is rewound and stepped through, or counted."""
    if not any(re.match(r"SCAN|.*AUTOMATIC", line) for line in plan(database, sql)):
        return []
    names = dict(database.execute("SELECT rootpage, tbl_name FROM sqlite_schema"))
    opened, rewound, found = {}, set(), set()
    for row in database.execute("EXPLAIN " + sql, parameters(sql)):
        opcode, first, second, third = row[1], row[2], row[3], row[4]
        if opcode in ("OpenRead", "OpenWrite", "ReopenIdx"):
            # The same cursor number may serve several tables, one after another.
            opened.setdefault(first, set()).add(names.get(second) if third == 0 else None)
        elif opcode in ("Rewind", "Last"):
            rewound.add(first)
        elif opcode == "Count" or (opcode in ("Next", "Prev") and first in rewound):
            found |= opened.get(first, set())
    return sorted(found - {None})


def plan(database, sql):
    return [row[3] for row in database.execute("EXPLAIN QUERY PLAN " + sql, parameters(sql))]


def unexplained(database, queries):
    for name, sql in queries:
        if CREATES.search(sql):
            continue
        found = scans(database, sql)
        if found and not REASON.search(sql):
            yield f"{name} reads all of {', '.join(found)}: {plan(database, sql)}"
        if REASON.search(sql) and not found:
            yield f"{name} explains a scan that is not there"


def load(which):
    schema = [tree.read(p) for p in tree.matching(f"sql/{which}/schema/*.sql")]
    queries = []
    for path in tree.matching(f"sql/{which}/query/*.sql"):
        queries += statements(tree.read(path))
    return schema, queries


DATABASES = sorted({path.parts[1] for path in tree.matching("sql/*/schema/*.sql")})


@pytest.mark.parametrize("which", DATABASES)
def test_every_statement_prepares_and_scans_nothing_unexplained(which):
    schema, queries = load(which)
    assert queries
    tree.none_of(unexplained(open_empty(schema, queries), queries))


@pytest.mark.parametrize("which", DATABASES)
def test_names_are_unique(which):
    counts = Counter(name for name, _ in load(which)[1])
    tree.none_of(name for name, count in counts.items() if count > 1)


@pytest.mark.parametrize("which", DATABASES)
def test_every_statement_is_used(which):
    source = "\n".join(tree.read(path) for path in tree.c_files("src"))
    strings = set(re.findall(r'"([^"\n]*)"', source))
    tree.none_of(name for name, _ in load(which)[1] if name not in strings)


@pytest.mark.parametrize("which", DATABASES)
def test_schema_files_are_numbered_without_gaps(which):
    paths = tree.matching(f"sql/{which}/schema/*.sql")
    assert [int(path.name[:4]) for path in paths] == list(range(1, len(paths) + 1))


SCHEMA = [
    "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, w TEXT) STRICT;"
    "CREATE INDEX t_by_v ON t (v);"
]


def check(*queries):
    return list(unexplained(open_empty(SCHEMA, queries), queries))


def test_the_lint_accepts_what_is_right():
    assert check(("by_key", "SELECT v FROM t WHERE id = ?1")) == []
    assert check(("by_index", "SELECT a.w FROM t AS a WHERE a.v = ?1 ORDER BY a.id")) == []
    assert check(("newest", "SELECT max(id) FROM t")) == []
    assert check(("why", "-- scan: there are five rows\nSELECT w FROM t")) == []
    assert check(("make", "CREATE TEMP TABLE x (a INTEGER)"), ("all", "SELECT a FROM x")) == []
    assert check(("values", "WITH c (n) AS (VALUES (1), (2)) SELECT n FROM c")) == []


def test_the_lint_sees_scans():
    assert check(("whole", "SELECT w FROM t"))
    assert check(("alias", "SELECT a.w FROM t AS a WHERE a.w = ?1"))
    assert check(("index", "SELECT v FROM t ORDER BY v"))
    assert check(("count", "SELECT count(*) FROM t"))
    assert check(("deep", "WITH c AS (SELECT w FROM t) SELECT sum(length(w)) FROM c"))
    assert check(("change", "UPDATE t SET w = 'x' WHERE w = ?1"))


def test_the_lint_sees_an_empty_excuse():
    assert check(("by_key", "-- scan: no\nSELECT v FROM t WHERE id = ?1"))


def test_the_lint_sees_what_does_not_prepare():
    with pytest.raises(sqlite3.Error):
        check(("typo", "SELECT nothing FROM t"))
