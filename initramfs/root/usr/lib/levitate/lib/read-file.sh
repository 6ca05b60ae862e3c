# shellcheck shell=sh
# Reads files of sysfs and /proc without starting a program. It runs in any POSIX sh; the host sends it to running systems as well.

# read_value FILE: sets value to the first word of the file; fails where it cannot be read. It is not for /proc/sys, whose files
# end after the first byte that read asks for. Some attributes can be read only at times, and are of no use otherwise.
read_value() {
	value=
	read -r value _ <"$1"
} 2>/dev/null

# read_line FILE: sets line to the first line of the file without NULs, or to nothing. Of /proc/sys it gets the first byte, which
# is all that the files there have that are read.
read_line() {
	line=
	[ ! -r "$1" ] || IFS= read -r line <"$1" || :
}
