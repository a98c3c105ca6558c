#!/usr/bin/env bash
# Installs this repository's version of a subcommand of cargo, if it is not the one that is there.
set -euo pipefail
declare -A versions=(
  [cargo-deny]=0.20.2
  [cargo-hack]=0.6.46
  [cargo-machete]=0.9.2
  # Knows the output of rustdoc of some Rust versions only: this one of 1.93 and later.
  [cargo-semver-checks]=0.51.0
)
# Their authors optimize them as a whole, which takes longer than all that they do here.
export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1
cargo install --locked "$1@${versions[$1]}"
