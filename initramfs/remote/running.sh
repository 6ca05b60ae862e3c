# shellcheck shell=sh
# Which system runs: the first of the facts, and all that is asked of a system while one is awaited.

# report_running: tells as facts whether it is the maintenance system, and the boot id of the kernel (random(4)).
report_running() {
	fact levitate-facts 1
	if [ -r /etc/levitate/levitate.conf ] && [ -d /run/levitate ]; then
		fact state maintenance
	else
		fact state normal
	fi
	fact boot-id "$(cat /proc/sys/kernel/random/boot_id)"
}
