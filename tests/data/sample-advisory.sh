#!/usr/bin/env bash
# A storm warning of the sample project, from the draft to the public site, on a clock of its own and
# with a key that is thrown away.
#
#   sample-advisory.sh PROGRAM HOME      HOME was mined from sample-project.sh's repository
#
# HOME/storm is made anew each time: a home of its own, with security/ and site/ in it.
set -euo pipefail

if [ $# -ne 2 ]; then
    echo "usage: sample-advisory.sh PROGRAM HOME" >&2
    exit 64
fi
program=$1
home=$2/storm
sample=$2/sample/lantern

rm -rf -- "$home"
mkdir -p -- "$home/templates/advisory"
# The path is short, for gpg's sockets are in it.
GNUPGHOME=$(mktemp -d /tmp/storm.XXXXXX)
export GNUPGHOME
# shellcheck disable=SC2329
clean() {
    gpgconf --kill all 2>/dev/null || true
    rm -rf -- "$GNUPGHOME"
}
trap clean EXIT

say() {
    printf '\n== %s\n' "$*"
}

# run CLOCK WORD...: says what is run, and runs it at that moment; its status is shown, and kept.
run() {
    local clock=$1 status=0
    shift
    printf '\n[%s] $ barograph' "$clock"
    printf ' %s' "$@"
    printf '\n'
    BAROGRAPH_NOW=$clock "$program" -C "$home" "$@" 2>&1 || status=$?
    [ "$status" -eq 0 ] || printf '(exit status %d)\n' "$status"
    return "$status"
}

set_key() {
    sed -i "s|^$2=.*|$2=$3|" "$1"
}

gpg --batch --quiet --pinentry-mode loopback --passphrase '' \
    --quick-generate-key 'Lantern security <security@lantern.example>' ed25519 sign never 2>/dev/null
fingerprint=$(gpg --batch --quiet --with-colons --list-keys | awk -F: '/^fpr/ { print $10; exit }')
cat >"$home/barograph.conf" <<CONF
[project]
name = Lantern
[repository lantern]
path = lantern.git
product = Lantern
public-url = https://git.lantern.example/lantern.git
labels = lantern-unstable:main;Lantern *:stable-*
[advisories]
policies = xen
signing-key = $fingerprint
[publish]
url = https://lantern.example/security/
namespace = https://lantern.example
contact = security@lantern.example
cve-organisation = 11111111-2222-4333-8444-555555555555
cve-short-name = lantern
CONF
printf '[heading]\nwords=Lantern Security Advisory\n' >"$home/templates/advisory/layout.conf"

# The history as it was in October: the fix is not pushed before the embargo ends.
repository=$home/lantern.git
fix_of() {
    git -C "$sample" log -1 --format=%H --grep='^This is XSA-5 ' "$1"
}
git clone --quiet --bare --no-hardlinks "$sample" "$repository"
for branch in main stable-1.1; do
    git -C "$repository" update-ref "refs/heads/$branch" "$(fix_of "$branch")^"
done
git -C "$repository" tag -d v1.1.1 nightly-build >/dev/null
BAROGRAPH_NOW=2020-10-12T08:00:00Z "$program" -C "$home" --quiet mine

say "A draft: prose, a few keys, and the patches"
printf 'a queue of signals may grow without a bound\n' |
    run 2020-10-12T14:00:00Z advisory new --number 5 --title -
draft=$home/security/xsa-5
cat >"$draft/advisory.txt" <<'PROSE'
ISSUE DESCRIPTION
=================

A ship that answers every signal fills the queue of the fog horn, for which
nobody asks how long it is.

IMPACT
======

A ship in reach of the horn can keep it from sounding.

VULNERABLE SYSTEMS
==================

Lanterns that sound the horn every thirty seconds, Lantern 1.0 and later.

MITIGATION
==========

Sounding the horn by hand avoids the problem.
PROSE
git -C "$sample" format-patch -1 --stdout --no-signature "$(fix_of main)" >"$draft/xsa5.patch"
git -C "$sample" format-patch -1 --stdout --no-signature "$(fix_of stable-1.1)" \
    >"$draft/xsa5-1.1.patch"
set_key "$draft/record.conf" audience public
set_key "$draft/record.conf" cves CVE-2020-99905
set_key "$draft/record.conf" credits 'Dee of Example'
set_key "$draft/record.conf" reported 2020-10-12T13:30:00Z
set_key "$draft/record.conf" predisclosure 2020-10-20T12:00:00Z
set_key "$draft/record.conf" public 2020-11-03T12:00:00Z
sed -i 's|^\[patches\]$|&\nxsa5.patch=lantern-unstable\nxsa5-1.1.patch=Lantern 1.1.x|' \
    "$draft/record.conf"
run 2020-10-15T09:00:00Z advisory lint 5

say "Signed once; from here on nothing of it changes"
run 2020-10-19T09:00:00Z advisory freeze 5

say "One second early, and at the moment"
run 2020-11-03T11:59:59Z publish 5 || true
run 2020-11-03T12:00:00Z publish 5

say "The fix is pushed and released; the pages know"
git -C "$repository" fetch --quiet --force "$sample" '+refs/heads/*:refs/heads/*' \
    '+refs/tags/*:refs/tags/*'
run 2021-12-01T08:00:00Z mine
run 2021-12-01T08:00:00Z resolve 5
run 2021-12-01T08:00:00Z publish
