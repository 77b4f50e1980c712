"""Rules for C that a machine can keep: banned functions, sizes, no SQL in C, nothing unfinished."""

import re
import warnings

import tree

BANNED = "strcpy sprintf strcat gets strtok localtime ctime mktemp system popen".split()
BANNED_CALL = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\(")

FILE_LINES = 600
FILE_LINES_WORTH_A_WORD = 500
FUNCTION_LINES = 80

UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b")

SQL = re.compile(
    r"\"\s*(SELECT\s.*\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s.*\sSET|DELETE\s+FROM"
    r"|CREATE\s+(TEMP\s+)?(TABLE|INDEX|VIEW)|ALTER\s+TABLE|DROP\s+TABLE)\b"
)

FUNCTION_START = re.compile(r"^[A-Za-z_][^;{}#]*?\b(\w+)\([^;{}]*\)\s*\n\{$", re.MULTILINE)


def banned(source):
    """(line, name) of each call of a banned function."""
    code = tree.without_comments_and_strings(source)
    return [(tree.line_of(code, m.start()), m.group(1)) for m in BANNED_CALL.finditer(code)]


def functions(source):
    """(name, first line, lines) of each function, by the format that clang-format keeps."""
    code = tree.without_comments_and_strings(source)
    for start in FUNCTION_START.finditer(code):
        end = code.find("\n}", start.end())
        first = tree.line_of(code, start.start())
        yield start.group(1), first, tree.line_of(code, end + 1) - first + 1


def test_no_banned_function():
    found = [
        f"{path}:{line}: {name}"
        for path in tree.c_files("src", "include", "tests")
        for line, name in banned(tree.read(path))
    ]
    tree.none_of(found)


def test_files_stay_readable():
    for path in tree.c_files("src", "include"):
        lines = tree.read(path).count("\n")
        assert lines <= FILE_LINES, f"{path} has {lines} lines: is it still one thing?"
        if lines > FILE_LINES_WORTH_A_WORD:
            warnings.warn(f"{path} has {lines} lines")


def test_functions_stay_readable():
    found = [
        f"{path}:{line}: {name} has {length} lines"
        for path in tree.c_files("src")
        for name, line, length in functions(tree.read(path))
        if length > FUNCTION_LINES
    ]
    tree.none_of(found)


def test_the_function_finder_finds_them():
    """Every unit of the program has functions, or tables only."""
    found = sum(len(list(functions(tree.read(path)))) for path in tree.c_files("src"))
    closed = sum(
        tree.without_comments_and_strings(tree.read(path)).count(")\n{\n")
        for path in tree.c_files("src")
    )
    assert found == closed > 0


def test_sql_lives_in_sql():
    found = [
        f"{path}:{tree.line_of(tree.read(path), match.start())}"
        for path in tree.c_files("src")
        for match in SQL.finditer(tree.read(path))
    ]
    tree.none_of(found)


def test_nothing_unfinished():
    kinds = ("*.c", "*.h", "*.def", "*.py", "*.sh", "*.sql", "*.awk", "*.txt", "*.cmake", "*.1")
    found = [
        f"{path}: {match.group()}"
        for path in tree.matching(*kinds)
        for match in UNFINISHED.finditer(tree.read(path))
    ]
    tree.none_of(found)


def test_the_lint_sees_banned_functions():
    source = '/* system(1) */\nx = "gets(";\ny = strcpy (a, b);\nz = a->system(1);\ng_strcpy(a);\n'
    assert banned(source) == [(3, "strcpy")]


def test_the_lint_sees_long_functions():
    body = "    x++;\n" * 90
    source = f"static int short_one(void)\n{{\n    return 1;\n}}\n\nint long_one(int a,\n    int b)\n{{\n{body}}}\n"
    assert list(functions(source)) == [("short_one", 1, 4), ("long_one", 6, 94)]


def test_the_lint_sees_sql():
    assert SQL.search('run("SELECT id FROM commits")') and SQL.search('"DELETE FROM refs"')
    assert not SQL.search('"select a release from the list"')


def test_the_lint_sees_what_is_unfinished():
    assert UNFINISHED.search("/* TO" + "DO: later */") and not UNFINISHED.search("todos los dias")
