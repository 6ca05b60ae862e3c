# shellcheck shell=sh
# Reads mounts from mountinfo (proc(5)) and unmounts strictly: never lazily, never by force.

# unescape PATH: sets plain to a path that the kernel has written, where blanks are octal numbers.
unescape() {
	plain=$1
	case $1 in
	*\\*) plain=$(printf '%b\n' "$(printf '%s' "$1" | sed 's/\\\([0-7]\{3\}\)/\\0\1/g')") ;;
	esac
}

# is_mount_point PATH
is_mount_point() {
	while read -r _ _ _ _ _point _; do
		unescape "$_point"
		[ "$plain" != "$1" ] || return 0
	done </proc/self/mountinfo
	return 1
}

# belongs_to_root PATH: succeeds if the maintenance root needs this mount point itself.
belongs_to_root() {
	case $1 in
	/ | /proc | /sys | /dev | /dev/pts | /run | /run/levitate | /run/levitate/spool) return 0 ;;
	*) return 1 ;;
	esac
}

# find_foreign_mounts: sets foreign_mounts to the mount points that came along from the old system, newest first, one a line.
find_foreign_mounts() {
	foreign_mounts=
	while read -r _ _ _ _ _point _; do
		unescape "$_point"
		belongs_to_root "$plain" || foreign_mounts="$plain
$foreign_mounts"
	done </proc/self/mountinfo
}

# unmount_foreign LOG: unmounts in rounds what came along, newest first; fails if something stays.
unmount_foreign() {
	for _round in 1 2 3; do
		_left=0
		find_foreign_mounts
		while read -r _point; do
			[ -z "$_point" ] || umount "$_point" 2>>"$1" || _left=$((_left + 1))
		done <<LIST
$foreign_mounts
LIST
		[ "$_left" -gt 0 ] || return 0
	done
	return 1
}
