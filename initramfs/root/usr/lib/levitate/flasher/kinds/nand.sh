# shellcheck shell=sh
# The kind nand: raw NAND without UBI. An image lies in the eraseblocks that are not bad, in their order; the driver corrects bit
# flips. The helper writes and marks what goes bad; without it, nandwrite(8) does.

part kinds/mtd

resolve() { # MTD
	name="nand $1"
	resolve_mtd "$1"
	# shellcheck disable=SC2034
	whole=$peb
	# shellcheck disable=SC2034
	chosen=hash-good
	all=$((size / peb))
	size=$((size - $(count_bad) * peb))
}

spared_unit() {
	unit=$peb
	extent=$((all * peb))
}

# heed_spared: an image ends before the first range, because an eraseblock that goes bad moves on all that follows. Where the bad ones lie
# is not looked up: none of them is counted as one behind it.
heed_spared() {
	good_end=$((${spared%%-*} / peb))
	size=$(((good_end - $(count_bad)) * peb))
	[ "$size" -gt 0 ] || size=0
}

open_writer() { # LENGTH
	# nandwrite goes on behind an eraseblock that it cannot write, wherever that is.
	[ -z "$spared" ] || has_helper || refuse TARGET_UNSUPPORTED "the profile keeps ranges of $node, and this maintenance root has no helper, which alone heeds them"
	open_mtd
}

# count_bad: prints how many eraseblocks are marked as bad.
count_bad() {
	cat "$sys/bad_blocks" 2>/dev/null || echo 0
}

unfit_type() {
	case $1 in
	*nand) ;;
	*) echo "TARGET_UNSUPPORTED $node is $1 memory and no NAND: a target { mtd: … } writes it" ;;
	esac
}

describe() {
	_unfit=null
	_why=$(unfit)
	[ -z "$_why" ] || _unfit=$(say unfit code "${_why%% *}" message "${_why#* }")
	spared_json
	say target kind nand name "$name" node "$node" size# "$size" peb_size# "$peb" mtd_size# $((all * peb)) \
		bad_blocks# "$(count_bad)" corrected_bits# "$(cat "$sys/corrected_bits" 2>/dev/null || echo 0)" \
		ecc_strength# "$(cat "$sys/ecc_strength" 2>/dev/null || echo 0)" unfit# "$_unfit" head "$(head_hex)" spared# "$listed"
}

feed_by_helper() { # LEASE LENGTH
	by_helper feed-nand "$node" "$1" "$2" "$chunk" "$peb" "$(cat "$sys/writesize")"
}

# find_bad: sets bad_list to the numbers of the eraseblocks that are marked as bad, with a blank around each.
find_bad() {
	bad_list=' '
	[ "$(count_bad)" != 0 ] || return 0
	bad_list=" $(mtdinfo -M "$node" | awk '
		/^Eraseblock map:/ { map = 1; next }
		map { for (i = 1; i <= NF; i++) { if ($i ~ /^[0-9]+:$/) block = $i + 0; else if ($i == "BAD") printf "%d ", block } }')"
}

# find_good NUMBER: sets good to the number of the good eraseblock of this number, counted from 0; fails where there is none.
find_good() {
	good=0
	_skip=$1
	while [ "$good" -lt "${good_end:-$all}" ]; do
		case $bad_list in
		*" $good "*) ;;
		*)
			[ "$_skip" -gt 0 ] || return 0
			_skip=$((_skip - 1))
			;;
		esac
		good=$((good + 1))
	done
	return 1
}

# read_range OFFSET LENGTH: both count in good eraseblocks.
read_range() {
	find_bad
	_at=$1
	_rest=$2
	while [ "$_rest" -gt 0 ]; do
		find_good $((_at / peb)) || return 1
		_now=$((peb - _at % peb))
		[ "$_now" -le "$_rest" ] || _now=$_rest
		dd if="$node" bs="$peb" iflag=skip_bytes,count_bytes,fullblock skip=$((good * peb + _at % peb)) count="$_now" status=none || return 1
		_at=$((_at + _now))
		_rest=$((_rest - _now))
	done
}

invalidate() { # INDEX LENGTH
	touch_target
	_offset=0
	while [ "$_offset" -lt "$2" ]; do
		find_bad
		blank_range "$_offset" "$peb" || { find_good $((_offset / peb)) && erase "$good" 1; }
		blank_range "$_offset" "$peb" || fail WRITE_FAILED "eraseblock $good of $node cannot be erased"
		_offset=$((_offset + peb))
	done
}

# put: the very first eraseblock, at which a boot loader looks, is the last of all.
put() { # INDEX FILE
	touch_target
	_length=$(stat -c %s "$2")
	pieces=$(((_length + peb - 1) / peb))
	head -c $((pieces * peb - _length)) /dev/zero | tr '\000' '\377' >>"$2"
	turn=0
	[ "$1" != 0 ] || turn=1
	while [ "$turn" -lt "$pieces" ]; do
		put_eraseblock "$2" "$turn" $(($1 * chunk / peb + turn))
		turn=$((turn + 1))
	done
	[ "$1" != 0 ] || put_eraseblock "$2" 0 0
}

# put_eraseblock FILE PIECE NUMBER: writes a piece to the good eraseblock of this number. nandwrite marks one that it cannot write and
# goes on with the next one, which therefore is erased before as well.
put_eraseblock() {
	take_piece "$1" "$2" 1
	for _try in 1 2; do
		! same_piece "$3" || return 0
		_bad=$(count_bad)
		find_bad
		find_good "$3" || fail WRITE_FAILED "$node has no good eraseblock left for what follows"
		erase "$good" 1
		_place=$good
		# What is behind the first chunk is written before it.
		if [ "$3" -ge $((chunk / peb)) ] && find_good $(($3 + 1)); then erase "$good" 1; fi
		nandwrite -q -m -k -s $((_place * peb)) "$node" "$piece" >&2 || fail WRITE_FAILED "eraseblock $_place of $node cannot be written"
		[ "$3" -ge $((chunk / peb)) ] || [ "$(count_bad)" = "$_bad" ] ||
			fail WRITE_FAILED "eraseblock $_place of $node went bad when all behind it was written: the same command again writes that one eraseblock further on"
	done
	same_piece "$3" || fail WRITE_FAILED "eraseblock $_place of $node does not keep what is written to it"
}
