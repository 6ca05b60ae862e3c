# shellcheck shell=sh
# What kinds have in common that make a file system and put a tree into it. Each of them sets file_system, by the kernel's name. The
# helper mounts it where nobody else sees it: however it ends, nothing stays mounted.

# No archive is too long: what it takes in the file system is another question, which the host asks before.
# shellcheck disable=SC2034 # validate.sh
tree_room=999999999999999

need_tree_helper() {
	has_helper || refuse FLASHER_FAILED "this maintenance root has no helper, which puts a tree into a file system and compares it there"
}

# fill_tree: lets the helper put the stream that comes into the file system on the node.
fill_tree() {
	mkdir -p "$state/place"
	journal "fill $target"
	writer_stream "$lib/helper" tree-put "$node" "$file_system" "$state/place"
}

# is_being_filled: succeeds while the helper puts a tree into this target.
is_being_filled() {
	writer_running && [ "$(writer_field target)" = "$target" ]
}

list_tree() {
	need_tree_helper
	mkdir -p "$state/place"
	by_helper tree-list "$node" "$file_system" "$state/place"
}
