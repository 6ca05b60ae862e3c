# shellcheck shell=sh
# openrc-init: re-execution. "reexec" in its control pipe makes PID 1 execute its own program anew (openrc
# src/openrc-init/openrc-init.c:handle_reexec, since 0.25). For that moment the pivot is mounted over that program. OpenRC
# under another PID 1 belongs to that init system.

openrc_detect() {
	case $pid1_program in
	*/openrc-init) return 0 ;;
	*) return 1 ;;
	esac
}

openrc_refusal() {
	[ -p /run/openrc/init.ctl ] || echo "openrc-init's control pipe /run/openrc/init.ctl is not there"
	init_has reexec || echo "this openrc-init knows no reexec (0.25 is the first that does)"
}

openrc_stop() { # ROOT
	stop_openrc "$1"
}

openrc_switch() { # ROOT
	mount --bind "$1/run/takeover/pivot" "$(init_program)" || return 1
	printf reexec >/run/openrc/init.ctl
}
