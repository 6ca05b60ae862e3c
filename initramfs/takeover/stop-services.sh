# shellcheck shell=sh
# Ends the services of a running system in their order, each within a bound, and leaves its mounts and its network alone:
# the maintenance root releases those, because it can prove that they are gone. ROOT is the staged root.

# Seconds that one service may take to end.
stop_seconds=60

# stop_one ROOT SECONDS COMMAND...: runs the command, and ends it after SECONDS, because a service that refuses to stop
# must not keep the device between two systems.
stop_one() {
	_busybox=$1/usr/bin/busybox
	_seconds=$2
	shift 2
	"$_busybox" timeout "$_seconds" "$@" </dev/null || echo "levitate: $*: status $?" >/dev/kmsg
}

# stop_sysv ROOT DIRECTORY: runs the K scripts of a runlevel, except for those that kill, unmount or end the machine.
stop_sysv() {
	for _script in "$2"/K[0-9][0-9]*; do
		[ -x "$_script" ] || continue
		_name=${_script##*/K[0-9][0-9]}
		case $_name in
		sendsigs | killprocs | *umount* | *mount*.sh | networking | network | halt | reboot | live*) continue ;;
		esac
		stop_one "$1" "$stop_seconds" "$_script" stop
	done
}

# wait_for ROOT PID...: waits until these processes have ended, within the same bound.
wait_for() {
	_busybox=$1/usr/bin/busybox
	shift
	_looks=$((stop_seconds * 5))
	for _pid; do
		while [ "$_looks" -gt 0 ] && kill -0 "$_pid" 2>/dev/null; do
			_looks=$((_looks - 1))
			"$_busybox" usleep 200000
		done
	done
}

# stop_openrc ROOT: ends what OpenRC runs beyond the levels that set the machine up; a service takes its dependents along.
stop_openrc() {
	for _started in /run/openrc/started/* /lib/rc/init.d/started/*; do
		_name=${_started##*/}
		if [ ! -e "$_started" ] || [ -e "/etc/runlevels/sysinit/$_name" ] || [ -e "/etc/runlevels/boot/$_name" ]; then
			continue
		fi
		stop_one "$1" "$stop_seconds" rc-service --ifstarted "$_name" stop
	done
}
