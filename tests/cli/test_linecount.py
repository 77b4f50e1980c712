"""Line counts against `git diff --numstat` itself: every pair in one repository, one diff."""

import os
import pathlib
import random
import subprocess

import pytest

from thorough import times

TOOL = pathlib.Path(os.environ["BAROGRAPH_BUILD"]) / "tests" / "tool-linecount_pairs"
CLEAN = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "LC_ALL": "C",
}


def ours(pairs):
    data = b"".join(b"%d %d\n%b%b" % (len(old), len(new), old, new) for old, new in pairs)
    run = subprocess.run([TOOL], input=data, stdout=subprocess.PIPE, check=True)
    return run.stdout.decode().splitlines()


def commit(branch, texts):
    yield b"commit refs/heads/%b\ncommitter A <a@example.org> 0 +0000\ndata 0\n" % branch
    for number, text in enumerate(texts):
        yield b"M 100644 inline %06d\ndata %d\n%b\n" % (number, len(text), text)


def gits(pairs, folder):
    git = ["git", "-C", folder]
    subprocess.run([*git, "init", "-q", "--bare"], check=True, env=CLEAN)
    stream = b"".join(
        [*commit(b"old", (old for old, _ in pairs)), *commit(b"new", (new for _, new in pairs))]
    )
    subprocess.run([*git, "fast-import", "--quiet"], input=stream, check=True, env=CLEAN)
    diff = [*git, "diff", "--numstat", "--no-renames", "old", "new"]
    rows = subprocess.run(diff, stdout=subprocess.PIPE, check=True, env=CLEAN).stdout.decode()
    counts = ["0\t0"] * len(pairs)
    for row in rows.splitlines():
        added, deleted, number = row.split("\t")
        counts[int(number)] = f"{added}\t{deleted}"
    return counts


def compare(pairs, folder):
    pairs = [(old, new) for old, new in pairs if old != new]
    wrong = [
        (number, theirs, own)
        for number, (theirs, own) in enumerate(zip(gits(pairs, folder), ours(pairs), strict=True))
        if theirs != own
    ]
    for number, theirs, own in wrong[:3]:
        old, new = pairs[number]
        print(f"pair {number}: git {theirs!r}, ours {own!r}\n {old[:400]!r}\n {new[:400]!r}")
    assert not wrong, f"{len(wrong)} of {len(pairs)} pairs differ"


def join(lines, ending=b"\n", closed=True):
    return ending.join(lines) + (ending if closed and lines else b"")


def edit(dice, lines, changes, fresh):
    """Deletes, inserts, replaces, moves and doubles short runs of lines."""
    lines = list(lines)
    for _ in range(changes):
        at = dice.randrange(len(lines) + 1)
        run = dice.choice([1, 1, 1, 2, 3, 8, 30])
        cut = lines[at : at + run]
        what = dice.randrange(5)
        if what in (0, 1, 3):
            del lines[at : at + run]
        if what in (1, 2):
            lines[at:at] = [fresh() for _ in range(run)]
        if what in (3, 4):
            to = dice.randrange(len(lines) + 1)
            lines[to:to] = cut
    return lines


def tiny(dice):
    letters = [bytes([c]) for c in b"abcdefgh"[: dice.randint(1, 8)]]
    old, new = ([dice.choice(letters) for _ in range(dice.randint(0, 24))] for _ in "12")
    return join(old, closed=dice.random() < 0.7), join(new, closed=dice.random() < 0.7)


def code(dice, most_lines=800):
    """Like a program: some lines everywhere, most of them once or a few times."""
    common = [b"", b"", b"", b"{", b"}", b"    }", b"    return 0;", b"        break;"]

    def fresh():
        if dice.random() < 0.35:
            return dice.choice(common)
        return b" " * dice.randint(0, 12) + b"call_%d(%d);" % (dice.randrange(60), dice.randrange(60))

    old = [fresh() for _ in range(dice.randint(1, most_lines))]
    new = edit(dice, old, dice.choice([1, 2, 5, 20, 80]), fresh)
    ending = dice.choice([b"\n", b"\n", b"\r\n"])
    return (
        join(old, ending, dice.random() < 0.9),
        join(new, dice.choice([ending, ending, b"\n"]), dice.random() < 0.9),
    )


def frequent(dice):
    """Frequent lines among lonely ones, around the limits of git's rule."""
    share = dice.choice([0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.5])
    count = dice.choice([8, 15, 16, 60, 66, 250, 260, 1000, 1030])
    kinds = [b"x%d" % i for i in range(dice.randint(1, 6))]
    serial = iter(range(1 << 30))

    def text(side):
        return [
            dice.choice(kinds) if dice.random() < share else b"%b%d" % (side, next(serial))
            for _ in range(count + dice.randint(-3, 3))
        ]

    old, new = text(b"old"), text(b"new")
    for at in sorted(dice.sample(range(min(len(old), len(new))), dice.randint(0, 5))):
        old[at] = new[at] = b"anchor%d" % at
    head, tail = ([dice.choice(kinds + [b"h"]) for _ in range(dice.randint(0, 80))] for _ in "12")
    return join(head + old + tail), join(head + new + tail)


def shuffled(dice):
    """Far more differences than git looks for: its search gives up early."""
    count = dice.choice([300, 700, 1500, 4000])
    kinds = dice.choice([count // 8, count // 2, count, 10 * count])
    old = [b"%d" % dice.randrange(kinds) for _ in range(count)]
    new = old[:]
    dice.shuffle(new)
    return join(old), join(new)


def blocks(dice):
    """Long equal runs far from the diagonal, the ones git's search takes as a short cut."""
    size = dice.choice([15, 20, 21, 22, 30, 60])
    old = [[b"%d.%d" % (i, j) for j in range(size)] for i in range(dice.randint(20, 90))]
    new = [list(block) for block in old]
    for _ in range(dice.randint(1, 12)):
        at = dice.randrange(len(new))
        new.insert(dice.randrange(len(new)), new.pop(at))
    noise = dice.choice([0.02, 0.1, 0.3, 0.6])
    new = [[line if dice.random() > noise else b"n" + line for line in block] for block in new]
    return join(sum(old, [])), join(sum(new, []))


def vast(dice):
    """So many lines that git searches long enough to take short cuts, between runs of any length
    around the one it asks for; the noise is lines of elsewhere, for others are left out before."""
    count = dice.choice([33000, 40000, 70000])
    old = [b"%d" % i for i in range(count)]
    new = old[:]
    at = dice.randrange(2000)
    spread = dice.choice([(18, 23), (10, 40), (20, 300), (2, 24)])
    while at < count:
        new[at] = dice.choice(old)
        if dice.random() < 0.1:
            old[at] = dice.choice(new)
        at += dice.randint(*spread)
    for _ in range(dice.choice([0, 1, 4, 20, 100])):
        size, begin = dice.randrange(3000), dice.randrange(count)
        far = dice.choice([60, 150, 3000])
        to = max(0, begin + dice.randint(-far, far))
        moved = new[begin : begin + size]
        if dice.random() < 0.5:
            del new[begin : begin + size]
        new[to:to] = moved
    for text, at in ((new, 600), (old, -900)) if dice.random() < 0.5 else ():
        del text[at : at + dice.randint(40, 200)]
    return join(old), join(new)


def widths(dice):
    """Lines of every length around a machine word, alike but for one byte."""

    def line():
        text = bytearray(b"a" * dice.randint(0, 26))
        if text and dice.random() < 0.6:
            text[dice.randrange(len(text))] = dice.choice(b"b\r\t\x00\x0b\x8a\xff\x80")
        return bytes(text)

    old = [line() for _ in range(dice.randint(0, 40))]
    new = edit(dice, old, dice.randint(1, 6), line)
    return tuple(
        join(lines, closed=dice.random() < 0.5).replace(b"\x00", b"0") for lines in (old, new)
    )


def special():
    head = b"first\nsecond\n"
    yield from ((b"", b"a"), (b"", b"a\n"), (b"a", b""), (b"a\n", b"a"), (b"a", b"a\nb"))
    yield from ((b"\n", b""), (b"\n\n", b"\n"), (b"a\nb\n", b"b\n"), (b"x\n", b"yx\n"))
    yield from ((head, head + b"a"), (head + b"a", head + b"a\n"), (head, b"x" + head))
    yield from ((b"a\r\nb\r\n", b"a\nb\n"), (b"a\rb\n", b"a\rc\n"))
    long = b"z" * (1 << 20)
    yield from ((long, long + b"\n"), (long, b"y" + long), (head + long, long + head))
    for at in (0, 1, 7998, 7999, 8000, 8001, 9000):
        text = b"q\n" * (at // 2) + b"q" * (at % 2) + b"\0" + b"r\n" * 9000
        yield from ((text, text[:-1]), (b"", text), (text, b""), (b"s\n" + text, text))
    for size in (1023, 1024, 1025, 2048, 4096):
        same = b"t\n" * (size // 2) + b"u" * (size % 2)
        yield from ((b"a" + same, b"b" + same), (same + b"a", same + b"b"), (same, same + same))
        yield from ((same, b"v\n" + same), (same, same + b"\nw"))
    lonely = [b"l%d" % i for i in range(9)]
    for count in (1023, 1024, 1025, 2047, 2048):
        same = [b"f"] * (1 << 20)
        old = same + lonely[:4] + [b"x"] + lonely[4:]
        yield join(old), join(same + [b"x"] * count)
    many = [b"%d" % (i % 5000) for i in range(100000)]
    yield join(many), join(many[:20000] + [b"new"] + many[20100:90000] + many[:50])
    yield join(many), join(many[::-1])


KINDS = {
    "tiny": (tiny, 6000),
    "code": (code, 1500),
    "frequent": (frequent, 1500),
    "shuffled": (shuffled, 120),
    "blocks": (blocks, 250),
    "vast": (vast, 36),
    "widths": (widths, 2500),
}


@pytest.mark.parametrize("kind", KINDS)
def test_counts_are_gits(kind, tmp_path):
    make, count = KINDS[kind]
    dice = random.Random(int(os.environ.get("BAROGRAPH_SEED", "1")))
    factor = float(os.environ.get("BAROGRAPH_PAIRS", times("1", "0.25")))
    compare([make(dice) for _ in range(int(count * factor))], tmp_path)


def test_special_pairs(tmp_path):
    compare(list(special()), tmp_path)
