"""C is formatted by clang-format, shell scripts pass shellcheck."""

import re
import subprocess

import pytest

import tree

SCRIPTS = [*tree.matching("*.sh", "*.bash"), tree.Path(".ci/run")]


def clang_format(path, folder=tree.ROOT):
    return subprocess.run(
        ["clang-format", "--dry-run", "-Werror", f"--style=file:{tree.ROOT}/.clang-format", *path],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def shellcheck(*paths, folder=tree.ROOT):
    return subprocess.run(
        ["shellcheck", *paths], cwd=folder, capture_output=True, text=True, check=False
    )


def test_c_is_formatted():
    result = clang_format(tree.c_files("src", "include", "tests"))
    lines = re.findall(r"^(\S+:\d+):\d+: error", result.stderr, re.MULTILINE)
    tree.none_of(f"{line}: clang-format -i" for line in dict.fromkeys(lines))
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
def test_scripts_pass_shellcheck(script):
    result = shellcheck(script)
    assert result.returncode == 0, result.stdout


def test_the_commands_are_checked():
    assert {"demo.sh", "test.sh", ".ci/run"} <= {str(path) for path in SCRIPTS}


def test_the_lint_sees_bad_format(tmp_path):
    (tmp_path / "bad.c").write_text("int  main( void ){return 0;}\n")
    assert clang_format(["bad.c"], tmp_path).returncode != 0


def test_the_lint_sees_a_bad_script(tmp_path):
    (tmp_path / "bad.sh").write_text("#!/bin/sh\nrm -rf $1\n")
    assert shellcheck("bad.sh", folder=tmp_path).returncode != 0
