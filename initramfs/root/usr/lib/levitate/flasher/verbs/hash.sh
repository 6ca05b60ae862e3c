# shellcheck shell=sh
# hash LENGTH [from PIECE [PLACE]] KIND ARGS...: SHA-256 of each piece of an image of this length as it is on the medium

# Names without the underscore, which no kind of target uses for itself.
image_length=$1
shift
need_integer LENGTH "$image_length"
first=0
place=
if [ "${1-}" = from ]; then
	need_integer PIECE "$2"
	first=$2
	shift 2
	# Where that piece begins, as the one before it told; a kind's name is no number.
	if is_integer "${1-}"; then
		place=$1
		shift
	fi
fi
use_target "$@"
need_fit "$image_length"
fresh
hash_pieces "$image_length" "$first" "$place"
say end
