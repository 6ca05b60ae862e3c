# shellcheck shell=sh
# systemd, by one of two methods; the place where the root is staged shows which one.
# /run/initramfs/shutdown: systemd-shutdown(8) unmounts everything but /run/initramfs, makes it the root and executes
# /shutdown there as PID 1, with its verb as argument and the old root on /oldroot.
# Re-execution, where that is ruled out: the services are ended, and "systemctl daemon-reexec" makes PID 1 execute its
# own program anew (systemd src/core/main.c:do_reexecute). For that moment the pivot is mounted over that program.

systemd_detect() {
	[ -d /run/systemd/system ] || [ "$pid1_name" = systemd ]
}

systemd_root() {
	if [ -z "$systemd_ruled_out" ]; then
		echo /run/initramfs
	else
		ram_root
	fi
}

# systemd_look: sets systemd_ruled_out to a line for each thing that would keep /run/initramfs/shutdown from being executed. Each
# call of systemctl takes its time.
systemd_look() {
	systemd_ruled_out=$(systemd_obstacles)
}

systemd_obstacles() {
	# initramfs-tools leaves logs there, which a mount may cover; a program there would be executed in place of ours.
	if [ -e /run/initramfs/shutdown ] && [ ! -e /run/initramfs/etc/levitate ]; then
		echo "/run/initramfs/shutdown belongs to another program"
	fi
	if awk '$2 == "/run/initramfs" && $1 != "levitate" { found = 1 } END { exit !found }' /proc/mounts; then
		echo "something else is mounted on /run/initramfs"
	fi
	if systemctl is-active --quiet finalrd.service; then
		echo "finalrd puts its own program into /run/initramfs while shutting down"
	fi
	_said=$(systemctl --version)
	_version=${_said#systemd }
	_version=${_version%%[!0-9]*}
	if [ "${_version:-0}" -lt 230 ]; then
		echo "systemd ${_version:-of unknown version} unmounts /run/initramfs (230 is the first that does not)"
	fi
	_said=${_said%%"
"*}
	_said=${_said##*'('}
	case ${_said%%')'*} in
	254 | 254-* | 254~*) echo "systemd 254 cannot step into /run/initramfs (systemd issue 28645)" ;;
	esac
}

# systemd_refusal: prints a line for each thing that would keep the takeover from happening.
systemd_refusal() {
	[ -n "$systemd_ruled_out" ] || return 0
	_program=$(init_program)
	if [ ! -x "$_program" ]; then
		printf '%s\n' "$systemd_ruled_out"
		echo "systemd cannot be re-executed: its program is not at $_program any more"
	fi
}

# systemd_method: prints what people should know of the method that will be used.
systemd_method() {
	[ -z "$systemd_ruled_out" ] || echo "by re-execution, because $(printf '%s\n' "$systemd_ruled_out" | awk 'NR > 1 { printf ", and " } { printf "%s", $0 }')"
}

systemd_arm() { # ROOT
	case $1 in
	/run/initramfs) ln -s init "$1/shutdown" ;;
	*) default_arm "$1" ;;
	esac
}

systemd_armed() { # ROOT
	case $1 in
	/run/initramfs) [ -L "$1/shutdown" ] ;;
	*) default_armed "$1" ;;
	esac
}

systemd_disarm() { # ROOT
	case $1 in
	/run/initramfs) rm -f "$1/shutdown" ;;
	*) default_disarm "$1" ;;
	esac
}

systemd_trigger() { # ROOT
	case $1 in
	/run/initramfs) systemctl reboot ;;
	*) default_trigger "$1" systemd ;;
	esac
}

# levitate.target wants nothing: isolating it ends all services in their order. Mounts and sessions stay
# (IgnoreOnIsolate in systemd.unit(5)).
systemd_stop() { # ROOT
	mkdir -p /run/systemd/system
	printf '[Unit]\nDescription=levitate: on the way into maintenance\nDefaultDependencies=no\nAllowIsolate=yes\n' >/run/systemd/system/levitate.target
	stop_one "$1" "$stop_seconds" systemctl daemon-reload
	# systemd itself gives a service 90 s; the host waits for 300 s in all.
	stop_one "$1" 100 systemctl isolate levitate.target
}

systemd_switch() { # ROOT
	mount --bind "$1/run/takeover/pivot" "$(init_program)" || return 1
	# The answer is lost with the systemd that was asked: what PID 1 executes tells the result.
	stop_one "$1" "$stop_seconds" systemctl daemon-reexec
}
