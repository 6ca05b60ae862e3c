# shellcheck shell=sh
# A cut inside a chunk leaves the chunk unwritten: whole chunks only.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
image
flasher open "$lease" "$length" "$sha" file chunks >/dev/null
{
	chunk_frame 0 /tmp/c0
	chunk_frame 1 /tmp/c1 | head -c 500000
} >/tmp/frames
fails sh -c "flasher feed $lease file chunks </tmp/frames"
says CONNECTION_LOST
[ "$(stat -c %s /tmp/medium)" = 1048576 ] || die "not one whole chunk: $(stat -c %s /tmp/medium)"
cmp /tmp/c0 /tmp/medium || die "the first chunk differs"
pass
