# shellcheck shell=sh
# forget LEASE KIND ARGS...: what was written to a target was taken back: it is what it was before the device was entered

lease_enter "$1"
shift
use_target "$@"
need_free
writer_abort
rm -f "$state/targets/$target"
# The device leaves into the system that it came from where nothing else was written.
set -- "$state"/targets/*
if [ ! -e "$1" ]; then
	rm -f "$state/touched"
fi
journal "forget $target"
say forgotten
