#!/bin/sh
# Compiles arithmetic without a floating-point unit: small MIPS processors have none, kernels for them do not emulate one,
# and the compiler's own library for it takes one for granted.
# Sources: glibc
set -eu
here=$2
cd glibc
mkdir objects
for source in soft-fp/*[sd]f*.c; do
  case $source in
    *tf* | *hf* | *xf* | *ti*) continue ;;
  esac
  name=${source##*/}
  # shellcheck disable=SC2086
  "$CC" $SMALL -w -include "$here/soft-float.h" -Isoft-fp -Isysdeps/mips/mips32 -Istdlib -c -o "objects/${name%.c}.o" "$source"
done
"$AR" rcD "$PREFIX/lib/libsoft-fp.a" objects/*.o
# It comes before the compiler's own library wherever a program is linked.
sed -i "s|^libgcc\.a|$PREFIX/lib/libsoft-fp.a libgcc.a|" "$PREFIX/lib/musl-gcc.specs"
