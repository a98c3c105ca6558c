#!/usr/bin/env bash
# Lets Schemathesis, a public property-based tester, look for answers of the sandbox that its
# OpenAPI documents do not allow. Installs a pinned version from PyPI in target/.
# Needs Python 3.10 or newer with venv. EXAMPLES sets how many calls are tried for each operation, and
# SANDBOX_FLAGS adds flags: with "--error-form html" it can be seen to fail.
set -euo pipefail
cd "$(dirname "$0")/.."
version=4.32.5
examples=${EXAMPLES:-300}
target=$PWD/${CARGO_TARGET_DIR:-target}
venv=$target/schemathesis-$version

python3 -c 'import sys, venv; sys.exit(sys.version_info < (3, 10))' ||
  { echo "Python 3.10 or newer with venv is missing: install python3 and python3-venv" >&2; exit 1; }
if [ ! -x "$venv/bin/schemathesis" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"
fi

cargo build --quiet --bin bigcommerce-sandbox
work=$(mktemp -d)
"$target/debug/bigcommerce-sandbox" --quiet --no-rate-limit ${SANDBOX_FLAGS:-} >"$work/ready" &
pid=$!
trap 'kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT
until grep -q access_token "$work/ready"; do
  kill -0 "$pid" || { echo "the sandbox did not start" >&2; exit 1; }
  sleep 0.1
done
announced() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$work/ready"; }

export SANDBOX_ADMIN_URL SCHEMATHESIS_HOOKS=schemathesis_hooks PYTHONPATH=$PWD/tests PYTHONDONTWRITEBYTECODE=1
SANDBOX_ADMIN_URL=$(announced admin_url)
store=$(announced store_hash)
checks=not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,unsupported_method

# Run from elsewhere, so that the tester's cache does not land in the work tree.
cd "$work"
# How fast the machine makes examples is nothing to fail for.
run() {
  echo "== $1"
  "$venv/bin/schemathesis" run "$SANDBOX_ADMIN_URL/openapi/$1.json" --url "$2" \
    --checks "$checks" --mode all --max-examples "$examples" --seed 1 --no-color \
    --suppress-health-check too_slow --request-timeout 60 "${@:3}"
}
run tokens "$(announced api_url)/stores/$store/v3" \
  --header "X-Auth-Token: $(announced access_token)" --header "Accept: application/json"
run processing "$(announced payments_url)/stores/$store" \
  --header "Accept: application/vnd.bc.v1+json"
run orders "$(announced api_url)/stores/$store/v2" \
  --header "X-Auth-Token: $(announced access_token)" --header "Accept: application/json"

# A tester whose calls were all turned away would have shown nothing.
"$venv/bin/python" - <<'PYTHON'
import json, os, sys, urllib.request
with urllib.request.urlopen(os.environ["SANDBOX_ADMIN_URL"] + "/ledger") as response:
    payments = len(json.load(response))
print(f"{payments} of the generated payments went through.")
sys.exit(payments == 0)
PYTHON

# Last, since it injects faults, moves the clock and resets everything. It has ten times the
# operations of the others.
examples=$(((examples + 2) / 3))
run admin "$SANDBOX_ADMIN_URL"
