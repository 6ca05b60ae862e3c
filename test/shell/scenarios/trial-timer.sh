# shellcheck shell=sh
# The trial timer of a new slot reboots where the boot loader has started it on trial, and the host has not left its mark in this boot.

# shellcheck source=test/shell/harness.sh
. /harness.sh
mkdir -p /usr/lib/levitate /tmp/bin
# The applets of this busybox come before programs of their names.
sed 's|^sleep |/tmp/bin/sleep |; s|^reboot|/tmp/bin/reboot|' /sent/trial/trial >/usr/lib/levitate/trial
echo LEVITATE_CONFIRM_WITHIN=1 >/usr/lib/levitate/trial.conf
trap 'rm -f /usr/lib/levitate/trial /usr/lib/levitate/trial.conf' EXIT
printf '#!/bin/sh\necho "sleep $*" >>/tmp/called\n' >/tmp/bin/sleep
# What follows a reboot that never comes is not run here.
printf '#!/bin/sh\necho "reboot $*" >>/tmp/called\nkill "$PPID"\n' >/tmp/bin/reboot
chmod 755 /tmp/bin/*
# timer CMDLINE: runs it under a kernel that was told this, and puts into /tmp/called what it has called.
timer() {
	echo "$1" >/tmp/cmdline
	mount --bind /tmp/cmdline /proc/cmdline
	: >/tmp/called
	sh /usr/lib/levitate/trial 2>/tmp/err || :
	umount /proc/cmdline
}
# An init system may start it before /sys is mounted: then it cannot know yet.
sys=/tmp/sys
sed -i 's|\([ ]\)/sys/|\1/tmp/sys/|g' /usr/lib/levitate/trial
timer quiet
[ "$(cat /tmp/called)" = 'sleep 1' ] || die "it does not look again: $(cat /tmp/called /tmp/err)"
mkdir -p $sys/kernel
timer 'quiet levitate.trials'
[ ! -s /tmp/called ] || die "it is no trial: $(cat /tmp/called)"
timer 'quiet levitate.trial panic=10'
grep -q '^reboot' /tmp/called || die "it does not reboot: $(cat /tmp/called /tmp/err)"
grep -qx 'sleep 1' /tmp/called || die "it does not wait: $(cat /tmp/called)"

# systemd-boot says it by a variable, which is there once its file system is mounted.
mkdir -p $sys/firmware/efi/efivars
timer quiet
[ "$(cat /tmp/called)" = 'sleep 1' ] || die "systemd-boot does not say that it is a trial: $(cat /tmp/called)"
touch $sys/firmware/efi/efivars/LoaderBootCountPath-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f
timer quiet
grep -q '^reboot' /tmp/called || die "systemd-boot says that it is a trial: $(cat /tmp/called /tmp/err)"
rm -r $sys/firmware

# The mark of another boot, as one that lies on a medium, says nothing of this one.
echo another >/run/levitate-confirmed
timer levitate.trial
grep -q '^reboot' /tmp/called || die "another boot was confirmed, and it does not reboot"
for folder in /run /tmp; do
	rm -f /run/levitate-confirmed /tmp/levitate-confirmed
	cat /proc/sys/kernel/random/boot_id >"$folder/levitate-confirmed"
	timer levitate.trial
	! grep -q '^reboot' /tmp/called || die "it was confirmed in $folder, and reboots"
done
rm -f /run/levitate-confirmed /tmp/levitate-confirmed

# The firmware of a Raspberry Pi says it in the device tree, which is a file system of its own under /proc.
mkdir -p /tmp/proc/device-tree/chosen/bootloader /tmp/proc/sys/kernel/random
cat /proc/sys/kernel/random/boot_id >/tmp/proc/sys/kernel/random/boot_id
echo quiet >/tmp/proc/cmdline
cp /usr/lib/levitate/trial /tmp/trial
sed -i 's|/proc/|/tmp/proc/|g' /usr/lib/levitate/trial
printf '\000\000\000\000' >/tmp/proc/device-tree/chosen/bootloader/tryboot
: >/tmp/called
sh /usr/lib/levitate/trial
[ ! -s /tmp/called ] || die "the firmware does not say that it is a trial: $(cat /tmp/called)"
printf '\000\000\000\001' >/tmp/proc/device-tree/chosen/bootloader/tryboot
sh /usr/lib/levitate/trial || :
grep -q '^reboot' /tmp/called || die "the firmware says that it is a trial: $(cat /tmp/called)"
pass
