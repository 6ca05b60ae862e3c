# shellcheck shell=sh
# counters [from ERASEBLOCK] KIND ARGS...: the first 64 bytes of every eraseblock of the MTD, its erase counter header, as hex

first=0
if [ "${1-}" = from ]; then
	need_integer ERASEBLOCK "$2"
	first=$2
	shift 2
fi
use_target "$@"
fresh
counters_from "$first"
say end
