#!/bin/sh
# Compiles a root file system into DIR/root, from the sources below SOURCES: busybox, dropbear, mtd-utils. HOST is the
# system that it is for, CC and STRIP are its tools, APPLETS are busybox's. All is static, but with LIBRARIES, the
# folder of the system's libraries, dropbear and mtd-utils are not.
set -eu
sources=$1 dir=$2
here=$(cd "$(dirname "$0")" && pwd)
cd "$dir"
mkdir -p root/usr/bin root/usr/sbin root/lib work/headers
# Each function and variable can be left out by itself, and nothing is there for a debugger.
export SMALL='-Os -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -fno-unwind-tables'
export SMALLER='-Wl,--gc-sections'
if [ -n "$LIBRARIES" ]; then
  cp -P "$LIBRARIES"/lib*.so* "$LIBRARIES"/ld-*.so* root/lib/
else
  SMALLER="$SMALLER -static"
fi

# A C library beside the system's own comes without the kernel's headers: these alone are shown to it.
case $HOST in
*-musl)
  for headers in linux asm-generic mtd; do
    ln -s "/usr/include/$headers" "work/headers/$headers"
  done
  ln -s "/usr/include/$(gcc -print-multiarch)/asm" work/headers/asm
  SMALL="$SMALL -idirafter $dir/work/headers"
  ;;
esac

for program in busybox dropbear mtd-utils; do
  cp -r "$sources/$program" "work/$program"
  (cd "work/$program" && sh "$here/$program.sh" "$dir/root")
done
rm -r work
