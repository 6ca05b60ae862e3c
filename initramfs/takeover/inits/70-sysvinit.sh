# shellcheck shell=sh
# sysvinit: re-execution. "telinit u" makes PID 1 execute its own program anew (sysvinit src/init.c:my_re_exec). For that
# moment the pivot is mounted over that program.

sysvinit_detect() {
	# A busybox is known by its name alone.
	case $pid1_program in */busybox*) return 1 ;; esac
	[ "$pid1_name" = init ] && init_has INIT_VERSION && init_has initctl
}

sysvinit_refusal() {
	[ -p /run/initctl ] || [ -p /dev/initctl ] || echo "sysvinit's control pipe /run/initctl is not there"
}

# OpenRC runs under sysvinit as well.
sysvinit_stop() { # ROOT
	if [ -e /run/openrc/softlevel ]; then
		stop_openrc "$1"
	else
		stop_sysv "$1" /etc/rc6.d
	fi
}

sysvinit_switch() { # ROOT
	_program=$(init_program)
	# telinit is the same program: it is copied before another one is mounted over it.
	cp "$_program" "$1/run/takeover/telinit" || return 1
	mount --bind "$1/run/takeover/pivot" "$_program" || return 1
	"$1/run/takeover/telinit" u
}
