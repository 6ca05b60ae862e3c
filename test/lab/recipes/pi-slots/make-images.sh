#!/bin/sh
# Behind make-root.sh: makes a slot's images, VERSION.boot.vfat and VERSION.root.ext4, in SCRATCH. FILES is a folder with what lies on
# its boot partition.
set -eu
# shellcheck disable=SC2154 # scratch, version, root and overlay are those of make-root.sh
files=$1 boot_mebi=$2 root_mebi=$3

truncate -s "${boot_mebi}M" "$scratch/$version.boot.vfat"
mkfs.vfat -F 16 -n "BOOT-${version#v}" -i "000000${version#v}0" --invariant "$scratch/$version.boot.vfat" >/dev/null
mcopy -i "$scratch/$version.boot.vfat" "$files"/* ::
rm -f "$root/etc/init.d/S10data"
truncate -s "${root_mebi}M" "$scratch/$version.root.ext4"
mke2fs -q -F -t ext4 -b 4096 -L root -J size=4 -m 1 -E lazy_itable_init=0,lazy_journal_init=0,nodiscard -d "$root" "$scratch/$version.root.ext4"
rm -rf "$root" "$overlay"
