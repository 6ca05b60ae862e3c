# shellcheck shell=sh
# A file on the boot loader's partition that is a copy of one in a slot: DEVICE ROOT FILE SOURCE. places/file.sh stands in front
# of this.

# find_copy DEVICE ROOT FILE SOURCE: sets file to the copy and source to what it is of, with both file systems mounted.
find_copy() {
	name="the slot"
	resolve_block "$2"
	mkdir "$work/slot"
	for _type in ext4 ext3 ext2 squashfs erofs btrfs f2fs; do
		case $_type in
		ext[34]) _options=ro,noload ;;
		*) _options=ro ;;
		esac
		! mount -t "$_type" -o "$_options" "$node" "$work/slot" 2>/dev/null || break
	done
	grep -q " $work/slot " /proc/mounts || unknown "the root of the slot, $node, cannot be mounted"
	source=$work/slot$4
	find_file "$1" any vfat,ext4,ext3,ext2 "$3"
}

# copy_file: makes the copy equal, and compares it past the cache; a slot without that file is told.
copy_file() {
	if [ ! -f "$source" ]; then
		fact slot-copied missing
		return
	fi
	_wanted=$(sha256_of "$source")
	if [ ! -f "$file" ] || [ "$(sha256_of "$file")" != "$_wanted" ]; then
		with_writable put_copy || :
		echo 1 >/proc/sys/vm/drop_caches || :
	fi
	if [ -f "$file" ] && [ "$(sha256_of "$file")" = "$_wanted" ]; then
		fact slot-copied yes
	else
		fact slot-copied failed
	fi
}

put_copy() {
	mkdir -p "${file%/*}" && cp "$source" "$file" && sync
}

leave_copy() {
	leave_file
	umount "$work/slot"
	rmdir "$work/slot"
}
