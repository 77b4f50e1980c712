"""Embargo and ledger as a user runs them: plans, comparisons, the calendar, a forged row."""

import json
import os
import sqlite3
import subprocess
from datetime import datetime, timezone
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PROGRAM = Path(os.environ.get("BAROGRAPH_BUILD", ROOT / "build" / "release")) / "barograph"
NOW = "2026-06-01T08:00:00Z"
APPLICATION = 0x4241524F


def barograph(home, *arguments, now=NOW):
    environment = {**os.environ, "BAROGRAPH_NOW": now}
    return subprocess.run(
        [PROGRAM, "-C", home, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=False,
    )


def output(home, *arguments, **options):
    result = barograph(home, *arguments, **options)
    assert result.returncode == 0, result.stderr
    return result.stdout


def seconds(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp())


@pytest.fixture
def home(tmp_path):
    (tmp_path / "barograph.conf").write_text("[project]\nname = Lantern\n")
    return tmp_path


@pytest.fixture
def desk(home):
    """A home with two advisories in its record."""
    security = home / "security"
    security.mkdir(mode=0o700)
    path = security / "advisory.db"
    path.touch(mode=0o600)
    database = sqlite3.connect(path)
    steps = sorted((ROOT / "sql" / "advisory" / "schema").glob("*.sql"))
    for step in steps:
        database.executescript(step.read_text())
    database.executescript(
        f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {len(steps)};"
        "INSERT INTO advisories (id, number, made_at) VALUES (1, '501', 0), (2, '502', 0);"
        "INSERT INTO bindings VALUES (1, 'xen'), (1, 'linux-distros');"
    )
    dates = [
        (1, "reported", "2026-05-21T09:00:00"),
        (1, "predisclosure", "2026-06-02T12:00:00"),
        (1, "public", "2026-06-16T12:00:00"),
        (2, "public", "2026-05-20T12:00:00"),
    ]
    for advisory, event, time in dates:
        database.execute("INSERT INTO dates VALUES (?, ?, ?)", (advisory, event, seconds(time)))
    database.commit()
    database.close()
    return home


def test_policies_over_the_records_past(desk):
    database = sqlite3.connect(desk / "security" / "advisory.db")
    dates = [
        (2, "reported", "2026-05-06T12:00:00"),
        (2, "predisclosure", "2026-05-13T12:00:00"),
    ]
    for advisory, event, time in dates:
        database.execute("INSERT INTO dates VALUES (?, ?, ?)", (advisory, event, seconds(time)))
    database.commit()
    database.close()
    result = barograph(desk, "embargo", "simulate", "linux-distros", "--each", "--format", "json")
    assert result.returncode == 0 and "1 of the record's 2" in result.stderr
    fact, distros = json.loads(result.stdout)
    # A Wednesday, a week to the members, a week to everybody; 501 is still to come.
    assert fact["advisory"] == distros["advisory"] == "XSA-502"
    assert (fact["members"], fact["public"], fact["ahead"]) == (7, 14, 7)
    assert (distros["members"], distros["public"], distros["ahead"]) == (0, 7, 7)


def test_policies_over_given_dates(home):
    rows = json.loads(
        output(
            home, "embargo", "simulate", "xen", "linux-kernel", "--each", "--format", "json",
            "--date=reported=2026-06-01T09:00:00Z", "--date=fixed=2026-06-04T09:00:00Z",
        )
    )  # fmt: skip
    fact, xen, kernel = rows
    assert fact["publication"] is None and fact["public"] is None
    # Monday, a working week to Monday, drawn to Tuesday noon, and two working weeks from there.
    assert xen["predisclosure"] == "Tue 2026-06-09 12:00 UTC"
    assert xen["publication"] == "Tue 2026-06-23 12:00 UTC"
    assert kernel["publication"] == "Thu 2026-06-11 09:00 UTC" and kernel["public"] == 10


def test_policies_are_listed_and_shown(home):
    rows = json.loads(output(home, "embargo", "policies", "--format", "json"))
    assert {row["name"] for row in rows} == {
        "xen", "linux-distros", "linux-kernel", "kubernetes", "envoy", "dpdk", "curl", "ocert",
    }  # fmt: skip
    assert all(row["source"].startswith("http") for row in rows)
    shown = output(home, "embargo", "policies", "linux-distros")
    assert "at most 14 days" in shown and "[vs]" in shown


def test_a_plan_names_what_binds_at_each_end(desk):
    text = output(desk, "embargo", "plan", "501")
    assert "publication: Tue 2026-06-16 12:00 UTC, in 15 days (as planned)" in text
    assert "earliest  Tue 2026-06-16 12:00 UTC  xen: at least 2 working weeks" in text
    assert "latest    Tue 2026-06-16 12:00 UTC  linux-distros: at most 14 days" in text


def test_a_plan_from_options_alone(home):
    text = output(
        home, "embargo", "plan", "--policy=xen", "--date=reported=2026-05-28T09:00:00+02:00"
    )
    assert "predisclosure: Tue 2026-06-02 12:00 UTC, in 1 day (by the policies)" in text
    assert "publication: Tue 2026-06-16 12:00 UTC" in text


def test_ninety_days_conflict_with_fourteen(home):
    result = barograph(
        home, "embargo", "plan", "--policy=xen", "--policy=linux-distros",
        "--date=predisclosure=2026-06-02T12:00:00Z", "--date=wished=2026-08-31T12:00:00Z",
    )  # fmt: skip
    assert result.returncode == 65
    assert "xen: the discoverer's date wins" in result.stderr
    assert "linux-distros: at most 14 days" in result.stderr
    assert result.stderr.count("\n") == 1


def test_holidays_of_the_home_count(home):
    (home / "policies").mkdir()
    (home / "policies" / "holidays").write_text("2026-06-11  # Corpus Christi\n")
    options = ["--policy=xen", "--date=predisclosure=2026-06-02T12:00:00Z"]
    assert "earliest  Wed 2026-06-17 12:00" in output(home, "embargo", "plan", *options)
    (home / "policies" / "holidays").write_text("11 June\n")
    result = barograph(home, "embargo", "plan", *options)
    assert result.returncode == 78 and "line 1" in result.stderr


@pytest.mark.parametrize(
    "arguments, status",
    [
        (["embargo"], 64),
        (["embargo", "dance"], 64),
        (["embargo", "plan"], 64),
        (["embargo", "plan", "--policy=xne"], 66),
        (["embargo", "plan", "--policy=xen", "--date=easter=2026-04-05T00:00:00Z"], 64),
        (["embargo", "plan", "--policy=xen", "--date=public=2026-04-05T00:00:00"], 64),
        (["embargo", "plan", "999", "--policy=xen"], 66),
        (["embargo", "simulate"], 64),
        (["embargo", "simulate", "xen"], 65),
        (["embargo", "simulate", "xen", "--date=public=2026-04-05T00:00:00Z"], 64),
        (["embargo", "simulate", "xen", "--date=reported=2026-04-05"], 64),
        (["embargo", "simulate", "xen", "--reports=a", "--date=reported=2026-04-05T00:00:00Z"], 64),
        (["embargo", "simulate", "xen", "--reports=nowhere.tsv"], 66),
        (["embargo", "calendar", "501"], 64),
        (["ledger"], 64),
        (["ledger", "rewrite"], 64),
    ],
)
def test_mistakes_have_their_status(desk, arguments, status):
    result = barograph(desk, *arguments)
    assert result.returncode == status
    assert result.stderr.startswith("barograph: ") and result.stderr.count("\n") == 1


def test_without_a_desk_there_is_nothing_to_show(home):
    for arguments in (["embargo", "calendar"], ["ledger", "verify"], ["embargo", "plan", "1"]):
        assert barograph(home, *arguments).returncode == 69
    assert not (home / "security").exists()


def test_simulation_compares_waits(home):
    reports = home / "past.tsv"
    reports.write_text(
        "# name, reported, public, predisclosed\n"
        "XSA-1\t2026-01-05T12:00:00Z\t2026-02-03T12:00:00Z\t2026-01-20T12:00:00Z\n"
        "XSA-2\t2026-03-02T12:00:00Z\t2026-03-10T12:00:00Z\n"
    )
    rows = json.loads(
        output(home, "embargo", "simulate", "xen", "linux-distros", "curl",
               f"--reports={reports}", "--format=json")
    )  # fmt: skip
    fact, xen, distros, curl = rows
    assert fact["policy"] == "(in fact)" and fact["advisories"] == 2
    assert fact["public_median"] == (29 + 8) / 2 and fact["public_most"] == 29
    assert fact["members_most"] == 15
    assert xen["ahead_median"] == 14 and 20 <= xen["public_median"] <= 24
    assert distros["ahead_most"] <= 14 and curl["ahead_most"] <= 7
    each = output(home, "embargo", "simulate", "xen", f"--reports={reports}", "--each")
    assert each.count("XSA-1") == 2
    reports.write_text("XSA-1\t2026-01-05\t2026-02-03T12:00:00Z\n")
    result = barograph(home, "embargo", "simulate", "xen", f"--reports={reports}")
    assert result.returncode == 65 and "line 1" in result.stderr


def test_the_calendar_says_what_comes_and_nothing_else(desk):
    rows = json.loads(output(desk, "embargo", "calendar", "--format", "json"))
    assert [(row["advisory"], row["what"], row["left"]) for row in rows] == [
        ("XSA-501", "predisclosure", "in 1 day"),
        ("XSA-501", "publication", "in 15 days"),
    ]
    text = output(desk, "embargo", "calendar", "--ics")
    assert text.startswith("BEGIN:VCALENDAR\n") and text.endswith("END:VCALENDAR\n")
    assert text.count("BEGIN:VEVENT") == 2 and "DTSTART:20260616T120000Z\n" in text


def test_an_open_desk_is_refused(desk):
    (desk / "security").chmod(0o755)
    result = barograph(desk, "embargo", "calendar")
    assert result.returncode == 77 and "chmod 700" in result.stderr


def test_the_ledger_is_whole_until_somebody_forges_it(desk):
    assert output(desk, "ledger", "verify") == "the ledger is whole, and empty\n"
    database = sqlite3.connect(desk / "security" / "advisory.db")
    database.execute(
        "INSERT INTO ledger (at, who, advisory, version, name, digest, audience, verdict, rule,"
        " reason, hash) VALUES (0, 'eve', '501', 2, '', zeroblob(32), 'public', 'permit', '', '',"
        " zeroblob(32))"
    )
    database.commit()
    database.close()
    result = barograph(desk, "ledger", "verify")
    assert result.returncode == 65 and "row 1 is not as it was written" in result.stderr
    assert '"who": "eve"' in output(desk, "ledger", "list", "501", "--format", "json")
    assert output(desk, "ledger", "list", "502", "--format", "json").strip() == "[]"
