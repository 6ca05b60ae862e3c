# shellcheck shell=sh
# A terminal that somebody typed on before the clock was set back holds nobody in maintenance for ever.

# shellcheck source=test/shell/harness.sh
. /harness.sh
mount -t tmpfs pts /dev/pts
touch -d '2099-01-01 00:00:00' /dev/pts/0
uptime_seconds >"$state/contact"
# What the timer does at its end, and when.
sed 's|^_late=0$|&; LEVITATE_IDLE_TIMEOUT=2; reboot_now() { echo "$1" >/tmp/rebooted; exit; }|' \
	/usr/lib/levitate/services/deadman >/tmp/deadman
sh /tmp/deadman 2>/dev/null &
_left=120
until [ -s /tmp/rebooted ]; do
	_left=$((_left - 1))
	[ "$_left" -gt 0 ] || die "a time that is yet to come counts as typing"
	sleep 1
done
grep -q '^idle for 2s' /tmp/rebooted || die "it reboots for another reason: $(cat /tmp/rebooted)"
pass
