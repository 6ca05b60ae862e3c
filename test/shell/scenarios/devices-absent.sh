# shellcheck shell=sh
# A system without any stacked device, down to none of those that are there unused: nothing is released, nothing is said.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/lib/mounts.sh
. /usr/lib/levitate/lib/usage-scan.sh
. /usr/lib/levitate/lib/devices.sh
mount -t tmpfs sys /sys
said() {
	release_devices >/tmp/said 2>&1 || die "failed"
	[ ! -s /tmp/said ] || die "$(cat /tmp/said)"
}
said
mkdir -p /sys/block/sda /sys/block/zram0 /sys/block/loop0
echo 0 >/sys/block/zram0/disksize
said
pass
