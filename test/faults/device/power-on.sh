#!/bin/sh
# Starts a system of levitate's root in RAM, as PID 1 of namespaces that were just made: power-on.sh PLACE ROOT OWN BOOT_ID LOOP. PLACE is
# an empty folder, ROOT the unpacked root, OWN a folder with the files that are this system's own, LOOP the number of the loop device
# that is the disk. The mounts are those that a maintenance root has.
set -eu
place=$1
disk=loop$5
mount -t tmpfs -o mode=0755,size=48m root "$place"
cp -a "$2/." "$3/." "$place"
cd "$place"
mount -t proc proc proc
# Of the block devices of this machine the device has one.
mount -t tmpfs -o mode=0755,size=512k sys sys
mkdir -p "sys/devices/virtual/block/$disk/queue" sys/class/block sys/block sys/dev/block oldroot
for file in dev size ro uevent queue/logical_block_size; do
	cat "/sys/devices/virtual/block/$disk/$file" >"sys/devices/virtual/block/$disk/$file"
done
ln -s "../../devices/virtual/block/$disk" "sys/class/block/$disk"
ln -s "../devices/virtual/block/$disk" "sys/block/$disk"
ln -s "../../devices/virtual/block/$disk" "sys/dev/block/7:$5"
mount -t tmpfs -o mode=0755,size=512k dev dev
mknod -m 666 dev/null c 1 3
mknod -m 666 dev/zero c 1 5
mknod -m 666 dev/full c 1 7
mknod -m 666 dev/random c 1 8
mknod -m 666 dev/urandom c 1 9
mknod -m 666 dev/tty c 5 0
# What the kernel of this machine logs is no log of the device.
mknod -m 666 dev/kmsg c 1 3
mkdir dev/pts
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mknod -m 600 "dev/$disk" b 7 "$5"
ln -s "$disk" dev/medium
echo "$4" >boot-id
# The scripts that a host sends to a running system look there.
[ -x rcS ] || mount --bind boot-id proc/sys/kernel/random/boot_id
mount -t tmpfs -o mode=0755,nosuid,nodev,size=1m run run
pivot_root . oldroot
exec chroot . /usr/bin/busybox sh -c 'umount -l /oldroot && exec /sbin/init' </dev/null >/dev/null 2>&1
