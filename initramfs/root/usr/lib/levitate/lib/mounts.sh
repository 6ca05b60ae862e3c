# shellcheck shell=sh
# Reads mounts from mountinfo (proc(5)) and unmounts strictly: never lazily, never by force.

# unescaped PATH: prints a path that the kernel has written, where blanks are octal numbers.
unescaped() {
	case $1 in
	*\\*) printf '%b\n' "$(printf '%s' "$1" | sed 's/\\\([0-7]\{3\}\)/\\0\1/g')" ;;
	*) printf '%s\n' "$1" ;;
	esac
}

# mount_points MOUNTINFO: prints every mount point in the file, oldest first, unescaped, one a line.
mount_points() {
	while read -r _ _ _ _ _point _; do
		unescaped "$_point"
	done <"$1"
}

# is_mount_point PATH
is_mount_point() {
	mount_points /proc/self/mountinfo | grep -qxF -- "$1"
}

# belongs_to_root PATH: succeeds if the maintenance root needs this mount point itself.
belongs_to_root() {
	case $1 in
	/ | /proc | /sys | /dev | /dev/pts | /run | /run/levitate | /run/levitate/spool) return 0 ;;
	*) return 1 ;;
	esac
}

# foreign_mount_points: prints the mount points that came along from the old system, newest first.
foreign_mount_points() {
	mount_points /proc/self/mountinfo | tac | while read -r _candidate; do
		belongs_to_root "$_candidate" || printf '%s\n' "$_candidate"
	done
}

# unmount_foreign LOG: unmounts in rounds what came along, newest first; fails if something stays.
unmount_foreign() {
	for _round in 1 2 3; do
		_left=0
		_points=$(foreign_mount_points)
		while read -r _point; do
			[ -z "$_point" ] || umount "$_point" 2>>"$1" || _left=$((_left + 1))
		done <<LIST
$_points
LIST
		[ "$_left" -gt 0 ] || return 0
	done
	return 1
}
