# shellcheck shell=sh
# kept LEASE SHA256 WITHIN KIND ARGS...: reads the kept files back from the medium, and compares them with the archive on standard input

part keep
find_keep_place "$@"
fresh
by_helper keep-compare "$place" "$place_types" "$state/place" "$sha"
leave_place
note_target verified
settle keep
say kept
