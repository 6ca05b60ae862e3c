# shellcheck shell=sh
# A process of the maintenance root that has a node of the old /dev open holds it: the file system is the same as that of the
# new /dev, and only the mount differs.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/lib/usage-scan.sh
. /usr/lib/levitate/lib/processes.sh
. /usr/lib/levitate/lib/mounts.sh
mkdir -p /oldroot/dev
mount --bind /dev /oldroot/dev
sleep 60 3</oldroot/dev/null &
user=$!
sleep 60 3</dev/null &
other=$!
until [ "$(cat "/proc/$other/comm")" = sleep ] && [ "$(cat "/proc/$user/comm")" = sleep ]; do usleep 100000; done
fails umount /oldroot/dev
scan_usage | old_system_holders text >/tmp/held
grep -qx "process $user sleep (fd)" /tmp/held || die "$(cat /tmp/held)"
! grep -q "^process $other " /tmp/held || die "$(cat /tmp/held)"
end_old_processes 1 || die "it did not end"
umount /oldroot/dev || die "the old /dev is still held"
kill "$other" || die "the other process ended as well"
pass
