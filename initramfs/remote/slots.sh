# shellcheck shell=sh
# Tells which slot runs, and reads the file by which a boot loader chooses; or replaces that file, where it still is what was
# read. It runs in the sh of a running system or of the maintenance root. The host sends flasher/bytes.sh and flasher/block.sh
# in front of it.
set -eu

# refuse CODE MESSAGE: reports why nothing is done, and ends this shell. The functions in front of this file call it as well.
refuse() {
	fact slot-refusal "$1 $2"
	exit 0
}

# unknown MESSAGE: refuses what decides over slots.
unknown() {
	fact slot-refusal "BOOT_LOADER_UNKNOWN $1"
	exit 0
}

# report_slots: reports each slot of LEVITATE_SLOTS, a line "NAME DEVICE" each: its node, its bytes, and whether the root of this
# system lies on it; of one that is not there its name alone. And which slot the boot loader says that it has started.
report_slots() {
	_root=
	while read -r _ _ _number _ _point _; do
		[ "$_point" != / ] || _root=$_number
	done </proc/self/mountinfo
	while read -r _slot _device; do
		[ -n "$_slot" ] || continue
		name="slot $_slot"
		_found=$(resolve_block "$_device" >/dev/null && printf '%s %s %s' "$node" "$size" "$block_number") || _found=
		case $_found in
		'') fact slot "$_slot" ;;
		*" $_root") fact slot "$_slot ${_found% *} yes" ;;
		*) fact slot "$_slot ${_found% *} no" ;;
		esac
	done <<SLOTS
$LEVITATE_SLOTS
SLOTS
	# shellcheck disable=SC2013 # these are words
	for _word in $(cat /proc/cmdline); do
		case $_word in
		levitate.slot=*) fact slot-started "${_word#*=}" ;;
		esac
	done
}

# find_loader_file: sets file, and mounts the file system with it where it is not mounted. Whatever was mounted goes with end_work.
find_loader_file() {
	name="boot.environment"
	resolve_block "$LEVITATE_LOADER_DEVICE"
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
	case " $LEVITATE_LOADER_TYPES " in
	*" $place_type "*) ;;
	*) unknown "$node has a file system of the type $place_type, where the boot loader could not write" ;;
	esac
	# Such a file system keeps what is written in its journal first, which no boot loader reads.
	case ,$place_options, in
	*,data=journal,*) unknown "$node is mounted with data=journal: the boot loader would not see what is written" ;;
	esac
	file=$place$LEVITATE_LOADER_FILE
	if [ ! -f "$file" ] || [ -L "$file" ]; then
		unknown "$node has no file $LEVITATE_LOADER_FILE"
	fi
	find_bytes "$file"
	[ "$bytes" = "$LEVITATE_LOADER_BYTES" ] ||
		unknown "$LEVITATE_LOADER_FILE of $node has $bytes bytes, not $LEVITATE_LOADER_BYTES"
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
	for place_type in $LEVITATE_LOADER_TYPES; do
		case $1:$place_type in
		ro:ext[34]) place_options=ro,noload ;;
		*) place_options=$1 ;;
		esac
		! mount -t "$place_type" -o "$place_options" "$node" "$place" 2>/dev/null || return 0
	done
	unknown "$node cannot be mounted as any of: $LEVITATE_LOADER_TYPES"
}

# begin_work, end_work: a folder in RAM of this process alone.
begin_work() {
	for _folder in /run /tmp; do
		work=$_folder/levitate-slots.$$
		! mkdir -m 700 "$work" 2>/dev/null || return 0
	done
	unknown "neither /run nor /tmp takes a folder"
}

end_work() {
	! grep -q " $work/place " /proc/mounts || umount "$work/place"
	rm -rf "$work"
}

# find_bytes FILE: sets bytes to the length of the file.
find_bytes() {
	# shellcheck disable=SC2012,SC2046 # these are words
	set -- $(ls -ln "$1")
	bytes=${5-}
}

# sha256_of FILE: prints it.
sha256_of() {
	_sum=$(sha256sum "$1")
	printf '%s' "${_sum%% *}"
}

# report_file: reports the bytes of the file in hex, 512 a line.
report_file() {
	_at=0
	while [ $((_at * 512)) -lt "$LEVITATE_LOADER_BYTES" ]; do
		fact loader-bytes "$(dd if="$file" bs=512 skip="$_at" count=1 2>/dev/null | to_hex)"
		_at=$((_at + 1))
	done
}

# replace_file: overwrites the file where it lies by one write, if it is still what the host has read, and reads it back from the
# medium. A boot loader that replays no journal sees a file that was renamed as it was before; therefore nothing is renamed.
replace_file() {
	command -v sha256sum >/dev/null || unknown "this system has no sha256sum"
	# shellcheck disable=SC2059 # these are octal numbers
	printf "$LEVITATE_LOADER_NEW" >"$work/new"
	_wanted=$(sha256_of "$work/new")
	find_bytes "$work/new"
	[ "$bytes" = "$LEVITATE_LOADER_BYTES" ] || unknown "what is to be written did not come whole"
	_found=$(sha256_of "$file")
	case $_found in
	"$_wanted")
		fact loader-replaced already
		return
		;;
	"$LEVITATE_LOADER_OLD") ;;
	*)
		fact loader-replaced other
		return
		;;
	esac
	# From here to the read-back a link that breaks must not end this.
	trap '' HUP INT TERM PIPE
	_status=0
	write_file || _status=$?
	echo 1 >/proc/sys/vm/drop_caches || :
	if [ "$_status" -eq 0 ] && [ "$(sha256_of "$file")" = "$_wanted" ]; then
		fact loader-replaced yes
	else
		fact loader-replaced failed
	fi
}

# write_file: writes the new file; a file system that is mounted read-only is writable for that moment alone.
write_file() {
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
	dd if="$work/new" of="$file" bs="$LEVITATE_LOADER_BYTES" count=1 conv=notrunc,fsync 2>/dev/null || _status=1
	if [ "$_was" = ro ]; then
		if [ "$place" = "$work/place" ]; then
			umount "$place" && mount_place ro || return 1
		else
			mount -o remount,ro "$place" || return 1
		fi
	fi
	return "$_status"
}

# look_for_file: reports whether the file system of the device has the file, be it a link; the file system is only read.
look_for_file() {
	name="the slot"
	resolve_block "$LEVITATE_LOADER_DEVICE"
	place=$work/place
	mkdir "$place"
	mount_place ro
	if [ -e "$place$LEVITATE_LOADER_FILE" ]; then
		fact slot-file yes
	else
		fact slot-file no
	fi
}

begin_work
trap end_work EXIT
trap 'exit 1' HUP INT TERM PIPE
case $LEVITATE_VERB in
read)
	report_slots
	find_loader_file
	report_file
	;;
replace)
	find_loader_file
	replace_file
	;;
look)
	look_for_file
	;;
esac
