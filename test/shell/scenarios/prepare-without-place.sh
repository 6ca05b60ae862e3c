# shellcheck shell=sh
# Without a folder for the maintenance root nothing is unmounted: every mount point lies below no folder.

# shellcheck source=test/shell/harness.sh
. /harness.sh
mkdir /tmp/mine
mount -t tmpfs mine /tmp/mine
cat >/tmp/asked <<'ASKED'
LEVITATE_INIT=other
LEVITATE_ROOT=
LEVITATE_SIZE_KIB=
LEVITATE_NEEDED_KIB=
LEVITATE_ENTRY_ID=
read_uid() { uid=0; }
in_maintenance() { return 1; }
other_armed() { return 1; }
ASKED
fails sh -s <<SCRIPT
$(cat /sent/takeover/report.sh /sent/remote/login.sh /sent/takeover/init-system.sh /tmp/asked /sent/remote/prepare.sh)
SCRIPT
says 'no place in RAM'
grep -q ' /tmp/mine ' /proc/mounts || die "a mount is gone"
pass
