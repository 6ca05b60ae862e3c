# shellcheck shell=sh
# Tells which system runs. These facts come first, and they are all that the host asks for while it waits for a system.

# report_running: tells as facts whether it is the maintenance system, and the boot id of the kernel (random(4)).
report_running() {
	fact levitate-facts 1
	if in_maintenance; then
		fact state maintenance
	else
		fact state normal
	fi
	fact boot-id "$(cat /proc/sys/kernel/random/boot_id)"
}
