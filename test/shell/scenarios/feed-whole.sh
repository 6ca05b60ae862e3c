# shellcheck shell=sh
# Chunks arrive, are written and acknowledged, and the end is announced.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
image
flasher open "$lease" "$length" "$sha" file chunks >/tmp/opened
grep -q '"next":0,"resumed":false' /tmp/opened || die "$(cat /tmp/opened)"
{
	for i in 1 2 0; do chunk_frame "$i" "/tmp/c$i"; done
	echo end
} | flasher feed "$lease" file chunks >/tmp/acks
[ "$(grep -c '"type":"written"' /tmp/acks)" = 3 ] || die "$(cat /tmp/acks)"
tail -n 1 /tmp/acks | grep -q '"type":"fed"' || die "$(cat /tmp/acks)"
cmp /tmp/image /tmp/medium || die "the medium differs"
flasher finish "$lease" file chunks >/dev/null
[ "$(flasher hash "$length" file chunks | grep -c '"type":"chunk"')" = 3 ] || die "three chunks"
pass
