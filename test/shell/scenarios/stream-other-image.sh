# shellcheck shell=sh
# Another image does not carry on a stream that waits: it is given up and begun anew.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
image
flasher open "$lease" "$length" "$sha" file stream >/dev/null
{
	chunk_frame 0 /tmp/c0
	echo end
} | flasher feed "$lease" file stream >/dev/null
other=$(echo other | sha256sum | cut -c 1-64)
flasher open "$lease" 5000 "$other" file stream >/tmp/opened
grep -q '"next":0,"resumed":false' /tmp/opened || die "$(cat /tmp/opened)"
{
	chunk_frame 0 /tmp/c2
	echo end
} | flasher feed "$lease" file stream >/dev/null
flasher finish "$lease" file stream >/dev/null
cmp /tmp/c2 /tmp/medium || die "the medium differs"
pass
