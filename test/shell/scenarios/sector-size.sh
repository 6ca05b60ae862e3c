# shellcheck shell=sh
# A disk and its partitions tell the size of the disk's logical sectors, which its partition table counts in; a partition
# tells which disk it is a part of, and a disk its partitions.

# shellcheck source=test/shell/harness.sh
. /harness.sh
mkdir -p /sys
mount -t tmpfs sys /sys
mkdir -p /sys/class/block /sys/devices/sda/queue /sys/devices/sda/sda1 /sys/devices/nvme0n1/queue
ln -s ../../devices/sda /sys/class/block/sda
ln -s ../../devices/sda/sda1 /sys/class/block/sda1
ln -s ../../devices/nvme0n1 /sys/class/block/nvme0n1
echo 1 >/sys/devices/sda/sda1/partition
echo 2048 >/sys/devices/sda/sda1/start
echo 4096 >/sys/devices/sda/sda1/size
echo PARTNAME=data >/sys/devices/sda/sda1/uevent
echo 512 >/sys/devices/sda/queue/logical_block_size
echo 4096 >/sys/devices/sda/queue/physical_block_size
echo 4096 >/sys/devices/nvme0n1/queue/logical_block_size
for dir in sda sda/sda1 nvme0n1; do echo 0 >"/sys/devices/$dir/ro"; done

# shellcheck source=initramfs/root/usr/lib/levitate/lib/json.sh
. /usr/lib/levitate/lib/json.sh
part() {
	: # What the kind shares with others is not asked for here.
}
head_hex() {
	: # Nor what lies at its beginning.
}
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/block.sh
. /usr/lib/levitate/flasher/block.sh
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/write-protection.sh
. /usr/lib/levitate/flasher/write-protection.sh
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/spared.sh
. /usr/lib/levitate/flasher/spared.sh
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/kinds/block.sh
. /usr/lib/levitate/flasher/kinds/block.sh

# described DEVICE SECTOR PARTITION WITHIN PARTITIONS
described() {
	kind=block device=$1 name=/dev/$1 node=/dev/$1 size=1048576
	describe >/tmp/out
	says "\"within\":\"$4\",\"size\":1048576,\"partition\":$3,\"sector_size\":$2,\"head\":\"\",\"unfit\":null,\"force_ro\":false,\"spared\":[],\"partitions\":[${5-}],\"rescue\":null}"
}
described sda 512 false '' '{"type":"extent","node":"/dev/sda1","label":"data","offset":1048576,"length":2097152}'
described sda1 512 true /dev/sda
described nvme0n1 4096 false ''

rm /sys/devices/nvme0n1/queue/logical_block_size
(device=nvme0n1 && describe) >/tmp/out 2>/dev/null && die "nothing tells its sectors"
says '"code":"TARGET_UNSUPPORTED"'
pass
