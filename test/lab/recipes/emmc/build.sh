#!/bin/sh
# Builds emmc.c beside this script as DIR/emmc.ko for the kernel RELEASE, with what DIR/kernels has of its headers.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$1 release=$2
mkdir "$dir/headers" "$dir/module"
for package in "$dir"/kernels/*.deb; do
  dpkg-deb -x "$package" "$dir/headers"
done
cp "$here/emmc.c" "$dir/module/"
echo 'obj-m := emmc.o' >"$dir/module/Makefile"
headers=$dir/headers/usr/src
# The paths in Debian's own makefile are those of installed packages.
make -s -C "$headers/linux-headers-${release%-*}-common" "O=$headers/linux-headers-$release" "M=$dir/module" \
  ARCH=x86 CC=gcc-12 "KERNELRELEASE=$release" modules
strip -g -o "$dir/emmc.ko" "$dir/module/emmc.ko"
rm -rf "$dir/headers" "$dir/module" "$dir/kernels"
