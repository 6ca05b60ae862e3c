# shellcheck shell=sh
# Finds MTDs and the UBI devices on them in sysfs (kernel doc ABI/testing/sysfs-class-mtd).

# find_mtds NAME: sets mtds to the number of each MTD that has this name, or whose device is called so (mtdN), with blanks
# between.
find_mtds() {
	mtds=
	for _mtd_dir in /sys/class/mtd/mtd*; do
		[ -r "$_mtd_dir/name" ] || continue
		case ${_mtd_dir##*/} in *ro) continue ;; esac
		IFS= read -r _mtd_name <"$_mtd_dir/name" || :
		if [ "$_mtd_name" = "$1" ] || [ "${_mtd_dir##*/}" = "$1" ]; then
			mtds="$mtds${mtds:+ }${_mtd_dir##*/mtd}"
		fi
	done
}

# resolve_mtd NAME: sets number, node, sys, size and peb, for every kind of target on an MTD; refuses a name that no MTD
# has, or that several have.
resolve_mtd() {
	find_mtds "$1"
	number=$mtds
	case $number in
	'') refuse TARGET_MISSING "there is no MTD named $1 on this device" ;;
	*[!0-9]*)
		# shellcheck disable=SC2086 # these are words
		refuse TARGET_AMBIGUOUS "several MTDs are named $1: $(describe_mtds $number)"
		;;
	esac
	node=/dev/mtd$number
	[ -c "$node" ] || refuse TARGET_MISSING "$node, the MTD $1, has no device node"
	sys=/sys/class/mtd/mtd$number
	read -r size <"$sys/size"
	read -r peb <"$sys/erasesize"
}

# describe_mtds N...: prints what tells each from the others, and how a profile names one of them.
describe_mtds() {
	_said=
	for _number in "$@"; do
		_holds=
		find_ubi "$_number"
		for _ubi in $ubis; do
			find_volume "$_ubi" ''
			_holds="$_holds, $_ubi with $volume_names"
		done
		_said="$_said${_said:+, }mtd$_number ($(cat "/sys/class/mtd/mtd$_number/size") bytes${_holds% })"
	done
	_word=mtd$1
	# Another MTD may have mtdN as its name: then only its own name leads to this one.
	find_mtds "$_word"
	[ "$mtds" = "$1" ] || _word=$(cat "/sys/class/mtd/mtd$1/name")
	printf '%s; the profile says which, such as mtd: %s\n' "$_said" "$_word"
}

# resolve_ubi: sets ubi, the UBI device on the MTD that was resolved; attaches it, unless "looking" is set.
resolve_ubi() {
	find_ubi "$number"
	ubi=$ubis
	if [ -z "$ubi" ]; then
		[ "${looking-no}" = no ] || refuse UBI_DETACHED "mtd$number holds no UBI that is attached"
		ubiattach -m "$number" >&2 || refuse TARGET_MISSING "mtd$number holds no UBI that can be attached"
		find_ubi "$number"
		ubi=$ubis
	fi
	case $ubi in *[!a-z0-9]*) refuse TARGET_AMBIGUOUS "several UBI devices stand on mtd$number: $ubi" ;; esac
}

# resolve_volume NAME: sets volume, such as ubi0_1, of the UBI device that was resolved.
resolve_volume() {
	find_volume "$ubi" "$1"
	[ -n "$volume" ] || refuse TARGET_MISSING "there is no volume $1 on $ubi, which has $volume_names"
	case $volume in *[!a-z0-9_]*) refuse TARGET_AMBIGUOUS "several volumes of $ubi are named $1: $volume" ;; esac
}

# find_volume UBI NAME: sets volume to what sysfs calls the volumes of this name, with blanks between, and volume_names to the
# names of all volumes of the UBI device, with a blank behind each.
find_volume() {
	volume=
	volume_names=
	for _volume_dir in "/sys/class/ubi/$1"_*; do
		[ -r "$_volume_dir/name" ] || continue
		IFS= read -r _volume_name <"$_volume_dir/name" || :
		volume_names="$volume_names$_volume_name "
		[ "$_volume_name" != "$2" ] || volume="$volume${volume:+ }${_volume_dir##*/}"
	done
}

# find_ubi N: sets ubis to the UBI device that is attached to the MTD, such as ubi0; where there are several, with blanks
# between.
find_ubi() {
	ubis=
	for _ubi_dir in /sys/class/ubi/ubi*; do
		[ -r "$_ubi_dir/mtd_num" ] || continue
		read -r _ubi_mtd <"$_ubi_dir/mtd_num" || :
		[ "$_ubi_mtd" != "$1" ] || ubis="$ubis${ubis:+ }${_ubi_dir##*/}"
	done
}

# mtd_headers ERASEBLOCK: says a line of type peb for each eraseblock of the MTD that was resolved, from this one on; one that
# cannot be read counts as zeros.
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

# find_place N: sets place_chip, place_start and place_end. The chip is the folder of the MTD that holds it, or a * and the folder
# in which a partition lies beside its master: most kernels do not tell which of several is its master.
find_place() {
	place_chip=$(readlink -f "/sys/class/mtd/mtd$1")
	read -r _place_size <"$place_chip/size"
	place_start=0
	while :; do
		_offset=0
		[ ! -r "$place_chip/offset" ] || read -r _offset <"$place_chip/offset"
		place_start=$((place_start + _offset))
		[ -r "${place_chip%/*}/erasesize" ] || break
		place_chip=${place_chip%/*}
	done
	place_end=$((place_start + _place_size))
	[ ! -r "$place_chip/offset" ] || place_chip="*${place_chip%/*}"
}

# find_overlapping N: sets overlapping to the others that share flash with the MTD, with a blank behind each. A partition
# counts for every master beside it.
find_overlapping() {
	overlapping=
	find_place "$1"
	_chip=$place_chip
	_from=$place_start
	_to=$place_end
	for _mtd_dir in /sys/class/mtd/mtd*; do
		_candidate=${_mtd_dir##*/mtd}
		case $_candidate in "$1" | *ro | '*') continue ;; esac
		find_place "$_candidate"
		same_chip "$_chip" "$place_chip" || continue
		[ "$_from" -ge "$place_end" ] || [ "$place_start" -ge "$_to" ] || overlapping="$overlapping$_candidate "
	done
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
