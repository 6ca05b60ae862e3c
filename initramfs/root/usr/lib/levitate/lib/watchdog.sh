# shellcheck shell=sh
# Handles hardware watchdogs. Each is taken for one that cannot be stopped once it runs (nowayout).

# It lies in the root itself, because the /run of the old system goes away while a feeder runs already.
watchdog_dir=/var/watchdog

# Seconds: long enough for a slow takeover, from the last process of the old system to the first of this root.
# shellcheck disable=SC2034
feed_patience=60

# watchdog_name NODE: prints the name in sysfs. The node without a number is the first one (kernel doc watchdog-api).
watchdog_name() {
	if [ "$1" = /dev/watchdog ] && [ -c /dev/watchdog0 ]; then
		echo watchdog0
	else
		echo "${1##*/}"
	fi
}

# watchdog_free NODE: succeeds if no process has the watchdog open; opening it feeds it.
watchdog_free() {
	# A busy watchdog is no error here, and a missing node must not become a file.
	[ -c "$1" ] && { true 3>"$1"; } 2>/dev/null
}

# set_watchdog_timeout NODE SECONDS: sets the timeout of a free watchdog and leaves it running. Descriptor 4 must be open
# on a FIFO, to wait without a process. The shell has no ioctl, so busybox watchdog sets the timeout, and is killed
# because it would disarm if it were asked to end. Its own interval is so long that, should this shell die in between, no
# process feeds the hardware without watching anything.
set_watchdog_timeout() {
	rm -f /run/watchdog.pid
	watchdog -F -t 3600 -T "$2" "$1" &
	_setter=$!
	for _look in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		# busybox watchdog writes this file when the timeout is set.
		_said=
		[ ! -s /run/watchdog.pid ] || read -r _said </run/watchdog.pid
		[ "$_said" != "$_setter" ] || break
		# shellcheck disable=SC3045
		read -r -t 0.1 -u 4 _ || :
	done
	kill -KILL "$_setter"
	wait "$_setter" || :
	rm -f /run/watchdog.pid
}

# read_watchdog_attribute NODE ATTRIBUTE: sets watchdog_attribute; it is empty where this kernel does not tell.
read_watchdog_attribute() {
	watchdog_attribute=
	_attribute=/sys/class/watchdog/$(watchdog_name "$1")/$2
	[ ! -r "$_attribute" ] || read -r watchdog_attribute <"$_attribute" || :
}
