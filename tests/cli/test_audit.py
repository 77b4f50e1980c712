"""barograph audit, beside arithmetic done here."""

import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from audit_tables import Maker, html, markdown, separated  # noqa: E402
from workshop import PROGRAM, QUIET  # noqa: E402

MINUS = "\u2212"

PUBLISHED = [
    ["Attribute", "4.8 Hypervisor Total [1]", "4.9 Hypervisor Total [1]", "4.9 Hypervisor Core",
     "4.9 Hypervisor Other"],
    ["Changesets", "1245", "1549 (+19.6%)", "1316", "233"],
    ["Individuals", "68", "86 (+20.9%)", "", ""],
    ["Lines Added", "78899", "82336 (+4.4%)", "77190", "5146"],
    ["Lines Removed", "62325", f"47014 ({MINUS}67.8 %)", "45320", "1694"],
]
PARTS = [["Part", "Changesets"], ["Core", "987"], ["Other", "287"], ["Total", "1206"]]


def audit(text, *options, name="-", **environment):
    data = text if isinstance(text, bytes) else text.encode()
    result = subprocess.run(
        [PROGRAM, "audit", *options, name], input=data, capture_output=True, check=False,
        timeout=120, env={**os.environ, **QUIET, **environment},
    )
    return result.returncode, result.stdout.decode(), result.stderr.decode()


def findings(text, *options):
    status, out, err = audit(text, "--format", "json", *options)
    assert status in (0, 65), err
    rows = json.loads(out)
    assert (status == 65) == any(row["severity"] == "error" for row in rows)
    return rows


WRITERS = {
    "html": html,
    "md": markdown,
    "csv": lambda rows: separated(rows, ","),
    "tsv": lambda rows: separated(rows, "\t"),
}


@pytest.mark.parametrize("form", WRITERS)
def test_the_published_errors_are_found_and_explained(form):
    rows = findings(WRITERS[form](PUBLISHED))
    assert [(r["row_name"], r["column"], r["severity"], r["rule"]) for r in rows] == [
        ("Changesets", 3, "error", "new-base"),
        ("Individuals", 3, "error", "new-base"),
        ("Lines Removed", 3, "error", "unlike-cells"),
    ]
    base, people, removed = (r["finding"] for r in rows)
    right = Decimal(100) * (1549 - 1245) / 1245
    assert base == (f"19.6 % = (1549 {MINUS} 1245) / 1549: the new value is the base; "
                    f"of the old one it is {right:.1f} %")
    assert f"(86 {MINUS} 68) / 86" in people and "26.5 %" in people
    assert f"(47014 {MINUS} 78899) / 47014" in removed
    for part in ("unlike cells", "Lines Removed", "Lines Added", "the new value is the base",
                 f"(47014 {MINUS} 62325) / 62325 = {MINUS}24.6 %"):
        assert part in removed


@pytest.mark.parametrize("form", WRITERS)
def test_a_total_that_is_not_its_parts(form):
    (row,) = findings(WRITERS[form](PARTS))
    assert (row["row"], row["rule"], row["severity"]) == (4, "total", "error")
    assert "987 + 287 = 1274" in row["finding"] and "1206" in row["finding"]


def test_right_tables_have_no_findings():
    """Each on its own and all of one document; 900 tables in 17 styles."""
    for form in ("md", "html"):
        tables = [Maker(seed).rows for seed in range(900)]
        text = "\n\n".join(map(WRITERS[form], tables))
        wrong = [(tables[r["table"] - 1], r["finding"]) for r in findings(text)]
        assert wrong == []


@pytest.mark.parametrize("seed", range(24))
def test_right_tables_have_no_findings_in_csv(seed):
    rows = Maker(seed).rows
    assert findings(separated(rows, ",")) == findings(separated(rows, "\t")) == []


def slipped(rows):
    """A percentage of a table made wrong by five points, or None."""
    for line, row in list(enumerate(rows))[1:]:
        for column, cell in enumerate(row):
            found = re.search(r"(\d+)((?:\.\d+)?[ \u00a0]?%)", cell)
            if found and 0 < int(found[1]) < 90:
                wrong = cell[: found.start()] + str(int(found[1]) + 5) + cell[found.start(2):]
                changed = [list(r) for r in rows]
                changed[line][column] = wrong
                return changed
    return None


def test_slips_are_seen():
    """Nearly all: where there is little to compare with, chance may explain a wrong one."""
    tables = [t for t in (slipped(Maker(seed).rows) for seed in range(400)) if t is not None]
    text = "\n\n".join(map(markdown, tables))
    seen = {row["table"] for row in findings(text)}
    assert len(tables) > 100 and len(seen) > 0.97 * len(tables)


def test_several_tables_have_numbers_and_names():
    page = "<h2>First</h2>" + html(PARTS) + "<h2>Second</h2>" + html(PARTS)
    page = page.replace("<table>", "<table><caption>Capital</caption>", 1)
    assert [(r["table"], r["table_name"]) for r in findings(page)] == [
        (1, "Capital"), (2, "Second")]


def test_decimal_commas():
    text = "was;4.8;4.9;Wachstum\na;1.245;1.549;19,6 %\nb;1.000;1.500;+50,0 %\n"
    (row,) = findings(text)
    assert row["rule"] == "new-base" and "(1549" in row["finding"]


def test_formats():
    text = markdown(PARTS)
    status, out, err = audit(text)
    assert status == 65 and "the audit found 1 error" in err and "checked: 1 table" in err
    assert out.splitlines()[0].split() == ["Table", "Row", "Column", "Severity", "Rule", "Finding"]
    assert audit(text, "--format", "md")[1].startswith("| Table")
    head = "table,table_name,row,row_name,column,column_name,severity,rule,finding"
    assert audit(text, "--format", "csv")[1].splitlines()[0] == head
    assert audit(text, "--format", "tsv")[1].splitlines()[0] == head.replace(",", "\t")


def test_nothing_found():
    right = markdown([["a", "n"], ["x", "1"], ["y", "2"], ["Total", "3"]])
    assert audit(right) == (0, "nothing found\n",
                            "checked: 1 table, 0 percentages (0 explained), 1 total\n")
    status, out, err = audit("a,b\nx,1\n", "-q")
    assert (status, err) == (0, "") and "no total and no percentage" in out


def test_a_doubt_is_no_error():
    status, out, _ = audit("who,n\na,5\nb,4\nall,10\n")
    assert status == 0 and "doubt" in out


BAD = [
    ("", [], 65, "no table in it"),
    ("<p>words</p>", [], 65, "no table in it, read as HTML"),
    ("only words\n", [], 65, "no table in it, read as CSV"),
    (b"\x7fELF\x00\x00\x01\x02", [], 65, "not a text"),
    ("a,b\n\"1,2\n", [], 65, "never closed"),
    ("<table><tr><td>" + "<b>" * 5000, [], 65, "nested"),
    ("<table><tr><td " + " ".join(f"a{n}" for n in range(50000)) + ">1", [], 65, "attributes"),
    ("1,2\n" * 600000, [], 65, "cells"),
    ("x" * (10 * 1024 * 1024 + 1), [], 65, "larger than 10 megabytes"),
    ("a,b\n", ["--input", "pdf"], 64, "html, md, tsv or csv"),
    ("a,b\n", ["--format", "pdf"], 64, "pdf"),
]


@pytest.mark.parametrize("text,options,code,sentence", BAD, ids=[row[3] for row in BAD])
def test_bad_input(text, options, code, sentence):
    status, out, err = audit(text, *options)
    assert (status, out) == (code, "") and sentence in err
    assert err.startswith("barograph: ") and err.count("\n") == 1


def test_bad_files(tmp_path):
    assert audit("", name=str(tmp_path / "none"))[0] == 66
    assert audit("", name=str(tmp_path))[0] == 66
    status, _, err = audit("", "a", "b")
    assert status == 64 and "one file" in err


def test_broken_text_is_read(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"a\xff,n\r\nx\x80,987\r\n\xc3,287\r\nTotal,1206\r\n")
    status, out, _ = audit("", "--format", "json", name=str(path))
    assert status == 65 and json.loads(out)[0]["rule"] == "total"


def test_input_decides():
    assert audit("a|b\n-|-\n1|2\n", "--input", "csv")[0] == 65
    assert findings("a\tb\nx\t1\n", "--input", "tsv") == []
