# shellcheck shell=sh
# Functions for kinds that make a file system on a partition, by make_file_system, and put a tree into it.

part tree

resolve() { # block|label|uuid VALUE [OPTION=VALUE]...
	case $1 in
	block)
		name=$2
		resolve_block "$2"
		;;
	label | uuid)
		name="partition $1 $2"
		resolve_partition "$1" "$2"
		;;
	*) refuse TARGET_UNSUPPORTED "a partition for a tree is found by block, label or uuid, not by $1" ;;
	esac
	shift 2
	fs_label=
	fs_uuid=
	fs_features=
	for _option in "$@"; do
		case $_option in
		label=*) fs_label=${_option#*=} ;;
		uuid=*) fs_uuid=${_option#*=} ;;
		features=*) fs_features=${_option#*=} ;;
		*) refuse TARGET_UNSUPPORTED "the flasher knows no option '$_option' for a file system" ;;
		esac
	done
	room=$tree_room
}

# While it is filled, the file system claims its partition.
holders() {
	if is_being_filled; then
		holders_of_seeds block_seeds "$device"
	else
		block_holders "$device" "$node"
	fi
}

open_writer() { # LENGTH
	refuse_unfit
	need_tree_helper
	touch_target
	wait_unclaimed
	clear_ends
	journal "format $target $file_system"
	make_file_system
	fill_tree
}

# wait_unclaimed: a write that was given up has left its mount to the kernel, which ends it soon.
wait_unclaimed() {
	_looks=0
	while is_claimed "$node"; do
		[ "$_looks" -lt 100 ] || fail WRITE_FAILED "$node is still claimed by an earlier write"
		_looks=$((_looks + 1))
		usleep 100000
	done
}

# clear_ends: what file systems and the like are known by lies in the first MiB and in the last: of two that are known there, none
# would be found by its UUID.
clear_ends() {
	for _from in 0 $((size / 4096 - 256)); do
		dd if=/dev/zero of="$node" bs=4096 seek="$_from" count=256 conv=notrunc,fsync status=none ||
			fail WRITE_FAILED "the ends of $node cannot be cleared"
	done
}

# make_by PROGRAM ARGS...: runs what makes the file system.
make_by() {
	_said=$("$@" 2>&1 </dev/null) ||
		fail WRITE_FAILED "$1 cannot make a file system on $node: $(printf '%s' "$_said" | tr '\r\n' '  ' | tail -c 300)"
	sync
}

close_writer() {
	writer_finish
	fresh
}

fresh() {
	blockdev --flushbufs "$node"
	drop_caches
}
