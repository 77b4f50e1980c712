"""barograph releases, beside what git says about the same repository."""

import pytest

from homes import Home, Repository


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """Two stable lines with point releases, a number skipped, candidates, odd tags."""
    made = Repository(tmp_path_factory.mktemp("repository") / "frob")
    made.commit("start", count=3)
    made.tag("1.0.0-branched")
    made.switch("stable-1.0", "main")
    made.commit("prepare", count=2)
    made.tag("RELEASE-1.0.0", message="first")
    made.commit("fix")
    made.tag("RELEASE-1.0.1")
    made.commit("fix more", count=2)
    made.tag("RELEASE-1.0.3", message="skipped 1.0.2")
    made.tag("frob-RELEASE-1.0.3", "RELEASE-1.0.3^{commit}")
    made.switch("main")
    made.commit("grow", count=4)
    made.switch("side", "main")
    made.commit("aside")
    made.switch("main")
    made.commit("on")
    made.merge("side")
    made.tag("1.1.0-rc1", message="candidate")
    made.switch("stable-1.1", "main")
    made.commit("prepare again")
    made.tag("inner", message="inner")
    made.tag("RELEASE-1.1.0", "inner", message="a tag of a tag")
    made.switch("main")
    made.commit("next")
    made.tag("1.2-rc1")
    made.tag("RELEASE-9.0.0", "main^{tree}", message="of a tree")
    made.git("tag", "-d", "inner")
    return made


@pytest.fixture(scope="module")
def home(repository, tmp_path_factory):
    return Home(tmp_path_factory.mktemp("home") / "h", {"frob": repository}).mine()


def test_lines_and_predecessors(home):
    rows = [(r["version"], r["line"], r["predecessor"]) for r in home.json("releases")]
    assert rows == [
        ("1.0.0", "1.0", None),
        ("1.0.1", "1.0", "1.0.0"),
        ("1.0.3", "1.0", "1.0.1"),
        ("1.1.0", "1.1", "1.0.0"),
    ]


def test_candidates_stand_before_their_release(home):
    rows = [(r["version"], r["tag"]) for r in home.json("releases", "--candidates")]
    assert rows[3:] == [
        ("1.1.0-rc1", "1.1.0-rc1"),
        ("1.1.0", "RELEASE-1.1.0"),
        ("1.2.0-rc1", "1.2-rc1"),
    ]


def test_everything_agrees_with_git(home, repository):
    rows = home.json("releases", "--candidates")
    tags = {row["version"]: row["tag"] for row in rows}
    for row in rows:
        tag, before = row["tag"], tags.get(row["predecessor"])
        span = [tag] + ([f"^{before}"] if before else [])
        count = lambda *how: int(repository.git("rev-list", "--count", *how, *span))
        assert row["commits"] == count("--no-merges")
        assert row["merges"] == count("--merges")
        assert row["commit"] == repository.git("rev-parse", f"{tag}^{{commit}}")
        date = repository.git("log", "-1", "--format=%cd", "--date=format-local:%Y-%m-%d", tag, TZ="UTC")
        assert row["date"] == date


def test_forks_are_merge_bases(home, repository):
    for row in home.json("releases"):
        branch = "stable-" + row["line"]
        assert row["fork"] == repository.git("merge-base", "main", branch)


def test_annotated_tags_have_a_date(home, repository):
    dates = {row["version"]: row["tag_date"] for row in home.json("releases")}
    assert dates["1.0.1"] is None
    tagger = repository.git(
        "for-each-ref", "--format=%(taggerdate:short)", "refs/tags/RELEASE-1.1.0"
    )
    assert dates["1.1.0"] == tagger


def test_aliases(home):
    (row,) = [r for r in home.json("releases") if r["version"] == "1.0.3"]
    assert (row["tag"], row["aliases"]) == ("RELEASE-1.0.3", "frob-RELEASE-1.0.3")


def test_ignored_tags_have_reasons(home):
    rows = {r["tag"]: r["reason"] for r in home.json("releases", "--ignored")}
    assert rows == {
        "1.0.0-branched": "it marks where a branch began",
        "RELEASE-9.0.0": "it leads to no commit",
    }


def test_one_line(home):
    rows = home.json("releases", "--line", "1.1")
    assert [row["version"] for row in rows] == ["1.1.0"]
    assert "1.1, 1.0" in home.run("releases", "--line", "7", status=66).stderr


def test_text_and_tsv(home):
    text = home.run("releases").stdout.splitlines()
    assert text[0].split()[:3] == ["Version", "Line", "Predecessor"]
    assert len(text) == 5
    head = home.run("releases", "--format", "tsv").stdout.splitlines()[0].split("\t")
    assert head[:11] == [
        "version", "line", "predecessor", "date", "tag_date", "commit", "commits", "merges",
        "signature", "signer", "digest",
    ]


def test_wrong_words(home):
    home.run("releases", "1.0", status=64)
    home.run("releases", "--format", "xml", status=64)
    assert "frob" in home.run("releases", "--repository", "nope", status=66).stderr


def test_nothing_is_mined(repository, tmp_path):
    fresh = Home(tmp_path / "h", {"frob": repository})
    assert "barograph mine" in fresh.run("releases", status=69).stderr


def test_no_release(tmp_path):
    repository = Repository(tmp_path / "r")
    repository.commit("start")
    home = Home(tmp_path / "h", {"r": repository}).mine()
    assert home.json("releases") == []
    assert "--ignored" in home.run("releases").stderr


def test_an_expression_for_other_tags(tmp_path):
    repository = Repository(tmp_path / "r")
    for number in range(3):
        repository.commit("more")
        repository.tag(f"build@1,{number}")
    pattern = r"build@(?<major>\\d+),(?<minor>\\d+)"
    home = Home(tmp_path / "h", {"r": repository}, **{"tag-pattern": pattern}).mine()
    assert [row["version"] for row in home.json("releases")] == ["1.0", "1.1", "1.2"]
    bad = Home(tmp_path / "bad", {"r": repository}, **{"tag-pattern": "build("})
    (bad.path / "history.db").write_bytes((home.path / "history.db").read_bytes())
    assert "build(" in bad.run("releases", status=78).stderr
