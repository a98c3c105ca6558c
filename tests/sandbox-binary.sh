#!/usr/bin/env bash
# Pays orders against the sandbox's binary, over HTTP and over TLS: with the curl script of its
# README, and with the example of the facade.
# Needs curl.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v curl >/dev/null || { echo "curl is missing: install it with your package manager" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"; [ -z "${pid:-}" ] || kill "$pid" 2>/dev/null || true' EXIT
sed -n '/^```sh$/,/^```$/{//!p}' crates/sandbox/README.md >"$work/pay.sh"
[ -s "$work/pay.sh" ] || { echo "crates/sandbox/README.md has no sh block" >&2; exit 1; }
cargo build --quiet --bin bigcommerce-sandbox --example charge
target="${CARGO_TARGET_DIR:-target}/debug"

announced() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$work/ready"; }

pay() {
  : >"$work/ready"
  "$target/bigcommerce-sandbox" --quiet "$@" >"$work/ready" &
  pid=$!
  until grep -q access_token "$work/ready"; do
    kill -0 "$pid" || { echo "the sandbox did not start" >&2; exit 1; }
    sleep 0.1
  done
  API=$(announced api_url) PAYMENTS=$(announced payments_url) sh "$work/pay.sh" | tee "$work/paid"
  BIGCOMMERCE_API_URL=$(announced api_url) BIGCOMMERCE_PAYMENTS_URL=$(announced payments_url) \
    BIGCOMMERCE_STORE_HASH=$(announced store_hash) BIGCOMMERCE_ACCESS_TOKEN=$(announced access_token) \
    BIGCOMMERCE_ORDER_ID=215 "$target/examples/charge" | tee "$work/charged"
  kill "$pid"
  wait "$pid"
  pid=
  grep -q '"status":"success"' "$work/paid"
  grep -q '"status_id":11' "$work/paid"
  grep -q '"status": "success"' "$work/charged"
}

pay
CURL_CA_BUNDLE="$work/ca.pem" SSL_CERT_FILE="$work/ca.pem" pay --tls --ca-file "$work/ca.pem"
echo "The curl script and the example pay orders over HTTP and over TLS."
