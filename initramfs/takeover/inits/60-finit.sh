# shellcheck shell=sh
# finit: its PID 1 executes nothing but children, at shutdown too (finit src/sig.c:do_shutdown), and its program
# keeps the old root busy. So services are ended by a runlevel that has none, and PID 1 is led away by its memory.

finit_detect() {
	case $(init_program) in
	*/finit) return 0 ;;
	*) return 1 ;;
	esac
}

finit_refusal() {
	inject_refusal
}

# finit_ctl WORDS...: Debian keeps the program out of the PATH.
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
		[ "$_tries" -lt "$patience" ] || break
		"$busybox" sleep 1
	done
}

finit_switch() { # ROOT
	inject "$1/run/takeover/pivot"
}
