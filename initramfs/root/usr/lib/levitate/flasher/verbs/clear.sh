# shellcheck shell=sh
# clear LEASE LENGTH OFFSET KIND ARGS...: removes what remains names at OFFSET behind an image of LENGTH, and looks again

lease_enter "$1"
_length=$2
_offset=$3
shift 3
need_integer LENGTH "$_length"
need_integer OFFSET "$_offset"
use_target "$@"
need_fit "$_length"
need_free

# found: prints "LENGTH WHAT" of what is at the offset and may be removed.
found() {
	fresh
	remains_behind "$_length" | sed -n 's/^{"type":"remain","what":"\([^"]*\)","offset":'"$_offset"',"length":\([0-9]*\),"clear":true}$/\2 \1/p'
}

_found=$(found)
# A cut may have lost the answer of the call before.
if [ -z "$_found" ]; then
	say cleared offset# "$_offset" bytes# 0
	exit 0
fi
[ "$_offset" -ge "$_length" ] || refuse WRITE_FAILED "$_offset of $name lies inside the image"
journal "clear $target ${_found#* } at $_offset"
clear_remain "$_offset" "${_found%% *}"
[ -z "$(found)" ] || fail WRITE_FAILED "the ${_found#* } at $_offset of $node is still there after it was cleared"
say cleared offset# "$_offset" bytes# "${_found%% *}"
