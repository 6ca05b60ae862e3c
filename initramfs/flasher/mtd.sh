# shellcheck shell=sh
# MTDs and the UBI on them, from sysfs (kernel doc ABI/testing/sysfs-class-mtd).

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

# resolve_mtd NAME: sets number, node, sys, size and peb for a kind of target; refuses what is not there.
resolve_mtd() {
	number=$(mtd_number "$1") || refuse TARGET_MISSING "there is no MTD named $1 on this device"
	[ "$(cat /sys/class/mtd/mtd*/name | grep -cxF -e "$1")" -le 1 ] ||
		refuse TARGET_MISSING "several MTDs are named $1: give the one that is meant as mtdN"
	node=/dev/mtd$number
	[ -c "$node" ] || refuse TARGET_MISSING "$node, the MTD $1, has no device node"
	sys=/sys/class/mtd/mtd$number
	size=$(cat "$sys/size")
	peb=$(cat "$sys/erasesize")
}

# ubi_on_mtd N: the UBI device attached to it, such as ubi0.
ubi_on_mtd() {
	for _ubi_dir in /sys/class/ubi/ubi*; do
		[ -r "$_ubi_dir/mtd_num" ] || continue
		[ "$(cat "$_ubi_dir/mtd_num")" != "$1" ] || printf '%s\n' "${_ubi_dir##*/}"
	done
}

# mtd_place N: "CHIP START END", where CHIP is the folder of the MTD that holds it, or a * and the folder in which a
# partition lies beside its master: most kernels don't tell which of several is its master.
mtd_place() {
	_dir=$(readlink -f "/sys/class/mtd/mtd$1")
	_size=$(cat "$_dir/size")
	_start=0
	while :; do
		_offset=0
		[ ! -r "$_dir/offset" ] || _offset=$(cat "$_dir/offset")
		_start=$((_start + _offset))
		[ -r "${_dir%/*}/erasesize" ] || break
		_dir=${_dir%/*}
	done
	[ ! -r "$_dir/offset" ] || _dir="*${_dir%/*}"
	printf '%s %s %s\n' "$_dir" "$_start" $((_start + _size))
}

# overlapping_mtds N: the others that share flash with it. A partition counts for every master beside it.
overlapping_mtds() {
	mtd_place "$1" | {
		read -r _chip _from _to
		for _mtd_dir in /sys/class/mtd/mtd*; do
			_candidate=${_mtd_dir##*/mtd}
			case $_candidate in "$1" | *ro | '*') continue ;; esac
			mtd_place "$_candidate" | {
				read -r _other _other_from _other_to
				same_chip "$_chip" "$_other" || exit 0
				[ "$_from" -ge "$_other_to" ] || [ "$_other_from" -ge "$_to" ] || printf '%s\n' "$_candidate"
			}
		done
	}
}

# same_chip CHIP CHIP
same_chip() {
	case $1+$2 in
	'*'*+'*'*) [ "$1" = "$2" ] ;;
	'*'*) [ "${1#?}" = "${2%/*}" ] ;;
	*'+*'*) [ "${2#?}" = "${1%/*}" ] ;;
	*) [ "$1" = "$2" ] ;;
	esac
}
