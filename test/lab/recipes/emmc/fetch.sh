#!/bin/sh
# A hook of mmdebstrap: downloads into ROOT/kernels what a driver for the kernel RELEASE is built from.
set -eu
root=$1 release=$2
mkdir "$root/kernels"
cd "$root/kernels"
export APT_CONFIG="$MMDEBSTRAP_APT_CONFIG"
series=$(echo "$release" | cut -d. -f1,2)
apt-get -qq -o APT::Sandbox::User=root download "linux-headers-$release" "linux-headers-${release%-*}-common" \
  "linux-kbuild-$series"
