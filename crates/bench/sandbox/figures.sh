#!/usr/bin/env bash
# Measures the test store, and prints crates/sandbox/docs/figures.md; with --write, writes it.
#   Payments per second at 1, 8 and 64 connections, beside Prism, a public mock server that answers
#   from the same OpenAPI document and remembers nothing; in pairs of runs, in rounds for which both
#   are started anew, as for a run of somebody's tests.
#   The memory of a million payments, each of which is asked for again.
#   Payments per second with the page open in a browser, with that million kept; in pairs of runs,
#   of which there are more, since what is looked for is less than what single runs differ by.
# Needs wrk, curl, jq, ss, npm with Node, and Chromium, and nothing else to do for the machine.
# SECONDS_LONG is the length of a run, ROUNDS how many rounds there are beside Prism, PAGE_ROUNDS how
# many pairs with the page, and PAYMENTS how many are kept.
set -euo pipefail
cd "$(dirname "$0")/../../.."
for tool in wrk curl jq ss npm chromium; do
  command -v "$tool" >/dev/null || { echo "$tool is missing: install it with your package manager" >&2; exit 1; }
done
seconds=${SECONDS_LONG:-4} rounds=${ROUNDS:-7} page_rounds=${PAGE_ROUNDS:-15} payments=${PAYMENTS:-1000000}
version=5.16.0
target=$PWD/${CARGO_TARGET_DIR:-target}
scripts=crates/bench/sandbox
page=crates/sandbox/docs/figures.md

work=$(mktemp -d)
trap 'for it in $(jobs -p); do kill "$it" 2>/dev/null || true; done; wait; rm -rf "$work"' EXIT
fail() { echo "error: $*" >&2; exit 1; }
# Not the environment's proxies.
export no_proxy='*' NO_PROXY='*'

announced() { jq -r ".$1" "$work/ready"; }
admin() { curl -sS --fail-with-body -H 'Content-Type: application/json' "$(announced admin_url)$1" "${@:2}"; }
ledger_count() { admin /state | jq '.stores[0].ledger_count'; }
resident_kb() { awk '/^VmRSS/ { print $2 }' "/proc/$sandbox/status"; }
resident_mb() { echo $(($(resident_kb) * 1024 / 1000000)); }
load() { cut -d' ' -f1 /proc/loadavg; }

start_sandbox() {
  : >"$work/ready"
  "$target/release/bigcommerce-sandbox" --quiet --no-rate-limit >"$work/ready" &
  sandbox=$!
  until grep -q access_token "$work/ready"; do sleep 0.1; done
  store=$(announced store_hash)
  url=$(announced payments_url)/stores/$store/payments
}

start_prism() {
  port=$(node -e 'const it = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(it.address().port); it.close(); })')
  "$prism/node_modules/.bin/prism" mock --host 127.0.0.1 --port "$port" --verboseLevel silent \
    crates/sandbox/openapi/processing.json >"$work/prism" 2>&1 &
  prism_pid=$!
  until curl -sS -o /dev/null "http://127.0.0.1:$port/" 2>/dev/null; do
    kill -0 "$prism_pid" || fail "Prism did not start: $(cat "$work/prism")"
    sleep 0.2
  done
}

stop() {
  kill "$1"
  wait "$1" 2>/dev/null || true
}

# Makes orders with a token each, for the runs after it.
make_orders() {
  : >"$work/tokens"
  for ((made = 0; made < $1; made += 20000)); do
    admin "/stores/$store/payable-orders" -d '{"count": 20000, "total": "60.98"}' |
      jq -r '.[].payment_access_token' >>"$work/tokens"
  done
}

# run URL CONNECTIONS: payments, and what came of them.
run() {
  TOKENS=$work/tokens wrk --threads 1 --connections "$2" --duration "${seconds}s" \
    --script "$scripts/payments.lua" "$1" | tail -1 >"$work/run"
  [ "$(jq '.refused + .broken' "$work/run")" = 0 ] || fail "not every request was answered as it should be: $(cat "$work/run")"
}

# The same, where each is a payment in the ledger.
run_sandbox() {
  make_orders $((seconds * 45000))
  local before
  before=$(ledger_count)
  run "$url" "$1"
  local paid=$(($(ledger_count) - before)) answered
  answered=$(jq .requests "$work/run")
  ((paid >= answered && paid <= answered + $1)) || fail "$answered payments were answered, and $paid made"
}

# note NAME CONNECTIONS ROUND
note() {
  jq -c --arg what "$1" --argjson at "$2" --argjson round "$3" \
    '{what: $what, at: $at, round: $round, rate: (.requests / .seconds), p99_ms}' "$work/run" | tee -a "$work/runs" >&2
}

open_page() {
  chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --user-data-dir="$work/profile" --window-size=1280,1400 \
    --remote-debugging-port=0 "$(announced admin_url)/" >/dev/null 2>&1 &
  browser=$!
  local port
  port=$(announced admin_url)
  until ss -Htn state established "dport = :${port##*:}" | grep -q .; do
    kill -0 "$browser" 2>/dev/null || fail "the browser ended"
    sleep 0.2
  done
  sleep 3
}

# Orders as the V2 API makes them, and what each of them takes besides its payment.
measure_v2_orders() {
  local empty made
  empty=$(resident_kb)
  TOKEN=$(announced access_token) wrk --threads 1 --connections 8 --duration "$((4 * seconds))s" --script "$scripts/orders.lua" \
    "$(announced api_url)/stores/$store/v2/orders" >/dev/null
  made=$(admin /state | jq '.stores[0].order_count')
  order_bytes=$((($(resident_kb) - empty) * 1024 / made))
  echo "$made V2 orders: $order_bytes bytes each" >&2
}

cargo build --quiet --release -p bigcommerce-sandbox
prism=$target/prism-$version
[ -x "$prism/node_modules/.bin/prism" ] ||
  npm install --silent --no-fund --no-audit --prefix "$prism" "@stoplight/prism-cli@$version"
started_at_load=$(load)

for ((round = 1; round <= rounds; round++)); do
  start_sandbox
  # Prism takes any token.
  make_orders 20000
  start_prism
  for connections in 1 8 64; do
    # What one run leaves behind does not always meet the same one.
    for which in $( ((round % 2)) && echo prism sandbox || echo sandbox prism); do
      if [ "$which" = prism ]; then run "http://127.0.0.1:$port/payments" "$connections"; else run_sandbox "$connections"; fi
      note "$which" "$connections" "$round"
    done
  done
  stop "$prism_pid"
  stop "$sandbox"
done

start_sandbox
measure_v2_orders
stop "$sandbox"

start_sandbox
empty=$(resident_mb)
for ((paid = 0; paid < payments; paid += 20000)); do
  make_orders 20000
  TOKENS=$work/tokens COUNT=20000 wrk --threads 1 --connections 32 --duration 600s \
    --script "$scripts/payments.lua" "$url" >/dev/null
done
full=$(resident_mb)
kept=$(ledger_count)
((kept == paid)) || fail "of $paid payments, $kept are in the ledger"
seq 100001 $((100000 + paid)) >"$work/orders"
found=$(ORDERS=$work/orders COUNT=$paid STORE=/stores/$store/v3/orders TOKEN=$(announced access_token) wrk --threads 1 \
  --connections 32 --duration 1200s --script "$scripts/lookups.lua" "$(announced api_url)" | tail -1 | jq .found)
((found == paid)) || fail "of $paid payments, $found are found again"
echo "$paid payments: $empty MB before, $full MB after, $found found again" >&2

for ((round = 1; round <= page_rounds; round++)); do
  for which in $( ((round % 2)) && echo without with || echo with without); do
    if [ "$which" = with ]; then open_page; fi
    run_sandbox 32
    if [ "$which" = with ]; then stop "$browser"; fi
    note "$which" 32 "$round"
  done
done

model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)
machine="$(nproc) cores (${model:-unknown}), $(uname -sr), load $started_at_load before and $(load) after"
jq -rs --arg machine "$machine" --arg prism "$version" --argjson paid "$paid" --argjson found "$found" \
  --argjson order_bytes "$order_bytes" --argjson empty "$empty" --argjson full "$full" --argjson seconds "$seconds" \
  --argjson rounds "$rounds" --argjson page_rounds "$page_rounds" '
  def median: sort | (.[(length - 1) / 2 | floor] + .[length / 2 | floor]) / 2;
  def rates($what; $at): [.[] | select(.what == $what and .at == $at)] | sort_by(.round) | map(.rate);
  def ratios($a; $b; $at): [rates($a; $at), rates($b; $at)] | transpose | map(.[0] / .[1]);
  def digits($n): . * pow(10; $n) | round / pow(10; $n);
  def p99($what): [.[] | select(.what == $what) | .p99_ms] | median | digits(1);
  . as $runs |
  "# What the test store takes

`crates/bench/sandbox/figures.sh --write` measures this again, in one run. wrk, in one thread, makes
the payments, with a token and an order each, on the machine that it measures. Rates are medians of
runs of \($seconds) s, and ratios are medians of the ratios of pairs.

## Payments per second

Prism \($prism) answers from the OpenAPI document of the payments host, and remembers nothing. In each
of \($rounds) rounds both are started anew, as for a run of somebody'"'"'s tests, and take the three rows
in turn.

| connections | test store | Prism | ratio | lowest ratio |
|---|---|---|---|---|",
  ((1, 8, 64) as $at | $runs | ratios("sandbox"; "prism"; $at) as $ratios |
    "| \($at) | \(rates("sandbox"; $at) | median | round) | \(rates("prism"; $at) | median | round) " +
    "| \($ratios | median | digits(1)) | \($ratios | min | digits(1)) |"),
  "
## Memory

| payments kept | answered again | resident before | resident after | bytes per payment |
|---|---|---|---|---|
| \($paid) | \($found) | \($empty) MB | \($full) MB | \(($full - $empty) * 1000000 / $paid | round) |

These orders have a total and no more. One that was made through the V2 API with an address and two
lines takes \($order_bytes) bytes with them, before it is paid.

## With the page open

The page is open in headless Chromium on the same machine, and \($paid) payments and more are kept;
\($page_rounds) pairs.

| | payments per second | p99 |
|---|---|---|
| without the page | \(rates("without"; 32) | median | round) | \(p99("without")) ms |
| with the page | \(rates("with"; 32) | median | round) | \(p99("with")) ms |
| ratio | \(ratios("with"; "without"; 32) | median | digits(3)) | |

Measured on \($machine)."' "$work/runs" >"$work/page"
cat "$work/page"
if [ "${1:-}" = --write ]; then
  mkdir -p "$(dirname "$page")"
  cp "$work/page" "$page"
  echo "wrote $page" >&2
fi
