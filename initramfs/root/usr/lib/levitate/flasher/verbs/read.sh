# shellcheck shell=sh
# read OFFSET LENGTH KIND ARGS...: so many bytes of what is on the medium from OFFSET on, as they are; what it says goes to standard error

exec 5>&1 >&2
# Names without the underscore, which no kind of target uses for itself.
from=$1
length=$2
shift 2
need_integer OFFSET "$from"
need_integer LENGTH "$length"
use_target "$@"
need_fit $((from + length))
command -v read_range >/dev/null || refuse USAGE "$name is not read as bytes"
fresh
end=$((from + length))
while [ "$from" -lt "$end" ]; do
	_count=$((end - from))
	[ "$_count" -le $((16 * chunk)) ] || _count=$((16 * chunk))
	read_range "$from" "$_count" >&5 || fail VERIFY_FAILED "$node cannot be read at $from"
	from=$((from + _count))
	contact
done
