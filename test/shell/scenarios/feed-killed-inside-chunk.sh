# shellcheck shell=sh
# A feed that is killed while the program reads a chunk leaves a stream that nobody can carry on: it is begun anew.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
image
: >/tmp/slow
flasher open "$lease" "$length" "$sha" file stream >/dev/null
chunk_frame 0 /tmp/c0 >/tmp/frames
command flasher feed "$lease" file stream </tmp/frames >/tmp/fed 7>&- &
feeding=$!
eventually test -e /run/levitate/writer/half
kill -KILL "$feeding"
rm /tmp/slow
flasher open "$lease" "$length" "$sha" file stream >/tmp/opened
grep -q '"next":0,"resumed":false' /tmp/opened || die "$(cat /tmp/opened)"
{
	for i in 0 1 2; do chunk_frame "$i" "/tmp/c$i"; done
	echo end
} | flasher feed "$lease" file stream >/dev/null
flasher finish "$lease" file stream >/dev/null
cmp /tmp/image /tmp/medium || die "the medium differs"
pass
