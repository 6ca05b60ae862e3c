# shellcheck shell=sh
# A regular file of the maintenance root, written in place.

part read-back

resolve() { # PATH
	name="file $1"
	node=$1
	[ -f "$node" ] || refuse TARGET_MISSING "$node is no regular file"
	size=$(stat -c %s "$node")
}

describe() {
	say target kind file name "$name" node "$node" size# "$size"
}

# Nobody stands on it.
holders() { :; }

open_writer() { # LENGTH
	touch_target
}

put() { # INDEX FILE
	touch_target
	dd if="$2" of="$node" bs="$chunk" seek="$1" conv=notrunc status=none ||
		fail WRITE_FAILED "writing chunk $1 of $node failed"
}

# Its root is in RAM: there is no cache between the two.
close_writer() { :; }
fresh() { :; }
