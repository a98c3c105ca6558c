#!/usr/bin/env bash
# Packages all that may be published, and prints the files. The other packages say `publish = false`.
# What compiles them is a dry run of the publication, or a service that depends on them.
# Its options are those of `cargo package`. Needs jq.
set -euo pipefail
cd "$(dirname "$0")/.."
target=$PWD/target
[ -z "${CARGO_TARGET_DIR:-}" ] || target=$CARGO_TARGET_DIR

mapfile -t packages < <(cargo metadata --format-version 1 --no-deps |
  jq --raw-output '.packages[] | select(.publish == null) | "--package=\(.name)"')
[ ${#packages[@]} -gt 0 ] || { echo "no package may be published" >&2; exit 1; }
rm -rf "$target/package"
cargo package --quiet --no-verify "$@" "${packages[@]}" >&2
ls "$target"/package/*.crate
