"""Every line count of the real Xen history beside git's own, with and without renames: 0 differences."""

import sqlite3
import subprocess

import pytest

# The readings: git's option, and the rows that stand for it in the database.
CHANGES = """
SELECT lower(hex(c.hash)), CAST(p.name AS BLOB), NULL, ch.content, ch.added, ch.deleted
FROM changes ch JOIN commits c ON c.id = ch.commit_id JOIN paths p ON p.id = ch.path
"""
WITH_RENAMES = (
    CHANGES
    + """
WHERE NOT EXISTS (SELECT 1 FROM renames r WHERE r.commit_id = ch.commit_id AND ch.path IN (r.path, r.old_path))
UNION ALL
SELECT lower(hex(c.hash)), CAST(p.name AS BLOB), CAST(o.name AS BLOB), r.content, r.added, r.deleted
FROM renames r JOIN commits c ON c.id = r.commit_id JOIN paths p ON p.id = r.path
JOIN paths o ON o.id = r.old_path
"""
)


def parse(out):
    """git log --numstat -z --format=%x01%H, as (commit, path) -> (old path, added, deleted)."""
    rows = {}
    for block in out.split(b"\x01")[1:]:
        commit, fields = block[:40].decode(), iter(block[40:].lstrip(b"\0\n").split(b"\0"))
        for field in fields:
            if not field.strip(b"\n"):
                continue
            added, deleted, path = field.lstrip(b"\n").split(b"\t", 2)
            old = None
            if path == b"":
                old, path = next(fields), next(fields)
            rows[commit, path] = (old, added, deleted)
    return rows


def mined(home, sql):
    database = sqlite3.connect(f"file:{home}/history.db?mode=ro", uri=True)
    try:
        return {
            (commit, path): (old, b"-", b"-") if content != "text" else (old, b"%d" % added, b"%d" % deleted)
            for commit, path, old, content, added, deleted in database.execute(sql)
        }
    finally:
        database.close()


@pytest.mark.parametrize(
    "option, sql", [("--no-renames", CHANGES), ("-M", WITH_RENAMES)], ids=["plain", "renames"]
)
def test_every_row_is_gits(xen, option, sql):
    ours = mined(xen.folder, sql)
    commits = sqlite3.connect(f"file:{xen.folder}/history.db?mode=ro", uri=True)
    chosen = "\n".join(
        row[0] for row in commits.execute("SELECT lower(hex(hash)) FROM commits WHERE parent_count < 2")
    )
    commits.close()
    out = subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", xen.repository, "log", "--no-walk", "--stdin", "--root",
         "--numstat", "-z", "--format=%x01%H", option],
        input=chosen.encode(),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    theirs = parse(out)
    different = [key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)]
    print(f"{len(theirs)} rows of git, {len(ours)} of ours, {len(different)} differences")
    assert not different, [(key, theirs.get(key), ours.get(key)) for key in different[:10]]
    assert len(theirs) > 100_000
