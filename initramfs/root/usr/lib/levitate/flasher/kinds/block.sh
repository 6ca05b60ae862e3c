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
	read -r _sector <"$_disk/queue/logical_block_size" || refuse TARGET_UNSUPPORTED "nothing tells the sectors of $node"
	_read_only=true
	! may_write || _read_only=false
	say target kind "$kind" name "$name" node "$node" within "$_within" size# "$size" partition# "$_part" \
		sector_size# "$_sector" head "$(head_hex)" read_only# "$_read_only"
}

# may_write: succeeds unless the kernel takes the device for one that can only be read.
may_write() {
	read -r _locked <"/sys/class/block/$device/ro"
	[ "$_locked" = 0 ]
}

holders() {
	block_holders "$device" "$node"
}

open_writer() { # LENGTH
	may_write || refuse TARGET_READ_ONLY "$node is read-only"
}

put() { # INDEX FILE
	[ -b "$node" ] || fail WRITE_FAILED "$node has vanished"
	touch_target
	dd if="$2" of="$node" bs="$chunk" seek="$1" conv=notrunc,fsync status=none ||
		fail WRITE_FAILED "writing chunk $1 of $node failed"
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
	part remains
	remains_on_block "$1"
	[ -e "/sys/class/block/$device/partition" ] || lost_behind "$1"
}

clear_remain() { # OFFSET LENGTH
	may_write || refuse TARGET_READ_ONLY "$node is read-only"
	part remains
	touch_target
	clear_on_block "$1" "$2"
}

keep_place() { # WITHIN
	place=$node
	place_types=ext4,ext3,ext2,f2fs,btrfs,xfs
	[ -z "$1" ] || find_partition "$1"
}

fresh() {
	blockdev --flushbufs "$node"
	drop_caches
}
