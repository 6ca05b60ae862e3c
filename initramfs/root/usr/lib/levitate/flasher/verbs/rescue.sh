# shellcheck shell=sh
# rescue LEASE OFFSET LENGTH HEAD TAIL FRONT KIND ARGS...: writes a rescue there and makes the disk start it; so many bytes come for the
# beginning of the disk, for its end, and for what stands in front of the kernel

lease_enter "$1"
# Names without the underscore, which no kind of target uses for itself.
from=$2 length=$3 head=$4 tail=$5 front=$6
for number in "OFFSET $from" "LENGTH $length" "HEAD $head" "TAIL $tail" "FRONT $front"; do
	need_integer "${number% *}" "${number#* }"
done
shift 6
use_target "$@"
need_fit $((from + length))
need_free
part rescue
[ "$kind" = block ] || refuse USAGE "$name has no rescue"
read_sector
find_rescue
touch_target
# Where the disk has a table at its end as well, both are looked at below.
if [ "$rescue_offset $rescue_length" = "$from $length" ] && [ "$tail" -eq 0 ] && starts_rescue "$from"; then
	say rescued
	exit 0
fi
[ "$rescue_offset" -eq 0 ] || [ "$rescue_offset $rescue_length" = "$from $length" ] ||
	refuse USAGE "$name has a rescue at $rescue_offset already"
# dd reads no more of the stream than it is told, and both ends of a disk are whole sectors.
for file in "head $head" "tail $tail"; do
	dd bs=512 count=$((${file#* } / 512)) iflag=fullblock status=none >"$spool/rescue.${file% *}"
done
head -c $((front + 1)) >"$spool/rescue.front"
for file in "head $head" "tail $tail" "front $front"; do
	[ "$(stat -c %s "$spool/rescue.${file% *}")" = "${file#* }" ] || fail CONNECTION_LOST "the stream ended before its end"
done
allow_writes
# One that is there, and read back, is never written again: the disk may start it at any time.
if [ "$rescue_offset" -ne 0 ]; then
	start_rescue "$from" "$spool/rescue.head" "$spool/rescue.tail"
else
	write_rescue "$from" "$length" "$spool/rescue.head" "$spool/rescue.tail" "$spool/rescue.front"
fi
rm -f "$spool"/rescue.*
say rescued
