# shellcheck shell=sh
# A place that is a range of a block device: DEVICE OFFSET BYTES, in bytes.

find_range() {
	name="boot.environment"
	resolve_block "$1"
	range_from=$2
	range_bytes=$3
	[ $(((range_from | range_bytes) % 512)) -eq 0 ] ||
		unknown "$node: the range from byte $range_from on is no whole number of sectors"
	[ $((range_from + range_bytes)) -le "$size" ] ||
		unknown "$node has $size bytes, and the range ends behind them"
}

# read_range: what cannot be read is bytes that are no record.
read_range() {
	dd if="$node" bs=512 skip=$((range_from / 512)) count=$((range_bytes / 512)) 2>/dev/null >"$work/is" || :
}

# write_range: a boot partition of an eMMC is writable for that moment alone.
write_range() {
	find_bytes "$work/new"
	[ "$bytes" = "$range_bytes" ] || unknown "what is to be written did not come whole"
	_lock=/sys/class/block/$device/force_ro
	_locked=0
	[ ! -e "$_lock" ] || read -r _locked <"$_lock"
	[ "$_locked" = 0 ] || echo 0 >"$_lock" || return 1
	_status=0
	dd if="$work/new" of="$node" bs=512 seek=$((range_from / 512)) conv=notrunc,fsync 2>/dev/null || _status=1
	[ "$_locked" = 0 ] || echo "$_locked" >"$_lock"
	return "$_status"
}

leave_range() {
	:
}
