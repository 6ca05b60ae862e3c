#!/bin/sh
# Fetches Debian's source packages into DIR through an apt of its own, which checks them, and unpacks each into DIR/NAME.
set -eu
dir=$1 mirror=$2 suite=$3
shift 3
cd "$dir"
mkdir -p apt/state/lists/partial apt/cache/archives/partial
echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >apt/sources.list

own_apt() { # WORD...
  apt-get -qq -o "Dir::State=$dir/apt/state" -o "Dir::Cache=$dir/apt/cache" -o APT::Sandbox::User= \
    -o "Dir::Etc::sourcelist=$dir/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null "$@"
}
own_apt update
own_apt source --download-only "$@"
for name in "$@"; do
  dpkg-source --no-check -x "$name"_*.dsc "$name"
done
rm -r apt
