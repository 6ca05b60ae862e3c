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

# read_uid: sets uid to the effective user id, or to nothing where there is no /proc; not every device has the program id.
read_uid() {
	uid=
	[ -r /proc/self/status ] || return 0
	while read -r _key _ _word _; do
		[ "$_key" != Uid: ] || {
			uid=$_word
			return
		}
	done </proc/self/status
}

# in_maintenance: whether the maintenance system runs here.
in_maintenance() {
	[ -r /etc/levitate/levitate.conf ] && [ -d /run/levitate ]
}
