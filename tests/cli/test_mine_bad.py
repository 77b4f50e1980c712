"""Bad input: one clear sentence, an exit status from the documented list, and nothing lost."""

import csv
import io
import json
import os
import resource
import shutil
import sqlite3
import subprocess

import pytest

from mining import (
    ENVIRONMENT,
    PROGRAM,
    Repository,
    check_database,
    conf,
    content,
    fails,
    git_changes,
    home_of,
    large,
    mine,
    mined_changes,
    rows,
    same_as_git,
)

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change owners and mount")


def make(path, commits=4):
    repository = Repository(path)
    for i in range(commits):
        repository.write(f"dir/file{i % 2}", f"{i}\n" * (i + 1))
        repository.write("top", f"{i}\n")
        repository.commit(f"change {i}")
    return repository


@pytest.fixture
def repository(tmp_path):
    return make(tmp_path / "project")


@pytest.fixture
def home(tmp_path, repository):
    return home_of(tmp_path / "home", project=repository.path)


def problems(home):
    return rows(home, "SELECT DISTINCT kind, object, place FROM problems ORDER BY 1, 2, 3")


# ---- Objects that are missing or damaged ----


def damage(path):
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-6] + b"broken")


def cut(path):
    """As a crash leaves it."""
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-9])


def empty(path):
    path.chmod(0o644)
    path.write_bytes(b"")


HARM = [(os.unlink, b"missing"), (damage, b"corrupt"), (cut, b"corrupt"), (empty, b"corrupt")]


def check_listing(home, *words):
    text = mine(home, "--problems").stdout.decode()
    for word in words:
        assert word in text
    for form in ("md", "tsv", "csv", "json"):
        output = mine(home, "--problems", "--format", form).stdout.decode()
        for word in words:
            assert word in output, form
    assert json.loads(mine(home, "--problems", "--format", "json").stdout)
    listed = list(csv.DictReader(io.StringIO(mine(home, "--problems", "--format", "csv").stdout.decode())))
    assert len(listed) == len(rows(home, "SELECT DISTINCT object, place, kind FROM problems"))


def others(changes, paths=(), commits=()):
    return [row for row in changes if row[2] not in paths and row[0].decode() not in commits]


@pytest.mark.parametrize("how, kind", HARM)
def test_blobs(home, repository, how, kind):
    expected = git_changes(repository, "--no-renames")
    blob = repository.id("HEAD~2:top")
    how(repository.loose(blob))
    result = mine(home)
    assert "1 objects could not be read" in result.text and "mine --problems" in result.text
    assert problems(home) == [(kind, blob.encode(), b"top")]
    check_listing(home, blob, kind.decode(), "top")
    lost = {repository.id("HEAD~2"), repository.id("HEAD~1")}
    missing = rows(
        home,
        "SELECT lower(hex(hash)) FROM changes JOIN commits c ON c.id = commit_id"
        " WHERE content = 'missing'",
    )
    assert {id.decode() for (id,) in missing} == lost
    kept = [row for row in mined_changes(home) if row[3] is not None]
    assert kept == [row for row in expected if not (row[2] == b"top" and row[0].decode() in lost)]


@pytest.mark.parametrize("how, kind", HARM)
@pytest.mark.parametrize("tree, place", [("HEAD~2:dir", b"dir/"), ("HEAD~2^{tree}", b"/")])
def test_trees(home, repository, how, kind, tree, place):
    expected = git_changes(repository, "--no-renames")
    commits = (repository.id("HEAD~2"), repository.id("HEAD~1"))
    tree = repository.id(tree)
    how(repository.loose(tree))
    mine(home)
    check_database(home)
    assert problems(home) == [(kind, tree.encode(), place)]
    check_listing(home, tree, kind.decode())
    assert rows(home, "SELECT count(*) FROM commits") == [(4,)]
    assert others(mined_changes(home), commits=commits) == others(expected, commits=commits)


@pytest.mark.parametrize("how, kind", HARM)
def test_commits(home, repository, how, kind):
    expected = git_changes(repository, "--no-renames", chosen=("HEAD~1..",))
    lost = repository.id("HEAD~2")
    how(repository.loose(lost))
    mine(home)
    check_database(home)
    assert problems(home) == [(kind, lost.encode(), b"")]
    check_listing(home, lost, kind.decode())
    assert rows(home, "SELECT count(*) FROM commits") == [(2,)]
    assert rows(home, "SELECT parent_count FROM commits ORDER BY id") == [(1,), (1,)]
    assert mined_changes(home) == expected
    assert "nothing new" in mine(home).text


def test_the_commit_of_a_branch(home, repository):
    repository.git("branch", "other", "HEAD~1")
    lost = repository.id()
    repository.loose(lost).unlink()
    mine(home)
    check_database(home)
    assert problems(home) == [(b"missing", lost.encode(), b"main")]
    assert rows(home, "SELECT count(*) FROM commits") == [(3,)]


def test_an_annotated_tag(home, repository):
    repository.git("tag", "-a", "-m", "t", "v1")
    repository.loose(repository.id("v1")).unlink()
    mine(home)
    assert [kind for kind, _, place in problems(home) if place == b"v1"] != []
    assert rows(home, "SELECT count(*) FROM commits") == [(4,)]


def test_something_else_where_a_commit_should_be(home, repository):
    path = repository.path / ".git" / "refs" / "heads" / "odd"
    path.write_text(repository.id("HEAD:top") + "\n")
    mine(home)
    check_database(home)
    assert [place for _, _, place in problems(home)] == [b"odd"]


def test_a_tree_with_a_blob_for_a_folder(home, repository):
    blob, before = repository.id("HEAD:top"), repository.id()
    tree = repository.object(
        "tree",
        b"40000 dir\0" + bytes.fromhex(blob) + b"100644 file\0" + bytes.fromhex(repository.id("HEAD^{tree}")),
        "--literally",
    )
    date = repository.tick()
    commit = repository.git(
        *("commit-tree", tree, "-p", before, "-m", "odd"), GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date
    )
    repository.git("update-ref", "refs/heads/main", commit.decode().strip())
    mine(home)
    check_database(home)
    assert {place for _, _, place in problems(home)} == {b"dir/", b"file"}
    assert rows(home, "SELECT count(*) FROM commits") == [(5,)]


def test_a_damaged_pack(tmp_path):
    repository = large(tmp_path / "large.git", 60)
    pack = next((repository.path / "objects" / "pack").glob("*.pack"))
    pack.chmod(0o644)
    bytes_ = bytearray(pack.read_bytes())
    for at in range(len(bytes_) // 3, len(bytes_) // 3 + 400):
        bytes_[at] ^= 0x5A
    pack.write_bytes(bytes_)
    home = home_of(tmp_path / "home", large=repository.path)
    mine(home)
    check_database(home)
    assert problems(home) != []


# ---- Repositories that are none, or not whole ----


def test_not_a_repository(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("text")
    for name in ("folder", "file"):
        home = home_of(tmp_path / "home", project=tmp_path / name)
        fails(home, 66, "project", f"{tmp_path / name} is not a git repository")
    home = home_of(tmp_path / "home", project=tmp_path / "nowhere")
    fails(home, 66, "nowhere is not there", "barograph.conf")


def test_a_folder_inside_a_repository(tmp_path, repository):
    home = home_of(tmp_path / "home", project=repository.path / "dir")
    fails(home, 66, "is not a git repository")


def test_an_empty_repository(tmp_path):
    Repository(tmp_path / "empty")
    home = home_of(tmp_path / "home", project=tmp_path / "empty")
    fails(home, 65, "project is an empty repository")


def test_nothing_chosen(tmp_path, repository):
    home = home_of(tmp_path / "home", project=f"path = {repository.path}\nbranches = none")
    fails(home, 65, "project", "[repository project]")
    home = home_of(tmp_path / "home", project=f"path = {repository.path}\nmain-branch = trunk")
    fails(home, 78, 'no branch "trunk"')


def clone(repository, path, *options):
    repository.git("clone", "-q", *options, f"file://{repository.path}", path)
    made = Repository(path)
    made.clock = repository.clock
    return made


def test_shallow(tmp_path, repository):
    shallow = clone(repository, tmp_path / "shallow", "--depth", "2")
    home = home_of(tmp_path / "home", project=shallow.path)
    fails(home, 65, "project is a shallow clone", "--unshallow", "incomplete = yes")
    assert rows(home, "SELECT * FROM repositories") == []
    home_of(home, project=f"path = {shallow.path}\nincomplete = yes")
    mine(home)
    check_database(home)
    cut = shallow.id("HEAD~1").encode()
    assert problems(home) == [(b"boundary", cut, b"")]
    assert mined_changes(home) == git_changes(shallow, "--no-renames", chosen=("HEAD~1..",))
    assert "nothing new" in mine(home).text
    # A little deeper, then whole: as if mined then for the first time.
    shallow.git("fetch", "-q", "--deepen=1")
    mine(home)
    assert problems(home) == [(b"boundary", shallow.id("HEAD~2").encode(), b"")]
    assert rows(home, "SELECT count(*) FROM commits") == [(3,)]
    shallow.git("fetch", "-q", "--unshallow")
    mine(home)
    assert problems(home) == []
    same_as_git(home, shallow)


def test_shallow_branches_that_hold_each_others_parents(tmp_path, repository):
    repository.git("branch", "older", "HEAD~1")
    shallow = clone(repository, tmp_path / "shallow", "--depth", "1", "--no-single-branch")
    home = home_of(tmp_path / "home", project=f"path = {shallow.path}\nincomplete = yes")
    mine(home)
    check_database(home)
    assert rows(home, "SELECT count(*) FROM commits") == [(2,)]
    assert rows(home, "SELECT count(*) FROM refs WHERE commit_id IS NULL") == [(0,)]


def test_a_work_tree_of_a_shallow_clone(tmp_path, repository):
    shallow = clone(repository, tmp_path / "shallow", "--depth", "2")
    shallow.git("worktree", "add", "-q", "-b", "side", tmp_path / "linked")
    home = home_of(tmp_path / "home", project=tmp_path / "linked")
    fails(home, 65, "shallow clone")


def test_refused_later_nothing_is_lost(tmp_path, repository):
    """What was mined before stays when the repository is not fit any more, --again or not."""
    copy = clone(repository, tmp_path / "copy")
    home = home_of(tmp_path / "home", project=copy.path)
    mine(home)
    before = content(home)
    copy.git("fetch", "-q", "--depth", "1")
    fails(home, 65, "shallow")
    fails(home, 65, "shallow", arguments=("mine", "--again"))
    shutil.rmtree(copy.path)
    fails(home, 66, "is not there", arguments=("mine", "--again"))
    assert content(home) == before


def test_partial(tmp_path, repository):
    repository.git("config", "uploadpack.allowFilter", "true")
    partial = clone(repository, tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    home = home_of(tmp_path / "home", project=partial.path)
    fails(home, 65, "project is a partial clone", "incomplete = yes", extensions=True)
    # A key without a value means yes.
    config = partial.path / ".git" / "config"
    text = config.read_text()
    config.write_text(text.replace("promisor = true", "promisor"))
    fails(home, 65, "project is a partial clone", extensions=True)
    config.write_text(text)
    home_of(home, project=f"path = {partial.path}\nincomplete = yes")
    mine(home, extensions=True)
    check_database(home)
    assert rows(home, "SELECT count(*) FROM commits") == [(4,)]
    assert {kind for kind, _, _ in problems(home)} == {b"missing"}
    assert rows(home, "SELECT count(*) FROM changes WHERE content = 'missing'")[0][0] > 0
    # Nothing was fetched behind the user's back.
    lines = partial.git("rev-list", "--all", "--objects", "--missing=print").splitlines()
    assert [line for line in lines if line.startswith(b"?")]


def test_sha256(tmp_path):
    repository = Repository(tmp_path / "sha256", "--object-format=sha256")
    repository.commit()
    home = home_of(tmp_path / "home", project=repository.path)
    fails(home, 65, "SHA-256", extensions=True)


def test_unknown_extensions(tmp_path, repository):
    repository.git("config", "core.repositoryFormatVersion", "1")
    repository.git("config", "extensions.preciousObjects", "true")
    home = home_of(tmp_path / "home", project=repository.path)
    mine(home, extensions=True)
    repository.git("config", "extensions.fancy", "true")
    fails(home, 65, "does not know", extensions=True)


@ROOT_ONLY
def test_a_repository_of_somebody_else(tmp_path, repository):
    for folder, _, files in os.walk(repository.path):
        for name in [".", *files]:
            os.chown(os.path.join(folder, name), 12345, 12345)
    home = home_of(tmp_path / "home", project=repository.path)
    fails(home, 77, "belongs to user 12345", "foreign = yes", "[repository project]")
    home_of(home, project=f"path = {repository.path}\nforeign = yes")
    mine(home)
    assert rows(home, "SELECT count(*) FROM commits") == [(4,)]


def test_a_broken_ref(tmp_path, repository):
    path = repository.path / ".git" / "refs" / "heads" / "torn"
    path.write_text("not an id\n")
    home = home_of(tmp_path / "home", project=repository.path)
    mine(home)  # as git does, which warns that it ignores it
    assert rows(home, "SELECT name FROM refs") == [(b"main",)]


# ---- The database ----


def damaged(home, change):
    path = home / "history.db"
    bytes_ = path.read_bytes()
    path.write_bytes(change(bytes_))


def newer(home):
    database = sqlite3.connect(home / "history.db")
    database.execute("PRAGMA user_version = 99")
    database.close()


@pytest.mark.parametrize(
    "spoil, words",
    [
        (lambda home: damaged(home, lambda b: b"garbage" * 1000), ("not a database of barograph",)),
        (lambda home: damaged(home, lambda b: b[:100] + b"\xff" * (len(b) - 100)), ("damaged",)),
        (newer, ("newer", "99")),
    ],
    ids=["garbage", "overwritten", "newer"],
)
def test_a_database_that_is_none(home, repository, spoil, words):
    mine(home)
    spoil(home)
    before = (home / "history.db").read_bytes()
    for arguments in (("mine",), ("mine", "--problems"), ("mine", "--again"), ("releases",)):
        if arguments != ("releases",) or b"releases" in subprocess.run(
            [PROGRAM, "--help"], capture_output=True, check=True
        ).stdout:
            fails(home, 65, "history.db", *words, arguments=arguments)
    assert (home / "history.db").read_bytes() == before
    # The way out that the sentence names.
    (home / "history.db").unlink()
    mine(home)
    same_as_git(home, repository)


def test_a_truncated_database(home, repository):
    mine(home)
    damaged(home, lambda b: b[: len(b) // 2])
    sentence = None
    for arguments in (("mine",), ("mine", "--again"), ("mine", "--problems")):
        result = subprocess.run(
            [PROGRAM, "-C", home, *arguments], capture_output=True, env=ENVIRONMENT, check=False
        )
        assert result.returncode in (0, 65, 74), result.stderr
        if result.returncode:
            sentence = result.stderr.decode()
            assert sentence.startswith("barograph: ") and sentence.count("\n") == 1
    assert sentence is not None


def test_an_empty_file_for_a_database(home, repository):
    (home / "history.db").touch()
    fails(home, 69, "run barograph mine first", arguments=("mine", "--problems"))
    mine(home)
    same_as_git(home, repository)


def test_a_foreign_database(home):
    database = sqlite3.connect(home / "history.db")
    database.execute("CREATE TABLE own (x)")
    database.commit()
    database.close()
    fails(home, 65, "not a database of barograph")
    assert sqlite3.connect(home / "history.db").execute("SELECT count(*) FROM own").fetchone() == (0,)


def test_a_folder_for_a_database(home):
    (home / "history.db").mkdir()
    fails(home, 77, "history.db", "cannot be opened")


def test_problems_of_a_home_that_is_not_mined(home):
    fails(home, 69, "run barograph mine first", arguments=("mine", "--problems"))


def test_a_table_that_is_gone(home):
    mine(home)
    database = sqlite3.connect(home / "history.db")
    database.execute("DROP TABLE problems")
    database.close()
    fails(home, 65, "damaged", arguments=("mine", "--problems"))


@pytest.mark.parametrize("kilobytes", [4, 100, 400])
def test_a_limit_on_file_sizes(tmp_path, kilobytes):
    """As with a full disk: a sentence, what was written stays good, and the next run goes on."""
    repository = large(tmp_path / "large.git", 1500)
    home = home_of(tmp_path / "home", large=repository.path)

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes << 10, kilobytes << 10))

    fails(home, 74, "history.db", arguments=("mine", "--round", "100"), limits=limit)
    if rows(home, "SELECT count(*) FROM sqlite_schema") != [(0,)]:
        check_database(home)
    mine(home)
    same_as_git(home, repository)


@ROOT_ONLY
def test_a_full_disk(tmp_path):
    repository = large(tmp_path / "large.git", 1500)
    home = tmp_path / "home"
    home.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", home]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("no mount is allowed here")
    try:
        home_of(home, large=repository.path)
        fails(home, 74, "history.db", "disk is full", arguments=("mine", "--round", "100"))
        check_database(home)
        subprocess.run(["mount", "-o", "remount,size=40m", home], check=True)
        mine(home)
        same_as_git(home, repository)
    finally:
        subprocess.run(["umount", "-l", home], check=True)


# ---- The home ----


def test_two_at_once(tmp_path):
    repository = large(tmp_path / "large.git", 1500)
    home = home_of(tmp_path / "home", large=repository.path)
    first = subprocess.Popen(
        [PROGRAM, "-C", home, "mine", "--round", "40"], env=ENVIRONMENT, stderr=subprocess.PIPE
    )
    while not (home / "history.db").exists():
        assert first.poll() is None
    fails(home, 75, "another barograph mine is at work in this home")
    first.communicate()
    assert first.returncode == 0
    same_as_git(home, repository)


def test_no_home(tmp_path):
    fails(tmp_path / "nowhere", 69, "no barograph.conf", "barograph init")
    fails(tmp_path, 69, "no barograph.conf", "barograph init", "-C")


@pytest.mark.parametrize(
    "text, words",
    [
        ("[repository x]\npath = p\nbranch = *\n", ('"branch"', "did you mean branches", "[repository x]")),
        ("[repositories]\npath = p\n", ("[repositories]", "[repository NAME]")),
        ("[project]\nname = P\n", ("names no repository",)),
        ("", ("names no repository",)),
        ("[repository x]\nbranches = *\n", ("neither a path nor a url",)),
        ("[repository x]\npath =\n", ("neither a path nor a url",)),
        ("[repository x]\npath = p\nforeign = perhaps\n", ("foreign", '"perhaps"', "yes or no")),
        ("[repository x]\npath = p\nincomplete = 1\n", ("incomplete", '"1"', "yes or no")),
        ("[repository a b]\npath = p\n", ("a repository's name",)),
        ("[repository all]\npath = p\n", ("a repository's name",)),
        ("[repository ]\npath = p\n", ()),
        ("path = p\n", ()),
        ("[repository x]\nno equals sign\n", ()),
        ("[repository x]\npath = p\ntag-pattern = v\\d\n", ("tag-pattern", "backslash")),
        ("[repository x]\npath = p\n[advisories]\nfix = fixes \\@\n", ("fix", "backslash")),
        (b"[repository x]\npath = \xff\n", ("UTF-8",)),
    ],
)
def test_configuration(tmp_path, text, words):
    home = conf(tmp_path / "home")
    (home / "barograph.conf").write_bytes(text if isinstance(text, bytes) else text.encode())
    fails(home, 78, "barograph.conf", *words)


def test_a_home_that_may_not_be_written(tmp_path, home):
    if os.geteuid() == 0:
        (home / ".mine.lock").mkdir()
        fails(home, 73, ".mine.lock")
        return
    home.chmod(0o555)
    fails(home, 73, ".mine.lock")


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("mine", "project"), ('"project"', "--repository")),
        (("mine", "--jobs", "-1"), ("--jobs",)),
        (("mine", "--jobs", "many"), ("--jobs",)),
        (("mine", "--round", "-1"), ("--round",)),
        (("mine", "--problems", "--format", "xml"), ("xml",)),
        (("mine", "--fech"), ("--fech",)),
    ],
)
def test_usage(home, arguments, words):
    result = fails(home, 64, *words, arguments=arguments)
    assert "barograph: " in result
