# shellcheck shell=sh
# probe: what a device is known by beside its serial number: the eMMC that it is soldered to, and addresses that a maker gave it.

# shellcheck source=test/shell/harness.sh
. /harness.sh
mount -t tmpfs sys /sys

# card NAME TYPE CID: a block device of the MMC layer.
card() {
	mkdir -p "/sys/class/block/$1/device"
	echo "$2" >"/sys/class/block/$1/device/type"
	echo "$3" >"/sys/class/block/$1/device/cid"
}
# interface NAME ASSIGNED ADDRESS [device]: a network interface, whose address was given to it (0) or made up.
interface() {
	mkdir -p "/sys/class/net/$1"
	echo "$2" >"/sys/class/net/$1/addr_assign_type"
	echo "$3" >"/sys/class/net/$1/address"
	[ -z "${4-}" ] || mkdir "/sys/class/net/$1/device"
}

card mmcblk0 SD 03534453433136478012345678012a00
card mmcblk2 MMC 150100384254443452019f8a3c1e7d00
card mmcblk2boot0 MMC 150100384254443452019f8a3c1e7d00
interface eth0 0 b8:27:eb:01:02:03 device
interface usb0 1 5e:11:22:33:44:55 device
interface br0 0 b8:27:eb:01:02:03
interface wlan0 0 b8:27:eb:54:57:56 device
sent remote/facts.sh remote/probe.sh
grep -E '^(emmc-cid|hardware-address)=' /tmp/out >/tmp/got
cat >/tmp/expected <<'LIST'
emmc-cid=150100384254443452019f8a3c1e7d00
emmc-cid=150100384254443452019f8a3c1e7d00
hardware-address=eth0 b8:27:eb:01:02:03
hardware-address=wlan0 b8:27:eb:54:57:56
LIST
cmp /tmp/expected /tmp/got || die "$(cat /tmp/got)"
pass
