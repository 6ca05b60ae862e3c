# shellcheck shell=sh
# Reports what the flash of a system tells of its wear. It only reads, and runs in any POSIX sh, of a running system and of the
# maintenance system. The host sends lib/read-file.sh and running.sh in front of it.

# value_or_dash FILE: sets value to the first word of the file, or to - where it cannot be read.
value_or_dash() {
	read_value "$1" || :
	value=${value:--}
}

# report_mtd N: reports what the kernel counts for the MTD (kernel doc ABI/testing/sysfs-class-mtd), the node by which this login can
# read it, and whether it holds UBI. Kernels show some counts not at all.
report_mtd() {
	_mtd=/sys/class/mtd/mtd$1
	value_or_dash "$_mtd/type"
	fact mtd-type "mtd$1 $value"
	_counts=
	for _attribute in bad_blocks bbt_blocks ecc_failures corrected_bits; do
		value_or_dash "$_mtd/$_attribute"
		_counts="$_counts $value"
	done
	fact mtd-health "mtd$1$_counts"
	# Nothing can be written by the first one.
	_node=
	for _candidate in "/dev/mtd$1ro" "/dev/mtd$1"; do
		if [ -c "$_candidate" ] && [ -r "$_candidate" ]; then
			_node=$_candidate
			fact mtd-node "mtd$1 $_node"
			break
		fi
	done
	case " $_attached " in
	*" $1 "*) fact mtd-holds-ubi "mtd$1" ;;
	*)
		value_or_dash "$_mtd/erasesize"
		[ -z "$_node" ] || ! begins_as_ubi "$_node" "$value" || fact mtd-holds-ubi "mtd$1"
		;;
	esac
}

# begins_as_ubi NODE ERASESIZE: succeeds if one of the first eraseblocks begins with the magic number of UBI; some may be erased.
begins_as_ubi() {
	for _block in 0 1 2 3 4 5 6 7; do
		# What dd says is its statistics, or that the MTD ends here.
		_begin=$(dd if="$1" bs=64 skip=$((_block * ($2 / 64))) count=1 2>/dev/null | tr -d '\000')
		case $_begin in UBI#*) return 0 ;; esac
	done
	return 1
}

# report_mmc DEVICE FOLDER: reports the estimates that an eMMC gives of itself, as the kernel prints them; of older kernels debugfs
# has the register whole. Bytes 267 to 269 of it are the reserved blocks and both life times since revision 7 (JESD84-B51).
report_mmc() {
	value_or_dash "$2/type"
	_type=$value
	value_or_dash "$2/pre_eol_info"
	_reserved=$value
	_life="- -"
	if [ -r "$2/life_time" ]; then
		read -r _first _second _ <"$2/life_time" || :
		_life="${_first:--} ${_second:--}"
	elif _card=$(readlink -f "$2") && _bus=${_card%/*} && read_line "/sys/kernel/debug/${_bus##*/}/${_card##*/}/ext_csd" &&
		[ "${#line}" -ge 1024 ]; then
		case $(printf '%s' "$line" | cut -c 385-386) in
		0[0-6]) ;;
		*)
			_reserved=0x$(printf '%s' "$line" | cut -c 535-536)
			_life="0x$(printf '%s' "$line" | cut -c 537-538) 0x$(printf '%s' "$line" | cut -c 539-540)"
			;;
		esac
	fi
	fact mmc "$1 $_type $_reserved $_life"
}

# report_nvme DEVICE: reports the SMART log of an NVMe as JSON, by the first program that prints it: the kernel has no file for it. The
# last one is that of the maintenance root.
report_nvme() {
	if command -v smartctl >/dev/null; then
		fact nvme-smart "$1 smartctl $(smartctl -j -A "/dev/$1" 2>&1 | tr '\n\t' '  ')"
	elif command -v nvme >/dev/null; then
		fact nvme-smart "$1 nvme $(nvme smart-log -o json "/dev/$1" 2>&1 | tr '\n\t' '  ')"
	elif command -v /usr/lib/levitate/helper >/dev/null; then
		fact nvme-smart "$1 helper $(/usr/lib/levitate/helper nvme-smart "/dev/$1" 2>&1 | tr '\n\t' '  ')"
	fi
}

LC_ALL=C
export LC_ALL
report_running
read_uid
fact uid "$uid"
[ ! -r /proc/mtd ] ||
	fact_lines mtd "$(sed -n 's/^\(mtd[0-9]*\): \([0-9a-f]*\) \([0-9a-f]*\) "\(.*\)"$/\1 \2 \3 \4/p' /proc/mtd)"
_attached=
for _dir in /sys/class/ubi/ubi*; do
	[ -r "$_dir/mtd_num" ] || continue
	value_or_dash "$_dir/mtd_num"
	_attached="$_attached $value"
	fact ubi "${_dir##*/} mtd$value"
	_counts=
	for _attribute in max_ec bad_peb_count reserved_for_bad; do
		value_or_dash "$_dir/$_attribute"
		_counts="$_counts $value"
	done
	fact ubi-health "${_dir##*/}$_counts"
done
for _dir in /sys/class/mtd/mtd*; do
	case ${_dir##*/} in *ro | *\*) continue ;; esac
	report_mtd "${_dir##*/mtd}"
done
for _dir in /sys/class/block/*; do
	_disk=${_dir##*/}
	# The areas of an eMMC beside the main one have its wear, and paths of an NVMe are no disks of their own.
	case $_disk in
	\* | loop* | ram* | zram* | mtdblock* | ubiblock* | sr* | fd* | nbd* | dm-* | md* | bcache* | mmcblk*boot* | mmcblk*rpmb | \
		mmcblk*gp* | nvme*c*n*) continue ;;
	esac
	[ ! -e "$_dir/partition" ] || continue
	value_or_dash "$_dir/size"
	case $value in - | 0) continue ;; esac
	_sectors=$value
	read_line "$_dir/device/model"
	[ -n "$line" ] || read_line "$_dir/device/name"
	fact wear-disk "$_disk $_sectors $line"
	case $_disk in
	mmcblk*) report_mmc "$_disk" "$_dir/device" ;;
	nvme*) report_nvme "$_disk" ;;
	esac
done
fact wear-end yes
