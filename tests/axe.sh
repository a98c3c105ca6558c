#!/usr/bin/env bash
# Fetches a pinned version of axe, a public accessibility checker, from the npm registry into
# target/, and prints where it is. Needs npm.
set -euo pipefail
cd "$(dirname "$0")/.."
version=4.10.3
target=$PWD/${CARGO_TARGET_DIR:-target}
folder=$target/axe-core-$version
if [ ! -f "$folder/package/axe.min.js" ]; then
  command -v npm >/dev/null || { echo "npm is missing: install it with your package manager" >&2; exit 1; }
  mkdir -p "$folder"
  (cd "$folder" && npm pack --silent "axe-core@$version" >/dev/null && tar -xzf "axe-core-$version.tgz")
fi
echo "$folder/package/axe.min.js"
