# shellcheck shell=sh
# wear: what MTDs, UBI, eMMC, SD cards and NVMes tell, and what kernels do not show; partitions and what is no flash stay out.

# shellcheck source=test/shell/harness.sh
. /harness.sh
mount -t tmpfs sys /sys
mkdir -p /sys/class/mtd/mtd0 /sys/class/mtd/mtd0ro /sys/class/mtd/mtd1 /sys/class/mtd/mtd2 /sys/class/ubi/ubi0 /sys/class/ubi/ubi0_0
echo nand >/sys/class/mtd/mtd0/type
echo 131072 | tee /sys/class/mtd/mtd0/erasesize >/sys/class/mtd/mtd2/erasesize
echo 3 >/sys/class/mtd/mtd0/bad_blocks
echo 4 >/sys/class/mtd/mtd0/bbt_blocks
echo 0 >/sys/class/mtd/mtd0/ecc_failures
echo 12 >/sys/class/mtd/mtd0/corrected_bits
echo nor >/sys/class/mtd/mtd1/type
echo 0 >/sys/class/ubi/ubi0/mtd_num
echo 9 >/sys/class/ubi/ubi0/max_ec
echo 3 >/sys/class/ubi/ubi0/bad_peb_count
echo 17 >/sys/class/ubi/ubi0/reserved_for_bad
# disk DEVICE SECTORS: a block device.
disk() {
	mkdir -p "/sys/class/block/$1/device"
	echo "$2" >"/sys/class/block/$1/size"
}
for _disk in mmcblk0 mmcblk1 mmcblk2 mmcblk0boot0 vda nvme0n1 loop0 mtdblock0 dm-0; do
	disk "$_disk" 2048
done
disk sr0 0
disk vda1 100
echo 1 >/sys/class/block/vda1/partition
echo MMC >/sys/class/block/mmcblk0/device/type
echo 8GTF4R >/sys/class/block/mmcblk0/device/name
echo '0x02 0x01' >/sys/class/block/mmcblk0/device/life_time
echo 0x01 >/sys/class/block/mmcblk0/device/pre_eol_info
echo SD >/sys/class/block/mmcblk1/device/type
echo 'ACME SSD 1' >/sys/class/block/nvme0n1/device/model
# A kernel without life_time: what debugfs has of the register, in hexadecimal digits.
rmdir /sys/class/block/mmcblk2/device
mkdir -p /sys/devices/mmc2/mmc2:0001 /sys/kernel/debug/mmc2/mmc2:0001
ln -s ../../../devices/mmc2/mmc2:0001 /sys/class/block/mmcblk2/device
echo MMC >/sys/devices/mmc2/mmc2:0001/type
# register REVISION: bytes 192 and 267 to 269 of 512.
register() {
	printf "%0384d%s%0148d%s%0484d\n" 0 "$1" 0 020b0a 0 >/sys/kernel/debug/mmc2/mmc2:0001/ext_csd
}
register 08

# Whoever is no root can bind nodes, and make none.
for _node in null zero; do
	: >"/tmp/$_node"
	mount --bind "/dev/$_node" "/tmp/$_node"
done
mount -t tmpfs dev /dev
for _node in null zero; do
	: >"/dev/$_node"
	mount --bind "/tmp/$_node" "/dev/$_node"
done
char_device /dev/mtd0ro
char_device /dev/mtd1
# shellcheck disable=SC2034
device='smartctl() { printf "{\n\t\"x\": 1\n}\n"; }'
sent remote/running.sh remote/wear.sh
sed '/^\(levitate-facts\|state\|boot-id\|uid\|mtd\)=/d' /tmp/out >/tmp/got
cat >/tmp/expected <<'LIST'
ubi=ubi0 mtd0
ubi-health=ubi0 9 3 17
mtd-type=mtd0 nand
mtd-health=mtd0 3 4 0 12
mtd-node=mtd0 /dev/mtd0ro
mtd-holds-ubi=mtd0
mtd-type=mtd1 nor
mtd-health=mtd1 - - - -
mtd-node=mtd1 /dev/mtd1
mtd-type=mtd2 -
mtd-health=mtd2 - - - -
wear-disk=mmcblk0 2048 8GTF4R
mmc=mmcblk0 MMC 0x01 0x02 0x01
wear-disk=mmcblk1 2048 
mmc=mmcblk1 SD - - -
wear-disk=mmcblk2 2048 
mmc=mmcblk2 MMC 0x02 0x0b 0x0a
wear-disk=nvme0n1 2048 ACME SSD 1
nvme-smart=nvme0n1 smartctl { 	"x": 1 } 
wear-disk=vda 2048 
wear-end=yes
LIST
sed -i 's/{ 	"x"/{  "x"/' /tmp/expected
cmp /tmp/expected /tmp/got || die "$(diff /tmp/expected /tmp/got)"

# Without a program of its own, the helper of the maintenance root asks; here there is no such node.
# shellcheck disable=SC2034
device='smartctl_is_not_here=1'
sent remote/running.sh remote/wear.sh
if [ -e /usr/lib/levitate/helper ]; then
	grep -q '^nvme-smart=nvme0n1 helper /dev/nvme0n1 cannot be asked: ' /tmp/out || die "$(grep nvme /tmp/out)"
else
	! grep '^nvme-smart' /tmp/out || die "nobody can have said that"
fi

# Before revision 7 these bytes are reserved.
register 06
sent remote/running.sh remote/wear.sh
grep -qx 'mmc=mmcblk2 MMC - - -' /tmp/out || die "reserved bytes count: $(grep mmcblk2 /tmp/out)"

# A device without any of it.
mount -t tmpfs sys /sys
# shellcheck disable=SC2034
device=
sent remote/running.sh remote/wear.sh
! grep '\*' /tmp/out || die "a pattern that matched nothing was told as a fact"
grep -qx 'wear-end=yes' /tmp/out || die "it did not come to its end"
pass
