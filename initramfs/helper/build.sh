#!/bin/sh
# Compiles the helper: build.sh COMPILER OUT. The compiler is one for static programs, such as musl-gcc; FLAGS is what else it
# is told, and LINK how it links, for a helper that is only tried. The same compiler makes the same bytes in any folder.
set -eu
compiler=$1 out=$2
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$(dirname "$out")"
cd "$here"
# All of this folder, in the order of the bytes of its names, as helperSources of src/shared/package-files.ts has it.
sources=$(LC_ALL=C sh -c 'cat ./*' | sha256sum | cut -c 1-64)
# Hashing is most of what it does: it is compiled for speed. Headers of the kernel come from the machine where the C library
# has none.
# shellcheck disable=SC2086 # words
$compiler -std=c11 -DSOURCES="\"$sources\"" -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -O2 -Wall -Wextra -Werror ${FLAGS-} \
	-ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -fno-unwind-tables \
	${LINK--static -s} -Wl,--gc-sections -Wl,--build-id=none -o "$out.new" ./*.c -lpthread
chmod 755 "$out.new"
mv "$out.new" "$out"
