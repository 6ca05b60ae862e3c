# shellcheck shell=sh
# A disk is made to start its rescue for UEFI in an order in which a power cut leaves a whole partition table at any time, and what
# UEFI tells of itself is read as it is.
# shellcheck source=test/shell/harness.sh
. /harness.sh
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/bytes.sh
. "$lib/flasher/bytes.sh"
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/gpt.sh
. "$lib/flasher/gpt.sh"
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/rescue.sh
. "$lib/flasher/rescue.sh"
# shellcheck source=initramfs/root/usr/lib/levitate/lib/efi-variables.sh
. "$lib/lib/efi-variables.sh"
node=/tmp/disk
size=1048576
rescue_firmware=uefi
fresh() { :; }
part() { :; }
fail() {
	echo "$1: $2" >/tmp/failed
	exit 1
}
put_blocks() { # FILE BYTES FROM TO COUNT
	echo "$3 $4 $5" >>/tmp/writes
	dd if="$1" of="$node" bs="$2" skip="$3" seek="$4" count="$5" conv=notrunc status=none
}
# bytes HEX: prints them.
bytes() {
	_digits=$1
	while [ -n "$_digits" ]; do
		_next=${_digits#??}
		printf '%b' "\\x${_digits%"$_next"}"
		_digits=$_next
	done
}
# put HEX OFFSET
put() {
	bytes "$1" | dd of="$node" bs=1 seek="$2" conv=notrunc status=none
}

head -c "$size" /dev/zero >"$node"
head -c $((34 * 512)) /dev/urandom >/tmp/head
head -c $((33 * 512)) /dev/urandom >/tmp/tail
# A header of four empty entries, with the checksums that other programs have made.
put 4546492050415254000001005c00000040f33829000000000100000000000000ff070000000000002200000000000000de07000000000000000102030405060708090a0b0c0d0e0f020000000000000004000000800000007875aab2 512
put ee 450
is_gpt_copy_free || die "a whole table counts as damaged"
put 01 1030
! is_gpt_copy_free || die "damaged entries count as whole"
(put_tables /tmp/head /tmp/tail) && die "the copy of a damaged table is overwritten"
grep -q '^WRITE_FAILED: the partition table' /tmp/failed || die "$(cat /tmp/failed)"
[ ! -e /tmp/writes ] || die "something was written: $(cat /tmp/writes)"
put 00 1030
put 01 600
! is_gpt_copy_free || die "a damaged header counts as whole"
put 83 450
is_gpt_copy_free || die "a disk with an MBR needs no copy"

put_tables /tmp/head /tmp/tail
[ "$(tr '\n' ',' </tmp/writes)" = '0 2015 32,32 2047 1,1 1 1,2 2 32,0 0 1,' ] || die "the order is $(cat /tmp/writes)"
has_bytes /tmp/head 0 || die "the beginning was not written"
has_bytes /tmp/tail $((size - 33 * 512)) || die "the end was not written"
# What leads to the rescue is never written again: the disk may start by it.
rm /tmp/writes
put_tables /tmp/head /tmp/tail
[ "$(tr '\n' ',' </tmp/writes)" = '1 1 1,2 2 32,0 0 1,' ] || die "again: $(cat /tmp/writes)"

put 0808000000000000 $((1024 + 32))
put 4546492050415254 512
starts_rescue $((2056 * 512 - 4096)) || die "it does not know the rescue that it starts"
! starts_rescue $((2057 * 512 - 4096)) || die "it takes another place for that of the rescue"

efi_variables=/tmp/efi
mkdir "$efi_variables"
! has_efi_variables || die "an empty folder has variables"
find_boot_partition
[ -z "$boot_option$boot_partition" ] || die "nothing tells $boot_option"
global=8be4df61-93ca-11d2-aa0d-00e098032b8c
bytes 070000000a00 >"$efi_variables/BootCurrent-$global"
bytes 0700000001000000360000000000 >"$efi_variables/Boot000A-$global"
bytes 04012a00010000000008000000000000008001000000000000112233445566778899aabbccddeeff02027fff0400 >>"$efi_variables/Boot000A-$global"
find_boot_partition
[ "$boot_partition" = 00112233445566778899aabbccddeeff ] || die "it is $boot_partition"
case $boot_option in 0100000036*) ;; *) die "the attributes of the variable are in $boot_option" ;; esac
pass
