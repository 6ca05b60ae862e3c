#!/bin/sh
# Makes the EFI system partition as a FAT image of MEBIBYTES in FILE: systemd-boot, an entry for each slot, and in a folder for
# each slot the kernel and the initramfs of the ext4 image ROOT.
set -eu
file=$1 mebibytes=$2 root=$3

tree=$file.tree
mkdir -p "$tree/EFI/BOOT" "$tree/EFI/systemd" "$tree/loader/entries" "$tree/a" "$tree/b"
cp /usr/lib/systemd/boot/efi/systemd-bootx64.efi "$tree/EFI/BOOT/BOOTX64.EFI"
cp /usr/lib/systemd/boot/efi/systemd-bootx64.efi "$tree/EFI/systemd/systemd-bootx64.efi"
printf 'timeout 0\ndefault levitate-*\n' >"$tree/loader/loader.conf"
for slot in a b; do
  debugfs -R "dump /boot/vmlinuz $tree/$slot/vmlinuz" "$root" 2>/dev/null
  debugfs -R "dump /boot/initrd.img $tree/$slot/initrd.img" "$root" 2>/dev/null
done

entry() { # NUMBER SLOT PARTITION: of entries that differ in nothing else, systemd-boot starts the one with the highest number.
  # A kernel that panics must reboot. The rest is what the lab's kernel is told besides.
  cat >"$tree/loader/entries/levitate-$1-$2.conf" <<ENTRY
title Slot $2
sort-key slot
linux /$2/vmlinuz
initrd /$2/initrd.img
options root=/dev/vda$3 rw panic=10 levitate.slot=$2 console=ttyS0 mitigations=off init_on_alloc=0 norandmaps cryptomgr.notests cgroup_disable=memory
ENTRY
}
entry 2 a 2
entry 1 b 3

truncate -s "${mebibytes}M" "$file"
mkfs.vfat -F 32 -s 1 -n ESP "$file" >/dev/null
mcopy -s -i "$file" "$tree"/* ::
rm -rf "$tree"
