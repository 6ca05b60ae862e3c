# shellcheck shell=sh
# Stands for a volume of a UBI on the disk of the device: update-volume writes it as ubiupdatevol(8) does, and an update that has not
# ended leaves nothing that can be read. All else is what the true kind has.

part stream
part read-back

resolve() { # VOLUME MTD
	name="volume $1 on mtd $2"
	node=/dev/medium
	size=$(($(blockdev --getsize64 "$node") - 4096))
	peb=131072
}

describe() {
	say target kind ubi-volume name "$name" node "$node" size# "$size" leb_size# 126976 peb_size# "$peb" \
		bad_blocks# 0 mtd_size# $((size / peb * peb)) within /dev/mtd0 head "$(head_hex)"
}

holders() { :; }

# updating: succeeds if an update has begun that has not ended.
updating() {
	[ "$(hex_at "$node" "$size" 4)" = 55504454 ]
}

counters_from() { # ERASEBLOCK
	by_helper headers "$node" "$peb" $((size / peb)) "$1"
}

open_writer() { # LENGTH
	note_target touched
	writer_stream update-volume "$node" "$size"
}

hash_pieces() { # LENGTH CHUNK
	! updating || fail VERIFY_FAILED "an update of $name has not ended"
	by_helper hash "$node" "$chunk" "$1" "$2" 0
}

remains_behind() { # LENGTH
	! updating || say remain what "an update that was not finished" offset# "$1" length# $((size - $1))
}

close_writer() {
	writer_finish
	fresh
}

fresh() {
	blockdev --flushbufs "$node"
}
