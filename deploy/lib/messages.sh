# shellcheck shell=bash
# What the scripts tell. Sourced by quickstart and test.

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
    say "$*"
    exit 1
}
