#!/bin/sh
# Takes PROGRAMs out of mtd-utils, which fetch.sh has brought, into DIR/mtd, with the C library that they load.
set -eu
dir=$1
shift
cd "$dir"
dpkg-deb -x kernels/mtd-utils_*.deb all
mkdir -p mtd/bin
for program in "$@"; do
  cp "all/usr/sbin/$program" mtd/bin/
done
tar -xf root.tar -C mtd --no-same-owner --wildcards './lib/ld.so.1' './lib/*/ld.so.1' './lib/*/libc.so.6'
rm -rf all kernels
