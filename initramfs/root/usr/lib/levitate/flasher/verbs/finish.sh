# shellcheck shell=sh
# finish LEASE KIND ARGS...: waits until everything that was fed is on the medium

lease_need "$1"
shift
use_target "$@"
need_begun
close_writer
restore_protection
journal "written $target"
say finished
