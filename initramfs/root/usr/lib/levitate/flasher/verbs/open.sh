# shellcheck shell=sh
# open LEASE LENGTH SHA256 KIND ARGS...: begins a write, or finds the one that a cut left waiting

_length=$2
_sha=$3
lease_enter "$1"
shift 3
restore_protection
need_integer LENGTH "$_length"
[ "$_length" -gt 0 ] || refuse USAGE "an image of no bytes cannot be written"
need_sha256 "$_sha"
use_target "$@"
need_fit "$_length"
# The shell takes chunks as they are alone.
_deflated=false
! may_feed_by_helper || _deflated=true
if writer_waits "$target" "$_length" "$_sha"; then
	say opened next# "$(writer_field next)" resumed# true deflated# "$_deflated"
	exit 0
fi
need_free
writer_begin "$_length" "$_sha"
open_writer "$_length"
writer_begun
journal "open $target $_length $_sha"
say opened next# 0 resumed# false deflated# "$_deflated"
