# shellcheck shell=sh
# Files of a slot are copied to the partition of the boot loader, where they differ, and compared. Folders that are mounted stand for
# both.

# shellcheck source=test/shell/harness.sh
. /harness.sh
mkdir -p /tmp/boot /tmp/slot/boot
mount -t tmpfs boot /tmp/boot
echo kernel >/tmp/slot/boot/vmlinuz
number=$(awk '$5 == "/tmp/boot" { print $3 }' /proc/self/mountinfo)
mount -t tmpfs sys /sys
mkdir -p /sys/class/block/vda1
echo 1 >/sys/class/block/vda1/partition
cat >/tmp/played <<PLAYED
resolve_block() {
	node=\$1
	device=vda1
	size=1048576
	block_number=$number
}
# The root of the slot is a folder, and nothing else is mounted.
mount() {
	case "\$*" in
	*' /dev/vda2 '*) command mount --bind /tmp/slot "\$6" ;;
	*) command mount "\$@" ;;
	esac
}
PLAYED
sed 's/any vfat,/any tmpfs,/' /sent/remote/places/copy.sh >/tmp/copy
# ask FROM: the host asks for a copy of that as /a/vmlinuz; what is told is in /tmp/out.
ask() {
	device="LEVITATE_VERB=copy LEVITATE_SLOTS= LEVITATE_PLACES='copy copy /dev/vda1 /dev/vda2 /a/vmlinuz $1' LEVITATE_OLD= LEVITATE_NEW="
	sent root/usr/lib/levitate/flasher/bytes.sh root/usr/lib/levitate/flasher/block.sh ../tmp/played remote/places/file.sh \
		../tmp/copy remote/slots.sh
	! ls -d /run/levitate-slots.* 2>/dev/null || die "something was left behind"
}
told() {
	grep -qxF -- "$1" /tmp/out || die "not told: $1 ($(cat /tmp/out))"
}

ask /boot/vmlinuz
told slot-copied=yes
cmp /tmp/slot/boot/vmlinuz /tmp/boot/a/vmlinuz || die "it is no copy"
echo other >/tmp/slot/boot/vmlinuz
ask /boot/vmlinuz
told slot-copied=yes
cmp /tmp/slot/boot/vmlinuz /tmp/boot/a/vmlinuz || die "it is still the old one"
touch -d @0 /tmp/boot/a/vmlinuz
ask /boot/vmlinuz
told slot-copied=yes
[ "$(stat -c %Y /tmp/boot/a/vmlinuz)" = 0 ] || die "what is equal was written"
ask /boot/none
told slot-copied=missing

mount -o remount,size=4k /tmp/boot
head -c 100000 /dev/zero >/tmp/slot/boot/vmlinuz
ask /boot/vmlinuz
told slot-copied=failed
pass
