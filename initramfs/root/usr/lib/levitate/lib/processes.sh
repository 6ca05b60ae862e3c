# shellcheck shell=sh
# Processes of the old system: whatever runs a program that is not in the maintenance root, or holds a file outside it.

# old_processes: their ids, one a line. Kernel threads have no program, and can't be ended; PID 1 is ours by now.
old_processes() {
	scan_usage | old_system_holders pids | while read -r _pid; do
		if [ "$_pid" != 1 ] && readlink "/proc/$_pid/exe" >/dev/null; then printf '%s\n' "$_pid"; fi
	done
}

# signal_old SIGNAL SECONDS: asks every old process to end and waits for it; fails if one stays.
signal_old() {
	_pids=$(old_processes)
	[ -n "$_pids" ] || return 0
	# One of them may end between the look and the signal: what counts is the next look.
	# shellcheck disable=SC2086
	kill "-$1" $_pids 2>/dev/null || :
	_end=$(($(uptime_seconds) + $2))
	# shellcheck disable=SC2086
	while any_alive $_pids && [ "$(uptime_seconds)" -lt "$_end" ]; do
		usleep 200000
	done
	[ -z "$(old_processes)" ]
}

# any_alive PID...: what has ended and waits to be reaped has no program any more.
any_alive() {
	for _pid in "$@"; do
		! readlink "/proc/$_pid/exe" >/dev/null || return 0
	done
	return 1
}

# end_old_processes GRACE: TERM, a grace in seconds, KILL, and again; fails if something can't be killed.
end_old_processes() {
	signal_old TERM "$1" || signal_old KILL "$1" || signal_old KILL "$1"
}
