# shellcheck shell=sh
# A writer whose lease went to somebody else is refused, and nothing is written.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
old=$lease
image
flasher open "$old" "$length" "$sha" file chunks >/dev/null
exec 7>&-
wait
rm /tmp/lease-open
hold_lease other@desk
{
	chunk_frame 0 /tmp/c0
	echo end
} >/tmp/frames
fails sh -c "flasher feed $old file chunks </tmp/frames"
says 'was lost to other@desk'
[ ! -s /tmp/medium ] || die "something was written"
pass
