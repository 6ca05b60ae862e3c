#!/bin/sh
# Runs the type checker and the unit tests under each version of Node that is named: what package.json promises has to
# hold. The other checks read the same sources with the same result, and take longer than all of this; the type checker
# looks again only at what differs from the version before.
# The versions come from npm into a scratch folder.
set -eu
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
package=node-linux-$(node -p process.arch)

for version in "$@"; do
  npm install --prefix "$scratch/$version" --no-save --no-audit --no-fund --silent "$package@$version"
  (
    PATH=$scratch/$version/node_modules/$package/bin:$PATH
    echo "Node $(node --version):"
    node_modules/.bin/tsc --noEmit --incremental --tsBuildInfoFile "$scratch/types"
    # A hang must not take the time of what comes after.
    timeout 600 node_modules/.bin/vitest run --project unit --reporter=dot --reporter=./test/closing-line.ts
  )
done
