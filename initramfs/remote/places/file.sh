# shellcheck shell=sh
# A place that is a file in the file system of a partition: DEVICE BYTES TYPES FILE, with commas between the types of file
# systems that will do, and `any` for any number of bytes. It is overwritten where it lies: a boot loader that replays no journal sees a file that was renamed as it
# was before.

# find_file DEVICE BYTES TYPES FILE: sets file, and mounts the file system with it where it is not mounted.
find_file() {
	name="boot.environment"
	resolve_block "$1"
	file_bytes=$2
	file_types=$(printf '%s' "$3" | tr , ' ')
	_disk=$(readlink -f "/sys/class/block/$device/..")
	if [ ! -e "/sys/class/block/$device/partition" ] || [ -e "$_disk/md" ] || [ -e "$_disk/dm" ]; then
		unknown "$node is no plain partition of a disk, and the boot loader could not write there"
	fi
	find_mount
	if [ -z "$place" ]; then
		place=$work/place
		mkdir "$place"
		mount_place ro
	fi
	case " $file_types " in
	*" $place_type "*) ;;
	*) unknown "$node has a file system of the type $place_type, where the boot loader could not write" ;;
	esac
	# Such a file system keeps what is written in its journal first, which no boot loader reads.
	case ,$place_options, in
	*,data=journal,*) unknown "$node is mounted with data=journal: the boot loader would not see what is written" ;;
	esac
	file=$place$4
	file_said="$4 of $node"
}

# read_file: copies the file, where there is one.
read_file() {
	[ -e "$file" ] || [ -L "$file" ] || return 0
	if [ ! -f "$file" ] || [ -L "$file" ]; then
		unknown "$file_said is no file"
	fi
	find_bytes "$file"
	[ "$file_bytes" = any ] || [ "$bytes" = "$file_bytes" ] ||
		unknown "$file_said has $bytes bytes, not $file_bytes"
	cat "$file" >"$work/is"
}

# write_file: writes the new file.
write_file() {
	find_bytes "$work/new"
	[ "$file_bytes" = any ] || [ "$bytes" = "$file_bytes" ] ||
		unknown "what is to be written did not come whole"
	[ -e "$file" ] || return 1
	with_writable put_file
}

put_file() {
	dd if="$work/new" of="$file" bs="$bytes" count=1 conv=notrunc,fsync 2>/dev/null
}

# with_writable COMMAND: runs it; a file system that is mounted read-only is writable for that moment alone.
with_writable() {
	_was=rw
	case ,$place_options, in
	*,ro,*) _was=ro ;;
	esac
	if [ "$_was" = ro ]; then
		# An ext4 that was mounted without its journal cannot be made writable: it is mounted anew.
		if [ "$place" = "$work/place" ]; then
			umount "$place" && mount_place rw || return 1
		else
			mount -o remount,rw "$place" || return 1
		fi
	fi
	_status=0
	"$1" || _status=1
	if [ "$_was" = ro ]; then
		if [ "$place" = "$work/place" ]; then
			umount "$place" && mount_place ro || return 1
		else
			mount -o remount,ro "$place" || return 1
		fi
	fi
	return "$_status"
}

# leave_file: unmounts what find_file has mounted.
leave_file() {
	[ "$place" = "$work/place" ] || return 0
	umount "$place"
	rmdir "$place"
}

# find_mount: sets place to where the whole file system of the device is mounted, and place_type and place_options; place to
# nothing where it is not mounted (proc(5), mountinfo).
find_mount() {
	place=
	while read -r _ _ _number _within _point _ _rest; do
		[ "$_number $_within" = "$block_number /" ] || continue
		_rest=${_rest#*- }
		place_type=${_rest%% *}
		place_options=${_rest##* }
		place=$(printf '%b' "$_point")
	done </proc/self/mountinfo
}

# mount_place ro|rw: mounts the device on the place; read-only also means that no journal is replayed, because the boot loader
# replays none either.
mount_place() {
	for place_type in $file_types; do
		case $1:$place_type in
		ro:ext[34]) place_options=ro,noload ;;
		*) place_options=$1 ;;
		esac
		! mount -t "$place_type" -o "$place_options" "$node" "$place" 2>/dev/null || return 0
	done
	unknown "$node cannot be mounted as any of: $file_types"
}

# look_for_file DEVICE BYTES TYPES FILE: reports whether the file system of the device has the file, be it a link; the file system
# is only read.
look_for_file() {
	name="the slot"
	resolve_block "$1"
	file_types=$(printf '%s' "$3" | tr , ' ')
	place=$work/place
	mkdir "$place"
	mount_place ro
	# A link may lead elsewhere from here than in the slot.
	if [ -e "$place$4" ] || [ -h "$place$4" ]; then
		fact slot-file yes
	else
		fact slot-file no
	fi
	leave_file
}
