# shellcheck shell=sh
# verified LEASE SHA256 KIND ARGS...: the host has compared what was read back, and it is whole

_sha=$2
lease_enter "$1"
shift 2
need_sha256 "$_sha"
use_target "$@"
note_target verified
journal "sha256 $_sha"
writer_abort
tidy
say verified
