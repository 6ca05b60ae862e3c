# shellcheck shell=sh
# What takes back a staged root does nothing where the maintenance system runs already: a connection that is made anew may
# lead there.

# shellcheck source=test/shell/harness.sh
. /harness.sh
mkdir -p /tmp/root
mount -t tmpfs root /tmp/root
export LEVITATE_INIT=busybox LEVITATE_ROOT=/tmp/root LEVITATE_SIZE_KIB='' LEVITATE_NEEDED_KIB='' LEVITATE_ENTRY_ID=''
init_call() {
	return 1
}
prepare() {
	(
		. /usr/lib/levitate/takeover/report.sh
		. /sent/remote/login.sh
		. /sent/remote/prepare.sh
	)
}
fails prepare
says 'the maintenance system runs here'
grep -q ' /tmp/root tmpfs ' /proc/mounts || die 'it was unmounted'
mv /etc/levitate/levitate.conf /tmp/levitate.conf
trap 'mv /tmp/levitate.conf /etc/levitate/levitate.conf' EXIT
prepare || die 'it did not take back a root of the old system'
grep -q ' /tmp/root tmpfs ' /proc/mounts && die 'it was not unmounted'
pass
