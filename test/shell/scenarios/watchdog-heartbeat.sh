# shellcheck shell=sh
# The feeder and the dead-man timer start no process; a silent dead-man timer stops the feeding until something was
# written. /dev/null stands in for a watchdog: a character device that takes what is written to it.

# shellcheck source=test/shell/harness.sh
. /harness.sh
mkdir -p /var/watchdog
mkfifo /var/watchdog/null.fifo /tmp/pause
exec 4<>/tmp/pause

# wait_seconds N: without a process.
wait_seconds() {
	# shellcheck disable=SC3045
	read -r -t "$1" -u 4 _ || :
}

# written: sets bytes to what the feeder has written since it began (proc(5), io).
written() {
	while read -r key value; do
		[ "$key" != wchar: ] || bytes=$value
	done <"/proc/$feeder/io"
}

# feeding: whether it writes.
feeding() {
	written
	before=$bytes
	wait_seconds 1.5
	written
	[ "$bytes" -gt "$before" ]
}

/usr/lib/levitate/services/deadman &
deadman=$!
/usr/lib/levitate/watchdog-feed null /dev/null 60 1 2 &
feeder=$!
for try in 1 2 3 4 5 6 7 8 9 10; do
	feeding && break
	[ "$try" -lt 10 ] || die "nothing is fed"
done

# The last process id of this namespace.
read -r _ _ _ _ last </proc/loadavg
wait_seconds 2
feeding || die "it stops"
read -r _ _ _ _ now </proc/loadavg
[ "$now" = "$last" ] || die "processes were started: $last, then $now"

kill -STOP "$deadman"
for try in 1 2 3 4 5 6 7 8 9 10; do
	feeding || break
	[ "$try" -lt 10 ] || die "fed without a heartbeat"
done
kill -CONT "$deadman"
feeding || die "not fed when the heartbeat is back"
kill -STOP "$deadman"
while feeding; do :; done
: >/run/levitate/touched
feeding || die "left to a reset with something written"
kill -KILL "$deadman" "$feeder"
pass
