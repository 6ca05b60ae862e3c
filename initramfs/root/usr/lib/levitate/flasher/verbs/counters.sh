# shellcheck shell=sh
# counters [from ERASEBLOCK] ubi MTD: the first 64 bytes of every eraseblock, its erase counter header, as hex

_i=0
if [ "$1" = from ]; then
	need_integer ERASEBLOCK "$2"
	_i=$2
	shift 2
fi
if [ "$1" = ubi-volume ]; then
	set -- ubi "$3"
fi
use_target "$@"
fresh
_first=$_i
while [ "$_i" -lt $((size / peb)) ]; do
	dd if="$node" bs=64 skip=$((_i * peb / 64)) count=1 status=none || head -c 64 /dev/zero
	_i=$((_i + 1))
done | hexdump -v -e '64/1 "%02x" "\n"' | awk -v first="$_first" '{ printf "{\"type\":\"peb\",\"index\":%d,\"header\":\"%s\"}\n", first + NR - 1, $0 }'
say end
