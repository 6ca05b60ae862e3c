# shellcheck shell=sh
# verified LEASE SHA256 KIND ARGS...: the host has compared what was read back, and it is whole

lease_need "$1"
_sha=$2
shift 2
use_target "$@"
mark_target verified
journal "sha256 $_sha"
writer_abort
say verified
