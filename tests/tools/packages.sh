#!/usr/bin/env bash
# The one list of Debian packages that building and testing need; installs what is missing.
# Without anything missing it touches neither apt nor the network.
#
#   packages.sh build          to build the program
#   packages.sh build test     and to run its tests
set -euo pipefail

declare -A needs=(
    # gnupg signs advisories, and verifies them.
    [build]="build-essential cmake ninja-build pkg-config git gnupg
             libglib2.0-dev libgit2-dev zlib1g-dev libsqlite3-dev libjansson-dev libxml2-dev
             libgpgme-dev libcurl4-openssl-dev libgmime-3.0-dev"
    # clang with its sanitizers for the debug build; file for the .deb; groff-base for the manual;
    # dovecot-imapd and openssl for a mailbox on a server; aiosmtpd and exim4 for mail servers, one
    # that fails on order and a real one; dirmngr and ca-certificates for keys that a domain
    # publishes; chromium opens the pages, xmllint reads the feeds.
    [test]="clang clang-format clang-tidy libclang-rt-14-dev llvm shellcheck
            python3 python3-pytest file groff-base dovecot-imapd openssl
            python3-aiosmtpd exim4-daemon-light dirmngr ca-certificates
            chromium libxml2-utils"
)

say() {
    printf '%s\n' "$*" >&2
}

# Prints those of its arguments that are not installed.
missing() {
    local installed name
    installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
    for name in "$@"; do
        grep -qxF "$name installed" <<<"$installed" || printf '%s\n' "$name"
    done
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        say "This needs root, and there is no sudo. As root, run: $*"
        return 1
    fi
}

install() {
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -y -qq --no-install-recommends install "$@" </dev/null >&2
}

wanted=()
for group in "$@"; do
    if [ -z "${needs[$group]-}" ]; then
        say "usage: packages.sh build [test]"
        exit 64
    fi
    read -r -d '' -a names <<<"${needs[$group]}" || true
    wanted+=("${names[@]}")
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "This is no Debian system. The build needs what these Debian packages hold: ${wanted[*]}"
    exit 0
fi
mapfile -t lacking < <(missing "${wanted[@]}")
[ "${#lacking[@]}" -gt 0 ] || exit 0

say "Installing from Debian: ${lacking[*]}"
# Package lists may be absent or old; they are fetched only then.
if ! install "${lacking[@]}" 2>/dev/null; then
    as_root apt-get -qq update </dev/null >&2
    install "${lacking[@]}"
fi
