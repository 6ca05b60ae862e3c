# shellcheck shell=sh
# range LEASE OFFSET LENGTH SHA256 block ARGS...: overwrites so many bytes of a disk or a partition from OFFSET on; they come

lease_enter "$1"
# Names without the underscore, which no kind of target uses for itself.
from=$2 length=$3 sha=$4
shift 4
need_integer OFFSET "$from"
need_integer LENGTH "$length"
need_sha256 "$sha"
use_target "$@"
[ "$kind" = block ] || refuse USAGE "$name is written as a whole"
need_fit $((from + length))
need_free
refuse_unfit
read_sector
[ $((from % sector + length % sector)) -eq 0 ] || refuse USAGE "a range of $name begins and ends with a sector"
head -c $((length + 1)) >"$spool/range"
[ "$(sha256sum <"$spool/range")" = "$sha  -" ] || fail CONNECTION_LOST "what came for $name is not what was announced"
touch_target
allow_writes
dd if="$spool/range" of="$node" bs="$sector" seek=$((from / sector)) conv=notrunc,fsync status=none ||
	fail WRITE_FAILED "writing $node at $from failed"
rm "$spool/range"
fresh
_is=$(dd if="$node" bs="$sector" skip=$((from / sector)) count=$((length / sector)) status=none | sha256sum)
[ "$_is" = "$sha  -" ] || fail WRITE_FAILED "$node does not keep what was written to it at $from"
note_target verified
journal "range $target $length bytes at $from"
say ranged
