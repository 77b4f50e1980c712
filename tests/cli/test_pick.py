"""Picks tried in memory, beside git cherry-pick: verdicts and trees, on histories made by chance."""

import os
import random
import subprocess

import pytest

from mining import BUILD, ENVIRONMENT, Repository

TOOL = BUILD / "tests" / "tool-pick_commits"


def text(words, name, count=30):
    return "".join(f"{name} {words.randrange(1000)} {n}\n" for n in range(count))


def change(words, repository, files):
    """One random change of the work tree."""
    name = words.choice(sorted(files))
    path = repository.path / name
    kind = words.choice(["edit", "edit", "edit", "edit", "append", "rename", "drop", "add", "mode",
                         "binary", "link"])
    if kind == "add" or path.is_symlink() or not path.exists():
        new = f"dir{words.randrange(3)}/new{words.randrange(20)}.c"
        repository.write(new, text(words, new))
        files.add(new)
    elif kind == "rename":
        new = f"{name}.{words.randrange(9)}"
        repository.git("mv", "-f", name, new)
        files.discard(name)
        files.add(new)
    elif kind == "drop" and len(files) > 6:
        path.unlink()
        files.discard(name)
    elif kind == "mode":
        path.chmod(path.stat().st_mode ^ 0o111)
    elif kind == "binary":
        repository.write("blob", bytes(words.randrange(256) for _ in range(200)))
    elif kind == "link":
        link = repository.path / "link"
        link.unlink(missing_ok=True)
        link.symlink_to(f"to{words.randrange(3)}")
    else:
        lines = path.read_text(errors="replace").splitlines(keepends=True)
        at = len(lines) if kind == "append" else words.randrange(len(lines) or 1)
        lines[at:at + 1] = [f"changed {words.randrange(4)}\n"]
        path.write_text("".join(lines))


def some_commits(words, repository, count):
    files = set(repository.git("ls-files").decode().split()) - {"link", "blob"}
    made = []
    for number in range(count):
        for _ in range(words.randrange(1, 3)):
            change(words, repository, files)
        repository.git("add", "-A")
        made.append(repository.commit(f"change {number}"))
    return made


def picked(folder, tip, commits):
    result = subprocess.run([TOOL, folder, tip, *commits], capture_output=True, text=True,
                            check=True, env=ENVIRONMENT)
    *rows, tree = result.stdout.splitlines()
    return [row.split()[1] for row in rows], tree


def picked_by_git(repository, commits):
    answers = []
    for commit in commits:
        # git says when it would keep an empty commit; what was made empty is the same to us.
        result = subprocess.run(
            ["git", "-C", repository.path, "cherry-pick", "--allow-empty", "--keep-redundant-commits",
             commit], env=ENVIRONMENT, capture_output=True, check=False)
        if result.returncode == 0:
            same = repository.git("rev-parse", "HEAD^{tree}") == repository.git("rev-parse", "HEAD^^{tree}")
            answers.append("empty" if same else "clean")
            continue
        answers.append("conflict")
        repository.git("cherry-pick", "--skip")
        repository.git("clean", "-fdq")
    return answers, repository.git("rev-parse", "HEAD^{tree}").decode().strip()


@pytest.mark.parametrize("seed", range(3))
def test_picks_are_gits(tmp_path, seed):
    words = random.Random(seed)
    repository = Repository(tmp_path / "r")
    for number in range(12):
        name = f"dir{number % 3}/file{number}.c"
        repository.write(name, text(words, name))
    repository.commit("start")
    repository.git("branch", "line")
    commits = some_commits(words, repository, 18)
    repository.git("checkout", "-q", "line")
    some_commits(words, repository, 5)
    tip = repository.id()
    ours = picked(repository.path, tip, commits)
    assert ours == picked_by_git(repository, commits)
    assert len(set(ours[0])) > 1


def test_a_merge_is_not_tried(tmp_path):
    repository = Repository(tmp_path / "r")
    repository.write("a", "a\n")
    start = repository.commit()
    repository.git("checkout", "-q", "-b", "side")
    repository.write("b", "b\n")
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    assert picked(repository.path, start, [repository.id()])[0] == ["merge"]


def test_a_bare_repository_that_may_not_be_written(tmp_path):
    repository = Repository(tmp_path / "r")
    repository.write("a", "a\nb\nc\n")
    start = repository.commit()
    repository.write("a", "a\nB\nc\n")
    fix = repository.commit()
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "clone", "-q", "--bare", repository.path, bare], check=True,
                   env=ENVIRONMENT)
    for where, _, _ in os.walk(bare):
        os.chmod(where, 0o555)
    answers, tree = picked(bare, start, [fix])
    for where, _, _ in os.walk(bare):
        os.chmod(where, 0o755)
    assert answers == ["clean"]
    assert tree == repository.git("rev-parse", f"{fix}^{{tree}}").decode().strip()


def test_a_commit_that_is_not_there(tmp_path):
    repository = Repository(tmp_path / "r")
    repository.write("a", "a\n")
    start = repository.commit()
    result = subprocess.run([TOOL, repository.path, start, "1" * 40], capture_output=True,
                            text=True, check=False, env=ENVIRONMENT)
    assert result.returncode == 1 and "111111111111" in result.stderr
