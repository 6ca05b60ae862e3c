#!/bin/sh
# Makes the initramfs of the system in ROOT, with no more drivers than it needs, and drops what only takes room.
set -eu
root=$1
version=$(ls "$root/lib/modules")
cat >"$root/etc/initramfs-tools/modules" <<MODULES
virtio_pci
virtio_blk
ext4
raid1
dm_mod
MODULES
sed -i 's/^MODULES=.*/MODULES=list/; s/^COMPRESS=.*/COMPRESS=gzip/' "$root/etc/initramfs-tools/initramfs.conf"
for part in arch/x86/kvm drivers/ata drivers/comedi drivers/hid drivers/infiniband drivers/scsi drivers/target drivers/xen \
	drivers/hv drivers/vfio drivers/net/ethernet drivers/net/wireless fs/btrfs fs/xfs fs/nfs fs/nfsd fs/smb fs/ceph fs/orangefs \
	net/sunrpc net/sctp net/tipc net/rds net/smc net/dccp net/ceph net/openvswitch net/l2tp; do
	rm -rf "$root/lib/modules/$version/kernel/$part"
done
chroot "$root" depmod "$version"
chroot "$root" update-initramfs -u -k "$version"
rm -rf "$root/boot/System.map-$version" "$root/boot/config-$version" "$root"/var/cache/apt/*.bin "$root"/var/lib/apt/lists/*_*
