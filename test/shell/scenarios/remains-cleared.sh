# shellcheck shell=sh
# What an image leaves alive behind its end is found by magic number and own place, never within the image, and cleared.

# shellcheck source=test/shell/harness.sh
. /harness.sh
lib=/usr/lib/levitate
# shellcheck source=initramfs/root/usr/lib/levitate/lib/json.sh
. "$lib/lib/json.sh"
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/bytes.sh
. "$lib/flasher/bytes.sh"
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/spared.sh
. "$lib/flasher/spared.sh"
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/gpt.sh
. "$lib/flasher/gpt.sh"
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/remains.sh
. "$lib/flasher/remains.sh"

node=/tmp/medium
size=71303168

put() { # OFFSET HEX
	# shellcheck disable=SC2059
	printf "$(printf '%s' "$2" | sed 's/../\\x&/g')" | dd of="$node" bs=1 seek="$1" conv=notrunc status=none
}

fresh_medium() {
	rm -f "$node"
	truncate -s "$size" "$node"
}

# left_alive WHAT OFFSET LENGTH: it is found alone, from the image's end on and not before; it goes, and nothing else does.
left_alive() {
	remains_on_block 1048576 >/tmp/found
	[ "$(cat /tmp/found)" = "{\"type\":\"remain\",\"what\":\"$1\",\"offset\":$2,\"length\":$3,\"clear\":true}" ] || die "$1: $(cat /tmp/found)"
	remains_on_block "$2" | grep -qF "$1" || die "$1 begins where the image ends"
	[ -z "$(remains_on_block $(($2 + $3)))" ] || die "$1 is within the image"
	put $(($2 - 1)) 77
	[ $(($2 + $3)) -ge "$size" ] || put $(($2 + $3)) 77
	clear_on_block "$2" "$3"
	[ -z "$(remains_on_block 1048576)" ] || die "$1 is still there"
	[ "$(hex_at "$node" $(($2 - 1)) 1)" = 77 ] || die "what is before the $1 went with it"
	[ $(($2 + $3)) -ge "$size" ] || [ "$(hex_at "$node" $(($2 + $3)) 1)" = 77 ] || die "what is behind the $1 went with it"
	[ "$(dd if="$node" bs=64 skip=$(($2 / 64)) count=$(($3 / 64)) status=none | tr -d '\000' | wc -c)" = 0 ] || die "$1 is not all zeros"
	fresh_medium
}

# nothing WHY: nothing counts.
nothing() {
	remains_on_block 1048576 >/tmp/found
	[ ! -s /tmp/found ] || die "$1: $(cat /tmp/found)"
	fresh_medium
}

fresh_medium
nothing 'an empty medium'

gpt512=4546492050415254000001005c0000009baf68ae00000000ff1f020000000000010000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000800000008000000000000000
put $((size - 512)) "$gpt512"
left_alive 'backup GPT' $((size - 512)) 512
put $((size - 4096)) 4546492050415254000001005c0000007a983be400000000ff43000000000000010000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000800000008000000000000000
left_alive 'backup GPT' $((size - 4096)) 4096
put $((size - 512)) "$gpt512"
put $((size - 500)) 5d
nothing 'a backup GPT with another length than its checksum is for'
put $((size - 4096)) "$gpt512"
nothing 'the backup GPT of another place'
put $((size - 512)) "$gpt512"
put $((size - 496)) 00000000
nothing 'a backup GPT with a wrong checksum'

put $((size - 65536)) fc4e2ba9000000005a000000
put $((size - 65536 + 152)) 564f2ba9
left_alive 'md superblock 0.90' $((size - 65536)) 4096
put $((size - 65536)) a92b4efc000000000000005a
put $((size - 65536 + 152)) a92b4f56
left_alive 'md superblock 0.90' $((size - 65536)) 4096
put $((size - 65536)) fc4e2ba9000000005a000000
put $((size - 65536 + 152)) 554f2ba9
nothing 'an md superblock 0.90 with a wrong checksum'

at=$((size - 8192))
put "$at" fc4e2ba901000000
put $((at + 144)) "$(little $((at / 512)) 8)"
left_alive 'md superblock 1' "$at" 4096
put "$at" fc4e2ba901000000
put $((at + 144)) "$(little 4096 8)"
nothing "an md superblock of a partition that ended here"

put 67108928 5f42485266535f4d
put 67108912 0000000400000000
left_alive 'btrfs superblock mirror' 67108864 4096
put 67108928 5f42485266535f4d
put 67108912 0000010000000000
nothing 'a btrfs superblock of another place'

put $((size - 262144 + 131032)) 117a0cb17ada1002
left_alive 'ZFS label' $((size - 262144)) 262144
put $((size - 524288 + 131032)) 0210da7ab10c7a11
left_alive 'ZFS label' $((size - 524288)) 262144

put 2097152 534b554cbabe0002
put 2097408 0000000000200000
left_alive 'LUKS2 second header' 2097152 4096
put 2097152 534b554cbabe0002
put 2097408 0000000000100000
nothing 'a LUKS2 header that lay elsewhere'

put $((size - 1048576 + 24)) c68573f666ce90a9d96a60cf803df7ef
put $((size - 1048576 + 104)) "$(little $(((size - 1048576) / 512)) 8)"
left_alive 'bcachefs superblock' $((size - 1048576)) 4096

put $((size - 4096 + 6)) 3434
put $((size - 4096 + 32)) "$(little "$size" 8)"
left_alive 'NILFS2 second superblock' $((size - 4096)) 1024

put $((size - 1024)) 496e74656c2052616964204953
left_alive 'Intel RAID metadata' $((size - 1024)) 512
put $((size - 512)) de11de11
left_alive 'DDF RAID anchor' $((size - 512)) 512
put $((size - 64)) 4156426600000001
left_alive 'Android Verified Boot footer' $((size - 64)) 64

# An image of a few KiB leaves what lies near the beginning.
put 4096 fc4e2ba901000000
put 4240 0800000000000000
[ "$(remains_on_block 4096)" = '{"type":"remain","what":"md superblock 1","offset":4096,"length":4096,"clear":true}' ] || die "md 1.2"
[ -z "$(remains_on_block 8192)" ] || die "md 1.2 within the image"
put 512 4c4142454c4f4e450100000000000000
put 536 4c564d3220303031
remains_on_block 512 | grep -q '"LVM label","offset":512,' || die "LVM"
fresh_medium

# Part of a label lies within the image.
put $((size - 524288 + 131032)) 117a0cb17ada1002
remains_on_block $((size - 524288 + 1000)) | grep -q "\"offset\":$((size - 524288 + 1024)),\"length\":261120," || die "half a ZFS label"
fresh_medium

# Far behind.
size=$((300 * 1024 * 1024 * 1024))
fresh_medium
put 274877906944 00
put 274877907008 5f42485266535f4d
put 274877906992 0000000040000000
remains_on_block 1048576 | grep -q '"offset":274877906944,"length":4096,' || die "the second mirror"
clear_on_block 274877906944 4096
[ -z "$(remains_on_block 1048576)" ] || die "the second mirror is still there"

# What is kept stays, and so does the backup of a table that is kept.
size=71303168
fresh_medium
put $((size - 512)) "$gpt512"
put $((size - 64)) 4156426600000001
spared="$((size - 512))-$size"
nothing 'what is kept'
put $((size - 512)) "$gpt512"
# shellcheck disable=SC2034 # remain reads it
spared=0-17408
nothing 'the backup of a GPT that is kept'
rm "$node"
pass
