# shellcheck shell=sh
# A write that its target refused has not begun: nothing is fed to it, and finish waits for none but its own.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
image
refused TARGET_MISSING flasher open "$lease" "$length" "$sha" file closed
refused WRITE_FAILED sh -c "echo end | flasher feed $lease file closed"
says 'no write to file closed was begun'
refused WRITE_FAILED flasher finish "$lease" file closed
flasher open "$lease" "$length" "$sha" file stream >/dev/null
refused WRITE_FAILED flasher finish "$lease" file chunks
flasher status | grep -qF '"writer":{"type":"writer","target":"file-stream"' || die "the stream has ended: $(flasher status)"
{
	for i in 0 1 2; do chunk_frame "$i" "/tmp/c$i"; done
	echo end
} | flasher feed "$lease" file stream >/dev/null
flasher finish "$lease" file stream >/dev/null
cmp /tmp/image /tmp/medium || die "the medium differs"
pass
