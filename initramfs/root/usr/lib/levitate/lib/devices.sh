# shellcheck shell=sh
# Releases swap and stacked block devices of the old system from the top down: only those that nothing uses any more.

# release_swap: turns off swap on disks, in files and in RAM. What can't be read back into RAM stays, and status names it.
release_swap() {
	while read -r _swap _; do
		case $_swap in
		Filename) ;;
		*) swapoff "$(unescaped "$_swap")" || : ;;
		esac
	done </proc/swaps
}

# block_idle NAME MOUNTED: succeeds if no device, mount or swap uses the device or a partition of it. MOUNTED has the
# MAJOR:MINOR of each mounted device, one a line.
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

# block_set_up NAME: succeeds if the device is in use at all; loop and zram devices exist before that.
block_set_up() {
	case $1 in
	md*) [ -e "/sys/block/$1/md/array_state" ] ;;
	loop*) [ -e "/sys/block/$1/loop/backing_file" ] ;;
	zram*) [ "$(cat "/sys/block/$1/disksize")" != 0 ] ;;
	esac
}

# release_devices: releases what is idle now; a device under another one is idle only in the next pass.
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
		# Detaching a loop device that is in use would only mark it; an idle one goes at once.
		loop*) losetup -d "/dev/$_block" ;;
		zram*) echo 1 >"/sys/block/$_block/reset" ;;
		esac || echo "$_block stays" >&2
	done
}

# release_mapped NAME: removes a device mapper device by dmsetup(8), if the profile lists that among its tools.
release_mapped() {
	if command -v dmsetup >/dev/null; then
		dmsetup remove --noudevsync "$(cat "/sys/block/$1/dm/name")" >&2
	else
		echo "there is no dmsetup in this root" >&2
		return 1
	fi
}
