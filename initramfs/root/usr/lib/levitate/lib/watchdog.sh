# shellcheck shell=sh
# Hardware watchdogs. Every one is taken for one that can't be stopped once it runs (nowayout).

# In the root itself: the old system's /run goes away while a feeder is at work already.
watchdog_dir=/var/watchdog

# Long enough for a slow way from the old system's last process to our first one.
# shellcheck disable=SC2034
feed_patience=60

# watchdog_name NODE: what sysfs calls it. The node without a number is the first one (kernel doc watchdog-api).
watchdog_name() {
	if [ "$1" = /dev/watchdog ] && [ -c /dev/watchdog0 ]; then
		echo watchdog0
	else
		echo "${1##*/}"
	fi
}

# watchdog_free NODE: whether nobody else has it open; opening is feeding.
watchdog_free() {
	# Who holds it is none of our business yet, and a missing node must not become a file.
	[ -c "$1" ] && { true 3>"$1"; } 2>/dev/null
}

# set_watchdog_timeout NODE SECONDS: sets the timeout of a free watchdog and leaves it running. The shell has no ioctl: busybox
# watchdog does it, and is killed because it would disarm if asked to end. Its own interval is so long that, if this
# shell dies in between, the hardware isn't fed by a process that watches nothing.
set_watchdog_timeout() {
	rm -f /run/watchdog.pid
	watchdog -F -t 3600 -T "$2" "$1" &
	_setter=$!
	for _look in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		# It writes this file when the timeout is set.
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

# read_watchdog_attribute NODE ATTRIBUTE: sets watchdog_attribute, to nothing where this kernel doesn't say.
read_watchdog_attribute() {
	watchdog_attribute=
	_attribute=/sys/class/watchdog/$(watchdog_name "$1")/$2
	[ ! -r "$_attribute" ] || read -r watchdog_attribute <"$_attribute" || :
}
