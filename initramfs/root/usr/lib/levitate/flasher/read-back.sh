# shellcheck shell=sh
# For kinds that are read back from their node as they were written.

read_range() { # OFFSET LENGTH
	dd if="$node" bs="$chunk" iflag=skip_bytes,count_bytes,fullblock skip="$1" count="$2" status=none
}

# head_hex: how what lies there now begins, for recognising it; nothing where that can't be read.
head_hex() {
	hex_at "$node" 0 32 2>/dev/null || :
}

hash_range() { # OFFSET LENGTH
	read_range "$1" "$2" | sha256sum | cut -c 1-64
}
