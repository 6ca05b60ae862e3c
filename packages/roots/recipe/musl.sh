#!/bin/sh
# Compiles the C library, and makes the compiler command by which programs are linked with it alone.
# Sources: musl
set -eu
cd musl
./configure --prefix="$PREFIX" --target="$MUSL" --disable-shared --enable-wrapper=gcc \
  "CC=$GCC $FLAGS -fno-pie" "AR=$AR" "RANLIB=$RANLIB" "CFLAGS=$SMALL"
# Programs start at fixed addresses and without the compiler's part, which serves C++ and is position-independent code:
# that of MIPS takes for granted that its callers are as well.
set -- 'CRT_LIBS=lib/crt1.o lib/crti.o lib/crtn.o'
make "-j$JOBS" "$@"
make install "$@"
sed -i -e 's|/Scrt1\.o|/crt1.o|' -e 's/crt\(begin\|end\)S\.o%s//' "$PREFIX/lib/musl-gcc.specs"
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
