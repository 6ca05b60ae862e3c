# shellcheck shell=sh
# What putting kept files into a target and comparing them there have in common.

# find_keep_place LEASE SHA256 WITHIN KIND ARGS...: enters the lease, finds the file system on the target, or WITHIN it, and sets sha;
# refuses what cannot take files. These names have no underscore, so that no kind of target uses them for itself.
find_keep_place() {
	sha=$2
	within=$3
	lease_enter "$1"
	shift 3
	need_sha256 "$sha"
	use_target "$@"
	need_free
	has_helper || refuse FLASHER_FAILED "this maintenance root has no helper, which puts files into a new system and compares them there"
	keep_place "$within"
	mkdir -p "$state/place"
}
