# shellcheck shell=sh
# Stands for raw NAND on the disk of the device: the helper is linked around the calls by which a disk differs from flash, and /bad has the
# numbers of the eraseblocks that are bad. All else is what the true kind has.

part nand-in-place

resolve() { # MTD
	name="nand $1"
	node=/dev/medium
	sys=/nowhere
	# shellcheck disable=SC2034
	chosen=hash-good
	peb=131072
	# shellcheck disable=SC2034
	whole=$peb
	size=$(blockdev --getsize64 "$node")
	all=$((size / peb))
	size=$((size - $(count_bad) * peb))
}

count_bad() {
	grep -c . /bad || :
}

find_bad() {
	# shellcheck disable=SC2034
	bad_list=" $(tr '\n' ' ' </bad)"
}

feed_by_helper() { # LEASE LENGTH
	helper_for_nand
	by_helper feed-nand "$node" "$1" "$2" "$chunk" "$peb" "$NAND_PAGE"
}

hash_chosen() { # LENGTH
	fresh
	helper_for_nand
	by_helper "$chosen" "$node" "$chunk" "$1" "$whole"
}

# helper_for_nand: makes by_helper call the helper that knows the flash.
helper_for_nand() {
	export NAND_ERASE="$peb" NAND_PAGE=2048 NAND_BAD=/bad NAND_LOG=/dev/null
	lib=/usr/lib/levitate/nand
}
