# shellcheck shell=sh
# keep LEASE SHA256 WITHIN KIND ARGS...: puts kept files, an archive on standard input, into the file system on a target, or WITHIN it

# Names without the underscore, which no kind of target uses for itself.
sha=$2
within=$3
lease_enter "$1"
shift 3
need_sha256 "$sha"
use_target "$@"
need_free
has_helper || refuse FLASHER_FAILED "this maintenance root has no helper, which puts files into a new system"
keep_place "$within"
mkdir -p "$state/place"
# From here on the target is no longer the image, and not whole before the files are there.
note_target touched
journal "keep $target $sha"
by_helper keep-put "$place" "$place_types" "$state/place" "$sha"
leave_place
say put
