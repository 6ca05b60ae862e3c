# shellcheck shell=sh
# Ends a running system's services in their order, each within a bound, and leaves its mounts and network alone:
# those are let go of in maintenance, where it can be proven. Uses $busybox.

patience=60

# stop_one COMMAND...: a service that refuses to stop must not keep the device between two systems.
stop_one() {
	"$busybox" timeout "$patience" "$@" </dev/null || echo "levitate: $*: status $?" >/dev/kmsg
}

# stop_sysv DIRECTORY: the K scripts of a runlevel, but for those that kill, unmount or end the machine by themselves.
stop_sysv() {
	for _script in "$1"/K[0-9][0-9]*; do
		[ -x "$_script" ] || continue
		_name=${_script##*/K[0-9][0-9]}
		case $_name in
		sendsigs | killprocs | *umount* | *mount*.sh | networking | network | halt | reboot | live*) continue ;;
		esac
		stop_one "$_script" stop
	done
}

# wait_for PID...: until these have ended, within the same bound.
wait_for() {
	_looks=$((patience * 5))
	for _pid; do
		while [ "$_looks" -gt 0 ] && kill -0 "$_pid" 2>/dev/null; do
			_looks=$((_looks - 1))
			"$busybox" usleep 200000
		done
	done
}

# stop_openrc: what runs beyond the levels that set the machine up; a service takes its dependents along.
stop_openrc() {
	for _started in /run/openrc/started/* /lib/rc/init.d/started/*; do
		_name=${_started##*/}
		if [ ! -e "$_started" ] || [ -e "/etc/runlevels/sysinit/$_name" ] || [ -e "/etc/runlevels/boot/$_name" ]; then
			continue
		fi
		stop_one rc-service --ifstarted "$_name" stop
	done
}
