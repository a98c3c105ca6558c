#!/usr/bin/env bash
# Pays orders against the sandbox with the Python and the Node script of its README, over HTTP and
# over TLS; holds its certificate to the strictest checks of OpenSSL, Python, Node and curl; and
# pays with curl from another network namespace, as a container would.
# Needs curl, openssl, python3, node, and ip with the right to make network namespaces.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in curl openssl python3 node ip; do
  command -v "$tool" >/dev/null || { echo "$tool is missing: install it with your package manager" >&2; exit 1; }
done
sudo=$([ "$(id -u)" = 0 ] || echo sudo)

work=$(mktemp -d)
namespace=sandbox$$
cleanup() {
  [ -z "${pid:-}" ] || kill "$pid" 2>/dev/null || true
  $sudo ip netns delete "$namespace" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

block() { sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/{//!p}" crates/sandbox/README.md; }
block sh >"$work/pay.sh"
block python >"$work/pay.py"
block js >"$work/pay.mjs"
for script in pay.sh pay.py pay.mjs; do
  [ -s "$work/$script" ] || { echo "crates/sandbox/README.md has no block for $script" >&2; exit 1; }
done
cargo build --quiet --bin bigcommerce-sandbox
program="${CARGO_TARGET_DIR:-target}/debug/bigcommerce-sandbox"

announced() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$work/ready"; }

start() {
  : >"$work/ready"
  "$program" --quiet "$@" >"$work/ready" 2>"$work/log" &
  pid=$!
  until grep -q access_token "$work/ready"; do
    kill -0 "$pid" || { echo "the sandbox did not start" >&2; cat "$work/log" >&2; exit 1; }
    sleep 0.1
  done
  API=$(announced api_url) PAYMENTS=$(announced payments_url)
  export API PAYMENTS
}

stop() {
  kill "$pid"
  wait "$pid"
  pid=
}

scripts_pay() {
  for command in "python3 $work/pay.py" "node $work/pay.mjs"; do
    paid=$($command)
    [ "$paid" = "success 11" ] || { echo "$command printed: $paid" >&2; exit 1; }
  done
}

start
scripts_pay
stop
echo "Python and Node pay over HTTP."

start --tls --ca-file "$work/ca.pem" --tls-name sandbox.test
export CA_FILE="$work/ca.pem" NODE_EXTRA_CA_CERTS="$work/ca.pem"
scripts_pay
authority=${API#https://}
for name in sandbox.test localhost 127.0.0.1; do
  case $name in
    *.*.*.*) check=(-verify_ip "$name") ;;
    *) check=(-verify_hostname "$name") ;;
  esac
  openssl s_client -connect "$authority" -CAfile "$CA_FILE" -x509_strict -verify_return_error "${check[@]}" \
    </dev/null >"$work/openssl" 2>&1 || { cat "$work/openssl" >&2; exit 1; }
  grep -q "Verify return code: 0 (ok)" "$work/openssl"
done
if openssl s_client -connect "$authority" -CAfile "$CA_FILE" -verify_return_error -verify_hostname other.test \
  </dev/null >/dev/null 2>&1; then
  echo "openssl takes the certificate for another name" >&2
  exit 1
fi
openssl s_client -connect "$authority" </dev/null 2>/dev/null | openssl x509 -outform pem >"$work/leaf.pem"
openssl x509 -in "$work/leaf.pem" -checkend $((300 * 86400)) -noout >/dev/null
if openssl x509 -in "$work/leaf.pem" -checkend $((366 * 86400)) -noout >/dev/null; then
  echo "the certificate is valid for more than a year" >&2
  exit 1
fi
# Any answer will do: without trust there is none.
curl -sS --cacert "$CA_FILE" --resolve "sandbox.test:${authority##*:}:127.0.0.1" -o /dev/null \
  "https://sandbox.test:${authority##*:}/"
stop
echo "Python and Node pay over TLS; OpenSSL is strict about the certificate, and takes it."

# A network of its own, with one cable to this machine.
$sudo ip netns add "$namespace"
$sudo ip link add "sbx$$" type veth peer name eth0 netns "$namespace"
$sudo ip address add 10.213.7.1/30 dev "sbx$$"
$sudo ip link set "sbx$$" up
$sudo ip -n "$namespace" address add 10.213.7.2/30 dev eth0
$sudo ip -n "$namespace" link set eth0 up
start --host 0.0.0.0 --url-host 10.213.7.1
grep -q "for tests only" "$work/log"
# Not the environment's proxies, which the namespace does not reach.
inside() { $sudo ip netns exec "$namespace" env -u http_proxy -u https_proxy -u HTTP_PROXY -u HTTPS_PROXY "$@"; }
inside env API="$API" PAYMENTS="$PAYMENTS" sh "$work/pay.sh" >"$work/paid"
grep -q '"status":"success"' "$work/paid"
admin=$(announced admin_url)
if inside curl -sS --max-time 5 "${admin/10.213.7.1/10.213.7.2}/health" >/dev/null 2>&1 ||
  inside curl -sS --max-time 5 "$admin/health" >/dev/null 2>&1; then
  echo "the admin port can be reached from another machine, which nobody asked for" >&2
  exit 1
fi
curl -sS --fail --noproxy '*' "http://127.0.0.1:${admin##*:}/health" >/dev/null
stop
start --host 0.0.0.0 --admin-host 0.0.0.0 --url-host 10.213.7.1
admin=$(announced admin_url)
inside curl -sS --fail "$admin/health" >/dev/null
status=$(inside curl -sS -o /dev/null -w '%{http_code}' -H 'Host: rebound.example.com' "$admin/health")
[ "$status" = 421 ] || { echo "a foreign Host header got $status" >&2; exit 1; }
stop
echo "Another network namespace pays, and reaches the admin port only where it may."
