# shellcheck shell=sh
# For kinds that are read back from their node as they were written.

hash_range() { # OFFSET LENGTH
	dd if="$node" bs="$chunk" iflag=skip_bytes,count_bytes,fullblock skip="$1" count="$2" status=none | sha256sum | cut -c 1-64
}
