#!/bin/sh
# Takes what fetch.sh put into DIR/root.tar out of it: busybox, the kernel and its modules. With SOURCE, a path in the
# kernel's source, builds that driver for it too, changed by DRIVER.sed where there is one: CC compiles, ARCH is the
# kernel's name of the architecture.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$1 source=${2-} arch=${3-} cc=${4-}
cd "$dir"
tar -xf root.tar --no-same-owner ./kernels
tar -xf root.tar --no-same-owner --strip-components=2 ./bin/busybox
tar --delete -f root.tar ./kernels
dpkg-deb -x kernels/linux-image-*.deb kernel
modules=$(echo kernel/lib/modules/*)
# No board of the lab has any of these.
for part in gpu media staging infiniband scsi net/ethernet net/wireless; do
  rm -rf "$modules/kernel/drivers/$part"
done

if [ -n "$source" ]; then
  mkdir headers module
  for package in kernels/linux-headers-*.deb kernels/linux-kbuild-*.deb; do
    dpkg-deb -x "$package" headers
  done
  dpkg-deb --fsys-tarfile kernels/linux-source-*.deb >source.tar
  name=$(tar -tf source.tar | grep '\.tar\.xz$')
  tar -xOf source.tar "$name" >source.tar.xz
  name=${name##*/}
  tar -xOf source.tar.xz "${name%.tar.xz}/$source" >"module/${source##*/}"
  driver=$(basename "$source" .c)
  changes=$here/$driver.sed
  if [ -e "$changes" ]; then
    mv "module/$driver.c" module/before
    sed -f "$changes" module/before >"module/$driver.c"
    if cmp -s module/before "module/$driver.c"; then
      echo "unpack: $changes changes nothing" >&2
      exit 1
    fi
  fi
  echo "obj-m := $driver.o" >module/Makefile
  headers=$(cd headers/usr/src && pwd)
  release=${modules##*/}
  # The paths in Debian's own makefile are those of installed packages.
  make -s -C "$(echo "$headers"/linux-headers-*-common)" "O=$headers/linux-headers-$release" "M=$dir/module" \
    "ARCH=$arch" "CC=$cc" "CROSS_COMPILE=${cc%gcc*}" "KERNELRELEASE=$release" modules
  "${cc%gcc*}strip" -g -o "$modules/kernel/${source%.c}.ko" "module/$driver.ko"
  rm -rf headers module source.tar source.tar.xz
fi
rm -rf kernels/linux-*
