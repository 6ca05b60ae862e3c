# shellcheck shell=sh
# A program that reads one long stream waits through a cut, and the next session carries it on.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
image
flasher open "$lease" "$length" "$sha" file stream >/dev/null
{
	chunk_frame 0 /tmp/c0
	chunk_frame 1 /tmp/c1 | head -c 1000
} >/tmp/frames
fails sh -c "flasher feed $lease file stream </tmp/frames"
exec 7>&-
wait
rm /tmp/lease-open
hold_lease again
flasher open "$lease" "$length" "$sha" file stream >/tmp/opened
grep -q '"next":1,"resumed":true' /tmp/opened || die "$(cat /tmp/opened)"
{
	chunk_frame 1 /tmp/c1
	chunk_frame 2 /tmp/c2
	echo end
} | flasher feed "$lease" file stream >/dev/null
flasher finish "$lease" file stream >/dev/null
cmp /tmp/image /tmp/medium || die "the medium differs"
pass
