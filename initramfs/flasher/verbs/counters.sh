# shellcheck shell=sh
# counters ubi MTD: the first 64 bytes of every eraseblock, its erase counter header, as hex

if [ "$1" = ubi-volume ]; then
	set -- ubi "$3"
fi
use_target "$@"
fresh
_i=0
while [ "$_i" -lt $((size / peb)) ]; do
	dd if="$node" bs=64 skip=$((_i * peb / 64)) count=1 status=none || head -c 64 /dev/zero
	_i=$((_i + 1))
done | hexdump -v -e '64/1 "%02x" "\n"' | awk '{ printf "{\"type\":\"peb\",\"index\":%d,\"header\":\"%s\"}\n", NR - 1, $0 }'
say end
