# shellcheck shell=sh
# A place that says where a file of the running system lies: PATH. What lies there is "DEVICE FILE", with the node of the partition
# and the path in its file system; nothing where the file is not there.

find_where() {
	where_file=$(readlink -f "$1") || where_file=$1
}

read_where() {
	[ -f "$where_file" ] || return 0
	_longest=
	while read -r _ _ _number _within _point _; do
		_point=$(printf '%b' "$_point")
		case $where_file in
		"${_point%/}"/*) ;;
		*) continue ;;
		esac
		# A later mount at the same point covers the one before.
		[ "${#_point}" -ge "${#_longest}" ] || continue
		_longest=$_point
		_from=${_within%/}
		_device=$_number
	done </proc/self/mountinfo
	[ -e "/sys/dev/block/$_device" ] || unknown "$where_file lies on no block device"
	_name=$(readlink -f "/sys/dev/block/$_device")
	find_node "${_name##*/}"
	printf '%s %s\n' "$block_node" "$_from${where_file#"${_longest%/}"}" >"$work/is"
}

leave_where() {
	:
}
