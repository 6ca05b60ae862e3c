# shellcheck shell=sh
# Finds block devices by the names and numbers of the kernel: a node may be a link, or have another name.

# resolve_block NODE: sets device (as sysfs names it), node and size; refuses a device that is not there.
resolve_block() {
	case $1 in
	/dev/disk/by-partlabel/*)
		resolve_partition label "$(link_name "$1")"
		return
		;;
	/dev/disk/by-partuuid/*)
		resolve_partition uuid "$(link_name "$1")"
		return
		;;
	esac
	[ -e "$1" ] || [ ! -L "$1" ] || refuse TARGET_MISSING "$1 leads to $(readlink "$1"), which is not on this device"
	[ -e "$1" ] || refuse TARGET_MISSING "there is no $1 on this device"
	refuse_content_link "$1"
	[ -b "$1" ] || refuse TARGET_MISSING "$1 is not a block device"
	find_number "$1"
	_sys=/sys/dev/block/$block_number
	[ -e "$_sys" ] || refuse TARGET_MISSING "$1 is a node, and no device is behind it"
	device=$(readlink -f "$_sys")
	device=${device##*/}
	use_device
}

# resolve_partition label|uuid VALUE: the same for the one partition that has this GPT name or PARTUUID.
resolve_partition() {
	device=$(partitions_called "$1" "$2") || exit 1
	case $device in
	'') refuse TARGET_MISSING "there is no partition with $1 $2 on this device" ;;
	*"
"*) refuse TARGET_AMBIGUOUS "several partitions have $1 $2: $(describe_partitions "$device")" ;;
	esac
	use_device
}

# use_device: sets node and size of the device.
use_device() {
	find_node "$device"
	node=$block_node
	[ -b "$node" ] || refuse TARGET_MISSING "$node, the $name, has no device node"
	find_number "$node"
	read -r _number <"/sys/class/block/$device/dev" || :
	[ "$block_number" = "$_number" ] ||
		refuse TARGET_MISSING "$node is another device than the kernel calls so"
	read -r size <"/sys/class/block/$device/size"
	size=$((size * 512))
}

# find_number NODE: sets block_number to its numbers as the kernel writes them. Every device has ls; not every one has stat.
find_number() {
	# shellcheck disable=SC2012,SC2046 # these are words
	set -- $(ls -lLn "$1")
	_major=${5-}
	block_number=${_major%,}:${6-}
}

# find_node DEVICE: sets block_node to its node; in sysfs a ! stands for the slash in names such as cciss/c0d0.
find_node() {
	block_node=/dev/$1
	while :; do
		case $block_node in
		*!*) block_node=${block_node%%!*}/${block_node#*!} ;;
		*) break ;;
		esac
	done
}

# link_name LINK: prints what a link of udev is named for; udev writes a slash and the like as \x2f.
link_name() {
	printf '%b' "${1##*/}"
}

# refuse_content_link LINK: refuses a link that is named for a file system, of which another place may hold a copy: both
# slots of a device with the same image have the same name.
refuse_content_link() {
	case $1 in
	/dev/disk/by-uuid/* | /dev/disk/by-label/*)
		refuse TARGET_AMBIGUOUS "$1 is named for a file system, which may be there twice and goes with the first write: \
the profile says which place is meant, such as block: $(readlink -f "$1")"
		;;
	esac
}

# partitions_called label|uuid VALUE: prints the partitions as sysfs names them. Only new kernels tell a PARTUUID
# (uevent), and none tells a label beyond ASCII; these are read from the table.
partitions_called() {
	_wanted=$2
	[ "$1" = label ] || _wanted=$(lower "$2")
	for _uevent in /sys/class/block/*/uevent; do
		_part=${_uevent%/uevent}
		[ -e "$_part/partition" ] || continue
		case $1:$2 in
		label:*[!\ -~]*)
			need_bytes
			! has_label "$(entry_of "$_part" 56 72)" "$(utf16 "$2")" || printf '%s\n' "${_part##*/}"
			;;
		label:*)
			! find_property PARTNAME "$_uevent" || [ "$property" != "$2" ] || printf '%s\n' "${_part##*/}"
			;;
		uuid:*)
			find_property PARTUUID "$_uevent" || need_bytes
			[ "$(lower "${property:-$(uuid_in_table "$_part")}")" != "$_wanted" ] || printf '%s\n' "${_part##*/}"
			;;
		esac
	done
}

# need_bytes: ends the process, which then gives no answer, where programs of a running system cannot read bytes at a place: a
# partition that nobody could look for must not be called missing. The maintenance root has such programs.
need_bytes() {
	if [ "${looking-no}" = no ] || [ -n "${reads_bytes-}" ]; then return; fi
	[ "$(hex_at /proc/self/exe 0 4 2>/dev/null)" = 7f454c46 ] || exit 1 # ELF
	reads_bytes=yes
}

# find_partition WITHIN: sets place, place_from and place_bytes to the partition of the disk that was resolved which has this number or this GPT name.
find_partition() {
	place=
	for _part in "/sys/class/block/$device"/*/partition; do
		[ -e "$_part" ] || continue
		read -r _number <"$_part"
		_part=${_part%/partition}
		find_property PARTNAME "$_part/uevent" || :
		if [ "$_number" != "$1" ] && [ "$property" != "$1" ]; then continue; fi
		[ -z "$place" ] || refuse TARGET_AMBIGUOUS "several partitions of $node are $1"
		read -r place_from <"$_part/start"
		read -r place_bytes <"$_part/size"
		place_from=$((place_from * 512))
		place_bytes=$((place_bytes * 512))
		find_node "${_part##*/}"
		place=$block_node
	done
	[ -n "$place" ] || refuse TARGET_MISSING "$node has no partition $1 now"
}

# find_property NAME UEVENT: sets property to what the kernel says of a device under this name; to nothing, and fails, where it
# says nothing.
find_property() {
	property=
	while IFS= read -r _line; do
		case $_line in
		"$1="*)
			property=${_line#*=}
			return
			;;
		esac
	done <"$2"
	return 1
}

lower() {
	printf '%s' "$1" | tr '[:upper:]' '[:lower:]'
}

# has_label HEX LABEL: succeeds if the field holds this label; zeros follow it up to the end of the field.
has_label() {
	[ "${1#"$2"}" != "$1" ] && [ -z "$(printf '%s' "${1#"$2"}" | tr -d 0)" ]
}

# utf16 TEXT: prints UTF-8 text as UTF-16, little endian, in hex.
utf16() {
	printf '%s' "$1" | to_numbers | awk '
		function unit(n) { printf "%02x%02x", n % 256, int(n / 256) }
		{
			for (i = 1; i <= NF; i++) {
				left = $i < 192 ? 0 : $i < 224 ? 1 : $i < 240 ? 2 : 3
				c = $i - (left == 0 ? 0 : left == 1 ? 192 : left == 2 ? 224 : 240)
				for (; left > 0; left--) c = c * 64 + $(++i) - 128
				if (c < 65536) { unit(c); continue }
				unit(55296 + int((c - 65536) / 1024))
				unit(56320 + c % 1024)
			}
		}'
}

# entry_of PART FROM COUNT: prints bytes of the entry of the partition in the GPT of its disk, as hex (UEFI 2.10, §5.3).
entry_of() {
	_disk=$(readlink -f "$1")
	_disk=${_disk%/*}
	find_node "${_disk##*/}"
	_table=$block_node
	read -r _sector <"$_disk/queue/logical_block_size"
	[ -b "$_table" ] && [ "$(hex_at "$_table" "$_sector" 8)" = 4546492050415254 ] || return 0 # EFI PART
	_entries=$(($(number_at "$_table" $((_sector + 72)) 8) * _sector))
	_each=$(number_at "$_table" $((_sector + 84)) 4)
	hex_at "$_table" $((_entries + ($(cat "$1/partition") - 1) * _each + $2)) "$3"
}

# uuid_in_table PART: prints the PARTUUID of a partition as the kernel makes it: in a GPT the unique GUID, in an MBR the
# signature of the disk and the number of the partition.
uuid_in_table() {
	_guid=$(entry_of "$1" 16 16)
	if [ -n "$_guid" ]; then
		printf '%s\n' "$_guid" |
			sed 's/\(..\)\(..\)\(..\)\(..\)\(..\)\(..\)\(..\)\(..\)\(....\)/\4\3\2\1-\6\5-\8\7-\9-/'
		return
	fi
	_disk=$(readlink -f "$1")
	_disk=${_disk%/*}
	find_node "${_disk##*/}"
	_table=$block_node
	[ ! -b "$_table" ] || printf '%08x-%02x\n' "$(number_at "$_table" 440 4)" "$(cat "$1/partition")"
}

# describe_partitions PARTITIONS: prints what tells each from the others, and how a profile names one of them.
describe_partitions() {
	_said=
	for _part in $1; do
		_disk=$(readlink -f "/sys/class/block/$_part")
		_disk=${_disk%/*}
		find_node "$_part"
		_said="$_said${_said:+, }$block_node ($(($(cat "/sys/class/block/$_part/size") * 512)) bytes, on ${_disk##*/})"
	done
	printf '%s; the profile says which, such as block: %s\n' "$_said" "$block_node"
}

# find_extent FOLDER: of a partition, by its folder in sysfs, sets part_from and part_bytes, in bytes of its disk, block_node, and property
# to its GPT name.
find_extent() {
	read -r part_from <"$1/start"
	read -r part_bytes <"$1/size"
	part_from=$((part_from * 512))
	part_bytes=$((part_bytes * 512))
	find_node "${1##*/}"
	find_property PARTNAME "$1/uevent" || :
}

# partitions_json DISK: sets partitions_said to the partitions that the kernel knows of this disk, as sysfs names it.
partitions_json() {
	partitions_said=
	for _extent in "/sys/class/block/$1/$1"*; do
		[ -e "$_extent/partition" ] || continue
		find_extent "$_extent"
		partitions_said=$partitions_said${partitions_said:+,}$(say extent node "$block_node" label "$property" offset# "$part_from" length# "$part_bytes")
	done
	partitions_said=[$partitions_said]
}
