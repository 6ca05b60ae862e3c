# shellcheck shell=sh
# The lease: one writer at a time, as long as the SSH channel lasts that took it. Its number only grows, and a writer that
# returns without it, or writes on with an old one, is refused.
# Each lease is a file named by its number, which its holder keeps open as descriptor 9: the kernel closes that however the
# holder ends, and no later process of the same id can be taken for it. A change to the flash keeps "writing" open as
# descriptor 8, so that a new lease waits until the last change of the one before is over. flock(1) is not used, because the
# busybox of Debian has none.

lease_dir=$state/lease

# read_lease: sets lease, the number of the latest one, which is 0 where there never was one; since, continued and owner.
read_lease() {
	lease=0
	while [ -e "$lease_dir/$((lease + 1))" ]; do
		lease=$((lease + 1))
	done
	since=
	continued=
	owner=
	[ ! -s "$lease_dir/$lease" ] || read -r since continued owner <"$lease_dir/$lease" || :
	read_uptime
	since=${since:-$now}
	owner=${owner:-somebody}
}

# lease_held: succeeds if the channel that took the lease which was read last is still there.
lease_held() {
	find_openers 9 "$lease_dir/$lease"
	[ -n "$openers" ]
}

# lease_seconds: prints how long ago it was taken.
lease_seconds() {
	echo $(($(uptime_seconds) - since))
}

# lease_take OWNER [LOST]: gives this process the next lease. LOST is the one that the same writer had before: then the
# lease is refused if anybody else had one since.
lease_take() {
	mkdir -p "$lease_dir"
	read_lease
	# A writer that never got its last answer returns with the number before.
	[ -z "${2-}" ] || [ "$2" = "$lease" ] || [ "$2" = "$continued" ] || lease_lost "$2"
	! lease_held || refuse LEASE_HELD "$owner has been writing to this device for $(lease_seconds) seconds" owner "$owner"
	_before=$owner
	lease=$((lease + 1))
	# Of two processes that come at once only one can create the file.
	set -C
	command exec 9>"$lease_dir/$lease" || refuse LEASE_HELD "another writer took the lease at the same moment"
	set +C
	owner=$(printf '%.100s' "$1" | tr '\000-\037' ' ')
	owner=${owner:-somebody}
	read_uptime
	printf '%s %s %s\n' "$now" "${2:-none}" "$owner" >&9 || :
	_end=$((now + 60))
	while find_openers 8 "$lease_dir/writing" && [ -n "$openers" ]; do
		read_uptime
		[ "$now" -lt "$_end" ] || refuse LEASE_HELD "$_before began a write to this device that is not over yet" owner "$_before"
		usleep 100000
	done
}

# lease_lost LEASE: refuses it, and names the writer that has come since.
lease_lost() {
	if [ "$1" -lt 1 ] || [ "$1" -gt "$lease" ]; then
		refuse LEASE_LOST "this maintenance system never gave lease $1: the device was entered anew since"
	fi
	refuse LEASE_LOST "lease $1 was lost to $owner, who came $(lease_seconds) seconds ago"
}

# lease_need LEASE: refuses everybody but the writer whose lease is the latest.
lease_need() {
	need_integer LEASE "$1"
	read_lease
	if [ "$1" -lt 1 ] || [ "$1" != "$lease" ]; then lease_lost "$1"; fi
}

# lease_enter LEASE: from here to lease_exit, or to the end of the process, no other lease is given. A program that
# outlives the process must close descriptor 8.
lease_enter() {
	exec 8>>"$lease_dir/writing"
	lease_need "$1"
}

lease_exit() {
	exec 8>&-
}
