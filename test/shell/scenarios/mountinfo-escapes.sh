# shellcheck shell=sh
# A mount point with a space in it is one mount point.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/lib/mounts.sh
printf '%s\n' '1 0 0:1 / / rw - tmpfs t rw' '2 1 8:1 / /mnt/a\040b rw - ext4 /dev/sda1 rw' >/tmp/mountinfo
[ "$(mount_points /tmp/mountinfo | tail -n 1)" = "/mnt/a b" ] || die "$(mount_points /tmp/mountinfo)"
pass
