# shellcheck shell=sh
# Ranges that a profile keeps are made of whole sectors or eraseblocks, lie on the target, and are passed by whatever writes there; what
# is hashed has zeros in their place.

# shellcheck source=test/shell/harness.sh
. /harness.sh
for file in lib/json flasher/validate flasher/target flasher/bytes flasher/block flasher/spared flasher/write-protection flasher/read-back; do
	# shellcheck source=/dev/null
	. "/usr/lib/levitate/$file.sh"
done
# shellcheck disable=SC2317 # a kind calls it
part() { :; }
tab=$(printf '\t')
chunk=1048576
node=/tmp/medium
name=it
size=4194304
target="block-it"
LEVITATE_TARGETS="other${tab}block${tab}else
disk${tab}block${tab}it"

# kept WORDS: those of a profile, with blanks between.
kept() {
	LEVITATE_SPARED_RANGES="other${tab}0+4096
disk${tab}$(printf '%s' "$1" | tr ' ' "$tab")"
	find_spared
}

# wrongly WORDS: the same, where it is refused.
wrongly() {
	(kept "$1")
}

# A kind with such ranges, of units of 512 bytes.
# shellcheck disable=SC2317 # find_spared calls it
spared_unit() { unit=512; }
kept '1048576+512 0+1024 1024+512 512+512 3145728+1048576'
[ "$spared" = '0-1536 1048576-1049088 3145728-4194304' ] || die "they are not in order, or not merged: $spared"
for gap in '0 4194304:1536 1047040 1049088 2096640' '0 1536:' '512 512:' '1024 1024:1536 512' '1048576 1:' \
	'2097152 1048576:2097152 1048576' '3145727 10:3145727 1' '1047552 2048:1047552 1024 1049088 512'; do
	# shellcheck disable=SC2046 # words
	find_gaps $(printf %s "${gap%:*}")
	[ "$gaps" = "${gap#*:}" ] || die "$gap: $gaps"
done
note_spared
LEVITATE_SPARED_RANGES="disk${tab}0+512"
find_spared
[ "$spared" = '0-1536 1048576-1049088 3145728-4194304' ] || die "after the first write they are other ones: $spared"
rm -r /run/levitate/spared
LEVITATE_SPARED_RANGES="other${tab}0+512"
find_spared
[ -z "$spared" ] || die "those of another target: $spared"
for wrong in '0+256' '256+512'; do refused TARGET_UNSUPPORTED wrongly "$wrong"; done
says "the profile keeps 512 bytes of /tmp/medium from 256 on, and /tmp/medium is written in units of 512 bytes"
refused TARGET_UNSUPPORTED wrongly '4193792+1024'
says "the profile keeps 1024 bytes of /tmp/medium from 4193792 on, and /tmp/medium has 4194304 bytes"
refused TARGET_UNSUPPORTED wrongly 'partition-table'

# The kind mtd, on a plain file, with eraseblocks of 64 KiB.
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/kinds/mtd.sh
. /usr/lib/levitate/flasher/kinds/mtd.sh
peb=65536
whole=$peb
piece=/tmp/piece
touch_target() { :; }
flash_erase() { # -q NODE OFFSET COUNT
	echo "$(($3 / peb)) $4" >>/tmp/erased
	dd if=/dev/zero bs="$peb" count="$4" status=none | tr '\000' '\377' |
		dd of="$node" bs="$peb" seek=$(($3 / peb)) conv=notrunc status=none
}
dd if=/dev/urandom of="$node" bs=65536 count=64 status=none
cp "$node" /tmp/old
kept '0+65536 262144+131072 1114112+65536'
[ "$spared" = '0-65536 262144-393216 1114112-1179648' ] || die "$spared"
refused TARGET_UNSUPPORTED wrongly '0+4096'

# The image ends in the last of these.
head -c 1114200 /dev/urandom >/tmp/image
cp /tmp/image /tmp/masked
for block in 0 4 5; do
	dd if=/dev/zero of=/tmp/masked bs=65536 seek="$block" count=1 conv=notrunc status=none
done
head -c 1114112 /tmp/masked >/tmp/masked.1
head -c 88 /dev/zero >>/tmp/masked.1
invalidate 0 1048576
invalidate 1 65624
[ "$(cat /tmp/erased)" = "1 1
16 1" ] || die "the first eraseblocks that are written are not invalid: $(cat /tmp/erased)"
head -c 1048576 /tmp/masked.1 >/tmp/c0
tail -c +1048577 /tmp/masked.1 >/tmp/c1
cp /tmp/c1 /tmp/c1.put
put 1 /tmp/c1.put
cp /tmp/c0 /tmp/c0.put
put 0 /tmp/c0.put
cp /tmp/masked.1 /tmp/expected
tail -c +1114201 /tmp/old >>/tmp/expected
for block in 0 4 5 17; do
	dd if=/tmp/old of=/tmp/expected bs=65536 skip="$block" seek="$block" count=1 conv=notrunc status=none
done
cmp "$node" /tmp/expected || die "what is kept was written, or something else was not"
[ "$(hash_range 0 1048576)" = "$(sha256sum /tmp/c0 | cut -c 1-64)" ] || die "the first chunk reads as another one"
[ "$(hash_range 1048576 65624)" = "$(sha256sum /tmp/c1 | cut -c 1-64)" ] || die "the second chunk reads as another one"

# The kind nand: what is kept ends the room of an image, and each bad eraseblock counts as one before that.
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/kinds/nand.sh
. /usr/lib/levitate/flasher/kinds/nand.sh
# shellcheck disable=SC2317 # heed_spared calls it
count_bad() { echo 2; }
# shellcheck disable=SC2034
bad_list=' 3 63 '
all=64
size=$((62 * peb))
rm -rf /run/levitate/spared
kept "$((62 * peb))+131072 $((32 * peb))+65536"
heed_spared
[ "$size" = $((30 * peb)) ] || die "an image may have $size bytes"
find_good 30 || die "there are too few good eraseblocks"
[ "$good" = 31 ] || die "the last one before what is kept is $good"
! find_good 31 || die "$good is kept"
refused TARGET_UNSUPPORTED wrongly "$((63 * peb))+131072"
says "and /tmp/medium has $((64 * peb)) bytes"
kept "$peb+65536"
heed_spared
[ "$size" = 0 ] || die "an image may have $size bytes"
opened_without_helper() {
	# shellcheck disable=SC2317
	has_helper() { return 1; }
	(open_writer 65536)
}
refused TARGET_UNSUPPORTED opened_without_helper
says "has no helper, which alone heeds them"
pass
