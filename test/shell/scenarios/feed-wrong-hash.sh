# shellcheck shell=sh
# A chunk whose bytes are not those that were announced is never written.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
image
flasher open "$lease" "$length" "$sha" file chunks >/dev/null
{
	chunk_frame 0 /tmp/c0 | head -n 1
	cat /tmp/c1
	echo end
} >/tmp/frames
fails sh -c "flasher feed $lease file chunks </tmp/frames"
[ ! -s /tmp/medium ] || die "it was written"
pass
