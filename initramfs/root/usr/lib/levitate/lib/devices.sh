# shellcheck shell=sh
# Releases swap and stacked block devices of the old system from the top down: only those that nothing uses any more.

# release_swap: turns off swap on disks, in files and in RAM. What cannot be read back into RAM stays, and status names it.
release_swap() {
	while read -r _swap _; do
		case $_swap in
		Filename) ;;
		*)
			unescape "$_swap"
			swapoff "$plain" || :
			;;
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
		read -r _number <"$_numbers" || continue
		case "
$2
" in
		*"
$_number
"*) return 1 ;;
		esac
	done 2>/dev/null
	! grep -q "^/dev/$1[p0-9]* " /proc/swaps
}

# block_set_up NAME: succeeds if the device is in use at all; loop and zram devices exist before that.
block_set_up() {
	case $1 in
	md*) { read -r _state <"/sys/block/$1/md/array_state"; } 2>/dev/null && [ "$_state" != clear ] ;;
	loop*) [ -e "/sys/block/$1/loop/backing_file" ] ;;
	zram*) { read -r _size <"/sys/block/$1/disksize"; } 2>/dev/null && [ "$_size" != 0 ] ;;
	*) [ -e "/sys/block/$1" ] ;;
	esac
}

# release_devices: releases what nothing uses any more, from the top down: what one device stood on is idle when it is gone.
release_devices() {
	_mounted=
	_gone=yes
	while [ -n "$_gone" ]; do
		_gone=
		for _block in /sys/block/dm-* /sys/block/md* /sys/block/ubiblock* /sys/block/loop* /sys/block/zram*; do
			# A pattern that matched nothing is no device.
			[ -e "$_block" ] || continue
			_block=${_block#/sys/block/}
			block_set_up "$_block" || continue
			find_mounted_devices
			block_idle "$_block" "$_mounted" || continue
			release_block "$_block" || echo "$_block stays" >&2
			block_set_up "$_block" || _gone=yes
		done
	done
	release_bcache
}

# find_mounted_devices: sets _mounted, once, to the MAJOR:MINOR of what is mounted.
find_mounted_devices() {
	[ -n "$_mounted" ] || _mounted=$(scan_mounts | cut -f 3)
}

release_block() { # NAME
	case $1 in
	dm-*) release_mapped "$1" ;;
	# md(4), array_state: clear stops the array and forgets it; one that is in use refuses.
	md*) echo clear >"/sys/block/$1/md/array_state" ;;
	ubiblock*) ubiblock -r "/dev/ubi${1#ubiblock}" >&2 ;;
	# Detaching a loop device that is in use would only mark it; an idle one goes at once.
	loop*) losetup -d "/dev/$1" ;;
	zram*) echo 1 >"/sys/block/$1/reset" ;;
	esac
}

# release_mapped NAME: removes a device mapper device by the helper or by dmsetup(8); an archive for a device with such
# devices has one of them. Its number names it, whatever its name is made of.
release_mapped() {
	IFS=: read -r _major _minor <"/sys/block/$1/dev" || return
	if has_helper; then
		"$lib/helper" unmap "$_major" "$_minor" >&2
	elif command -v dmsetup >/dev/null; then
		dmsetup remove --noudevsync -j "$_major" -m "$_minor" >&2
	else
		echo "there is neither helper nor dmsetup in this root" >&2
		return 1
	fi
}

# release_bcache: stops backing devices whose bcache device is idle, then the sets of caches that none is attached to (kernel
# doc admin-guide/bcache). What was not written back stays in the cache. The kernel stops them later: the next round sees.
release_bcache() {
	for _backing in /sys/block/*/bcache /sys/block/*/*/bcache; do
		[ -e "$_backing/stop" ] || continue
		_block=$(readlink "$_backing/dev")
		_block=${_block##*/}
		find_mounted_devices
		[ -z "$_block" ] || block_idle "$_block" "$_mounted" || continue
		echo 1 >"$_backing/stop" || echo "$_backing stays" >&2
	done
	for _set in /sys/fs/bcache/*/stop; do
		_set=${_set%/stop}
		for _attached in "$_set"/bdev*; do
			[ ! -e "$_attached" ] || continue 2
		done
		[ -e "$_set/stop" ] || continue
		echo 1 >"$_set/stop" || echo "the caches of $_set stay" >&2
	done
}
