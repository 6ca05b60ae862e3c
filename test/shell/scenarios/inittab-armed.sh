# shellcheck shell=sh
# Arming busybox init: one restart action, ours; unmounting waits; everything else stays as it was.

# shellcheck source=test/shell/scenarios/words.sh
. /scenarios/words.sh
. /usr/lib/levitate/hook/inits/busybox.sh
printf '%s\n' '# ::restart:/comment' '::sysinit:/etc/init.d/rcS' 'ttyS0::respawn:/sbin/getty 115200 ttyS0' \
	'::restart:/sbin/init' '::shutdown:/etc/init.d/rcK' '::shutdown:/bin/umount -a -r' >/tmp/inittab
busybox_inittab /run/x </tmp/inittab >/tmp/armed
[ "$(grep -c '^[^#]*:restart:' /tmp/armed)" = 1 ] || die "$(cat /tmp/armed)"
grep -qxF '::restart:/run/x/usr/bin/busybox sh /run/x/usr/lib/levitate/hook/pivot /run/x' /tmp/armed || die "$(cat /tmp/armed)"
grep -qxF '::shutdown:/etc/init.d/rcK' /tmp/armed || die "$(cat /tmp/armed)"
grep -qxF '::shutdown:/run/x/usr/bin/busybox sh /run/x/usr/lib/levitate/hook/unless-triggered /run/x /bin/umount -a -r' /tmp/armed || die "$(cat /tmp/armed)"
grep -qxF 'ttyS0::respawn:/sbin/getty 115200 ttyS0' /tmp/armed || die "$(cat /tmp/armed)"
pass
