# shellcheck shell=sh
# A reboot does not wait for ever for a disk that answers no more, and waits for one that is only slow.

# shellcheck source=test/shell/harness.sh
. /harness.sh
# shellcheck disable=SC2317
sync() {
	usleep 1200000
	: >/tmp/synced
}
flush
[ -e /tmp/synced ] || die "it did not wait for the end of a sync"

sync() {
	exec sleep 1000
}
flush_seconds=1
flush
kill -0 "$_sync" || die "the sync that hangs has ended"
kill "$_sync"
pass
