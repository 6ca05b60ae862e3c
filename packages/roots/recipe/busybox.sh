#!/bin/sh
# Compiles busybox into ROOT: in its default configuration without the applets that are not among APPLETS.
# Sources: busybox
set -eu
root=$1
cd busybox
make -s defconfig

# busybox's sources say which option each applet stands under.
grep -rhoE '//applet:.*IF_[A-Z0-9_]+\( *APPLET[A-Z_]*\( *[^ ,]+' --include='*.c' . |
  sed -E 's/.*IF_([A-Z0-9_]+)\( *APPLET[A-Z_]*\( */\1 /' >options
echo "$APPLETS" | tr ' ' '\n' >wanted
# An option may stand for several applets, and stays for the sake of one.
awk 'NR == FNR { wanted[$1]; next } { all[$1] } $2 in wanted { kept[$1] }
  END { for (option in all) if (!(option in kept)) print "CONFIG_" option }' wanted options >dropped

awk 'NR == FNR { dropped[$1]; next } { option = $1 == "#" ? $2 : $1; sub(/=.*/, "", option) }
  option in dropped { print "# " option " is not set"; next }
  option == "CONFIG_STATIC" { print "CONFIG_STATIC=y"; next } { print }' dropped .config >changed
mv changed .config
# What hangs on an option that has gone is asked for anew; the default will do.
yes '' | make -s oldconfig

make -s "-j$JOBS" "CROSS_COMPILE=$CROSS-" "CC=$CC" "EXTRA_CFLAGS=$SMALL" "EXTRA_LDFLAGS=$SMALLER" SKIP_STRIP=y busybox
"$STRIP" -s -o "$root/usr/bin/busybox" busybox
