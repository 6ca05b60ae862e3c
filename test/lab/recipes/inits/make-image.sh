#!/bin/sh
# Makes one device's disk, NAME.img, in SCRATCH: the common tree, the init's packages, its recipe. Runs as root of a
# namespace or of the machine: needs no mounts.
set -eu
scratch=$1 name=$2 tar=$3 debs=$4 recipe=$5 overlay=$6
shift 6

root=$scratch/root
mkdir "$root"
tar -xf "$tar" -C "$root" --exclude='./dev/*'
for package; do
  dpkg-deb -x "$debs/$package.deb" "$root"
done
cp -r "$recipe/root/." "$root/"
cp -r "$overlay/." "$root/"
echo "$name" >"$root/etc/hostname"
cd "$root"
mkdir -p dev proc sys run tmp root/.ssh var/log var/tmp var/lib/urandom etc/rcS.d mnt
for level in 0 1 2 3 4 5 6; do mkdir -p "etc/rc$level.d"; done
rm -rf usr/share/doc usr/share/man usr/share/locale usr/share/perl usr/lib/x86_64-linux-gnu/gconv usr/lib/x86_64-linux-gnu/perl
# /etc/mtab, /var/run and the like, as Debian's maintainer scripts make them.
ln -sf /proc/mounts etc/mtab
ln -sf mawk usr/bin/awk
rm -rf var/run var/lock
ln -s /run var/run
ln -s /run/lock var/lock
# shellcheck source=/dev/null
. "$recipe/$name/setup"
chown -R 0:0 .
chmod 700 root root/.ssh etc/dropbear
chmod 600 root/.ssh/authorized_keys etc/dropbear/*_key etc/shadow
chmod 1777 tmp var/tmp
cd "$scratch"

truncate -s 128M "$name.img"
mke2fs -q -F -t ext4 -b 4096 -L root -J size=4 -m 1 -E lazy_itable_init=0,lazy_journal_init=0,nodiscard -d "$root" "$name.img"
rm -rf "$root" "$overlay"
