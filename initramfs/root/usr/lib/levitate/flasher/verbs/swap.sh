# shellcheck shell=sh
# swap LEASE KIND ARGS... [ARGS...]: what was written beside targets of this kind, and read back, takes their places, all at once

lease_enter "$1"
shift
load_kind "$1"
shift
swap_targets "$@"
writer_abort
say swapped
