# shellcheck shell=sh
# swap LEASE KIND ARGS... [KIND ARGS...]: what was written beside these targets, and read back, takes their places, all at once

lease_enter "$1"
shift
load_kind "$1"
swap_targets "$@"
writer_abort
say swapped
