# shellcheck shell=sh
# Settings, paths and small functions that every part of the maintenance root uses.

PATH=/usr/sbin:/usr/bin
export PATH

# The state of the flasher lies in a file system of its own, so that it can be noted even if /run is full; see lib/state.sh.
state=/run/levitate
# shellcheck disable=SC2034
spool=$state/spool
# shellcheck disable=SC2034
logs=/run/log
# shellcheck disable=SC2034
lib=/usr/lib/levitate

# shellcheck source=/dev/null
. /etc/levitate/levitate.conf
# The settings of this entry, such as its id; the file is absent when the archive was booted as an initramfs.
if [ -r /etc/levitate/entry.conf ]; then
	# shellcheck source=/dev/null
	. /etc/levitate/entry.conf
fi

# shellcheck source=initramfs/root/usr/lib/levitate/lib/reboot-reason.sh
. /usr/lib/levitate/lib/reboot-reason.sh

# log MESSAGE: writes it to the kernel log, which is bounded, in RAM, and on the console.
log() {
	printf '<5>levitate: %s\n' "$*" >/dev/kmsg || printf 'levitate: %s\n' "$*" >&2 || :
}

# read_uptime: sets now to the whole seconds since the kernel started, a clock that nobody sets.
read_uptime() {
	read -r now _ </proc/uptime
	now=${now%%.*}
}

# uptime_seconds: prints them.
uptime_seconds() {
	read_uptime
	printf '%s\n' "$now"
}

# contact: notes that somebody has logged in or called the flasher; the dead-man timer starts anew. The time is written
# over the one before, which needs no room, because the number never gets shorter. The login of a rehearsal, in a chroot of
# the old system, has no state, and starts no timer.
contact() {
	[ -d "$state" ] || return 0
	uptime_seconds 1<>"$state/contact" || log "no room to note the contact"
}

# has_helper: succeeds if the root has levitate's helper (initramfs/helper).
has_helper() {
	[ -x "$lib/helper" ]
}

# touched: succeeds if anything was written to the flash since the maintenance root began.
touched() {
	[ -e "$state/touched" ]
}

# journal TEXT: adds a line to the record of what was touched, written and verified. A record without room is no failure,
# and it is bounded, so that it leaves room for what must be noted.
journal() {
	if [ -e "$state/journal" ] && [ "$(stat -c %s "$state/journal")" -gt 262144 ]; then return; fi
	read_uptime
	printf '%s %s\n' "$now" "$*" >>"$state/journal" || log "no room in the journal for: $*"
}

# reboot_now REASON: flushes what can be flushed, and resets the machine, by force if need be.
reboot_now() {
	record_reboot_reason "rebooting: $1"
	flush
	"$lib/services/watchdog" short || log "the watchdogs keep their timeouts"
	close_network
	# A firmware that is to try another slot learns so from the kernel.
	[ ! -s "$state/restart" ] || "$lib/helper" restart "$(cat "$state/restart")" || log "the firmware cannot be told of a trial"
	# busybox would sync once more without -n.
	reboot -n -f || log "reboot -f failed, asking the kernel"
	echo b >/proc/sysrq-trigger
}
