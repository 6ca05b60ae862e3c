# shellcheck shell=sh
# On the way into maintenance a shutdown action neither takes the new root away nor hangs.

# shellcheck source=test/shell/harness.sh
. /harness.sh
root=/tmp/r
mkdir -p "$root/run/takeover" "$root/usr/bin" "$root/usr/lib/levitate"
cp /usr/bin/busybox "$root/usr/bin/"
cp -r /usr/lib/levitate/takeover "$root/usr/lib/levitate/"
sed -i 's/^stop_seconds=.*/stop_seconds=2/' "$root/usr/lib/levitate/takeover/stop-services.sh"
mkdir "$root/kept"
mount -t tmpfs kept "$root/kept"
act() {
	sh /usr/lib/levitate/takeover/shutdown-action "$root" "$@"
}
: >"$root/run/takeover/triggered"

printf '#!/bin/sh\numount %s && ! grep -q " %s " /proc/mounts && touch /tmp/unmounted\n' "$root/kept" "$root/kept" >/tmp/rcK
chmod 755 /tmp/rcK
act /tmp/rcK
[ -e /tmp/unmounted ] || die "the script could not unmount, so this shows nothing"
grep -q " $root/kept " /proc/mounts || die "the script took a mount of PID 1's away"

for skipped in 'umount -a -r' 'swapoff -a'; do
	# shellcheck disable=SC2086
	act sh -c 'touch /tmp/ran' $skipped
	[ ! -e /tmp/ran ] || die "ran: $skipped"
done

# One that ignores TERM, too.
! act sh -c "trap '' TERM; while :; do sleep 1; done" || die "an action that hangs ended well"

# Alpine's: the services are stopped, one by one, and the runlevel that unmounts everything is not entered.
mkdir -p /run/openrc/started /run/bin
: >/run/openrc/started/sshd
for name in openrc rc-service; do
	printf '#!/bin/sh\necho %s "$@" >>/tmp/openrc\n' "$name" >"/run/bin/$name"
	chmod 755 "/run/bin/$name"
done
PATH=/run/bin:$PATH act /run/bin/openrc shutdown
[ "$(cat /tmp/openrc)" = 'rc-service --ifstarted sshd stop' ] || die "$(cat /tmp/openrc)"

# Armed, and asked for something else: it is what it was.
rm "$root/run/takeover/triggered" /tmp/openrc
act /run/bin/openrc shutdown
[ "$(cat /tmp/openrc)" = 'openrc shutdown' ] || die "$(cat /tmp/openrc)"
act umount "$root/kept"
! grep -q " $root/kept " /proc/mounts || die "umount did not run"
pass
