# shellcheck shell=sh
# Who stands on a block device: mounts in every namespace, swap, stacked devices, open files.

# family DEVICE: the device by its sysfs name, with its partitions and, for a partition, its disk. One a line.
family() {
	printf '%s\n' "$1"
	for _part in "/sys/class/block/$1/$1"*/partition; do
		[ -e "$_part" ] || continue
		_part=${_part%/partition}
		printf '%s\n' "${_part##*/}"
	done
}

# every_mountinfo: the mounts of every namespace (proc(5)); a process may end while it is looked at.
every_mountinfo() {
	cat /proc/[0-9]*/mountinfo 2>/dev/null || :
}

# block_holders DEVICE: a line "WHAT NAME" for each thing that stands on it or on one of its partitions.
block_holders() {
	family "$1" | while read -r _member; do
		_number=$(cat "/sys/class/block/$_member/dev")
		every_mountinfo | awk -v dev="$_number" '$3 == dev { print "mount " $5 }' | sort -u
		awk -v node="/dev/$_member" '$1 == node { print "swap " $1 }' /proc/swaps
		for _holder in "/sys/class/block/$_member/holders"/*; do
			[ ! -e "$_holder" ] || printf 'device %s\n' "${_holder##*/}"
		done
		open_files "$_member" "$_number"
	done
}

# open_files DEVICE MAJOR:MINOR: processes that hold the node itself, or a file of a file system on it.
open_files() {
	_major=${2%:*}
	_minor=${2#*:}
	# st_dev as stat prints it (makedev(3)), and as proc's maps print it.
	_dev=$(((_minor & 255) | ((_major & 4095) << 8) | ((_minor & ~255) << 12)))
	_hex=$(printf '%02x:%02x' "$_major" "$_minor")
	for _dir in /proc/[0-9]*; do
		# What ends meanwhile, or has no program as kernel threads, holds nothing.
		_found=$({
			stat -L -c 'dev %d' "$_dir/exe" "$_dir/cwd" "$_dir/root" "$_dir"/fd/*
			ls -l "$_dir/fd"
			cat "$_dir/maps"
		} 2>/dev/null | awk -v dev="$_dev" -v node="/dev/$1" -v hex="$_hex" '
			($1 == "dev" && $2 == dev) || ($(NF - 1) == "->" && $NF == node) || $4 == hex { n++ }
			END { print n + 0 }') || :
		[ "$_found" = 0 ] || printf 'process %s\n' "$(process_name "$_dir")"
	done
}

# process_name /proc/PID
process_name() {
	printf '%s %s' "${1#/proc/}" "$(cat "$1/comm" 2>/dev/null || :)"
}

# mtd_holders N: what stands on an MTD: mounts of its mtdblock, and UBI volumes that are in use.
mtd_holders() {
	awk -v mtd="mtd$1" -v block="/dev/mtdblock$1" '$1 == mtd || $1 == block { print "mount " $2 }' /proc/mounts
	[ ! -e "/sys/class/block/mtdblock$1" ] || block_holders "mtdblock$1"
	for _ubi in $(ubi_on_mtd "$1"); do
		for _volume in "/sys/class/ubi/$_ubi"_*; do
			[ -r "$_volume/name" ] || continue
			volume_holders "${_volume##*/}" "$(cat "$_volume/name")"
		done
	done
}

# volume_holders ubiX_Y NAME: mounts name a volume in five ways (kernel doc ubifs), a ubiblock in one.
volume_holders() {
	_device=${1%_*}
	_number=${1#*_}
	every_mountinfo | awk -v a="$1" -v b="/dev/$1" -v c="$_device:$2" -v d="ubi:$2" -v e="$_device"_"$2" -v f="ubi$_number" -v dev0="$_device" '{
		for (i = 7; i <= NF; i++) if ($i == "-") { type = $(i + 1); source = $(i + 2) }
		if (type != "ubifs") next
		if (source == a || source == b || source == c || source == e || (dev0 == "ubi0" && (source == d || source == f))) print "mount " $5
	}' | sort -u
	_block=/sys/class/block/ubiblock${1#ubi}
	[ ! -e "$_block" ] || block_holders "${_block##*/}"
}

# ubi_on_mtd N: the UBI device attached to it, such as ubi0.
ubi_on_mtd() {
	for _ubi_dir in /sys/class/ubi/ubi*; do
		[ -r "$_ubi_dir/mtd_num" ] || continue
		[ "$(cat "$_ubi_dir/mtd_num")" != "$1" ] || printf '%s\n' "${_ubi_dir##*/}"
	done
}

# mtd_number NAME: of an MTD given by its name or as mtdN.
mtd_number() {
	for _mtd_dir in /sys/class/mtd/mtd*; do
		[ -r "$_mtd_dir/name" ] || continue
		case ${_mtd_dir##*/} in *ro) continue ;; esac
		if [ "$(cat "$_mtd_dir/name")" = "$1" ] || [ "${_mtd_dir##*/}" = "$1" ]; then
			printf '%s\n' "${_mtd_dir##*/mtd}"
			return
		fi
	done
	return 1
}
