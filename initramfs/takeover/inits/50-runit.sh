# shellcheck shell=sh
# runit: its PID 1 executes nothing but children (runit src/runit.c), and whatever stage 3 does, PID 1's own program
# keeps the old root busy. So services are ended as stage 3 ends them, and PID 1 is led away by its memory.

runit_detect() {
	case $(init_program) in
	*/runit) return 0 ;;
	*) return 1 ;;
	esac
}

runit_refusal() {
	inject_refusal
}

# runit_services: the folder that the running runsvdir was given.
runit_services() {
	for _process in /proc/[0-9]*; do
		[ "$(cat "$_process/comm" 2>/dev/null)" = runsvdir ] || continue
		tr '\0' '\n' <"$_process/cmdline" | awk 'NR > 1 && !/^-/ { print; exit }'
	done
}

runit_stop() { # ROOT
	for _folder in $(runit_services); do
		set -- "$_folder"/*
		[ -e "$1" ] || continue
		stop_one sv force-stop "$@"
		stop_one sv exit "$@"
	done
	# Debian starts what has no service of its own by its init script.
	stop_sysv /etc/rc6.d
}

runit_switch() { # ROOT
	inject "$1/run/takeover/pivot"
}
