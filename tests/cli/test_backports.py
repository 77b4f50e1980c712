"""barograph backports, beside git: what is a candidate, and whether it applies."""

import csv
import io
import json
import os
import re
import subprocess
from email import message_from_bytes, policy

import pytest

from mining import BUILD, ENVIRONMENT, Repository, conf, home_of, run

NOW = {"BAROGRAPH_NOW": "2010-03-01T00:00:00Z"}

MAINTAINERS = """\
Maintainers List

CORE
M:\tCora Core <cora@core.example>
M:\tCarl Core <carl@core.example>
F:\tcore/

NET
M:\tN\u00e9 Net <ne@net.example>
R:\tRita Reader <rita@net.example>
F:\tnet/

THE REST
M:\tRest <rest@all.example>
F:\t*
F:\t*/
"""


def lines(name, changed=()):
    """Twenty lines; those in `changed` say so, with the word that is given for them."""
    changed = dict(changed)
    return "".join(f"{name} {n} {changed.get(n, '')}\n" for n in range(20))


class Project(Repository):
    """A main branch and two stable ones; ids by a name for each commit."""

    def __init__(self, path):
        super().__init__(path)
        self.ids = {}
        self.files = {}

    def change(self, key, subject, files, body=""):
        for path, content in files.items():
            self.write(path, content)
        self.ids[key] = self.commit(f"{subject}\n\n{body}")
        return self.ids[key]

    def fixes(self, key):
        return f"Fixes: {self.ids[key][:12]} (\"...\")\n"

    def pick(self, key, source, *options):
        date = self.tick()
        self.git("cherry-pick", *options, self.ids[source],
                 GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)
        self.ids[key] = self.id()


def build(path):
    p = Project(path)
    p.change("base", "start", {
        "MAINTAINERS": MAINTAINERS, "core/a.c": lines("a"), "core/b.c": lines("b"),
        "core/taken.c": lines("taken"), "net/n.c": lines("n"), "net/o.c": lines("o"),
        "docs/d.txt": lines("d"), "docs/e.txt": lines("e"), "docs/f.txt": lines("f"),
        "docs/g.txt": lines("g"), "tool.sh": lines("tool")})
    p.change("alpha", "core: alpha", {"core/a.c": lines("a", {3: "alpha"})})
    p.git("branch", "stable-1.0")
    # What the first line has of its own.
    p.git("checkout", "-q", "stable-1.0")
    p.change("version", "version 1.0.0", {"VERSION": "1.0.0\n"})
    p.git("tag", "-a", "-m", "1.0.0", "1.0.0", GIT_COMMITTER_DATE=p.tick())
    p.change("own", "core: b is different here", {"core/b.c": lines("b", {5: "here"})})
    p.git("checkout", "-q", "main")
    p.git("branch", "stable-1.1")
    p.change("fix", "core: fix alpha", {"core/a.c": lines("a", {3: "fixed"})}, p.fixes("alpha"))
    p.change("refix", "core: fix the fix", {"core/a.c": lines("a", {3: "well"})}, p.fixes("fix"))
    p.change("feature", "net: a feature", {"net/new.c": lines("new")})
    p.change("feature fix", "net: fix the feature", {"net/new.c": lines("new", {1: "x"})},
             p.fixes("feature"))
    p.change("clash", "core: fix b", {"core/b.c": lines("b", {5: "main"})}, p.fixes("base"))
    p.change("marked", "docs: fix d", {"docs/d.txt": lines("d", {2: "x"})}, p.fixes("base"))
    p.change("unmarked", "docs: fix e", {"docs/e.txt": lines("e", {2: "x"})}, p.fixes("base"))
    p.change("bad", "tool: fix badly", {"tool.sh": lines("tool", {2: "x"})}, p.fixes("base"))
    p.change("bad back", 'Revert "tool: fix badly"', {"tool.sh": lines("tool")})
    p.change("unwanted", "net: fix o", {"net/o.c": lines("o", {2: "x"})}, p.fixes("base"))
    p.change("unwanted fix", "net: fix the fix of o", {"net/o.c": lines("o", {2: "y"})},
             p.fixes("unwanted"))
    p.change("asks", "net: improve n", {"net/n.c": lines("n", {2: "x"})}, "Backport: 1.0+\n")
    p.change("asks others", "net: improve more", {"net/n.c": lines("n", {2: "x", 9: "y"})},
             "Backport: 1.1\n")
    p.change("taken", "core: no Fixes here", {"core/taken.c": lines("taken", {2: "x"})})
    p.change("chained", "docs: fix f", {"docs/f.txt": lines("f", {2: "x"})}, p.fixes("base"))
    p.change("there", "docs: fix g", {"docs/g.txt": lines("g", {2: "x"})}, p.fixes("base"))
    p.git("checkout", "-q", "stable-1.1")
    p.pick("1.1 taken", "taken", "-x")
    p.pick("1.1 chained", "chained", "-x")
    p.git("checkout", "-q", "stable-1.0")
    p.pick("1.0 marked", "marked", "-x")
    p.pick("1.0 unmarked", "unmarked")
    p.pick("1.0 unwanted", "unwanted", "-x")
    p.change("1.0 no thanks", 'Revert "net: fix o"', {"net/o.c": lines("o")})
    # It names the commit of the other line alone.
    p.write("docs/f.txt", lines("f", {2: "x"}))
    p.ids["1.0 chained"] = p.commit(
        f"docs: fix f\n\n(cherry picked from commit {p.ids['1.1 chained']})\n")
    p.change("1.0 more", "docs: more than that", {"docs/g.txt": lines("g", {2: "x", 11: "y"})})
    p.git("checkout", "-q", "main")
    return p


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return build(tmp_path_factory.mktemp("project") / "frob")


@pytest.fixture(scope="module")
def home(project, tmp_path_factory):
    made = home_of(tmp_path_factory.mktemp("home") / "h", frob=project.path)
    run(made, "mine", "-q")
    return made


def attempt(home, *arguments, **environment):
    return subprocess.run(
        [BUILD / "barograph", "-C", home, "backports", *arguments],
        capture_output=True, text=True, check=False, timeout=60,
        env={**ENVIRONMENT, **NOW, **environment})


def printed(home, *arguments):
    result = attempt(home, *arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


def report(home, *arguments):
    return json.loads(printed(home, *arguments, "--format", "json"))


def by_name(project, rows):
    names = {value: key for key, value in project.ids.items()}
    return {names[row["commit"]]: row for row in rows}


@pytest.fixture(scope="module")
def answer(home):
    return report(home, "stable-1.0")


@pytest.fixture(scope="module")
def rows(project, answer):
    return by_name(project, answer["candidates"])


def test_candidates_and_their_evidence(rows):
    assert {name: row["evidence"] for name, row in rows.items()} == {
        "fix": "fixes", "refix": "follows", "clash": "fixes", "bad": "fixes", "unwanted": "fixes",
        "unwanted fix": "follows", "asks": "asked", "taken": "newer", "there": "fixes"}


def test_the_order_is_the_main_branchs(project, answer):
    order = project.git("rev-list", "--reverse", "main").decode().split()
    found = [row["commit"] for row in answer["candidates"]]
    assert found == [commit for commit in order if commit in found]
    assert [row["order"] for row in answer["candidates"]] == list(range(1, len(found) + 1))


def test_what_is_said_of_them(project, rows):
    assert rows["refix"]["after"] == rows["fix"]["order"]
    assert rows["refix"]["fixes"] == project.ids["fix"]
    assert rows["fix"]["because"] == f"fixes {project.ids['alpha'][:12]}"
    assert rows["bad"]["reverted_on_main"] == project.ids["bad back"]
    assert rows["unwanted"]["reverted_in_line"] == project.ids["1.0 no thanks"]
    assert rows["asks"]["because"] == "asks for it: Backport: 1.0+"
    assert rows["taken"]["because"] == "taken into 1.1"
    assert rows["fix"]["date"] == "2010-01-01" and rows["fix"]["days"] == 58


def test_whom_to_ask(rows):
    assert rows["fix"]["component"] == "CORE"
    assert rows["fix"]["maintainers"] == "Cora Core <cora@core.example>, Carl Core <carl@core.example>"
    assert rows["asks"]["maintainers"] == "N\u00e9 Net <ne@net.example>"
    assert rows["there"]["component"] == "THE REST"


def git_picks(project, tmp_path, branch, commits):
    """What git says of the same picks: in a clone, one on top of the other."""
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "-b", branch, project.path, clone], check=True,
                   env=ENVIRONMENT, capture_output=True)

    def git(*arguments):
        return subprocess.run(["git", "-C", clone, *arguments], env=ENVIRONMENT,
                              capture_output=True, text=True, check=False)

    answers = []
    for commit in commits:
        if git("cherry-pick", commit).returncode == 0:
            answers.append(("clean", None))
            continue
        files = git("diff", "--name-only", "--diff-filter=U").stdout.split()
        answers.append(("conflict", " ".join(files)) if files else ("empty", None))
        git("cherry-pick", "--skip")
        git("reset", "-q", "--hard")
    return answers


def test_trials_are_gits(project, answer, tmp_path):
    tried = [row for row in answer["candidates"] if row["reverted_on_main"] is None]
    expected = git_picks(project, tmp_path, "stable-1.0", [row["commit"] for row in tried])
    assert [(row["applies"], row["conflicts"]) for row in tried] == expected
    assert {kind for kind, _ in expected} == {"clean", "conflict", "empty"}


def test_what_was_reverted_on_main_is_not_tried(rows):
    assert rows["bad"]["applies"] is None


def test_counts_and_reach(project, answer):
    own = project.git("rev-list", "--no-merges", "main..stable-1.0").decode().split()
    fixes = [c for c in own if b"\nFixes: " in project.git("log", "-1", "--format=%B", c)]
    assert answer["reach"]["commits"] == len(own)
    assert answer["reach"]["with_fixes"] == len(fixes) == 3
    assert answer["reach"]["percent"] == pytest.approx(100 * len(fixes) / len(own))
    assert answer["counts"] == {"fixes": 5, "follows": 2, "newer": 1, "asked": 1}
    assert answer["same_change"] == 1 and answer["release"] == "1.0.0"
    since = project.git("rev-list", "--no-merges", "--count", "1.0.0..stable-1.0")
    assert answer["since_release"] == int(since)


def test_the_silence_meter(project, home, answer):
    meter = {row["component"]: row for row in answer["silence"]}
    assert meter["NET"]["since_release"] == meter["NET"]["since_fork"] == 2
    assert meter["CORE"]["since_fork"] == 1
    assert sum(row["since_fork"] for row in answer["silence"]) == answer["reach"]["commits"]
    last = project.git("log", "-1", "--format=%cs", "stable-1.0", "--", "net").decode().strip()
    assert meter["NET"]["last"] == last
    assert json.loads(printed(home, "1.0", "--silence", "--format", "json")) == answer["silence"]


def snapshot(folder):
    """Every file with its size and times: a write, or a time that was renewed, would show."""
    found = {}
    for where, _, names in os.walk(folder):
        for name in names:
            info = os.stat(os.path.join(where, name))
            found[os.path.join(where, name)] = (info.st_size, info.st_mtime_ns)
        found[where] = os.stat(where).st_mtime_ns
    return found


@pytest.mark.parametrize("packed", [False, True])
def test_nothing_of_the_repository_is_touched(tmp_path, packed):
    project = build(tmp_path / "frob")
    if packed:
        project.git("gc", "-q")
    for where, _, names in os.walk(project.path):
        for name in names:
            os.utime(os.path.join(where, name), (1e9, 1e9))
    made = home_of(tmp_path / "h", frob=project.path)
    run(made, "mine", "-q")
    before = snapshot(project.path)
    assert report(made, "stable-1.0")["candidates"]
    assert snapshot(project.path) == before


def test_without_trials(home):
    assert {row["applies"] for row in report(home, "1.0", "--no-trials")["candidates"]} == {None}


def test_text_and_tables(home, answer):
    text = printed(home, "stable-1.0")
    assert text.startswith("stable-1.0 of frob, 2010-03-01: 9 commits of the main branch may be missing")
    assert "conflicts in core/b.c" in text and "reverted on the main branch by" in text
    assert "was here and was reverted by" in text and "carried Fixes:" in text
    table = csv.DictReader(io.StringIO(printed(home, "1.0", "--format", "csv")))
    assert [row["commit"] for row in table] == [row["commit"] for row in answer["candidates"]]
    assert re.search(r"^\| +\\?# \| Commit +\|", printed(home, "1.0", "--format", "md"), re.MULTILINE)
    assert attempt(home, "1.0").stderr == ""


def test_the_mail(home, rows):
    mail = printed(home, "1.0", "--mail", "--from", "R\u00e9lease Manager <rm@frob.example>")
    message = message_from_bytes(mail.encode(), policy=policy.default)
    assert str(message["From"]) == "R\u00e9lease Manager <rm@frob.example>"
    addresses = [box.addr_spec for box in message["To"].addresses]
    assert sorted(addresses) == ["carl@core.example", "cora@core.example", "ne@net.example"]
    assert "N\u00e9 Net" in {box.display_name for box in message["To"].addresses}
    assert message["Date"].datetime.isoformat() == "2010-03-01T00:00:00+00:00"
    assert message.defects == [] and all(len(line) <= 78 for line in mail.splitlines())
    body = message.get_content()
    parts = re.split(r"^(\S.*) \(\d+ commits?\)$", body, flags=re.MULTILINE)
    people = dict(zip(parts[1::2], parts[2::2]))
    assert set(people) == {"Carl Core", "Cora Core", "N\u00e9 Net"}
    asked = set(re.findall(r"^  ([0-9a-f]{12}) ", people["Cora Core"], re.MULTILINE))
    assert asked == {rows[name]["commit"][:12] for name in ("fix", "refix", "clash", "taken")}
    # What the main branch took back, and what is there, is no question.
    assert rows["bad"]["commit"][:12] not in body and rows["there"]["commit"][:12] not in body
    assert "it was in this line, and was reverted there" in " ".join(people["N\u00e9 Net"].split())


def test_a_template_of_the_home(project, tmp_path):
    made = home_of(tmp_path / "h", frob=project.path)
    run(made, "mine", "-q")
    (made / "templates").mkdir()
    (made / "templates" / "backports.txt").write_text("{{count}} of {{branch}}: {{#people}}{{name}};{{/people}}\n")
    mail = printed(made, "1.0", "--mail")
    assert "From:" not in mail and mail.split("\n\n", 1)[1].startswith("7 of stable-1.0: ")
    (made / "templates" / "backports.txt").write_text("one\n{{#people}}\n")
    result = attempt(made, "1.0", "--mail")
    assert result.returncode == 78 and "backports.txt" in result.stderr


def test_configured_components_and_no_maintainers(tmp_path):
    p = Project(tmp_path / "r")
    p.change("base", "start", {"src/a": lines("a")})
    p.git("branch", "stable-2.0")
    p.change("fix", "src/a: fix", {"src/a": lines("a", {1: "x"})}, p.fixes("base"))
    made = conf(tmp_path / "h", f"[repository r]\npath = {p.path}\n")
    run(made, "mine", "-q")
    answer = report(made, "2.0")
    assert answer["candidates"][0]["component"] == "src"
    assert answer["candidates"][0]["maintainers"] is None
    # Nobody is named: the author is asked; the line has no release and nothing of its own yet.
    assert "Ann Author (1 commit)" in printed(made, "2.0", "--mail")
    assert answer["release"] is None and answer["reach"]["percent"] is None
    assert "no release yet" in printed(made, "2.0")
    conf(made, f"[repository r]\npath = {p.path}\n", "[components]\nheart = src\n")
    assert report(made, "2.0")["candidates"][0]["component"] == "heart"


def refused(home, *arguments):
    result = attempt(home, *arguments)
    assert result.stdout == "" and result.stderr.count("\n") == 1, result.stderr
    return result.returncode, result.stderr


def test_bad_words(home):
    status, sentence = refused(home, "stable-1.2")
    assert status == 66 and "stable-1.0" in sentence and "stable-1.1" in sentence
    assert refused(home, "7.3")[0] == 66
    status, sentence = refused(home, "main")
    assert status == 64 and "main branch" in sentence
    assert refused(home)[0] == 64
    assert refused(home, "1.0", "1.1")[0] == 64
    assert refused(home, "1.0", "--format", "xml")[0] == 64
    assert refused(home, "1.0", "--from", "a@b.example")[0] == 64
    assert refused(home, "1.0", "--mail", "--format", "json")[0] == 64
    assert refused(home, "1.0", "--mail", "--from", "a\nBcc: x@y <a@b c>")[0] == 64
    assert refused(home, "1.0", "--repository", "nope")[0] == 66


def test_the_repository_moved_away(tmp_path):
    p = Project(tmp_path / "r")
    p.change("base", "start", {"a": "a\n"})
    p.git("branch", "stable-1.0")
    made = home_of(tmp_path / "h", r=p.path)
    run(made, "mine", "-q")
    p.path.rename(tmp_path / "gone")
    status, sentence = refused(made, "1.0")
    assert status == 66 and "is not there" in sentence


def test_no_stable_branch(tmp_path):
    p = Project(tmp_path / "r")
    p.change("base", "start", {"a": "a\n"})
    made = home_of(tmp_path / "h", r=p.path)
    run(made, "mine", "-q")
    status, sentence = refused(made, "1.0")
    assert status == 66 and "stable" in sentence
