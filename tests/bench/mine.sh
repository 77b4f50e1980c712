#!/usr/bin/env bash
# How fast `mine` is beside git, on one repository and in one run: wall time, CPU time and peak memory,
# medians of several runs that take turns. Prints a Markdown table; see docs/performance.md.
#
#   mine.sh [--runs N] [--long] REPOSITORY       BAROGRAPH_BUILD names the build (build/release)
#
# --long adds histories made from a seed: one as long as REPOSITORY's half, one as long, one ten times
# as long, to see whether the cost is in step with the length. It takes long.
#
# Beside git: `mine` counts what branches and tags reach, which is `git log --branches --tags`; `--all`
# adds other refs such as refs/notes and refs/pull, and is what people type. It stores nothing.
set -euo pipefail

runs=5 long=no repository=
while [ $# -gt 0 ]; do
    case $1 in
    --runs)
        runs=$2
        shift
        ;;
    --long) long=yes ;;
    *) repository=$1 ;;
    esac
    shift
done
if [ -z "$repository" ] || ! git -C "$repository" rev-parse --git-dir >/dev/null; then
    echo "usage: mine.sh [--runs N] [--long] REPOSITORY" >&2
    exit 64
fi

here=$(cd -- "$(dirname -- "$0")" && pwd)
program=${BAROGRAPH_BUILD:-$here/../../build/release}/barograph
program=$(realpath -- "$program")
repository=$(realpath -- "$repository")
work=$(mktemp -d -- "${TMPDIR:-/tmp}/bench.XXXXXX")
trap 'rm -rf -- "$work"' EXIT
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C

# Runs a command and adds a line "NAME wall cpu megabytes" to the results; children count too.
measure() {
    python3 - "$work/results" "$@" <<'PYTHON'
import os, resource, subprocess, sys, time

results, name, *command = sys.argv[1:]
start = time.monotonic()
with open(os.devnull, "wb") as null:
    process = subprocess.Popen(command, stdout=null, stderr=subprocess.PIPE)
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
wall = time.monotonic() - start
if status != 0:
    sys.exit(f"{name} failed: {said.decode(errors='replace')}")
# A worker's memory is its own; the greatest process is what is shown.
with open(results, "a") as file:
    print(name, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, sep="\t", file=file)
PYTHON
}

make_home() {
    mkdir -p -- "$1"
    printf '[repository bench]\npath = %s\nforeign = yes\n' "$2" >"$1/barograph.conf"
}

# The same objects by alternates, with refs of its own to move. HEAD names the main branch.
git clone -q --bare --shared "$repository" "$work/copy.git"
main=$(git -C "$work/copy.git" symbolic-ref HEAD)
new=$(git -C "$work/copy.git" rev-parse "$main")
git -C "$work/copy.git" rev-list --first-parent "$new" >"$work/line"
old=$new
while read -r commit; do
    old=$commit
    [ "$(git -C "$work/copy.git" rev-list --count "$commit..$new")" -lt 100 ] || break
done <"$work/line"
# Only the main branch, so that nothing else holds the newest commits.
git -C "$work/copy.git" for-each-ref --format='%(refname)' | grep -vxF "$main" |
    sed 's/^/delete /' | git -C "$work/copy.git" update-ref --stdin
added=$(git -C "$work/copy.git" rev-list --count "$old..$new")
git -C "$work/copy.git" update-ref "$main" "$old"
make_home "$work/before" "$work/copy.git"
"$program" -q -C "$work/before" mine
git -C "$work/copy.git" update-ref "$main" "$new"

newest() {
    git -C "$repository" for-each-ref --sort=-creatordate --format='%(refname:short)' refs/tags |
        grep -E '[0-9]+[._][0-9]+' | grep -viE 'rc|alpha|beta|pre|dev' | head -n 1
}
release=$(newest || true)
first=$(git -C "$repository" rev-list --max-parents=0 "${release:-HEAD}" | tail -n 1)

one_turn() {
    rm -rf -- "$work/fresh" "$work/hundred"
    make_home "$work/fresh" "$repository"
    measure "mine into a fresh database" "$program" -q -C "$work/fresh" mine
    measure "git log, all refs" git -C "$repository" log --no-merges --numstat --no-renames \
        --format=%H --all
    measure "git shortlog -sne --all" git -C "$repository" shortlog -sne --all
    measure "mine, nothing new" "$program" -q -C "$work/fresh" mine
    cp -r -- "$work/before" "$work/hundred"
    sync "$work/hundred/history.db" # else the first write waits until the disk has the copy
    measure "mine, $added new commits" "$program" -q -C "$work/hundred" mine
    if "$program" --help | grep -q '^  weather '; then
        measure "weather" "$program" -q -C "$work/fresh" weather
    fi
    if "$program" --help | grep -q '^  releases '; then
        measure "releases" "$program" -q -C "$work/fresh" releases
    fi
    if [ -n "$release" ]; then
        measure "figure commits" "$program" -q -C "$work/fresh" figure commits --range "$first..$release"
    else
        measure "figure commits" "$program" -q -C "$work/fresh" figure commits
    fi
}

# The table: medians, and each beside git's line counts and beside git shortlog.
print_table() {
    python3 - "$work/results" <<'PYTHON'
import statistics, sys

rows = {}
for line in open(sys.argv[1]):
    name, *numbers = line.rstrip("\n").split("\t")
    rows.setdefault(name, []).append([float(number) for number in numbers])
median = {name: [statistics.median(column) for column in zip(*runs)] for name, runs in rows.items()}
log, shortlog = median["git log, all refs"], median["git shortlog -sne --all"]
print("| run | wall s | CPU s | peak MB | wall / git log | CPU / git log | memory / git log | wall / shortlog |")
print("|---|---:|---:|---:|---:|---:|---:|---:|")
for name, (wall, cpu, memory) in median.items():
    print(f"| {name} | {wall:.3f} | {cpu:.3f} | {memory:.0f} | {wall / log[0]:.3f} | {cpu / log[1]:.3f}"
          f" | {memory / log[2]:.2f} | {wall / shortlog[0]:.3f} |")
PYTHON
}

# A fast-import stream of that many commits, always the same for the same number.
made_history() {
    python3 - "$1" <<'PYTHON'
import random, sys

commits, chance, out = int(sys.argv[1]), random.Random(1), sys.stdout.buffer
files = {}
for number in range(commits):
    message = b"change %d\n\nSigned-off-by: A <a%d@example.org>\n" % (number, number % 300)
    out.write(b"commit refs/heads/main\ncommitter A <a%d@example.org> %d +0000\ndata %d\n%s"
              % (number % 300, 1000000000 + number * 600, len(message), message))
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        name = b"d%d/f%d.c" % (chance.randrange(40), int(chance.paretovariate(0.7)) % 200)
        lines = files.setdefault(name, [b"line %d" % i for i in range(chance.randrange(20, 400))])
        at = chance.randrange(len(lines))
        lines[at:at + chance.randrange(4)] = [b"new %d" % chance.randrange(10**6)] * chance.randrange(4)
        if not lines:
            lines.append(b"start")
        text = b"\n".join(lines) + b"\n"
        out.write(b"M 100644 inline %s\ndata %d\n%s" % (name, len(text), text))
PYTHON
}

long_table() {
    local whole count home
    whole=$(git -C "$repository" rev-list --count --branches --tags)
    echo
    echo "| made history | wall s | CPU s | peak MB | rows | rows a second |"
    echo "|---|---:|---:|---:|---:|---:|"
    for count in $((whole / 2)) "$whole" $((whole * 10)); do
        git init -q --bare "$work/made.git"
        git -C "$work/made.git" symbolic-ref HEAD refs/heads/main
        made_history "$count" | git -C "$work/made.git" fast-import --quiet
        home=$work/made
        make_home "$home" "$work/made.git"
        : >"$work/results"
        measure "$count commits" "$program" -q -C "$home" mine
        python3 - "$work/results" "$home/history.db" <<'PYTHON'
import sqlite3, sys

name, wall, cpu, memory = open(sys.argv[1]).readline().rstrip("\n").split("\t")
database = sqlite3.connect(sys.argv[2])
rows = sum(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("commits", "changes"))
print(f"| {name} | {float(wall):.2f} | {float(cpu):.2f} | {float(memory):.0f} | {rows} | {rows / float(wall):.0f} |")
PYTHON
        rm -rf -- "$work/made.git" "$home"
    done
}

for _ in $(seq "$runs"); do
    one_turn
done
echo "$(git -C "$repository" rev-list --count --branches --tags) commits, $runs runs in turn, $(nproc) cores, $(git --version)"
echo
print_table
if [ "$long" = yes ]; then
    long_table
fi
