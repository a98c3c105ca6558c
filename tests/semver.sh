#!/usr/bin/env bash
# Holds what services call, of the facade and of the journal, against the last release, or, before there is
# one, against the first commit that packages: a version that breaks a caller says so by its number.
# Needs git with the history, and pkg-config with the headers of OpenSSL for native-tls.
set -euo pipefail
cd "$(dirname "$0")/.."
tests/cargo-tool.sh cargo-semver-checks

[ "$(git rev-parse --is-shallow-repository)" = false ] || git fetch --quiet --unshallow --tags
baseline=$(git describe --tags --match 'v[0-9]*' --abbrev=0 2>/dev/null) ||
  baseline=$(git log --format=%H --diff-filter=A -- tests/packages.sh | tail -1)
[ -n "$baseline" ] || { echo "no commit that packages is in the history" >&2; exit 1; }
git log -1 --format='Held against %h, %s' "$baseline"
cargo semver-checks --baseline-rev "$baseline" \
  --package bigcommerce-payments --package bigcommerce-payments-journal
