# shellcheck shell=sh
# A place that is a file of the running system: PATH. It is only read.

find_path() {
	path=$1
}

read_path() {
	[ ! -f "$path" ] || cat "$path" >"$work/is"
}

leave_path() {
	:
}
