#!/bin/sh
# Compiles kexec into ROOT.
# Sources: kexec-tools
set -eu
root=$1
cd kexec-tools
# The part for s390x takes PATH_MAX for granted.
./configure -q --build="$BUILD" --host="$MUSL" "CC=$CC" BUILD_CC=gcc "AR=$AR" "LD=$CROSS-ld" "OBJCOPY=$CROSS-objcopy" "STRIP=$STRIP" \
  "TARGET_CC=$CC" "TARGET_LD=$CROSS-ld" "CFLAGS=$SMALL -w -DPATH_MAX=4096" "LDFLAGS=$SMALLER" --without-zlib --without-lzma --without-xen
make -s "-j$JOBS" build/sbin/kexec
"$STRIP" -s -o "$root/usr/sbin/kexec" build/sbin/kexec
