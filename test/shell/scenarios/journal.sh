# shellcheck shell=sh
# The journal keeps what was touched and verified, in order.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
image
flasher open "$lease" "$length" "$sha" file stream >/dev/null
{
	for i in 0 1 2; do chunk_frame "$i" "/tmp/c$i"; done
	echo end
} | flasher feed "$lease" file stream >/dev/null
flasher finish "$lease" file stream >/dev/null
flasher verified "$lease" "$sha" file stream >/dev/null
flasher journal | sed 's/.*"event":"//' >/tmp/journal
grep -n . /tmp/journal | grep -q '2:touched file-stream' || die "$(cat /tmp/journal)"
grep -q "sha256 $sha" /tmp/journal || die "$(cat /tmp/journal)"
flasher status | grep -qF '"targets":{"file-stream":"verified"}' || die "$(flasher status)"
pass
