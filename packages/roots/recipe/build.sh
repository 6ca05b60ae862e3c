#!/bin/sh
# Compiles the programs of a maintenance root into OUT/PROGRAM/usr, static, against a C library of their own. SOURCES has a
# folder for each source package, and WORK is an empty folder. The environment says the rest: CROSS names the compiler
# (aarch64-linux-gnu), MUSL the system that programs are made for (aarch64-linux-musl), FLAGS what the compiler is told of
# the processor, PROGRAMS the scripts of this folder that are run, APPLETS the applets of busybox, and JOBS how many
# compilers run at once.
set -eu
sources=$1 work=$2 out=$3
here=$(cd "$(dirname "$0")" && pwd)
cd "$work"

# The same bytes come out wherever, whenever and by whomever they are made.
umask 022
export LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH=1 KCONFIG_NOTIMESTAMP=1

# Each function and variable can be left out by itself, and nothing is there for a debugger.
SMALL='-Os -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -fno-unwind-tables'
export SMALL="$SMALL -ffile-prefix-map=$work=."
export SMALLER='-Wl,--gc-sections -Wl,--build-id=none'
export PREFIX="$work/prefix" CC="$work/prefix/bin/cc"
export GCC="$CROSS-gcc-12" STRIP="$CROSS-strip" AR="$CROSS-ar" RANLIB="$CROSS-ranlib"
# The machine that compiles is another one than that which the programs run on, always.
BUILD=$(gcc -dumpmachine) && export BUILD

for program in $PROGRAMS; do
  script=$here/$program.sh
  names=$(sed -n 's/^# Sources: //p' "$script")
  for source in $names; do
    [ -d "$source" ] || cp -a "$sources/$source" "$source"
  done
  mkdir -p "$out/$program/usr/bin" "$out/$program/usr/sbin"
  sh -eu "$script" "$out/$program" "$here" >"$program.log" 2>&1 || {
    tail -n 40 "$program.log" >&2
    echo "$program does not compile with $GCC" >&2
    exit 1
  }
done
