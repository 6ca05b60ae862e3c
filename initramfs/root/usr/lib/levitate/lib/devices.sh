# shellcheck shell=sh
# Swap and stacked block devices of the old system, taken apart from above: only what nothing stands on any more.

# release_swap: swap on disks, in files and in RAM; what can't be read back into RAM stays, and is named by the proof.
release_swap() {
	while read -r _swap _; do
		case $_swap in
		Filename) ;;
		*) swapoff "$(unescaped "$_swap")" || : ;;
		esac
	done </proc/swaps
}

# block_idle NAME MOUNTED: whether no device, mount or swap stands on it or a partition of it.
block_idle() {
	for _above in "/sys/block/$1/holders"/* "/sys/block/$1/$1"*/holders/*; do
		[ ! -e "$_above" ] || return 1
	done
	for _numbers in "/sys/block/$1/dev" "/sys/block/$1/$1"*/dev; do
		[ -r "$_numbers" ] || continue
		! printf '%s\n' "$2" | grep -qxF "$(cat "$_numbers")" || return 1
	done
	! grep -q "^/dev/$1[p0-9]* " /proc/swaps
}

# block_set_up NAME: loop and zram devices are there before anybody uses them.
block_set_up() {
	case $1 in
	md*) [ -e "/sys/block/$1/md/array_state" ] ;;
	loop*) [ -e "/sys/block/$1/loop/backing_file" ] ;;
	zram*) [ "$(cat "/sys/block/$1/disksize")" != 0 ] ;;
	esac
}

# release_devices: one pass; a device under another is idle only in the next.
release_devices() {
	_mounted=$(scan_mounts | cut -f 3)
	for _block in /sys/block/dm-* /sys/block/md* /sys/block/ubiblock* /sys/block/loop* /sys/block/zram*; do
		# A pattern that matched nothing is no device.
		[ -e "$_block" ] || continue
		_block=${_block#/sys/block/}
		if ! block_set_up "$_block" || ! block_idle "$_block" "$_mounted"; then continue; fi
		case $_block in
		dm-*) release_mapped "$_block" ;;
		# md(4), array_state: clear stops the array and forgets it; one that is in use refuses.
		md*) echo clear >"/sys/block/$_block/md/array_state" ;;
		ubiblock*) ubiblock -r "/dev/ubi${_block#ubiblock}" >&2 ;;
		# Detaching one that is in use would only mark it; idle ones go at once.
		loop*) losetup -d "/dev/$_block" ;;
		zram*) echo 1 >"/sys/block/$_block/reset" ;;
		esac || echo "$_block stays" >&2
	done
}

# release_mapped NAME: only dmsetup(8) can, where the profile lists it among its tools.
release_mapped() {
	if command -v dmsetup >/dev/null; then
		dmsetup remove --noudevsync "$(cat "/sys/block/$1/dm/name")" >&2
	else
		echo "there is no dmsetup in this root" >&2
		return 1
	fi
}
