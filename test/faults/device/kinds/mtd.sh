# shellcheck shell=sh
# Stands for a NOR flash on the disk of the device: the helper is linked around the calls by which a disk differs from flash. All else is
# what the true kind has.

part mtd-in-place

resolve() { # MTD
	name="mtd $1"
	node=/dev/medium
	size=$(blockdev --getsize64 "$node")
	peb=65536
	# shellcheck disable=SC2034
	whole=$peb
}

unfit() { :; }

holders() { :; }

fresh() {
	blockdev --flushbufs "$node"
}

feed_by_helper() { # LEASE LENGTH
	helper_for_nor
	by_helper feed-mtd "$node" "$1" "$2" "$chunk" "$peb"
}

# helper_for_nor: makes by_helper call the helper that knows the flash.
helper_for_nor() {
	export NOR_ERASE="$peb" NOR_LOG=/dev/null
	lib=/usr/lib/levitate/nor
}
