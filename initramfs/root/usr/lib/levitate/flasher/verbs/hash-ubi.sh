# shellcheck shell=sh
# hash-ubi LENGTH [from GROUP ERASEBLOCK] ubi MTD: SHA-256 of each group of eraseblocks of a UBI layout less their erase counter headers

_length=$1
shift
need_integer LENGTH "$_length"
_group=0
_block=0
if [ "${1-}" = from ]; then
	need_integer GROUP "$2"
	need_integer ERASEBLOCK "$3"
	_group=$2
	_block=$3
	shift 3
fi
[ "${1-}" = ubi ] || refuse USAGE "only a target of the kind ubi has erase counter headers"
use_target "$@"
need_fit "$_length"
fresh
_in_group=$((chunk > peb ? chunk / peb : 1))
_left=$((_length / peb - _group * _in_group))
while [ "$_left" -gt 0 ]; do
	[ "$_left" -ge "$_in_group" ] || _in_group=$_left
	_found=$(hash_group "$_block" "$_in_group") || fail VERIFY_FAILED "$node can't be read at eraseblock $_block"
	_block=${_found% *}
	say chunk index# "$_group" sha256 "${_found#* }" next# "$_block"
	_group=$((_group + 1))
	_left=$((_left - _in_group))
	[ $((_group % 32)) -ne 0 ] || contact
done
say end
