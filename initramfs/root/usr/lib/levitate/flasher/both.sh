# shellcheck shell=sh
# Mounts a new system and the old one beside each other, for the commands of a person.

new_root=/run/levitate-new
old_root=/run/levitate-old

# mount_new: mounts the target that was resolved.
mount_new() {
	keep_place ""
	mkdir -p "$new_root"
	mount_first "$place_types" rw "$place" "$new_root" ||
		fail WRITE_FAILED "$node, into which a new system was put, cannot be mounted"
}

# mount_old NODE: mounts the old system so that nothing of it changes: its journal is not replayed.
mount_old() {
	mkdir -p "$old_root"
	for _try in ext4:ro,noload xfs:ro,norecovery ext3:ro,noload ext2:ro f2fs:ro btrfs:ro; do
		! mount -t "${_try%%:*}" -o "${_try#*:}" "$1" "$old_root" 2>/dev/null || return 0
	done
	umount "$new_root"
	fail WRITE_FAILED "$1, the old system, cannot be mounted for reading"
}

# mount_first TYPES OPTIONS NODE POINT: mounts it as the first of these types that will do.
mount_first() {
	for _type in $(printf '%s' "$1" | tr , ' '); do
		! mount -t "$_type" -o "$2" "$3" "$4" 2>/dev/null || return 0
	done
	return 1
}

# unmount_both: unmounts what is mounted of them; what was mounted below them goes first.
unmount_both() {
	for _point in "$new_root" "$old_root"; do
		awk -v top="$_point" '$2 == top || index($2, top "/") == 1 { print $2 }' /proc/mounts | sort -r | while read -r _mounted; do
			unescape "$_mounted"
			umount "$plain" || exit 1
		done || fail WRITE_FAILED "$_point cannot be unmounted: a command that was run there still uses it"
	done
	sync
}
