# shellcheck shell=sh
# The file by which a boot loader chooses is replaced where it is what was read, and left alone otherwise. A tmpfs stands for the file
# system of the partition.

# shellcheck source=test/shell/harness.sh
. /harness.sh
mkdir /tmp/boot
mount -t tmpfs boot /tmp/boot
printf '%06000d' 0 >/tmp/boot/env
number=$(awk '$5 == "/tmp/boot" { print $3 }' /proc/self/mountinfo)
mount -t tmpfs sys /sys
mkdir -p /sys/class/block/vda2
echo 2 >/sys/class/block/vda2/partition
cat >/tmp/played <<PLAYED
resolve_block() {
	node=/dev/vda2
	device=vda2
	size=1048576
	block_number=$number
}
PLAYED
types=ext4,tmpfs
length=6000
# ask VERB [OLD NEW]: the host asks for that; what is told is in /tmp/out.
ask() {
	device="LEVITATE_VERB=$1 LEVITATE_SLOTS='a /dev/vda2' LEVITATE_PLACES='block file /dev/vda2 $length $types /env'
		LEVITATE_OLD=${2-} LEVITATE_NEW='${3-}'"
	sent root/usr/lib/levitate/flasher/bytes.sh root/usr/lib/levitate/flasher/block.sh ../tmp/played remote/places/file.sh \
		remote/slots.sh
	! ls -d /run/levitate-slots.* 2>/dev/null || die "something was left behind"
}
# told FACT: this was told.
told() {
	grep -qF -- "$1" /tmp/out || die "not told: $1 ($(cat /tmp/out))"
}

ask read
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/bytes.sh
. /usr/lib/levitate/flasher/bytes.sh
[ "$(sed -n 's/^loader-bytes=block //p' /tmp/out | tr -d '\n')" = "$(to_hex </tmp/boot/env)" ] || die "$(cat /tmp/out)"
[ "$(grep -c '^loader-bytes=' /tmp/out)" = 2 ] || die "$(cat /tmp/out)"
told 'slot=a /dev/vda2 1048576 no'

old=$(sha256sum </tmp/boot/env | cut -c 1-64)
new=$(awk 'BEGIN { for (i = 0; i < 6000; i++) printf "\\%03o", i % 256 }')
ask replace "$(printf x | sha256sum | cut -c 1-64)" "$new"
told loader-replaced=other
ask replace "$old" '\101'
told 'did not come whole'
[ "$(sha256sum </tmp/boot/env | cut -c 1-64)" = "$old" ] || die "it was changed"

inode=$(stat -c %i /tmp/boot/env)
ask replace "$old" "$new"
told loader-replaced=yes
# shellcheck disable=SC2059 # these are octal numbers
printf "$new" | cmp - /tmp/boot/env || die "it is not what was sent"
[ "$(stat -c %i /tmp/boot/env)" = "$inode" ] || die "it was not overwritten in place"
ask replace "$old" "$new"
told loader-replaced=already

types=ext4
ask read
told 'slot-refusal=BOOT_LOADER_UNKNOWN /dev/vda2 has a file system of the type tmpfs'
types=ext4,tmpfs
echo short >/tmp/boot/env
ask read
told 'slot-refusal=BOOT_LOADER_UNKNOWN /env of /dev/vda2 has 6 bytes, not 6000'
rm /tmp/boot/env
ask read
told loader-missing=block
ask replace missing "$new"
told loader-replaced=failed
ln -s /etc/passwd /tmp/boot/env
ask read
told 'slot-refusal=BOOT_LOADER_UNKNOWN /env of /dev/vda2 is no file'
rm -r /sys/class/block/vda2/partition
ask read
told 'is no plain partition of a disk'
pass
