"""What every lint needs: the project's files, and C source with its comments and strings blanked."""

import os
import re
import subprocess
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = Path(os.environ.get("BAROGRAPH_BUILD", ROOT / "build" / "release"))
PROGRAM = BUILD / "barograph"


@lru_cache(maxsize=None)
def files():
    """Every file of the project, relative: what git tracks or would track; without git, all."""
    listing = subprocess.run(
        # The folder may belong to somebody else, as it does in containers.
        ["git", "-c", "safe.directory=*", "-C", ROOT, "ls-files", "-z", "-co", "--exclude-standard"],
        capture_output=True,
        check=False,
    )
    if listing.returncode == 0 and listing.stdout:
        names = listing.stdout.decode().rstrip("\0").split("\0")
        found = {Path(name) for name in names if (ROOT / name).is_file()}
    else:
        found = {
            path.relative_to(ROOT)
            for path in ROOT.rglob("*")
            if path.is_file() and path.relative_to(ROOT).parts[0] not in ("build", ".git")
        }
    return sorted(found)


def matching(*patterns):
    return [path for path in files() if any(path.match(pattern) for pattern in patterns)]


def c_files(*folders):
    return [path for path in files() if path.suffix in (".c", ".h") and path.parts[0] in folders]


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


_C_TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL | re.VERBOSE
)


def without_comments_and_strings(source):
    """The same length and lines, with blanks where comments, strings and characters stood."""
    return _C_TOKEN.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), source)


def line_of(source, position):
    return source.count("\n", 0, position) + 1


def pkg_config(*modules):
    found = subprocess.run(
        ["pkg-config", "--cflags", *modules], check=True, capture_output=True, text=True
    )
    return found.stdout.split()


def none_of(found):
    """Fails with every line of what should not be there."""
    found = [str(line) for line in found]
    assert not found, "\n" + "\n".join(found)
