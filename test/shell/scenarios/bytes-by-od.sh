# shellcheck shell=sh
# A system without hexdump reads bytes by od: what is found at a place is the same.

# shellcheck source=test/shell/harness.sh
. /harness.sh
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/bytes.sh
. "$lib/flasher/bytes.sh"
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/block.sh
. "$lib/flasher/block.sh"

looked_at() {
	hex_at /tmp/bytes 3 100
	echo
	number_at /tmp/bytes 8 4
	utf16 'Überall, im ganzen Land, 日本 und 𝄞'
	echo
}

{
	printf 'EFI PART\000\377\n*'
	head -c 300 /dev/zero
	head -c 300 /dev/urandom
} >/tmp/bytes
looked_at >/tmp/expected
[ "$(wc -l </tmp/expected)" = 3 ] || die "$(cat /tmp/expected)"
# shellcheck disable=SC2317 # bytes.sh calls it
command() {
	[ "$*" != '-v hexdump' ]
}
# shellcheck disable=SC2317
hexdump() {
	die "it is called"
}
looked_at >/tmp/found
cmp /tmp/expected /tmp/found || die "$(cat /tmp/expected /tmp/found)"
pass
