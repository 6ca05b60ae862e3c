# shellcheck shell=sh
# make-volume LEASE NAME TYPE LEBS ALIGNMENT KIND ARGS...: makes a UBI volume on a target that was written and lacks it

lease_enter "$1"
# Names without the underscore, which no kind of target uses for itself.
made=$2 made_type=$3 made_lebs=$4 made_alignment=$5
shift 5
case $made_type in
static | dynamic) ;;
*) refuse USAGE "no volume is of the type '$(printf '%.40s' "$made_type")'" ;;
esac
need_integer LEBS "$made_lebs"
need_integer ALIGNMENT "$made_alignment"
use_target "$@"
need_free
touch_target
journal "make $made on $target"
make_volume "$made" "$made_type" "$made_lebs" "$made_alignment"
say made
