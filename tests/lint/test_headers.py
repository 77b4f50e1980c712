"""Every header compiles alone, and twice in a row."""

import subprocess

import pytest

import tree

WARNINGS = ["-Wall", "-Wextra", "-Wstrict-prototypes", "-Wwrite-strings", "-Werror"]


def compile_alone(folder, name, source=None):
    return subprocess.run(
        ["gcc", "-std=c17", "-D_GNU_SOURCE", "-fsyntax-only", *WARNINGS]
        + ["-I", folder, *tree.pkg_config("glib-2.0", "jansson"), "-x", "c", "-"],
        input=source or f'#include "{name}"\n#include "{name}"\n',
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("header", [p.name for p in tree.c_files("include") if p.suffix == ".h"])
def test_header_compiles_alone(header):
    result = compile_alone(tree.ROOT / "include", header)
    assert result.returncode == 0, result.stderr


def test_the_lint_sees_a_header_that_leans_on_others(tmp_path):
    (tmp_path / "lame.h").write_text("#ifndef LAME_H\n#define LAME_H\ngint64 when(void);\n#endif\n")
    assert compile_alone(tmp_path, "lame.h").returncode != 0


def test_the_lint_sees_a_header_without_a_guard(tmp_path):
    (tmp_path / "open.h").write_text("struct open { int a; };\n")
    assert compile_alone(tmp_path, "open.h").returncode != 0
