# shellcheck shell=sh
# Makes the file systems for what the maintenance root must not forget. rcS calls these functions.

# make_state: mounts the state and the spool for chunks, each a tmpfs of its own with a bound, so that neither can take the
# room of the other, and nothing that fills /run takes the room of either. ram.ts counts them.
make_state() {
	mkdir -p "$state" "$logs"
	mount -t tmpfs -o mode=0700,nosuid,nodev,noexec,size=1m state "$state"
	mkdir "$spool"
	# It holds two chunks, as one may still arrive for a writer that was cut off, a piece of one, and the output of programs.
	mount -t tmpfs -o mode=0700,nosuid,nodev,noexec,size=4m spool "$spool"
	# contact() writes over this page.
	echo >"$state/contact"
}

# bound_rest: bounds the other file systems in RAM. A tmpfs takes up to half of the RAM by itself, its pages cannot be
# reclaimed, and a kernel that finds nothing to kill panics, in the middle of a write as well: writing to a mistyped
# name in /dev is enough. A root that the kernel has unpacked itself cannot be bounded.
bound_rest() {
	mount -o remount,size=512k /dev
	_used=$(df -k / | awk 'END { print $(NF - 3) }')
	case $(awk '$2 == "/" { type = $3 } END { print type }' /proc/mounts) in
	tmpfs) mount -o "remount,size=$((_used + 512))k" / ;;
	esac
}
