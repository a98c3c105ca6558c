#!/usr/bin/env bash
# What the crates depend on: each dependency is used; what services compile is under licences they can
# live with, and in one version each (.cargo/deny.toml); and whatever is published compiles with
# each choice of its features, without a warning.
# Needs pkg-config with the headers of OpenSSL for native-tls. Known vulnerabilities are looked for by
# .github/workflows/advisories.yml, since they are in a database that is not in a registry.
set -euo pipefail
cd "$(dirname "$0")/.."
tests/cargo-tool.sh cargo-machete
tests/cargo-tool.sh cargo-deny
tests/cargo-tool.sh cargo-hack

cargo machete
cargo deny check bans licenses sources
# The names left out are rustls and the command line once more.
cargo hack clippy --workspace --ignore-private --feature-powerset --skip default,default-tls -- -D warnings
echo "dependencies passed"
