# shellcheck shell=sh
# Ends the processes of the old system: those that run a program outside the maintenance root, or hold a file outside it.

# find_old_processes: sets old_processes to their ids, with a blank behind each. Kernel threads have no program and cannot be
# ended; PID 1 belongs to the maintenance root by now.
find_old_processes() {
	old_processes=
	for _pid in $(scan_usage | old_system_holders pids); do
		if [ "$_pid" != 1 ] && readlink "/proc/$_pid/exe" >/dev/null; then old_processes="$old_processes$_pid "; fi
	done
}

# signal_old SIGNAL SECONDS: sends the signal to every old process and waits for its end; fails if one stays.
signal_old() {
	find_old_processes
	[ -n "$old_processes" ] || return 0
	# One of them may have ended already: what counts is the next scan.
	# shellcheck disable=SC2086
	kill "-$1" $old_processes 2>/dev/null || :
	read_uptime
	_end=$((now + $2))
	# shellcheck disable=SC2086
	while any_alive $old_processes && [ "$now" -lt "$_end" ]; do
		usleep 200000
		read_uptime
	done
	find_old_processes
	[ -z "$old_processes" ]
}

# any_alive PID...: succeeds if one of them is alive; a process that waits to be reaped has no program any more.
any_alive() {
	for _pid in "$@"; do
		! readlink "/proc/$_pid/exe" >/dev/null || return 0
	done
	return 1
}

# end_old_processes GRACE: sends TERM, waits for GRACE seconds, sends KILL, and KILL again; fails if a process stays, which
# old_processes names.
end_old_processes() {
	signal_old TERM "$1" || signal_old KILL "$1" || signal_old KILL "$1"
}
