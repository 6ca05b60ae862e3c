# shellcheck shell=sh
# The login of a rehearsal has no state to note a contact in, and says nothing of that: the kernel log is on the console.

# shellcheck source=test/shell/harness.sh
. /harness.sh
umount "$spool"
umount "$state"
rmdir "$state"
: >/tmp/kmsg
mount --bind /tmp/kmsg /dev/kmsg
/usr/lib/levitate/shell -c 'echo in' >/tmp/out 2>/tmp/err || die "no login: $(cat /tmp/err)"
says in
[ ! -s /tmp/err ] || die "it complains: $(cat /tmp/err)"
[ ! -s /tmp/kmsg ] || die "the kernel log says: $(cat /tmp/kmsg)"
[ ! -e "$state" ] || die "there is a state now"
pass
