# shellcheck shell=sh
# Ends the processes of the old system: those that run a program outside the maintenance root, or hold a file outside it.

# old_processes: prints their ids, one a line. Kernel threads have no program and can't be ended; PID 1 belongs to the
# maintenance root by now.
old_processes() {
	scan_usage | old_system_holders pids | while read -r _pid; do
		if [ "$_pid" != 1 ] && readlink "/proc/$_pid/exe" >/dev/null; then printf '%s\n' "$_pid"; fi
	done
}

# signal_old SIGNAL SECONDS: sends the signal to every old process and waits for its end; fails if one stays.
signal_old() {
	_pids=$(old_processes)
	[ -n "$_pids" ] || return 0
	# One of them may have ended already: what counts is the next scan.
	# shellcheck disable=SC2086
	kill "-$1" $_pids 2>/dev/null || :
	_end=$(($(uptime_seconds) + $2))
	# shellcheck disable=SC2086
	while any_alive $_pids && [ "$(uptime_seconds)" -lt "$_end" ]; do
		usleep 200000
	done
	[ -z "$(old_processes)" ]
}

# any_alive PID...: succeeds if one of them is alive; a process that waits to be reaped has no program any more.
any_alive() {
	for _pid in "$@"; do
		! readlink "/proc/$_pid/exe" >/dev/null || return 0
	done
	return 1
}

# end_old_processes GRACE: sends TERM, waits for GRACE seconds, sends KILL, and KILL again; fails if a process stays.
end_old_processes() {
	signal_old TERM "$1" || signal_old KILL "$1" || signal_old KILL "$1"
}
