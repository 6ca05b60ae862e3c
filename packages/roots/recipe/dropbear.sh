#!/bin/sh
# Compiles dropbear into ROOT, as one program under the names of those that levitate calls.
# Sources: dropbear
set -eu
root=$1
cd dropbear
# What the network may reach is worth the bytes that tell a smashed stack.
./configure -q --build="$BUILD" --host="$MUSL" "CC=$CC" "AR=$AR" "RANLIB=$RANLIB" "STRIP=$STRIP" \
  "CFLAGS=$SMALL -fstack-protector-strong -w" "LDFLAGS=$SMALLER" --enable-bundled-libtom \
  --disable-zlib --disable-harden --disable-lastlog --disable-utmp --disable-utmpx --disable-wtmp --disable-wtmpx \
  --disable-loginfunc --disable-pututline --disable-pututxline
make -s "-j$JOBS" MULTI=1 'PROGRAMS=dropbear dropbearkey dropbearconvert'
"$STRIP" -s -o "$root/usr/sbin/dropbear" dropbearmulti
ln -s ../sbin/dropbear "$root/usr/bin/dropbearkey"
ln -s ../sbin/dropbear "$root/usr/bin/dropbearconvert"
