# shellcheck shell=sh
# A power cut leaves any part of a write but for a sector: the first sector of a disk is taken away before all else, and written after all
# else, so that nothing starts from a first chunk that is half there.

# shellcheck source=test/shell/harness.sh
. /harness.sh
chunk=1048576
spooled=/tmp/spooled
part() { :; }
touch_target() { :; }
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/spared.sh
. /usr/lib/levitate/flasher/spared.sh
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/kinds/block.sh
. /usr/lib/levitate/flasher/kinds/block.sh
# shellcheck disable=SC2317 # put calls it
read_sector() { sector=512; }
# shellcheck disable=SC2317 # put calls it
keeps() { echo "keeps $1" >>/tmp/writes; }

# Any block device has such a node; nothing is written to it.
for node in /dev/*; do
	[ ! -b "$node" ] || break
done
[ -b "$node" ] || die "this machine has no block device"

# dd OPERAND...: notes which bytes of the disk would be written, and that they are waited for.
dd() {
	bs=0 seek=0 count=0
	for operand in "$@"; do
		case $operand in
		bs=* | seek=* | count=*) eval "${operand%%=*}=\${operand#*=}" ;;
		of=*) [ "${operand#of=}" = "$node" ] || die "$*" ;;
		if=*) from=${operand#if=} ;;
		conv=notrunc,fsync) echo "$from $((bs * seek)) $((bs * (seek + count)))" >>/tmp/writes ;;
		esac
	done
}

: >/tmp/image
: >/tmp/writes
put 0 /tmp/image
cat >/tmp/expected <<'LIST'
/tmp/image 4096 1052672
/tmp/image 512 4096
keeps /tmp/image
/tmp/image 0 512
LIST
cmp /tmp/writes /tmp/expected || die "the first chunk is put in other steps: $(cat /tmp/writes)"

: >/tmp/writes
invalidate 0 1048576
sed -i 's|/tmp/image|/tmp/spooled|' /tmp/expected
{
	echo /dev/zero 0 512
	echo /dev/zero 0 4096
	cat /tmp/expected
} >/tmp/invalidated
cmp /tmp/writes /tmp/invalidated || die "the first chunk is taken away in other steps: $(cat /tmp/writes)"

: >/tmp/writes
put 3 /tmp/image
[ "$(cat /tmp/writes)" = "/tmp/image $((3 * chunk)) $((4 * chunk))" ] || die "another chunk is put in steps: $(cat /tmp/writes)"

# What is spared is passed over, and the rest goes in the same order.
# shellcheck disable=SC2034 # put reads it
spared='0-17408 1048576-1049088 2097152-3145728'
: >/tmp/writes
put 0 /tmp/image
cat >/tmp/expected <<'LIST'
/tmp/image 17408 1048576
/tmp/image 1049088 1052672
keeps /tmp/image
LIST
cmp /tmp/writes /tmp/expected || die "the first chunk is not put around what is spared: $(cat /tmp/writes)"
: >/tmp/writes
put 1 /tmp/image
put 2 /tmp/image
[ "$(cat /tmp/writes)" = "/tmp/image 1049088 $((2 * chunk))" ] || die "what is spared is put: $(cat /tmp/writes)"
: >/tmp/writes
invalidate 0 1048576
! grep -v keeps /tmp/writes | awk '$2 < 17408 { found = 1 } END { exit !found }' || die "what is spared is taken away: $(cat /tmp/writes)"
pass
