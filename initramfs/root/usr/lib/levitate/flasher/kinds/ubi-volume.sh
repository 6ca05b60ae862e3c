# shellcheck shell=sh
# The kind ubi-volume: a volume of an existing UBI device, which ubiupdatevol(8) writes; UBI itself keeps the erase counters. A
# target that is named with the word beside is a new volume that is written while the old one stays as it is; swap gives it
# the old one's name. Until then nothing of the old system is touched.
# What an interrupted run has left is known by its name: levitate.new.NAME was not whole yet, levitate.old.NAME was replaced.

part stream
part read-back

# How many words of swap name one target.
swap_words=2

resolve() { # VOLUME MTD
	find_volumes "$1" "$2"
	use_volumes "$1"
}

# find_volumes VOLUME MTD: sets what is known of the volume and of those beside it, and free_lebs. None of them takes the rest.
find_volumes() {
	rest_name=
	rest_lebs=0
	name="volume $1 on mtd $2"
	volume_name=$1
	resolve_mtd "$2"
	resolve_ubi
	find_volume "$ubi" "levitate.new.$1"
	new=$volume
	find_volume "$ubi" "levitate.old.$1"
	old=$volume
	resolve_volume "$1"
	replaced=$volume
	read -r own_lebs <"/sys/class/ubi/$replaced/reserved_ebs"
	read -r free_lebs <"/sys/class/ubi/$ubi/avail_eraseblocks"
	for _left in $new $old; do
		read -r _lebs <"/sys/class/ubi/$_left/reserved_ebs"
		free_lebs=$((free_lebs + _lebs))
	done
}

# use_volumes VOLUME: makes the one that is written the target, and sets room to the bytes that it may have.
use_volumes() {
	use_volume "$replaced"
	fits
	if [ "$beside" = yes ]; then
		if [ -n "$new" ]; then use_volume "$new"; else node="/dev/levitate.new.$1"; fi
	fi
}

# fits: sets room to the bytes that an image may have here.
fits() {
	room=$((leb * (own_lebs + free_lebs)))
	[ "$beside" = no ] || room=$((leb * free_lebs))
}

# use_volume VOLUME: sets volume, node, leb, the bytes of a logical eraseblock, and size.
use_volume() {
	volume=$1
	node=/dev/$1
	[ -c "$node" ] || refuse TARGET_MISSING "$node, the $name, has no device node"
	read -r leb <"/sys/class/ubi/$1/usable_eb_size"
	read -r _blocks <"/sys/class/ubi/$1/reserved_ebs"
	size=$((leb * _blocks))
}

describe() {
	_left=
	for _volume in $new $old; do
		quote_json "$(cat "/sys/class/ubi/$_volume/name")"
		_left=$_left${_left:+,}$quoted
	done
	say target kind "$kind" name "$name" node "$node" size# "$size" leb_size# "$leb" peb_size# "$peb" \
		bad_blocks# "$(cat "$sys/bad_blocks" 2>/dev/null || echo 0)" mtd_size# "$(cat "$sys/size")" \
		within "/dev/mtd$number" head "$(head_hex)" free_lebs# "$free_lebs" pinned "$(pinned)" leftovers# "[$_left]" \
		rest "$rest_name" rest_lebs# "$rest_lebs" \
		volume_type "$(cat "/sys/class/ubi/$replaced/type")" alignment# "$(cat "/sys/class/ubi/$replaced/alignment")" held_bytes# "$(cat "/sys/class/ubi/$replaced/data_bytes")" \
		unread "$(unread)" ubi_lebs# "$(ubi_lebs)"
}

# unread: prints why the content of the volume cannot be read, or nothing.
unread() {
	_of=/sys/class/ubi/$replaced
	if [ "$(cat "$_of/upd_marker")" != 0 ]; then
		echo "an update of it was not finished"
	elif [ "$(cat "$_of/corrupted")" != 0 ]; then
		echo "it is damaged"
	fi
}

# ubi_lebs: prints how many logical eraseblocks all volumes of the UBI can have together.
ubi_lebs() {
	read -r _room <"/sys/class/ubi/$ubi/avail_eraseblocks"
	_short=0
	[ "$_room" != 0 ] || _short=$(short_of_spares)
	for _of in "/sys/class/ubi/$ubi"_*/reserved_ebs; do
		read -r _lebs <"$_of"
		_room=$((_room + _lebs))
	done
	echo $((_room > _short ? _room - _short : 0))
}

# short_of_spares: prints how many eraseblocks are missing of those that UBI sets aside on NAND for others that go bad: 20 of 1024
# (MTD_UBI_BEB_LIMIT). Where volumes have taken them, UBI takes them back for a layout with room.
short_of_spares() {
	_short=0
	case $(cat "$sys/type") in
	*nand)
		read -r _size <"$sys/size"
		_limit=$(((_size * 20 / peb + 1023) / 1024))
		_short=$((_limit - $(cat "/sys/class/ubi/$ubi/bad_peb_count") - $(cat "/sys/class/ubi/$ubi/reserved_for_bad")))
		;;
	esac
	echo $((_short > 0 ? _short : 0))
}

# pinned: prints why no other volume can take the place of this one, or nothing.
pinned() {
	# A volume's name has 127 bytes at most (mtd/ubi-user.h).
	if [ ${#volume_name} -gt 114 ]; then
		echo "its name leaves no room for that of a second volume"
	elif [ -z "${LEVITATE_UBI_WORDS+known}" ]; then
		echo "how the device's own system is started is not known, and a new volume has another number"
	else
		find_number_word "$replaced" "$LEVITATE_UBI_WORDS"
		[ -z "$number_word" ] || echo "$number_word names it by its number, and a new volume has another one"
	fi
}

holders() {
	holders_of_seeds every_seed
}

every_seed() {
	raw_seeds "$number"
	volume_seeds "$replaced" "$volume_name"
	[ -z "$new" ] || volume_seeds "$new" "levitate.new.$volume_name"
	[ -z "$old" ] || volume_seeds "$old" "levitate.old.$volume_name"
}

counters_from() { # ERASEBLOCK
	mtd_headers "$1"
}

keep_place() { # WITHIN
	place=$node
	place_types=ubifs
}

open_writer() { # LENGTH
	_needed=$((($1 + leb - 1) / leb))
	if [ "$beside" = yes ]; then
		[ "$_needed" -ge "$own_lebs" ] || _needed=$own_lebs
		remove_leftovers || fail WRITE_FAILED "what an interrupted run has left on $ubi cannot be removed"
		make_new "$_needed"
	else
		note_target touched
		[ "$_needed" -le "$own_lebs" ] || resize "$_needed"
	fi
	writer_stream ubiupdatevol "$node" -s "$1" -
}

# remove_leftovers: removes the volumes that an interrupted run has left of this target. They are named once more, so that never
# another volume is meant that has got such a number meanwhile.
remove_leftovers() {
	[ -z "$new" ] || remove_volume "levitate.new.$volume_name" "$new" || return 1
	[ -z "$old" ] || remove_volume "levitate.old.$volume_name" "$old" || return 1
	new=
	old=
}

# remove_volume NAME VOLUME: what the volume held is erased first, and the erasures are over when it is gone.
remove_volume() {
	journal "remove $1"
	ubiupdatevol "/dev/$2" -t >&2 || log "$1 cannot be emptied"
	ubirmvol "/dev/$ubi" -N "$1" >&2
}

# make_new LEBS: makes the new volume, of the type and the alignment of the one that it is to replace, and sets node to it.
make_new() {
	_of=/sys/class/ubi/$replaced
	journal "make levitate.new.$volume_name"
	ubimkvol "/dev/$ubi" -N "levitate.new.$volume_name" -t "$(cat "$_of/type")" -a "$(cat "$_of/alignment")" \
		-s $(($1 * leb)) >&2 || fail WRITE_FAILED "a new volume of $1 logical eraseblocks cannot be made on $ubi"
	find_volume "$ubi" "levitate.new.$volume_name"
	new=$volume
	make_node "$new"
	use_volume "$new"
}

# make_node VOLUME: without devtmpfs nobody else makes it.
make_node() {
	[ -c "/dev/$1" ] || mknod "/dev/$1" c "$(cut -d : -f 1 "/sys/class/ubi/$1/dev")" "$(cut -d : -f 2 "/sys/class/ubi/$1/dev")"
}

# resize LEBS: gives the volume another size in place.
resize() {
	remove_leftovers || fail WRITE_FAILED "what an interrupted run has left on $ubi cannot be removed"
	journal "resize $volume_name to $1"
	ubirsvol "/dev/$ubi" -N "$volume_name" -s $(($1 * leb)) >&2 ||
		fail WRITE_FAILED "$name cannot be made $1 logical eraseblocks large"
	use_volume "$replaced"
}

# swap_targets KIND ARGS... [KIND ARGS...]: gives each new volume the name of the one that it replaces, all in one change of UBI's table
# (mtd/ubi-user.h, UBI_IOCRNVOL), whatever kinds of volumes they are, and then removes the old ones. Called once more it carries on.
swap_targets() {
	rename_new "$@"
	beside=no
	with_each took_place "$@"
	with_each take_rest "$@"
}

# with_each FUNCTION WORDS: calls it with each of several targets in use.
with_each() {
	calls=$1
	shift
	while [ $# -gt 0 ]; do
		use_first "$@"
		"$calls"
		shift "$first_words"
	done
}

# took_place: the new volume has its name.
took_place() {
	note_target verified
	journal "swapped $target"
	remove_leftovers || log "levitate.old.$volume_name stays on $ubi"
}

# take_rest: all of them have their places, and what they leave of the UBI is known. This kind gets nothing of it.
take_rest() {
	:
}

# use_first WORDS: uses the first of several targets, and sets first_words to the number of its words.
use_first() {
	load_kind "$1"
	first_words=$((swap_words + 1))
	if [ "$swap_words" = 2 ]; then
		use_target "$1" "$2" "$3"
	else
		use_target "$1" "$2" "$3" "$4"
	fi
}

rename_new() {
	beside=yes
	swaps=$#
	swap_on=
	while [ "$swaps" -gt 0 ]; do
		use_first "$@"
		need_free
		[ "${swap_on:-$ubi}" = "$ubi" ] || refuse TARGET_AMBIGUOUS "$swap_on and $ubi cannot be renamed on at once"
		swap_on=$ubi
		if [ -n "$new" ]; then
			[ "$(cat "/sys/class/ubi/$new/upd_marker")" = 0 ] || fail WRITE_FAILED "levitate.new.$volume_name was not written to its end"
			touch_target
			set -- "$@" "levitate.new.$volume_name" "$volume_name" "$volume_name" "levitate.old.$volume_name"
		elif [ -z "$old" ] && ! may_be_swapped; then
			refuse WRITE_FAILED "nothing was written beside $name"
		fi
		shift "$first_words"
		swaps=$((swaps - first_words))
	done
	[ $# -eq 0 ] || run_ubirename "/dev/$swap_on" "$@" >&2 || fail WRITE_FAILED "the volumes of $swap_on cannot be renamed"
}

# may_be_swapped: succeeds if a target beside which nothing lies was swapped before, or written in place.
may_be_swapped() {
	is_noted verified
}

# run_ubirename ARGS: runs that of the root by its path: a busybox may have an applet of this name, which its shell prefers.
run_ubirename() {
	for _folder in /usr/sbin /usr/bin; do
		[ -x "$_folder/ubirename" ] || continue
		"$_folder/ubirename" "$@"
		return
	done
	return 1
}

# tidy: a run that was interrupted after the swap, or that somebody gave up, has left what nobody needs any more.
tidy() {
	remove_leftovers || log "what an interrupted run has left on $ubi stays there"
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
