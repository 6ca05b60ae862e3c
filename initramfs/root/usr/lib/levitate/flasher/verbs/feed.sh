# shellcheck shell=sh
# feed LEASE KIND ARGS...: chunks from standard input in frames, such as "chunk INDEX LENGTH SHA256" and its bytes, then "end"

# shellcheck source=initramfs/root/usr/lib/levitate/flasher/frame.sh
. "$lib/flasher/frame.sh"

# The write belongs to the device, not to the connection: a cut ends it between two chunks, never inside of one.
trap '' HUP PIPE TERM INT
# These names have no underscore, so that no kind of target uses them for itself.
writing=$1
shift
lease_need "$writing"
use_target "$@"
need_begun
image_length=$(writer_field length)
lease_enter "$writing"
allow_writes
lease_exit
# A feed that was cut off may have left a chunk, or may still be receiving one.
rm -f "$spool"/chunk.*
until can_feed_by_helper; do
	next_frame "$image_length" || fail CONNECTION_LOST "the stream ended before its end was announced"
	if [ "$frame" = end ]; then
		say fed
		exit 0
	fi
	[ "$frame" = zero ] || take_chunk
	lease_enter "$writing"
	writer_need "$frame" "$index"
	case $frame in
	zero) invalidate "$index" "$count" ;;
	chunk) put "$index" "$spooled" ;;
	esac
	writer_next $((index + 1))
	lease_exit
	contact
	say written index# "$index" bytes# "$count"
done
# The helper has room of its own.
rm -f "$spool"/chunk.*
feed_by_helper "$writing" "$image_length"
say fed
