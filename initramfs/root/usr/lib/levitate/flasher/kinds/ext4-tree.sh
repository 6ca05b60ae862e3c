# shellcheck shell=sh
# The kind ext4-tree: a partition on which mkfs.ext4 makes a file system, into which the helper puts a tree.

part kinds/block
part stream
part disk-tree

file_system=ext4

make_file_system() {
	set -- -q -F -b 4096 -I 256 -i 8192
	export MKE2FS_CONFIG="$lib/flasher/mke2fs.conf"
	[ -z "$fs_label" ] || set -- "$@" -L "$fs_label"
	[ -z "$fs_uuid" ] || set -- "$@" -U "$fs_uuid"
	[ -z "$fs_features" ] || set -- "$@" -O "$fs_features"
	make_by mkfs.ext4 "$@" "$node"
}
