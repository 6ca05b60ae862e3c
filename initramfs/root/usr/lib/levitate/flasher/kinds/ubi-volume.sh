# shellcheck shell=sh
# The kind ubi-volume: a volume of an existing UBI device. ubiupdatevol(8) writes it in place; UBI itself keeps the erase
# counters.

part stream
part read-back

resolve() { # VOLUME MTD
	name="volume $1 on mtd $2"
	resolve_mtd "$2"
	resolve_ubi
	resolve_volume "$1"
	node=/dev/$volume
	[ -c "$node" ] || refuse TARGET_MISSING "$node, the $name, has no device node"
	read -r leb <"/sys/class/ubi/$volume/usable_eb_size"
	read -r _blocks <"/sys/class/ubi/$volume/reserved_ebs"
	size=$((leb * _blocks))
}

describe() {
	say target kind ubi-volume name "$name" node "$node" size# "$size" leb_size# "$leb" peb_size# "$peb" \
		bad_blocks# "$(cat "$sys/bad_blocks" 2>/dev/null || echo 0)" mtd_size# "$(cat "$sys/size")" \
		within "/dev/mtd$number" head "$(head_hex)"
}

holders() {
	IFS= read -r _volume_name <"/sys/class/ubi/$volume/name"
	volume_holders "$volume" "$_volume_name" "$number"
}

counters_from() { # ERASEBLOCK
	mtd_headers "$1"
}

keep_place() { # WITHIN
	place=$node
	place_types=ubifs
}

open_writer() { # LENGTH
	note_target touched
	writer_stream ubiupdatevol "$node" -s "$1" -
}

# remains_behind LENGTH: says what ubiupdatevol(8) would remove behind an image of this length; an update that was not
# finished counts as well.
remains_behind() {
	_of=/sys/class/ubi/$volume
	_why=
	if [ "$(cat "$_of/corrupted")" != 0 ] || [ "$(cat "$_of/upd_marker")" != 0 ]; then
		_why="an update that was not finished"
	elif [ "$(cat "$_of/type")" = static ]; then
		[ "$(cat "$_of/data_bytes")" = "$1" ] || _why="content of another length"
	elif ! read_range "$1" $((size - $1)) | tr -d '\377' | cmp -s - /dev/null; then
		_why="older content"
	fi
	[ -z "$_why" ] || say remain what "$_why" offset# "$1" length# $((size - $1))
}
