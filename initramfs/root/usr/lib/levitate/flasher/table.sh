# shellcheck shell=sh
# Finds where the present partition table of a disk lies.

# table_ranges: prints "FROM TO" in bytes for each part of it: of a GPT also its backup (UEFI 2.10, §5.3), of an MBR the first sector.
# A table that cannot be read makes it fail; one that levitate does not know is refused.
table_ranges() {
	read_sector
	_begin=$(hex_at "$node" 510 2)
	[ -n "$_begin" ] || return 1
	if [ "$(hex_at "$node" "$sector" 8)" = 4546492050415254 ]; then # EFI PART
		echo "0 $((2 * sector))"
		gpt_entries "$sector"
		_backup=$(($(number_at "$node" $((sector + 32)) 8) * sector))
		echo "$_backup $((_backup + sector))"
		[ "$(hex_at "$node" "$_backup" 8)" = 4546492050415254 ] ||
			refuse TARGET_UNSUPPORTED "the profile keeps the partition table of $node, whose backup is not at byte $_backup, where the table says it is"
		gpt_entries "$_backup"
		return
	fi
	[ "$_begin" = 55aa ] || refuse TARGET_UNSUPPORTED "the profile keeps the partition table of $node, which has none now"
	for _entry in 450 466 482 498; do
		case $(hex_at "$node" "$_entry" 1) in
		ee) refuse TARGET_UNSUPPORTED "the profile keeps the partition table of $node, a GPT of which the first copy cannot be read" ;;
		05 | 0f | 85) refuse TARGET_UNSUPPORTED "the profile keeps the partition table of $node, of which parts lie between its logical partitions: keep them by offset and length" ;;
		esac
	done
	echo "0 $sector"
}

# gpt_entries HEADER: prints the range of the entries that the header at this byte names.
gpt_entries() {
	_entries=$(($(number_at "$node" $(($1 + 72)) 8) * sector))
	_bytes=$(($(number_at "$node" $(($1 + 80)) 4) * $(number_at "$node" $(($1 + 84)) 4)))
	if [ "$_bytes" -lt 1 ] || [ "$_bytes" -gt 1048576 ]; then
		refuse TARGET_UNSUPPORTED "the profile keeps the partition table of $node, whose entries have $_bytes bytes"
	fi
	echo "$_entries $((_entries + (_bytes + sector - 1) / sector * sector))"
}
