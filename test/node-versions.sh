#!/bin/sh
# Runs the unit tests under each version of Node that is named: what package.json promises has to hold. The corpus of
# damaged images is left out, whose work is done by programs that are the same under every version.
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
    # A hang must not take the time of what comes after.
    timeout 600 node_modules/.bin/vitest run --project unit --exclude 'test/unit/image/{open,bombs,real-tools}.test.ts' \
      --reporter=dot --reporter=./test/closing-line.ts
  )
done
