# shellcheck shell=sh
# rescue-end LEASE KIND ARGS...: overwrites the rescue of a disk, which does not start it any more; it has keys in it

lease_enter "$1"
shift
use_target "$@"
need_free
part rescue
find_rescue
if [ "$rescue_offset" -ne 0 ]; then
	! starts_rescue "$rescue_offset" || refuse USAGE "$name still starts its rescue"
	allow_writes
	# The mark goes last: by it the rescue is found where this is cut off.
	zero_range $((rescue_offset + 4096)) $((rescue_offset + rescue_length))
	[ "$rescue_firmware" = bios ] || drop_copy "$rescue_offset"
	zero_range "$rescue_offset" $((rescue_offset + 4096))
	fresh
	[ -z "$(rescue_mark "$rescue_offset")" ] || fail WRITE_FAILED "$node keeps the rescue that was overwritten"
	journal "rescue-ended $target"
fi
rm -f "$state/rescue/$target"
say ended
