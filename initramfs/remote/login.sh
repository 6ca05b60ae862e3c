# shellcheck shell=sh
# The host sends this file in front of every script for a running system, behind takeover/report.sh.

# Some SSH servers give commands no folder of system programs.
PATH=${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH LEVITATE_MARK

# begin, finish STATUS: what stands between is the output of the script, which has ended with STATUS.
begin() {
	printf '@%s begin@\n' "$LEVITATE_MARK"
}

finish() {
	printf '@%s end %s@\n' "$LEVITATE_MARK" "$1"
	exit "$1"
}

# user_id: prints the effective user id; not every device has the program id.
user_id() {
	sed -n 's/^Uid:[[:space:]]*[0-9]*[[:space:]]*\([0-9]*\).*/\1/p' /proc/self/status
}

# in_maintenance: whether the maintenance system runs here.
in_maintenance() {
	[ -r /etc/levitate/levitate.conf ] && [ -d /run/levitate ]
}
