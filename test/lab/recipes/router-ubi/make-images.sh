#!/bin/sh
# Makes the router's UBIFS images, VERSION.rootfs.ubifs and VERSION.data.ubifs, in SCRATCH, and from them the
# ubinized VERSION.ubi. Runs as root of a namespace or of the machine: needs no mounts, no MTD.
# PAGE, SUBPAGE and LEB say how the flash is divided, in bytes.
# BUSYBOX is one that runs here; it names the applets of the router's, which may be of another architecture.
set -eu
scratch=$1 version=$2 tar=$3 recipe=$4 overlay=$5 busybox=$6 page=$7 subpage=$8 leb=$9

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

data=$scratch/data-$version
mkdir "$data"
echo "data ${version#v}" >"$data/data-id"
head -c 1000000 "$root/usr/lib/product/firmware.bin" >"$data/records.bin"

make_ubifs() { # FILE LEBS FOLDER
  mkfs.ubifs -m "$page" -e "$leb" -c "$2" -x zstd -o "$1" -r "$3"
}
make_ubifs "$version.rootfs.ubifs" 128 "$root"
make_ubifs "$version.data.ubifs" 48 "$data"

cat >"$version.cfg" <<EOF
[rootfs]
mode=ubi
image=$version.rootfs.ubifs
vol_id=0
vol_type=dynamic
vol_name=rootfs
vol_size=$((128 * leb))
[data]
mode=ubi
image=$version.data.ubifs
vol_id=1
vol_type=dynamic
vol_name=data
vol_size=$((48 * leb))
EOF
ubinize -o "$version.ubi" -p 128KiB -m "$page" -s "$subpage" -Q "$(printf '%d' "0x1ab0000${version#v}")" "$version.cfg"
rm -rf "$root" "$data" "$overlay" "$version.cfg"
