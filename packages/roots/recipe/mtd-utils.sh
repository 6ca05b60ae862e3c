#!/bin/sh
# Compiles of mtd-utils what works on UBI, NAND and NOR into ROOT; none of these needs what its configure looks for.
# Sources: mtd-utils
set -eu
root=$1
cd mtd-utils
version=$(sed -n '1s/.*(\([0-9]*:\)\{0,1\}\([^-)]*\).*/\2/p' debian/changelog)
compile() { # ARGUMENT...
  # shellcheck disable=SC2086
  "$CC" $SMALL -w -D_GNU_SOURCE -std=gnu99 -Iinclude "-DVERSION=\"$version\"" "$@"
}

mkdir objects
for library in libmtd libfec common libcrc32 libmtd_legacy libubi libubigen libscan; do
  compile -c -o "objects/$library.o" "lib/$library.c"
done
"$AR" rcD objects/libraries.a objects/*.o
for source in ubi-utils/ubiformat ubi-utils/ubiattach ubi-utils/ubidetach ubi-utils/ubiupdatevol ubi-utils/ubiblock \
  ubi-utils/ubinfo ubi-utils/ubimkvol ubi-utils/ubirmvol ubi-utils/ubirename ubi-utils/mtdinfo nand-utils/nanddump \
  nand-utils/nandwrite nand-utils/nandtest misc-utils/flash_erase misc-utils/flash_unlock misc-utils/flashcp \
  misc-utils/mtd_debug; do
  program=${source##*/}
  # shellcheck disable=SC2086
  compile $SMALLER -o "objects/$program" "$source.c" objects/libraries.a
  "$STRIP" -s -o "$root/usr/sbin/$program" "objects/$program"
done
