"""Second runs: only what is new is read, and what went away goes. The measure is always a fresh run."""

import sqlite3

import pytest

from mining import (
    CONTENT,
    Repository,
    check_database,
    content,
    fails,
    home_of,
    large,
    mine,
    rows,
    same_as_git,
    same_content,
)


@pytest.fixture
def repository(tmp_path):
    repository = Repository(tmp_path / "project")
    for i in range(6):
        repository.write(f"file{i % 3}", f"{i}\n" * (i + 1))
        repository.commit(f"change {i}\n\nThis is XSA-{i}.\n")
    repository.git("tag", "-a", "-m", "one", "v1", "HEAD~2")
    repository.git("checkout", "-q", "-b", "stable-1", "HEAD~2")
    repository.write("fix", "1\n")
    repository.commit("fix")
    repository.git("tag", "v1.1")
    repository.git("checkout", "-q", "main")
    return repository


@pytest.fixture
def home(tmp_path, repository):
    home = home_of(tmp_path / "home", project=repository.path)
    mine(home)
    return home


@pytest.fixture
def fresh(tmp_path):
    """Compares a home with one that is mined from nothing."""

    def compare(home):
        fresh.count += 1
        other = home_of(tmp_path / f"fresh{fresh.count}")
        (other / "barograph.conf").write_bytes((home / "barograph.conf").read_bytes())
        mine(other)
        check_database(home)
        same_content(home, other)

    fresh.count = 0
    return compare


def test_nothing_new(home):
    before = (home / "history.db").read_bytes()
    result = mine(home)
    assert result.text == "project: nothing new\n"
    assert (home / "history.db").read_bytes() == before
    assert mine(home, "-q").text == ""
    assert sorted(path.name for path in home.iterdir()) == [
        ".mine.lock", "barograph.conf", "history.db",
    ]


def test_new_commits_and_refs(home, repository, fresh):
    repository.write("new", "1\n")
    repository.commit("new\n\nThis is XSA-77.")
    repository.git("tag", "v2")
    assert "project: 1 new commits, 1 file changes" in mine(home).text
    fresh(home)
    repository.git("branch", "again", "HEAD~1")
    assert "project: 0 new commits" in mine(home).text
    fresh(home)
    same_as_git(home, repository)


def test_branch_moved_back(home, repository, fresh):
    repository.git("reset", "-q", "--hard", "HEAD~1")
    assert "1 commits are no longer on any chosen branch or tag" in mine(home).text
    fresh(home)
    repository.write("other", "way\n")
    repository.commit("another way")
    mine(home)
    fresh(home)
    same_as_git(home, repository)


def test_branch_and_tags_deleted(home, repository, fresh):
    repository.git("branch", "-q", "-D", "stable-1")
    assert "0 new commits" in mine(home).text  # a tag still holds it
    fresh(home)
    repository.git("tag", "-d", "v1.1")
    assert "1 commits are no longer" in mine(home).text
    repository.git("tag", "-d", "v1")
    mine(home)
    fresh(home)


def test_rewritten_history(home, repository, fresh):
    repository.git("checkout", "-q", "--orphan", "new")
    repository.commit("all anew")
    repository.git("branch", "-q", "-f", "main")
    mine(home)
    repository.git("tag", "-d", "v1", "v1.1")
    repository.git("checkout", "-q", "main")
    repository.git("branch", "-D", "stable-1", "new")
    mine(home)
    fresh(home)
    same_as_git(home, repository)


def test_what_a_stopped_run_left_goes_with_its_branch(home, repository, fresh):
    """Refs move last: a run that was killed before that leaves commits that none of them holds."""
    [kept] = rows(home, "SELECT target, commit_id FROM refs WHERE name = 'main'")
    start = repository.id()
    repository.write("lost", "1\n")
    repository.commit("lost")
    mine(home)
    with sqlite3.connect(home / "history.db") as database:
        database.execute("UPDATE refs SET target = ?, commit_id = ? WHERE name = 'main'", kept)
    database.close()
    repository.git("reset", "-q", "--hard", start)
    repository.write("found", "1\n")
    repository.commit("found")
    assert "1 commits are no longer on any chosen branch or tag" in mine(home).text
    fresh(home)
    same_as_git(home, repository)


def test_a_tag_that_moves_and_changes_its_kind(home, repository, fresh):
    repository.git("tag", "-f", "v1", "HEAD")
    mine(home)
    fresh(home)
    repository.git("tag", "-f", "-a", "-m", "again", "v1", "HEAD~1")
    mine(home)
    fresh(home)


def test_problems_go_with_what_had_them(home, repository, fresh):
    repository.git("tag", "blob", "HEAD:file0")
    repository.git("checkout", "-q", "-b", "broken")
    repository.write("lost", "lost\n")
    repository.commit("lost")
    blob = repository.id("HEAD:lost")
    commit = repository.object(
        "commit",
        b"tree %s\nparent %s\nauthor nobody\ncommitter nobody\n\nodd\n"
        % (repository.id("HEAD^{tree}").encode(), repository.id().encode()),
        "--literally",
    )
    repository.git("update-ref", "refs/heads/broken", commit)
    repository.loose(blob).unlink()
    mine(home)
    kinds = sorted(kind for (kind,) in rows(home, "SELECT DISTINCT kind FROM problems"))
    assert kinds == [b"missing", b"odd"]
    fresh(home)
    repository.git("symbolic-ref", "HEAD", "refs/heads/main")
    repository.git("update-ref", "-d", "refs/heads/broken")
    repository.git("tag", "-d", "blob")
    mine(home)
    assert rows(home, "SELECT * FROM problems") == []
    fresh(home)


def test_lost_objects_that_come_back(home, repository, fresh):
    """Their commits are read again, and only then."""
    repository.write("back", "1\n2\n")
    middle = repository.commit("will be lost")
    repository.write("back", "1\n2\n3\n")
    repository.commit("after it")
    for id in (middle, repository.id("HEAD~1:back")):
        path = repository.loose(id)
        kept = path.read_bytes()
        path.unlink()
        mine(home)
        assert rows(home, "SELECT count(*) FROM problems")[0][0] > 0
        assert "project: nothing new" in mine(home).text
        path.write_bytes(kept)
        assert "is there now" in mine(home).text
        assert rows(home, "SELECT * FROM problems") == []
        fresh(home)
        same_as_git(home, repository)
        assert "project: nothing new" in mine(home).text
        repository.git("commit", "-q", "--amend", "-m", "after it, again")


def test_other_rules_read_messages_again(home, repository, fresh):
    text = (home / "barograph.conf").read_text()
    assert rows(home, "SELECT count(*) FROM mentions") == [(6,)]
    repository.commit("This is ABC-5.")
    (home / "barograph.conf").write_text(text + "\n[advisories]\nprefix = ABC\n")
    mine(home)
    assert rows(home, "SELECT advisory FROM mentions") == [(b"ABC-5",)]
    fresh(home)
    (home / "barograph.conf").write_text(text)
    mine(home)
    assert rows(home, "SELECT count(*) FROM mentions") == [(6,)]
    fresh(home)
    assert "nothing new" in mine(home).text


def test_again(home, repository, fresh):
    before = content(home)
    assert "project: 7 new commits" in mine(home, "--again").text
    assert content(home) == before
    fresh(home)


def test_a_repository_that_moved(home, repository, tmp_path, fresh):
    repository.path.rename(tmp_path / "elsewhere")
    home_of(home, project=tmp_path / "elsewhere")
    assert "nothing new" in mine(home).text
    moved = Repository(tmp_path / "elsewhere")
    moved.clock = repository.clock
    moved.commit()
    mine(home)
    fresh(home)


def test_rounds_make_no_difference(tmp_path):
    repository = large(tmp_path / "large.git", 300)
    homes = []
    for size in ("1", "7", "0"):
        homes.append(home_of(tmp_path / f"home{size}", large=repository.path))
        mine(homes[-1], "--round", size)
        check_database(homes[-1])
    same_content(homes[0], homes[2])
    same_content(homes[1], homes[2])


def test_a_reader_does_not_hold_the_run_up(home, repository):
    """A report that was begun while rows are written goes on with the state it saw."""
    reader = sqlite3.connect(home / "history.db", isolation_level=None)
    reader.execute("PRAGMA journal_mode = WAL")  # as it is while a run writes
    reader.execute("BEGIN")
    count = "SELECT count(*) FROM commits"
    assert reader.execute(count).fetchone() == (7,)
    repository.commit()
    mine(home)
    assert reader.execute(count).fetchone() == (7,)
    reader.close()
    assert rows(home, count) == [(8,)]
    repository.commit()
    mine(home)
    assert sorted(path.name for path in home.glob("history.db*")) == ["history.db"]


# ---- Several repositories ----


def second(tmp_path, repository):
    other = Repository(tmp_path / "second")
    other.git("fetch", "-q", repository.path, "main")
    other.git("reset", "-q", "--hard", "FETCH_HEAD")
    other.clock = repository.clock + 7
    other.write("own", "1\n")
    other.commit("of the second")
    return other


def test_several_repositories(tmp_path, repository, fresh):
    """They may share commits; each has its own rows."""
    other = second(tmp_path, repository)
    home = home_of(tmp_path / "home", one=repository.path, two=other.path)
    mine(home)
    counts = "SELECT r.name, count(*) FROM commits c JOIN repositories r ON r.id = repository GROUP BY 1"
    assert rows(home, counts) == [(b"one", 7), (b"two", 7)]
    repository.git("reset", "-q", "--hard", "HEAD~1")
    other.commit()
    assert mine(home, "--repository", "two").text.startswith("two: 1 new")
    assert rows(home, counts) == [(b"one", 7), (b"two", 8)]
    mine(home)
    assert rows(home, counts) == [(b"one", 6), (b"two", 8)]
    fresh(home)
    fails(home, 66, "three", "one, two", arguments=("mine", "--repository", "three"))


def test_one_that_fails_does_not_keep_the_others(tmp_path, repository):
    other = second(tmp_path, repository)
    home = home_of(tmp_path / "home", gone=tmp_path / "gone", two=other.path, bare=tmp_path / "no")
    result = mine(home, status=66)
    assert len(result.errors) == 2
    assert "two: 7 new commits" in result.text
    assert rows(home, "SELECT name FROM repositories") == [(b"two",)]
    check_database(home)


def test_problems_of_one_repository(tmp_path, repository):
    other = second(tmp_path, repository)
    repository.git("tag", "odd-one", "HEAD:file0")
    other.git("tag", "odd-two", "HEAD:file0")
    home = home_of(tmp_path / "home", one=repository.path, two=other.path)
    mine(home)
    listing = mine(home, "--problems", "--format", "tsv").stdout
    assert b"odd-one" in listing and b"odd-two" in listing
    listing = mine(home, "--problems", "--format", "tsv", "--repository", "two").stdout
    assert b"odd-one" not in listing and b"odd-two" in listing


# ---- Mirrors ----


def test_fetch(tmp_path, repository, fresh):
    home = home_of(tmp_path / "home", up=f"url = file://{repository.path}")
    fails(home, 69, "mine --fetch")
    mine(home, "--fetch")
    mirror = Repository(home / "mirrors" / "up.git")
    same_as_git(home, mirror)
    assert rows(home, "SELECT count(*) FROM commits") == [(7,)]
    # More, less, and elsewhere.
    repository.write("more", "1\n")
    repository.commit()
    repository.git("branch", "-q", "-D", "stable-1")
    repository.git("tag", "-d", "v1.1")
    repository.git("tag", "-f", "v1", "HEAD")
    assert "nothing new" in mine(home).text
    mine(home, "--fetch")
    assert mirror.git("for-each-ref") == repository.git("for-each-ref")
    same_as_git(home, repository)
    assert rows(home, "SELECT main_branch FROM repositories") == [(b"main",)]
    # History rewritten there, and another default branch.
    repository.git("checkout", "-q", "-b", "trunk", "HEAD~3")
    repository.git("branch", "-q", "-D", "main")
    repository.git("tag", "-d", "v1")
    mine(home, "--fetch")
    assert mirror.git("for-each-ref") == repository.git("for-each-ref")
    same_as_git(home, repository)
    assert rows(home, "SELECT main_branch FROM repositories") == [(b"trunk",)]


def test_fetch_what_is_not_there(tmp_path):
    home = home_of(tmp_path / "home", up=f"url = file://{tmp_path}/nowhere")
    fails(home, 76, "nowhere", arguments=("mine", "--fetch"))


def test_fetch_into_a_path(tmp_path, repository):
    home = home_of(tmp_path / "home", up=f"url = file://{repository.path}\npath = copy.git")
    mine(home, "--fetch")
    same_as_git(home, Repository(home / "copy.git"))
    repository.commit()
    mine(home, "--fetch")
    assert rows(home, "SELECT count(*) FROM commits") == [(8,)]


def test_fetch_never_writes_into_somebodys_repository(tmp_path, repository):
    own = Repository(tmp_path / "own")
    own.commit("of my own")
    home = home_of(tmp_path / "home", own=f"url = file://{repository.path}\npath = {own.path}")
    before = own.git("for-each-ref")
    fails(home, 78, "own", "overwrite", arguments=("mine", "--fetch"))
    assert own.git("for-each-ref") == before
    mine(home)
    assert rows(home, "SELECT count(*) FROM commits") == [(1,)]


def test_every_table_is_compared(home):
    tables = {name.decode() for (name,) in rows(home, "SELECT name FROM sqlite_schema WHERE type = 'table'")}
    assert tables - {"identities", "paths"} <= set(CONTENT)
