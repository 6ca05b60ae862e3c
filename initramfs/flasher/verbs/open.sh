# shellcheck shell=sh
# open LEASE LENGTH SHA256 KIND ARGS...: begins a write, or finds the one that a cut left waiting

lease_need "$1"
_length=$2
_sha=$3
shift 3
use_target "$@"
[ "$_length" -le "$size" ] || refuse IMAGE_TOO_LARGE "$name has $size bytes, the image has $_length"
if writer_running && [ "$(writer_field target)" = "$target" ] && [ "$(writer_field sha256)" = "$_sha" ]; then
	say opened next# "$(writer_field next)" resumed# true
	exit 0
fi
need_free
writer_begin "$target" "$_length" "$_sha"
open_writer "$_length"
journal "open $target $_length $_sha"
say opened next# 0 resumed# false
