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

# block_idle NAME: whether no mount, swap or other device stands on it or a partition of it.
block_idle() {
	for _above in "/sys/block/$1/holders"/* "/sys/block/$1/$1"*/holders/*; do
		[ ! -e "$_above" ] || return 1
	done
	for _numbers in "/sys/block/$1/dev" "/sys/block/$1/$1"*/dev; do
		[ -r "$_numbers" ] || continue
		! mount_evidence | cut -f 3 | grep -qxF "$(cat "$_numbers")" || return 1
	done
	! grep -q "^/dev/$1[p0-9]* " /proc/swaps
}

# release_devices: one pass; a device under another is idle only in the next.
release_devices() {
	for _block in /sys/block/dm-* /sys/block/md* /sys/block/ubiblock* /sys/block/loop* /sys/block/zram*; do
		_block=${_block#/sys/block/}
		if [ ! -e "/sys/block/$_block" ] || ! block_idle "$_block"; then continue; fi
		case $_block in
		dm-*) release_mapped "$_block" ;;
		# md(4), array_state: clear stops the array and forgets it; one that is in use refuses.
		md*) ! [ -e "/sys/block/$_block/md/array_state" ] || echo clear >"/sys/block/$_block/md/array_state" ;;
		ubiblock*) ubiblock -r "/dev/ubi${_block#ubiblock}" >&2 ;;
		# Detaching one that is in use would only mark it; idle ones go at once.
		loop*) ! [ -e "/sys/block/$_block/loop/backing_file" ] || losetup -d "/dev/$_block" ;;
		zram*) [ "$(cat "/sys/block/$_block/disksize")" = 0 ] || echo 1 >"/sys/block/$_block/reset" ;;
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
