# shellcheck shell=sh
# Names in a folder of the boot loader's partition: one takes the place of another, and is whole at each moment. A tmpfs stands for
# FAT.

# shellcheck source=test/shell/harness.sh
. /harness.sh
mkdir /tmp/boot
mount -t tmpfs boot /tmp/boot
mkdir /tmp/boot/entries
echo 'title b' >/tmp/boot/entries/levitate-1-b.conf
echo 'title a' >/tmp/boot/entries/levitate-2-a.conf
echo none >/tmp/boot/entries/README
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
# The only file system that counts is FAT.
sed 's/any vfat /any tmpfs /' "/sent/remote/places/names.sh" >/tmp/names
# ask VERB [OLD NEW]: the host asks for that; what is told is in /tmp/out.
ask() {
	device="LEVITATE_VERB=$1 LEVITATE_SLOTS= LEVITATE_PLACES='names names /dev/vda2 /entries'
		LEVITATE_OLD=${2-} LEVITATE_NEW='${3-}'"
	sent root/usr/lib/levitate/flasher/bytes.sh root/usr/lib/levitate/flasher/block.sh ../tmp/played remote/places/file.sh \
		../tmp/names remote/slots.sh
}
told() {
	grep -qF -- "$1" /tmp/out || die "not told: $1 ($(cat /tmp/out))"
}
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/bytes.sh
. /usr/lib/levitate/flasher/bytes.sh
old=$(printf 'levitate-1-b.conf\nlevitate-2-a.conf\n' | sha256sum | cut -c 1-64)

ask read
told "loader-bytes=names $(printf 'levitate-1-b.conf\nlevitate-2-a.conf\n' | to_hex)"
ask replace "$old" 'levitate-2-a.conf\nlevitate-3-b+2.conf\n'
told loader-replaced=yes
[ "$(ls /tmp/boot/entries)" = "README
levitate-2-a.conf
levitate-3-b+2.conf" ] || die "$(ls /tmp/boot/entries)"
[ "$(cat /tmp/boot/entries/levitate-3-b+2.conf)" = 'title b' ] || die "the entry is not what it was"
ask replace "$old" 'levitate-2-a.conf\nlevitate-3-b+2.conf\n'
told loader-replaced=already
ask replace "$old" 'levitate-2-a.conf\nlevitate-3-b.conf\n'
told loader-replaced=other

# What a power cut has left over goes with the next change.
echo 'title b' >/tmp/boot/entries/levitate-1-b+0.conf
old=$(printf 'levitate-1-b+0.conf\nlevitate-2-a.conf\nlevitate-3-b+2.conf\n' | sha256sum | cut -c 1-64)
ask replace "$old" 'levitate-2-a.conf\nlevitate-3-b.conf\n'
told loader-replaced=yes
[ "$(ls /tmp/boot/entries)" = "README
levitate-2-a.conf
levitate-3-b.conf" ] || die "$(ls /tmp/boot/entries)"
ask replace "$(printf 'levitate-2-a.conf\nlevitate-3-b.conf\n' | sha256sum | cut -c 1-64)" 'levitate-3-b.conf\n'
told loader-replaced=yes
[ ! -e /tmp/boot/entries/levitate-2-a.conf ] || die "it was not removed"

rm -r /tmp/boot/entries
ask read
told 'slot-refusal=BOOT_LOADER_UNKNOWN /entries of /dev/vda2 is no folder'
pass
