# shellcheck shell=sh
# A mount point with a space in it is one mount point.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/lib/mounts.sh
mkdir '/mnt/a b'
mount -t tmpfs one '/mnt/a b'
is_mount_point '/mnt/a b' || die "$(cat /proc/self/mountinfo)"
find_foreign_mounts
[ "${foreign_mounts%%
*}" = '/mnt/a b' ] || die "$foreign_mounts"
unescape '/mnt/\134a\011\040b'
[ "$plain" = '/mnt/\a	 b' ] || die "$plain"
umount '/mnt/a b'
! is_mount_point '/mnt/a b' || die "it is still there"
pass
