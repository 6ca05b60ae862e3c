# shellcheck shell=sh
# hash LENGTH [from CHUNK] KIND ARGS...: SHA-256 of each chunk as it is on the medium, from the first or from CHUNK on

_length=$1
shift
need_integer LENGTH "$_length"
_index=0
if [ "${1-}" = from ]; then
	need_integer CHUNK "$2"
	_index=$2
	shift 2
fi
use_target "$@"
need_fit "$_length"
fresh
while [ $((_index * chunk)) -lt "$_length" ]; do
	_offset=$((_index * chunk))
	_count=$((_length - _offset))
	[ "$_count" -le "$chunk" ] || _count=$chunk
	_sha=$(hash_range "$_offset" "$_count") || fail VERIFY_FAILED "$node can't be read at $_offset"
	say chunk index# "$_index" sha256 "$_sha"
	_index=$((_index + 1))
	[ $((_index % 32)) -ne 0 ] || contact
done
say end
