# shellcheck shell=sh
# sysvinit: re-execution. "telinit u" makes PID 1 execute its own program anew (sysvinit src/init.c:my_re_exec), in
# whose place the step into the maintenance root is mounted for that moment.

sysvinit_detect() {
	[ "$(cat /proc/1/comm)" = init ] && grep -q -a INIT_VERSION /proc/1/exe && grep -q -a initctl /proc/1/exe
}

sysvinit_refusal() {
	[ -p /run/initctl ] || [ -p /dev/initctl ] || echo "sysvinit's control pipe /run/initctl is not there"
}

# OpenRC is at home on sysvinit, too.
sysvinit_stop() { # ROOT
	if [ -e /run/openrc/softlevel ]; then
		stop_openrc
	else
		stop_sysv /etc/rc6.d
	fi
}

sysvinit_switch() { # ROOT
	_program=$(init_program)
	# telinit is that same program: it goes aside before something else takes its place.
	cp "$_program" "$1/run/takeover/telinit" || return 1
	mount --bind "$1/run/takeover/pivot" "$_program" || return 1
	"$1/run/takeover/telinit" u
}
