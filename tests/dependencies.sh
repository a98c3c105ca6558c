#!/usr/bin/env bash
# What the crates depend on: each dependency is used, and what services compile is under licences that
# they can live with, and in one version each (.cargo/deny.toml). Known vulnerabilities are looked for
# by .github/workflows/advisories.yml, since they are in a database that is not in a registry.
set -euo pipefail
cd "$(dirname "$0")/.."
tests/cargo-tool.sh cargo-machete
tests/cargo-tool.sh cargo-deny

cargo machete
cargo deny check bans licenses sources
