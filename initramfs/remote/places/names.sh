# shellcheck shell=sh
# A place that is the names in a folder of a partition with FAT: DEVICE FOLDER; those count that end in .conf. Where one has taken
# the place of others, it is made whole as a copy of the first of them before they are removed: a rename on FAT changes two
# places of the medium, and a power cut between them could leave neither name. places/file.sh stands in front of this.

# find_names DEVICE FOLDER: sets file, and mounts the file system with it where it is not mounted.
find_names() {
	find_file "$1" any vfat "$2"
	[ -d "$file" ] || unknown "$file_said is no folder"
}

# read_names: lists the names, one a line, in the order of their bytes.
read_names() {
	: >"$work/is"
	LC_ALL=C
	export LC_ALL
	for _entry in "$file"/*.conf; do
		[ ! -e "$_entry" ] || printf '%s\n' "${_entry##*/}" >>"$work/is"
	done
}

# write_names: makes the names those of the new list.
write_names() {
	with_writable change_names
}

change_names() {
	_new=$(grep -Fxv -f "$work/is" "$work/new") || :
	_gone=$(grep -Fxv -f "$work/new" "$work/is") || :
	case $_new in
	*"
"*) return 1 ;;
	?*)
		_from=${_gone%%"
"*}
		[ -n "$_from" ] || return 1
		cp "$file/$_from" "$file/levitate.new" && sync && mv "$file/levitate.new" "$file/$_new" && sync || return 1
		;;
	esac
	while read -r _entry; do
		[ -z "$_entry" ] || rm "$file/$_entry" || return 1
	done <<GONE
$_gone
GONE
	sync
}

leave_names() {
	leave_file
}
