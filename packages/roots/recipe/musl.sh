#!/bin/sh
# Compiles the C library, and makes the compiler command by which programs are linked with it alone.
# Sources: musl
set -eu
cd musl
./configure --prefix="$PREFIX" --target="$MUSL" --disable-shared --enable-wrapper=gcc \
  "CC=$GCC $FLAGS -fno-pie" "AR=$AR" "RANLIB=$RANLIB" "CFLAGS=$SMALL"
make "-j$JOBS"
make install
cat >"$CC" <<EOF
#!/bin/sh
exec $GCC $FLAGS -static -fno-pie -no-pie "\$@" -specs $PREFIX/lib/musl-gcc.specs
EOF
chmod +x "$CC"

# Programs are compiled with the headers of the kernel, which are no part of it.
headers=/usr/$CROSS/include
[ -d "$headers/linux" ] || headers=/usr/include
for name in linux asm-generic mtd; do
  ln -s "$headers/$name" "$PREFIX/include/$name"
done
[ -d "$headers/asm" ] || headers=$headers/$CROSS
ln -s "$headers/asm" "$PREFIX/include/asm"
