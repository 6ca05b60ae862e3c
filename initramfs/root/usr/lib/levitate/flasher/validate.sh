# shellcheck shell=sh
# Validates the arguments of the host before they are used.

# is_integer TEXT: succeeds for a non-negative integer in decimal digits. No flash has more bytes than fifteen digits
# count; a longer number could wrap around in the shell, and a leading zero would make it octal.
is_integer() {
	case $1 in
	'' | 0?* | *[!0123456789]* | ????????????????*) return 1 ;;
	esac
}

# need_integer NAME TEXT: refuses an argument that is no such integer.
need_integer() {
	is_integer "$2" || refuse USAGE "$1 is no whole number: '$(printf '%.40s' "$2")'"
}

# need_fit LENGTH: refuses more bytes than the target has, or can have.
need_fit() {
	[ "$1" -le "${room:-$size}" ] || refuse IMAGE_TOO_LARGE "$name has ${room:-$size} bytes, and $1 were asked for"
}

# is_sha256 TEXT: succeeds for 64 hexadecimal digits, in lower case as sha256sum prints them.
is_sha256() {
	case $1 in
	*[!0123456789abcdef]*) return 1 ;;
	esac
	[ ${#1} -eq 64 ]
}

# need_sha256 TEXT: refuses an argument that is no SHA-256.
need_sha256() {
	is_sha256 "$1" || refuse USAGE "'$(printf '%.80s' "$1")' is no SHA-256"
}

# find_openers DESCRIPTOR FILE: sets openers to the ids of the processes that have the file open as that descriptor, with a
# blank behind each.
find_openers() {
	openers=
	for _open in /proc/[0-9]*/fd/"$1"; do
		# shellcheck disable=SC3013
		if [ "$_open" -ef "$2" ]; then
			_open=${_open#/proc/}
			openers="$openers${_open%%/*} "
		fi
	done
}
