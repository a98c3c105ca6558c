#!/usr/bin/env bash
# Payments per second that the sandbox takes from wrk on the same machine. Every request is a
# payment of an order of its own, with a payment access token of its own.
# Needs wrk, curl and jq. SECONDS_LONG sets how long; ORDERS how many orders are made for it.
set -euo pipefail
cd "$(dirname "$0")/../../.."
for tool in wrk curl jq; do
  command -v "$tool" >/dev/null || { echo "$tool is missing: install it with your package manager" >&2; exit 1; }
done
seconds=${SECONDS_LONG:-10}
orders=${ORDERS:-400000}

cargo build --quiet --release -p bigcommerce-sandbox
work=$(mktemp -d)
"${CARGO_TARGET_DIR:-target}/release/bigcommerce-sandbox" --quiet --no-rate-limit >"$work/ready" &
pid=$!
trap 'kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT
until grep -q access_token "$work/ready"; do sleep 0.1; done
announced() { jq -r ".$1" "$work/ready"; }

store=$(announced store_hash)
curl -sS --fail-with-body "$(announced admin_url)/stores/$store/payable-orders" \
  -H 'Content-Type: application/json' -d "{\"count\": $orders, \"total\": \"60.98\"}" |
  jq -r '.[].payment_access_token' >"$work/tokens"

TOKENS="$work/tokens" wrk --threads 1 --connections 32 --duration "${seconds}s" \
  --script crates/bench/sandbox/payments.lua "$(announced payments_url)/stores/$store/payments"
captures=$(curl -sS "$(announced admin_url)/ledger" | jq length)
echo "Captures in the ledger: $captures"
