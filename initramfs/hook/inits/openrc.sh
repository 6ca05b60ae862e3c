# shellcheck shell=sh
# openrc-init: re-execution. "reexec" in its control pipe makes PID 1 execute its own program anew (openrc
# src/openrc-init/openrc-init.c:handle_reexec, since 0.25), in whose place the step into the maintenance root is
# mounted for that moment. OpenRC under another PID 1 is that init's row.

openrc_detect() {
	case $(init_program) in
	*/openrc-init) return 0 ;;
	*) return 1 ;;
	esac
}

openrc_root() {
	ram_root
}

openrc_refusal() {
	[ -p /run/openrc/init.ctl ] || echo "openrc-init's control pipe /run/openrc/init.ctl is not there"
	grep -q -a reexec /proc/1/exe || echo "this openrc-init knows no reexec (0.25 is the first that does)"
}

openrc_arm() { # ROOT
	departing_arm "$1"
}

openrc_armed() { # ROOT
	departing_armed "$1"
}

openrc_disarm() { # ROOT
	departing_disarm "$1"
}

openrc_trigger() { # ROOT
	departing_trigger "$1" openrc
}

openrc_stop() { # ROOT
	stop_openrc
}

openrc_step() { # ROOT
	mount --bind "$1/run/hook/step" "$(init_program)" || return 1
	printf reexec >/run/openrc/init.ctl
}
