"""What `mine` writes, beside what git says about the same repository."""

import os
import shutil

import pytest

from keyrings import Keys
from mining import (
    Repository,
    home_of,
    large,
    mine,
    mined_commits,
    git_commits,
    rows,
    same_as_git,
)

BINARY = bytes(range(256)) * 8


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "project")


@pytest.fixture
def home(tmp_path, repository):
    return home_of(tmp_path / "home", project=repository.path)


def refs(home):
    return {
        (kind.decode(), name.decode()): hash.hex() if hash else None
        for kind, name, hash in rows(
            home,
            "SELECT kind, r.name, c.hash FROM refs r LEFT JOIN commits c ON c.id = r.commit_id",
        )
    }


def problems(home):
    return rows(home, "SELECT kind, object, place FROM problems ORDER BY 1, 2, 3")


# ---- Commits ----


def test_fields_of_commits(home, repository):
    repository.write("a", "1\n")
    repository.commit("the first\nand its second line\n\nbody")
    repository.commit(
        "half an hour\n",
        GIT_AUTHOR_NAME="Zoë Ærø",
        GIT_AUTHOR_EMAIL="UPPER@Example.ORG",
        GIT_AUTHOR_DATE="1262307000 +0530",
        GIT_COMMITTER_DATE="1262307001 -0330",
    )
    repository.commit("   \n\n  spaces before  \n", "--cleanup=verbatim")
    repository.commit("", "--allow-empty-message")
    repository.commit("no address", GIT_AUTHOR_EMAIL="")
    repository.commit("far away", GIT_AUTHOR_DATE="1262307000 +1400")
    mine(home)
    same_as_git(home, repository)


def test_merges_have_no_rows(home, repository):
    repository.write("a", "1\n")
    repository.commit()
    repository.git("checkout", "-q", "-b", "side")
    repository.write("b", "side\n")
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write("c", "main\n")
    repository.commit()
    repository.git("branch", "third", "main~1")
    date = repository.tick()
    repository.git(
        *("merge", "-q", "--no-ff", "-m", "Merge", "side"),
        GIT_AUTHOR_DATE=date,
        GIT_COMMITTER_DATE=date,
    )
    # An evil merge, with a change of its own.
    repository.write("c", "another\n")
    repository.commit("Merge again", "--amend")
    mine(home)
    same_as_git(home, repository)
    assert rows(home, "SELECT count(*) FROM commits WHERE parent_count = 2") == [(1,)]


def test_octopus(home, repository):
    repository.write("a", "1\n")
    tree = None
    base = repository.commit()
    tips = []
    for name in "xyz":
        repository.git("checkout", "-q", "-b", name, base)
        repository.write(name, name)
        tips.append(repository.commit())
    tree = repository.git("rev-parse", "z^{tree}").decode().strip()
    parents = [word for tip in tips for word in ("-p", tip)]
    date = repository.tick()
    octopus = repository.git(
        *("commit-tree", tree, *parents, "-m", "octopus"),
        GIT_AUTHOR_DATE=date,
        GIT_COMMITTER_DATE=date,
    )
    repository.git("update-ref", "refs/heads/main", octopus.decode().strip())
    mine(home)
    same_as_git(home, repository)


def test_two_roots(home, repository):
    repository.write("a", "1\n")
    repository.commit()
    repository.git("checkout", "-q", "--orphan", "other")
    repository.write("b", "1\n2\n")
    repository.commit()
    mine(home)
    same_as_git(home, repository)


def test_encodings(home, repository):
    repository.write("a", "1\n")
    repository.git("config", "i18n.commitEncoding", "ISO-8859-1")
    latin = "Gr\xfc\xdfe".encode("latin-1")
    repository.commit(latin + b" an alle\n\nReviewed-by: J\xf6rg <j@example.org>\n",
                      GIT_AUTHOR_NAME="Tors\udcf8n")
    repository.git("config", "--unset", "i18n.commitEncoding")
    # Broken UTF-8, without a word about it: kept as it is.
    tree = repository.git("rev-parse", "HEAD^{tree}").strip()
    commit = repository.object(
        "commit",
        b"tree %s\nparent %s\nauthor Bj\xf6rn <b\xff@example.org> 1262390400 +0100\n"
        b"committer Bj\xf6rn <b\xff@example.org> 1262390400 +0100\n\nsubject with \xe9\n"
        % (tree, repository.id().encode()),
    )
    repository.git("update-ref", "refs/heads/main", commit)
    mine(home)
    same_as_git(home, repository)
    names = {row[0] for row in rows(home, "SELECT name FROM identities")}
    assert {b"Bj\xf6rn", "Torsøn".encode(), "Jörg".encode()} <= names
    assert (b"b\xff@example.org",) in rows(home, "SELECT address FROM identities")
    assert ("Grüße an alle".encode(),) in rows(home, "SELECT subject FROM commits")


def test_an_odd_header_is_listed_and_mined(home, repository):
    repository.write("a", "1\n")
    first = repository.commit()
    tree = repository.git("rev-parse", "HEAD^{tree}").strip()
    odd = repository.object(
        "commit",
        b"tree %s\nparent %s\nauthor Nobody\ncommitter C <c@x.org> 1262390400 +0000\n\nodd\n"
        % (tree, first.encode()),
        "--literally",
    )
    repository.git("update-ref", "refs/heads/main", odd)
    result = mine(home)
    assert "1 object" in result.text and "--problems" in result.text
    assert problems(home) == [(b"odd", odd.encode(), b"")]
    assert rows(home, "SELECT count(*) FROM commits") == [(2,)]


# ---- Changes ----


def test_kinds_of_changes(home, repository):
    repository.write("text", "one\ntwo\nthree\n")
    repository.write("no newline", "one\ntwo")
    repository.write("empty", "")
    repository.write("binary", BINARY)
    repository.write("crlf", "one\r\ntwo\r\n")
    repository.write("script", "#!/bin/sh\n")
    os.symlink("text", repository.path / "link")
    repository.write("swap/inside", "deep\n")
    repository.write("flat", "was a file\n")
    repository.write("will be a link", "text\nmore\n")
    repository.commit("add all")
    repository.write("text", "one\n2\nthree\nfour\n")
    repository.write("no newline", "one\ntwo\n")
    repository.write("empty", "no more\n")
    repository.write("binary", BINARY[1:])
    repository.write("crlf", "one\ntwo\n")
    os.chmod(repository.path / "script", 0o755)
    os.unlink(repository.path / "link")
    os.symlink("elsewhere", repository.path / "link")
    repository.commit("change all")
    # File <-> folder, file <-> link, text <-> binary.
    shutil.rmtree(repository.path / "swap")
    repository.write("swap", "now a file\n")
    os.unlink(repository.path / "flat")
    repository.write("flat/inside/deep", "now a folder\n")
    os.unlink(repository.path / "will be a link")
    os.symlink("text", repository.path / "will be a link")
    repository.write("text", BINARY)
    repository.write("binary", "now text\n")
    repository.write("empty", "")
    repository.commit("swap")
    repository.git("rm", "-q", "-r", ".")
    repository.commit("remove all")
    repository.commit("nothing at all")
    mine(home)
    same_as_git(home, repository)
    assert (b"T",) in rows(home, "SELECT DISTINCT status FROM changes")


def test_mode_alone(home, repository):
    repository.write("script", "#!/bin/sh\n")
    repository.commit()
    os.chmod(repository.path / "script", 0o755)
    repository.commit()
    mine(home)
    same_as_git(home, repository)
    assert rows(home, "SELECT status, content, added, deleted FROM changes ORDER BY commit_id")[1] == (
        b"M", b"text", 0, 0,
    )


def test_submodules(home, repository):
    def point(id):
        repository.git("update-index", "--add", "--cacheinfo", f"160000,{id},module")
        date = repository.tick()
        repository.git("commit", "-q", "-m", "module", GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)

    repository.write("a", "1\n")
    repository.commit()
    point("1" * 40)
    point("2" * 40)
    repository.git("rm", "-q", "--cached", "module")
    date = repository.tick()
    repository.git("commit", "-q", "-m", "gone", GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)
    repository.write("module", "now a file\n")
    repository.commit()
    repository.git("rm", "-q", "module")
    point("3" * 40)
    mine(home)
    same_as_git(home, repository)
    assert problems(home) == []


def test_odd_paths(home, repository):
    names = [
        b"new\nline", b"tab\there", b'"quoted"', b"back\\slash", b" leading", b"trailing ",
        b"\xff\xfe not utf-8", "größe".encode(), b"-dash", b"a/b/c/d/e", b"semi;colon", b"*",
        b"a.b", b"a-b", b"a0",
    ]
    for name in names:
        repository.write(name, b"in " + name + b"\n")
    repository.commit()
    for name in names:
        repository.write(name, b"changed\n")
    repository.commit()
    for name in names[:4]:
        os.rename(os.fsencode(repository.path) + b"/" + name,
                  os.fsencode(repository.path) + b"/moved-" + name)
    repository.commit()
    mine(home)
    same_as_git(home, repository)


def test_renames(home, repository):
    text = "".join(f"line {i}\n" for i in range(60))
    for i in range(4):
        repository.write(f"old{i}", f"file {i}\n" + text * (i + 1))
    repository.write("empty", "")
    repository.write("binary", BINARY)
    repository.commit()
    for i in range(4):
        os.rename(repository.path / f"old{i}", repository.path / f"new{i}")
    os.makedirs(repository.path / "d")
    os.rename(repository.path / "empty", repository.path / "d/empty")
    os.rename(repository.path / "binary", repository.path / "d/binary")
    repository.write("new1", "file 1\n" + text * 2 + "one more\n")
    repository.write("new2", "something else\n")
    repository.commit()
    mine(home)
    same_as_git(home, repository)
    assert rows(home, "SELECT count(*) FROM renames WHERE similarity = 100")[0][0] >= 3


def test_a_long_history_over_workers(tmp_path):
    """Enough changes for several slices and worker processes."""
    repository = large(tmp_path / "large.git", 1200)
    home = home_of(tmp_path / "home", large=repository.path)
    mine(home, "--jobs", "3")
    same_as_git(home, repository)
    again = home_of(tmp_path / "rounds", large=repository.path)
    mine(again, "--jobs", "2", "--round", "100")
    same_as_git(again, repository)


def test_a_tree_that_names_a_path_twice(home, repository):
    """Such trees exist; git counts both entries, and so the sums stay the same."""
    blob = repository.object("blob", b"1\n2\n")
    other = repository.object("blob", b"3\n")

    def tree(*entries):
        return repository.object(
            "tree", b"".join(b"100644 %s\0%s" % (name, bytes.fromhex(id)) for name, id in entries),
            "--literally",
        )

    def commit(tree, *parents):
        date = repository.tick()
        words = [word for parent in parents for word in ("-p", parent)]
        made = repository.git(
            "commit-tree", tree, *words, "-m", "x", GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date
        )
        return made.decode().strip()

    one = commit(tree((b"a", blob), (b"a", other), (b"b", blob)))
    two = commit(tree((b"b", blob), (b"a", other)), one)
    repository.git("update-ref", "refs/heads/main", two)
    mine(home)
    assert rows(home, "SELECT sum(added) FROM changes WHERE commit_id = 1") == [(5,)]
    assert mined_commits(home) == git_commits(repository)


# ---- Refs ----


def test_tags_of_all_kinds(home, repository):
    repository.write("a", "1\n")
    first = repository.commit()
    date = repository.tick()
    dates = {"GIT_COMMITTER_DATE": date}
    repository.git("tag", "light")
    repository.git("tag", "-a", "-m", "annotated", "annotated", **dates)
    repository.git("-c", "advice.nestedTag=false", "tag", "-a", "-m", "2", "nested", "annotated", **dates)
    repository.git("tag", "-a", "-m", "tree", "of-a-tree", "HEAD^{tree}", **dates)
    repository.git("tag", "-a", "-m", "blob", "of-a-blob", "HEAD:a", **dates)
    repository.git("tag", "light-blob", "HEAD:a")
    repository.git("branch", "deep/er/name")
    mine(home)
    found = refs(home)
    for name in ("light", "annotated", "nested"):
        assert found["tag", name] == first
    for name in ("of-a-tree", "of-a-blob", "light-blob"):
        assert found["tag", name] is None
    assert found["branch", "deep/er/name"] == first
    assert sorted(place for kind, _, place in problems(home) if kind == b"odd") == [
        b"light-blob", b"of-a-blob", b"of-a-tree",
    ]
    tagged = rows(home, "SELECT tagged_at, i.name FROM refs r JOIN identities i ON i.id = tagger"
                        " WHERE r.name = 'annotated'")
    assert tagged == [(int(date.split()[0]), b"Cyd Committer")]
    assert rows(home, "SELECT tagged_at FROM refs WHERE name = 'light'") == [(None,)]


def test_a_commit_that_only_a_tag_holds(home, repository):
    repository.write("a", "1\n")
    repository.commit()
    repository.write("a", "2\n")
    repository.commit()
    repository.git("tag", "-a", "-m", "t", "v1")
    repository.git("reset", "-q", "--hard", "HEAD~1")
    mine(home)
    same_as_git(home, repository)
    assert rows(home, "SELECT count(*) FROM commits") == [(2,)]


def test_patterns(tmp_path, repository):
    repository.write("a", "1\n")
    repository.commit()
    for name in ("stable-1", "stable-2", "coverity-tested/main", "topic"):
        repository.git("checkout", "-q", "-b", name, "main")
        repository.write(name.replace("/", "-"), name)
        repository.commit()
        repository.git("tag", "tag-" + name.replace("/", "-"))
    home = home_of(
        tmp_path / "home",
        project=f"path = {repository.path}\nbranches = main; stable-?\ntags = tag-*"
        "\nexclude = *-2;tag-cov*;tag-topic",
    )
    mine(home)
    assert {name for _, name in refs(home)} == {"main", "stable-1", "tag-stable-1"}
    same_as_git(home, repository, "main", "stable-1", "tag-stable-1")
    # Another choice is noticed, though no ref moved.
    home_of(home, project=f"path = {repository.path}\nbranches = main\ntags =\n")
    mine(home)
    assert {name for _, name in refs(home)} == {"main"}
    same_as_git(home, repository, "main")


def test_remote_branches_of_a_clone(tmp_path, repository):
    repository.write("a", "1\n")
    repository.commit()
    repository.git("checkout", "-q", "-b", "stable-1")
    repository.write("b", "1\n")
    repository.commit()
    repository.git("checkout", "-q", "main")
    clone = tmp_path / "clone"
    repository.git("clone", "-q", repository.path, clone)
    home = home_of(tmp_path / "home", clone=clone)
    mine(home)
    assert {name for _, name in refs(home)} == {"main", "stable-1"}
    same_as_git(home, Repository(clone))


@pytest.mark.parametrize("options", [("--bare",), ("--mirror",), ("--shared",), ("--reference", "{}")])
def test_clones_of_all_kinds(tmp_path, repository, options):
    repository.write("a", "1\n")
    repository.commit()
    repository.write("a", "2\n")
    repository.commit()
    clone = tmp_path / "clone"
    options = [option.format(repository.path) for option in options]
    repository.git("clone", "-q", *options, repository.path, clone)
    home = home_of(tmp_path / "home", clone=clone)
    mine(home)
    same_as_git(home, Repository(clone))


def test_alternates_with_commits_of_their_own(tmp_path, repository):
    repository.write("a", "1\n")
    repository.commit()
    clone = tmp_path / "clone"
    repository.git("clone", "-q", "--shared", repository.path, clone)
    second = Repository(clone)
    second.clock = repository.clock
    second.write("a", "2\n")
    second.commit()
    second.git("gc", "-q")
    home = home_of(tmp_path / "home", clone=clone)
    mine(home)
    same_as_git(home, second)


def test_a_linked_work_tree(tmp_path, repository):
    repository.write("a", "1\n")
    repository.commit()
    repository.git("worktree", "add", "-q", "-b", "side", tmp_path / "linked")
    home = home_of(tmp_path / "home", linked=tmp_path / "linked")
    mine(home)
    assert rows(home, "SELECT main_branch FROM repositories") == [(b"side",)]
    same_as_git(home, repository)


def test_packed_refs_and_packed_objects(tmp_path, repository):
    for i in range(5):
        repository.write("a", f"{i}\n" * 50)
        repository.commit()
        repository.git("tag", f"v{i}")
    repository.git("gc", "-q")
    home = home_of(tmp_path / "home", packed=repository.path)
    mine(home)
    same_as_git(home, repository)


def test_mailmap_of_the_main_branch(home, repository):
    repository.write(".mailmap", "A <a@x.org> <b@x.org>\n")
    repository.commit()
    mine(home)
    assert rows(home, "SELECT mailmap FROM repositories") == [(b"A <a@x.org> <b@x.org>\n",)]
    repository.git("rm", "-q", ".mailmap")
    repository.commit()
    mine(home)
    assert rows(home, "SELECT mailmap FROM repositories") == [(None,)]


# ---- Signatures and messages ----


@pytest.fixture(scope="module")
def gnupg():
    if shutil.which("gpg") is None:
        pytest.skip("gpg is not installed")
    keys = Keys()
    yield keys
    keys.end()


def test_signatures(home, repository, gnupg):
    folder, fingerprint = gnupg.folder, gnupg.fingerprint
    repository.write("a", "1\n")
    repository.commit("unsigned")
    repository.commit("signed", f"-S{fingerprint}", GNUPGHOME=folder)
    repository.git("tag", "-s", "-u", fingerprint, "-m", "signed", "v1", GNUPGHOME=folder)
    repository.git("tag", "-a", "-m", "unsigned", "v2")
    mine(home)
    same_as_git(home, repository)
    signatures = rows(home, "SELECT signature, signer, digest FROM commits ORDER BY id")
    assert signatures[0] == (None, None, None)
    assert signatures[1][0] == b"openpgp" and signatures[1][2] in (b"SHA256", b"SHA512")
    assert fingerprint.encode().endswith(signatures[1][1]) and len(signatures[1][1]) >= 16
    tags = dict(rows(home, "SELECT name, signer FROM refs WHERE kind = 'tag'"))
    assert fingerprint.encode().endswith(tags[b"v1"]) and tags[b"v1"] and tags[b"v2"] is None


MESSAGE = """x86: fix it

This is CVE-2015-1234 / XSA-155.

Signed-off-by: Ann Author <ann@author.example>
Reviewd-by: Bob <bob@b.example> # arm
master commit: 0123456789012345678901234567890123456789
(cherry picked from commit 1111111111111111111111111111111111111111)

Text below the trailers.

Nacked-by: Eve <eve@e.example>
Acked-by: somebody without an address
"""


def test_messages(home, repository):
    repository.commit(MESSAGE)
    mine(home)
    found = rows(
        home,
        "SELECT kind, written, negative, i.address FROM trailers t LEFT JOIN identities i"
        " ON i.id = identity ORDER BY position",
    )
    assert [row[:2] for row in found] == [
        (b"Signed-off-by", None),
        (b"Reviewed-by", b"Reviewd-by"),
        (b"Acked-by", b"Nacked-by"),
        (b"Acked-by", None),
    ]
    assert [row[3] for row in found] == [
        b"ann@author.example", b"bob@b.example", b"eve@e.example", b"",
    ]
    assert [row[2] for row in found] == [0, 0, 1, 0]
    assert rows(home, "SELECT qualifier FROM trailers WHERE position = 1") == [(b"# arm",)]
    assert rows(home, "SELECT kind, hex FROM origins ORDER BY position") == [
        (b"master-commit", b"0123456789" * 4),
        (b"cherry-pick", b"1" * 40),
    ]
    assert rows(home, "SELECT advisory, claim FROM mentions") == [(b"XSA-155", b"fix")]
