#!/usr/bin/env bash
# Builds the program and runs its tests; one door: ctest.
#
#   ./test.sh                      unit, cli, lint and real on the release build (gcc),
#                                  unit and cli again under clang's sanitizers
#   ./test.sh LABEL...             only these: unit cli lint real bench
#   ./test.sh ... -- ARGUMENT...   the rest goes to ctest: ./test.sh unit -- -R clock
#   ./test.sh tidy                 all of clang-tidy, with the static analyser, by its own build
#
# The real history is tested where BAROGRAPH_XEN names a clone of xen.git; else those tests skip.
# bench measures against git and runs only when asked for.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

usage() {
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' test.sh
}

say() {
    printf '\n== %s\n' "$*"
}

labels=()
while [ $# -gt 0 ]; do
    case $1 in
    unit | cli | lint | real | bench | tidy) labels+=("$1") ;;
    --)
        shift
        break
        ;;
    -h | --help)
        usage
        exit 0
        ;;
    *)
        usage >&2
        exit 64
        ;;
    esac
    shift
done
more=("$@")
[ ${#labels[@]} -gt 0 ] || labels=(unit cli lint real)

wanted() {
    local label
    for label in "${labels[@]}"; do
        [ "$label" != "$1" ] || return 0
    done
    return 1
}

results=build/test-results
passed=0 failed=0

build() {
    say "Building build/$1"
    cmake --preset "$1" && cmake --build --preset "$1"
}

# Counts what ctest wrote: a run that wrote nothing is one failure.
count() {
    local all bad
    all=$(grep -c '<testcase ' "$1" || true)
    bad=$(grep -cE '<testcase .*status="(fail|notrun)"' "$1" || true)
    if [ "${all:-0}" -eq 0 ]; then
        failed=$((failed + 1))
        return
    fi
    passed=$((passed + all - bad))
    failed=$((failed + bad))
}

# Runs the tests of one build with the labels that were asked for among those given.
run() {
    local preset=$1 label pattern=
    shift
    for label in "$@"; do
        ! wanted "$label" || pattern+="${pattern:+|}$label"
    done
    [ -n "$pattern" ] || return 0
    if ! build "$preset"; then
        failed=$((failed + 1))
        return
    fi
    say "Testing build/$preset: ${pattern//|/ }"
    rm -f "$results/$preset.xml"
    # Bench measures: nothing else may run beside it.
    local jobs=2
    [ "$pattern" != bench ] || jobs=1
    ctest --preset "$preset" -j "$jobs" -L "^($pattern)\$" --no-tests=error \
        --output-junit "$PWD/$results/$preset.xml" "${more[@]}" || true
    count "$results/$preset.xml"
}

exec </dev/null
tests/tools/packages.sh build test
tests/tools/checkers.sh
mkdir -p "$results"
run release unit cli lint real
run debug unit cli
run release bench
if wanted tidy; then
    if build tidy; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
fi

printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
