# shellcheck shell=sh
# mount-both LEASE OLD KIND ARGS...: mounts a target that was written, and the file system on the node OLD for reading alone

part both
lease_enter "$1"
# Names without the underscore, which no kind of target uses for itself.
old=$2
shift 2
use_target "$@"
unmount_both
need_free
mount_new
mount_old "$old"
journal "mount-both $target $old"
say mounted new "$new_root" old "$old_root"
