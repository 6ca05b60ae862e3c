# shellcheck shell=sh
# Tells which slot runs, and reads the places by which a boot loader chooses; or replaces what lies in one of them, where that
# still is what was read. It runs in the sh of a running system or of the maintenance root. The host sends flasher/bytes.sh,
# flasher/block.sh and places/KIND.sh in front of it, the last for each kind of place. Such a file has the functions
#   find_KIND WORD...  finds the place that these words name, or refuses what is none
#   read_KIND          puts what lies there into $work/is; where nothing is, it makes no such file
#   write_KIND         replaces that with $work/new by one write, and fails where it cannot
#   leave_KIND         takes away what find_KIND has made
set -eu

# refuse CODE MESSAGE: reports why nothing is done, and ends this shell. The functions in front of this file call it as well.
refuse() {
	fact slot-refusal "$1 $2"
	exit 0
}

# unknown MESSAGE: refuses what decides over slots.
unknown() {
	fact slot-refusal "BOOT_LOADER_UNKNOWN $1"
	exit 0
}

# report_slots: reports each slot of LEVITATE_SLOTS, a line "NAME DEVICE" each: its node, its bytes, and whether the root of this
# system lies on it; of one that is not there its name alone. And which slot the boot loader says that it has started.
report_slots() {
	_root=
	while read -r _ _ _number _ _point _; do
		[ "$_point" != / ] || _root=$_number
	done </proc/self/mountinfo
	while read -r _slot _device; do
		[ -n "$_slot" ] || continue
		name="slot $_slot"
		_found=$(resolve_block "$_device" >/dev/null && printf '%s %s %s' "$node" "$size" "$block_number") || _found=
		case $_found in
		'') fact slot "$_slot" ;;
		*" $_root") fact slot "$_slot ${_found% *} yes" ;;
		*) fact slot "$_slot ${_found% *} no" ;;
		esac
	done <<SLOTS
$LEVITATE_SLOTS
SLOTS
	# shellcheck disable=SC2013 # these are words
	for _word in $(cat /proc/cmdline); do
		case $_word in
		levitate.slot=*) fact slot-started "${_word#*=}" ;;
		esac
	done
}

# begin_work, end_work: a folder in RAM of this process alone.
begin_work() {
	for _folder in /run /tmp; do
		work=$_folder/levitate-slots.$$
		! mkdir -m 700 "$work" 2>/dev/null || return 0
	done
	unknown "neither /run nor /tmp takes a folder"
}

end_work() {
	for _point in "$work/place" "$work/slot"; do
		! grep -q " $_point " /proc/mounts || umount "$_point"
	done
	rm -rf "$work"
}

# find_bytes FILE: sets bytes to the length of the file.
find_bytes() {
	# shellcheck disable=SC2012,SC2046 # these are words
	set -- $(ls -ln "$1")
	bytes=${5-}
}

# sha256_of FILE: prints it.
sha256_of() {
	_sum=$(sha256sum "$1")
	printf '%s' "${_sum%% *}"
}

# at_places COMMAND: runs it at each place of LEVITATE_PLACES, a line "NAME KIND WORD..." each.
at_places() {
	while read -r place_name kind _words; do
		[ -n "$kind" ] || continue
		# shellcheck disable=SC2086 # these are words
		"find_$kind" $_words
		"$1"
		"leave_$kind"
	done <<PLACES
$LEVITATE_PLACES
PLACES
}

# hash_place: sets found to the SHA-256 of what lies in the place, or to "missing".
hash_place() {
	rm -f "$work/is"
	"read_$kind"
	found=missing
	[ ! -e "$work/is" ] || found=$(sha256_of "$work/is")
}

# report_place: reports the bytes that lie in the place in hex, 4096 a line.
report_place() {
	rm -f "$work/is"
	"read_$kind"
	if [ ! -e "$work/is" ]; then
		fact loader-missing "$place_name"
		return
	fi
	find_bytes "$work/is"
	[ "$bytes" -le 1048576 ] || unknown "boot.environment: what lies there has $bytes bytes, and no boot loader chooses by so many"
	_at=0
	while [ $((_at * 4096)) -lt "$bytes" ]; do
		fact loader-bytes "$place_name $(dd if="$work/is" bs=4096 skip="$_at" count=1 2>/dev/null | to_hex)"
		_at=$((_at + 1))
	done
}

# replace_place: replaces what lies in the place, if that is still what the host has read, and reads it back from the medium.
replace_place() {
	command -v sha256sum >/dev/null || unknown "this system has no sha256sum"
	# shellcheck disable=SC2059 # these are octal numbers
	printf "$LEVITATE_NEW" >"$work/new"
	_wanted=$(sha256_of "$work/new")
	hash_place
	case $found in
	"$_wanted")
		fact loader-replaced already
		return
		;;
	"$LEVITATE_OLD") ;;
	*)
		fact loader-replaced other
		return
		;;
	esac
	# From here to the read-back a link that breaks must not end this.
	trap '' HUP INT TERM PIPE
	_status=0
	"write_$kind" || _status=$?
	echo 1 >/proc/sys/vm/drop_caches || :
	if [ "$_status" -eq 0 ] && hash_place && [ "$found" = "$_wanted" ]; then
		fact loader-replaced yes
	else
		fact loader-replaced failed
	fi
}

begin_work
trap end_work EXIT
trap 'exit 1' HUP INT TERM PIPE
case $LEVITATE_VERB in
read)
	report_slots
	at_places report_place
	;;
replace)
	at_places replace_place
	;;
copy)
	at_places copy_file
	;;
look)
	read -r _ _ _words <<PLACES
$LEVITATE_PLACES
PLACES
	# shellcheck disable=SC2086 # these are words
	look_for_file $_words
	;;
esac
