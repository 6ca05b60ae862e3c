# shellcheck shell=sh
# The kind f2fs-tree: a partition on which mkfs.f2fs makes a file system, into which the helper puts a tree.

part kinds/block
part stream
part disk-tree

file_system=f2fs

make_file_system() {
	set -- -f
	[ -z "$fs_label" ] || set -- "$@" -l "$fs_label"
	make_by mkfs.f2fs "$@" "$node"
}
