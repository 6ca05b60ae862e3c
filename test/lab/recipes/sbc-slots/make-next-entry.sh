#!/bin/sh
# Makes the partition with GRUB's modules, its environment block, the grub.cfg that Debian's own scripts write with GRUB_DEFAULT=saved,
# and beside it the custom.cfg CONFIG, as an ext4 image of MEBIBYTES in FILE.
set -eu
file=$1 mebibytes=$2 config=$3

tree=$file.tree
mkdir -p "$tree/grub/i386-pc"
cp /usr/lib/grub/i386-pc/*.mod /usr/lib/grub/i386-pc/*.lst "$tree/grub/i386-pc/"
for script in 00_header 41_custom; do
  env -i PATH="$PATH" pkgdatadir=/usr/share/grub grub_probe=grub-probe GRUB_DEFAULT=saved GRUB_TIMEOUT=1 \
    GRUB_TERMINAL_INPUT=serial GRUB_TERMINAL_OUTPUT=serial GRUB_SERIAL_COMMAND='serial --unit=0 --speed=115200' \
    sh "/etc/grub.d/$script"
done >"$tree/grub/grub.cfg"
# What the lab's kernel is told besides.
sed 's/ rw panic=10 / rw panic=10 console=ttyS0 mitigations=off init_on_alloc=0 norandmaps cryptomgr.notests cgroup_disable=memory /' "$config" >"$tree/grub/custom.cfg"
grub-editenv "$tree/grub/grubenv" create
grub-editenv "$tree/grub/grubenv" set saved_entry=levitate-a
truncate -s "${mebibytes}M" "$file"
mke2fs -q -F -t ext4 -b 1024 -L boot -J size=1 -m 1 -E lazy_itable_init=0,lazy_journal_init=0,nodiscard -d "$tree" "$file"
rm -rf "$tree"
