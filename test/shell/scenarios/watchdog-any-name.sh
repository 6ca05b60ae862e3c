# shellcheck shell=sh
# Who feeds a watchdog is found by the device's number, under whatever name it was opened: as procd's, which reads
# /watchdog because it was opened on a /dev that is gone. What PID 1 feeds itself needs no keeper.

# shellcheck source=test/shell/harness.sh
. /harness.sh
mount -t tmpfs sys /sys
mkdir -p /sys/class/watchdog/watchdog0 /tmp/dev
echo active >/sys/class/watchdog/watchdog0/state
echo 1:5 >/sys/class/watchdog/watchdog0/dev
char_device /watchdog
mount -t tmpfs dev /tmp/dev
for name in null zero kmsg; do
	: >"/tmp/dev/$name"
	mount --bind "/dev/$name" "/tmp/dev/$name"
done
char_device /tmp/dev/watchdog0
mount --move /tmp/dev /dev

sent remote/facts.sh
! grep watchdog-feeder /tmp/out || die "fed, though nobody has opened it"

exec 9<>/watchdog
readlink "/proc/$$/fd/9" | grep -qx /watchdog || die "this shows nothing: $(readlink "/proc/$$/fd/9")"
sent remote/facts.sh
grep -qx "watchdog-feeder=watchdog0 $$ .*" /tmp/out || die "$(grep watchdog /tmp/out)"

[ $$ = 1 ] || die "this shell is not PID 1"
sh /usr/lib/levitate/takeover/watchdog-handover / 2>/tmp/err
[ -p /var/watchdog/watchdog0.fifo ] || die "not seen: $(cat /tmp/err)"
[ ! -e /var/watchdog/keepers ] || die "a keeper was set beside PID 1"
exec 9>&-
umount /watchdog
rm -r /watchdog /var/watchdog /@
pass
