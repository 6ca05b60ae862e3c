# shellcheck shell=sh
# Foreign mounts go deepest first; one that is in use stays and is reported, not detached lazily.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/lib/mounts.sh
mkdir -p /mnt/one
mount -t tmpfs one /mnt/one
mkdir /mnt/one/two
mount -t tmpfs two /mnt/one/two
(cd /mnt/one/two && exec sleep 60) &
user=$!
until [ "$(readlink "/proc/$user/cwd")" = /mnt/one/two ]; do sleep 1; done
fails unmount_foreign /tmp/umount.log
is_mount_point /mnt/one/two || die "a mount that is in use was taken away"
kill "$user"
wait "$user" || :
umount /mnt/one/two
umount /mnt/one
! is_mount_point /mnt/one || die "it is still there"
pass
