#!/usr/bin/env bash
# Builds the program and prints a weather report: of a repository, or of a made-up sample project.
# Of the sample project it also plays a storm warning, from the draft to the public page.
#
#   ./demo.sh                 the sample project, in build/demo
#   ./demo.sh REPOSITORY      a path to a clone, bare or not, or a URL; in build/demo-NAME
#
# BAROGRAPH_DEMO names another folder to work in. May be run again at any time: what is there stays.
set -euo pipefail

usage() {
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
}

say() {
    printf '\n== %s\n' "$*" >&2
}

case ${1-} in
-h | --help)
    usage
    exit 0
    ;;
esac
if [ $# -gt 1 ] || [[ ${1-} == -* ]]; then
    usage >&2
    exit 64
fi

# Paths are meant from where the caller stands; the work is done from the project's folder.
source=${1-}
home=${BAROGRAPH_DEMO-}
fetch=()
case $source in
'') ;;
*://*) fetch=(--fetch) ;;
*)
    if [ ! -d "$source" ]; then
        echo "demo.sh: there is no folder $source" >&2
        exit 66
    fi
    source=$(cd -- "$source" && pwd)
    ;;
esac
if [ -n "$home" ]; then
    mkdir -p -- "$home"
    home=$(cd -- "$home" && pwd)
fi
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

say "What the build needs"
tests/tools/packages.sh build
say "Building build/release"
cmake --preset release >&2
cmake --build --preset release --target barograph >&2
barograph=$PWD/build/release/barograph

people=
if [ -z "$source" ]; then
    home=${home:-$PWD/build/demo}
    say "Making the sample project in $home/sample"
    tests/data/sample-project.sh "$home/sample"
    source=$home/sample/lantern
    people=$home/sample/people
else
    name=$(basename -- "${source%/}" .git)
    home=${home:-$PWD/build/demo-$name}
fi
mkdir -p -- "$home"

# The home remembers whose it is, so that one demo does not count another's repository.
if [ -f "$home/demo-source" ] && [ "$(cat -- "$home/demo-source")" != "$source" ]; then
    echo "demo.sh: $home belongs to $(cat -- "$home/demo-source"): remove it, or set BAROGRAPH_DEMO" >&2
    exit 73
fi
if [ ! -f "$home/barograph.conf" ]; then
    say "barograph init $source"
    "$barograph" -C "$home" init "$source"
    printf '%s\n' "$source" >"$home/demo-source"
    [ -z "$people" ] || cp -- "$people"/* "$home/people/"
fi
say "barograph mine"
"$barograph" -C "$home" mine "${fetch[@]}"
say "barograph weather"
"$barograph" -C "$home" weather --format html --output "$home/weather.html"
"$barograph" -C "$home" weather --format text

printf '\nThe same as a page: %s\n' "$home/weather.html"
[ -n "$people" ] || exit 0

say "A storm warning of the sample project, from the draft to the public page"
tests/data/sample-advisory.sh "$barograph" "$home"
printf '\nThe public site: %s\n' "$home/storm/site"
