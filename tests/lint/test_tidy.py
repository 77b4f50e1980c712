"""clang-tidy finds nothing in the program; what it looks for is in .clang-tidy.

The static analyser takes twenty times as long as all the rest: it runs in `./test.sh tidy` only.
"""

import os
import re
import subprocess

import tree

FOUND = re.compile(r"^\S+:\d+:\d+: (?:error|warning): .*$", re.MULTILINE)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def findings(output):
    return sorted(set(FOUND.findall(COLOUR.sub("", output).replace(f"{tree.ROOT}/", ""))))


def test_the_program_is_tidy():
    result = subprocess.run(
        ["run-clang-tidy", "-quiet", f"-j{os.cpu_count()}", "-p", tree.BUILD]
        + ["-checks=-clang-analyzer-*", f"{re.escape(str(tree.ROOT))}/src/.*\\.c$"],
        capture_output=True,
        text=True,
        check=False,
    )
    tree.none_of(findings(result.stdout))
    assert result.returncode == 0, result.stderr


def test_the_lint_sees_untidy_code(tmp_path):
    (tmp_path / ".clang-tidy").write_text(tree.read(".clang-tidy"))
    (tmp_path / "bad.c").write_text(
        "#include <string.h>\n"
        "int bad(char *a)\n{\n    if (strcmp(a, a))\n        return 0;\n"
        "    return (int)sizeof(sizeof(int));\n}\n"
    )
    result = subprocess.run(
        ["clang-tidy", "--quiet", "bad.c", "--", "-std=c17"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert "bugprone-sizeof-expression" in " ".join(findings(result.stdout))
