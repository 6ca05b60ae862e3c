# shellcheck shell=sh
# A block device: a whole disk (eMMC, SD, NVMe, virtio) or one of its partitions, given by its node.

part read-back

resolve() { # /dev/NODE
	name=$1
	resolve_block "$1"
}

describe() {
	if [ -e "/sys/class/block/$device/partition" ]; then _part=true; else _part=false; fi
	say target kind block name "$name" node "$node" size# "$size" partition# "$_part" \
		read_only# "$([ "$(cat "/sys/class/block/$device/ro")" = 0 ] && echo false || echo true)"
}

holders() {
	block_holders "$device" "$node"
}

open_writer() { # LENGTH
	[ "$(cat "/sys/class/block/$device/ro")" = 0 ] || refuse TARGET_MISSING "$node is read-only"
}

put() { # INDEX FILE
	[ -b "$node" ] || fail WRITE_FAILED "$node has vanished"
	touch_target
	dd if="$2" of="$node" bs="$chunk" seek="$1" conv=notrunc,fsync status=none ||
		fail WRITE_FAILED "writing chunk $1 of $node failed"
}

close_writer() {
	sync
	blockdev --flushbufs "$node"
	# A partition has no table, and a kernel that can't re-read one says so only to the log.
	blockdev --rereadpt "$node" 2>/dev/null || :
}

fresh() {
	blockdev --flushbufs "$node"
	drop_caches
}
