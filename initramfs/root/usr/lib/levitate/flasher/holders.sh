# shellcheck shell=sh
# Finds the holders of a target. Its seeds are the devices on the same flash; holders.awk finds what stands on them.

# usage_for_flasher: prints a usage scan, and which processes belong to the flasher.
usage_for_flasher() {
	find_writer
	find_openers 6 "$state/working"
	for _pid in $writer_processes $openers; do
		printf 'N\t%s\n' "$_pid"
	done
	scan_usage
}

# holders_of_seeds FUNCTION ARGUMENT...: says a line of type holder for each holder of the seeds that the function prints. One
# scan serves several calls if it is set as "usage".
holders_of_seeds() {
	{
		"$@"
		if [ -n "${usage-}" ]; then printf '%s\n' "$usage"; else usage_for_flasher; fi
	} | awk -v mode=target -v form=json -f "$lib/lib/holders.awk"
}

# block_holders DEVICE NODE: says the holders of a block device, given its name in sysfs, such as vda1.
block_holders() {
	_found=$(holders_of_seeds block_seeds "$1")
	[ -z "$_found" ] || printf '%s\n' "$_found"
	[ -n "$_found" ] || ! is_claimed "$2" || say holder kind claim device "$1"
}

# block_seeds DEVICE: prints the device with its partitions; for a partition also its disk, and the partitions that overlap.
block_seeds() {
	_sys=$(readlink -f "/sys/class/block/$1")
	number_seed "$_sys"
	case $1 in
	mtdblock*) mtd_seeds "${1#mtdblock}" ;;
	esac
	[ -e "$_sys/partition" ] || return 0
	_disk=${_sys%/*}
	printf 'O\t%s\n' "${_disk##*/}"
	read -r _start <"$_sys/start"
	read -r _size <"$_sys/size"
	_end=$((_start + _size))
	for _other in "$_disk"/*/partition; do
		_other=${_other%/partition}
		read -r _from <"$_other/start"
		read -r _size <"$_other/size"
		if [ "$_from" -lt "$_end" ] && [ "$_start" -lt $((_from + _size)) ]; then
			number_seed "$_other"
		fi
	done
}

# number_seed FOLDER: prints the number of the block device of this folder in sysfs.
number_seed() {
	read -r _number <"$1/dev"
	printf 'T\t%s\n' "$_number"
}

# is_claimed NODE: succeeds if the kernel refuses to open the device exclusively. busybox blkdiscard opens it so; the
# range lies behind the end of the device, which every kernel refuses to discard.
is_claimed() {
	_words=$(blkdiscard -o "$(blockdev --getsize64 "$1")" -l 512 "$1" 2>&1) || :
	case $_words in
	*'resource busy') return 0 ;;
	*) return 1 ;;
	esac
}

# mtd_holders N: says what stands on an MTD. Its own UBI may be attached, as long as no volume of it is in use.
mtd_holders() {
	_found=$(holders_of_seeds mtd_seeds "$1")
	if [ -n "$_found" ]; then
		printf '%s\n' "$_found"
		return
	fi
	find_overlapping "$1"
	for _mtd in "$1" $overlapping; do
		[ ! -b "/dev/mtdblock$_mtd" ] || ! is_claimed "/dev/mtdblock$_mtd" ||
			say holder kind claim device "mtdblock$_mtd"
		! grep -qsxF "jffs2_gcd_mtd$_mtd" /proc/[0-9]*/comm ||
			say holder kind jffs2 device "mtd$_mtd"
	done
}

# mtd_seeds N: prints the nodes of every MTD that shares flash with it, and the volumes of its UBI.
mtd_seeds() {
	raw_seeds "$1"
	find_ubi "$1"
	for _ubi in $ubis; do
		ubi_seeds "$_ubi"
	done
}

# ubi_seeds UBI: prints the volumes of the UBI device.
ubi_seeds() {
	for _volume in "/sys/class/ubi/$1"_*; do
		[ -r "$_volume/name" ] || continue
		IFS= read -r _volume_name <"$_volume/name" || :
		volume_seeds "${_volume##*/}" "$_volume_name"
	done
}

# raw_seeds N: prints the nodes of the MTD, and everything on each other MTD that shares flash with it.
raw_seeds() {
	find_overlapping "$1"
	for _mtd in "$1" $overlapping; do
		printf 'T\tc90:%s\nT\tc90:%s\nT\t31:%s\n' $((_mtd * 2)) $((_mtd * 2 + 1)) "$_mtd"
		if [ "$_mtd" = "$1" ]; then continue; fi
		find_ubi "$_mtd"
		for _foreign in $ubis; do
			printf 'F\tubi\t%s\tmtd%s\n' "$_foreign" "$_mtd"
			ubi_seeds "$_foreign"
		done
	done
}

# volume_seeds ubiX_Y NAME: prints its node, the block device on it, and the names by which it can be mounted (kernel doc
# ubifs).
volume_seeds() {
	read -r _number <"/sys/class/ubi/$1/dev"
	printf 'T\tc%s\n' "$_number"
	for _mark in : !; do
		printf 'V\t%s\n' "${1%_*}$_mark$2"
		[ "${1%_*}" != ubi0 ] || printf 'V\tubi%s\nV\tubi%s\n' "$_mark$2" "${1#*_}"
	done
	printf 'V\t%s\nV\t/dev/%s\nV\t%s_%s\n' "$1" "$1" "${1%_*}" "$2"
	_block=ubiblock${1#ubi}
	[ -e "/sys/class/block/$_block" ] || return 0
	number_seed "/sys/class/block/$_block"
	printf 'F\tubiblock\t%s\n' "$_block"
}
