# shellcheck shell=sh
# Arming busybox init: one restart action, ours; its shutdown actions in our hands; everything else as it was.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/takeover/inits/80-busybox.sh
has() {
	grep -qxF -- "$1" /tmp/armed || die "not there: $1 in $(cat /tmp/armed)"
}
printf '%s\n' '# ::restart:/comment' '::sysinit:/etc/init.d/rcS' 'ttyS0::respawn:/sbin/getty 115200 ttyS0' \
	'::restart:/sbin/init' '::shutdown:/etc/init.d/rcK' "::shutdown: -/bin/sh -c 'sync; a:b'" '::shutdown:/bin/umount -a -r' >/tmp/inittab
busybox_inittab /run/x </tmp/inittab >/tmp/armed
[ "$(grep -c '^[^#]*:restart:' /tmp/armed)" = 1 ] || die "$(cat /tmp/armed)"
grep -q '^::restart:.* exec /run/x/run/takeover/pivot;' /tmp/armed || die "$(cat /tmp/armed)"
has '::shutdown:/run/x/run/takeover/action /etc/init.d/rcK'
has "::shutdown:/run/x/run/takeover/action /bin/sh -c 'sync; a:b'"
has '::shutdown:/run/x/run/takeover/action /bin/umount -a -r'
has 'ttyS0::respawn:/sbin/getty 115200 ttyS0'
has '# ::restart:/comment'

# What init does with the restart action: a shell, and "exec " in front.
action=$(sed -n 's/^::restart://p' /tmp/armed)
mkdir -p /run/x/run/takeover
printf '#!/bin/sh\necho stepped\n' >/run/x/run/takeover/pivot
chmod 755 /run/x/run/takeover/pivot
safe=$(printf '%s' "$action" | sed 's|reboot -f|echo rebooted|; s|/proc/sysrq-trigger|/tmp/sysrq|')
case $safe in
*'; echo rebooted; echo b >/tmp/sysrq') ;;
*) die "no last resort: $action" ;;
esac
[ "$(sh -c "exec $safe")" = stepped ] || die "the step was not taken"
[ ! -e /tmp/sysrq ] || die "reset after the step"
rm /run/x/run/takeover/pivot
[ "$(sh -c "exec $safe")" = rebooted ] || die "no reboot without the step"
[ -e /tmp/sysrq ] || die "nothing after a reboot that failed"
pass
