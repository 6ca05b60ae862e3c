# shellcheck shell=sh
# A partition that is known by its table alone is missing only where the table could be read: a running system may lack the
# programs for that, and then gives no answer.

# shellcheck source=test/shell/harness.sh
. /harness.sh
# shellcheck source=initramfs/root/usr/lib/levitate/lib/json.sh
. "$lib/lib/json.sh"
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/bytes.sh
. "$lib/flasher/bytes.sh"
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/block.sh
. "$lib/flasher/block.sh"

mkdir -p /sys
mount -t tmpfs sys /sys
mkdir -p /sys/devices/sda/sda1 /sys/class/block
ln -s ../../devices/sda/sda1 /sys/class/block/sda1
printf 'DEVNAME=sda1\nPARTNAME=system\n' >/sys/devices/sda/sda1/uevent
echo 1 >/sys/devices/sda/sda1/partition
mkdir -p /sys/devices/sda/queue
echo 512 >/sys/devices/sda/queue/logical_block_size

# found yes|no label|uuid VALUE: looks for the partition, as a running system does or as the maintenance root does.
found() {
	_status=0
	(
		set -e
		looking=$1
		shift
		resolve_partition "$@"
	) >/tmp/out 2>/tmp/err || _status=$?
	echo "$_status"
}

for words in 'uuid 0dead001-01' 'label Überall'; do
	# shellcheck disable=SC2086
	[ "$(found yes $words)" = 3 ] || die "looked for: $words"
	says '"code":"TARGET_MISSING"'
	# shellcheck disable=SC2086
	[ "$(found no $words)" = 3 ] || die "not found in maintenance: $words"
done

hexdump() {
	return 127
}
for words in 'uuid 0dead001-01' 'label Überall'; do
	# shellcheck disable=SC2086
	[ "$(found yes $words)" = 1 ] || die "called missing without a look: $words"
	[ ! -s /tmp/out ] || die "answered: $(cat /tmp/out)"
done
# The kernel itself tells the names that are plain.
[ "$(found yes label other)" = 3 ] || die "other"
says '"code":"TARGET_MISSING"'
pass
