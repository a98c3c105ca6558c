#!/usr/bin/env bash
# A service outside the workspace that depends on the packages as they are packaged: it charges at
# the test store with each choice of a TLS library, through the journal, and with clients that are
# generated when it is built.
# Needs jq, and pkg-config with the headers of OpenSSL for native-tls.
set -euo pipefail
cd "$(dirname "$0")/.."

workspace=$PWD
# Kept from run to run: most of it is what the packages depend on.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}/packaged-service CARGO_PROFILE_DEV_DEBUG=false
work=$CARGO_TARGET_DIR/services
rm -rf "$work"
mkdir -p "$work"

# What the registry asks of them; the services below compile them.
cargo publish --quiet --workspace --dry-run --no-verify --allow-dirty
packages=$(tests/packages.sh --allow-dirty)
patches=
for package in $packages; do
  unpacked=$(basename "$package" .crate)
  # Unpacked as new: cargo tells by its time whether a file has changed, and packages have none.
  tar -xzmf "$package" -C "$work"
  for file in README.md LICENSE-MIT LICENSE-APACHE; do
    [ -s "$work/$unpacked/$file" ] || { echo "$unpacked lacks $file" >&2; exit 1; }
  done
  patches+="${unpacked%%-[0-9]*} = { path = '$work/$unpacked' }"$'\n'
done

# service NAME EXPECTED 'OPTIONS OF THE DEPENDENCY' 'MORE DEPENDENCIES': builds it, and runs it.
service() {
  local folder=$work/${1//[^a-z]/-}
  mkdir -p "$folder/src"
  cp "$workspace/tests/service/main.rs" "$folder/src"
  cat >"$folder/Cargo.toml" <<MANIFEST
[package]
name = "service"
edition = "2024"

[dependencies]
bigcommerce-payments = { version = "*", $3 }
bigcommerce-sandbox = { version = "*", default-features = false, features = ["tls"] }
tokio = { version = "1", features = ["io-util", "macros", "net", "rt-multi-thread"] }
$4

[features]
journal = []

[patch.crates-io]
$patches

[workspace]
MANIFEST
  # The versions of the workspace, as far as they are its dependencies.
  cp "$workspace/Cargo.lock" "$folder"
  echo "$1:"
  local features=() arguments=(none)
  [ "$1" != journal ] || features=(--features journal)
  [ "$2" = none ] || arguments=("$2" "$folder")
  cargo build --quiet --manifest-path "$folder/Cargo.toml" "${features[@]}"
  "$CARGO_TARGET_DIR/debug/service" "${arguments[@]}"
}

reqwest='reqwest = { version = "0.13", default-features = false, features = ["native-tls"] }'
generated='bigcommerce-tokens-api = { version = "*", features = ["codegen"] }
bigcommerce-processing-api = { version = "*", features = ["codegen"] }'
service "default features" rustls '' ''
service "default features, beside a crate that takes native-tls" rustls '' "$reqwest"
service "webpki-roots" rustls 'default-features = false, features = ["webpki-roots"]' ''
service "native-tls" native-tls 'default-features = false, features = ["native-tls"]' ''
service "no TLS" none 'default-features = false' ''
service "no TLS, beside a crate that takes native-tls" none 'default-features = false' "$reqwest"
service "journal" rustls '' 'bigcommerce-payments-journal = "*"'
service "clients generated at build time" rustls '' "$generated"
echo "packaged-service passed: $(wc -w <<<"$packages") packages"
