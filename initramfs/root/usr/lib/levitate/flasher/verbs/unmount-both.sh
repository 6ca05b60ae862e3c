# shellcheck shell=sh
# unmount-both LEASE: unmounts what mount-both mounted, once all of it is on the medium

part both
lease_enter "$1"
unmount_both
journal "unmount-both"
say unmounted
