# shellcheck shell=sh
# A UBI layout is hashed in groups of eraseblocks, from any of them on, with and without bad eraseblocks; what lies in
# use behind the layout is seen.

# shellcheck source=test/shell/harness.sh
. /harness.sh
# As the flasher does.
# shellcheck disable=SC3040
set -o pipefail
lib=/usr/lib/levitate
spool=/tmp
part() { :; }
contact() { :; }
# shellcheck source=initramfs/root/usr/lib/levitate/lib/json.sh
. "$lib/lib/json.sh"
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/bytes.sh
. "$lib/flasher/bytes.sh"
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/kinds/ubi.sh
. "$lib/flasher/kinds/ubi.sh"

peb=4096
size=$((8 * peb))
node=/tmp/mtd
sys=/tmp/sys
mkdir -p "$sys"
echo 0 >"$sys/bad_blocks"

# Stands for nanddump(8) with padbad: eraseblocks that are named in /tmp/bad are FF.
nanddump() { # --bb=padbad -q -s OFFSET -l LENGTH -f FILE NODE
	[ "$1 $2 $3 $5 $7" = '--bb=padbad -q -s -l -f' ] || die "nanddump $*"
	dd if="$9" bs="$6" skip=$(($4 / $6)) count=1 status=none >"$8"
	! grep -qx $(($4 / $6)) /tmp/bad || head -c "$6" /dev/zero | tr '\000' '\377' >"$8"
}

# block HEAD VID BYTE: an eraseblock with the beginning of a header, a volume's header at 512, and content.
block() {
	printf '%b' "$1"
	head -c 12 /dev/zero
	printf '\000\000\002\000'
	head -c 492 /dev/zero
	printf '%b' "$2"
	head -c $((peb - 516)) /dev/zero | tr '\000' "$3"
}
ubi='UBI#' vid='UBI!' free='\377\377\377\377'

# hash_of N...: the hash over these eraseblocks of /tmp/mtd less their headers.
hash_of() {
	for _n in "$@"; do
		dd if=/tmp/mtd bs=1 skip=$((_n * peb + 64)) count=$((peb - 64)) status=none
	done | sha256sum | cut -c 1-64
}

{
	for byte in a b c d; do block "$ubi" "$vid" "$byte"; done
	for _ in 4 5 6 7; do block "$ubi" "$free" x; done
} >"$node"
[ "$(hash_group 0 2)" = "2 $(hash_of 0 1)" ] || die "the first two"
[ "$(hash_group 2 2)" = "4 $(hash_of 2 3)" ] || die "the next two"
[ -z "$(remains_behind $((4 * peb)))" ] || die "nothing is behind four"
remains_behind $((3 * peb)) | grep -q '"offset":12288,' || die "the fourth is in use"
[ -z "$(remains_behind $((8 * peb)))" ] || die "nothing is behind all"

# The second is bad and the fifth as well; what they hold is nothing.
echo 2 >"$sys/bad_blocks"
printf '1\n4\n' >/tmp/bad
{
	block "$ubi" "$vid" a
	head -c "$peb" /dev/zero
	block "$ubi" "$vid" b
	block "$ubi" "$vid" c
	head -c "$peb" /dev/zero
	block "$ubi" "$vid" d
	block "$ubi" "$free" x
	block "$ubi" "$vid" e
} >"$node"
[ "$(hash_group 0 2)" = "3 $(hash_of 0 2)" ] || die "two with a bad one between"
[ "$(hash_group 3 2)" = "6 $(hash_of 3 5)" ] || die "two more"
# piece INDEX SHA256 NEXT: the line for it.
piece() {
	printf '{"type":"chunk","index":%s,"sha256":"%s","next":%s}\n' "$@"
}
chunk=$((2 * peb))
[ "$(hash_pieces $((3 * peb)) 0 '')" = "$(piece 0 "$(hash_of 0 2)" 3 && piece 1 "$(hash_of 3)" 4)" ] || die "three in two groups"
[ "$(hash_pieces $((4 * peb)) 1 3)" = "$(piece 1 "$(hash_of 3 5)" 6)" ] || die "the second group"
remains_behind $((4 * peb)) | grep -q '"offset":28672,' || die "the last is in use"
[ -z "$(remains_behind $((6 * peb)))" ] || die "the last is the layout's"
fails hash_group 9 1
pass
