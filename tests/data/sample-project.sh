#!/bin/sh
# Makes the sample project: a small git history, the same objects on every machine and every run.
#
#   sample-project.sh OUTDIR
#
# OUTDIR/lantern   the repository, with a work tree; what happens in it is in sample-history.txt
# OUTDIR/people    employers.tsv, to be copied into a home
set -eu

here=$(cd -- "$(dirname -- "$0")" && pwd)
if [ $# -ne 1 ]; then
    echo "usage: sample-project.sh OUTDIR" >&2
    exit 64
fi

# Nobody's configuration, and no repository around us, may change what is made.
for variable in $(git rev-parse --local-env-vars); do
    unset "$variable"
done
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0
export GIT_AUTHOR_NAME='Cyd Marlowe' GIT_AUTHOR_EMAIL=cyd@fjord.example
export GIT_COMMITTER_NAME="$GIT_AUTHOR_NAME" GIT_COMMITTER_EMAIL="$GIT_AUTHOR_EMAIL"
export GIT_AUTHOR_DATE='2020-05-12T10:00:00+0200' GIT_COMMITTER_DATE='2020-05-12T10:00:00+0200'
export LC_ALL=C TZ=UTC

mkdir -p -- "$1"
out=$(cd -- "$1" && pwd)
new=$out/new.$$
trap 'rm -rf -- "$new"' EXIT
trap 'exit 130' INT TERM
mkdir -- "$new"

git -c init.defaultBranch=main init -q -b main --template= "$new/lantern"
marks=$new/marks
: >"$marks"
# A message can name only commits that are there already, so the history is made in phases.
phases=$(grep -c '^---' "$here/sample-history.txt")
phase=0
while [ "$phase" -le "$phases" ]; do
    awk -v phase="$phase" -v marks="$marks" -f "$here/sample-project.awk" \
        "$here/sample-history.txt" >"$new/stream"
    git -C "$new/lantern" -c fastimport.unpackLimit=0 fast-import --quiet \
        --import-marks="$marks" --export-marks="$marks" <"$new/stream"
    phase=$((phase + 1))
done

# A tag of a tag, as some projects have them.
git -C "$new/lantern" -c advice.nestedTag=false \
    tag -a --no-sign -m 'lantern 1.1.0, second candidate' v1.1.0-rc2 built-1.1.0-rc2
git -C "$new/lantern" tag -d built-1.1.0-rc2 >/dev/null
git -C "$new/lantern" branch -q -D topic-radio topic-wind
git -C "$new/lantern" reset -q --hard main

mkdir -- "$new/people"
sed -n '/^employers$/,/^$/{/^employers$/d;/^$/d;s/ *| */\t/g;p;}' "$here/sample-history.txt" \
    >"$new/people/employers.tsv"

rm -rf -- "$out/lantern" "$out/people"
mv -- "$new/lantern" "$new/people" "$out/"
