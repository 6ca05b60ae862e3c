# shellcheck shell=sh
# For kinds that are read back from their node as they were written.

read_range() { # OFFSET LENGTH
	dd if="$node" bs="$chunk" iflag=skip_bytes,count_bytes,fullblock skip="$1" count="$2" status=none
}

hash_range() { # OFFSET LENGTH
	read_range "$1" "$2" | sha256sum | cut -c 1-64
}
