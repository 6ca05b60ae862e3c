# shellcheck shell=sh
# A whole ubinized layout on an MTD, written by ubiformat(8), which keeps each eraseblock's erase counter.

part stream

resolve() { # MTD
	name="mtd $1"
	resolve_mtd "$1"
}

describe() {
	_volumes=
	for _ubi in $(ubi_on_mtd "$number"); do
		for _volume in "/sys/class/ubi/$_ubi"_*; do
			[ ! -r "$_volume/name" ] || _volumes="$_volumes${_volumes:+,}$(json_string "$(cat "$_volume/name")")"
		done
	done
	# The least that can be written is a subpage, where a chip writes a page in parts; UBI's headers are of that size.
	say target kind ubi name "$name" node "$node" size# "$size" peb_size# "$peb" min_io# "$(cat "$sys/subpagesize")" \
		bad_blocks# "$(cat "$sys/bad_blocks" 2>/dev/null || echo 0)" mtd_type "$(cat "$sys/type")" volumes# "[$_volumes]"
}

holders() {
	mtd_holders "$number"
}

open_writer() { # LENGTH
	for _ubi in $(ubi_on_mtd "$number"); do
		ubidetach -d "${_ubi#ubi}" >&2 || refuse TARGET_IN_USE "$_ubi can't be detached from $node"
	done
	mark_target touched
	writer_stream ubiformat "$node" -y -q -S "$1" -f -
}

# hash_body LENGTH: SHA-256 over the eraseblocks less their first 64 bytes, which are the erase counter header
# that ubiformat rewrites. Bad blocks are skipped as ubiformat skips them. Says its progress on descriptor 3.
hash_body() {
	_rest=$((peb - 64))
	if [ "$(cat "$sys/bad_blocks" 2>/dev/null || echo 0)" = 0 ]; then
		_i=0
		while [ "$_i" -lt $(($1 / peb)) ]; do
			dd if="$node" bs="$_rest" iflag=skip_bytes,fullblock skip=$((_i * peb + 64)) count=1 status=none
			_i=$((_i + 1))
			[ $((_i % 64)) -ne 0 ] || say progress done# $((_i * peb)) total# "$1" >&3
		done
	else
		# nanddump's length counts the good eraseblocks that it prints (nanddump(8), skipbad).
		nanddump --bb=skipbad -q -l "$1" "$node" | {
			_i=0
			while [ "$_i" -lt $(($1 / peb)) ]; do
				dd bs=64 count=1 iflag=fullblock of=/dev/null status=none
				dd bs="$_rest" count=1 iflag=fullblock status=none
				_i=$((_i + 1))
				[ $((_i % 64)) -ne 0 ] || say progress done# $((_i * peb)) total# "$1" >&3
			done
		}
	fi | sha256sum | cut -c 1-64
}
