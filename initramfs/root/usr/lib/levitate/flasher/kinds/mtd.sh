# shellcheck shell=sh
# The kind mtd: an MTD without UBI that is written in place, eraseblock by eraseblock: NOR, and what behaves like it.

part read-back

resolve() { # MTD
	name="mtd $1"
	resolve_mtd "$1"
	# shellcheck disable=SC2034
	whole=$peb
}

# unfit: prints a code and why nothing may be written here, or nothing.
unfit() {
	read -r _flags <"$sys/flags"
	read -r _type <"$sys/type"
	_other=$(unfit_type "$_type")
	if [ $((_flags & 0x400)) -eq 0 ]; then # MTD_WRITEABLE, mtd-abi.h
		echo "TARGET_READ_ONLY $node is read-only"
	elif [ -n "$_other" ]; then
		echo "$_other"
	elif [ $((chunk % peb)) -ne 0 ]; then
		echo "TARGET_UNSUPPORTED $node has eraseblocks of $peb bytes, which a chunk of $chunk bytes is no multiple of"
	elif find_ubi "$number" && [ -n "$ubis" ] || looks_like_ubi; then
		echo "TARGET_UNSUPPORTED $node holds UBI, whose erase counters a plain write would destroy: a target { ubi: { mtd: … } } keeps them"
	fi
}

# unfit_type TYPE: the same, of the type of memory alone (mtd-abi.h).
unfit_type() {
	case $1 in
	nor | ram) ;;
	*nand) echo "TARGET_UNSUPPORTED $node is raw NAND, which has bad eraseblocks: a target { nand: … } passes them over" ;;
	*) echo "TARGET_UNSUPPORTED $node is $1 memory, which levitate does not write" ;;
	esac
}

# looks_like_ubi: succeeds if one of the first eraseblocks begins with the magic number of UBI; some of them may be erased.
looks_like_ubi() {
	for _block in 0 1 2 3 4 5 6 7; do
		[ $((_block * peb)) -lt "$size" ] || return 1
		[ "$(read_range $((_block * peb)) 4 | to_hex)" != 55424923 ] || return 0
	done
	return 1
}

describe() {
	_unfit=null
	_why=$(unfit)
	[ -z "$_why" ] || _unfit=$(say unfit code "${_why%% *}" message "${_why#* }")
	spared_json
	say target kind mtd name "$name" node "$node" size# "$size" peb_size# "$peb" \
		unfit# "$_unfit" head "$(head_hex)" spared# "$listed"
}

holders() {
	mtd_holders "$number"
}

keep_place() { # WITHIN
	place=/dev/mtdblock$number
	place_types=jffs2
	[ -z "$spared" ] || refuse TARGET_UNSUPPORTED "files cannot be put into $node, of which the profile keeps ranges as they are"
	[ -b "$place" ] || refuse TARGET_MISSING "$place, which a file system on $node is mounted from, has no device node"
}

open_writer() { # LENGTH
	open_mtd
}

# open_mtd: the same for whatever kind of MTD is written eraseblock by eraseblock.
open_mtd() {
	_why=$(unfit)
	[ -z "$_why" ] || refuse "${_why%% *}" "${_why#* }"
	touch_target
}

# allow_writes: unlocks the flash, and notes which eraseblocks are locked, which the helper alone can tell: without it they stay unlocked.
allow_writes() {
	_locked=
	! has_helper || _locked=$("$lib/helper" mtd-locked "$node")
	[ -z "$_locked" ] || note_lifted "${node##*/}" "$_locked"
	# A chip without locks refuses this. A chip that stays locked is noticed, because it does not change.
	flash_unlock "$node" >&2 || :
}

spared_unit() {
	unit=$peb
}

# Where the first eraseblock is spared, the next one is erased.
invalidate() { # INDEX LENGTH
	touch_target
	find_gaps $(($1 * chunk)) $((($2 + peb - 1) / peb * peb))
	[ -n "$gaps" ] || return 0
	_place=${gaps%% *}
	! blank_range "$_place" "$peb" || return 0
	# The beginning loses its bits first: an erasure that is cut or fails may leave it as it was, and nothing starts from it then either.
	_head=4096
	[ "$peb" -ge "$_head" ] || _head=$peb
	dd if=/dev/zero of="$node" bs="$_head" seek=$((_place / _head)) count=1 conv=notrunc status=none || :
	flash_erase -q "$node" "$_place" 1 >&2 || :
	blank_range "$_place" "$peb" || fail WRITE_FAILED "eraseblock $((_place / peb)) of $node cannot be erased"
}

# put writes from the end to the beginning, because a boot loader looks at the first eraseblock of the first chunk.
put() { # INDEX FILE
	touch_target
	_length=$(stat -c %s "$2")
	_block=$(((_length + peb - 1) / peb))
	# The rest of the last eraseblock behind the image stays erased.
	head -c $((_block * peb - _length)) /dev/zero | tr '\000' '\377' >>"$2"
	_run=0
	while [ "$_block" -gt 0 ]; do
		_block=$((_block - 1))
		take_piece "$2" "$_block" 1
		if ! is_free $(($1 * chunk + _block * peb)) "$peb" || same_piece $(($1 * chunk / peb + _block)); then
			put_run "$2" "$1" $((_block + 1)) "$_run"
			_run=0
		else
			_run=$((_run + 1))
			[ "$1+$_block" != 0+1 ] || { put_run "$2" 0 1 "$_run" && _run=0; }
		fi
	done
	put_run "$2" "$1" 0 "$_run"
}

feed_by_helper() { # LEASE LENGTH
	by_helper feed-mtd "$node" "$1" "$2" "$chunk" "$peb"
}

# put_run FILE INDEX BLOCK COUNT: writes eraseblocks that differ. Erasing may fail without an error; hence the comparison.
put_run() {
	[ "$4" -gt 0 ] || return 0
	take_piece "$1" "$3" "$4"
	_first=$(($2 * chunk / peb + $3))
	for _try in 1 2; do
		blank_range $((_first * peb)) $(($4 * peb)) || erase "$_first" "$4"
		if [ "$_first" -eq 0 ] && [ "$peb" -gt 4096 ]; then
			put_but_head || continue
			set -- "$1" "$2" "$3" "$4" bs=4096 count=1
		fi
		dd if="$piece" of="$node" "${5-bs=$peb}" "${6-seek=$_first}" conv=notrunc status=none ||
			fail WRITE_FAILED "eraseblock $_first of $node or one of the $4 from there cannot be written"
		! same_piece "$_first" || return 0
	done
	fail WRITE_FAILED "eraseblock $_first of $node or one of the $4 from there does not keep what is written to it"
}

# put_but_head: writes what is there for the first eraseblock, without its beginning, which a loader looks at; succeeds if that was kept.
put_but_head() {
	dd if="$piece" of="$node" bs=4096 skip=1 seek=1 conv=notrunc status=none ||
		fail WRITE_FAILED "eraseblock 0 of $node cannot be written"
	tail -c +4097 "$piece" >"$piece.rest"
	_kept=0
	read_range 4096 "$(stat -c %s "$piece.rest")" | cmp -s - "$piece.rest" || _kept=1
	rm -f "$piece.rest"
	return "$_kept"
}

take_piece() { # FILE BLOCK COUNT
	dd if="$1" of="$piece" bs="$peb" skip="$2" count="$3" status=none
}

same_piece() { # ERASEBLOCK
	read_range $(($1 * peb)) "$(stat -c %s "$piece")" | cmp -s - "$piece"
}

erase() { # ERASEBLOCK COUNT
	flash_erase -q "$node" $(($1 * peb)) "$2" >&2 || fail WRITE_FAILED "eraseblock $1 of $node cannot be erased"
}

blank_range() { # OFFSET LENGTH
	read_range "$1" "$2" | tr -d '\377' | cmp -s - /dev/null
}

close_writer() {
	sync
}

fresh() {
	drop_caches
}

# The rest of the last eraseblock of the image belongs to it: where that is not erased, the hash is another one.
hash_range() { # OFFSET LENGTH
	_tail=$(((peb - ($1 + $2) % peb) % peb))
	[ "$_tail" -eq 0 ] || ! is_free $(($1 + $2)) "$_tail" || blank_range $(($1 + $2)) "$_tail" || set -- "$1" $(($2 + _tail))
	read_masked "$1" "$2" | sha256sum | cut -c 1-64
}
