# shellcheck shell=sh
# The places of a boot loader other than a file: ranges of block devices, raw flash, files of the running system, and where such a
# file lies. Files stand for devices.

# shellcheck source=test/shell/harness.sh
. /harness.sh
cat >/tmp/played <<'PLAYED'
resolve_block() {
	node=$1
	device=vda
	size=65536
	block_number=254:0
}
PLAYED
# ask PLACE [VERB OLD NEW]: the host asks for that; what is told is in /tmp/out.
ask() {
	kind=${1%% *}
	device="LEVITATE_VERB=${2-read} LEVITATE_SLOTS='' LEVITATE_PLACES='it $1' LEVITATE_OLD=${3-} LEVITATE_NEW='${4-}'"
	sent root/usr/lib/levitate/flasher/bytes.sh root/usr/lib/levitate/flasher/block.sh ../tmp/played "remote/places/$kind.sh" \
		remote/slots.sh
}
told() {
	grep -qF -- "$1" /tmp/out || die "not told: $1 ($(cat /tmp/out))"
}

awk 'BEGIN { for (i = 0; i < 65536; i++) printf "x" }' >/tmp/disk
new=$(awk 'BEGIN { for (i = 0; i < 1024; i++) printf "\\141" }')
old=$(dd if=/tmp/disk bs=512 skip=2 count=2 2>/dev/null | sha256sum | cut -c 1-64)
ask 'range /tmp/disk 1024 1024' replace "$old" "$new"
told loader-replaced=yes
[ "$(tr -d x </tmp/disk | wc -c)" -eq 1024 ] || die "it is not what was sent"
[ "$(dd if=/tmp/disk bs=512 skip=2 count=2 2>/dev/null | tr -d a | wc -c)" -eq 0 ] || die "it is elsewhere"
[ "$(wc -c </tmp/disk)" -eq 65536 ] || die "it was cut off"
ask 'range /tmp/disk 1024 1024' replace "$old" "$new"
told loader-replaced=already
ask 'range /tmp/disk 1000 1024'
told 'slot-refusal=BOOT_LOADER_UNKNOWN /tmp/disk: the range from byte 1000 on is no whole number of sectors'
ask 'range /tmp/disk 65024 1024'
told 'has 65536 bytes, and the range ends behind them'

echo text >/tmp/text
ask 'path /tmp/text'
told 'loader-bytes=it 746578740a'
ask 'path /tmp/none'
told loader-missing=it
ask 'where /tmp/none'
told loader-missing=it

ask 'mtd /dev/mtd7 0 4096'
told 'slot-refusal=TARGET_MISSING there is no /dev/mtd7'
ask 'volume /dev/ubi0:none 4096'
told 'slot-refusal=TARGET_MISSING there is no UBI volume /dev/ubi0:none'
pass
