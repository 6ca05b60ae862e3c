# shellcheck shell=sh
# runit: its PID 1 executes nothing but children (runit src/runit.c), and whatever stage 3 does, the program of PID 1
# keeps the old root busy. Services are ended as stage 3 ends them, and PID 1 is led away through its memory.

runit_detect() {
	case $pid1_program in
	*/runit) return 0 ;;
	*) return 1 ;;
	esac
}

runit_refusal() {
	inject_refusal
}

# runit_services: prints the folder of services that the running runsvdir was given.
runit_services() {
	for _process in /proc/[0-9]*; do
		[ "$(cat "$_process/comm" 2>/dev/null)" = runsvdir ] || continue
		tr '\0' '\n' <"$_process/cmdline" | awk 'NR > 1 && !/^-/ { print; exit }'
	done
}

runit_stop() { # ROOT
	_root=$1
	for _folder in $(runit_services); do
		set -- "$_folder"/*
		[ -e "$1" ] || continue
		stop_one "$_root" "$stop_seconds" sv force-stop "$@"
		stop_one "$_root" "$stop_seconds" sv exit "$@"
	done
	# Debian starts a program that has no service by its init script.
	stop_sysv "$_root" /etc/rc6.d
}

runit_switch() { # ROOT
	inject "$1" "$1/run/takeover/pivot"
}
