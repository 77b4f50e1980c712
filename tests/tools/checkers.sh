#!/usr/bin/env bash
# Other people's checkers of what is published (CSAF, JSON schemas, accessibility), from npm into
# build/checkers. The tests that need them skip, with a clear line, where they could not be had;
# with everything there it touches neither npm nor the network.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/checkers"

folder=../../../build/checkers

missing() {
    printf 'The checkers of published documents are not there, and their tests will skip: %s\n' "$1" >&2
    exit 0
}

mkdir -p "$folder"
if [ -d "$folder/node_modules" ] && cmp -s package-lock.json "$folder/package-lock.json"; then
    exit 0
fi
command -v npm >/dev/null || missing "there is no npm"
# What was begun and not ended is never taken for whole: the lock file comes last.
rm -f "$folder/package-lock.json"
staging=$(mktemp -d "$folder/new.XXXXXX")
trap 'rm -rf "$staging"' EXIT
cp package.json package-lock.json "$staging"
if ! (cd "$staging" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >&2; then
    missing "npm could not fetch them"
fi
rm -rf "$folder/node_modules"
mv "$staging/node_modules" "$folder/node_modules"
cp package.json "$folder"
cp package-lock.json "$folder"
