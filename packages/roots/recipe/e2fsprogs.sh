#!/bin/sh
# Compiles what makes, checks, resizes and tells of ext2, ext3 and ext4 into ROOT.
# Sources: e2fsprogs
set -eu
root=$1
cd e2fsprogs
./configure -q --build="$BUILD" --host="$MUSL" "CC=$CC" BUILD_CC=gcc "AR=$AR" "RANLIB=$RANLIB" "STRIP=$STRIP" \
  "CFLAGS=$SMALL -w" "LDFLAGS=$SMALLER" --disable-nls --disable-elf-shlibs --disable-debugfs --disable-imager \
  --disable-defrag --disable-fsck --disable-uuidd --disable-fuse2fs --disable-e2initrd-helper --disable-tdb --disable-threads
make -s "-j$JOBS" libs
make -s "-j$JOBS" -C misc mke2fs tune2fs dumpe2fs
make -s "-j$JOBS" -C e2fsck e2fsck
make -s "-j$JOBS" -C resize resize2fs
for program in misc/mke2fs misc/tune2fs misc/dumpe2fs e2fsck/e2fsck resize/resize2fs; do
  "$STRIP" -s -o "$root/usr/sbin/${program##*/}" "$program"
done
for name in mkfs.ext2 mkfs.ext3 mkfs.ext4; do
  ln -s mke2fs "$root/usr/sbin/$name"
done
ln -s e2fsck "$root/usr/sbin/fsck.ext4"
ln -s tune2fs "$root/usr/sbin/e2label"
