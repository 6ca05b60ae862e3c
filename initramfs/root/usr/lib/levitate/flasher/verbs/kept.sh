# shellcheck shell=sh
# kept LEASE SHA256 WITHIN KIND ARGS...: reads the kept files back from the medium, and compares them with the archive on standard input

sha=$2
within=$3
lease_enter "$1"
shift 3
need_sha256 "$sha"
use_target "$@"
need_free
has_helper || refuse FLASHER_FAILED "this maintenance root has no helper, which compares files"
keep_place "$within"
mkdir -p "$state/place"
fresh
by_helper keep-compare "$place" "$place_types" "$state/place" "$sha"
leave_place
note_target verified
settle keep
say kept
