# shellcheck shell=sh
# finit: its PID 1 executes nothing but children, at shutdown too (finit src/sig.c:do_shutdown), and its program keeps
# the old root busy. A runlevel without services ends them, and PID 1 is led away through its memory.

finit_detect() {
	case $pid1_program in
	*/finit) return 0 ;;
	*) return 1 ;;
	esac
}

finit_refusal() {
	inject_refusal
}

# finit_ctl ARGUMENT...: calls initctl, which Debian keeps out of the PATH.
finit_ctl() {
	if command -v initctl >/dev/null; then
		initctl "$@"
	else
		/lib/finit/initctl "$@"
	fi
}

finit_stop() { # ROOT
	finit_ctl runlevel 9 || echo "levitate: initctl runlevel 9: status $?" >/dev/kmsg
	_tries=0
	while finit_ctl status | grep -q ' running '; do
		_tries=$((_tries + 1))
		[ "$_tries" -lt "$stop_seconds" ] || break
		"$1/usr/bin/busybox" sleep 1
	done
}

finit_switch() { # ROOT
	inject "$1" "$1/run/takeover/pivot"
}
