# shellcheck shell=sh
# Finds MTDs and the UBI devices on them in sysfs (kernel doc ABI/testing/sysfs-class-mtd).

# mtds_called NAME: prints the number of each MTD that has this name, or whose device is called so (mtdN).
mtds_called() {
	for _mtd_dir in /sys/class/mtd/mtd*; do
		[ -r "$_mtd_dir/name" ] || continue
		case ${_mtd_dir##*/} in *ro) continue ;; esac
		if [ "$(cat "$_mtd_dir/name")" = "$1" ] || [ "${_mtd_dir##*/}" = "$1" ]; then
			printf '%s\n' "${_mtd_dir##*/mtd}"
		fi
	done
}

# resolve_mtd NAME: sets number, node, sys, size and peb, for every kind of target on an MTD; refuses a name that no MTD
# has, or that several have.
resolve_mtd() {
	number=$(mtds_called "$1")
	case $number in
	'') refuse TARGET_MISSING "there is no MTD named $1 on this device" ;;
	*[!0-9]*)
		# shellcheck disable=SC2086 # a number a line
		refuse TARGET_AMBIGUOUS "several MTDs are named $1: $(describe_mtds $number)"
		;;
	esac
	node=/dev/mtd$number
	[ -c "$node" ] || refuse TARGET_MISSING "$node, the MTD $1, has no device node"
	sys=/sys/class/mtd/mtd$number
	size=$(cat "$sys/size")
	peb=$(cat "$sys/erasesize")
}

# describe_mtds N...: prints what tells each from the others, and how a profile names one of them.
describe_mtds() {
	_said=
	for _number in "$@"; do
		_holds=
		for _ubi in $(ubi_on_mtd "$_number"); do
			_holds="$_holds, $_ubi with $(volumes_on "$_ubi" | cut -d ' ' -f 2- | tr '\n' ' ')"
		done
		_said="$_said${_said:+, }mtd$_number ($(cat "/sys/class/mtd/mtd$_number/size") bytes${_holds% })"
	done
	_word=mtd$1
	# Another MTD may have mtdN as its name: then only its own name leads to this one.
	[ "$(mtds_called "$_word")" = "$1" ] || _word=$(cat "/sys/class/mtd/mtd$1/name")
	printf '%s; the profile says which, such as mtd: %s\n' "$_said" "$_word"
}

# resolve_ubi: sets ubi, the UBI device on the MTD that was resolved; attaches it, unless "looking" is set.
resolve_ubi() {
	ubi=$(ubi_on_mtd "$number")
	if [ -z "$ubi" ]; then
		[ "${looking-no}" = no ] || refuse UBI_DETACHED "mtd$number holds no UBI that is attached"
		ubiattach -m "$number" >&2 || refuse TARGET_MISSING "mtd$number holds no UBI that can be attached"
		ubi=$(ubi_on_mtd "$number")
	fi
	case $ubi in *[!a-z0-9]*) refuse TARGET_AMBIGUOUS "several UBI devices stand on mtd$number: $ubi" ;; esac
}

# resolve_volume NAME: sets volume, such as ubi0_1, of the UBI device that was resolved.
resolve_volume() {
	volume=$(volumes_on "$ubi" | while IFS= read -r _line; do [ "${_line#* }" != "$1" ] || printf '%s\n' "${_line%% *}"; done)
	[ -n "$volume" ] || refuse TARGET_MISSING "there is no volume $1 on $ubi, which has $(volumes_on "$ubi" | cut -d ' ' -f 2- | tr '\n' ' ')"
	case $volume in *[!a-z0-9_]*) refuse TARGET_AMBIGUOUS "several volumes of $ubi are named $1: $volume" ;; esac
}

# volumes_on UBI: prints "ubiX_Y NAME" of each volume.
volumes_on() {
	for _volume_dir in "/sys/class/ubi/$1"_*; do
		[ ! -r "$_volume_dir/name" ] || printf '%s %s\n' "${_volume_dir##*/}" "$(cat "$_volume_dir/name")"
	done
}

# ubi_on_mtd N: prints the UBI device that is attached to it, such as ubi0.
ubi_on_mtd() {
	for _ubi_dir in /sys/class/ubi/ubi*; do
		[ -r "$_ubi_dir/mtd_num" ] || continue
		[ "$(cat "$_ubi_dir/mtd_num")" != "$1" ] || printf '%s\n' "${_ubi_dir##*/}"
	done
}

# mtd_headers ERASEBLOCK: says a line of type peb for each eraseblock of the MTD that was resolved, from this one on; one that
# can't be read counts as zeros.
mtd_headers() {
	_block=$1
	_count=$(($(cat "$sys/size") / peb))
	if has_helper; then
		by_helper headers "/dev/mtd$number" "$peb" "$_count" "$_block"
		return
	fi
	while [ "$_block" -lt "$_count" ]; do
		dd if="/dev/mtd$number" bs=64 skip=$((_block * peb / 64)) count=1 status=none || head -c 64 /dev/zero
		_block=$((_block + 1))
	done | hexdump -v -e '64/1 "%02x" "\n"' | awk -v first="$1" '
		{ printf "{\"type\":\"peb\",\"index\":%d,\"header\":\"%s\"}\n", first + NR - 1, $0 }'
}

# mtd_place N: prints "CHIP START END", where CHIP is the folder of the MTD that holds it, or a * and the folder in which a
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

# overlapping_mtds N: prints the others that share flash with it. A partition counts for every master beside it.
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

# same_chip CHIP CHIP: succeeds if both may lie on the same chip.
same_chip() {
	case $1+$2 in
	'*'*+'*'*) [ "$1" = "$2" ] ;;
	'*'*) [ "${1#?}" = "${2%/*}" ] ;;
	*'+*'*) [ "${2#?}" = "${1%/*}" ] ;;
	*) [ "$1" = "$2" ] ;;
	esac
}
