#!/bin/sh
# Behind make-root.sh: makes the router's UBIFS images, VERSION.rootfs.ubifs and VERSION.data.ubifs, in SCRATCH, and
# from them the ubinized VERSION.ubi. PAGE, SUBPAGE and LEB say how the flash is divided, in bytes.
set -eu
# shellcheck disable=SC2154 # scratch, version, root and overlay are those of make-root.sh
page=$1 subpage=$2 leb=$3

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
