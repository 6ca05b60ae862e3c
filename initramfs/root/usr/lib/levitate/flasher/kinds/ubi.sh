# shellcheck shell=sh
# The kind ubi: a whole ubinized layout on an MTD. ubiformat(8) writes it, and keeps the erase counter of each eraseblock.

part stream

resolve() { # MTD
	name="mtd $1"
	resolve_mtd "$1"
}

describe() {
	_volumes=
	find_ubi "$number"
	for _ubi in $ubis; do
		for _volume in "/sys/class/ubi/$_ubi"_*; do
			[ -r "$_volume/name" ] || continue
			IFS= read -r _volume_name <"$_volume/name" || :
			quote_json "$_volume_name"
			_volumes=$_volumes${_volumes:+,}$quoted
		done
	done
	# The least that can be written is a subpage, where a chip writes a page in parts; the headers of UBI have that size.
	say target kind ubi name "$name" node "$node" size# "$size" peb_size# "$peb" min_io# "$(cat "$sys/subpagesize")" \
		bad_blocks# "$(cat "$sys/bad_blocks" 2>/dev/null || echo 0)" volumes# "[$_volumes]"
}

holders() {
	mtd_holders "$number"
}

counters_from() { # ERASEBLOCK
	mtd_headers "$1"
}

keep_place() { # VOLUME
	resolve_ubi
	resolve_volume "$1"
	place=/dev/$volume
	place_types=ubifs
}

leave_place() {
	ubidetach -d "${ubi#ubi}" >&2 || fail WRITE_FAILED "$ubi cannot be detached from $node"
}

# make_volume NAME TYPE LEBS ALIGNMENT: makes a volume that the layout lacks, for what another one of this name held. One that is there
# is left as it is: a cut may have lost the answer of the call before.
make_volume() {
	resolve_ubi
	find_volume "$ubi" "$1"
	[ -z "$volume" ] || return 0
	ubimkvol "/dev/$ubi" -N "$1" -t "$2" -a "$4" -S "$3" >&2 ||
		fail WRITE_FAILED "a volume $1 of $3 logical eraseblocks cannot be made on $ubi"
	find_volume "$ubi" "$1"
	# Without devtmpfs nobody else makes its node.
	[ -c "/dev/$volume" ] || mknod "/dev/$volume" c "$(cut -d : -f 1 "/sys/class/ubi/$volume/dev")" "$(cut -d : -f 2 "/sys/class/ubi/$volume/dev")"
}

open_writer() { # LENGTH
	find_ubi "$number"
	for _ubi in $ubis; do
		ubidetach -d "${_ubi#ubi}" >&2 || refuse TARGET_IN_USE "$_ubi cannot be detached from $node"
	done
	note_target touched
	writer_stream ubiformat "$node" -y -q -S "$1" -f -
}

# has_bad: succeeds if the MTD has bad eraseblocks, which ubiformat skips.
has_bad() {
	[ "$(cat "$sys/bad_blocks" 2>/dev/null || echo 0)" != 0 ]
}

# hash_pieces LENGTH GROUP ERASEBLOCK: says the hash of each group of eraseblocks without their erase counter headers; a
# group is as many as a chunk holds.
hash_pieces() {
	_group=$2
	_block=${3:-0}
	_in_group=$((chunk > peb ? chunk / peb : 1))
	_left=$(($1 / peb - _group * _in_group))
	if has_helper; then
		by_helper hash-pebs "$node" "$peb" $((size / peb)) "$_group" "$_in_group" "$_left" "$_block"
		return
	fi
	while [ "$_left" -gt 0 ]; do
		[ "$_left" -ge "$_in_group" ] || _in_group=$_left
		_found=$(hash_group "$_block" "$_in_group") || fail VERIFY_FAILED "$node cannot be read at eraseblock $_block"
		_block=${_found% *}
		say chunk index# "$_group" sha256 "${_found#* }" next# "$_block"
		_group=$((_group + 1))
		_left=$((_left - _in_group))
		[ $((_group % 32)) -ne 0 ] || contact
	done
}

# hash_group ERASEBLOCK COUNT: prints "NEXT SHA256" of the next eraseblocks that are not bad, without their first 64
# bytes, the erase counter header that ubiformat rewrites; NEXT is the eraseblock behind them.
hash_group() {
	_sha=$(read_group "$@" 3>"$spool/next.$$" | sha256sum | cut -c 1-64) || return 1
	printf '%s %s\n' "$(cat "$spool/next.$$")" "$_sha"
}

# read_group ERASEBLOCK COUNT: prints those bytes; the number of the next eraseblock goes to descriptor 3. nanddump(8)
# prints FF for a bad eraseblock; a good one begins with a header.
read_group() {
	_at=$1
	_wanted=$2
	_bad=no
	! has_bad || _bad=yes
	while [ "$_wanted" -gt 0 ] && [ "$_at" -lt $((size / peb)) ]; do
		if [ "$_bad" = no ]; then
			dd if="$node" bs=$((peb - 64)) iflag=skip_bytes,fullblock skip=$((_at * peb + 64)) count=1 status=none || return 1
			_wanted=$((_wanted - 1))
		else
			nanddump --bb=padbad -q -s $((_at * peb)) -l "$peb" -f "$spool/peb.$$" "$node" >&2 || return 1
			if [ "$(hex_at "$spool/peb.$$" 0 4)" = 55424923 ]; then
				dd if="$spool/peb.$$" bs=$((peb - 64)) iflag=skip_bytes,fullblock skip=64 count=1 status=none
				_wanted=$((_wanted - 1))
			fi
		fi
		_at=$((_at + 1))
	done
	rm -f "$spool/peb.$$"
	[ "$_wanted" -eq 0 ] || return 1
	echo "$_at" >&3
}

# remains_behind LENGTH: says the first eraseblock behind a layout of this length that holds data of a volume.
remains_behind() {
	_at=0
	_layout=$(($1 / peb))
	_vid=
	while [ "$_at" -lt $((size / peb)) ]; do
		# A bad eraseblock cannot be read, and an eraseblock without a header does not belong to the layout.
		_header=$(hex_at "$node" $((_at * peb)) 20 2>/dev/null) || _header=
		_at=$((_at + 1))
		case $_header in
		55424923*) ;;
		*) continue ;;
		esac
		[ -n "$_vid" ] || _vid=$((0x${_header#????????????????????????????????}))
		if [ "$_layout" -gt 0 ]; then
			_layout=$((_layout - 1))
			# Without bad eraseblocks the layout is contiguous, and is skipped at once.
			has_bad || { _at=$((_at + _layout)) && _layout=0; }
		elif [ "$(hex_at "$node" $(((_at - 1) * peb + _vid)) 4)" != ffffffff ]; then
			say remain what "data in eraseblock $((_at - 1))" offset# $(((_at - 1) * peb)) length# "$peb"
			return
		fi
	done
}
