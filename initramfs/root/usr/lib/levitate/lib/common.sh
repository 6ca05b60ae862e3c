# shellcheck shell=sh
# Settings, paths and small words that every part of the maintenance root shares.

PATH=/usr/sbin:/usr/bin
export PATH

# What the flasher must be able to note even if /run is full lies in a file system of its own; see lib/state.sh.
state=/run/levitate
# shellcheck disable=SC2034
spool=$state/spool
# shellcheck disable=SC2034
logs=/run/log
# shellcheck disable=SC2034
lib=/usr/lib/levitate

# shellcheck source=/dev/null
. /etc/levitate/levitate.conf
# What only this entry knows (port, entry id, names of the device); absent when the archive was booted as an initramfs.
if [ -r /etc/levitate/entry.conf ]; then
	# shellcheck source=/dev/null
	. /etc/levitate/entry.conf
fi

# shellcheck source=initramfs/root/usr/lib/levitate/lib/reboot-reason.sh
. /usr/lib/levitate/lib/reboot-reason.sh

# log MESSAGE: into the kernel log, which is bounded, in RAM, and on the console.
log() {
	printf '<5>levitate: %s\n' "$*" >/dev/kmsg || printf 'levitate: %s\n' "$*" >&2 || :
}

# uptime_seconds: whole seconds since the kernel started, a clock that nobody sets.
uptime_seconds() {
	read -r _up _ </proc/uptime
	printf '%s\n' "${_up%%.*}"
}

# contact: somebody who could log in is here; the dead-man timer starts anew. Written over what is there, which takes no
# room: the number never gets shorter.
contact() {
	uptime_seconds 1<>"$state/contact" || log "no room to note the contact"
}

# touched: whether anything was written to the flash since the maintenance root began.
touched() {
	[ -e "$state/touched" ]
}

# journal WORDS: a line in the record of what was touched, written and verified. Work never ends for want of room for it,
# and it never takes the room of what must be noted.
journal() {
	if [ -e "$state/journal" ] && [ "$(stat -c %s "$state/journal")" -gt 262144 ]; then return; fi
	printf '%s %s\n' "$(uptime_seconds)" "$*" >>"$state/journal" || log "no room in the journal for: $*"
}

# reboot_now REASON: what can be flushed is flushed, then the machine resets, by force if need be.
reboot_now() {
	record_reboot_reason "rebooting: $1"
	sync
	"$lib/services/watchdog" short || log "the watchdogs keep their timeouts"
	reboot -f || log "reboot -f failed, asking the kernel"
	echo b >/proc/sysrq-trigger
}
