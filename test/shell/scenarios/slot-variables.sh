# shellcheck shell=sh
# Variables of UEFI are read, set by one write, and removed. A tmpfs stands for efivarfs.

# shellcheck source=test/shell/harness.sh
. /harness.sh
vendor=8be4df61-93ca-11d2-aa0d-00e098032b8c
mount -t tmpfs sys /sys
# ask NAME VERB [OLD NEW]: the host asks for that; what is told is in /tmp/out.
ask() {
	device="LEVITATE_VERB=$2 LEVITATE_SLOTS= LEVITATE_PLACES='one variable $1' LEVITATE_OLD=${3-} LEVITATE_NEW='${4-}'"
	sent root/usr/lib/levitate/flasher/bytes.sh root/usr/lib/levitate/flasher/block.sh /../tmp/variable remote/slots.sh
}
told() {
	grep -qF -- "$1" /tmp/out || die "not told: $1 ($(cat /tmp/out))"
}
# hash FORMAT: prints the SHA-256 of what printf makes of it.
hash() {
	# shellcheck disable=SC2059 # these are octal numbers
	printf "$1" | sha256sum | cut -c 1-64
}
cp "/sent/remote/places/variable.sh" /tmp/variable
ask BootOrder-$vendor read
told 'slot-refusal=BOOT_LOADER_UNKNOWN this system was not started by UEFI'

mkdir -p /sys/firmware/efi/efivars
ask BootOrder-$vendor read
told 'slot-refusal=BOOT_LOADER_UNKNOWN efivarfs cannot be mounted'

mount -t tmpfs efivarfs /sys/firmware/efi/efivars
sed 's/\$variables efivarfs/$variables tmpfs/' "/sent/remote/places/variable.sh" >/tmp/variable
ask BootNext-$vendor read
grep -q 'loader-' /tmp/out && die "$(cat /tmp/out)"
ask BootNext-$vendor replace "$(hash '')" '\007\000\000\000\001\020'
told loader-replaced=yes
printf '\007\000\000\000\001\020' | cmp - /sys/firmware/efi/efivars/BootNext-$vendor || die "it is not what was sent"
ask BootNext-$vendor read
told 'loader-bytes=one 070000000110'
ask BootNext-$vendor replace "$(hash '')" '\007\000\000\000\002\020'
told loader-replaced=other
ask BootNext-$vendor replace "$(hash '\007\000\000\000\001\020')" ''
told loader-replaced=yes
[ ! -e /sys/firmware/efi/efivars/BootNext-$vendor ] || die "it was not removed"

: >/sys/firmware/efi/efivars/Boot0001-$vendor
: >/sys/firmware/efi/efivars/Boot10AF-$vendor
: >/sys/firmware/efi/efivars/BootOptionSupport-$vendor
ask numbers read
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/bytes.sh
. /usr/lib/levitate/flasher/bytes.sh
told "loader-bytes=one $(printf '0001\n10AF\n' | to_hex)"

# A firmware that takes no variables has the kernel mount them read-only, and a full one says so.
mount -t tmpfs -o remount,size=4k efivarfs /sys/firmware/efi/efivars
head -c 4096 /dev/zero >/sys/firmware/efi/efivars/full-$vendor
ask BootNext-$vendor replace "$(hash '')" '\007\000\000\000\001\020'
told 'its NVRAM is full'
pass
