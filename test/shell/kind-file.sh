# shellcheck shell=sh
# Stands for a target kind on real flash: it keeps the contract in the head of initramfs/root/usr/lib/levitate/flasher/target.sh, on a
# plain file, so that feeding, cutting and leaving can be tried without a device. Its argument "stream" makes it
# take one long stream through a program, as ubiformat does; "broken" makes that program fail.

part read-back

resolve() {
	name="file $1"
	mode=$1
	node=/tmp/medium
	[ -e "$node" ] || : >"$node"
	size=8388608
	[ ! -r /tmp/size ] || size=$(cat /tmp/size)
}

describe() {
	say target kind file name "$name" node "$node" size# "$size"
}

holders() {
	[ ! -s /tmp/holders ] || cat /tmp/holders
}

open_writer() {
	note_target touched
	case $mode in
	closed) refuse TARGET_MISSING "$node takes nothing" ;;
	stream) writer_stream sh -c 'while [ -e /tmp/slow ]; do usleep 20000; done; cat >/tmp/medium' ;;
	broken) writer_stream sh -c 'head -c 4096 >/dev/null; echo "eraseblock 7 is worn out"; exit 5' ;;
	esac
}

put() {
	# A kind may use any name that begins so.
	# shellcheck disable=SC2034
	_lease=0 _length=0 _sha=0 _index=0 _count=0 _left=0
	case $mode in
	chunks)
		# A slow medium: the write has begun, and does not end while /tmp/slow is there.
		[ ! -e /tmp/slow ] || : >/tmp/slowly
		while [ -e /tmp/slow ]; do usleep 20000; done
		dd if="$2" of="$node" bs="$chunk" seek="$1" conv=notrunc status=none
		;;
	*) writer_append "$2" ;;
	esac
}

close_writer() {
	[ "$mode" = chunks ] || writer_finish
}

fresh() { :; }
