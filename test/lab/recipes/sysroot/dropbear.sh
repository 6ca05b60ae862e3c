#!/bin/sh
# Compiles dropbear into ROOT, as one program under the names of those that levitate calls.
set -eu
root=$1
./configure -q --host="$HOST" "CC=$CC" "CFLAGS=$SMALL -w" "LDFLAGS=$SMALLER" --enable-bundled-libtom \
  --disable-zlib --disable-harden --disable-lastlog --disable-utmp --disable-utmpx --disable-wtmp --disable-wtmpx \
  --disable-loginfunc --disable-pututline --disable-pututxline
if ! grep -q '^#define HAVE_CRYPT ' config.h; then
  # Debian's musl and its C libraries for cross compilers come without crypt(3), and so without passwords.
  echo '#define DROPBEAR_SVR_PASSWORD_AUTH 0' >localoptions.h
fi
make -s -j2 MULTI=1 'PROGRAMS=dropbear dropbearkey dropbearconvert' >make.log
"$STRIP" -s -o "$root/usr/sbin/dropbear" dropbearmulti
ln -s ../sbin/dropbear "$root/usr/bin/dropbearkey"
ln -s ../sbin/dropbear "$root/usr/bin/dropbearconvert"
