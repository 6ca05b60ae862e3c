# shellcheck shell=sh
# A rescue for UEFI lies on the disk as its file system says: the front that the host makes, the kernel, the archive of this root. Once the
# disk starts something else it is overwritten, with the copy of the partition table that leads to it.
# shellcheck source=test/shell/harness.sh
. /harness.sh
trap 'rm -rf "$lib/rescue"' EXIT
mkdir -p "$lib/rescue"
echo uefi >"$lib/rescue/started-by"
head -c 700001 /dev/urandom >"$lib/rescue/kernel"
# shellcheck source=initramfs/root/usr/lib/levitate/lib/json.sh
. "$lib/lib/json.sh"
for file in bytes lease journal spared rescue; do
	# shellcheck source=/dev/null
	[ ! -e "$lib/flasher/$file.sh" ] || . "$lib/flasher/$file.sh"
done
node=/tmp/disk
size=$((40 * 1048576))
target=x name=x
# shellcheck disable=SC2034 # the functions read them
LEVITATE_ENTRY_ID=0123456789abcdef lease=1
truncate -s "$size" "$node"
: >"$state/journal"
fresh() { :; }
read_lease() { :; }
journal() { echo "$*" >>"$state/journal"; }
fail() { die "$1: $2"; }
put_blocks() { # FILE BYTES FROM TO COUNT
	dd if="$1" of="$node" bs="$2" skip="$3" seek="$4" count="$5" conv=notrunc status=none
}
part() { # gpt alone
	# shellcheck source=/dev/null
	. "$lib/flasher/$1.sh"
}
# at FILE OFFSET: the disk has there what is in the file.
at() {
	has_bytes "$1" "$2" || die "$1 is not at $2"
}

from=1048576 length=$((38 * 1048576))
head -c $((34 * 512)) /dev/zero >/tmp/head
# The signature of a GPT, and where its first entry begins.
printf 'EFI PART' | dd of=/tmp/head bs=1 seek=512 conv=notrunc status=none
printf '\010\010' | dd of=/tmp/head bs=1 seek=1056 conv=notrunc status=none
head -c $((33 * 512)) /dev/zero >/tmp/tail
printf '\010\010' | dd of=/tmp/tail bs=1 seek=32 conv=notrunc status=none
{
	printf 'levitate rescue %s\n' "$LEVITATE_ENTRY_ID"
	head -c 8159 /dev/urandom
} >/tmp/front
[ "$(stat -c %s /tmp/front)" = 8192 ] || die "the front has other than whole sectors"

write_rescue "$from" "$length" /tmp/head /tmp/tail /tmp/front
at /tmp/front "$from"
at "$lib/rescue/kernel" $((from + 8192))
archive=$((from + 8192 + (700001 + 511) / 512 * 512))
mkdir /tmp/unpacked
dd if="$node" bs=512 skip=$((archive / 512)) status=none | gzip -dc 2>/dev/null | (cd /tmp/unpacked && cpio -idm 2>/dev/null) || :
[ -x /tmp/unpacked/init ] || die "the archive has no init"
[ "$(cat /tmp/unpacked/usr/lib/levitate/rescue/entry/target)" = x ] || die "the archive does not know its target"
[ ! -e /tmp/unpacked/usr/lib/levitate/rescue/kernel ] || die "the archive has the kernel as well"
at /tmp/head 0
at /tmp/tail $((size - 33 * 512))
find_rescue
[ "$rescue_offset $rescue_length" = "$from $length" ] || die "it is not found: $rescue_offset $rescue_length"
starts_rescue "$from" || die "the disk does not start it"

# Another table leads elsewhere, and the copy at the end goes with the rescue alone.
printf '\011\011' | dd of="$node" bs=1 seek=1056 conv=notrunc status=none
! starts_rescue "$from" || die "the disk still starts it"
drop_copy "$from"
[ "$(tail -c $((33 * 512)) "$node" | tr -d '\000' | wc -c)" = 0 ] || die "the copy is still there"
printf '\001\001' | dd of="$node" bs=1 seek=$((size - 33 * 512 + 32)) conv=notrunc status=none
drop_copy "$from"
[ "$(tail -c $((33 * 512)) "$node" | tr -d '\000' | wc -c)" = 2 ] || die "the copy of another table is gone"
rm -rf /tmp/unpacked "$node"
pass
