# shellcheck shell=sh
# Where the maintenance root keeps what it must not forget. Words of start.

# make_state: the state and the spool for chunks, each a tmpfs of its own with a bound, so that neither can take the
# room of the other, and nothing that fills /run takes that of both. ram.ts counts them.
make_state() {
	mkdir -p "$state" "$logs"
	mount -t tmpfs -o mode=0700,nosuid,nodev,noexec,size=1m state "$state"
	mkdir "$spool"
	# Two chunks, as one may still be arriving for a writer that was cut off, a piece of one, and what programs say.
	mount -t tmpfs -o mode=0700,nosuid,nodev,noexec,size=4m spool "$spool"
	# A page that contact() writes over.
	echo >"$state/contact"
}

# bound_rest: what else lives in RAM gets a bound, too. A tmpfs takes half of all RAM by itself, its pages can't be
# taken back, and a kernel that finds nothing to kill panics, in the middle of a write as well: a mistyped name in /dev
# is enough. A root that the kernel unpacked itself has no bound to set.
bound_rest() {
	mount -o remount,size=512k /dev
	_used=$(df -k / | awk 'END { print $(NF - 3) }')
	case $(awk '$2 == "/" { type = $3 } END { print type }' /proc/mounts) in
	tmpfs) mount -o "remount,size=$((_used + 512))k" / ;;
	esac
}
