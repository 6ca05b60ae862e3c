#!/bin/sh
# Compiles of mtd-utils what works on UBI, NAND and NOR into ROOT; none of these needs what its configure looks for.
set -eu
root=$1
version=$(sed -n '1s/.*(\([0-9]*:\)\{0,1\}\([^-)]*\).*/\2/p' debian/changelog)
compile() { # ARGUMENT...
  # shellcheck disable=SC2086
  "$CC" $SMALL -w -D_GNU_SOURCE -std=gnu99 -Iinclude "-DVERSION=\"$version\"" "$@"
}

mkdir objects
for library in libmtd libfec common libcrc32 libmtd_legacy libubi libubigen libscan; do
  compile -c -o "objects/$library.o" "lib/$library.c"
done
ar rc objects/libraries.a objects/*.o
for source in ubi-utils/ubiformat ubi-utils/ubiattach ubi-utils/ubidetach ubi-utils/ubiupdatevol ubi-utils/ubiblock \
  ubi-utils/ubinfo nand-utils/nanddump nand-utils/nandwrite misc-utils/flash_erase misc-utils/flash_unlock; do
  program=${source##*/}
  # shellcheck disable=SC2086
  compile $SMALLER -o "objects/$program" "$source.c" objects/libraries.a
  "$STRIP" -s -o "$root/usr/sbin/$program" "objects/$program"
done
