# shellcheck shell=sh
# The kind ubifs-tree: a volume of an existing UBI device that is emptied, so that the kernel makes a UBIFS in it when it is mounted;
# into that the helper puts a tree. With the word beside it is a new volume, as of the kind ubi-volume.

part kinds/ubi-volume
part tree

file_system=ubifs

fits() {
	room=$tree_room
}

open_writer() { # LENGTH
	need_tree_helper
	if [ "$beside" = yes ]; then
		remove_leftovers || fail WRITE_FAILED "what an interrupted run has left on $ubi cannot be removed"
		make_new "$own_lebs"
	else
		note_target touched
		ubiupdatevol "$node" -t >&2 || fail WRITE_FAILED "$name cannot be emptied"
	fi
	fill_tree
}
