# shellcheck shell=sh
# The kind block: a whole disk (eMMC, SD, NVMe, virtio) or one of its partitions, given by its node.

part read-back

resolve() { # /dev/NODE
	name=$1
	resolve_block "$1"
}

describe() {
	_disk=$(readlink -f "/sys/class/block/$device")
	_part=false
	_within=
	# A partition table counts in the logical sectors of the disk; the folder of a partition lies in that of its disk.
	if [ -e "$_disk/partition" ]; then
		_disk=${_disk%/*}
		_part=true
		find_node "${_disk##*/}"
		_within=$block_node
	fi
	read_sector
	_unfit=null
	_why=$(unfit)
	[ -z "$_why" ] || _unfit=$(say unfit code "${_why%% *}" message "${_why#* }")
	spared_json
	find_protection "$device"
	_force_ro=false
	[ "$protection" != force_ro ] || _force_ro=true
	# A running system has no rescue yet, and not the functions for it.
	rescue_said=null
	partitions_json "$device"
	if [ "$_part" = false ] && [ -d /usr/lib/levitate/rescue ]; then
		part rescue
		rescue_json
	fi
	say target kind "$kind" name "$name" node "$node" within "$_within" size# "$size" partition# "$_part" \
		sector_size# "$sector" head "$(head_hex)" unfit# "$_unfit" force_ro# "$_force_ro" spared# "$listed" \
		partitions# "$partitions_said" rescue# "$rescue_said"
}

# read_sector: sets sector to the bytes that the disk writes whole or not at all.
read_sector() {
	_sys=$(readlink -f "/sys/class/block/$device")
	[ ! -e "$_sys/partition" ] || _sys=${_sys%/*}
	read -r sector <"$_sys/queue/logical_block_size" || refuse TARGET_UNSUPPORTED "nothing tells the sectors of $node"
}

# unfit: prints a code and why nothing can be written here, or nothing.
unfit() {
	find_protection "$device"
	case $protection in
	read-only) echo "TARGET_READ_ONLY $node is read-only" ;;
	power-on) echo "TARGET_READ_ONLY $node is locked by its card until the power is switched off and on, which a reboot does not do" ;;
	permanent) echo "TARGET_READ_ONLY $node is locked by its card for good" ;;
	esac
}

# refuse_unfit: refuses a device to which nothing can be written.
refuse_unfit() {
	_why=$(unfit)
	[ -z "$_why" ] || refuse "${_why%% *}" "${_why#* }"
}

holders() {
	block_holders "$device" "$node"
}

open_writer() { # LENGTH
	refuse_unfit
}

allow_writes() {
	lift_protection "$device" "$node"
}

# put writes the first chunk from its end to its beginning: a power cut leaves any part of it, only a sector is written whole or not at
# all, and loaders look at the first one.
put() { # INDEX FILE
	[ -b "$node" ] || fail WRITE_FAILED "$node has vanished"
	touch_target
	if [ "$1" -ne 0 ]; then
		put_blocks "$2" "$chunk" 0 "$1" 1
		return
	fi
	read_sector
	put_blocks "$2" 4096 1 1 $((chunk / 4096))
	put_blocks "$2" "$sector" 1 1 $((4096 / sector - 1))
	keeps "$2" || fail WRITE_FAILED "$node does not keep what was written to its first MiB"
	put_blocks "$2" "$sector" 0 0 1
}

# keeps FILE: succeeds if the medium has the first chunk behind its first sector: one may drop a write, and say nothing.
keeps() {
	fresh
	_length=$(stat -c %s "$1")
	# What is spared comes as zeros.
	_put=$(tail -c "+$((sector + 1))" "$1" | sha256sum)
	[ "$(read_masked "$sector" $((_length - sector)) | sha256sum)" = "$_put" ]
}

# invalidate takes the first chunk away in the other order.
invalidate() { # INDEX LENGTH
	touch_target
	if [ "$1" -eq 0 ]; then
		read_sector
		put_blocks /dev/zero "$sector" 0 0 1
		[ "$2" -lt 4096 ] || put_blocks /dev/zero 4096 0 0 1
	fi
	head -c "$2" /dev/zero >"$spooled" || fail WRITE_FAILED "there is no room in RAM for $2 zeros"
	put "$1" "$spooled"
}

# put_blocks FILE BYTES FROM TO COUNT: writes so many blocks of so many bytes, fewer at the end of the file, and waits until they are on
# the medium.
put_blocks() {
	if [ -n "$spared" ]; then
		put_gaps "$1" $(($2 * $4 - $2 * $3)) $(($2 * $4)) $(($2 * $5))
		return
	fi
	dd if="$1" of="$node" bs="$2" skip="$3" seek="$4" count="$5" conv=notrunc,fsync status=none ||
		fail WRITE_FAILED "writing $node at $(($2 * $4)) failed"
}

# put_gaps FILE FIRST FROM LENGTH: the same for a range of the device in bytes, where the file begins at FIRST, without what is spared.
put_gaps() {
	_file=$1
	_first=$2
	read_sector
	_bytes=$sector
	! is_free "$3" "$4" || [ $(($3 % chunk + $4 % chunk + _first % chunk)) -ne 0 ] || _bytes=$chunk
	find_gaps "$3" "$4"
	# shellcheck disable=SC2086 # words
	set -- $gaps
	while [ $# -gt 0 ]; do
		dd if="$_file" of="$node" bs="$_bytes" skip=$((($1 - _first) / _bytes)) seek=$(($1 / _bytes)) count=$(($2 / _bytes)) \
			conv=notrunc,fsync status=none || fail WRITE_FAILED "writing $node at $1 failed"
		shift 2
	done
}

feed_by_helper() { # LEASE LENGTH
	by_helper feed-block "$node" "$1" "$2" "$chunk"
}

close_writer() {
	sync
	blockdev --flushbufs "$node"
	# A partition has no table; a kernel that cannot read a table anew says so in its log alone.
	blockdev --rereadpt "$node" 2>/dev/null || :
}

remains_behind() { # LENGTH
	part gpt
	part remains
	remains_on_block "$1"
	[ -e "/sys/class/block/$device/partition" ] || is_table_spared || lost_behind "$1"
}

clear_remain() { # OFFSET LENGTH
	refuse_unfit
	part remains
	touch_target
	allow_writes
	clear_on_block "$1" "$2"
}

spared_unit() {
	read_sector
	unit=$sector
}

name_ranges() { # WORD
	[ ! -e "/sys/class/block/$device/partition" ] || refuse TARGET_UNSUPPORTED "$node is a partition, and has no partition table"
	case $1 in
	partition-table)
		part table
		table_ranges
		;;
	label:*) partition_range "${1#label:}" ;;
	esac
}

# partition_range LABEL: prints "FROM TO" in bytes of the one partition of this disk that has this GPT name.
partition_range() {
	_inside=
	for _part in $(partitions_called label "$1"); do
		[ ! -e "/sys/class/block/$device/$_part" ] || _inside="$_inside$_part "
	done
	case $_inside in
	'') refuse TARGET_MISSING "the profile keeps the partition $1 of $node, which has none of that name now" ;;
	*' '?*) refuse TARGET_AMBIGUOUS "the profile keeps the partition $1 of $node, which has several of that name" ;;
	esac
	_part=/sys/class/block/${_inside% }
	read -r _from <"$_part/start"
	read -r _sectors <"$_part/size"
	echo "$((_from * 512)) $(((_from + _sectors) * 512))"
}

# is_table_spared: succeeds if the partition table of the disk is never written; of a GPT the first copy counts.
is_table_spared() {
	[ -n "$spared" ] || return 1
	read_sector
	_table=0
	[ "$(hex_at "$node" "$sector" 8)" != 4546492050415254 ] || _table=$sector # EFI PART
	! is_free "$_table" "$sector"
}

keep_place() { # WITHIN
	place=$node
	place_types=ext4,ext3,ext2,f2fs,btrfs,xfs
	place_from=0
	place_bytes=$size
	[ -z "$1" ] || find_partition "$1"
	# Nobody knows where a file system writes.
	is_free "$place_from" "$place_bytes" || refuse TARGET_UNSUPPORTED "files cannot be put into $place, of which the profile keeps ranges as they are"
}

fresh() {
	blockdev --flushbufs "$node"
	drop_caches
}
