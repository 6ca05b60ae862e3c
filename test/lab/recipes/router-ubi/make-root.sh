#!/bin/sh
# Makes the root of a router's VERSION, SCRATCH/root-VERSION, from the packages in TAR, RECIPE and OVERLAY. What follows
# makes images of it. Runs as root of a namespace or of the machine: needs no mounts, no MTD.
# BUSYBOX is one that runs here; it names the applets of the router's, which may be of another architecture.
set -eu
scratch=$1 version=$2 tar=$3 recipe=$4 overlay=$5 busybox=$6
shift 6

root=$scratch/root-$version
mkdir "$root"
tar -xf "$tar" -C "$root" --exclude='./dev/*' --exclude='./etc/*' --exclude='./var/*' --exclude='./usr/share/*'
cp -r "$recipe/." "$root/"
cp -r "$overlay/." "$root/"
cd "$root"
mkdir -p data dev proc sys tmp mnt root usr/bin usr/sbin sbin lib/firmware
rm -rf var tmp/* usr/lib/*-linux-gnu*/gconv usr/lib/*-linux-gnu*/audit usr/lib/valgrind usr/share
ln -s tmp var
ln -s /tmp/resolv.conf etc/resolv.conf
for path in $("$busybox" --list-full | grep -v -x -e bin/busybox -e usr/bin/busybox); do
  case $path in
    # A router's busybox has none of these.
    linuxrc | */dpkg | */dpkg-deb | */rpm | */rpm2cpio | */ar | */cpio) continue ;;
  esac
  mkdir -p "${path%/*}"
  [ -e "$path" ] || ln -s /bin/busybox "$path"
done
[ -e sbin/init ] || ln -s /bin/busybox sbin/init
chown -R 0:0 "$root"
chmod 700 root root/.ssh etc/dropbear
chmod 600 root/.ssh/authorized_keys etc/dropbear/*_key etc/shadow
chmod 1777 tmp
cd "$scratch"
