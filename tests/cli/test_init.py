"""`init`: what it recognises in a repository, what it writes, and what it never writes over."""

import os

import pytest

from mining import Repository, fails, home_of, mine, rows, run


def init(home, *arguments, **how):
    return run(home, "init", *arguments, **how)


def make(path, branches=(), tags=()):
    repository = Repository(path)
    repository.write("a", "1\n")
    repository.commit()
    for branch in branches:
        repository.git("branch", branch)
    for tag in tags:
        repository.git("tag", tag)
    return repository


def keys(home):
    """The lines of barograph.conf that say something."""
    lines = (home / "barograph.conf").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(
    "tags, releases",
    [
        (("RELEASE-4.9.0", "4.9.0-rc1", "4.9.0-rc2", "nightly"), "1 of 4 tags"),
        (("v1.0", "v1.1", "v1.1-rc1"), "2 of 3 tags"),
        (("curl-8_9_1", "curl-8_9_0"), "2 of 2 tags"),
        (("REL_15_2", "REL_16_RC1"), "1 of 2 tags"),
        (("openssl-3.0.1", "OpenSSL_1_1_1w"), "2 of 2 tags"),
        (("1.2.3",), "1 of 1 tags"),
        (("good", "bad"), "none of the 2 tags"),
        ((), "none of the 0 tags"),
    ],
)
def test_tags(tmp_path, tags, releases):
    repository = make(tmp_path / "project", tags=tags)
    result = init(tmp_path / "home", repository.path)
    assert releases in result.text
    assert releases in (tmp_path / "home" / "barograph.conf").read_text()


def test_branches(tmp_path):
    repository = make(
        tmp_path / "project.git",
        ("stable-4.9", "stable-4.10", "release/1.0", "topic", "coverity-tested/main", "4.10-shim"),
    )
    result = init(tmp_path / "home", repository.path)
    assert "main branch main" in result.text and "3 found" in result.text
    found = keys(tmp_path / "home")
    assert "main-branch = main" in found
    assert "stable = stable-*;release/*" in found
    assert "exclude = coverity-tested/*;*shim*" in found
    assert "[repository project]" in found
    # What it wrote can be mined as it is.
    mine(tmp_path / "home")
    names = {name for (name,) in rows(tmp_path / "home", "SELECT name FROM refs")}
    assert names == {b"main", b"stable-4.9", b"stable-4.10", b"release/1.0", b"topic"}


def test_a_mailmap_is_seen(tmp_path):
    repository = make(tmp_path / "project")
    assert ".mailmap" not in init(tmp_path / "one", repository.path).text
    repository.write(".mailmap", "A <a@x.org> <b@x.org>\n")
    repository.commit()
    assert ".mailmap" in init(tmp_path / "two", repository.path).text


def test_what_is_there_is_never_written_over(tmp_path):
    repository = make(tmp_path / "project")
    home = tmp_path / "home"
    (home / "people").mkdir(parents=True)
    (home / "people" / "mailmap").write_text("# mine\n")
    result = init(home, repository.path)
    assert "mailmap is there already" in result.text
    assert (home / "people" / "mailmap").read_text() == "# mine\n"
    assert (home / "people" / "employers.tsv").exists()
    conf = (home / "barograph.conf").read_text() + "# changed\n"
    (home / "barograph.conf").write_text(conf)
    fails(home, 73, "barograph.conf is there already", arguments=("init", repository.path))
    assert (home / "barograph.conf").read_text() == conf


def test_without_a_repository(tmp_path):
    home = tmp_path / "new" / "home"
    result = init(home)
    assert "name a repository in barograph.conf" in result.text
    fails(home, 78, "names no repository")


def test_several_and_their_names(tmp_path):
    one, two = make(tmp_path / "one.git"), make(tmp_path / "other" / "one.git")
    fails(tmp_path / "home", 64, 'named "one"', "NAME=", arguments=("init", one.path, two.path))
    assert not (tmp_path / "home" / "barograph.conf").exists()
    init(tmp_path / "home", one.path, f"two={two.path}")
    assert [line for line in keys(tmp_path / "home") if line.startswith("[rep")] == [
        "[repository one]", "[repository two]",
    ]
    mine(tmp_path / "home")
    assert rows(tmp_path / "home", "SELECT name FROM repositories ORDER BY id") == [(b"one",), (b"two",)]


@pytest.mark.parametrize("name", ["all", ".", "a b", ""])
def test_names_that_are_none(tmp_path, name):
    repository = make(tmp_path / "project")
    fails(tmp_path / "home", 64, "NAME=", arguments=("init", f"{name}={repository.path}"))


@pytest.mark.parametrize(
    "name",
    ["with blanks in it", "semi;colon", "back\\slash", "back\\nslash", " leading", "trailing ",
     "#hash", "[group]", "größe", "a=b", "new\nline", "tab\t", "{{name}}", "quote\"'", "%s%n"],
)
def test_odd_paths(tmp_path, name):
    repository = make(tmp_path / "odd" / name)
    home = tmp_path / "home"
    init(home, f"project={repository.path}")
    mine(home)
    assert rows(home, "SELECT count(*) FROM commits") == [(1,)]


def test_an_odd_home(tmp_path):
    """Its name becomes the project's."""
    for name in (" leading", "back\\slash", "new\nline", "tr "):
        home = tmp_path / name
        init(home)
        fails(home, 78, "names no repository")


def test_a_path_that_is_not_utf8(tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff")
    make(path)
    fails(tmp_path / "home", 64, "UTF-8", arguments=("init", f"project={path}"))


def test_a_relative_path(tmp_path):
    """Meant from where the user is, not from the home."""
    make(tmp_path / "project")
    init(tmp_path / "home", "project", cwd=tmp_path)
    mine(tmp_path / "home")
    init(tmp_path / "second", ".", cwd=tmp_path / "project")
    assert "[repository project]" in keys(tmp_path / "second")
    init(tmp_path / "third", ".git", cwd=tmp_path / "project")
    assert "[repository project]" in keys(tmp_path / "third")


@pytest.mark.parametrize(
    "url, name",
    [
        ("https://git.example.org/project.git", "project"),
        ("https://git.example.org/a/project/", "project"),
        ("git@example.org:group/project.git", "project"),
        ("ssh://git@example.org/~me/pro%20ject", "pro-20ject"),
    ],
)
def test_urls(tmp_path, url, name):
    home = tmp_path / "home"
    result = init(home, url)
    assert f"{name}: will be fetched" in result.text
    assert f"url = {url}" in keys(home) and f"[repository {name}]" in keys(home)
    fails(home, 69, "mine --fetch")


def test_not_a_repository(tmp_path):
    (tmp_path / "folder").mkdir()
    fails(tmp_path / "home", 66, "is not a git repository", arguments=("init", tmp_path / "folder"))
    fails(tmp_path / "home", 66, "nowhere", arguments=("init", tmp_path / "nowhere"))
    assert not (tmp_path / "home" / "barograph.conf").exists()


def test_an_empty_repository_is_welcome(tmp_path):
    """A project begins with one; mine says what to wait for."""
    Repository(tmp_path / "project")
    result = init(tmp_path / "home", tmp_path / "project")
    assert "main branch not known" in result.text
    fails(tmp_path / "home", 65, "empty repository")


def test_shallow(tmp_path):
    repository = make(tmp_path / "project")
    repository.commit("two")
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.path}", tmp_path / "shallow")
    assert "shallow clone" in init(tmp_path / "home", tmp_path / "shallow").text


def test_a_home_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    fails(tmp_path / "file" / "home", 73, "cannot be made", arguments=("init",))


def test_an_example_home_reads_back(tmp_path):
    """Every key that the comments offer is one that is known."""
    repository = make(tmp_path / "project")
    home = tmp_path / "home"
    init(home, repository.path)
    conf = (home / "barograph.conf").read_text()
    begins = lambda line: line[1:2].isalpha() or line[1:2] == "["
    offered = [line[1:] for line in conf.splitlines() if line[:1] == "#" and begins(line)]
    assert any(line.startswith("tag-pattern = ") for line in offered)
    (home / "barograph.conf").write_text(
        "\n".join(line.removeprefix("#") if line[1:] in offered else line for line in conf.splitlines())
    )
    mine(home)
    assert home_of and rows(home, "SELECT count(*) FROM commits") == [(1,)]
