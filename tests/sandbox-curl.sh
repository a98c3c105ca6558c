#!/usr/bin/env bash
# Runs the curl script of the sandbox's README against the binary, over HTTP and over TLS.
# Needs curl.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v curl >/dev/null || { echo "curl is missing: install it with your package manager" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"; [ -z "${pid:-}" ] || kill "$pid" 2>/dev/null || true' EXIT
sed -n '/^```sh$/,/^```$/{//!p}' crates/sandbox/README.md >"$work/pay.sh"
[ -s "$work/pay.sh" ] || { echo "crates/sandbox/README.md has no sh block" >&2; exit 1; }
cargo build --quiet -p bigcommerce-sandbox
binary="${CARGO_TARGET_DIR:-target}/debug/bigcommerce-sandbox"

announced() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$work/ready"; }

pay() {
  : >"$work/ready"
  "$binary" --quiet "$@" >"$work/ready" &
  pid=$!
  until grep -q access_token "$work/ready"; do
    kill -0 "$pid" || { echo "the sandbox did not start" >&2; exit 1; }
    sleep 0.1
  done
  API=$(announced api_url) PAYMENTS=$(announced payments_url) sh "$work/pay.sh" | tee "$work/paid"
  kill "$pid"
  wait "$pid"
  pid=
  grep -q '"status":"success"' "$work/paid"
  grep -q '"status_id":11' "$work/paid"
}

pay
CURL_CA_BUNDLE="$work/ca.pem" pay --tls --ca-file "$work/ca.pem"
echo "The README's curl script pays an order over HTTP and over TLS."
