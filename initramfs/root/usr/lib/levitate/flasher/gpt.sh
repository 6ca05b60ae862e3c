# shellcheck shell=sh
# Tells whether a GPT is whole (UEFI 2.10, §5.3.2). Calls bytes.sh.

# is_gpt_copy_free: succeeds if the firmware needs no copy of the partition table of this disk: it has an MBR, or the table in front is
# whole.
is_gpt_copy_free() {
	case " $(hex_at "$node" 450 1) $(hex_at "$node" 466 1) $(hex_at "$node" 482 1) $(hex_at "$node" 498 1) " in
	*' ee '*) ;;
	*) return 0 ;;
	esac
	is_gpt_header 512 512 || return 1
	_entries=$(($(number_at "$node" 584 8) * 512))
	_count=$(($(number_at "$node" 592 4) * $(number_at "$node" 596 4)))
	[ "$_count" -gt 0 ] && [ "$_count" -le 1048576 ] || return 1
	[ "$(hex_at "$node" 600 4)" = "$(piece "$_entries" "$_count" | sum_digits)" ]
}

# is_gpt_header OFFSET SECTOR: succeeds if a header is there that says that it lies there, and whose checksum is right.
is_gpt_header() {
	[ "$(hex_at "$node" "$1" 8)" = 4546492050415254 ] && [ "$(number_at "$node" $(($1 + 24)) 8)" = $(($1 / $2)) ] || return 1
	_bytes=$(number_at "$node" $(($1 + 12)) 4)
	[ "$_bytes" -ge 92 ] && [ "$_bytes" -le "$2" ] || return 1
	_sum=$({
		piece "$1" 16
		head -c 4 /dev/zero
		piece $(($1 + 20)) $((_bytes - 20))
	} | sum_digits)
	[ "$(hex_at "$node" $(($1 + 16)) 4)" = "$_sum" ]
}

# piece OFFSET LENGTH: prints these bytes of the disk.
piece() {
	dd if="$node" bs=4096 iflag=skip_bytes,count_bytes,fullblock skip="$1" count="$2" status=none
}

# sum_digits: prints the checksum of standard input, a CRC-32, as a GPT has it. The trailer of gzip begins with the same.
sum_digits() {
	gzip -c | tail -c 8 | head -c 4 | to_hex
}
