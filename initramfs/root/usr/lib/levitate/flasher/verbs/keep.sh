# shellcheck shell=sh
# keep LEASE SHA256 WITHIN KIND ARGS...: puts kept files, an archive on standard input, into the file system on a target, or WITHIN it

part keep
find_keep_place "$@"
# From here on the target is no longer the image, and not whole before the files are there.
note_target touched
allow_writes
journal "keep $target $sha"
by_helper keep-put "$place" "$place_types" "$state/place" "$sha"
leave_place
say put
