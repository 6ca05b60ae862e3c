# shellcheck shell=sh
# The reboot reason: the newest one counts, wherever it is kept, with the entry that it belongs to and its age.

# shellcheck source=test/shell/harness.sh
. /harness.sh
mount -t tmpfs sys /sys
mkdir -p /sys/fs/pstore /var/lib/systemd/pstore/1/001
# A pstore that nobody has mounted is mounted for a moment: here it is there already.
mount -t tmpfs pstore /sys/fs/pstore
sent remote/facts.sh
! grep reboot-reason /tmp/out || die "$(cat /tmp/out)"

now=$(date +%s)
printf 'levitate: rebooting: older [entry aaaa at %s]\n' $((now - 5000)) >/sys/fs/pstore/pmsg-ramoops-0
printf '<3>[   12.3] levitate: pivot_root failed, going back to the old system [entry bbbb at %s]\n<5>[ 12.4] other\n' $((now - 500)) >/sys/fs/pstore/console-ramoops-0
printf '[ 1.0] levitate: rebooting: oldest [entry cccc at %s]\n' $((now - 50000)) >/var/lib/systemd/pstore/1/001/dmesg.txt
sent remote/facts.sh
grep -q '^reboot-reason=5[0-9][0-9] bbbb pivot_root failed, going back to the old system$' /tmp/out || die "$(grep reboot-reason /tmp/out)"

# What levitate says can be read back, of an entry and without one.
rm -r /sys/fs/pstore/* /var/lib/systemd/pstore
. /usr/lib/levitate/lib/reboot-reason.sh
mkdir /tmp/dev
for LEVITATE_ENTRY_ID in 0123abcd ''; do
	mount -t tmpfs dev /tmp/dev
	: >/tmp/dev/kmsg
	sed 's|/dev/kmsg|/tmp/dev/kmsg|; s|/proc/sys|/tmp/dev|; s|/sys/module|/tmp/dev|; s|/dev/pmsg0|/tmp/dev/none|' /usr/lib/levitate/lib/reboot-reason.sh >/tmp/reboot-reason.sh
	. /tmp/reboot-reason.sh
	record_reboot_reason 'rebooting: no contact for 15s' 2>/dev/null
	sed 's/^<3>/[ 1.0] /' /tmp/dev/kmsg >/sys/fs/pstore/console-ramoops-0
	umount /tmp/dev
	sent remote/facts.sh
	grep -q "^reboot-reason=[0-9]* ${LEVITATE_ENTRY_ID:--} rebooting: no contact for 15s\$" /tmp/out || die "$(grep reboot-reason /tmp/out)"
done

# A clock that starts anew at each boot cannot tell an age.
printf 'levitate: rebooting: x [entry aaaa at %s]\n' $((now + 5000)) >/sys/fs/pstore/console-ramoops-0
sent remote/facts.sh
grep -qx 'reboot-reason=- aaaa rebooting: x' /tmp/out || die "$(grep reboot-reason /tmp/out)"
pass
