"""The sample project: the same objects everywhere, whatever the user's own git is set to."""

import os
import subprocess
from pathlib import Path

import pytest

GENERATOR = Path(__file__).parent.parent / "data" / "sample-project.sh"

# Ids follow from every byte of the history. They change only when sample-history.txt is changed.
TIPS = {
    "main": "4b6e1c74176e192941b712519147077c78cc6d4b",
    "stable-1.0": "c22f7058d4e98dc00a9f6051352ec7600e73ce45",
    "stable-1.1": "8236630c83d6c9706798e744543f412da6e9180c",
    "v1.1.0-rc2": "cbda223408735708383afa41d7d1eabe343207ec",
}


def git(repository, *arguments):
    return subprocess.run(
        ["git", "-C", repository, *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()


def generate(folder, **environment):
    subprocess.run([GENERATOR, folder], check=True, env={**os.environ, **environment}, timeout=60)
    return folder / "lantern"


@pytest.fixture(scope="module")
def lantern(tmp_path_factory):
    return generate(tmp_path_factory.mktemp("a sample") / "with spaces")


@pytest.mark.parametrize("name", TIPS)
def test_ids_are_always_the_same(lantern, name):
    assert git(lantern, "rev-parse", name) == TIPS[name]


def test_a_users_settings_change_nothing(tmp_path):
    config = tmp_path / "gitconfig"
    config.write_text(
        "[user]\n\tname = Somebody\n[commit]\n\tgpgsign = true\n[tag]\n\tgpgsign = true\n"
        "[init]\n\tdefaultBranch = other\n[core]\n\tautocrlf = true\n"
    )
    repository = generate(
        tmp_path / "out", GIT_CONFIG_GLOBAL=str(config), TZ="Asia/Kolkata", LC_ALL="C.UTF-8"
    )
    assert git(repository, "rev-parse", "main") == TIPS["main"]


def test_a_second_run_replaces_the_first(tmp_path):
    generate(tmp_path)
    repository = generate(tmp_path)
    assert git(repository, "status", "--porcelain") == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lantern", "people"]


def test_it_is_sound_and_holds_what_it_promises(lantern):
    git(lantern, "fsck", "--strict")
    assert git(lantern, "branch", "--format=%(refname:short)").split() == [
        "main",
        "stable-1.0",
        "stable-1.1",
    ]
    assert git(lantern, "rev-list", "--count", "--merges", "main") == "2"
    assert "rename src/{ => horn}/fog.c" in git(lantern, "log", "-M", "--summary", "main")
    assert git(lantern, "cat-file", "-t", "v1.1.0-rc1") == "tag"
    assert git(lantern, "cat-file", "-t", "v1.0.0-rc2") == "commit"


def test_every_backport_names_a_commit_of_the_main_branch(lantern):
    main = set(git(lantern, "rev-list", "main").split())
    named = [
        line.split()[-1].rstrip(")")
        for line in git(lantern, "log", "--format=%B", "main..stable-1.0").splitlines()
        if line.startswith(("master commit:", "(cherry picked from commit"))
    ]
    assert len(named) > 8 and set(named) <= main
