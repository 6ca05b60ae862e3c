#!/bin/sh
# A hook of mmdebstrap: downloads into ROOT/kernels the kernel that KERNEL stands for, and further PACKAGEs. With HOST,
# the architecture that builds, also what a driver for that kernel is built from: its headers, its source, and HOST's
# tools.
set -eu
root=$1 kernel=$2 host=$3
shift 3
mkdir "$root/kernels"
cd "$root/kernels"
export APT_CONFIG="$MMDEBSTRAP_APT_CONFIG"

download() { # PACKAGE...
  apt-get -qq -o APT::Sandbox::User=root download "$@"
}
depends() { # PACKAGE PATTERN
  apt-cache depends "$1" | sed -n "s/^ *Depends: \\($2\\)\$/\\1/p"
}

image=$(depends "$kernel" 'linux-image-.*')
download "$image" "$@"
[ -n "$host" ] || exit 0

version=$(dpkg-deb -f ./"$image"_*.deb Version)
headers=linux-headers-${image#linux-image-}
series=$(echo "${headers#linux-headers-}" | cut -d. -f1,2)
download "$headers=$version" "$(depends "$headers" 'linux-headers-.*-common')=$version" \
  "linux-kbuild-$series:$host=$version" "linux-source-$series=$version"
