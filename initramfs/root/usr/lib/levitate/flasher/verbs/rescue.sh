# shellcheck shell=sh
# rescue LEASE OFFSET LENGTH KIND ARGS...: writes a rescue there and makes the disk start it; its boot sector and its front come

lease_enter "$1"
# Names without the underscore, which no kind of target uses for itself.
from=$2 length=$3
shift 3
need_integer OFFSET "$from"
need_integer LENGTH "$length"
use_target "$@"
need_fit $((from + length))
need_free
part rescue
[ "$kind" = block ] || refuse USAGE "$name has no rescue"
read_sector
find_rescue
touch_target
if [ "$rescue_offset $rescue_length" = "$from $length" ] && starts_rescue "$from"; then
	say rescued
	exit 0
fi
[ "$rescue_offset" -eq 0 ] || [ "$rescue_offset $rescue_length" = "$from $length" ] ||
	refuse USAGE "$name has a rescue at $rescue_offset already"
head -c $((513 + rescue_front)) >"$spool/rescue.all"
[ "$(stat -c %s "$spool/rescue.all")" = $((512 + rescue_front)) ] || fail CONNECTION_LOST "the stream ended before its end"
head -c 512 "$spool/rescue.all" >"$spool/rescue.boot"
tail -c +513 "$spool/rescue.all" >"$spool/rescue.front"
rm "$spool/rescue.all"
allow_writes
# One that is there, and read back, is never written again: the disk may start it at any time.
if [ "$rescue_offset" -ne 0 ]; then
	start_rescue "$from" "$spool/rescue.boot"
else
	write_rescue "$from" "$length" "$spool/rescue.boot" "$spool/rescue.front"
fi
rm -f "$spool"/rescue.*
say rescued
