# shellcheck shell=sh
# Reads bytes of a file or node, as hex and as numbers, whatever the byte order of this machine is.

# hex_at FILE OFFSET COUNT: prints COUNT bytes from OFFSET on, in hex.
hex_at() {
	dd if="$1" bs=4096 iflag=skip_bytes,count_bytes,fullblock skip="$2" count="$3" status=none | to_hex
}

# to_hex: prints standard input in hex. Routers have hexdump, and systems with the GNU programs alone have od.
to_hex() {
	if command -v hexdump >/dev/null; then hexdump -v -e '1/1 "%02x"'; else od -An -v -tx1 | tr -d ' \n'; fi
}

# to_numbers: prints each byte of standard input as a number, with a blank between.
to_numbers() {
	if command -v hexdump >/dev/null; then hexdump -v -e '1/1 "%u "'; else od -An -v -tu1 | tr '\n' ' '; fi
}

# number_at FILE OFFSET COUNT: prints the number in COUNT bytes from OFFSET on, which are little endian.
number_at() {
	_hex=$(hex_at "$@")
	_little=
	while [ -n "$_hex" ]; do
		_little=${_hex%"${_hex#??}"}$_little
		_hex=${_hex#??}
	done
	printf '%d\n' "$((0x${_little:-0}))"
}
