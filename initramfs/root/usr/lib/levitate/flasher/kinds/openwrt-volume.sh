# shellcheck shell=sh
# The kind openwrt-volume: the volume of an OpenWrt's kernel or root, written as ubi-volume is, but exactly as large as its image. What
# the volumes leave of the UBI goes to another one, the rest, which holds what was changed of the root: it is made anew, empty, once all
# is in its place, and gives its room before where the new content needs that. A UBIFS as the root takes the rest itself.

part kinds/ubi-volume

swap_words=3

resolve() { # VOLUME MTD REST
	find_volumes "$1" "$2"
	rest_name=$3
	find_volume "$ubi" "$3"
	rest=$volume
	case $rest in
	'') ;;
	*[!a-z0-9_]*) refuse TARGET_AMBIGUOUS "several volumes of $ubi are named $3: $rest" ;;
	*) read -r rest_lebs <"/sys/class/ubi/$rest/reserved_ebs" ;;
	esac
	# What UBI lacks of its spares it takes back first, once there is room.
	_short=0
	[ "$free_lebs" != 0 ] || [ "$rest_lebs" = 0 ] || _short=$(short_of_spares)
	free_lebs=$((free_lebs + rest_lebs - _short))
	use_volumes "$1"
}

holders() {
	holders_of_seeds rest_seeds
}

rest_seeds() {
	every_seed
	[ -z "$rest" ] || volume_seeds "$rest" "$rest_name"
}

keep_place() { # WITHIN
	place=/dev/${rest:-$replaced}
	place_types=ubifs
}

open_writer() { # LENGTH
	_needed=$((($1 + leb - 1) / leb))
	if [ "$beside" = yes ]; then
		remove_leftovers || fail WRITE_FAILED "what an interrupted run has left on $ubi cannot be removed"
		make_room "$_needed"
		make_new "$_needed"
	else
		note_target touched
		if [ "$_needed" -ne "$own_lebs" ]; then
			make_room $((_needed - own_lebs))
			resize "$_needed"
		fi
	fi
	writer_stream ubiupdatevol "$node" -s "$1" -
}

# make_room LEBS: removes the rest where so many are not free without it.
make_room() {
	read -r _free <"/sys/class/ubi/$ubi/avail_eraseblocks"
	[ "$_free" -lt "$1" ] && [ -n "$rest" ] || return 0
	touch_target
	remove_rest
}

remove_rest() {
	[ -n "$rest" ] || return 0
	remove_volume "$rest_name" "$rest" || fail WRITE_FAILED "$rest_name cannot be removed from $ubi"
	rest=
}

# may_be_swapped: none is noted as whole before the rest is there, so that one that was touched may be swapped already.
may_be_swapped() {
	is_noted verified || { is_noted touched && [ "$(cat "/sys/class/ubi/$replaced/upd_marker")" = 0 ]; }
}

# took_place: a UBIFS among the volumes grows into what they leave.
took_place() {
	touch_target
	remove_leftovers || log "levitate.old.$volume_name stays on $ubi"
	[ "$(hex_at "$node" 0 4)" != 31181006 ] || grows=$volume_name
}

# take_rest: the rest is given once, for all the volumes of the call.
take_rest() {
	[ -n "${rest_is_given-}" ] || give_rest
	rest_is_given=yes
	note_target verified
	journal "swapped $target"
}

# give_rest: gives what the volumes leave to a UBIFS among them, or else to the rest, made anew.
give_rest() {
	remove_rest
	read -r _free <"/sys/class/ubi/$ubi/avail_eraseblocks"
	if [ -z "${grows-}" ]; then
		make_rest "$_free"
	elif [ "$_free" -gt 0 ]; then
		find_volume "$ubi" "$grows"
		read -r _lebs <"/sys/class/ubi/$volume/reserved_ebs"
		journal "resize $grows to $((_lebs + _free))"
		ubirsvol "/dev/$ubi" -N "$grows" -s $(((_lebs + _free) * leb)) >&2 ||
			fail WRITE_FAILED "$grows cannot be made $((_lebs + _free)) logical eraseblocks large"
	fi
}

# make_rest LEBS
make_rest() {
	journal "make $rest_name"
	ubimkvol "/dev/$ubi" -N "$rest_name" -t dynamic -a 1 -s $(($1 * leb)) >&2 ||
		fail WRITE_FAILED "a volume $rest_name of $1 logical eraseblocks cannot be made on $ubi"
	find_volume "$ubi" "$rest_name"
	rest=$volume
	make_node "$rest"
}
