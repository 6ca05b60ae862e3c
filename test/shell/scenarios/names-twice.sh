# shellcheck shell=sh
# A name that several have is refused, whatever the kind: the flasher names all of them, and how a profile says which.

# shellcheck source=test/shell/harness.sh
. /harness.sh
mkdir -p /sys
touch /tmp/null
mount --bind /dev/null /tmp/null
mount -t tmpfs sys /sys
mount -t tmpfs dev /dev
touch /dev/null
mount --bind /tmp/null /dev/null

# node PATH: a character device.
node() {
	touch "$1"
	mount --bind /tmp/null "$1"
}

# mtd N NAME [UBI VOLUME...]: an MTD, and what is attached on it.
mtd() {
	_dir=/sys/class/mtd/mtd$1
	mkdir -p "$_dir"
	node "/dev/mtd$1"
	echo "$2" >"$_dir/name"
	for _field in size:16777216 erasesize:131072 subpagesize:2048 flags:0x400 type:nand bad_blocks:0; do
		echo "${_field#*:}" >"$_dir/${_field%:*}"
	done
	cp -r "$_dir" "${_dir}ro"
	[ $# -gt 2 ] || return 0
	_ubi=$3
	mkdir -p "/sys/class/ubi/$_ubi"
	echo "$1" >"/sys/class/ubi/$_ubi/mtd_num"
	echo 7 >"/sys/class/ubi/$_ubi/avail_eraseblocks"
	shift 3
	_index=0
	for _volume in "$@"; do
		_dir=/sys/class/ubi/${_ubi}_$_index
		mkdir -p "$_dir"
		node "/dev/${_ubi}_$_index"
		echo "$_volume" >"$_dir/name"
		for _field in usable_eb_size:126976 reserved_ebs:80 type:dynamic dev:250:1; do
			echo "${_field#*:}" >"$_dir/${_field%%:*}"
		done
		_index=$((_index + 1))
	done
}

# part NAME DISK START LABEL [UUID]: a partition as sysfs shows it.
part() {
	mkdir -p "/sys/devices/$2/$1" /sys/class/block
	ln -s "../../devices/$2/$1" "/sys/class/block/$1"
	printf 'DEVNAME=%s\nPARTNAME=%s\n' "$1" "$4" >"/sys/devices/$2/$1/uevent"
	[ -z "${5-}" ] || echo "PARTUUID=$5" >>"/sys/devices/$2/$1/uevent"
	echo 1 >"/sys/devices/$2/$1/partition"
	echo 204800 >"/sys/devices/$2/$1/size"
	echo 179:1 >"/sys/devices/$2/$1/dev"
}

# meant WORDS...: resolves them and prints the node.
meant() {
	flasher target "$@" >/tmp/out
	sed -n 's/.*"kind":.*"node":"\([^"]*\)".*/\1/p' /tmp/out
}

mtd 0 u-boot
mtd 3 ubi ubi0 rootfs data
mtd 5 ubi ubi1 rootfs
mtd 6 mtd7
mtd 7 odd ubi2 'two words' two
mtd 8 'ubi ' ubi3 rootfs
part mmcblk0p1 mmcblk0 2048 system 0dead001-01
part mmcblk1p1 mmcblk1 2048 system 0DEAD001-01
part mmcblk1p2 mmcblk1 9999 System 0dead001-02
mkdir -p /dev/disk/by-partlabel /dev/disk/by-uuid
ln -s ../../mmcblk1p1 /dev/disk/by-partlabel/system
ln -s ../../null /dev/disk/by-uuid/1111-2222
ln -s mmcblk7 /dev/gone

refused() { # CODE WORDS TARGET...
	_code=$1 _said=$2
	shift 2
	fails flasher target "$@"
	says "\"code\":\"$_code\""
	says "$_said"
}
both='mtd3 (16777216 bytes, ubi0 with rootfs data), mtd5 (16777216 bytes, ubi1 with rootfs); the profile says which, such as mtd: mtd3'
for words in 'mtd ubi' 'ubi ubi' 'ubi-volume rootfs ubi' 'ubi-volume data ubi' 'ubi-volume none ubi'; do
	# shellcheck disable=SC2086
	refused TARGET_AMBIGUOUS "several MTDs are named ubi: $both" $words
done
# One is called mtd7, and another is mtd7.
refused TARGET_AMBIGUOUS 'mtd6 (16777216 bytes), mtd7 (16777216 bytes, ubi2 with two words two); the profile says which, such as mtd: mtd6' ubi mtd7
[ "$(meant ubi mtd3)" = /dev/mtd3 ] || die "mtd3"
[ "$(meant ubi mtd6)" = /dev/mtd6 ] || die "mtd6"
[ "$(meant ubi odd)" = /dev/mtd7 ] || die "odd"
[ "$(meant ubi 'ubi ')" = /dev/mtd8 ] || die "a space at the end is part of a name"
[ "$(meant ubi-volume rootfs mtd5)" = /dev/ubi1_0 ] || die "rootfs on mtd5"
[ "$(meant ubi-volume rootfs mtd3)" = /dev/ubi0_0 ] || die "rootfs on mtd3"
[ "$(meant ubi-volume two odd)" = /dev/ubi2_1 ] || die "two"
[ "$(meant ubi-volume 'two words' odd)" = /dev/ubi2_0 ] || die "two words"
refused TARGET_MISSING 'there is no volume data on ubi1, which has rootfs' ubi-volume data mtd5
mkdir -p /sys/class/ubi/ubi9
echo 3 >/sys/class/ubi/ubi9/mtd_num
refused TARGET_AMBIGUOUS 'several UBI devices stand on mtd3' ubi-volume rootfs mtd3

slots='/dev/mmcblk0p1 (104857600 bytes, on mmcblk0), /dev/mmcblk1p1 (104857600 bytes, on mmcblk1); the profile says which, such as block: /dev/mmcblk'
refused TARGET_AMBIGUOUS "several partitions have label system: $slots" partition label system
refused TARGET_AMBIGUOUS "several partitions have uuid 0dead001-01: $slots" partition uuid 0dead001-01
refused TARGET_AMBIGUOUS "several partitions have label system: $slots" block /dev/disk/by-partlabel/system
refused TARGET_MISSING '/dev/mmcblk1p2' partition label System
refused TARGET_MISSING '/dev/mmcblk1p2' partition uuid 0DEAD001-02
refused TARGET_MISSING 'no partition with label SYSTEM' partition label SYSTEM
refused TARGET_MISSING '/dev/gone leads to mmcblk7, which is not on this device' block /dev/gone
refused TARGET_AMBIGUOUS '/dev/disk/by-uuid/1111-2222 is named for a file system' block /dev/disk/by-uuid/1111-2222
pass
