#!/bin/sh
# Behind make-root.sh: makes VERSION.root.ext4 of MEBIBYTES, with KERNEL and INITRD inside. U-Boot reads no checksums of metadata.
set -eu
# shellcheck disable=SC2154 # scratch, version, root and overlay are those of make-root.sh
kernel=$1 initrd=$2 mebibytes=$3

mkdir -p "$root/boot/uboot" "$root/run"
cp "$kernel" "$root/boot/vmlinuz"
cp "$initrd" "$root/boot/initrd.img"
truncate -s "${mebibytes}M" "$version.root.ext4"
mke2fs -q -F -t ext4 -b 4096 -O ^metadata_csum,^64bit -L root -J size=4 -m 1 \
  -E lazy_itable_init=0,lazy_journal_init=0,nodiscard -d "$root" "$version.root.ext4"
rm -rf "$root" "$overlay"
