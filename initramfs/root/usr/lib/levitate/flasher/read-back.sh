# shellcheck shell=sh
# Functions for kinds that are read back from their node as they were written. Of a kind that is written by whole
# eraseblocks, "whole" has the bytes of one: the rest of the last one belongs to an image.

whole=0
# The helper's verb that reads chunks as they are asked for.
chosen=hash-chosen

read_range() { # OFFSET LENGTH
	dd if="$node" bs="$chunk" iflag=skip_bytes,count_bytes,fullblock skip="$1" count="$2" status=none
}

# head_hex: prints the first bytes on the target, by which the host recognises it; nothing where they cannot be read.
head_hex() {
	hex_at "$node" 0 32 2>/dev/null || :
}

# read_masked OFFSET LENGTH: the same, with zeros in place of what is spared.
read_masked() {
	find_gaps "$1" "$2"
	_at=$1
	_end=$(($1 + $2))
	# shellcheck disable=SC2086 # words
	set -- $gaps
	while [ $# -gt 0 ]; do
		head -c $(($1 - _at)) /dev/zero
		read_range "$1" "$2" || return 1
		_at=$(($1 + $2))
		shift 2
	done
	head -c $((_end - _at)) /dev/zero
}

hash_range() { # OFFSET LENGTH
	read_masked "$1" "$2" | sha256sum | cut -c 1-64
}

# hash_pieces LENGTH CHUNK: says the hash of each chunk of an image of this length, from CHUNK on.
hash_pieces() {
	if has_helper; then
		by_helper hash "$node" "$chunk" "$1" "$2" "$whole"
		return
	fi
	_index=$2
	while [ $((_index * chunk)) -lt "$1" ]; do
		_offset=$((_index * chunk))
		_count=$(($1 - _offset))
		[ "$_count" -le "$chunk" ] || _count=$chunk
		_sha=$(hash_range "$_offset" "$_count") || fail VERIFY_FAILED "$node cannot be read at $_offset"
		say chunk index# "$_index" sha256 "$_sha"
		_index=$((_index + 1))
		[ $((_index % 32)) -ne 0 ] || contact
	done
}

# hash_chosen LENGTH: says the hash of each chunk of an image of this length whose number comes in a line of standard input. A
# write may go on meanwhile: what is read comes from the medium each time.
hash_chosen() {
	fresh
	if has_helper; then
		by_helper "$chosen" "$node" "$chunk" "$1" "$whole"
		return
	fi
	while IFS= read -r _index; do
		if ! is_integer "$_index" || [ $((_index * chunk)) -ge "$1" ]; then
			fail USAGE "an image of $1 bytes has no chunk '$(printf '%.40s' "$_index")'"
		fi
		fresh
		_offset=$((_index * chunk))
		_count=$(($1 - _offset))
		[ "$_count" -le "$chunk" ] || _count=$chunk
		_sha=$(hash_range "$_offset" "$_count") || fail VERIFY_FAILED "$node cannot be read at $_offset"
		say chunk index# "$_index" sha256 "$_sha"
		contact
	done
}
