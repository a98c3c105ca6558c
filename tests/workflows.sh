#!/usr/bin/env bash
# The workflows of GitHub, checked without a network by zizmor.
set -euo pipefail
cd "$(dirname "$0")/.."

version=1.32.0
folder=${CARGO_TARGET_DIR:-$PWD/target}/zizmor-$version
if [ ! -x "$folder/bin/zizmor" ]; then
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet "zizmor==$version"
fi
"$folder/bin/zizmor" --offline --persona=pedantic .github
