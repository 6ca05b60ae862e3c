# shellcheck shell=sh
# Sends the first 64 bytes of LEVITATE_COUNT eraseblocks, from LEVITATE_FIRST on, of the MTD that LEVITATE_NODE is a node of: the
# erase counter headers of UBI. It only reads, and runs in any POSIX sh. An eraseblock that cannot be read counts as zeros.

_block=$LEVITATE_FIRST
_left=$LEVITATE_COUNT
# Shells may count in 32 bits.
_step=$LEVITATE_ERASESIZE
_step=$((_step / 64))
# Not every dd can be told to say nothing.
while [ "$_left" -gt 0 ]; do
	dd if="$LEVITATE_NODE" bs=64 skip=$((_block * _step)) count=1 || dd if=/dev/zero bs=64 count=1
	_block=$((_block + 1))
	_left=$((_left - 1))
done 2>/dev/null
