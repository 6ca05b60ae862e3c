#!/bin/sh
# Compiles of mtd-utils what works on UBI, NAND and NOR into ROOT, as one program under the names of all: most of each is
# the same. None of these needs what their configure looks for.
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

: >calls
for source in ubi-utils/ubiformat ubi-utils/ubiattach ubi-utils/ubidetach ubi-utils/ubiupdatevol ubi-utils/ubiblock \
  ubi-utils/ubinfo ubi-utils/ubimkvol ubi-utils/ubirmvol ubi-utils/ubirename ubi-utils/ubirsvol ubi-utils/mtdinfo \
  nand-utils/nanddump nand-utils/nandwrite nand-utils/nandtest misc-utils/flash_erase misc-utils/flash_unlock misc-utils/flashcp \
  misc-utils/mtd_debug; do
  program=${source##*/}
  compile -c -o "objects/$program.o" "$source.c"
  # Several have functions and variables of the same name.
  "$CROSS-objcopy" --redefine-sym "main=main_$program" --keep-global-symbol="main_$program" "objects/$program.o"
  echo "CALL($program)" >>calls
  ln -s mtd-utils "$root/usr/sbin/$program"
done

cat >mtd-utils.c <<'EOF'
#include <stdio.h>
#include <string.h>

#define CALL(name) int main_##name(int argc, char **argv);
#include "calls"
#undef CALL

int main(int argc, char **argv)
{
	const char *name = argc > 0 ? argv[0] : "";

	if (strrchr(name, '/'))
		name = strrchr(name, '/') + 1;
#define CALL(program) if (strcmp(name, #program) == 0) return main_##program(argc, argv);
#include "calls"
	fprintf(stderr, "mtd-utils: there is no %s in it\n", name);
	return 1;
}
EOF
# shellcheck disable=SC2086
compile $SMALLER -I. -o mtd-utils mtd-utils.c objects/*.o
"$STRIP" -s -o "$root/usr/sbin/mtd-utils" mtd-utils
